"""The time at the start of a line, in the shapes that clients and bots write it.

A file has one shape, told by its first lines. Some shapes have the whole date, some a date without a year, most only a clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chatclone_dagster.readers.contract import DateOrder
from chatclone_dagster.readers.irc.dates import full_year, month_of, ordered

_CLOCK = r"(?P<H>\d{1,2})[:.](?P<M>\d\d)(?:[:.](?P<S>\d\d)(?:[.,]\d{1,9})?)?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
_ZONE = r"(?: ?(?P<zone>Z|[+-]\d\d:?\d\d))?"
_NAME = r"[^\W\d_]{2,12}\.?"
_GAP = r"(?:[ \t]+|$)"
_ISO = rf"(?P<Y>\d{{4}})[-/.](?P<m>\d\d)[-/.](?P<d>\d\d)[T ,_-]{{1,3}}{_CLOCK}{_ZONE}"
_MONTH_FIRST = (
    rf"(?:{_NAME},? )?(?P<month>{_NAME}) {{1,2}}(?P<d>\d{{1,2}})(?:,? (?P<Y>\d{{4}}))?,? {_CLOCK}(?: (?P<Y2>\d{{4}}))?"
)
_DAY_FIRST = rf"(?:{_NAME},? )?(?P<d>\d{{1,2}})\.? (?P<month>{_NAME})(?: (?P<Y>\d{{4}}))?(?:[ /,]{{1,2}}|\] \[){_CLOCK}"
_NUMBERS = rf"(?P<first>\d{{1,2}})(?P<sign>[/.-])(?P<second>\d{{1,2}})(?P=sign)(?P<Y>\d{{4}}|\d\d)(?: [@-]|,)? {_CLOCK}"
SHAPES = tuple(
    re.compile(before + shape + after + _GAP)
    for shape in (_ISO, _MONTH_FIRST, _DAY_FIRST, _NUMBERS, _CLOCK)
    for before, after in ((r"\[", r"\]"), (r"\(", r"\)"), ("", ""))
)
IN_PARENTHESES = SHAPES[1::3]
_NOON = 12


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as written: seconds since midnight, the day if it says so (`month_day` if all but the year), minutes ahead of UTC."""

    seconds: int
    day: date | None = None
    month_day: tuple[int, int] | None = None
    offset: int | None = None


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 (logs have no zone)


def shape_of(lines: Sequence[str]) -> re.Pattern[str] | None:
    """The shape that most of the lines begin with; None if hardly any has one."""
    counts = [
        (sum(shape.match(line) is not None for line in lines), -place, shape) for place, shape in enumerate(SHAPES)
    ]
    count, _, shape = max(counts, key=lambda found: found[:2])
    return shape if count * 3 >= len(lines) else None


def read_stamp(found: re.Match[str], order: DateOrder | None, near: date | None) -> Stamp | None:
    """What a match of a shape says; None if there is no such time. `near` tells how two numbers that could be either are meant."""
    parts = found.groupdict()
    hour, minute, second = int(parts["H"]), int(parts["M"]), int(parts["S"] or 0)
    if half := parts["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    seconds = hour * 3600 + minute * 60 + min(second, 59)
    try:
        day, month_day = _day(parts, order, near)
        zone = parts.get("zone")
        return Stamp(seconds, day, month_day, None if zone is None else _offset(zone))
    except ValueError:
        return None


def _day(
    parts: dict[str, str | None], order: DateOrder | None, near: date | None
) -> tuple[date | None, tuple[int, int] | None]:
    year = parts.get("Y") or parts.get("Y2")
    if first := parts.get("first"):
        return ordered(int(first), int(parts["second"] or 0), full_year(int(year or 0)), order, near), None
    if parts.get("d") is None:
        return None, None
    named = parts.get("month")
    month = month_of(named) if named else int(parts["m"] or 0)
    if month is None:
        raise ValueError(named)
    if year is None:
        date(2000, month, int(parts["d"] or 0))
        return None, (month, int(parts["d"] or 0))
    return date(int(year), month, int(parts["d"] or 0)), None


def _offset(zone: str) -> int:
    """Minutes ahead of UTC."""
    ahead = 0 if zone == "Z" else int(zone[1:3]) * 60 + int(zone[-2:])
    return -ahead if zone.startswith("-") else ahead
