"""One message of an official export: what it is, what was typed, and what hangs on it."""

from __future__ import annotations

import mimetypes
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chatclone_dagster.readers.contract import ExportFile
from chatclone_dagster.readers.files.json_values import dicts, record, string
from chatclone_dagster.readers.signal.official_people import Directory, reference
from chatclone_dagster.readers.signal.values import number, with_mentions

SYSTEM = "system"
_LONGEST_TEXT = 1 << 20  # bytes; Signal takes 64 KiB
_TYPES = mimetypes.MimeTypes()  # Python's own table, the same on every machine
MessageId = Callable[[str, int], str]
"""(number of the author, ms) → the id of a message."""


@dataclass
class Item:
    """A message without its chat, author and time; `issues` are what was not understood of it."""

    kind: str = "text"
    text: str = ""
    reply_to: str | None = None
    reactions: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    issues: list[str] = field(default_factory=list)


def read_item(chat_item: dict[str, Any], file: ExportFile, directory: Directory, message_id: MessageId) -> Item:
    """Take apart a chat item; of one that was edited, its last version."""
    name = next((name for name in _READERS if name in chat_item), None)
    if name is None:
        others = sorted(key for key, value in chat_item.items() if isinstance(value, dict) and key not in _AROUND)
        what = f" ({others[0][:40]!r})" if others else ""
        return Item("unavailable", issues=[f"a kind of message that is not known{what}; read as one that is lost"])
    content = record(chat_item[name])
    issues = _add_long_text(content, file)
    item = _READERS[name](content, directory)
    item.issues += issues
    item.reply_to = _answered(record(content.get("quote")), directory, message_id)
    for reaction in dicts(content.get("reactions")):
        who = directory.person(reference(reaction.get("authorId"))).name
        item.reactions.append((string(reaction.get("emoji")), who))
    return item


_AROUND = ("incoming", "outgoing", "directionless", "pinDetails")


def _standard(content: dict[str, Any], directory: Directory) -> Item:
    attachments = dicts(content.get("attachments"))
    item = Item(text=_text(record(content.get("text")), directory))
    for attachment in attachments:
        item.attachments += _path(record(attachment.get("pointer")))
    if attachments:
        item.kind = "voice" if any(one.get("flag") == "VOICE_MESSAGE" for one in attachments) else "media"
    elif not item.text:
        item.kind = "unavailable"
    return item


def _contact(content: dict[str, Any], _: Directory) -> Item:
    return Item("contact", attachments=_path(record(record(content.get("contact")).get("avatar"))))


def _sticker(content: dict[str, Any], _: Directory) -> Item:
    return Item("sticker", attachments=_path(record(record(content.get("sticker")).get("data"))))


def _poll(content: dict[str, Any], _: Directory) -> Item:
    options = [string(option.get("option")) for option in dicts(content.get("options"))]
    return Item("poll", "\n".join([string(content.get("question")), *options]))


def _story_reply(content: dict[str, Any], directory: Directory) -> Item:
    typed = _text(record(record(content.get("textReply")).get("text")), directory)
    return Item(text=typed or string(content.get("emoji")))


def _payment(content: dict[str, Any], _: Directory) -> Item:
    note = string(content.get("note"))
    return Item("text" if note else SYSTEM, note)


def _update(content: dict[str, Any], _: Directory) -> Item:
    """What the app says of itself. There is no sentence, only what happened; the names of that are given."""
    if "individualCall" in content or "groupCall" in content:
        return Item("call")
    names = [next(iter(content), "update")]
    for update in dicts(record(content.get("groupChange")).get("updates")):
        names += [f"{name} {_new_name(value)}".strip() for name, value in update.items()]
    if kind := string(record(content.get("simpleUpdate")).get("type")):
        names.append(kind)
    return Item(SYSTEM, ", ".join(names))


def _new_name(update: object) -> str:
    return string(record(update).get("newGroupName")) or string(record(update).get("newDescription"))


_READERS: dict[str, Callable[[dict[str, Any], Directory], Item]] = {
    "standardMessage": _standard,
    "contactMessage": _contact,
    "stickerMessage": _sticker,
    "remoteDeletedMessage": lambda _, __: Item("deleted"),
    "adminDeletedMessage": lambda _, __: Item("deleted"),
    "viewOnceMessage": lambda _, __: Item("unavailable"),
    "updateMessage": _update,
    "paymentNotification": _payment,
    "giftBadge": lambda _, __: Item(SYSTEM, "giftBadge"),
    "directStoryReplyMessage": _story_reply,
    "poll": _poll,
}


def _text(written: dict[str, Any], directory: Directory) -> str:
    mentions = [
        (number(span.get("start")) or 0, name)
        for span in dicts(written.get("bodyRanges"))
        if "mentionAci" in span and (name := directory.mentioned(string(span["mentionAci"])))
    ]
    return with_mentions(string(written.get("body")), mentions)


def _answered(quote: dict[str, Any], directory: Directory, message_id: MessageId) -> str | None:
    """The message a quote is of, by its id, else by its words."""
    if sent := number(quote.get("targetSentTimestamp")):
        return message_id(reference(quote.get("authorId")), sent)
    return _text(record(quote.get("text")), directory) or None


def _path(pointer: dict[str, Any]) -> list[str]:
    """Where a file lies beside the export; the name it was sent under if it was never downloaded; nothing if it has none."""
    try:
        digest = b64decode(string(record(pointer.get("locatorInfo")).get("plaintextHash")), validate=True).hex()
    except ValueError:
        digest = ""
    if digest:
        return [f"files/{digest[:2]}/{digest}{_TYPES.guess_extension(string(pointer.get('contentType'))) or ''}"]
    return [name] if (name := string(pointer.get("fileName"))) else []


def _add_long_text(content: dict[str, Any], file: ExportFile) -> list[str]:
    """A long text may lie in a file, only its beginning in the message: put the whole in its place, or say what is missing."""
    pointer = record(content.get("longText"))
    if not pointer:
        return []
    beside = next(filter(None, (file.beside(path) for path in _path(pointer))), None)
    if beside is None:
        return ["the end of a long message lies in a file that is not in the export"]
    with beside.open() as stream:
        whole = stream.read(_LONGEST_TEXT).decode(errors="replace")
    content["text"] = {**record(content.get("text")), "body": whole}
    return []
