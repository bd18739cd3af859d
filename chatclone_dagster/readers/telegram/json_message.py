"""One message of a `result.json`: what kind it is, what was typed, what hangs on it, who reacted to it.

Text is a string, or a list of strings and objects whose texts join without anything between them; `text_entities` says the same as
objects only. What the exporter could not write down stands in the place of a file's path, in English whatever the app's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from chatclone_dagster.readers.files.json_values import dicts, record, string

Message = dict[str, Any]

CUSTOM = "custom_emoji"
"""Stands for a reaction with an emoji that only Telegram knows; the export holds a picture of it, if anything."""
PAID = "⭐"
MOST_NAMELESS = 100  # reactions without a name that are listed one by one; a post in a channel may have a million
_DEEPEST = 60  # levels of a rich message that are read; the app allows 16

_MISSING = re.compile(
    r"\((?:File|Photo|Story) (?:not included|unavailable|exceeds maximum size)[^()]*\)\s*$", re.IGNORECASE
)
_FILES = ("photo", "file", "contact_vcard", "game_link")
_CALLS = frozenset(("phone_call", "conference_call", "group_call"))
_MEDIA_TYPES = {"sticker": "sticker", "voice_message": "voice"}
_KINDS = {
    **dict.fromkeys(("contact_information", "contact_vcard"), "contact"),
    **dict.fromkeys(("location_information", "place_name", "live_location_period_seconds"), "location"),
    **dict.fromkeys(("poll", "todo_list"), "poll"),
    **dict.fromkeys(("photo", "file", "media_type", "game_title", "invoice_information"), "media"),
    **dict.fromkeys(("giveaway_information", "giveaway_results", "paid_stars_amount"), "media"),
}
"""Members that make a message more than text → its kind; the first that is there decides."""
_PLAIN = frozenset(
    ("id", "type", "date", "date_unixtime", "from", "from_id", "text", "text_entities", "reply_to_message_id")
)
_ABOUT_SERVICE = ("title", "new_title", "emoticon", "inviter", "score", "text", "gift_text")


class Said(NamedTuple):
    """What a message says; `reactions` are emoji and who left them."""

    kind: str
    text: str
    forwarded: bool = False
    edited: bool = False
    reactions: Sequence[tuple[str, str]] = ()
    paths: Sequence[str] = ()


def read(message: Message) -> Said:
    """Read a message; one that is nothing but text, as most are, is not looked at any closer."""
    if _PLAIN.issuperset(message) and message.get("type") == "message":
        text = text_of(message)
        return Said("text" if text else "unavailable", text)
    paths, text = files_of(message), text_of(message)
    kind = kind_of(message, text, paths)
    return Said(kind, text, is_forwarded(message), is_edited(message), reactions_of(message), paths)


def kind_of(message: Message, text: str, paths: list[str]) -> str:
    """What a message is. One that says nothing has expired, or holds what this version of the app could not export."""
    if message.get("type") == "service":
        return "call" if _plain(message.get("action")) in _CALLS else "system"
    if not message.keys().isdisjoint(_KINDS):
        if "self_destruct_period_seconds" in message and not paths:
            return "unavailable"
        declared = message.get("media_type")
        if isinstance(declared, str) and declared in _MEDIA_TYPES:
            return _MEDIA_TYPES[declared]
        return next(kind for name, kind in _KINDS.items() if name in message)
    return "text" if text else "unavailable"


def text_of(message: Message) -> str:
    """What was typed: the text, the caption, the question of a poll with its answers; what the app says of an event."""
    if message.get("type") == "service":
        return "" if _plain(message.get("action")) in _CALLS else _service(message)
    text = message.get("text")
    if not (isinstance(text, str) and text):
        text = joined(message.get("text_entities")) or joined(text)
    if "rich_message" in message and not text:
        text = "\n".join(filter(None, _rich(message["rich_message"])))
    for name in ("poll", "todo_list"):
        if name in message:
            asked = record(message[name])
            parts = [
                asked.get("question", asked.get("title")),
                *(item.get("text") for item in dicts(asked.get("answers"))),
            ]
            text = "\n".join(filter(None, (*map(joined, parts), text)))
    return text


def joined(value: Any) -> str:
    """The text of a string, or of a list of strings and objects."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    parts = (part.get("text") if isinstance(part, dict) else part for part in value)
    return "".join(part for part in parts if isinstance(part, str))


def _service(message: Message) -> str:
    """An event as one line: who, what, and whom or what it is about. Exports of other languages say the same."""
    if said := string(message.get("information_text")):
        return said
    about = [joined(message.get(name)) or _plain(message.get(name)) for name in _ABOUT_SERVICE]
    members = message.get("members")
    about += [name if isinstance(name, str) else "?" for name in (members if isinstance(members, list) else [])]
    who = message.get("actor")
    return ": ".join(
        part for part in (_plain(who), _plain(message.get("action")), ", ".join(filter(None, about))) if part
    )


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _rich(value: Any, depth: int = 0) -> Iterator[str]:
    """The lines of a rich message (since 2026): blocks that hold text, or more blocks, rows or items."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _rich(item, depth + 1)
    elif isinstance(value, dict):
        for name in ("title", "text"):
            yield _inline(value.get(name), depth)
        for name in ("block", "blocks", "items", "rows", "cells", "caption"):
            yield from _rich(value.get(name), depth + 1)


def _inline(value: Any, depth: int) -> str:
    """The text within one block: texts nest to say what is bold and what is a link."""
    if isinstance(value, str) or depth > _DEEPEST:
        return value if isinstance(value, str) else ""
    if isinstance(value, list):
        return "".join(_inline(item, depth + 1) for item in value)
    return _inline(value.get("text"), depth + 1) if isinstance(value, dict) else ""


def files_of(message: Message) -> list[str]:
    """Paths and links as the export gives them; what it says in the place of a path is none."""
    found = (message[name] for name in _FILES if name in message)
    return [path for path in found if isinstance(path, str) and path and not _MISSING.search(path)]


def reactions_of(message: Message) -> list[tuple[str, str]]:
    """Emoji and who left it; those of whom the export only says how many they are come without a name, a hundred at most."""
    found = []
    for reaction in dicts(message.get("reactions")):
        emoji = string(reaction.get("emoji")) or (PAID if reaction.get("type") == "paid" else CUSTOM)
        known = [string(recent.get("from")) for recent in dicts(reaction.get("recent"))]
        found += [(emoji, name) for name in known]
        count = reaction.get("count")
        if isinstance(count, int):
            found += [(emoji, "")] * min(count - len(known), MOST_NAMELESS)
    return found


def is_edited(message: Message) -> bool:
    """Whether a message was edited; old exports write the beginning of 1970 for those that were not."""
    if "edited_unixtime" in message:
        return message["edited_unixtime"] not in (None, 0, "0", "")
    edited = message.get("edited")
    return isinstance(edited, str) and bool(edited) and not edited.startswith(("1970-01-01", "1969-12-31"))


def is_forwarded(message: Message) -> bool:
    """Whether somebody else's words are passed on; the name of who said them may be null."""
    return "forwarded_from" in message or "forwarded_from_id" in message or "saved_from" in message
