"""A file's blocks, which reading passes over twice, and its messages, cut from them where the first pass found their starts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.files import text

_LONGEST = 32 << 20  # bytes; what goes on longer than this is no message but another file's text
_KEPT = 64 << 20  # bytes of the first pass that are kept for the second; the rest is read again


class Source:
    """The blocks of a file, twice: those of a short file are kept, a long one is read again."""

    def __init__(self, file: ExportFile) -> None:
        """Nothing is read yet."""
        self._file = file
        self._blocks: list[bytes] | None = [] if file.size <= _KEPT else None

    def first(self, out: Out) -> Iterator[bytes]:
        """The blocks; what had to be mended is reported."""
        for block in text.blocks(self._file, out.issue):
            if self._blocks is not None:
                self._blocks.append(block)
            yield block

    def again(self) -> Iterator[bytes]:
        """The same blocks once more."""
        return iter(self._blocks) if self._blocks is not None else text.blocks(self._file)


def cut(
    source: Source, start: np.ndarray, size: int, line: np.ndarray, out: Out
) -> Iterator[tuple[slice, bytes, np.ndarray]]:
    """Cut the file at the starts of its messages: a slice of rows, their bytes and the offsets between them, a block at a time."""
    end = np.append(start[1:], size)
    row, at = 0, int(start[0])  # the next message and where its next byte stands
    rest, position = b"", 0  # bytes of that message so far; where the next block begins
    for block in source.again():
        data = rest + block[max(0, at - position) :] if position <= at else rest + block
        position += len(block)
        if position <= at or row == len(start):
            continue
        last = int(np.searchsorted(end, position, side="right"))
        if last == row and len(data) > _LONGEST:
            out.issue(int(line[row]), f"a message longer than {_LONGEST >> 20} MiB; the rest of it is left out")
            kept = data[: data.rfind(b"\n", 0, _LONGEST) + 1]
            yield slice(row, row + 1), kept, np.array([0, len(kept)])
            row, at, rest = row + 1, int(end[row]), b""
            continue
        if last > row:
            offsets = np.append(start[row:last], end[last - 1]) - (position - len(data))
            yield slice(row, last), data, offsets
            data = data[int(offsets[-1]) :]
            row = last
        rest, at = data, position


def without_heads(start: np.ndarray, data: bytes, offsets: np.ndarray) -> pl.Series:
    """The bodies in `data`, without the line end after each, and with `\\n` between their lines."""
    buffer = np.frombuffer(data, np.uint8)
    begin, end = offsets[:-1], offsets[1:].copy()
    for sign in b"\n\r":
        end -= (end > begin) & (buffer[np.maximum(end - 1, 0)] == sign)
    body = text.slices(data, np.minimum(begin + start, end), end)
    return body.str.replace_all("\r\n", "\n", literal=True) if b"\r" in data else body
