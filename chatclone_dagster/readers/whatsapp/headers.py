"""The header of a message: how its line begins, and what the parts of that beginning mean.

    line  := lead gap clock sep rest
    lead  := mark* "["? mark* date              06/03/2017   [06.03.17   ٢٤/٤/٢٠٢٢   13. 6. 2018
    gap   := a comma, a blank, a word            ", "   " "   " klo "   ", à "   " 下午"
    clock := time seconds? half-of-day?          00:45   9:12:33 AM   1:55 p. m.   ٢:٠٧ م   18.00
    sep   := "]", a dash or a colon              "] "   " - "   " – "   ": "

Each part takes few values in a file, however long it is: the columns of parts are dictionary-encoded (scan.py) and only the
different values are looked at one by one, here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from chatclone_dagster.readers.whatsapp.locales import BLANK, MARK, half_key, halves, unmarked

_DIGIT = "[0-9٠-٩۰-۹०-९০-৯]"
# Letters of the scripts that halves of the day are written in. Ranges, because the classes of Unicode would make the automaton
# too large for the fast engine.
_LETTER = (
    "[A-Za-z\u00aa-\u024f\u0370-\u052f\u0590-\u060b\u060d-\u065f\u066e-\u06ef\u0900-\u0963\u0970-\u09e5\u09f0-\u0dff"
    "\u0e00-\u0e7f\u1e00-\u1fff\u3040-\u9fff\uac00-\ud7af]"
)
_WORD = f"{_LETTER}(?:{_LETTER}|[.\u0022\u05f3\u05f4]){{0,9}}"
_DATE = rf"{_DIGIT}{{1,4}}{MARK}*[-/.,]{MARK}*{BLANK}?{_DIGIT}{{1,4}}{MARK}*[-/.,]{MARK}*{BLANK}?{_DIGIT}{{1,4}}"
LEAD = rf"({MARK}*(?:\[{MARK}*)?{_DATE})"
"""The beginning of a header; a line that does not begin so is none."""
_GAP = rf"({MARK}*(?:[,.;،]+{MARK}*{BLANK}*|{BLANK}+)(?:[-–]{BLANK}+|{_WORD}[,،]?{MARK}*{BLANK}*)?)"
_TIME = rf"({_DIGIT}{{1,2}}(?:[:.]|{BLANK}?h{BLANK}?){_DIGIT}{{2}})([:.]{_DIGIT}{{2}})?"
_AMPM = rf"(?:{BLANK}|_)*[AaPp]\.?{BLANK}?[Mm]\.?"
_HALF = rf"(?:{_AMPM}|(?:{BLANK}|_)*{_WORD})"
_CLOCK = re.sub(r"\((?!\?)", "(?:", _TIME)
_SEP = rf"({BLANK}*(?:\]{BLANK}*|[-–—](?:{BLANK}|\r?\n|$)|[:;]{BLANK}))"

HEADER = f"^{LEAD}{_GAP}({_CLOCK}{_HALF}?){_SEP}"
"""Matches the start of a header line, in Python and in polars; four groups: lead, gap, clock, sep."""
BARE_HEADER = rf"^{LEAD}{_GAP}({_CLOCK}(?:{_AMPM})?)({BLANK}+)[^\s:][^:\n]*:"
"""As the oldest iPhones wrote it: nothing but a blank before the name. Only for files that do not begin with the usual header."""
CLOCK = f"^{_TIME}({_HALF})?$"
"""Takes a clock apart: hour and minute, seconds, half of the day."""

_PARTS = re.compile(r"(\[)?(\d+)([-/.,])\s?(\d+)\3\s?(\d+)$")


class Lead(NamedTuple):
    """Bracket and date of a header: three numbers, how many digits each was written with, and the sign between them."""

    bracket: bool
    fields: tuple[int, int, int]
    widths: tuple[int, int, int]
    separator: str


def is_digit(sign: str) -> bool:
    """Whether a sign is a digit of a script that headers are written in."""
    return re.fullmatch(_DIGIT, sign) is not None


def read_lead(text: str) -> Lead | None:
    """Take a lead apart; None if it holds no date in any order."""
    match = _PARTS.match(unmarked(text))
    if match is None:
        return None
    bracket, one, separator, two, three = match.groups()
    fields, widths = (int(one), int(two), int(three)), (len(one), len(two), len(three))
    years = (widths[0] > 2 or fields[0] > 31) + (widths[1] > 2 or fields[1] > 31) + (widths[2] > 2 or fields[2] > 31)
    return Lead(bool(bracket), fields, widths, separator) if years < 2 and 0 not in fields else None


@lru_cache(maxsize=1 << 13)  # with seconds, a file has each minute sixty times
def read_time(text: str) -> tuple[int, int] | None:
    """Hour and minute; None if there is no such time."""
    hour, minute = int(text[:2] if text[1].isdecimal() else text[0]), int(text[-2:])
    return (hour, minute) if hour < 24 and minute < 60 else None


def read_half(text: str) -> str | None:
    """Which half of the day a word beside the time says: am, pm, noon, pm_from_zero, or none; None if it is unknown."""
    key = half_key(text)
    return halves().get(key) if key else "none"


def read_gap(text: str) -> tuple[str, str]:
    """Style of the gap (its punctuation and blanks, any word as `w`), and the half of the day in it, if any."""
    plain = re.sub(rf"{BLANK}+", " ", unmarked(text))
    word = re.search(_WORD, plain)
    half = (read_half(word[0]) or "none") if word else "none"
    return (plain if word is None else plain[:1] if half != "none" else plain.replace(word[0], "w")), half


def read_sep(text: str) -> str:
    """What ends the header: `]`, `-`, `:`, `;` or a blank."""
    sign = text.strip()[:1]
    return "-" if sign in "–—" and sign else sign or " "


def hour_of_day(hour: int, half: str) -> int:
    """The hour from 0 to 23. A half of the day beside an hour it cannot belong to (23:59 PM, 00:04 AM) says nothing."""
    if half == "noon":
        return hour + 12 if hour < 10 else hour
    if (half == "pm" and 0 < hour < 12) or (half == "pm_from_zero" and hour < 12):
        return hour + 12
    return 0 if half == "am" and hour == 12 else hour
