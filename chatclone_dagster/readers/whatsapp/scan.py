"""First pass over a file: every line that begins like a message, as columns of small numbers.

200,000 lines take a few hundredths of a second, because a line is never a Python object: nearly all headers are cut by moulds
(mould.py), and what fits none takes the slower way through the groups of the pattern. The parts are dictionary-encoded; each
different part is read once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from chatclone_dagster.readers.files.text import line_offsets, slices
from chatclone_dagster.readers.whatsapp import headers
from chatclone_dagster.readers.whatsapp.dictionary import Dictionary
from chatclone_dagster.readers.whatsapp.headers import Lead
from chatclone_dagster.readers.whatsapp.mould import Mould
from chatclone_dagster.readers.whatsapp.words import words

HALVES = ("none", "am", "pm", "noon", "pm_from_zero", "unknown")
_MOST_MOULDS = (
    64  # day, month, hour with one digit or two, both halves of the day, before and after an update of the app
)
_FIRST = 8  # lines that are tried for a first mould, so that not all of the first block are searched for the pattern
_OPENINGS = np.array([byte in b"0123456789[" or byte > 127 for byte in range(256)])
"""Whether a header may begin with a byte. Marks and the digits of other scripts are above 127."""


@dataclass
class Clocks:
    """Every different clock of a file, taken apart: hour (-1 if there is no such time), minute, second, half, style."""

    hour: list[int] = field(default_factory=list)
    minute: list[int] = field(default_factory=list)
    second: list[int] = field(default_factory=list)
    half: list[int] = field(default_factory=list)
    style: list[int] = field(default_factory=list)
    """1 if there are seconds, 2 if there is a half of the day, 4 if the numbers are joined by a dot."""

    def add(self, clocks: pl.Series) -> None:
        """Take more clocks apart."""
        parts = clocks.str.extract_groups(headers.CLOCK).struct.unnest()
        halves = {text: headers.read_half(text or "") or "unknown" for text in parts["3"].unique()}
        for time, second, half in parts.iter_rows():
            read = headers.read_time(time) if time else None
            seconds = int(second[1:]) if second else 0
            self.hour.append(read[0] if read and seconds < 60 else -1)
            self.minute.append(read[1] if read else 0)
            self.second.append(seconds)
            self.half.append(HALVES.index(halves[half]))
            self.style.append(bool(second) + 2 * bool(half) + 4 * ("." in (time or "")))


class Scan:
    """What the first pass learns. The arrays hold one number per line that may begin a message, in the order of the file."""

    def __init__(self, *, bare: bool = False) -> None:
        """`bare`: the file has the headers without a separator before the name."""
        self.pattern = headers.BARE_HEADER if bare else headers.HEADER
        self.leads: list[Lead | None] = []
        self.clocks = Clocks()
        self.gaps: dict[str, int] = {}
        self.seps: dict[str, int] = {}
        self.size = 0  # bytes scanned
        self.lines = 0  # lines scanned
        self._lead_dictionary, self._clock_dictionary = Dictionary(), Dictionary()
        self._moulds: list[Mould] = []
        # What follows a bare header decides where it ends, so it has no mould.
        self._most_moulds = 0 if bare else _MOST_MOULDS

    def block(self, data: bytes) -> dict[str, np.ndarray]:
        """Scan the next block of lines: a row per line that may begin a message.

        The columns: `line` (from 1), `start` and `end` (of the line, in bytes of the block), `head` (length of the header in
        bytes), and `lead`, `gap`, `clock`, `sep`, which are numbers into the dictionaries.
        """
        offsets = line_offsets(data)
        parts = {name: np.full(len(offsets) - 1, -1, np.int32) for name in ("head", "lead", "gap", "clock", "sep")}
        self._cut(data, offsets, parts)
        self.leads += [headers.read_lead(text) for text in self._lead_dictionary.texts[len(self.leads) :]]
        self.clocks.add(pl.Series(self._clock_dictionary.texts[len(self.clocks.hour) :], dtype=pl.String))
        at = np.flatnonzero(self._readable(parts))
        columns = {"line": (at + 1 + self.lines).astype(np.int32), "start": offsets[at], "end": offsets[at + 1]}
        self.lines += len(offsets) - 1
        self.size += len(data)
        return columns | {name: part[at] for name, part in parts.items()}

    def clock_texts(self) -> list[str]:
        """Every different clock as written."""
        return self._clock_dictionary.texts

    def _cut(self, data: bytes, offsets: np.ndarray, parts: dict[str, np.ndarray]) -> None:
        """Cut the headers of the lines between `offsets` into `parts`; these stay as they are for lines without a header."""
        start, end = offsets[:-1], offsets[1:]
        first, left = words(data, start), np.arange(len(start))
        if not self._moulds:
            any(self._learn(data[start[line] : end[line]]) for line in range(min(_FIRST, len(start))))
        for mould in self._moulds:
            left = self._by_mould(mould, data, start, first, left, parts)
        left = left[_OPENINGS[(first[left] & 0xFF).astype(np.int64)]]
        left = left[slices(data, start[left], end[left]).str.contains(self.pattern).to_numpy()]
        while len(left) and self._learn(data[start[left[0]] : end[left[0]]]):
            left = self._by_mould(self._moulds[-1], data, start, first, left, parts)
        if len(left):
            self._by_pattern(slices(data, start[left], end[left]), left, parts)
        self._moulds.sort(key=lambda mould: -mould.cut)

    def _learn(self, line: bytes) -> bool:
        """Make a mould of a line's header, if there is one; whether that worked."""
        mould = Mould.of(re.match(self.pattern, line.decode())) if len(self._moulds) < self._most_moulds else None
        if mould:
            self._moulds.append(mould)
        return mould is not None

    def _by_mould(
        self,
        mould: Mould,
        data: bytes,
        start: np.ndarray,
        first: np.ndarray,
        left: np.ndarray,
        parts: dict[str, np.ndarray],
    ) -> np.ndarray:
        """Cut those of the lines `left` that fit a mould; returns the others."""
        fit = mould.cast(data, start[left], first[left])
        at = left[fit]
        if len(at):
            codes = mould.codes(data, start[at], self._lead_dictionary, self._clock_dictionary)
            parts["lead"][at], parts["clock"][at] = codes
            parts["head"][at] = mould.length
            parts["gap"][at], parts["sep"][at] = _number(self.gaps, mould.gap), _number(self.seps, mould.sep)
        return np.delete(left, fit)

    def _by_pattern(self, heads: pl.Series, at: np.ndarray, parts: dict[str, np.ndarray]) -> None:
        """Cut lines by the groups of the pattern and write the parts to the rows `at` of `parts`."""
        groups = heads.str.extract_groups(self.pattern).struct.unnest()
        parts["lead"][at] = self._lead_dictionary.codes(groups["1"])
        parts["clock"][at] = self._clock_dictionary.codes(groups["3"])
        parts["head"][at] = groups.select(pl.sum_horizontal(pl.all().str.len_bytes())).to_series().to_numpy()
        for name, group, numbers in (("gap", "2", self.gaps), ("sep", "4", self.seps)):
            known = {text: _number(numbers, text) for text in groups[group].unique()}
            parts[name][at] = groups[group].replace_strict(known, return_dtype=pl.Int32).to_numpy()

    def _readable(self, parts: dict[str, np.ndarray]) -> np.ndarray:
        """Which lines have a date, a time, and a separator that goes with them."""
        lead_ok = np.array([lead is not None for lead in self.leads] + [False])
        clock_ok = np.array([*self.clocks.hour, -1]) >= 0
        known_half = np.array([*self.clocks.half, HALVES.index("unknown")]) != HALVES.index("unknown")
        colon = np.array([headers.read_sep(sep) in ":; " for sep in self.seps] + [True])
        # An unknown word between time and colon is a name: `14:48 Bob: hi` has no separator and so is no header.
        separated = known_half[parts["clock"]] | ~colon[parts["sep"]]
        readable: np.ndarray = lead_ok[parts["lead"]] & clock_ok[parts["clock"]] & separated
        return readable


def _number(numbers: dict[str, int], text: str) -> int:
    return numbers.setdefault(text, len(numbers))
