"""`sigtop export-messages -f json`: a list of the rows' JSON as Signal Desktop's database has it, one file per chat.

Fields vary by version. Since Signal 7.42 text, time and sender are columns beside that JSON, which sigtop does not export: such
rows cannot be read, and the other formats of sigtop hold what they lack. People are given by id only, times as UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files import json_stream
from chatclone_dagster.readers.files.json_values import dicts, record, string
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.signal import sigtop
from chatclone_dagster.readers.signal.values import moment, number, with_mentions

_OWNER = "Me"
_SERVICE = 1 | 2  # flags of messages that end a session or set the timer
_VOICE = 1
_LONG_TEXT = "text/x-signal-plain"  # the whole of a long text as a file; the row has it too
_MOVED = (
    "the export lacks texts and times, which Signal 7.42 and later keep elsewhere;"
    " export again with `sigtop export-messages -f text`"
)
SIGNS = re.findall(
    r"\w+",
    """
    conversationId sent_at received_at received_at_ms sourceDevice sourceServiceId sourceUuid schemaVersion bodyRanges
    sendStateByConversationId unidentifiedDeliveries unidentifiedDeliveryReceived hasAttachments decrypted_at expireTimer
    readStatus seenStatus serverGuid serverTimestamp sendHQImages
    """,
)
"""Members of a row by which it is recognised; three of them do."""


def read(file: ExportFile, out: Out) -> None:
    """Read a chat; positions are indexes.

    Raises:
        UnreadableError: not a list of objects, or no row has a time.
    """
    chat = _survey(file)
    told = False
    for batch in json_stream.records(file, None, out):
        for position, row in enumerate(batch.items, start=batch.start):
            sent = _sent(record(row))
            if sent is None:
                out.issue(position, "a row without a time", is_row=True)
                continue
            if not chat.has_texts and not told:
                out.issue(position, _MOVED)
                told = True
            fields = chat.fields(row)
            fields["attachments"] = inside(fields.get("attachments", []), position, out)
            out.row(position, chat.key_of(row), chat.title, sent, tz_known=True, **fields)


@dataclass
class _Chat:
    """What is the same for all messages of a file."""

    title: str
    key: str
    is_group: bool | None
    has_texts: bool = False
    own_ids: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)

    def key_of(self, row: dict[str, Any]) -> str:
        return string(row.get("conversationId")) or self.key

    def sender(self, row: dict[str, Any]) -> str:
        """Who wrote a message: the id given, the owner always under the same."""
        if row.get("type") == "outgoing":
            return _OWNER
        return _source(row) or (self.key if self.is_group is False else "unknown")

    def fields(self, row: dict[str, Any]) -> dict[str, Any]:
        """The columns of a row but for its chat and time."""
        kind = sigtop.kind_of_type(string(row.get("type"))) or _kind(row)
        if kind in ("call", "system"):
            return {
                "is_group": self.is_group,
                "kind": kind,
                "text": string(row.get("type")) if kind == "system" else "",
            }
        sender = self.sender(row)
        versions = dicts(row.get("editHistory"))
        last = versions[0] if len(versions) > 1 else row
        is_gone = kind in ("deleted", "unavailable")
        return {
            "is_group": self.is_group,
            "sender_key": sender,
            "sender_name": self.title if self.is_group is False and sender != _OWNER else sender,
            "from_owner": sender == _OWNER,
            "platform_id": f"{number(row.get('sent_at')) or number(row.get('timestamp'))}-{sender}",
            "kind": kind,
            "text": "" if is_gone else _text(last),
            "reply_to": self._answered(record(row.get("quote"))),
            "edited": len(versions) > 1,
            "reactions": [
                {"emoji": string(one.get("emoji")), "sender": self._reacting(string(one.get("fromId")), row)}
                for one in dicts(row.get("reactions"))
                if string(one.get("emoji")) and one.get("remove") is not True
            ],
            "attachments": [
                name for one in _files(row) if (name := string(one.get("fileName")) or string(one.get("path")))
            ],
        }

    def _answered(self, quote: dict[str, Any]) -> str | None:
        author = next(filter(None, (string(quote.get(name)) for name in ("authorAci", "authorUuid", "author"))), "")
        sent = number(quote.get("id"))
        if sent and author:
            is_own = author in self.own_ids or (self.is_group is False and author not in self.others)
            return f"{sent}-{_OWNER if is_own else author}"
        return _text(quote) or None

    def _reacting(self, source: str, row: dict[str, Any]) -> str:
        """Whoever reacted is named by the id of the chat with them; the owner's is another than that of a chat of two."""
        if self.is_group is not False:
            return source
        return self.title if source in (self.key, row.get("conversationId")) else _OWNER


def _survey(file: ExportFile) -> _Chat:
    """First pass: the ids of the owner and of the others, and whether the rows have what a message needs."""
    title, key = sigtop.name_and_key(file.stem)
    chat = _Chat(title, key, sigtop.is_group(file.stem))
    rows = timed = 0
    for batch in json_stream.records(file, None, Out("", "", "", lambda _: None)):
        for row in (row for row in batch.items if isinstance(row, dict)):
            rows += 1
            timed += bool(_sent(row))
            chat.has_texts = chat.has_texts or "body" in row
            if row.get("type") == "outgoing":
                chat.own_ids |= {*filter(None, (string(row.get(name)) for name in _SOURCES))}
            elif row.get("type") == "incoming":
                chat.others.add(_source(row))
    if rows and not timed:
        raise UnreadableError(_MOVED)
    if chat.is_group is None and len(chat.others) > 1:
        chat.is_group = True
    return chat


def _sent(row: dict[str, Any]) -> datetime | None:
    return moment(row.get("sent_at")) or moment(row.get("timestamp"))


_SOURCES = ("sourceServiceId", "sourceUuid", "source")


def _source(row: dict[str, Any]) -> str:
    return next(filter(None, (string(row.get(name)) for name in _SOURCES)), "")


def _files(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in dicts(row.get("attachments")) if one.get("contentType") != _LONG_TEXT]


def _kind(row: dict[str, Any]) -> str:
    """The kind of a message somebody sent."""
    flags = number(row.get("flags")) or 0
    files = _files(row)
    is_voice = any((number(one.get("flags")) or 0) & _VOICE for one in files)
    kinds = (
        ("deleted", row.get("deletedForEveryone") is True),
        ("unavailable", any(row.get(name) in (True, 1) for name in ("isErased", "isViewOnce"))),
        ("system", bool(flags & _SERVICE) or any(row.get(name) for name in ("group_update", "expirationTimerUpdate"))),
        ("sticker", bool(record(row.get("sticker")))),
        ("contact", bool(dicts(row.get("contact")))),
        ("poll", bool(record(row.get("poll")))),
        ("voice", is_voice),
        ("media", bool(files) or row.get("hasAttachments") in (True, 1)),
        ("text", bool(_text(row))),
    )
    return next((kind for kind, holds in kinds if holds), "unavailable")


def _text(row: dict[str, Any]) -> str:
    """What was typed, of a row, a former version or a quote. People mentioned stand beside the text."""
    mentions = [
        (number(span.get("start")) or 0, string(span.get("replacementText")))
        for span in dicts(row.get("bodyRanges"))
        if string(span.get("replacementText"))
    ]
    poll = record(row.get("poll"))
    if poll:
        options = poll.get("options")
        return "\n".join([string(poll.get("question")), *map(string, options if isinstance(options, list) else [])])
    return with_mentions(string(row.get("body")) or string(row.get("text")), mentions)
