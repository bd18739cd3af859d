"""The lines of a KakaoTalk export that begin a message or a day.

Phones write the date before every message, or the time alone under a line with the date; computers put names and times in brackets.

    2025년 10월 14일 오전 9:30, 이름 : text          2025. 10. 14. 오전 9:30, 이름 : text
    October 12, 2020, 6:49 AM, name : text           오전 9:30, 이름 : text
    [이름] [오전 9:30] text                          --------------- 2025년 10월 14일 화요일 ---------------
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from chatclone_dagster.readers.sentences import Sentences, strings
from chatclone_dagster.readers.times import clocks

Layout = Literal["computer", "dated", "short"]
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = (
    r"(?:(?P<year>\d{4})(?:[년年.]|[-/]) ?(?P<month>\d{1,2})(?:[월月.]|[-/]) ?(?P<day>\d{1,2})[일日.]?"
    r"|(?P<month_us>[A-Z][a-z]{2,8})\.? (?P<day_us>\d{1,2}), (?P<year_us>\d{4})"
    r"|(?P<day_uk>\d{1,2}) (?P<month_uk>[A-Z][a-z]{2,8})\.? (?P<year_uk>\d{4}))"
)
_DATED = re.compile(rf"{_DATE}(?:,| at)? ?{clocks.CLOCK}(?P<rest>$|[,:].*)")
_SHORT = re.compile(rf"{clocks.CLOCK}(?P<rest>[,:] .*)")
_COMPUTER = re.compile(rf"\[(?P<sender>.+?)\] \[{clocks.CLOCK}\](?: (?P<text>.*)|$)")
_SAID = re.compile(r" ?(?P<sender>.*?) :(?: (?P<text>.*)|$)")
_DAY = re.compile(
    rf"(?P<dashes>-{{3,}}\s*)?(?:(?P<weekday>[^\W\d_]+), )?{_DATE}(?:,? ?(?P<weekday_after>[^\W\d_]+))?(?:\s*-{{3,}})?\s*"
)
_LONGEST_DAY = 80  # characters


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a message; `day` is None where the line gives the time alone, `sender` for the app itself."""

    layout: Layout
    day: date | None
    second: int
    sender: str | None
    text: str


def read_head(line: str) -> Head | None:
    """A line that begins a message, in whichever layout; one with a date and nothing else says nothing: its text is empty."""
    if line.startswith("["):
        found = _COMPUTER.match(line)
        return _head("computer", None, found, found["sender"], found["text"] or "") if found else None
    if found := _DATED.match(line):
        day = _date(found)
        return _head("dated", day, found, *_parts(found["rest"])) if day else None
    found = _SHORT.match(line)
    return _head("short", None, found, *_parts(found["rest"])) if found else None


def _head(layout: Layout, day: date | None, found: re.Match[str], sender: str | None, text: str) -> Head | None:
    second = clocks.seconds(found)
    return Head(layout, day, second, sender, text) if second is not None and second < clocks.DAY else None


def _parts(rest: str) -> tuple[str | None, str]:
    """Name and text of `, name : text`; no name in `, sentence` and `: sentence`."""
    said = _SAID.match(rest, 1) if rest.startswith(",") else None
    if said:
        return said["sender"].strip() or None, said["text"] or ""
    return None, rest[1:].strip()


def read_day(line: str) -> date | None:
    """A line that holds a date between dashes, or a date and a day of the week, and nothing else."""
    found = _DAY.fullmatch(line) if len(line) <= _LONGEST_DAY else None
    if found is None or not (found["dashes"] or found["weekday"] or found["weekday_after"]):
        return None
    return _date(found)


def _date(found: re.Match[str]) -> date | None:
    for suffix in ("", "_us", "_uk"):
        year, month, day = (found[f"{part}{suffix}"] for part in ("year", "month", "day"))
        if year is None:
            continue
        if month[:3].casefold() in _MONTHS:
            month = str(_MONTHS.index(month[:3].casefold()) + 1)
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            return None
    return None


@cache
def _titles() -> Sentences:
    return Sentences(strings(__package__)["titles"], stops=False)


@cache
def _saved() -> re.Pattern[str]:
    words = "|".join(map(re.escape, strings(__package__)["saved"]))
    return re.compile(rf"(?:{words})\s*[:：].*\d.*")


def read_title(line: str) -> tuple[str, bool | None] | None:
    """The chat's name in a first line, and True if it is surely a group."""
    found = _titles().match(line.strip())
    return (found[1]["x"], True if found[0] == "in" else None) if found else None


def is_saved(line: str) -> bool:
    """Whether a line says when the export was made."""
    return len(line) < _LONGEST_DAY and _saved().fullmatch(line.strip()) is not None
