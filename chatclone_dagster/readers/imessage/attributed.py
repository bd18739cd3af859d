"""The attributed string in a typedstream: a text, and runs of it with attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from chatclone_dagster.readers.imessage.typedstream import END, FOUR, NEW, TWO, BrokenStreamError, Object, Stream

_TEXT = re.compile(rb"streamtyped.{1,256}?NSString\x01[\x80-\xff]\x84\x01\+", re.DOTALL)
_FIRST_RUN = bytes([END, NEW, 2]) + b"iI"  # what stands behind the text
_PLACEHOLDERS = (b"\xef\xbf\xbc", b"\xef\xbf\xbd")  # U+FFFC and U+FFFD, as UTF-8


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a text, in characters, and its attributes: numbers and texts by their names, None for values of other kinds."""

    start: int
    end: int
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attributed:
    """A text and its runs; without runs where all of it is one plain stretch, or they could not be read."""

    text: str
    runs: list[Run] = field(default_factory=list)


def read(data: bytes) -> Attributed:
    """The text in a stream. Runs are read only where the text holds placeholders, which they tell apart.

    Of a stream that is damaged behind its text, the text is returned.

    Raises:
        BrokenStreamError: there is no text in it.
    """
    found = _TEXT.search(data)
    plain = _text_at(data, found.end()) if found else None
    if plain is not None and not any(sign in plain for sign in _PLACEHOLDERS):
        return Attributed(plain.decode(errors="replace"))
    try:
        return _attributed(Stream(data).root())
    except BrokenStreamError:
        if plain is None:
            raise BrokenStreamError("no typedstream with a text") from None
        return Attributed(plain.decode(errors="replace"))


def _text_at(data: bytes, at: int) -> bytes:
    """The bytes of a text whose length stands at `at`. If that length is not true, what is there up to the next value."""
    head = data[at : at + 1]
    width = {bytes([TWO]): 2, bytes([FOUR]): 4}.get(head, 0)
    length = int.from_bytes(data[at + 1 : at + 1 + width] if width else head, "little")
    start = at + 1 + width
    found = data[start : start + length]
    if data[start + length : start + length + 1] != bytes([END]):
        return found.split(_FIRST_RUN, 1)[0]
    return found


def _attributed(root: Any) -> Attributed:
    """The attributed string that a stream's first object is."""
    if not isinstance(root, Object) or not root.groups:
        raise BrokenStreamError("no object")
    text = _plain(root if "NSString" in root.classes else root.groups[0][0])
    if not isinstance(text, str):
        raise BrokenStreamError("no text")
    places = _utf16_places(text)
    runs: list[Run] = []
    known: dict[int, dict[str, Any]] = {}
    number = at = 0
    for group in root.groups[1:]:
        if len(group) == 2 and all(isinstance(value, int) for value in group):
            number, length = group
            end = min(at + max(length, 0), len(places) - 1)
            runs.append(Run(places[at], places[end], known.setdefault(number, {})))
            at = end
        elif isinstance(group[0], Object) and "NSDictionary" in group[0].classes and number in known:
            known[number].update(_dictionary(group[0]))
    return Attributed(text, runs)


def _utf16_places(text: str) -> list[int]:
    """For each UTF-16 unit of a text the character it belongs to, and the text's length at the end."""
    places: list[int] = []
    for number, character in enumerate(text):
        places += [number] * (2 if character > "\uffff" else 1)
    return [*places, len(text)]


def _dictionary(found: Object) -> dict[str, Any]:
    values = [value for group in found.groups[1:] for value in group]
    pairs = zip(values[::2], values[1::2], strict=False)
    return {key: _plain(value) for name, value in pairs if isinstance(key := _plain(name), str)}


def _plain(value: Any) -> str | int | float | None:
    """A text or a number as Python's own; None for everything else."""
    if not isinstance(value, Object) or not value.groups:
        return None
    last = value.groups[-1][-1]
    if "NSString" in value.classes and isinstance(last, bytes):
        return last.decode(errors="replace")
    return last if "NSNumber" in value.classes and isinstance(last, int | float) else None
