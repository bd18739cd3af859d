"""What is true about every export file, as the story knew it before any format was written: for tests of the readers.

`truth.jsonl` holds one line per file (`file`, counts) followed by one line per message in it, oldest first:
`utc`, `sender` (full name; none for the app), `kind` (as in `tables.KINDS`), `text` (what was typed, captions included)
and, where they apply, `edited`, `answers` (how many messages back), `reactions`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from samples.cast import CHATS, MIRA
from samples.stage import Message, name_of


def mira_replies(messages: list[Message]) -> int:
    """Mira's turns (her consecutive messages) that answer somebody: within three hours of what they answer."""
    spoken = [message for message in messages if message.kind != "system"]
    return sum(
        later.sender == MIRA != earlier.sender and (later.at - earlier.at).total_seconds() < 3 * 3600
        for earlier, later in pairwise(spoken)
    )


def _is_android(name: str) -> bool:
    """Android's exports know no seconds, and call every medium `<Media omitted>`."""
    return name.endswith("Jonas Weber.txt")


def _kind(message: Message, android: bool) -> str:
    return "media" if android and message.kind in {"sticker", "voice"} else message.kind


def _message(message: Message, index: dict[int, int], android: bool) -> dict[str, Any]:
    at = message.at.replace(second=0) if android else message.at
    row: dict[str, Any] = {
        "utc": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sender": name_of(message.sender) if message.sender else None,
        "kind": _kind(message, android),
        "text": message.text,
    }
    if message.edited:
        row["edited"] = True
    if message.answers and id(message.answers) in index:
        row["answers"] = index[id(message)] - index[id(message.answers)]
    if message.reactions:
        row["reactions"] = [[emoji, name_of(actor)] for emoji, actor in message.reactions]
    return row


def truth_lines(files: dict[str, tuple[bytes, list[Message]]]) -> Iterator[str]:
    """The lines of `truth.jsonl`."""
    for name, (content, messages) in files.items():
        chat, android = CHATS[messages[0].chat], _is_android(name)
        head = {
            "file": f"exports/{name}",
            "bytes": len(content),
            "conversation": chat.title,
            "messages": len(messages),
            "kinds": dict(sorted(Counter(_kind(message, android) for message in messages).items())),
            "from_mira": sum(message.sender == MIRA for message in messages),
            "mira_replies": mira_replies(messages),
        }
        yield json.dumps(head, ensure_ascii=False) + "\n"
        index = {id(message): number for number, message in enumerate(messages)}
        for message in messages:
            yield json.dumps(_message(message, index, android), ensure_ascii=False) + "\n"
