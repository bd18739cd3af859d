"""One message of DiscordChatExporter's JSON: what kind it is, what was typed, what hangs on it, who reacted to it."""

from __future__ import annotations

import re
from typing import Any

from chatclone_dagster.readers.discord import markup
from chatclone_dagster.readers.files.json_values import dicts, record, string

Message = dict[str, Any]

_SPOKEN = frozenset(("Default", "Reply", "0", "19", "20", "23"))  # the last two answer commands
_CALLS = frozenset(("Call", "3"))
_VOICE = re.compile(r"(?:^|[/\\])voice-message[^/\\]*\.ogg(?:$|\?)")
_MORE = ("attachments", "stickers", "embeds", "reactions", "reference", "forwardedMessage")


def is_more_than_text(message: Message) -> bool:
    """Whether anything hangs on a message; most are spared the closer look."""
    return any(map(message.get, _MORE))


def is_spoken(message: Message) -> bool:
    """Whether a person wrote this, not the app and no bot. Types are names, numbers where the exporter has no name for them."""
    author = message.get("author")
    is_bot = isinstance(author, dict) and author.get("isBot") is True
    return not is_bot and str(message.get("type") or "Default") in _SPOKEN


def kind_of(message: Message, text: str, files: list[str]) -> str:
    """What a message is. One that says nothing is one whose content the exporter did not get to see."""
    if not is_spoken(message):
        return "call" if str(message.get("type")) in _CALLS else "system"
    if attachments := dicts(message.get("attachments")):
        return kind_of_files([string(item.get("fileName")) or string(item.get("url")) for item in attachments])
    if message.get("stickers"):
        return "sticker"
    if text:
        return "text"
    return "media" if files or is_forwarded(message) else "unavailable"


def kind_of_files(names: list[str]) -> str:
    """Recordings have a name of their own."""
    return "voice" if names and all(_VOICE.search(name) for name in names) else "media"


def files_of(message: Message) -> list[str]:
    """Attachments and stickers as links or paths, else by name; of a message that is nothing but a preview, what it shows.

    What was forwarded brings its files along, its text is somebody else's.
    """
    found = [
        string(item.get(link)) or string(item.get(name))
        for source in (message, record(message.get("forwardedMessage")))
        for key, link, name in (("attachments", "url", "fileName"), ("stickers", "sourceUrl", "name"))
        for item in dicts(source.get(key))
    ]
    if not found and not message.get("content"):
        found = [_link(embed) for embed in dicts(message.get("embeds"))]
    return [path for path in found if path]


def _link(embed: Message) -> str:
    links = [embed.get("url"), *(record(embed.get(part)).get("url") for part in ("image", "video", "thumbnail"))]
    return next((link for link in map(string, links) if link), "")


def is_forwarded(message: Message) -> bool:
    """Whether a message shows another one from elsewhere."""
    return isinstance(message.get("forwardedMessage"), dict) or _reference(message).get("type") == "Forward"


def reply_to(message: Message, channel: str | None) -> str | None:
    """The id of the message that is answered; pins, forwards and posts taken over from other channels refer to one as well."""
    reference = _reference(message)
    elsewhere = channel is not None and identifier(reference.get("channelId")) not in (None, channel)
    if not is_spoken(message) or is_forwarded(message) or elsewhere:
        return None
    return identifier(reference.get("messageId"))


def reactions_of(message: Message) -> list[tuple[str, str]]:
    """Emoji and who left it; older exports say only how many did."""
    found = []
    for reaction in dicts(message.get("reactions")):
        emoji = record(reaction.get("emoji"))
        shown = markup.emoji(
            string(emoji.get("name")) or string(emoji.get("code")) or identifier(emoji.get("id")) or ""
        )
        people = [name_of(user) or "" for user in dicts(reaction.get("users"))]
        count = reaction.get("count")
        found += [(shown, name) for name in people]
        found += markup.nameless(shown, (count if isinstance(count, int) else 1) - len(people))
    return found


def mentions_of(message: Message) -> dict[str, str]:
    """The people a message mentions, by id."""
    named = [(identifier(user.get("id")), name_of(user)) for user in dicts(message.get("mentions"))]
    return {key: name for key, name in named if key and name}


def name_of(user: Message) -> str | None:
    """How a person is called on the server, else the account's name."""
    return string(user.get("nickname")) or string(user.get("name")) or None


def identifier(value: Any) -> str | None:
    """An id as a string; None if it is none."""
    return (str(value) or None) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _reference(message: Message) -> Message:
    return record(message.get("reference"))
