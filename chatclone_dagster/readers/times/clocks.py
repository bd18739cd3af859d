"""Times of day as apps write them in their exports: `21:05`, `9:05 PM`, `午後9:05`, `오후 9:05`, `24:53`."""

from __future__ import annotations

import re

_AM = "a.m.|am|上午|凌晨|清晨|早上|午前|오전|ก่อนเที่ยง"
_PM = "p.m.|pm|下午|傍晚|晚上|午後|오후|หลังเที่ยง"
_NOON = "中午"  # the Chinese middle of the day, 11 to 1 o'clock
_HALF = rf"(?i:{_AM}|{_PM}|{_NOON})".replace(".", r"\.")
_BLANK = "[ \u00a0\u202f]?"

CLOCK = (
    rf"(?:(?P<before>{_HALF}){_BLANK})?(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
    rf"(?:{_BLANK}(?P<after>{_HALF})(?![^\W\d_]))?"
)
"""A clock as a regular expression with the groups that `seconds` reads; to be compiled once per expression."""
_MORNING, _EVENING = frozenset(_AM.split("|")), frozenset(_PM.split("|"))
DAY = 86_400


def seconds(found: re.Match[str]) -> int | None:
    """Seconds since midnight of what CLOCK matched, beyond 86,400 for an hour of 24 and more; None for no hour of a day.

    Both halves of the day count twelve from 0 or from 12: 午後0:05 and 午後12:05 are the same.
    """
    hour, half = int(found["hour"]), (found["before"] or found["after"] or "").casefold()
    if half and hour > 12:
        half = ""  # the half only says what the hour says already
    if half in _EVENING or (half == _NOON and hour < 11):
        hour = hour % 12 + 12
    elif half in _MORNING:
        hour %= 12
    return hour * 3600 + int(found["minute"]) * 60 + int(found["second"] or 0)
