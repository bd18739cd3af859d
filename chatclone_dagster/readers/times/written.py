"""Dates with a time as people's languages write them: `Oct 19, 2019 at 2:37 PM`, `19. Okt. 2019, 14:37`, `2019年10月19日 下午2:37`.

All times of a file are read together, for one alone may not tell: which language `lis` is a month in, which number is the day,
whether the word behind the clock is a half of the day.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import numpy as np
import polars as pl
import yaml

from chatclone_dagster.readers.contract import DateOrder
from chatclone_dagster.readers.times.dates import NO_DAY, days, find_order, steps_back

_LONGEST = 80  # characters; no language takes more
_COLON = re.compile(r"(?<![\d:.])(\d{1,2})\s?:\s?(\d\d)(?:[:.](\d\d))?(?![\d:])")
_OTHER = re.compile(r"(?<![\d.])(\d{1,2})(?:\.|\s?h\s?)(\d\d)(?:\.(\d\d))?(?![\d.])(?!.*\d)", re.IGNORECASE)
_ZONE = re.compile(r"\s*\(?\b(?:UTC|GMT)(?:\s?[+−-]\s?\d{1,2}(?::?\d\d)?)?\)?\s*$", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d{1,2})\s?[月월]|\b(?:tháng|thg|th)\.?\s?(\d{1,2})\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_BETWEEN = re.compile(r"[\s\d,،、/()]+")
_NOT_IN_KEYS = re.compile(r"[\s.,،॰_]+")
_FILLERS = frozenset(("", "uhr", "h", "hrs", "ч", "год", "น", "時", "时"))
_LATIN = "\u024f"  # in the alphabets up to here the half of the day stands behind the clock
_MOST_WORDS = 8  # of a date: the day of the week, the month, the half of the day, and what joins them
_SHORTEST = 3  # letters of a month's name that stand for it
_DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class _Written:
    """One text: the numbers of its date (three, or two beside a month), its words, and its clock."""

    numbers: tuple[str, ...]
    month: int | None
    words: tuple[str, ...]
    hour: int
    seconds: int
    half: str | None
    tail: str


def is_written_time(text: str) -> bool:
    """Whether a text is a date with a time and nothing else."""
    written = _split(text)
    return written is not None and (len(written.numbers) > 2 or written.month is not None or bool(_month_word(written)))


def read_written(texts: Sequence[str], wanted: DateOrder | None = None) -> pl.Series:
    """The times as written, as naive datetimes; null where one cannot be read.

    `texts` are in order of time, be it the oldest or the newest first; `wanted` is the order of numbers as the user says.
    """
    found = [_split(text) for text in texts]
    fillers = _FILLERS | {written.tail for written in found if written and (written.hour > 12 or not written.hour)}
    clocks = [_clock(written, fillers) if written else None for written in found]
    moments = [
        None if clock is None or day == NO_DAY else (int(day) * _DAY + clock) * 1_000_000
        for clock, day in zip(clocks, _days(found, wanted), strict=True)
    ]
    return pl.Series(moments, dtype=pl.Int64).cast(pl.Datetime("us"))


@lru_cache(16384)
def _split(text: str) -> _Written | None:
    """Take a text apart; None if it is no date with a time."""
    text = text.strip()
    text = _ZONE.sub("", text) if len(text) <= _LONGEST and "\n" not in text else ""
    clock = _COLON.search(text) or _OTHER.search(text)
    if clock is None:
        return None
    hour, minute, second = (int(part or 0) for part in clock.groups())
    before, after = text[: clock.start()], text[clock.end() :]
    behind = [_key(word) for word in _BETWEEN.split(re.split(r"\d", after, maxsplit=1)[0]) if word]
    half = _half_behind(behind) or _half_before(_key(re.split(r"\d", before)[-1]))
    date = f"{before} {after}"
    numbered = _NUMBERED.search(date)
    if numbered:
        date = f"{date[: numbered.start()]} {date[numbered.end() :]}"
    numbers = tuple(_DIGITS.findall(date))
    words = tuple(key for word in _BETWEEN.split(date) if (key := _key(word)))
    enough = (len(numbers) == 2 and (numbered or words)) or (len(numbers) == 3 and not numbered)
    if not enough or len(words) > _MOST_WORDS or max(map(len, numbers)) > 4 or hour > 23 or minute > 59 or second > 59:
        return None
    month = int(numbered[1] or numbered[2]) if numbered else None
    seconds = minute * 60 + second
    return _Written(numbers, month, words, hour, seconds, half, "" if half else "".join(behind))


def _clock(written: _Written, fillers: Iterable[str]) -> int | None:
    """Seconds since midnight; None where a word behind the clock may say which half of the day it is, but is not known."""
    hour = written.hour
    if written.half and hour <= 12:
        late = written.half == "pm" or (written.half == "night" and 5 <= hour < 12)
        hour = hour % 12 + (12 if late else 0)
    elif hour <= 12 and written.tail not in fillers:
        return None
    return hour * 3600 + written.seconds


def _days(found: Sequence[_Written | None], wanted: DateOrder | None) -> np.ndarray:
    """Days since 1970; NO_DAY where there is none."""
    result = np.full(len(found), NO_DAY)
    named = [(n, written) for n, written in enumerate(found) if written and len(written.numbers) == 2]
    months = _months([written for _, written in named])
    rows = [(n, *_day_and_year(written.numbers), month) for (n, written), month in zip(named, months, strict=True)]
    if rows:
        table = np.array(rows, np.int64)
        result[table[:, 0]] = days(table[:, 1:], "dym")
    numeric = [(n, written.numbers) for n, written in enumerate(found) if written and len(written.numbers) == 3]
    if numeric:
        fields = np.array([[int(part) for part in numbers] for _, numbers in numeric], np.int64)
        widths = np.array([[len(part) for part in numbers] for _, numbers in numeric])
        result[[n for n, _ in numeric]] = _numeric_days(fields, widths, wanted)
    return result


def _numeric_days(fields: np.ndarray, widths: np.ndarray, wanted: DateOrder | None) -> np.ndarray:
    """Days of dates in numbers, in the order of numbers in which, read from either end, they step back least often."""
    ways = []
    for step in (-1, 1):
        found = find_order(fields[::step], widths[::step], wanted)
        if found is not None:
            ways.append((steps_back(fields[::step], found.order), found.order))
    return days(fields, min(ways, key=lambda way: way[0])[1]) if ways else np.full(len(fields), NO_DAY)


def _day_and_year(numbers: tuple[str, ...]) -> tuple[int, int]:
    """The number of three or four digits, or above 31, is the year; else the last."""
    first, last = numbers
    is_year = len(first) > 2 or int(first) > 31
    return (int(last), int(first)) if is_year else (int(first), int(last))


def _months(found: Sequence[_Written]) -> list[int]:
    """The month of each text, from 1, in the language in which most of them have one; 0 for none."""
    words = [_month_word(written) for written in found]
    languages = Counter(language for word in words for language in _forms(word))
    order = {language: place for place, language in enumerate(_calendar()[0])}
    best = max(languages, key=lambda language: (languages[language], -order[language]), default="")
    months = []
    for written, word in zip(found, words, strict=True):
        forms = _forms(word)
        others = set(forms.values())
        months.append(written.month or forms.get(best) or (others.pop() if len(others) == 1 else 0))
    return months


def _month_word(written: _Written) -> str:
    """The word of a text that is a month in some language; the last one, as days of the week stand in front."""
    return next((word for word in reversed(written.words) if _forms(word)), "")


@lru_cache(4096)
def _forms(word: str) -> dict[str, int]:
    """Language → the month, from 1, that a word or the beginning of one stands for."""
    found = {}
    for language, year in _calendar()[0].items():
        months = [n for n, forms in enumerate(year, 1) if word in forms] or [
            n
            for n, forms in enumerate(year, 1)
            if len(word) >= _SHORTEST and any(form.startswith(word) for form in forms)
        ]
        if len(months) == 1:
            found[language] = months[0]
    return found or (_forms(word[1:]) if word.startswith("ב") else {})  # Hebrew writes its `in` in front of the month


def _half_behind(words: list[str]) -> str | None:
    """The half of the day behind a clock: am, pm or night; the longest run of words that is one."""
    halves = _calendar()[1]
    return next((half for end in range(len(words), 0, -1) if (half := halves.get("".join(words[:end])))), None)


@lru_cache(1024)
def _half_before(text: str) -> str | None:
    """The half of the day right before a clock, which alphabets beyond the Latin one may have there."""
    return next((half for word, half in _calendar()[1].items() if word[0] > _LATIN and text.endswith(word)), None)


@cache
def _calendar() -> tuple[dict[str, list[list[str]]], dict[str, str]]:
    """Language → the forms of each month's name; word → half of the day. Keys as `_key` makes them."""
    text = resources.files(__package__).joinpath("calendar.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (safe: both are)
    months = {language: [names.split() for names in year] for language, year in loaded["months"].items()}
    return months, {word: half for half in ("night", "am", "pm") for word in loaded[half]}


def _key(word: str) -> str:
    """The form in which words are compared, as calendar.yaml has them."""
    plain = "".join(char for char in word.casefold() if unicodedata.category(char) != "Cf")
    return _NOT_IN_KEYS.sub("", plain.replace("’", "'"))
