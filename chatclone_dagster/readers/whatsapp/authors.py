"""Who wrote a line: the name before the colon, told from sentences of the app that hold a colon too.

A name may hold anything, colons included, so names are decided when the whole file has been seen: a name is what stands before
the first `": "` of the line (or before the `":"` that ends it) unless it looks like a part of a sentence. Chinese iPhones may leave
the blank out; they write the year first, so only such files are searched for names without it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl

from chatclone_dagster.readers.files.text import slices
from chatclone_dagster.readers.whatsapp import events
from chatclone_dagster.readers.whatsapp.dictionary import Dictionary
from chatclone_dagster.readers.whatsapp.locales import LRM, unmarked
from chatclone_dagster.readers.whatsapp.words import find

_USUAL_NAME = 3  # words (of eight bytes) that hold nearly every name; longer ones take a little longer
LONGEST_NAME = 200  # bytes; contacts have shorter names, so a colon further right stands in a sentence
NOBODY = -1
_QUOTES = re.compile('["“”„«»]')
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_LEAST = 10  # messages a name of two halves must have; fewer can happen to begin alike


class Person(NamedTuple):
    """Somebody who writes: the name to tell people apart by, as exported but for direction marks, and whether one is before it."""

    key: str
    name: str
    marked: bool


def plain_name(name: str) -> str:
    """A name as people read it: no direction marks, ordinary blanks, none around it."""
    if name.isascii():
        return name.strip()
    return re.sub(r"[ \u00a0\u2009\u202f]+", " ", unmarked(name)).strip() or name.strip()


class People:
    """The people of a file, numbered; one who is spelled with different marks or blanks is one."""

    def __init__(self) -> None:
        """Start empty."""
        self.list: list[Person] = []
        self._numbers: dict[str, int] = {}

    def number(self, written: str) -> int:
        """The number of the person whose name is written so; a new one if need be."""
        key = written if written.isalnum() else plain_name(written)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.list)
            name = key if key is written else unmarked(written).strip() or key
            self.list.append(Person(key, name, written.startswith(LRM)))
        return number

    def __contains__(self, written: object) -> bool:
        """Whether there is a person of this name."""
        return isinstance(written, str) and plain_name(written) in self._numbers


def may_be_name(candidate: str, count: int) -> bool:
    """Whether the text before a colon, met `count` times in the file, can be a name and not a part of a sentence."""
    if candidate.isalnum():
        return True  # most names, and no sentence
    name = plain_name(candidate)
    if not name or "://" in name:
        return False
    if " " not in name and name.isalnum():
        return True  # most names, and no sentence
    if count == 1 and (_CLOCK.search(name) or _QUOTES.search(name)):
        return False
    return count > 2 or not (name.count('"') % 2 or events.is_event(name))


@dataclass
class _Irregular:
    """Lines whose first colon has no blank after it: two places where the name might end, `near` and `far`."""

    rows: list[np.ndarray] = field(default_factory=list)
    names: list[pl.DataFrame] = field(default_factory=list)

    def add(self, rows: np.ndarray, rest: pl.Series, colon: np.ndarray, blank: np.ndarray) -> None:
        """Note lines given the text after their headers and where its first `:` and first `": "` stand (-1: nowhere)."""
        frame = pl.DataFrame({"rest": rest, "bytes": rest.cast(pl.Binary), "near": colon, "far": blank})
        line = pl.col("rest").str.strip_chars_end("\r\n")
        empty_body = (pl.col("far") < 0) & line.str.ends_with(":")
        frame = frame.with_columns(
            far=pl.when(empty_body).then(line.str.len_bytes() - 1).otherwise("far"),
            # `https://` and `19:00` are no names with a body behind them
            no_name=pl.col("rest").str.contains(r"^[^:]*(?:://|[0-9]:[0-9])") & (pl.col("near") != pl.col("far")),
        )
        cut = [
            pl.when(pl.col(end).is_between(1, LONGEST_NAME))
            .then(pl.col("bytes").bin.slice(0, pl.col(end)).cast(pl.String))
            .alias(end)
            for end in ("near", "far")
        ]
        self.rows.append(rows)
        self.names.append(frame.select(*cut, "no_name"))


class Authors:
    """The authors of a file's lines, gathered block by block and then settled."""

    def __init__(self) -> None:
        """Start empty."""
        self._dictionary = Dictionary()
        self._irregular = _Irregular()
        self._further: list[pl.DataFrame] = []  # what follows names that are still open, up to another ": "
        self._closed = np.zeros(0, bool)  # names after which something else follows as well
        self._rows = 0

    @property
    def names(self) -> list[str]:
        """What stands before the colons of the lines so far, by number."""
        return self._dictionary.texts

    def block(self, data: bytes, columns: dict[str, np.ndarray]) -> None:
        """Add the columns `author` (a number, or NOBODY) and `body` (bytes of the line before the body) to those of Scan.block."""
        begin = columns["start"] + columns["head"]
        length = self._lengths(data, begin, np.maximum(begin, columns["end"]))
        codes = self._dictionary.codes_at(data, begin, length)
        columns["author"] = np.where(length > 0, codes, np.int32(NOBODY))
        columns["body"] = columns["head"] + np.where(length > 0, length + 2, 0).astype(np.int32)
        self._look_further(data, columns)
        self._rows += len(begin)

    def _lengths(self, data: bytes, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """The length of each name, given where the text after the header begins and ends; 0 for none, or none so far."""
        buffer = np.frombuffer(data, np.uint8)
        length = find(data, begin, ":", _USUAL_NAME)
        colon = begin + length
        named = (length > 0) & (colon + 1 < end) & (buffer[np.minimum(colon + 1, len(data) - 1)] == ord(" "))
        none = (length >= 0) & (colon >= end)
        length[~named] = 0
        rows = np.flatnonzero(~(named | none))
        rest = slices(data, begin[rows], end[rows])
        near, far = (_found(rest, sign) for sign in (":", ": "))
        regular = (near == far) & (near > 0) & (near <= LONGEST_NAME)
        length[rows[regular]] = near[regular]
        irregular = np.flatnonzero((near >= 0) & ~regular)
        if len(irregular):
            self._irregular.add(self._rows + rows[irregular], rest.gather(irregular), near[irregular], far[irregular])
        return length

    def _look_further(self, data: bytes, columns: dict[str, np.ndarray]) -> None:
        """Find names after which a second `": "` follows in every message: perhaps only the first half of a name."""
        author = columns["author"]
        self._closed = np.append(self._closed, np.zeros(len(self._dictionary.texts) - len(self._closed), bool))
        if self._closed.all():
            return
        rows = np.flatnonzero(author >= 0)
        rows = rows[~self._closed[author[rows]]]
        # The first message of each name closes nearly all of them; then few are left to be looked through.
        first = np.zeros(len(self._closed), np.int64)
        first[author[rows[::-1]]] = rows[::-1]
        self._second(data, columns, rows[first[author[rows]] == rows])
        rows = rows[~self._closed[author[rows]]]
        self._further.append(pl.DataFrame({"author": author[rows], "second": self._second(data, columns, rows)}))

    def _second(self, data: bytes, columns: dict[str, np.ndarray], rows: np.ndarray) -> pl.Series:
        """What stands before the next `": "` of these rows; null where there is none, and then the name is closed."""
        begin, end = (columns["start"] + columns["body"])[rows], columns["end"][rows]
        length = _found(slices(data, begin, np.maximum(begin, end)), ": ")
        length[length > LONGEST_NAME] = -1
        self._closed[columns["author"][rows[length < 0]]] = True
        return slices(data, begin, begin + np.maximum(length, 0)).set(pl.Series(length < 0), None)

    def _open_names(self) -> Iterator[tuple[int, list[str]]]:
        """The names after which a second `": "` follows in every message, and what stands between."""
        if self._further:
            rows = pl.concat(self._further)
            rows = rows.filter(pl.Series(~self._closed[rows["author"].to_numpy()]))
            seconds = pl.col("second").unique(maintain_order=True)
            yield from rows.group_by("author", maintain_order=True).agg(seconds).iter_rows()

    def settle(
        self, author: np.ndarray, head: np.ndarray, body: np.ndarray, *, glued: bool
    ) -> tuple[list[Person], dict[int, dict[str, int]]]:
        """Decide every row, in place: afterwards `author` is NOBODY or a place in the list that is returned first.

        `glued`: the body may follow the colon without a blank.

        Second come people whose name is only the first half of others': in each message of theirs the name goes on up to the next
        `": "`, and the one who bears the whole name has the number given.
        """
        candidates = self._dictionary.texts
        counts = np.bincount(author[author >= 0], minlength=len(candidates)).tolist()
        people = People()
        table = np.full(len(candidates) + 1, NOBODY, np.int32)
        for code, (text, count) in enumerate(zip(candidates, counts, strict=True)):
            if count and may_be_name(text, count):
                table[code] = people.number(text)
        # One for a name that is always written the same, and never in an irregular line.
        writings = Counter(table.tolist())
        author[:] = table[author]
        body[:] = np.where(author == NOBODY, head, body)
        for rows, frame in zip(self._irregular.rows, self._irregular.names, strict=True):
            decided = {
                key: _name_of(*key, people=people, may_be_glued=glued)
                for key in frame.unique(maintain_order=True).iter_rows()
            }
            found = [(decided[key], key[1]) for key in frame.iter_rows()]
            author[rows] = [NOBODY if name is None else people.number(name) for name, _ in found]
            writings.update(author[rows].tolist())
            length = [0 if name is None else len(name.encode()) + 1 + (name == far) for name, far in found]
            body[rows] = head[rows] + np.array(length, np.int32)
        halves: dict[int, dict[str, int]] = {}
        for code, further in self._open_names():
            enough = counts[code] >= max(_LEAST, 3 * len(further)) and table[code] != NOBODY
            if enough and writings[int(table[code])] < 2 and not any(text in people for text in further):
                halves[int(table[code])] = {text: people.number(f"{candidates[code]}: {text}") for text in further}
        return people.list, halves


def _name_of(near: str | None, far: str | None, no_name: bool, *, people: People, may_be_glued: bool) -> str | None:
    """Which of two possible names a line has: the one before `":"`, the one before `": "`, or none."""
    for name in (near, far) if may_be_glued else (far,):
        if name is not None and name in people:
            return name
    if far is not None:
        return far if may_be_name(far, 1) else None
    return near if near is not None and may_be_glued and not no_name and may_be_name(near, 1) else None


def _found(texts: pl.Series, sign: str) -> np.ndarray:
    """Where a sign stands first in each text, in bytes; -1 for nowhere."""
    return texts.str.find(sign, literal=True).cast(pl.Int64).fill_null(-1).to_numpy(writable=True)
