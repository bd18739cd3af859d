"""The first reading of a LINE export: how its lines are built, which of them head a day, who writes, and whether it is a group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from chatclone_dagster.readers.contract import DateOrder, ExportFile, Out
from chatclone_dagster.readers.entries import in_order
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.line import bodies, heads
from chatclone_dagster.readers.line.names import Names, split
from chatclone_dagster.readers.line.quoted import Signs, Unit, units
from chatclone_dagster.readers.times.clocks import CLOCK

Layout = Literal["tab", "wide", "blank"]
CLOCK_LINE = re.compile(rf"{CLOCK}(?P<gap>\t| +)")
_QUOTED = re.compile(rf'{CLOCK}\t[^\t]*\t(?=")')
_WIDE = re.compile(" {2,}")
_MOST_PEOPLE = 100_000
_HEADER_LINES = 5


@dataclass
class Survey:
    """What holds for the whole file."""

    layout: Layout
    mixed: bool
    title: str = ""
    is_group: bool | None = None
    days: dict[int, date] = field(default_factory=dict)  # by the number of the line
    senders: set[str] = field(default_factory=set)
    names: frozenset[str] = frozenset()  # of those who write, where only blanks follow them
    desktop: bool = False

    def units(self, file: ExportFile) -> Iterator[Unit]:
        """The file's lines, messages between quotes put together."""
        return units(text.lines_to_newline(file), Signs(self._opening, self._begins, self.mixed))

    def clock(self, line: str) -> re.Match[str] | None:
        """The clock at the beginning of a line, if it may begin a message."""
        found = CLOCK_LINE.match(line)
        return found if found and _layout(found) == self.layout else None

    def columns(self, rest: str) -> tuple[str | None, str]:
        """The name in a column of its own (None for the app) and the text of a line whose columns can be told."""
        if self.layout == "tab":
            name, *said = rest.split("\t", 1)
        else:
            name, *said = _WIDE.split(rest.lstrip(" "), maxsplit=1)
        if not said:
            known = rest in self.senders and bodies.read_sentence(rest) is None
            return (rest, "") if known else (None, rest)
        return name.strip(" ") or None, said[0]

    def _opening(self, line: str) -> int:
        found = _QUOTED.match(line) if self.layout == "tab" else None
        return found.end() if found else -1

    def _begins(self, line: str) -> bool:
        if self.clock(line):
            return True
        day = heads.read_date(line)
        return day is not None and day.named


def survey(file: ExportFile, order: DateOrder | None, out: Out) -> Survey:
    """Read the file once; what is damaged is reported to `out`."""
    found = _shape(file, out)
    dates: list[tuple[int, heads.DateLine]] = []
    people = _People()
    for unit in found.units(file):
        clock = found.clock(unit.first)
        if clock is not None:
            people.look(unit.first[clock.end() :], found)
        elif (day := heads.read_date(unit.first, order)) is not None:
            dates.append((unit.number, day))
        elif not people.begun and unit.number <= _HEADER_LINES and not found.title:
            found.title, found.is_group = heads.read_title(unit.first) or ("", None)
    _settle(found, file, dates)
    people.settle(found)
    return found


class _People:
    """Who is named in a file, and whether LINE said something that it only says in groups."""

    def __init__(self) -> None:
        self.begun = False
        self._names = Names()
        self._told: set[str] = set()  # by LINE itself
        self._joined: set[str] = set()
        self._group = False

    def look(self, rest: str, found: Survey) -> None:
        """Look at what follows the time in a line."""
        self.begun = True
        sender, said = (None, rest) if found.layout == "blank" else found.columns(rest)
        if sender is not None:
            if len(found.senders) < _MOST_PEOPLE:
                found.senders.add(sender)
            return
        sentence = bodies.read_sentence(said)
        if sentence is None and found.layout == "blank":
            self._names.count(said)
            if (place := bodies.placeholder_at(said)) > 0:
                self._names.place(said[:place])
        elif sentence is not None and found.layout != "blank":
            self._group = self._group or sentence.group
        elif sentence is not None and len(self._told) < _MOST_PEOPLE:
            self._told |= {*sentence.people}
            self._joined |= {*sentence.people[:1]} if sentence.group else set()

    def settle(self, found: Survey) -> None:
        """Tell the names, where only blanks follow them, and whether it is a group."""
        group = self._group
        if found.layout == "blank":
            found.names = self._names.settle(self._told if found.is_group else {*self._told, found.title})
            found.senders = {name for name in found.names if self._names.writes(name)}
            # Not a message `Bo left the group` that somebody typed.
            group = any(name in found.names or split(name, found.names) is None for name in self._joined)
        if group or len(found.senders) > 2:
            found.is_group = True
        elif found.is_group is None and found.title in found.senders:
            found.is_group = False


def _settle(found: Survey, file: ExportFile, dates: list[tuple[int, heads.DateLine]]) -> None:
    """Choose the lines that head a day, and the title."""
    named = [pair for pair in dates if pair[1].named] or dates
    keep = in_order([day.day.toordinal() for _, day in named])
    found.days = {number: day.day for (number, day), kept in zip(named, keep, strict=True) if kept}
    if not found.title:
        found.title, found.is_group = heads.read_title(file.stem) or (file.stem, None)


def _shape(file: ExportFile, out: Out) -> Survey:
    """How lines are built: what stands behind the time, and how they end."""
    counts: dict[Layout, int] = {"tab": 0, "wide": 0, "blank": 0}
    newlines = returns = dotted = 0
    for block in text.blocks(file, out.issue):
        newlines += block.count(b"\n")
        returns += block.count(b"\r\n")
        for line in block.decode().split("\n"):
            if clock := CLOCK_LINE.match(line):
                counts[_layout(clock)] += 1
            elif dotted == 0 and line[4:5] == ".":
                dotted = heads.read_date(line.removesuffix("\r")) is not None
    layout = max(counts, key=lambda name: counts[name])
    return Survey(layout, mixed=0 < returns < newlines, desktop=layout == "blank" or bool(dotted))


def _layout(clock: re.Match[str]) -> Layout:
    gap = clock["gap"]
    return "tab" if gap == "\t" else "wide" if len(gap) > 1 else "blank"
