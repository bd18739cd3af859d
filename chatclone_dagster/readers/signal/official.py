"""The plaintext export that Signal itself makes (Settings, Chats, Export): `main.jsonl` beside a folder `files`.

One frame of its backup format a line (signalapp/Signal-Desktop, protos/Backups.proto, in protobuf's JSON: defaults left out, 64-bit
numbers as strings, bytes in Base64): the account, people and groups, chats, and the messages, which name the others by numbers that
hold within the file only. Disappearing messages are not in it, media shown once neither. Times are UTC.
"""

from __future__ import annotations

from typing import Any

from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.files import json_lines, text
from chatclone_dagster.readers.files.json_values import dicts, record
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.signal.official_items import SYSTEM, Item, read_item
from chatclone_dagster.readers.signal.official_people import Directory, reference
from chatclone_dagster.readers.signal.values import moment, number

_FRAMES = {"account": "givenName", "recipient": "id", "chat": "recipientId", "chatItem": "chatId"}
"""Those that count, and a member of each."""
_OTHER_FRAMES = frozenset(("stickerPack", "adHocCall", "notificationProfile", "chatFolder"))
_NEAR_THE_START = 40  # characters


def is_official(first: dict[str, Any]) -> bool:
    """Whether a file's first object is a frame, or what stands before the first one."""
    if {"version", "backupTimeMs"} <= first.keys():
        return True
    name, content = next(iter(first.items()), ("", None))
    return len(first) == 1 and _FRAMES.get(name) in record(content)


def read(file: ExportFile, out: Out) -> None:
    """Read an export; positions are lines."""
    directory, originals = _survey(file)
    unknown: set[str] = set()
    for line, frame in json_lines.records(file, out):
        if isinstance(frame.get("chatItem"), dict):
            _emit(line, frame["chatItem"], file, directory, originals, out)
        else:
            for name in sorted(frame.keys() - _FRAMES.keys() - _OTHER_FRAMES - unknown):
                if isinstance(frame[name], dict):
                    unknown.add(name)
                    out.issue(line, f"a kind of frame that is not known ({name[:40]!r}); such frames are left out")


def _survey(file: ExportFile) -> tuple[Directory, dict[tuple[str, int], int]]:
    """First pass: who and what there is, and for edited messages when they were first sent, by author and later time."""
    directory = Directory()
    originals: dict[tuple[str, int], int] = {}
    for line in text.lines(file):
        is_item = '"chatItem"' in line[:_NEAR_THE_START]
        if is_item and '"revisions"' not in line:
            continue
        frame = json_lines.parse(line) or {}
        if is_item:
            item = record(frame.get("chatItem"))
            versions = (*dicts(item.get("revisions")), item)
            times = [ms for version in versions if (ms := number(version.get("dateSent")))]
            originals |= {(reference(item.get("authorId")), ms): min(times) for ms in times}
        else:
            directory.add(frame)
    return directory, originals


def _emit(
    line: int,
    chat_item: dict[str, Any],
    file: ExportFile,
    directory: Directory,
    originals: dict[tuple[str, int], int],
    out: Out,
) -> None:
    author = reference(chat_item.get("authorId"))

    def message_id(of: str, ms: int) -> str:
        """Signal knows a message by its author and the time it was sent."""
        return f"{originals.get((of, ms), ms)}-{directory.person(of).key}"

    ms = number(chat_item.get("dateSent")) or 0
    sent = moment(originals.get((author, ms), ms))
    if sent is None:
        out.issue(line, "a message without a time", is_row=True)
        return
    item: Item = read_item(chat_item, file, directory, message_id)
    for reason in item.issues:
        out.issue(line, reason)
    chat = directory.chat(reference(chat_item.get("chatId")))
    person = directory.person(author) if item.kind != SYSTEM else None
    out.row(
        line,
        chat.key,
        chat.name,
        sent,
        tz_known=True,
        is_group=chat.is_group,
        sender_key=person.key if person else None,
        sender_name=person.name if person else None,
        from_owner=person.is_self if person else None,
        platform_id=message_id(author, ms) if person else None,
        kind=item.kind,
        text=item.text,
        reply_to=item.reply_to,
        edited=bool(dicts(chat_item.get("revisions"))),
        reactions=[{"emoji": emoji, "sender": who} for emoji, who in item.reactions],
        attachments=inside(item.attachments, line, out),
    )
