"""Reads back what ChatClone wrote itself (write.py): by the rules of written.py, so nothing of the file's shape has to be guessed.

A line is a message's first if it begins with a header, because a typed line that looks so begins with a joiner. Lines without
a joiner and without U+200E, nearly all, are cut at their colon and taken as they stand, a block at a time.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.whatsapp import bodies, names, written
from chatclone_dagster.readers.whatsapp.inserts import Body
from chatclone_dagster.readers.whatsapp.source import Source, cut, without_heads


def announced(file: ExportFile) -> written.First | None:
    """What the file's first line says of it, if ChatClone wrote the file."""
    return written.read_first(text.head_text(file).partition("\n")[0])


def read(file: ExportFile, first: written.First, out: Out) -> None:
    """Read a file that begins with such a line."""
    out.fact(variant="converted", date_order="dmy", date_order_confidence=1.0, zone=first.zone)
    source = Source(file)
    starts, lines = [], []
    size = count = 0
    for block in source.first(out):
        offsets = text.line_offsets(block)
        at = text.strings(block, offsets).str.contains(written.HEADER).arg_true().to_numpy().astype(np.int64)
        starts.append(offsets[at] + size)
        lines.append(at + 1 + count)
        size, count = size + len(block), count + len(offsets) - 1
    start, line = np.concatenate(starts)[1:], np.concatenate(lines)[1:]
    if not len(start):
        return
    chat = pl.DataFrame(
        {"conversation_key": names.chat_title(file.name), "conversation_name": first.chat},
    ).with_columns(is_group=pl.lit(first.is_group, dtype=pl.Boolean), tz_known=pl.lit(first.zone == "UTC"))
    for rows, data, offsets in cut(source, start, size, line, out):
        found = _messages(data, offsets).with_columns(position=pl.Series(line[rows]))
        for position in found.filter(pl.col("sent_local").is_null())["position"]:
            out.issue(position, "the date does not exist; the message is left out", is_row=True)
        out.frame(found.drop_nulls("sent_local").join(chat, how="cross"))


def _messages(data: bytes, offsets: np.ndarray) -> pl.DataFrame:
    """The messages in `data`, each between two `offsets`."""
    begin = offsets[:-1]
    stamp = text.slices(data, begin + 1, begin + 1 + len("31/12/2019, 23:59:59"))
    rest = without_heads(np.full(len(begin), written.HEADER_LENGTH), data, offsets)
    colon, line_end = (pl.col("rest").str.find(sign, literal=True) for sign in (": ", "\n"))
    said, raw = colon.is_not_null() & (colon < line_end).fill_null(value=True), pl.col("rest").cast(pl.Binary)
    plain = pl.DataFrame({"rest": rest}).select(
        name=pl.when(said).then(raw.bin.slice(0, colon)).cast(pl.String),
        text=pl.when(said).then(raw.bin.slice(colon + 2)).otherwise(raw).cast(pl.String),
    )
    rows = rest.str.contains(written.SPECIAL).arg_true()
    read = [written.read_line(line) for line in rest.gather(rows)]
    found = [Body(), *(body for _, body in read)]  # the first stands for the many that need no look
    place = np.zeros(len(rest), np.uint32)
    place[rows.to_numpy()] = np.arange(1, len(found))
    table: pl.DataFrame = bodies.but_text(found)[place]
    name = plain["name"].scatter(rows, pl.Series([name for name, _ in read], dtype=pl.String))
    return table.with_columns(
        sent_local=stamp.str.to_datetime(written.STAMP, time_unit="us", strict=False),
        sender_key=name,
        sender_name=name,
        text=plain["text"].scatter(rows, pl.Series([body.text for _, body in read], dtype=pl.String)),
    )
