"""Telegram Desktop's `result.json`: one chat, or a whole account with a list of chats and one of chats that were left.

`date` is the time on the clock of the computer that exported; `date_unixtime` (since 2021) is UTC.
Control characters are written as `\\x1F`, which is no JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl

from chatclone_dagster.readers.columns import reaction_lists, string_lists
from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.files.json_stream import Batch, records
from chatclone_dagster.readers.files.json_values import string
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.telegram import json_message, json_peers
from chatclone_dagster.readers.telegram.json_message import Message
from chatclone_dagster.readers.telegram.json_peers import Chat

_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)
_EARLIEST, _LATEST = 631_152_000, 4_102_444_800  # seconds; 1990 and 2100


def read(file: ExportFile, out: Out) -> None:
    """Read every chat of the file; positions are indexes over the messages of all of them.

    Raises:
        UnreadableError: the file is no JSON, or holds no messages.
    """
    out.fact(variant="json")
    owner, is_raised = None, False
    for pieces in _together(records(file, "messages", out, needs=("id", "type"), mend=mend)):
        head, items = pieces[0].head, [item for piece in pieces for item in piece.items]
        is_raised = is_raised or json_peers.are_raised(items)
        chat = json_peers.chat_of(head, file.stem, is_raised=is_raised)
        owner = owner or json_peers.named_owner(pieces[0].around) or json_peers.owner_of(chat, items)
        rows = [row for piece in pieces for row in _rows(piece, chat, owner, out)]
        if rows:
            out.frame(_frame(rows, chat))


def _together(batches: Iterator[Batch]) -> Iterator[list[Batch]]:
    """Two pieces of a chat at a time, so that it is seen from the first message on who talks with whom."""
    held: list[Batch] = []
    for batch in batches:
        if held and (len(held) > 1 or batch.head is not held[0].head):
            yield held
            held = []
        held.append(batch)
    if held:
        yield held


def mend(piece: bytes) -> bytes:
    """Control characters in the one way that JSON knows."""
    return _ESCAPE.sub(lambda match: rb"\u00" + match[1] if match[1] else match[0], piece) if b"\\x" in piece else piece


def _rows(piece: Batch, chat: Chat, owner: str | None, out: Out) -> Iterator[tuple[Any, ...]]:
    """The messages as rows of `_COLUMNS`, reactions and attachments; what is none is reported."""
    for position, message in enumerate(piece.items, piece.start):
        moment = _moment(message) if isinstance(message, dict) else None
        if moment is None:
            out.issue(position, _timeless(message), is_row=True)
            continue
        said = json_message.read(message)
        number = message.get("id")
        yield (
            position,
            *((None, None, None) if said.kind == "system" else json_peers.sender_of(message, chat, owner)),
            *moment,
            str(number) if isinstance(number, int | str) else None,
            json_peers.reply_to(message, chat),
            *said[:-1],
            inside(said.paths, position, out) if said.paths else (),
        )


def _timeless(message: Any) -> str:
    if not isinstance(message, dict):
        return "a message that is no object"
    if message.get("type") == "unsupported":
        return "a message that the Telegram Desktop that exported did not know; update it and export again"
    return "a message without a readable time"


def _moment(message: Message) -> tuple[int, bool] | None:
    """Microseconds since 1970, and whether they are UTC or the clock of the computer that exported."""
    seconds = message.get("date_unixtime")
    try:
        if isinstance(seconds, str | int | float) and _EARLIEST < (number := int(seconds)) < _LATEST:
            return number * 1_000_000, True
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(string(message.get("date")))
        known = moment.tzinfo is not None
        number = int((moment if known else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
    return (number * 1_000_000, known) if _EARLIEST < number < _LATEST else None


_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "position": pl.Int64,
    "sender_key": pl.String,
    "sender_name": pl.String,
    "from_owner": pl.Boolean,
    "sent_local": pl.Int64,
    "tz_known": pl.Boolean,
    "platform_id": pl.String,
    "reply_to": pl.String,
    "kind": pl.String,
    "text": pl.String,
    "forwarded": pl.Boolean,
    "edited": pl.Boolean,
}


def _frame(rows: list[tuple[Any, ...]], chat: Chat) -> pl.DataFrame:
    *plain, reactions, paths = zip(*rows, strict=True)
    columns = [
        pl.Series(name, values, dtype=dtype) for (name, dtype), values in zip(_COLUMNS.items(), plain, strict=True)
    ]
    return pl.DataFrame(columns).with_columns(
        pl.col("sent_local").cast(pl.Datetime("us")),
        reaction_lists(reactions).alias("reactions"),
        string_lists(paths).alias("attachments"),
        conversation_key=pl.lit(chat.key),
        conversation_name=pl.lit(chat.name),
        is_group=pl.lit(chat.is_group, dtype=pl.Boolean),
    )
