"""`data.json` of sigexport (carderne/signal-export, version 2 and later): one message a line, as its `Message` holds it.

    {"date": "2024-05-29T15:04:05.123000", "sender": "Aya", "body": "hi  ", "quote": "\\n\\n> words\\n\\n", "sticker": null,
     "reactions": [["Me", "👍"]], "attachments": [{"name": "a b.jpg", "path": "media/a%20b.jpg"}], "deleted": false, …}

`Me` is the owner; other names are those of the chats' folders. Times are the computer's. Two blanks stand behind every body.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.files import json_lines
from chatclone_dagster.readers.files.json_values import dicts, record, string
from chatclone_dagster.readers.signal.sigexport import STICKERS, Body, Chat, attachment_path, kind_of, quoted_words

_NEEDED = frozenset(("date", "sender", "body", "quote", "sticker", "reactions", "attachments"))


def is_sigexport(first: dict[str, Any]) -> bool:
    """Whether a file's first object is a message of sigexport."""
    return first.keys() >= _NEEDED


def read_date(message: dict[str, Any]) -> datetime | None:
    """When a message was sent; None if it cannot be read."""
    try:
        found = datetime.fromisoformat(string(message.get("date")))
    except ValueError:
        return None
    return found if found.tzinfo is None else None


def read(file: ExportFile, out: Out) -> None:
    """Read a chat; positions are lines."""
    senders = {
        string(message.get("sender")) for _, message in json_lines.records(file, Out("", "", "", lambda _: None))
    }
    chat = Chat.of(file, senders)
    for line, message in json_lines.records(file, out):
        when = read_date(message)
        if when is None:
            out.issue(line, "a message without a readable date", string(message.get("date")), is_row=True)
        else:
            chat.emit(line, when, string(message.get("sender")), read_body(message), out)


def read_body(message: dict[str, Any]) -> Body:
    """What a message says and what hangs on it."""
    text = string(message.get("body"))
    body = Body(text=text.removesuffix("  "), quote=quoted_words(string(message.get("quote"))))
    reactions = message.get("reactions")
    for pair in reactions if isinstance(reactions, list) else []:
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair):
            body.reactions.append((pair[1], pair[0]))
    attachments = dicts(message.get("attachments"))
    body.attachments = [attachment_path(path) for one in attachments if (path := string(one.get("path")))]
    body.missing = any(string(one.get("missing_kind")) for one in attachments)
    body.sticker = bool(message.get("sticker"))
    sticker = record(message.get("sticker"))
    if extension := string(sticker.get("extension")):
        body.attachments.append(f"{STICKERS}{sticker.get('packId')}/{sticker.get('id')}.{extension}")
    body.edited = bool(dicts(message.get("edits")))
    body.kind = "deleted" if message.get("deleted") is True else kind_of(body, is_call=message.get("call"))
    return body
