"""Columns of lists, made from Python lists at once; polars takes ten times as long when it has to guess what is inside."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import polars as pl
import pyarrow as pa

from chatclone_dagster.tables import REACTIONS

Counts = Sequence[int] | np.ndarray


def string_lists(values: Sequence[Sequence[str]]) -> pl.Series:
    """A column of lists of strings."""
    return strings_by_count(pl.Series(list(chain.from_iterable(values)), dtype=pl.String), list(map(len, values)))


def reaction_lists(values: Sequence[Sequence[tuple[str, str]]]) -> pl.Series:
    """A column of reactions from lists of (emoji, sender)."""
    flat = list(chain.from_iterable(values))
    emoji, senders = (pl.Series([pair[place] for pair in flat], dtype=pl.String) for place in (0, 1))
    return reactions_by_count(emoji, senders, list(map(len, values)))


def strings_by_count(flat: pl.Series, counts: Counts) -> pl.Series:
    """A column of lists of strings: all strings, and how many of them each row has."""
    return _lists(flat.to_arrow(), counts, pl.List(pl.String))


def reactions_by_count(emoji: pl.Series, senders: pl.Series, counts: Counts) -> pl.Series:
    """A column of reactions: all emoji, who left them, and how many each row has."""
    parts = [emoji.to_arrow(), senders.to_arrow()]
    return _lists(pa.StructArray.from_arrays(parts, names=["emoji", "sender"]), counts, REACTIONS)


def _lists(flat: pa.Array, counts: Counts, dtype: pl.DataType) -> pl.Series:
    # By way of polars, because pyarrow imports pandas (0.3 s) to see whether a list it is given is one of pandas'.
    offsets = pl.Series(np.append(0, np.cumsum(counts, dtype=np.int64))).to_arrow()
    return pl.Series(pl.from_arrow(pa.LargeListArray.from_arrays(offsets, flat)), dtype=dtype)
