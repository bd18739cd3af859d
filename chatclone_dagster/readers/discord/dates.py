"""Times as the exporter writes them for people: in the manner of the computer it ran on, or in one that the user chose.

    7/16/2020 12:00 PM   16.07.2020 12:00   2020. 7. 16. 오후 12:00   12:00 16/07/2020   16-Jul-20 12:00 PM   2020-07-16T12:00:00Z

Which number of a date is the day is found as for WhatsApp (times/dates.py), from all dates of a file, which may run backwards.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from chatclone_dagster.readers.contract import Out, ReadOptions
from chatclone_dagster.readers.times import dates
from chatclone_dagster.readers.whatsapp import headers
from chatclone_dagster.readers.whatsapp.locales import unmarked

UNREADABLE = "a time that cannot be read; export as JSON, or with another locale"
_LONGEST = 60  # characters
_BLANKS = re.compile(r"\s+")
_DATE = re.compile(r"(?<!\d)(\d{1,4})(?:-|/|\. ?)(\d{1,2})(?:-|/|\. ?)(\d{1,4})(?![\d:])\.?")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_NAMED = re.compile(
    rf"(?<!\d)(?:(?P<before>\d{{1,4}})[ .,-]{{1,2}})?(?P<month>{_MONTHS})[a-z]*\.?[ .,-]{{1,2}}(?P<middle>\d{{1,4}})"
    r"(?:(?:st|nd|rd|th)?[ .,-]{1,2}(?P<after>\d{4}))?(?![\d:])",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<!\d)(\d{1,2})(?:[:.]| ?h ?)(\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?(?!\d)")
_MACHINE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*|(\d{9,10}|\d{12,13})", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 2015, 2100


class _Written(NamedTuple):
    """A time taken apart: the numbers of its date as they stand, and their order where the name of the month gives it away."""

    fields: tuple[int, int, int]
    widths: tuple[int, int, int]
    order: str | None
    seconds: int
    is_american: bool


class Dates:
    """The times of one file: `look` at all of them first, then `settle` their order, then `read` each."""

    def __init__(self) -> None:
        """Nothing is seen yet."""
        self._order = "dmy"
        self._fields: list[tuple[int, int, int]] = []
        self._widths: list[tuple[int, int, int]] = []
        self._american = False

    def look(self, written: str) -> None:
        """Take note of a time."""
        found = None if _MACHINE.fullmatch(written) else _take_apart(written)
        if found and not found.order and self._fields[-1:] != [found.fields]:
            self._fields.append(found.fields)
            self._widths.append(found.widths)
            self._american = found.is_american

    def settle(self, position: int, options: ReadOptions, out: Out) -> None:
        """Find the order of day, month and year; a doubt is reported at `position`."""
        if not self._fields:
            return
        fields, widths = np.array(self._fields), np.array(self._widths)
        if _runs_backwards(fields, widths):
            fields, widths = fields[::-1], widths[::-1]
        found = dates.find_order(fields, widths, options.date_order, "mdy" if self._american else None)
        if found is None:
            return
        self._order = found.order
        out.fact(date_order=found.order, date_order_confidence=found.confidence)
        if found.rule in ("default", "file"):
            reason = (
                f"nothing tells day and month apart; they are read as {found.order} (the option date_order changes it)"
            )
            out.issue(position, reason)

    def read(self, written: str) -> tuple[datetime, bool] | None:
        """A time and whether it is UTC; None if it cannot be read, there is no such day, or no Discord yet (another calendar)."""
        if _MACHINE.fullmatch(written):
            moment = _of_machine(written)
        else:
            found = _take_apart(written)
            day = _day(found.fields, found.order or self._order) if found else None
            moment = (day + timedelta(seconds=found.seconds), False) if found and day else None
        return moment if moment and _FIRST_YEAR <= moment[0].year < _LAST_YEAR else None


def is_time(written: str) -> bool:
    """Whether a text is a time in any of these manners."""
    return _MACHINE.fullmatch(written) is not None or _take_apart(written) is not None


def _runs_backwards(fields: np.ndarray, widths: np.ndarray) -> bool:
    """Whether the newest message comes first: read from the end, the dates step back less often in their best order."""
    orders = dates.by_size(fields, widths)
    steps = [[dates.steps_back(way, order) for order in orders] for way in (fields, fields[::-1])]
    return bool(orders) and min(steps[1]) < min(steps[0])


@lru_cache(4096)  # the messages of a day share their date
def _day(fields: tuple[int, int, int], order: str) -> datetime | None:
    day = dates.days(np.array([fields]), order)[0]
    return None if day == dates.NO_DAY else datetime(1970, 1, 1) + timedelta(int(day))  # noqa: DTZ001 (exports have no zone)


def _of_machine(written: str) -> tuple[datetime, bool] | None:
    """ISO 8601, or seconds or milliseconds since 1970."""
    try:
        if written.isdecimal():
            moment = datetime.fromtimestamp(int(written) / (1000 if len(written) > 10 else 1), UTC)
        else:
            moment = datetime.fromisoformat(written)
        return (moment.astimezone(UTC).replace(tzinfo=None), True) if moment.tzinfo else (moment, False)
    except (ValueError, OverflowError, OSError):
        return None


@lru_cache(4096)  # a header is looked at more than once
def _take_apart(written: str) -> _Written | None:
    if len(written) > _LONGEST:
        return None
    plain = _BLANKS.sub(" ", unmarked(written)).strip()
    named = _NAMED.search(plain)
    date = named or _DATE.search(plain)
    if date is None:
        return None
    rest = f"{plain[: date.start()]} {plain[date.end() :]}"
    clock = _TIME.search(rest)
    if clock is None:
        return None
    beside = f"{rest[: clock.start()]} {rest[clock.end() :]}".strip()
    hour, minute, second = (int(part or 0) for part in clock.groups())
    if hour > 23 or minute > 59 or second > 59:
        return None
    halves = filter(None, (headers.read_half(word) for word in (beside, *beside.split())))
    hour = headers.hour_of_day(hour, next((half for half in halves if half != "none"), "none"))
    numbers, order = _of_name(named) if named else (date.groups(), None)
    if numbers is None:
        return None
    fields, widths = tuple(map(int, numbers)), tuple(map(len, numbers))
    is_american = "/" in date[0] and beside in (
        "AM",
        "PM",
    )  # British and Australian computers write am, or no half at all
    return _Written(fields, widths, order, (hour * 60 + minute) * 60 + second, is_american)  # type: ignore[arg-type]


def _of_name(named: re.Match[str]) -> tuple[tuple[str, str, str] | None, str | None]:
    """The numbers of a date whose month is a name, and their order."""
    month = f"{_MONTHS.split('|').index(named['month'].lower()) + 1:02}"
    if named["before"] and not named["after"]:
        order = "ymd" if len(named["before"]) == 4 else "dmy"
        return (named["before"], month, named["middle"]), order
    return ((month, named["middle"], named["after"]), "mdy") if named["after"] else (None, None)
