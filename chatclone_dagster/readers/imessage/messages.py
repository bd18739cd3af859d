"""From the rows of Messages' tables to raw rows: one for each message, tapbacks and votes folded."""

from __future__ import annotations

from typing import Any

from chatclone_dagster.readers.contract import Out
from chatclone_dagster.readers.imessage import attachments, tapbacks
from chatclone_dagster.readers.imessage.attachments import Attachment
from chatclone_dagster.readers.imessage.body import Body, body_of
from chatclone_dagster.readers.imessage.chats import ME, UNKNOWN, Chat, Chats, People
from chatclone_dagster.readers.imessage.database import Aligned, Database
from chatclone_dagster.readers.imessage.held import Held, Row
from chatclone_dagster.readers.imessage.records import (
    Record,
    apple_time,
    happening,
    is_owners,
    number,
    sender_of,
    text_in,
)
from chatclone_dagster.wording import counted

_LINK = "com.apple.messages.URLBalloonProvider"
_POLL = "com.apple.messages.Polls"
_BALLOONS = {_POLL: "poll", "com.apple.findmy.FindMyMessagesApp": "location"}
_VOTE = 4000  # associated_message_type
_ITEMS = {4: "location", 6: "call"}  # item_type: a location shared or no longer, SharePlay and FaceTime
_JOINS = ("chat_message_join", "chat_recoverable_message_join")


def read_messages(database: Database, out: Out) -> int:
    """Hand every message to `out`; how many there are."""
    reading = _Reading(database, out)
    position = -1
    for position, values in enumerate(database.scan("message", Record._fields[1:])):
        reading.message(position, Record._make(values))
    reading.close()
    return position + 1


def _links(database: Database) -> Aligned:
    """The chats of each message, by its ROWID; 1 in the last column where it was deleted from the chat and can be restored."""
    joins = [
        f"SELECT CAST(message_id AS INTEGER), CAST(chat_id AS INTEGER), {number} FROM {name} WHERE message_id IS NOT NULL"
        for number, name in enumerate(_JOINS)
        if database.has(name, "message_id", "chat_id")
    ]
    return Aligned(database.rows(f"{' UNION ALL '.join(joins)} ORDER BY 1, 3, 2") if joins else iter(()))


