"""Times as pages have them: `23.08.2023 13:11:23 UTC-08:00` in a title, `23 August 2023` on the line of a day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

_TIME = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})[,T]? ?(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])\.?[Mm]\.?)?"
    r"(?: ?(?:(UTC|GMT|Z)|(?=[+-])))?(?:([+-])(\d{1,2}):?(\d\d)?)?"
)
_DAY = re.compile(r"(\d{1,2}) (\w{3,9}) (\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Clock(NamedTuple):
    """A time: in UTC if that is known, else as written; and the day on the clock of the computer that exported."""

    at: datetime
    is_utc: bool
    day: date


def read_day(written: str) -> date | None:
    """The line of a day, `23 August 2023`; None for anything else."""
    found = _DAY.fullmatch(written.strip())
    if not found or found[2][:3].lower() not in _MONTHS:
        return None
    try:
        return date(int(found[3]), _MONTHS.index(found[2][:3].lower()) + 1, int(found[1]))
    except ValueError:
        return None


def read_time(written: str, order: str | None = None) -> Clock | None:
    """A title such as `23.08.2023 13:11:23 UTC-08:00`, or without what begins with UTC; None if it is none.

    `order` says which way round day and month are, where the exporter's own `dd.mm.yyyy` does not hold.
    """
    found = _TIME.fullmatch(written.strip())
    if not found:
        return None
    year, month, day = _date_of(found, order)
    hour, minute, second = int(found[5]), int(found[6]), int(found[7] or 0)
    if found[8]:
        hour = hour % 12 + (12 if found[8] in "Pp" else 0)
    try:
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (as written)
        ahead = timedelta(hours=int(found[11] or 0), minutes=int(found[12] or 0))
        at = local + ahead if found[10] == "-" else local - ahead
    except (ValueError, OverflowError):
        return None
    return Clock(at, bool(found[9] or found[10]), local.date()) if 1990 <= year < 2100 else None


def _date_of(found: re.Match[str], order: str | None) -> tuple[int, int, int]:
    first_, second, third = (int(found[n]) for n in (1, 3, 4))
    if len(found[1]) == 4:
        return first_, second, third
    if order == "mdy" or second > 12:
        return third, first_, second
    return third, second, first_
