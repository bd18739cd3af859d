"""The data package that Discord sends to whom asks for it: what the owner of the account wrote in each channel, and nobody else.

    Messages/index.json                 {"1234": "Direct Message with ada#0", "1235": "general in Chess Club", "1236": null}
    Messages/c1234/channel.json         {"id": "1234", "type": "DM", "recipients": ["1", "2"]}
    Messages/c1234/messages.json        [{"ID": 5, "Timestamp": "2024-01-15 10:30:00", "Contents": "hi", "Attachments": ""}]
    Account/user.json                   {"id": "1", "username": "grace", "relationships": […]}

Times are UTC. Until 2024 there was `messages.csv` with the same columns. Since 2025 folders are named in the account's language;
their case and the `c` have come and gone. The files are called the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import polars as pl

from chatclone_dagster.readers import table_rows
from chatclone_dagster.readers.columns import string_lists
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions
from chatclone_dagster.readers.discord.clock import Clock
from chatclone_dagster.readers.discord.markup import plain
from chatclone_dagster.readers.discord.message import identifier, kind_of_files
from chatclone_dagster.readers.discord.package_about import FOLDER, About, about
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.json_stream import records
from chatclone_dagster.readers.files.json_values import string

_COLUMNS = {"platform_id": "ID", "written": "Timestamp", "text": "Contents", "attachments": "Attachments"}
_BEFORE = "\ufeff \r\n\t"
_NEEDED = {"ID", "Timestamp", "Contents"}
_LISTED = re.compile(r'\{\s*"\d{15,20}"\s*:\s*(?:null|")')
_ID = re.compile(r'"(\d{15,20})"\s*:')
_MOST = 20  # channels of an index that are looked for
_OWNER = "Me"


def is_messages(file: ExportFile, head: str, columns: list[str]) -> bool:
    """Whether a file holds a channel's messages, by its beginning or, of a table, its columns."""
    if head.startswith("["):
        is_empty = not head.strip("[] \r\n\t") and file.stem == "messages" and FOLDER.search(file.name)
        return bool(is_empty) or all(f'"{name}"' in head for name in _NEEDED)
    return {*columns} >= _NEEDED


def is_companion(file: ExportFile) -> bool:
    """Whether a file says something about messages beside it."""
    head = text.head_text(file).lstrip(_BEFORE)
    if not head.startswith("{"):
        return False
    match file.stem:
        case "channel":
            return FOLDER.search(file.name) is not None and '"id"' in head and '"type"' in head
        case "user":
            return all(f'"{name}"' in head for name in ("id", "username", "discriminator"))
        case "index":
            return _LISTED.match(head) is not None and _lists_channels(file, head)
    return False


def _lists_channels(file: ExportFile, head: str) -> bool:
    """Whether an index is that of the messages; that of the servers looks the same."""
    ids = _ID.findall(head)[:_MOST]
    return "Direct Message with " in head or any(file.beside(f"*{channel}/channel.json") for channel in ids)


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a channel's messages; positions are indexes of a list in JSON, lines of a table.

    Raises:
        UnreadableError: the file is no list in JSON.
    """
    frames: Iterator[pl.DataFrame]
    if text.head_text(file).lstrip(_BEFORE).startswith("["):
        frames = (_frame(batch.items, batch.start, out) for batch in records(file, None, out))
    else:
        there = table_rows.columns_of(file)
        columns = {ours: theirs for ours, theirs in _COLUMNS.items() if theirs in there}
        frames = table_rows.frames(file, columns, out)
    _convert(frames, about(file), out)


def _frame(items: list[Any], start: int, out: Out) -> pl.DataFrame:
    rows = []
    for position, item in enumerate(items, start):
        if isinstance(item, dict):
            given = {name: item.get(theirs) for name, theirs in _COLUMNS.items()}
            rows.append((position, identifier(given.pop("platform_id")), *map(string, given.values())))
        else:
            out.issue(position, "a message that is no object", is_row=True)
    return pl.DataFrame(rows, schema={"position": pl.Int64, **dict.fromkeys(_COLUMNS, pl.String)}, orient="row")


def _convert(frames: Iterator[pl.DataFrame], known: About, out: Out) -> None:
    """Columns of the package → columns of tables.RAW_ROWS."""
    clock = Clock(out, is_utc=True)
    for frame in frames:
        rows = clock.settle(frame.with_columns(pl.col("written").fill_null("")))
        cells = rows["attachments"] if "attachments" in rows.columns else pl.repeat("", rows.height, eager=True)
        files = [(cell or "").split() for cell in cells]
        of_files = pl.Series([kind_of_files(found) if found else None for found in files], dtype=pl.String)
        typed = pl.Series([plain(one or "", known.names) for one in rows["text"]], dtype=pl.String)
        typed = typed.str.replace_all("\r\n", "\n", literal=True)
        wordless = pl.when(pl.col("text") == "").then(pl.lit("unavailable")).otherwise(pl.lit("text"))
        out.frame(
            rows.with_columns(text=typed, attachments=string_lists(files)).with_columns(
                kind=pl.coalesce(of_files, wordless),
                conversation_key=pl.lit(known.chat.key),
                conversation_name=pl.lit(known.chat.name),
                is_group=pl.lit(known.chat.is_group, dtype=pl.Boolean),
                sender_key=pl.lit(known.owner_id or _OWNER),
                sender_name=pl.lit(known.owner_name or _OWNER),
                from_owner=pl.lit(value=True),
            )
        )
    clock.tell()
