"""The broken encoding of Meta's exports: text in UTF-8 whose bytes were each written as one character.

Undone exactly: a string that is no such UTF-8 stays as it is, for not everything in an export was broken.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
import pyarrow as pa

from chatclone_dagster.readers.files.text import slices

_BETWEEN = "\0"
_FEW = 64  # strings that are mended one by one where many at once cannot be


def repair(text: str) -> str:
    """Undo the export's encoding, or return the text as it is."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def is_broken(texts: Iterable[str]) -> bool:
    """Whether the texts of a file are broken: none of them can be anything else, and at least one shows it."""
    shown = [text for text in texts if not text.isascii()]
    return bool(shown) and all(repair(text) != text for text in shown)


def repaired(texts: list[str]) -> pl.Series:
    """Many texts with the export's encoding undone, as a column."""
    joined = _BETWEEN.join(texts)
    if joined.isascii():
        return pl.Series(texts, dtype=pl.String)
    found = _at_once(joined, len(texts))
    if found is not None:
        return found
    if len(texts) <= _FEW:
        return pl.Series(list(map(repair, texts)), dtype=pl.String)
    half = len(texts) // 2
    return pl.concat([repaired(texts[:half]), repaired(texts[half:])])


def _at_once(joined: str, count: int) -> pl.Series | None:
    """Exact, because texts with an ASCII character between them are UTF-8 together if and only if each of them is; else None."""
    try:
        data = joined.encode("latin-1")
    except UnicodeEncodeError:
        return None
    ends = np.append(np.flatnonzero(np.frombuffer(data, np.uint8) == 0), len(data))
    if len(ends) != count:
        return None
    try:
        pa.LargeStringArray.from_buffers(1, pa.py_buffer(np.array([0, len(data)])), pa.py_buffer(data)).validate(
            full=True
        )
    except pa.ArrowInvalid:
        return None
    return slices(data, np.append(0, ends[:-1] + 1), ends)
