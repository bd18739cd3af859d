"""DiscordChatExporter's CSV: one channel, without types, replies and stickers, and without ids of messages in all but the newest.

    AuthorID,Author,Date,Content,Attachments,Reactions
    "123","ada","2024-01-15T10:30:00.0000000+00:00","hi","https://…,https://…","😀 (3),wave (1)"

The oldest had `Author;Date;Content;Attachments;` and names with a number (`ada#1234`). Until 2023 dates were written for people
(dates.py).
"""

from __future__ import annotations

import re

import polars as pl

from chatclone_dagster.readers import table_rows
from chatclone_dagster.readers.columns import reaction_lists, string_lists
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions
from chatclone_dagster.readers.discord import chat as chats
from chatclone_dagster.readers.discord import markup, sentences
from chatclone_dagster.readers.discord.dates import UNREADABLE, Dates
from chatclone_dagster.readers.discord.markup import Names, plain
from chatclone_dagster.readers.discord.message import kind_of_files
from chatclone_dagster.readers.times.moments import read_times

_NEEDED = frozenset(("author", "date", "content"))
_OTHERS = ("authorid", "messageid", "attachments", "reactions", "replyto")
_LINKS = re.compile(r",(?=https?://)")
_YEARS = (2015, 2099)


def columns_of(names: list[str]) -> dict[str, str]:
    """The columns of a table that is one of these exports, by their names in lower case; none of any other table."""
    found = {name.casefold(): name for name in names}
    if not found.keys() >= _NEEDED or not found.keys() & {"authorid", "attachments"}:
        return {}
    return {name: found[name] for name in (*sorted(_NEEDED), *_OTHERS) if name in found}


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a channel; positions are lines."""
    chat, names = chats.of_name(file), Names()
    columns = columns_of(table_rows.columns_of(file))
    dates: Dates | None = None
    for frame in table_rows.frames(file, columns, out):
        times = read_times(frame["date"])
        if dates is None and times["sent_local"].null_count():
            dates = _survey(file, columns["date"], options, out)
        rows = frame.hstack(times if dates is None else _read_times(frame["date"], dates))
        is_time = pl.col("sent_local").dt.year().is_between(*_YEARS).fill_null(value=False)
        for position, written in rows.filter(~is_time).select("position", "date").iter_rows():
            out.issue(position, UNREADABLE, written or "", is_row=True)
        out.frame(
            _convert(rows.filter(is_time), names).with_columns(
                conversation_key=pl.lit(chat.key),
                conversation_name=pl.lit(chat.name),
                is_group=pl.lit(chat.is_group, dtype=pl.Boolean),
            )
        )


def _survey(file: ExportFile, column: str, options: ReadOptions, out: Out) -> Dates:
    """Look at all dates of a file first, where they are not of a kind that needs no guessing."""
    dates, position = Dates(), 0
    unheard = Out(out.source, out.export_id, out.file, lambda _: None)  # what is broken is reported when it is read
    for frame in table_rows.frames(file, {"date": column}, unheard):
        position = position or next(iter(frame["position"]), 0)
        for written in frame["date"].unique(maintain_order=True):
            dates.look(written or "")
    dates.settle(position, options, out)
    return dates


def _read_times(written: pl.Series, dates: Dates) -> pl.DataFrame:
    found = [dates.read(text or "") or (None, False) for text in written]
    return pl.DataFrame(found, schema={"sent_local": pl.Datetime("us"), "tz_known": pl.Boolean}, orient="row")


def _convert(rows: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Columns of tables.RAW_ROWS."""
    given = {name: _filled(rows, name) for name in _OTHERS}
    author = _filled(rows, "author").str.replace(chats.NO_NUMBER, "")
    key = given["authorid"].zip_with(given["authorid"] != "", author)
    names.people.update(zip(key, author, strict=True))
    text = _filled(rows, "content").str.replace_all("\r\n", "\n", literal=True)
    text = (
        text.map_elements(lambda one: plain(one, names), pl.String)
        if text.str.contains("<", literal=True).any()
        else text
    )
    files = [_split(cell) for cell in given["attachments"]]
    of_files = pl.Series([kind_of_files(found) if found else None for found in files], dtype=pl.String)
    frame = pl.DataFrame({"text": text, "of_files": of_files, "key": key, "name": author, **given})
    kind = (
        pl.when(pl.col("text").str.contains(sentences.CALL))
        .then(pl.lit("call"))
        .when(pl.col("text").str.contains(sentences.EVENT))
        .then(pl.lit("system"))
        .when(pl.col("of_files").is_not_null())
        .then("of_files")
        .otherwise(pl.when(pl.col("text") == "").then(pl.lit("unavailable")).otherwise(pl.lit("text")))
    )
    return rows.select("position", "sent_local", "tz_known").hstack(
        frame.select(
            _or_null("key").alias("sender_key"),
            _or_null("name").alias("sender_name"),
            _or_null("messageid").alias("platform_id"),
            _or_null("replyto").alias("reply_to"),
            kind=kind,
            text=pl.when(kind == "call").then(pl.lit("")).otherwise("text"),
            attachments=string_lists(files),
            reactions=reaction_lists([markup.counted(cell) for cell in given["reactions"]]),
        )
    )


def _filled(rows: pl.DataFrame, name: str) -> pl.Series:
    """A column without nulls; empty cells where the file has no such column."""
    return rows[name].fill_null("") if name in rows.columns else pl.Series([""] * rows.height, dtype=pl.String)


def _or_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(name)


def _split(cell: str) -> list[str]:
    """Links, or paths where the files were exported too, joined by commas."""
    return [path for path in (_LINKS.split(cell) if cell.startswith("http") else cell.split(",")) if path]
