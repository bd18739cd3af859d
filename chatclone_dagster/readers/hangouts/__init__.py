"""Google Hangouts, closed in 2022: `Hangouts.json` of Google Takeout, all chats of an account in one file.

The layout of 2019 and later has `conversations`, each with `events`; the one before `conversation_state`, each with `event`. Times
are UTC in microseconds. Events may stand in any order; positions are their indexes over the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff
from chatclone_dagster.readers.files.json_stream import Batch, records
from chatclone_dagster.readers.files.json_values import dicts, record, string
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.files.text import head_text
from chatclone_dagster.readers.hangouts.events import fields_of, person_of, time_of

NAME = "hangouts"
_OLD = re.compile(r'"conversation_state"\s*:\s*\[')
_NEW = re.compile(r'"conversations"\s*:\s*\[')
_TYPES = ("GROUP", "STICKY_ONE_TO_ONE", "ONE_TO_ONE")
_SIGNS = (
    '"conversation_id"',
    '"participant_data"',
    '"self_conversation_state"',
    '"fallback_name"',
    '"gaia_id"',
    '"chat_id"',
)


@dataclass(frozen=True, slots=True)
class Chat:
    """What is the same for all events of a chat; `names` are those of its members, `owner` is whose export it is."""

    key: str
    name: str
    is_group: bool | None
    owner: str | None
    names: dict[str, str]


def sniff(file: ExportFile) -> Sniff | None:
    """Claim either layout."""
    head = head_text(file)
    variant = "new" if _NEW.search(head) else "old" if _OLD.search(head) else None
    return Sniff(0.95, variant) if variant and sum(sign in head for sign in _SIGNS) > 2 else None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read every chat of the file.

    Raises:
        UnreadableError: the file is no JSON, or holds no events.
    """
    export = _Export(file)
    out.fact(variant="new" if export.is_new else "old")
    head, chat = None, None
    for batch in export.batches(out):
        if chat is None or batch.head is not head:
            head, chat = batch.head, _chat(batch.head)
        for position, event in enumerate(batch.items, batch.start):
            _emit(event, position, chat, export, out)


class _Export:
    """The file as a whole: its layout, and whom any of its chats names."""

    def __init__(self, file: ExportFile) -> None:
        self.is_new = _NEW.search(head_text(file)) is not None
        self._file = file

    def batches(self, out: Out) -> Iterator[Batch]:
        return records(self._file, "events" if self.is_new else "event", out, needs=("conversation",))

    @cached_property
    def names(self) -> dict[str, str]:
        """Names by key. A chat does not name those who left it, but another may; this reads the file a second time."""
        unheard = Out("", "", "", lambda _: None)
        found: dict[str, str] = {}
        head = None
        for batch in self.batches(unheard):
            if batch.head is not head:
                head = batch.head
                for key, name in _names(_about(head)).items():
                    found.setdefault(key, name)
        return found

    def name_of(self, key: str, chat: Chat) -> str:
        """Someone's name; the key where no chat has one."""
        return chat.names.get(key) or self.names.get(key, key)


def _about(head: dict[str, Any]) -> dict[str, Any]:
    """What the file says about a chat; the newer layout wraps it once more."""
    outer = record(head.get("conversation"))
    return record(outer.get("conversation")) or outer


def _names(about: dict[str, Any]) -> dict[str, str]:
    """Names by key; who has a phone and no account goes by the number."""
    found = {}
    for person in dicts(about.get("participant_data")):
        key, phone = person_of(person.get("id")), record(person.get("phone_number"))
        if key:
            found[key] = string(person.get("fallback_name")) or string(phone.get("e164"))
    return {key: name for key, name in found.items() if name}


def _chat(head: dict[str, Any]) -> Chat:
    about = _about(head)
    ids = (head.get("conversation_id"), record(head.get("conversation")).get("conversation_id"), about.get("id"))
    key = next(filter(None, (string(record(item).get("id")) for item in ids)), "")
    own = record(record(about.get("self_conversation_state")).get("self_read_state")).get("participant_id")
    owner, names = person_of(own), _names(about)
    people = [person_of(person.get("id")) for person in dicts(about.get("participant_data"))]
    others = [names.get(who, who) for who in dict.fromkeys(people) if who and who != owner]
    kind = string(about.get("type"))
    is_group = kind == "GROUP" if kind in _TYPES else len(people) > 2 or None
    return Chat(key, string(about.get("name")) or ", ".join(others) or key, is_group, owner, names)


def _emit(event: Any, position: int, chat: Chat, export: _Export, out: Out) -> None:
    sent = time_of(event.get("timestamp")) if isinstance(event, dict) else None
    if sent is None:
        out.issue(position, "an event without a readable time", is_row=True)
        return
    key = chat.key or string(record(event.get("conversation_id")).get("id"))
    own = chat.owner or person_of(record(event.get("self_event_state")).get("user_id"))
    sender = person_of(event.get("sender_id"))
    fields = fields_of(event, lambda who: export.name_of(who, chat))
    out.row(
        position,
        key,
        chat.name or key,
        sent,
        is_group=chat.is_group,
        tz_known=True,
        sender_key=sender,
        sender_name=export.name_of(sender, chat) if sender else None,
        from_owner=sender == own if sender and own else None,
        **fields | {"attachments": inside(fields["attachments"], position, out)},
    )
