"""The files of Messenger's and Instagram's JSON exports, decoded.

A whole file is decoded at once into compact objects, which takes half the time of making dictionaries of it. One that is damaged,
of another shape than it should be, or very large is read record by record instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files.json_stream import records
from chatclone_dagster.readers.files.json_values import dicts
from chatclone_dagster.readers.files.text import encoding_of
from chatclone_dagster.readers.meta.mojibake import is_broken

LARGEST = 256 << 20  # bytes decoded at once; the apps begin a new file every ten thousand messages
_HEAD = 1 << 20  # bytes in which a file shows its schema
_NOT_DOWNLOADED = "Failed to download media"
_VOICE = (".aac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav")


class Message(msgspec.Struct, gc=False):
    """A message as exported. Its members may be of any type: nothing is refused here, each is looked at where it is used."""

    sender_name: Any = None
    timestamp_ms: Any = None
    content: Any = None
    type: Any = None
    is_unsent: Any = None
    photos: Any = None
    videos: Any = None
    audio_files: Any = None
    gifs: Any = None
    files: Any = None
    sticker: Any = None
    share: Any = None
    reactions: Any = None
    call_duration: Any = None
    users: Any = None
    lost: Any = None  # not exported: that nothing is left of an encrypted message ("all"), or only its text ("media")


class _Encrypted(msgspec.Struct, gc=False, rename="camel"):
    sender_name: Any = None
    timestamp: Any = None
    text: Any = None
    type: Any = None
    is_unsent: Any = None
    media: Any = None
    reactions: Any = None


class Head(msgspec.Struct, kw_only=True):
    """What a file says about its thread."""

    participants: Any = None
    title: Any = None
    thread_path: Any = None
    thread_type: Any = None
    thread_name: Any = msgspec.field(default=None, name="threadName")


class _PlainFile(Head, kw_only=True):
    messages: list[Message]


class _EncryptedFile(Head, kw_only=True):
    messages: list[_Encrypted]


@dataclass(frozen=True, slots=True)
class Part:
    """Messages of a file (as a rule all), the index of the first, and what is known of the thread.

    `broken`: the encoding of the strings has yet to be undone.
    """

    head: Head
    messages: list[Message]
    start: int
    encrypted: bool
    broken: bool


_PLAIN = msgspec.json.Decoder(_PlainFile)
_ENCRYPTED = msgspec.json.Decoder(_EncryptedFile)


def parts(file: ExportFile, out: Out) -> Iterator[Part]:
    """The messages of a file.

    Raises:
        UnreadableError: it is no JSON, or no thread.
    """
    whole = _at_once(file)
    if whole is not None:
        yield whole
        return
    for batch in records(file, "messages", out, needs=Head.__struct_encode_fields__):
        if not batch.around:
            head = msgspec.convert(batch.head, Head)
            if any(isinstance(item, dict) and "senderName" in item for item in batch.items):
                yield _decrypted(head, [_converted(item, _Encrypted) for item in batch.items], batch.start)
            else:
                yield _plain(head, [_converted(item, Message) for item in batch.items], batch.start)


def _at_once(file: ExportFile) -> Part | None:
    """The whole file; None if it is not as it should be."""
    if file.size > LARGEST:
        return None
    with file.open() as stream:
        data = stream.read(LARGEST + 1)
    _, skip = encoding_of(data)
    data = data[skip:] if skip else data
    start = data[:_HEAD]
    try:
        if b'"senderName"' in start and b'"sender_name"' not in start:
            encrypted = _ENCRYPTED.decode(data)
            return _decrypted(encrypted, encrypted.messages, 0)
        plain = _PLAIN.decode(data)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None
    return _plain(plain, plain.messages, 0)


def _plain(head: Head, messages: list[Message], start: int) -> Part:
    if not messages and head.participants is None:
        raise UnreadableError("a JSON file that holds no thread: `participants` or `messages` is missing")
    return Part(head, messages, start, encrypted=False, broken=True)


def _decrypted(head: Head, messages: list[_Encrypted], start: int) -> Part:
    """Encrypted chats in the schema of the plain ones; the app writes their encoding right, other tools may not."""
    texts = [text for item in messages for text in (item.text, item.sender_name) if isinstance(text, str)]
    return Part(head, list(map(_from_encrypted, messages)), start, encrypted=True, broken=is_broken(texts))


def _from_encrypted(item: _Encrypted) -> Message:
    media = dicts(item.media)
    there = [found for found in media if found.get("uri") != _NOT_DOWNLOADED]
    spoken = [found for found in there if str(found.get("uri")).lower().endswith(_VOICE)]
    others = [found for found in there if found not in spoken]
    lost = "all" if item.type == "placeholder" or not item.text else "media"
    return Message(
        sender_name=item.sender_name,
        timestamp_ms=item.timestamp,
        content=item.text,
        is_unsent=item.is_unsent or None,
        audio_files=spoken or None,
        files=others or None,
        reactions=item.reactions or None,
        lost=lost if item.type == "placeholder" or len(there) < len(media) else None,
    )


def _converted(item: Any, kind: Any) -> Any:
    return msgspec.convert(item, kind) if isinstance(item, dict) else kind()
