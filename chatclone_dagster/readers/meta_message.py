"""One message of Messenger or Instagram: what kind it is, what hangs on it, who reacted to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chatclone_dagster.readers.meta_sentences import Sentence

_LISTS = {"audio_files": "voice", "photos": "media", "videos": "media", "gifs": "media", "files": "media"}
_MAP = re.compile(r"//(?:www\.)?(?:maps\.google|google\.[a-z.]+/maps|l\.facebook\.com/l\.php\?u=[^&]*maps)")
_NOT_DOWNLOADED = "Failed to download media"

_PLAIN = frozenset(
    (
        "sender_name",
        "timestamp_ms",
        "content",
        "type",
        "is_geoblocked_for_viewer",
        "is_unsent_image_by_messenger_kid_parent",
    )
)


def repair(text: str) -> str:
    """Undo the export's encoding: UTF-8 whose bytes were each written as one character.

    Exact: a text that is no such UTF-8 is returned as it is. 1 µs for text that is not ASCII, less for text that is.
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def is_plain(message: dict[str, Any]) -> bool:
    """Whether a message has a content and nothing else, so that only its text can make it more than typed text."""
    return _PLAIN.issuperset(message) and message.get("type", "Generic") == "Generic"


def from_encrypted(message: dict[str, Any]) -> dict[str, Any]:
    """A message of an encrypted chat in the schema of the plain export."""
    media = dicts(message.get("media"))
    there = [item for item in media if item.get("uri") != _NOT_DOWNLOADED]
    return {
        "sender_name": message.get("senderName"),
        "timestamp_ms": message.get("timestamp"),
        "content": message.get("text"),
        "is_unsent": message.get("isUnsent"),
        "files": there,
        "missing": message.get("type") == "placeholder" or len(there) < len(media),
        "reactions": message.get("reactions"),
    }


def kind_of(message: dict[str, Any], sentence: Sentence | None, text: str) -> str:
    """What a message is: the first of these that holds. `type` is missing in newer exports; then the rest tells."""
    declared, share = message.get("type"), message.get("share")
    link = str(share.get("link") or "") if isinstance(share, dict) else ""
    rules = (
        ("deleted", message.get("is_unsent") or sentence is Sentence.UNSENT),
        ("system", declared in ("Subscribe", "Unsubscribe") or sentence in (Sentence.SYSTEM, Sentence.REACTION)),
        ("call", declared == "Call" or "call_duration" in message or sentence is Sentence.CALL),
        ("sticker", isinstance(message.get("sticker"), dict)),
        *((kind, message.get(name)) for name, kind in _LISTS.items()),
        ("location", _MAP.search(link)),
        ("media", sentence is Sentence.PLACEHOLDER or (link and not text)),
        ("system", message.get("users") and not text),
        ("unavailable", not text or message.get("missing")),
    )
    return next((kind for kind, holds in rules if holds), "text")


def text_of(kind: str, sentence: Sentence | None, text: str) -> str:
    """What was typed, or what the app says where it says something; nothing in the place of a photo or a call."""
    if kind in ("system", "deleted"):
        return text if sentence is not Sentence.UNSENT else ""
    return text if kind in ("text", "media", "voice", "sticker", "location") and sentence is None else ""


def attachments_of(message: dict[str, Any]) -> Iterator[str]:
    """Paths and links as the export gives them."""
    for name in _LISTS:
        for item in dicts(message.get(name)):
            if isinstance(item.get("uri"), str):
                yield repair(item["uri"])
    for name, key in (("sticker", "uri"), ("share", "link")):
        single = message.get(name)
        if isinstance(single, dict) and isinstance(single.get(key), str) and single[key]:
            yield repair(single[key])


def leads_out(path: str) -> bool:
    """Whether an attachment's path leads out of the export."""
    if "://" in path:
        return False
    return path.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", path) or re.match(r"[A-Za-z]:", path) is not None


def reactions_of(message: dict[str, Any]) -> list[tuple[str, str]]:
    """Emoji and who left it."""
    return [
        (repair(item["reaction"]), repair(str(item.get("actor") or "")))
        for item in dicts(message.get("reactions"))
        if isinstance(item.get("reaction"), str)
    ]


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
