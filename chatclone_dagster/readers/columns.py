"""Columns of lists, made from Python lists at once; polars takes ten times as long when it has to guess what is inside."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain

import polars as pl
import pyarrow as pa

from chatclone_dagster.tables import REACTIONS


def string_lists(values: Sequence[Sequence[str]]) -> pl.Series:
    """A column of lists of strings."""
    flat = pl.Series(list(chain.from_iterable(values)), dtype=pl.String)
    return _lists(values, flat.to_arrow(), pl.List(pl.String))


def reaction_lists(values: Sequence[Sequence[tuple[str, str]]]) -> pl.Series:
    """A column of reactions from lists of (emoji, sender)."""
    flat = list(chain.from_iterable(values))
    parts = [pl.Series([pair[place] for pair in flat], dtype=pl.String).to_arrow() for place in (0, 1)]
    return _lists(values, pa.StructArray.from_arrays(parts, names=["emoji", "sender"]), REACTIONS)


def _lists(values: Sequence[Sequence[object]], flat: pa.Array, dtype: pl.DataType) -> pl.Series:
    # By way of polars, because pyarrow imports pandas (0.3 s) to see whether a list it is given is one of pandas'.
    offsets = pl.Series([0, *accumulate(map(len, values))], dtype=pl.Int64).to_arrow()
    return pl.Series(pl.from_arrow(pa.LargeListArray.from_arrays(offsets, flat)), dtype=dtype)
