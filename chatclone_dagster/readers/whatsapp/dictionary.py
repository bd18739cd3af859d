"""Columns of strings as numbers, each different string kept once."""

from __future__ import annotations

import numpy as np
import polars as pl

from chatclone_dagster.readers.files.text import slices
from chatclone_dagster.readers.whatsapp.words import WIDTH, words

_MASKS = np.array([(1 << 8 * count) - 1 for count in range(WIDTH + 1)], "<u8")
"""What the first so many bytes of a word are cut out with."""
_MIXERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], "<u8")  # odd, their bits without order
_HASH_BITS = 12  # many more hashes than a chat has names


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

    def codes_at(self, data: bytes, start: np.ndarray, length: np.ndarray) -> np.ndarray:
        """The numbers of strings that stand in `data`, mostly the same few short ones, as names are; `start` ascends.

        Takes half the time of `codes`: of each hash the first string stands for all that are the same, and only that one is looked
        up, and those that differ from it.
        """
        parts = [words(data, start + at) & _MASKS[np.clip(length - at, 0, WIDTH)] for at in (0, WIDTH)]
        hashes = ((parts[0] * _MIXERS[0] ^ parts[1] * _MIXERS[1]) >> np.uint64(64 - _HASH_BITS)).astype(np.int64)
        rows = np.arange(len(start))
        first = np.zeros(1 << _HASH_BITS, np.int64)
        first[hashes[::-1]] = rows[::-1]
        stands_for = first[hashes]
        same = (length == length[stands_for]) & (length <= 2 * WIDTH)
        for part in parts:
            same &= part == part[stands_for]
        stands_for = np.where(same, stands_for, rows)
        asked = np.flatnonzero(stands_for == rows)
        codes = np.empty(len(start), np.int32)
        codes[asked] = self.codes(slices(data, start[asked], (start + length)[asked]))
        return codes[stands_for]


def pairs(texts: pl.Series, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the different pairs of a text and a number (-1 or more) that rows have, in order of appearance.

    Returns the row on which each stands first and, for every row, which of them it has. Takes a third of the time of polars' own
    grouping by two columns.
    """
    codes = texts.cast(pl.Categorical(pl.Categories.random())).to_physical().to_numpy()
    both = codes * np.int64(numbers.max(initial=0) + 2) + numbers
    _, first, pair = np.unique(both, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return first[order], np.argsort(order)[pair]
