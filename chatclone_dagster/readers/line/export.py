"""Reads a LINE export in two passes: the first finds out how it is built and who writes, the second takes out the messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, UnreadableError
from chatclone_dagster.readers.entries import Entry, without_excerpts
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.line import bodies, heads, names
from chatclone_dagster.readers.line.survey import Survey, survey
from chatclone_dagster.readers.times import clocks

_NOON = 43_200  # seconds
_MOST_UNSURE = 1_000


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read an export; positions are lines.

    Raises:
        UnreadableError: no message in it, or no line with a date.
    """
    found = survey(file, options.date_order, out)
    if not found.days:
        if not file.head.strip():
            out.issue(1, "the file is empty")
            return
        raise UnreadableError("no line of the file is a date as LINE writes it above the messages of a day")
    out.fact(variant=f"{'desktop' if found.desktop else 'mobile'}-{found.layout}")
    scan = _Scan(file, found, out)
    if found.layout == "blank":
        entries = without_excerpts(_settled(scan.entries(), scan))
    else:
        entries = (candidate.entry for candidate in scan.entries())
    for entry in entries:
        _emit(entry, found, out)
    if scan.guesses:
        reason = f"{scan.guesses} messages of people who write only once; the first word of each is taken for the name"
        out.issue(scan.first_guess, reason)


@dataclass(slots=True)
class _Candidate:
    """A line with a time; `sure`: it begins a message whatever stands around it."""

    entry: Entry
    sure: bool = True


class _Scan:
    """The second pass."""

    def __init__(self, file: ExportFile, found: Survey, out: Out) -> None:
        self._file, self._found, self._out = file, found, out
        self._day: date | None = None
        self._last = 0  # seconds since midnight of the message before
        self._lost = False  # what stands before the first message belongs to one that was lost
        self.guesses = self.first_guess = 0

    def entries(self) -> Iterator[_Candidate]:
        """Every line that may begin a message, with those that follow it."""
        current: _Candidate | None = None
        before = full = False
        for unit in self._found.units(self._file):
            if unit.number in self._found.days:
                self._day, self._last = self._found.days[unit.number], 0
                continue
            candidate = self._candidate(unit.number, unit.first, unit.more)
            if candidate is not None:
                if current is not None:
                    yield current
                current = candidate
            elif current is not None:
                if not current.entry.add(unit.first) and not full:
                    self._out.issue(unit.number, "a message of too many lines; the rest of it is left out")
                    full = True
            elif unit.first.strip() and not before and not self._lost and not _is_head(unit.first):
                self._out.issue(unit.number, "text before the first message; it is left out", unit.first)
                before = True
        if current is not None:
            yield current

    def guess(self, entry: Entry) -> None:
        """Count an entry whose sender is only guessed."""
        if entry.sender is not None:
            self.guesses += 1
            self.first_guess = self.first_guess or entry.line

    def _candidate(self, number: int, line: str, more: list[str]) -> _Candidate | None:
        clock = self._found.clock(line)
        second = clocks.seconds(clock) if clock else None
        if clock is None or second is None:
            return None
        rest = line[clock.end() :]
        if self._day is None:
            self._out.issue(number, "a message above the first date, without a day", line, is_row=True)
            self._lost = True
            return None
        sender, said, sure = self._blank(rest) if self._found.layout == "blank" else (*self._found.columns(rest), True)
        return _Candidate(Entry(number, self._moment(second), sender, [said, *more], line), sure)

    def _blank(self, rest: str) -> tuple[str | None, str, bool]:
        """Name (None for the app), text, and whether that is sure, where only blanks stand between."""
        sentence = bodies.read_sentence(rest)
        parts = names.split(rest, self._found.names)
        if sentence is not None and (parts is None or sentence.people[:1] == parts[:1]):
            return None, rest, True
        if parts is not None:
            return parts[0], parts[1], True
        first, _, said = rest.partition(" ")
        return (first, said, False) if said else (None, rest, False)

    def _moment(self, second: int) -> datetime:
        """An hour of 24 and more is the first of its day, as some phones count; behind the evening it is the next day's."""
        if second >= clocks.DAY and self._last < _NOON:
            second -= clocks.DAY
        self._last = second
        return datetime.combine(self._day or date.min, time()) + timedelta(seconds=second)


def _is_head(line: str) -> bool:
    return heads.read_title(line) is not None or heads.is_saved(line)


def _settled(candidates: Iterator[_Candidate], scan: _Scan) -> Iterator[Entry]:
    """The entries among the candidates; one that is not sure is text, unless its time lies between those around it."""
    last: Entry | None = None
    unsure: list[Entry] = []
    for candidate in chain(candidates, (None,)):
        if candidate is not None and not candidate.sure and len(unsure) < _MOST_UNSURE:
            unsure.append(candidate.entry)
            continue
        for entry in unsure:
            later = last is None or entry.at >= last.at
            if last is None or (later and (candidate is None or entry.at <= candidate.entry.at)):
                scan.guess(entry)
                if last is not None:
                    yield last
                last = entry
            else:
                last.take(entry)
        unsure = []
        if last is not None:
            yield last
        last = candidate.entry if candidate is not None else None


def _emit(entry: Entry, found: Survey, out: Out) -> None:
    sender, body = entry.sender, entry.body
    if sender is None:
        sentence = bodies.read_sentence(body) or bodies.Sentence("system")
        read_as = bodies.Body(sentence.kind, body if sentence.kind == "system" else "")
        sender = sentence.people[0] if sentence.kind == "deleted" and sentence.people else None
    else:
        read_as = bodies.read_body(body, desktop=found.desktop)
    out.row(
        entry.line,
        found.title,
        found.title,
        entry.at,
        is_group=found.is_group,
        sender_key=sender,
        sender_name=sender,
        kind=read_as.kind,
        text=read_as.text,
        attachments=inside(read_as.attachments, entry.line, out),
    )
