"""Google Chat: the chats of an account as Google Takeout exports them.

Each chat is a folder `Google Chat/Groups/{DM|Space} <id>` with `messages.json` and `group_info.json`; the account is told by
`Google Chat/Users/User <id>/user_info.json`. A Takeout may be split over several archives; in one that lacks `Users` nobody is
known to be the owner. Times are UTC, in the words of the account's language (dates.py).
"""

from __future__ import annotations

import re
from typing import Any

from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, Sniff
from chatclone_dagster.readers.files.json_stream import records
from chatclone_dagster.readers.files.json_values import string
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.files.text import head_text
from chatclone_dagster.readers.google_chat.group import Group, group_of
from chatclone_dagster.readers.google_chat.messages import fields_of, time_of

NAME = "google_chat"
_SIGNS = ("creator", "created_date", "updated_date", "deleted_date", "topic_id", "message_id", "message_state")
_LIST = re.compile(r'\s*\{\s*"(?:name|members|user|membership_info)"\s*:')


def sniff(file: ExportFile) -> Sniff | None:
    """Claim the messages of a chat, and what lies beside them."""
    head = head_text(file)
    if re.match(r'\ufeff?\s*\{\s*"messages"\s*:\s*\[', head):
        return Sniff(0.95, "takeout") if sum(f'"{sign}"' in head for sign in _SIGNS) > 1 else None
    if _LIST.match(head) and '"user_type"' in head:
        return Sniff(0.95, COMPANION)
    return None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one chat; positions are indexes in its list of messages.

    Raises:
        UnreadableError: the file is no JSON, or holds no list of messages.
    """
    out.fact(variant="takeout")
    group = None
    for batch in records(file, "messages", out):
        group = group or group_of(file, batch.items[0], out)
        for position, message in enumerate(batch.items, batch.start):
            _emit(message, position, group, out)


def _emit(message: Any, position: int, group: Group, out: Out) -> None:
    sent = time_of(message) if isinstance(message, dict) else None
    if sent is None:
        written = string(message.get("created_date")) if isinstance(message, dict) else ""
        out.issue(position, "a message without a time that can be read", written, is_row=True)
        return
    fields = fields_of(message, group)
    fields["attachments"] = inside(fields["attachments"], position, out)
    out.row(position, group.key, group.name, sent, is_group=group.is_group, tz_known=True, **fields)
