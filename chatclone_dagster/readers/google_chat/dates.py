"""The times in Google Chat's export: long dates in the words of the account's language, `Friday, May 29, 2026 at 3:00:29 AM UTC`.

Each language has an order of its own, but in each there is one clock, one year of four digits, one month, mostly in letters, and
one day. These are looked for in turn, so that what else a language writes between them ("at", "de", "kl.") does not matter.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

import yaml

_MARKS = str.maketrans(dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_BLANKS = re.compile(r"\s+")
_LONGEST = 120  # characters; no language needs more
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})(?:[:.](\d{2})[:.](\d{2})|:(\d{2})"
    r"|\s?(?:h|時|时|시|นาฬิกา|ໂມງ)\s?(\d{1,2})\s?(?:min|分|분|นาที|ນາທີ)\s?(\d{1,2})(?:\s?(?:s|秒|초|วินาที|ວິນາທີ))?)(?![\d:])"
)
_ZONE = re.compile(r"(?:utc|gmt)\s?([+\-−])(\d{1,2})(?::?(\d{2}))?(?!\d)")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_WORD = r"(?<![^\W\d_])(?:{})(?!\w)"


class _Words(NamedTuple):
    """What dates.yaml holds, to be searched for; `month` says which month of which calendar a name is."""

    months: re.Pattern[str]
    month: dict[str, tuple[int, bool]]
    before_noon: re.Pattern[str]
    after_noon: re.Pattern[str]


def read_date(written: str) -> datetime | None:
    """The time in UTC, without zone; None where it cannot be read, or there is no such day."""
    plain = _BLANKS.sub(" ", written.translate(_MARKS)).strip().casefold() if len(written) <= _LONGEST else ""
    clock = _CLOCK.search(plain)
    if clock is None:
        return None
    ahead = timedelta()
    rest = plain[: clock.start()] + " | " + plain[clock.end() :]
    if zone := _ZONE.search(rest):
        ahead = timedelta(hours=int(zone[2]), minutes=int(zone[3] or 0)) * (1 if zone[1] == "+" else -1)
        rest = rest[: zone.start()] + rest[zone.end() :]
    try:
        day, half = _day(rest)
        if day is None:
            return _iso(written)
        hour, minute, second = (int(part) for part in (*filter(None, clock.groups()), "0")[:3])
        if half is not None and hour > 12:
            return None
        hour = hour if half is None else hour % 12 + half
        return datetime.combine(day, time(hour, minute, second)) - ahead
    except (ValueError, OverflowError):  # the 31st of February, 25 o'clock
        return None


@lru_cache(4096)  # the messages of a day share all but the clock
def _day(text: str) -> tuple[date | None, int | None]:
    """The day in a date without its clock, and the hours to add to a clock of twelve (None if it has 24).

    Raises:
        ValueError: there is no such day.
    """
    words = _words()
    half = 12 if words.after_noon.search(text) else 0 if words.before_noon.search(text) else None
    if text.startswith("dydd "):  # "am" is Welsh for "at"
        half = None
    year = _YEAR.search(text)
    named = list(words.months.finditer(text))
    month = named[-1] if named else _MONTH.search(text)  # Welsh calls March as it calls Tuesday, which comes first
    if year is None or month is None:
        return None, None
    number, is_persian = words.month[month[0]] if named else (int(month[1]), False)
    first, second = sorted((year.span(), month.span()))
    day = _DAY.search(f"{text[: first[0]]} {text[first[1] : second[0]]} {text[second[1] :]}")
    if day is None:
        return None, None
    if is_persian:
        return _from_persian(int(year[0]), number, int(day[0])), half
    ahead = 543 if int(year[0]) > 2400 else 0  # the Buddhist years of Thailand
    return date(int(year[0]) - ahead, number, int(day[0])), half


def _from_persian(year: int, month: int, day: int) -> date:
    """A day of the Persian calendar, whose leap years repeat every 33 years from 1178 to 1633."""
    length = 31 if month <= 6 else 30 if month < 12 or (25 * year + 11) % 33 < 8 else 29
    if not 1178 <= year <= 1633 or not 1 <= day <= length:
        raise ValueError("no such day")
    before = 31 * (month - 1) - max(0, month - 7)
    return date(622, 3, 21) + timedelta(days=365 * (year - 1) + (8 * year + 21) // 33 + before + day - 1)


def _iso(written: str) -> datetime | None:
    """A time in ISO 8601, as no Takeout has it yet."""
    moment = datetime.fromisoformat(written.strip())
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


@cache
def _words() -> _Words:
    text = resources.files(__package__).joinpath("dates.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe)
    month = {name: (number, False) for number, names in loaded["months"].items() for name in names}
    month |= {name: (number, True) for number, name in enumerate(loaded["persian"], 1)}
    return _Words(
        re.compile(_WORD.format("|".join(re.escape(name) for name in sorted(month, key=len, reverse=True)))),
        month,
        *(re.compile(_WORD.format("|".join(map(_half, loaded[key])))) for key in ("before_noon", "after_noon")),
    )


def _half(name: str) -> str:
    return re.escape(name).replace(r"\.", r"\.?\s?")
