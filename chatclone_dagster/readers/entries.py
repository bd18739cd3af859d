"""What text exports have in common in which a line with a time begins a message and all that follows goes on with it.

People paste parts of a chat into a message, and those look like messages. What gives them away is that exports are in order of
time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DROP = timedelta(minutes=65)
"""More than a clock is put back by in autumn: no message is that much older than the one above it."""
_EXCERPT = 50  # entries; nobody pastes more, so what is dated earlier for longer than that was sent
_PASTED_DAYS, _DISORDER = (
    2,
    0.1,
)  # lines with a date, and their share, out of order; where more are, all is out of order
MOST_LINES = 100_000  # of one message; what goes on longer is no message but another file's text


@dataclass(slots=True)
class Entry:
    """A message as it stands in a file.

    `line` is where it begins (from 1), `written` that line as a whole, `lines` what it says, of which the first `inline` stand in
    `written`; `sender` is None for the app, `name` what the sender is called if `sender` is a number.
    """

    line: int
    at: datetime
    sender: str | None
    lines: list[str]
    written: str
    name: str | None = None
    inline: int = 1

    @property
    def body(self) -> str:
        """What it says, without the empty lines before the next entry."""
        return "\n".join(self.lines).rstrip("\n")

    def add(self, line: str) -> bool:
        """Go on with another line; False if it is one too many and was left out."""
        if len(self.lines) < MOST_LINES:
            self.lines.append(line)
            return True
        return False

    def take(self, entry: Entry) -> None:
        """Go on with another entry, whose lines turned out to be text."""
        self.lines += [entry.written, *entry.lines[entry.inline :]]


def without_excerpts(entries: Iterable[Entry], drop: timedelta = DROP) -> Iterator[Entry]:
    """The entries in order; those that were pasted into the one before are made part of its text again.

    Pasted are entries dated more than `drop` before both of the two before them, if one that is not follows soon.
    """
    waiting: deque[Entry] = deque()
    source = iter(entries)
    earlier: datetime | None = None  # when the entry before `last` was sent
    last: Entry | None = None
    held: list[Entry] = []
    while (entry := waiting.popleft() if waiting else next(source, None)) is not None or held:
        below = entry is not None and last is not None and entry.at < last.at - drop
        if entry is not None and below and len(held) < _EXCERPT and _is_dip(held, entry, earlier, drop):
            held.append(entry)
            continue
        if held and (entry is None or below):  # no entry brings the time back: they were sent
            if entry is not None:
                held.append(entry)
            waiting.extendleft(reversed(held[1:]))
            entry = held[0]
        elif last is not None:
            for pasted in held:
                last.take(pasted)
        held = []
        if last is not None:
            yield last
            earlier = last.at
        last = entry
    if last is not None:
        yield last


def _is_dip(held: Sequence[Entry], entry: Entry, earlier: datetime | None, drop: timedelta) -> bool:
    """Whether the time falls here, rather than having been too late one entry before."""
    return bool(held) or earlier is None or entry.at < earlier - drop


def in_order(days: Sequence[int]) -> list[bool]:
    """Which of a file's lines with a date head a day: as many as can be so that each is later than the one above it.

    The rest are lines of messages, but for those that repeat the day above them. A file in which they are many is in no order, and
    all of them head a day.
    """
    tails: list[int] = []  # the smallest day with which a row of so many can end
    lengths = []
    for day in days:
        place = bisect_left(tails, day)
        lengths.append(place)
        tails[place : place + 1] = [day]
    heads, wanted, above = [False] * len(days), len(tails) - 1, 1 << 62
    for index in range(len(days) - 1, -1, -1):
        if lengths[index] == wanted and wanted > 0:
            heads[index], wanted, above = True, wanted - 1, days[index]
    for index, day in enumerate(days):  # the first day is the first that fits: what comes later and is older was pasted
        if lengths[index] == 0 and day < above:
            heads[index] = True
            break
    current = None
    for index, day in enumerate(days):
        heads[index] = heads[index] or day == current
        current = day if heads[index] else current
    few = len(days) - sum(heads) <= max(_PASTED_DAYS, _DISORDER * len(days))
    return heads if few else [True] * len(days)
