"""First pass over a file: every line that begins like a message, as columns of small numbers.

200,000 lines take a few hundredths of a second, because a line is never a Python object: polars finds the header lines and cuts
them at the separators of the block's first header, and what does not fit that mould (another shape, other digits) takes the
slower way through the groups of the pattern. The parts are dictionary-encoded; each different part is read once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from chatclone_dagster.readers.text import slices, strings
from chatclone_dagster.readers.whatsapp import headers
from chatclone_dagster.readers.whatsapp.headers import Lead

HALVES = ("none", "am", "pm", "noon", "pm_from_zero", "unknown")
_LONGEST_PART = 48  # bytes; longer text between two separators is no date and no clock


class Dictionary:
    """The different strings of a column, numbered from 0 in order of appearance, across blocks."""

    def __init__(self) -> None:
        """Start empty."""
        self.texts: list[str] = []
        self._categories = pl.Categories.random()
        # polars forgets the strings with the last series that uses them: this one stays.
        self._anchor = pl.Series(dtype=pl.Categorical(self._categories))

    def codes(self, values: pl.Series) -> np.ndarray:
        """The numbers of these strings, -1 for null; strings that are new are added to `texts`."""
        codes = values.cast(pl.Categorical(self._categories)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
        # Numbers are given in order of appearance, so a string is new where the number is the largest so far.
        before = np.maximum.accumulate(np.concatenate([[len(self.texts) - 1], codes[:-1]]))
        new = np.flatnonzero(codes > before)
        if len(new) != codes.max(initial=-1) + 1 - len(self.texts):  # should polars ever number them otherwise
            numbers, places = np.unique(codes, return_index=True)
            new = places[numbers >= len(self.texts)]
        if len(new):
            self.texts += values.gather(new).to_list()
        return codes


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
        times = {text: headers.read_time(text) for text in parts["1"].unique() if text}
        halves = {text: headers.read_half(text or "") or "unknown" for text in parts["3"].unique()}
        for time, second, half in parts.iter_rows():
            read = times.get(time)
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
        self._chunks: list[dict[str, np.ndarray]] = []

    def block(self, data: bytes) -> dict[str, np.ndarray]:
        """Scan the next block of lines: a row per line that may begin a message.

        The columns: `line` (from 1), `start` and `end` (of the line, in bytes of the block), `head` (length of the header in
        bytes), and `lead`, `gap`, `clock`, `sep`, which are numbers into the dictionaries.
        """
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
        if not len(ends) or ends[-1] < len(data):
            ends = np.append(ends, len(data))
        starts = np.concatenate([[0], ends[:-1]])
        lines = strings(data, np.append(starts, len(data)))
        found = lines.str.contains(self.pattern)
        at = found.arg_true().to_numpy().astype(np.int64)
        columns = {"line": (at + 1 + self.lines).astype(np.int32), "start": starts[at], "end": ends[at]}
        if len(at):
            columns |= self._split(data, lines.filter(found), columns["start"])
            good = self._readable(columns)
            columns = columns if good.all() else {name: column[good] for name, column in columns.items()}
        self.lines += len(lines)
        self.size += len(data)
        return columns

    def clock_texts(self) -> list[str]:
        """Every different clock as written."""
        return self._clock_dictionary.texts

    def _split(self, data: bytes, heads: pl.Series, start: np.ndarray) -> dict[str, np.ndarray]:
        """Cut header lines into parts: at the literal separators of the first one where that works, else by the pattern."""
        first = re.match(self.pattern, heads[0])
        gap, sep = (first[2], first[4]) if first else (", ", " - ")
        gap_at, sep_at = (
            heads.str.find(sign, literal=True).cast(pl.Int64).fill_null(-1).to_numpy() for sign in (gap, sep)
        )
        clock_at = gap_at + len(gap.encode())
        fits = (gap_at > 0) & (gap_at <= _LONGEST_PART) & (sep_at > clock_at) & (sep_at - clock_at <= _LONGEST_PART)
        rows = np.flatnonzero(fits)
        begin, gap_at, clock_at, sep_at = (column[rows] for column in (start, gap_at, clock_at, sep_at))
        out = {name: np.full(len(heads), -1, np.int32) for name in ("head", "lead", "gap", "clock", "sep")}
        out["lead"][rows] = self._lead_dictionary.codes(slices(data, begin, begin + gap_at))
        out["clock"][rows] = self._clock_dictionary.codes(slices(data, begin + clock_at, begin + sep_at))
        out["head"][rows] = sep_at + len(sep.encode())
        out["gap"][rows], out["sep"][rows] = _number(self.gaps, gap), _number(self.seps, sep)
        self._learn()
        misfit = np.flatnonzero(~self._readable(out))
        if len(misfit):
            self._by_pattern(heads.gather(misfit), misfit, out)
        return out

    def _by_pattern(self, heads: pl.Series, at: np.ndarray, out: dict[str, np.ndarray]) -> None:
        """Cut lines by the groups of the pattern and write the parts to the rows `at` of `out`."""
        parts = heads.str.extract_groups(self.pattern).struct.unnest()
        out["lead"][at] = self._lead_dictionary.codes(parts["1"])
        out["clock"][at] = self._clock_dictionary.codes(parts["3"])
        out["head"][at] = parts.select(pl.sum_horizontal(pl.all().str.len_bytes())).to_series().to_numpy()
        for name, group, numbers in (("gap", "2", self.gaps), ("sep", "4", self.seps)):
            known = {text: _number(numbers, text) for text in parts[group].unique()}
            out[name][at] = parts[group].replace_strict(known, return_dtype=pl.Int32).to_numpy()
        self._learn()

    def _learn(self) -> None:
        """Read the leads and clocks that were not met before."""
        self.leads += [headers.read_lead(text) for text in self._lead_dictionary.texts[len(self.leads) :]]
        new = self._clock_dictionary.texts[len(self.clocks.hour) :]
        if new:
            self.clocks.add(pl.Series(new))

    def _readable(self, columns: dict[str, np.ndarray]) -> np.ndarray:
        """Which rows have a date, a time, and a separator that goes with them."""
        lead_ok = np.array([lead is not None for lead in self.leads] + [False])
        clock_ok = np.array([*self.clocks.hour, -1]) >= 0
        known_half = np.array([*self.clocks.half, HALVES.index("unknown")]) != HALVES.index("unknown")
        colon = np.array([headers.read_sep(sep) in ":; " for sep in self.seps] + [True])
        # An unknown word between time and colon is a name: `14:48 Bob: hi` has no separator and so is no header.
        # An unknown word between time and colon is a name: `14:48 Bob: hi` has no separator and so is no header.
        separated = known_half[columns["clock"]] | ~colon[columns["sep"]]
        readable: np.ndarray = lead_ok[columns["lead"]] & clock_ok[columns["clock"]] & separated
        return readable


def _number(numbers: dict[str, int], text: str) -> int:
    return numbers.setdefault(text, len(numbers))
