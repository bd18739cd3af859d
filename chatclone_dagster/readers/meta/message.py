"""One message of Messenger or Instagram: what kind it is, what hangs on it, who reacted to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

from chatclone_dagster.readers.files.json_values import dicts
from chatclone_dagster.readers.meta.schema import Message
from chatclone_dagster.readers.meta.sentences import Sentence

_LISTS = {"audio_files": "voice", "photos": "media", "videos": "media", "gifs": "media", "files": "media"}
_LISTED = attrgetter(*_LISTS)
_MAP = re.compile(r"//(?:www\.)?(?:maps\.google|google\.[a-z.]+/maps|l\.facebook\.com/l\.php\?u=[^&]*maps)")
_FAR = 2000  # characters of a link in which it says that it leads to a map
_BY_SENTENCE = {
    Sentence.UNSENT: "deleted",
    Sentence.SYSTEM: "system",
    Sentence.REACTION: "system",
    Sentence.CALL: "call",
    Sentence.PLACEHOLDER: "media",
}


def more_than_text(messages: Sequence[Message]) -> list[bool]:
    """Which messages are, or may be, more than a text."""
    return [
        not (
            m.photos is m.videos is m.audio_files is m.gifs is m.files is m.sticker is m.share is m.reactions is None
            and m.call_duration is m.users is m.is_unsent is m.lost is None
            and (m.type is None or m.type == "Generic")
        )
        for m in messages
    ]


def kind_of(message: Message, sentence: Sentence | None, text: str) -> str:
    """What a message is: the first of these that holds. `type` is missing in newer exports; then the rest tells."""
    said = _BY_SENTENCE.get(sentence) if sentence else None
    link = _link(message)
    if message.is_unsent or said == "deleted":
        kind = "deleted"
    elif said == "system" or message.type in ("Subscribe", "Unsubscribe"):
        kind = "system"
    elif said == "call" or message.type == "Call" or message.call_duration is not None:
        kind = "call"
    elif isinstance(message.sticker, dict):
        kind = "sticker"
    elif any(held := _LISTED(message)):
        kind = next(kind for kind, files in zip(_LISTS.values(), held, strict=True) if files)
    elif link and _MAP.search(link, 0, _FAR):
        kind = "location"
    elif said == "media" or (link and not text) or message.lost == "media":
        kind = "media"
    elif text and not message.lost:
        kind = "text"
    else:
        kind = "system" if message.users and not text else "unavailable"
    return kind


def is_shown(kind: str, sentence: Sentence | None) -> bool:
    """Whether the text is what was typed, or what the app says where it says something; not what stands for a photo or a call."""
    if kind in ("system", "deleted"):
        return sentence is not Sentence.UNSENT
    return sentence is None and kind in ("text", "media", "voice", "sticker", "location")


def attachments_of(message: Message) -> list[str]:
    """Paths and links as the export gives them."""
    found = [item.get("uri") for files in _LISTED(message) if files for item in dicts(files)]
    if isinstance(message.sticker, dict):
        found.append(message.sticker.get("uri"))
    found.append(_link(message))
    return [path for path in found if path and isinstance(path, str)]


def add_reactions(message: Message, emoji: list[str], actors: list[str]) -> int:
    """Add the reactions to lists of emoji and of who left them; how many there were."""
    before = len(emoji)
    for item in dicts(message.reactions) if message.reactions else ():
        if isinstance(item.get("reaction"), str):
            emoji.append(item["reaction"])
            actors.append(str(item.get("actor") or ""))
    return len(emoji) - before


def _link(message: Message) -> str:
    link = message.share.get("link") if isinstance(message.share, dict) else None
    return link if isinstance(link, str) else ""
