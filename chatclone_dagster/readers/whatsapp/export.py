"""Reads a WhatsApp export in two passes: the first finds the messages, the second takes them out, block by block.

Between the passes only numbers are kept (about 40 bytes a message), so that memory stays bounded; what needs the whole file
(shape, order of dates, names, group or not) is decided there.
"""

from __future__ import annotations

import numpy as np

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.whatsapp import converted, messages
from chatclone_dagster.readers.whatsapp.authors import Authors
from chatclone_dagster.readers.whatsapp.chat import Chat
from chatclone_dagster.readers.whatsapp.generated import Generated
from chatclone_dagster.readers.whatsapp.scan import Scan
from chatclone_dagster.readers.whatsapp.source import Source, cut


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read an export.

    Raises:
        UnreadableError: no line of the file begins like a message, or none with a day that there is.
    """
    if ours := converted.announced(file):
        converted.read(file, ours, out)
        return
    scan, authors, generated = Scan(bare=_has_bare_headers(file)), Authors(), Generated()
    source = Source(file)
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
    if not keep.any():
        raise UnreadableError("lines begin as messages of WhatsApp do, but none with a day of the calendar")
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
    for rows, data, offsets in cut(source, columns["start"], scan.size, columns["line"], out):
        out.frame(chat.frame({name: column[rows] for name, column in columns.items()}, when[rows], data, offsets))


def _has_bare_headers(file: ExportFile) -> bool:
    """Whether a file begins with the headers of the oldest iPhones, which no separator ends."""
    head = text.head_text(file).encode()
    first = head[: head.find(b"\n") + 1]  # nearly always a header, which saves searching the rest
    if any(len(Scan().block(part)["line"]) for part in (first, head)):
        return False
    return bool(len(Scan(bare=True).block(head)["line"]))
