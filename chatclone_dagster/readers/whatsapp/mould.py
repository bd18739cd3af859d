"""Headers of one make, found and cut in all lines of a block at once: a mould is a header whose digits are left open.

    00/00/0000, 00:00 -          fits 05/01/2019, 08:13 -  and not 5/1/2019, 08:13 -

A file has one mould, or a few where numbers below 10 have no zero. The pattern (headers.HEADER) takes all digits for the same and
looks no further than its own end, so what fits the mould of a header is cut where that is. Lines are compared eight bytes at a
time, which takes a third of the time of searching them for the pattern; what fits no mould goes that way (scan.py).
"""

from __future__ import annotations

import re

import numpy as np

from chatclone_dagster.readers.files.text import slices
from chatclone_dagster.readers.whatsapp import headers
from chatclone_dagster.readers.whatsapp.dictionary import Dictionary
from chatclone_dagster.readers.whatsapp.locales import BLANK
from chatclone_dagster.readers.whatsapp.words import WIDTH, words, words_of

_LONGEST = 64  # bytes of a header
_OPEN_END = re.compile(rf"\]{BLANK}*$")
_BLANK_BYTES = tuple({sign.encode()[0] for sign in " \u00a0\u2009\u202f"})


class Mould:
    """The header of a line and of all that differ from it in nothing but their digits."""

    def __init__(self, match: re.Match[str]) -> None:
        """Make the mould of a line that headers.HEADER matches."""
        lead, self.gap, clock, self.sep = match.groups()
        self.length = len(match[0].encode())
        self.lead = len(lead.encode())
        self.clock = self.lead + len(self.gap.encode())
        self.clock_end = self.clock + len(clock.encode())
        # The pattern takes all blanks behind a bracket, so a line with one more has another header.
        self._is_open = _OPEN_END.search(self.sep) is not None
        zeros, open_bytes = bytearray(), bytearray()
        for sign in match[0]:
            is_digit = headers.is_digit(sign)
            zero = (chr(ord(sign) - int(sign)) if is_digit else sign).encode()
            zeros += zero
            # The digits of a script follow each other, and so do the last bytes of their encodings.
            open_bytes += bytes(len(zero) - 1) + (b"\x0f" if is_digit else b"\0")
        self._zeros, self._digits = words_of(zeros), words_of(open_bytes)
        self._used = words_of(b"\xff" * self.length)
        self._in_lead = words_of(b"\xff" * self.lead)
        self._clock_digits = [at for at in range(self.clock, self.clock_end) if open_bytes[at]]
        self._clocks = np.zeros(10 ** len(self._clock_digits), np.int32)  # number in the dictionary + 1, by its digits
        self._values: list[np.ndarray] = []
        self.cut = 0  # lines that fitted so far

    @classmethod
    def of(cls, match: re.Match[str] | None) -> Mould | None:
        """The mould of a header; None for one that is too long, or that nothing but the end of the text ends."""
        if match is None or len(match[0].encode()) > _LONGEST or match[4][-1] in "-–—":
            return None
        return cls(match)

    def cast(self, data: bytes, start: np.ndarray, first: np.ndarray) -> np.ndarray:
        """Which of the lines that begin at `start` have this header (`codes` is to be asked next); `first` are the words there."""
        rows = np.arange(len(start))
        self._values = []
        for number in range(len(self._zeros)):
            digits, used = self._digits[number], self._used[number]
            word = first if number == 0 else words(data, start[rows] + number * WIDTH)
            # In a header that fits, each byte is its zero and at most nine more, and nothing is carried from byte to byte.
            value = (word & used) - self._zeros[number]
            above_nine = value + (digits // 15) * 6
            fit = (value | above_nine) & ~digits == 0
            if not fit.all():
                rows, value = rows[fit], value[fit]
                self._values = [earlier[fit] for earlier in self._values]
            self._values.append(value)
        if self._is_open:
            buffer = np.frombuffer(data, np.uint8)
            behind = buffer[np.minimum(start[rows] + self.length, len(data) - 1)]
            fit = ~np.isin(behind, _BLANK_BYTES)
            rows, self._values = rows[fit], [value[fit] for value in self._values]
        self.cut += len(rows)
        return rows

    def codes(
        self, data: bytes, start: np.ndarray, leads: Dictionary, clocks: Dictionary
    ) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the leads and clocks of the lines just cast, which begin at `start`."""
        # Neighbours often have the same date: only the first of each run is looked up.
        new = np.zeros(len(start), bool)
        new[:1] = True
        for value, mask in zip(self._values, self._in_lead, strict=False):
            new[1:] |= (value[1:] ^ value[:-1]) & mask != 0
        first = start[new]
        lead = leads.codes(slices(data, first, first + self.lead))
        runs = np.diff(np.append(np.flatnonzero(new), len(start)))
        return np.repeat(lead, runs), self._clock_codes(data, start, clocks)

    def _clock_codes(self, data: bytes, start: np.ndarray, clocks: Dictionary) -> np.ndarray:
        """The numbers of clocks, by a table of all that their digits can say."""
        digits = np.zeros(len(start), np.int32)
        for at in self._clock_digits:
            digit = (self._values[at // WIDTH] >> np.uint64(at % WIDTH * 8)).astype(np.int32) & 15
            digits = digits * 10 + digit
        unknown = np.flatnonzero(self._clocks[digits] == 0)
        if len(unknown):
            # Of equal clocks the first is looked up: written backwards, it is the one whose row stays in the table.
            self._clocks[digits[unknown[::-1]]] = unknown[::-1]
            rows = unknown[self._clocks[digits[unknown]] == unknown]
            at = start[rows]
            self._clocks[digits[rows]] = clocks.codes(slices(data, at + self.clock, at + self.clock_end)) + 1
        return self._clocks[digits] - 1