class _Reading:
    """The tables beside the one of messages, each at the place where that one is."""

    def __init__(self, database: Database, out: Out) -> None:
        self._out = out
        self._people = People(database)
        self._chats = Chats(database, self._people)
        self._links = _links(database)
        self._attachments = attachments.aligned(database)
        self._tapbacks = tapbacks.aligned(database)
        self._held = Held(out)
        self._undecoded: list[int] = []

    def message(self, position: int, record: Record) -> None:
        """Hand on one message."""
        chat, is_deleted = self._chat(record)
        sent = apple_time(record.date)
        if sent is None:
            self._out.issue(position, "a message without a time, or with an impossible one", is_row=True)
            return
        key, name = sender_of(record, chat, self._people)
        said = happening(record, name, self._people)
        row = Row(position, chat, sent, {"tz_known": True, "platform_id": text_in(record.guid), "kind": "system"})
        if said is None:
            row.fields |= {"sender_key": key, "sender_name": name, "from_owner": is_owners(record)}
            row.fields |= self._sent(position, record, chat, name, is_deleted=is_deleted)
        else:
            row.fields["text"] = said
        self._held.add(row)

    def close(self) -> None:
        """Hand on what is held back, and say what could not be read."""
        self._held.close()
        if self._undecoded:
            reason = f"{counted(len(self._undecoded), 'text')} in a form that is not known; such messages count as unavailable"
            self._out.issue(self._undecoded[0], reason)

    def _chat(self, record: Record) -> tuple[Chat, bool]:
        """The conversation of a message, and whether the message was deleted from it."""
        links = self._links.of(record.rowid)
        is_deleted = any(deleted for _, _, deleted in links) or number(record.was_deleted) == 1
        for _, rowid, _ in links:
            if known := self._chats.get(rowid):
                return known, is_deleted
        if links:
            name = f"chat {links[0][1]}"
            return Chat(name, name, is_group=None), is_deleted
        person = self._people.name(record.handle_id)
        return self._chats.of_orphan(record.cache_roomnames, person and self._people.key(person)), is_deleted

    def _sent(self, position: int, record: Record, chat: Chat, name: str, *, is_deleted: bool) -> dict[str, Any]:
        """What a message that somebody sent says: further fields of its row."""
        body = body_of(record.text, record.attributedBody, record.message_summary_info)
        if body.damaged:
            self._undecoded.append(position)
        folded = _folded(record)
        if folded:
            target = tapbacks.target_of(record.associated_message_guid)
            return {"folded": folded, "kind": "system", "text": body.text, "reply_to": target}
        files = attachments.of_message(self._attachments.of(record.rowid), body.files)
        text = _text(record, body)
        found = tapbacks.written(text) if not files else None
        if found:
            quoted = self._held.react(chat, found, name)
            if quoted or (found.certain and (record.service != "iMessage" or found.quoted is None)):
                answered = quoted.fields["platform_id"] if quoted else None
                return {"folded": "pseudo_reaction", "kind": "system", "text": text, "reply_to": answered}
        kind = _kind(record, body, text, files)
        return {
            "kind": "deleted" if is_deleted else kind,
            "text": "" if kind == "deleted" else text,
            "reply_to": text_in(record.thread_originator_guid),
            "forwarded": number(record.is_forward) == 1,
            "edited": body.edited or number(record.date_edited) != 0,
            "attachments": [file.path for file in files if file.path],
            "reactions": self._reactions(record, chat),
        }

    def _reactions(self, record: Record, chat: Chat) -> list[dict[str, str]]:
        given = [
            (code, emoji, target, self._who(handle, chat, is_mine=number(mine) == 1))
            for _, code, emoji, target, mine, handle in self._tapbacks.of(record.rowid)
        ]
        return tapbacks.standing(given) if given else []

    def _who(self, handle: object, chat: Chat, *, is_mine: bool) -> str:
        alone = next(iter(chat.others)) if len(chat.others) == 1 else UNKNOWN
        return ME if is_mine else self._people.name(handle) or alone


def _folded(record: Record) -> str | None:
    """Why a row is no message of its own, as far as its columns say so."""
    if tapbacks.is_tapback(record.associated_message_type):
        return "pseudo_reaction"
    target = tapbacks.target_of(record.associated_message_guid)
    changes_poll = _bundle(record) == _POLL and target not in (None, record.guid)
    return "poll_vote" if record.associated_message_type == _VOTE or changes_poll else None


def _bundle(record: Record) -> str:
    """The app whose balloon a message is; that of an extension stands behind colons."""
    return (text_in(record.balloon_bundle_id) or "").rsplit(":", 1)[-1]


def _text(record: Record, body: Body) -> str:
    """What was typed. Other apps put into the text what they show themselves."""
    if _bundle(record) not in ("", _LINK):
        return ""
    subject = (text_in(record.subject) or "").strip()
    return f"{subject}\n{body.text}".rstrip("\n") if subject else body.text


def _kind(record: Record, body: Body, text: str, files: list[Attachment]) -> str:
    """What a message is: the first of these that holds."""
    kinds = {file.kind for file in files}
    bundle, item = _bundle(record), number(record.item_type)
    rules = (
        ("deleted", body.taken_back or (number(record.date_retracted) and not text and not files)),
        (_ITEMS.get(item, ""), item in _ITEMS),
        ("system", number(record.is_system_message)),
        (_BALLOONS.get(bundle, "media"), bundle not in ("", _LINK)),
        ("voice", number(record.is_audio_message) or kinds == {"voice"}),
        ("text", text and kinds <= {"sticker"}),  # emoji that are pictures stand in a text as stickers
        (next(iter(kinds), ""), len(kinds) == 1),
        ("media", kinds or body.holes or number(record.cache_has_attachments)),
        ("unavailable", not text),
    )
    return next((kind for kind, holds in rules if holds), "text")
