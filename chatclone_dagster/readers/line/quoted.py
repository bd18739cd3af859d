"""Messages of several lines as phones write them: between quotes, quotes in them doubled. What is inside may look like anything.

    01:01<TAB>Ada<TAB>"first line
    01:02<TAB>Bo<TAB>pasted from elsewhere"

A quote may also be typed. One opens such a message only if the line after it does not begin another one, and it closes where a
quote ends a line and another message, a date or the end of the file follows. Where lines end with `\\r\\n` between messages and
with `\\n` within them, that decides too.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

_LONGEST = 5_000  # lines; no message has more, so a quote that is open for longer was typed
_EXCERPT = 50  # lines like the beginning of a message; nobody pastes more of them into one
_TRAILING = re.compile(r'"*$')


@dataclass(slots=True)
class Unit:
    """A line, or a whole message between quotes: then `more` are its further lines and the quotes are gone."""

    number: int
    first: str
    more: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells messages from text in a file.

    `opening` gives the place of a quote with which a message begins in a line, or -1; `begins` tells whether a line begins a
    message or a day; `mixed`: lines end with `\\r\\n` between messages and with `\\n` within them.
    """

    opening: Callable[[str], int]
    begins: Callable[[str], bool]
    mixed: bool


def units(lines: Iterator[str], signs: Signs) -> Iterator[Unit]:
    """The lines of a file (the `\\r` of a `\\r\\n` left on), those of a message between quotes put together."""
    window = _Window(lines)
    number = 1
    while (line := window.take()) is not None:
        place = signs.opening(line.removesuffix("\r"))
        length = _length(window, line, signs) if place >= 0 else 0
        if length:
            rest = [window.take() or "" for _ in range(length)]
            inner = [line[place + 1 :].removesuffix("\r"), *(text.removesuffix("\r") for text in rest)]
            inner[-1] = inner[-1][:-1]
            if all(len(run) % 2 == 0 for text in inner for run in re.findall('"+', text)):
                inner = [text.replace('""', '"') for text in inner]
            yield Unit(number, line[:place] + inner[0], inner[1:])
        else:
            yield Unit(number, line.removesuffix("\r"))
        number += 1 + length


class _Window:
    """Lines with a look ahead."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._ahead: deque[str] = deque()
        self.without_close = 0  # so many lines ahead are known to close nothing

    def take(self) -> str | None:
        self.without_close = max(0, self.without_close - 1)
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def peek(self, index: int) -> str | None:
        """The line so many after the next one; None behind the end."""
        if index >= len(self._ahead):
            self._ahead.extend(islice(self._lines, index + 1 - len(self._ahead)))
        return self._ahead[index] if index < len(self._ahead) else None


def _length(window: _Window, line: str, signs: Signs) -> int:
    """How many further lines belong to a message that begins with a quote; 0 if the quote was typed."""
    ended = line.endswith("\r")  # whether the line before ends a message, as far as the file tells
    if (ended or not signs.mixed) and _follows(window, 0, signs):
        return 0
    passed = even = 0  # even: where a line ends with a typed quote and one that closes, if typed ones are not doubled
    index = window.without_close
    while index < _LONGEST and (text := window.peek(index)) is not None and not (even and index > even + _EXCERPT):
        plain = text.removesuffix("\r")
        if signs.begins(plain):
            passed += 1
            if ended if signs.mixed else passed > _EXCERPT or signs.opening(plain) >= 0:
                break
        ended = text != plain
        may_close = ended or not signs.mixed or window.peek(index + 1) is None
        if plain.endswith('"') and may_close and _follows(window, index + 1, signs):
            if len(_TRAILING.findall(plain)[0]) % 2 or (ended and signs.mixed):
                return index + 1
            even = even or index + 1
        index += 1
    if not even:
        window.without_close = index
    return even


def _follows(window: _Window, index: int, signs: Signs) -> bool:
    """Whether a message, a day or the end of the file stands there, empty lines aside."""
    for ahead in range(index, index + _LONGEST):
        line = window.peek(ahead)
        if line is None:
            return True
        if plain := line.removesuffix("\r"):
            return signs.begins(plain)
    return False
