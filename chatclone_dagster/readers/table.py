"""Any table of messages: CSV, JSON lines or Parquet, with the user's mapping of columns, or with our names in its header.

    [[reading.tables]]
    match = "forum/*.csv"
    columns = { sent_at = "created", sender = "user", text = "body", conversation = "thread" }

`sent_at`, `sender` and `text` are needed. Times are ISO 8601, seconds or milliseconds since 1970, or what `time_format` says; those
with a zone become UTC.
"""

from __future__ import annotations

from typing import get_args

import polars as pl

from chatclone_dagster.readers import table_rows
from chatclone_dagster.readers.contract import (
    ExportFile,
    Out,
    ReadOptions,
    Sniff,
    TableMapping,
    UnreadableError,
    redact,
)
from chatclone_dagster.readers.times.moments import read_times
from chatclone_dagster.settings import TableColumn
from chatclone_dagster.tables import KINDS

NAME = "table"
COLUMNS: tuple[str, ...] = get_args(TableColumn)
_NEEDED = ("sent_at", "sender", "text")
_TRUE = ("true", "1", "yes", "y", "t", "me", "outgoing")
_LONGEST_NAME = 40  # characters; where a header is missing, the "names" are cells of the first row


def sniff(file: ExportFile) -> Sniff | None:
    """Claim tables whose header has our names; others need a mapping."""
    try:
        columns = table_rows.columns_of(file)
    except UnreadableError:
        return None
    return Sniff(0.6, table_rows.form_of(file)) if {*_NEEDED} <= {*columns} else None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a table; positions are lines of a text, and indexes (from 0) of Parquet rows.

    Raises:
        UnreadableError: a column is missing, or no time in the table can be read.
    """
    there = table_rows.columns_of(file)
    if not there and not file.size:
        out.issue(1, "the file is empty")
        return
    mapping = options.table or TableMapping("", {name: name for name in COLUMNS if name in there})
    _check(mapping, there)
    out.fact(variant=table_rows.form_of(file))
    good = bad = 0
    unknown_kinds: set[str] = set()
    for frame in table_rows.frames(file, mapping.columns, out):
        rows = _convert(frame, file, mapping)
        unread = rows.filter(pl.col("sent_local").is_null())
        for position, written in unread.select("position", "sent_at").iter_rows():
            out.issue(position, "a time that cannot be read", written or "", is_row=True)
        odd = rows.filter(~pl.col("kind").is_in(KINDS)).unique("kind", keep="first", maintain_order=True)
        for position, kind in odd.select("position", "kind").iter_rows():
            if kind not in unknown_kinds:
                out.issue(position, "a kind of message that is not known; read as text", kind)
        unknown_kinds.update(odd["kind"])
        rows = rows.filter(pl.col("sent_local").is_not_null()).drop("sent_at")
        good, bad = good + rows.height, bad + unread.height
        out.frame(rows.with_columns(kind=pl.when(pl.col("kind").is_in(KINDS)).then("kind").otherwise(pl.lit("text"))))
    if bad and not good:
        column = mapping.columns["sent_at"]
        raise UnreadableError(
            f"no value of column {column!r} can be read as a time; time_format says how they are written"
        )


def _check(mapping: TableMapping, there: list[str]) -> None:
    wanted = {**{ours: ours for ours in _NEEDED}, **mapping.columns}
    missing = [
        f"{theirs!r} (for {ours})"
        for ours, theirs in wanted.items()
        if theirs not in there or ours not in mapping.columns
    ]
    if missing:
        # Where no wanted column is there, the header may be missing, and the "names" be what somebody wrote.
        is_header = any(theirs in there for theirs in wanted.values())
        names = ", ".join(repr(name) if is_header and len(name) <= _LONGEST_NAME else redact(name) for name in there)
        raise UnreadableError(f"no column {', '.join(missing)}; there are {names or 'none'}")


def _convert(frame: pl.DataFrame, file: ExportFile, mapping: TableMapping) -> pl.DataFrame:
    """Columns by our names → columns of tables.RAW_ROWS, with `sent_at` as written beside them."""
    times = read_times(frame["sent_at"], mapping.time_format)
    said = {name: pl.col(name).cast(pl.String) for name in COLUMNS if name in frame.columns}
    sender = said["sender"].str.strip_chars()
    sender = pl.when(sender != "").then(sender)
    chat = said.get("conversation", pl.lit(file.stem)).fill_null(file.stem)
    typed = said["text"].fill_null("").str.replace_all("\r\n", "\n", literal=True)
    plain_kind = (
        pl.when(sender.is_null())
        .then(pl.lit("system"))
        .when(typed.str.strip_chars() == "")
        .then(pl.lit("unavailable"))
        .otherwise(pl.lit("text"))
    )
    kind = said["kind"].str.strip_chars().str.to_lowercase() if "kind" in said else pl.lit(None, pl.String)
    columns = {
        "position": pl.col("position"),
        "sent_at": pl.col("sent_at").cast(pl.String),
        "conversation_key": chat,
        "conversation_name": chat,
        "sender_key": sender,
        "sender_name": sender,
        "text": typed,
        "kind": pl.when(kind != "").then(kind).otherwise(plain_kind),
    }
    for ours, theirs in (("message_id", "platform_id"), ("reply_to", "reply_to")):
        if ours in said:
            columns[theirs] = pl.when(said[ours] != "").then(said[ours])
    if "is_owner" in said:
        columns["from_owner"] = said["is_owner"].str.strip_chars().str.to_lowercase().is_in(_TRUE)
    return frame.select(**columns).with_columns(times)
