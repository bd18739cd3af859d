"""Reads a WhatsApp export in two passes: the first finds the messages, the second takes them out, block by block.

Between the passes only numbers are kept (about 40 bytes a message), so that memory stays bounded; what needs the whole file
(shape, order of dates, names, group or not) is decided there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chatclone_dagster.readers import text
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, UnreadableError
from chatclone_dagster.readers.whatsapp import messages
from chatclone_dagster.readers.whatsapp.authors import Authors
from chatclone_dagster.readers.whatsapp.chat import Chat
from chatclone_dagster.readers.whatsapp.generated import Generated
from chatclone_dagster.readers.whatsapp.scan import Scan

_LONGEST = 32 << 20  # bytes; what goes on longer than this is no message but another file's text
_KEPT = 64 << 20  # bytes of the first pass that are kept for the second; the rest is read again


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read an export.

    Raises:
        UnreadableError: no line of the file begins like a message.
    """
    scan, authors, generated = Scan(bare=_has_bare_headers(file)), Authors(), Generated()
    source = _Source(file)
    chunks: list[dict[str, np.ndarray]] = []
    for block in source.first(out):
        begin = scan.size
        columns = scan.block(block)
        if len(columns["line"]):
            authors.block(block, columns)
            generated.block(block, columns, authors.names)
            del columns["end"]
            columns["start"] += begin  # of the block, so far; of the file, from here on
            chunks.append(columns)
    if not scan.size:
        out.issue(1, "the file is empty")
        return
    if not chunks:
        raise UnreadableError("no line begins as a message of WhatsApp does")
    columns = {name: np.concatenate([chunk.pop(name) for chunk in chunks]) for name in list(chunks[0])}
    keep, when = messages.settle(scan, columns, options, out)
    first = scan.leads[columns["lead"][0]]
    for name in ("lead", "gap", "clock", "sep"):
        del columns[name]
    # Chinese iPhones leave out the blank after a name; they write the year first.
    glued = first is not None and first.bracket and first.widths[0] > 2
    people, halves = authors.settle(columns["author"], columns["head"], columns["body"], glued=glued)
    if not keep.all():
        columns, when = {name: column[keep] for name, column in columns.items()}, when[keep]
    if columns["start"][0] > 0:
        out.issue(1, "text before the first message; it is left out")
    chat = Chat(file, scan, people, halves, generated, columns)
    for rows, data, offsets in _messages(source, columns["start"], scan.size, columns["line"], out):
        out.frame(chat.frame({name: column[rows] for name, column in columns.items()}, when[rows], data, offsets))


def _has_bare_headers(file: ExportFile) -> bool:
    """Whether a file begins with the headers of the oldest iPhones, which no separator ends."""
    head = text.head_text(file).encode()
    return not len(Scan().block(head)["line"]) and bool(len(Scan(bare=True).block(head)["line"]))


class _Source:
    """The blocks of a file, twice: those of a short file are kept, a long one is read again."""

    def __init__(self, file: ExportFile) -> None:
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


def _messages(
    source: _Source, start: np.ndarray, size: int, line: np.ndarray, out: Out
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
            cut = data[: data.rfind(b"\n", 0, _LONGEST) + 1]
            yield slice(row, row + 1), cut, np.array([0, len(cut)])
            row, at, rest = row + 1, int(end[row]), b""
            continue
        if last > row:
            offsets = np.append(start[row:last], end[last - 1]) - (position - len(data))
            yield slice(row, last), data, offsets
            data = data[int(offsets[-1]) :]
            row = last
        rest, at = data, position
