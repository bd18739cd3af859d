"""Numbers, times and texts in Signal's JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

_1970 = datetime(1970, 1, 1)  # noqa: DTZ001 (UTC without a zone, as the tables hold it)
_LATEST = 4_102_444_800_000  # ms; the year 2100
_LONGEST_NUMBER = 20  # digits of one of 64 bits, with its sign
MENTION = "\ufffc"  # stands in a text where somebody is named


def number(value: object) -> int | None:
    """A whole number, also one written as a string (as 64-bit numbers are) or with an empty fraction."""
    if isinstance(value, str):
        return int(value) if value.removeprefix("-").isdecimal() and len(value) <= _LONGEST_NUMBER else None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1 << 63:
        return int(value)
    return None


def moment(value: object) -> datetime | None:
    """Milliseconds since 1970 as UTC; None for 0 and what is no time."""
    ms = number(value)
    return _1970 + timedelta(milliseconds=ms) if ms is not None and 0 < ms < _LATEST else None


def with_mentions(body: str, names: Sequence[tuple[int, str]]) -> str:
    """A text with `@name` where U+FFFC stands for somebody; `names` are (place in UTF-16 units, name)."""
    if not names or MENTION not in body:
        return body
    units = body.encode("utf-16-le", errors="replace")
    pieces, end = [], 0
    for start, name in sorted(names):
        if start * 2 >= end and units[start * 2 : start * 2 + 2] == MENTION.encode("utf-16-le"):
            pieces += [units[end : start * 2], f"@{name}".encode("utf-16-le")]
            end = start * 2 + 2
    return b"".join([*pieces, units[end:]]).decode("utf-16-le", errors="replace")
