"""Dates in the lines that open a log or a day, and in the names of files and folders."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from chatclone_dagster.readers.contract import DateOrder
from chatclone_dagster.readers.times.written import read_written

_ISO = re.compile(r"(?<!\d)(\d{4})[-/._年 ]{1,2}(\d{1,2})[-/._月 ]{1,2}(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_DAY_MONTH = re.compile(r"(?<![\d:.])(\d{1,2})\.? ([^\W\d_]{3,12}|\d{1,2}[月월])")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12}|\d{1,2}[月월])[.,]? {1,2}(\d{1,2})(?![\d:])")
_YEAR = re.compile(r"(?<!\d)((?:19[89]|20\d)\d)(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])\.?[Mm]\b)?")
_IN_NAME = re.compile(r"(?<!\d)((?:19[89]|20\d)\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_DAY_MONTH_NAME = re.compile(r"(?<!\d)(\d{1,2})[-_. ]?([^\W\d_]{3,9})[-_. ]?((?:19[89]|20\d)\d)(?!\d)")
_FOLDERS = re.compile(r"(?:^|[/\\!])((?:19[89]|20\d)\d)[/\\](\d\d)[/\\](\d\d)(?=[/\\])")
_WITHOUT_YEAR = re.compile(r"(?<!\d)(\d\d)-(\d\d)(?!\d)")


@lru_cache(256)
def month_of(name: str) -> int | None:
    """A month by its name, whole or shortened, in any language whose calendar is known."""
    found = read_written([f"1 {name} 2004 0:00"])[0]
    return found.month if found is not None else None


def full_year(year: int) -> int:
    """A year of two digits: IRC is younger than 1988."""
    return year if year > 99 else year + (1900 if year >= 88 else 2000)


def ordered(first: int, second: int, year: int, order: DateOrder | None, near: date | None) -> date:
    """A day from two numbers and a year. If both orders make one, the one that was asked for, or is nearer to a known day, holds.

    Raises:
        ValueError: there is no such day.
    """
    choices = [found for day, month in ((first, second), (second, first)) if (found := _date(year, month, day))]
    if not choices:
        raise ValueError(f"{first}, {second}, {year}")
    if order is not None:
        month, day = (first, second) if order == "mdy" else (second, first)
        return date(year, month, day)
    return min(choices, key=lambda day: abs((day - near).days)) if near else choices[0]


def find_date(written: str, order: DateOrder | None = None) -> date | None:
    """The day in a sentence such as `Log opened Thu Dec 13 13:55:28 2018`, whatever the language."""
    if found := _ISO.search(written):
        return _date(*map(int, found.groups()))
    if found := _NUMBERS.search(written):
        try:
            return ordered(int(found[1]), int(found[2]), int(found[3]), order, None)
        except ValueError:
            return None
    year = _YEAR.search(written)
    named = _DAY_MONTH.findall(written)  # first, for a weekday may stand before the number, and look like a month
    named += [(number, word) for word, number in _MONTH_DAY.findall(written)]
    months = ((int(number), month) for number, word in named if (month := month_of(word)))
    day, month = next(months, (0, 0))
    return _date(int(year[1]), month, day) if year else None


def find_clock(written: str) -> int:
    """The seconds since midnight of the clock in a sentence; 0 without one."""
    found = _CLOCK.search(written)
    if found is None:
        return 0
    hour = int(found[1]) % 12 + (12 if found[4] in "Pp" else 0) if found[4] else int(found[1])
    return min(hour, 23) * 3600 + min(int(found[2]), 59) * 60 + min(int(found[3] or 0), 59)


def date_of_file(path: str, order: DateOrder | None = None) -> date | None:
    """The day a file's name gives (`#c_20041225.log`, `2004-12-25.log`, `c.log.25Dec2004`), or its folders (`2004/12/25/`)."""
    parts = [part for part in re.split(r"[/\\!]", path) if part]
    for part in reversed(parts):
        if (found := _IN_NAME.search(part)) and (day := _date(int(found[1]), int(found[3]), int(found[4]))):
            return day
        if (found := _DAY_MONTH_NAME.search(part)) and (month := month_of(found[2])):
            return _date(int(found[3]), month, int(found[1]))
        if found := _NUMBERS.search(part):
            return find_date(found[0], order)
    if found := _FOLDERS.search(path):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    year = year_of_file("/".join(parts[:-1]))
    found = _WITHOUT_YEAR.search(parts[-1]) if parts and year else None
    return _date(year, int(found[1]), int(found[2])) if found and year else None


def year_of_file(path: str) -> int | None:
    """The year in a path, from the end."""
    years = _YEAR.findall(path)
    return int(years[-1]) if years else None


def without_date(name: str) -> str:
    """A file's name without the day in it."""
    for pattern in (_IN_NAME, _DAY_MONTH_NAME, _NUMBERS):
        name = pattern.sub("", name, count=1)
    return name


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
