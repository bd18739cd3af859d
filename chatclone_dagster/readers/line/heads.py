"""The lines of a LINE export that are no messages: its title, when it was saved, and the dates between the messages.

Dates follow the phone's language and region: `2024/01/15(月)`, `2017.09.03 Sunday`, `Fri, 1/30/2026`, `2026/1/30周五`,
`ศ. 28/11/2568` (a year of the Buddhist era), `R7/02/11(火)` (of the Japanese one). They name the day of the week, which tells them
from what people type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from chatclone_dagster.readers.contract import DateOrder
from chatclone_dagster.readers.sentences import Sentences, strings

_WEEKDAY = r"(?:[(（]\s*(?P<in>[^\s\d()（）]{1,16})\s*[)）]|(?P<bare>[^\s\d()（）,]{1,16}(?: [^\s\d()（）,]{1,6})?))"
_YEAR_FIRST = re.compile(
    rf"(?P<era>[RHS]|令和|平成|昭和)?(?P<year>\d{{1,4}})(?:[./-]|年|년) ?(?P<month>\d{{1,2}})(?:[./-]|月|월) ?(?P<day>\d{{1,2}})"
    rf"[日일.]?\s*{_WEEKDAY}?\s*"
)
_WEEKDAY_FIRST = re.compile(
    r"(?P<bare>[^\s\d,]{1,16}?)\.?,? (?P<one>\d{1,2})[./-](?P<two>\d{1,2})[./-](?P<year>\d{4})\s*"
)
_ERAS = {"R": 2018, "令和": 2018, "H": 1988, "平成": 1988, "S": 1925, "昭和": 1925}
_BUDDHIST = 543  # years ahead
_FIRST, _LAST = 1990, 2200  # what is outside is no date of a message


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that may head a day; `named`: it names the right day of the week."""

    day: date
    named: bool


def read_date(line: str, order: DateOrder | None = None) -> DateLine | None:
    """A line that holds a date and nothing else but a day of the week; `order` is for those that do not begin with the year."""
    if len(line) > 40 or not any(map(str.isdigit, line)):
        return None
    found = _YEAR_FIRST.fullmatch(line) or _WEEKDAY_FIRST.fullmatch(line)
    if found is None:
        return None
    word = (found.groupdict().get("in") or found["bare"] or "").rstrip(".").casefold()
    known = _weekdays().get(word, frozenset())
    days = list(_days(found, order, word))
    right = next((day for day in days if day.weekday() in known), None)
    if right is not None:
        return DateLine(right, named=True)
    return DateLine(days[0], named=False) if days else None


def _days(found: re.Match[str], order: DateOrder | None, word: str) -> Iterator[date]:
    """What the numbers may mean, the likeliest first."""
    fields = found.groupdict()
    year = int(found["year"])
    if fields.get("era"):
        year += _ERAS[found["era"]]
    elif year >= 2400:
        year -= _BUDDHIST
    if not _FIRST <= year <= _LAST:
        return
    if "month" in fields:
        pairs = [(int(found["month"]), int(found["day"]))]
    else:
        one, two = int(found["one"]), int(found["two"])
        pairs = [(one, two), (two, one)]
        if order == "dmy" or (order is None and not word.isascii()):
            pairs.reverse()
    for month, day in pairs:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


@cache
def _weekdays() -> dict[str, frozenset[int]]:
    """Day of the week as written → its numbers, Monday 0; some words are different days in different languages."""
    found: dict[str, set[int]] = {}
    for number, words in enumerate(strings(__package__)["weekdays"]):
        for word in words:
            found.setdefault(word.casefold(), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


@cache
def _titles() -> Sentences:
    return Sentences(strings(__package__)["titles"], stops=False)


@cache
def _saved() -> re.Pattern[str]:
    words = "|".join(map(re.escape, strings(__package__)["saved"]))
    return re.compile(rf"(?i:{words})\s*[:：]?\s*\D?\d.*")


def read_title(line: str) -> tuple[str, bool | None] | None:
    """The chat's name from a file's first line or its own name, and whether it is a group; None for any other line."""
    marked = line.strip().startswith("[LINE]")
    plain = line.strip().removeprefix("[LINE]").strip()
    found = _titles().match(plain)
    if found:
        return found[1]["x"], found[0] == "in"
    return (plain, None) if marked and plain else None


def is_saved(line: str) -> bool:
    """Whether a line says when the export was made."""
    return len(line) < 80 and _saved().fullmatch(line.strip()) is not None
