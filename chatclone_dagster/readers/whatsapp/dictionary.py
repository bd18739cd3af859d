"""Columns of strings as numbers, each different string kept once."""

from __future__ import annotations

import numpy as np
import polars as pl


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
