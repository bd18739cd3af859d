"""DiscordChatExporter's JSON: one channel or thread, or one part of it, oldest message first or last.

A person is who has one `author.id`; names change, on the server and on the account. Times carry the offset of the computer that
exported. Whose account it was, nothing tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from chatclone_dagster.readers.columns import reaction_lists, string_lists
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions
from chatclone_dagster.readers.discord import chat as chats
from chatclone_dagster.readers.discord import message as messages
from chatclone_dagster.readers.discord.chat import Chat
from chatclone_dagster.readers.discord.clock import Clock
from chatclone_dagster.readers.discord.markup import Names, plain
from chatclone_dagster.readers.discord.message import Message, identifier
from chatclone_dagster.readers.files.json_stream import records
from chatclone_dagster.readers.files.json_values import dicts, record, string

_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "position": pl.Int64,
    "platform_id": pl.String,
    "written": pl.String,
    "sender_key": pl.String,
    "sender_name": pl.String,
    "kind": pl.String,
    "text": pl.String,
    "reply_to": pl.String,
    "forwarded": pl.Boolean,
    "edited": pl.Boolean,
}
_BLIND = "most messages have no content: a bot exported that may not see it; allow it the Message Content intent and export again"
_FEW = 10  # messages without content that say nothing about the exporter


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a channel; positions are indexes in its list of messages.

    Raises:
        UnreadableError: the file is no JSON, or has no list of messages.
    """
    names, clock, kinds = Names(), Clock(out), Counter[str]()
    head: dict[str, Any] = {}
    count = 0
    for batch in records(file, "messages", out, needs=("channel",)):
        head, count = batch.head, batch.start + len(batch.items)
        chat = _chat(head, file)
        if chat.id:
            names.channels[chat.id] = chat.name
        rows = list(_rows(batch.items, batch.start, chat, names, out))
        if rows:
            frame = clock.settle(_frame(rows, chat))
            kinds.update(frame["kind"].to_list())
            out.frame(frame)
    clock.tell()
    stated = head.get("messageCount")  # stands behind the messages
    if isinstance(stated, int) and stated != count:
        out.issue(count, f"the file says that it holds {stated} messages, and holds {count}")
    if kinds["unavailable"] > max(_FEW, kinds["text"]):
        out.issue(0, _BLIND)


def _chat(head: Message, file: ExportFile) -> Chat:
    channel, server = record(head.get("channel")), record(head.get("guild"))
    named = chats.of_name(file)
    group = chats.is_group(channel.get("type"))
    if group is None:
        group = chats.is_group_in(string(server.get("name")), string(channel.get("category")))
    name = string(channel.get("name")) or named.name
    return Chat(identifier(channel.get("id")) or named.id, name, group, string(server.get("name")))


def _rows(items: list[Any], start: int, chat: Chat, names: Names, out: Out) -> Iterator[tuple[Any, ...]]:
    """The messages as rows of `_COLUMNS`, with reactions and files; what is none is reported."""
    for position, message in enumerate(items, start):
        if not isinstance(message, dict):
            out.issue(position, "a message that is no object", is_row=True)
            continue
        author = record(message.get("author"))
        key, name = identifier(author.get("id")), messages.name_of(author)
        key = key or name
        if key and name:
            if key not in names.people:
                roles = [(identifier(role.get("id")), string(role.get("name"))) for role in dicts(author.get("roles"))]
                names.roles.update({role: title for role, title in roles if role and title})
            names.people[key] = name
        is_more = messages.is_more_than_text(message)
        files = messages.files_of(message) if is_more else []
        text = string(message.get("content"))
        if "<" in text:
            text = plain(text, names, messages.mentions_of(message))
        kind = messages.kind_of(message, text, files)
        yield (
            position,
            identifier(message.get("id")),
            string(message.get("timestamp")),
            key,
            name or key,
            kind,
            "" if kind == "call" else text,  # the exporter's sentence
            messages.reply_to(message, chat.id) if is_more else None,
            is_more and messages.is_forwarded(message),
            bool(message.get("timestampEdited")),
            messages.reactions_of(message) if is_more else [],
            files,
        )


def _frame(rows: list[tuple[Any, ...]], chat: Chat) -> pl.DataFrame:
    *plain_columns, reactions, files = zip(*rows, strict=True)
    columns = [
        pl.Series(name, values, dtype=dtype)
        for (name, dtype), values in zip(_COLUMNS.items(), plain_columns, strict=True)
    ]
    return pl.DataFrame(columns).with_columns(
        reaction_lists(reactions).alias("reactions"),
        string_lists(files).alias("attachments"),
        conversation_key=pl.lit(chat.key),
        conversation_name=pl.lit(chat.name),
        is_group=pl.lit(chat.is_group, dtype=pl.Boolean),
    )
