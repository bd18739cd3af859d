"""A row of the table message: its columns, when it was sent, who sent it, and what the app says happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chatclone_dagster.readers.imessage.chats import ME, UNKNOWN, Chat, People

EPOCH = datetime(2001, 1, 1)  # noqa: DTZ001 (UTC, as the contract's sent_local is where tz_known)
_NANOSECONDS = 1_000_000_000_000  # larger than this, a number is no seconds: as those it is 31,688 years
_YEARS = range(1970, 2100)


class Record(NamedTuple):
    """The columns that are read; those that a version of the database lacks are None."""

    rowid: int
    guid: Any
    text: Any
    attributedBody: Any  # noqa: N815 (columns go by their own names)
    message_summary_info: Any
    subject: Any
    service: Any
    handle_id: Any
    other_handle: Any
    date: Any
    date_edited: Any
    date_retracted: Any
    is_from_me: Any
    is_forward: Any
    is_audio_message: Any
    is_system_message: Any
    cache_has_attachments: Any
    cache_roomnames: Any
    item_type: Any
    group_title: Any
    group_action_type: Any
    share_direction: Any
    associated_message_guid: Any
    associated_message_type: Any
    balloon_bundle_id: Any
    thread_originator_guid: Any
    was_deleted: Any


def apple_time(value: object) -> datetime | None:
    """When, in UTC: nanoseconds since 2001, in older versions seconds. None for 0, which is none, and for what is no time."""
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else 0.0
        if not number:
            return None
        if abs(number) > _NANOSECONDS:
            exact = value if isinstance(value, int) else int(number)
            moment = EPOCH + timedelta(microseconds=exact // 1000)
        else:
            moment = EPOCH + timedelta(seconds=number)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in _YEARS else None


def text_in(value: object) -> str | None:
    """A text that is not empty; None for everything else."""
    return value if isinstance(value, str) and value else None


def number(value: object) -> int:
    """A whole number; 0 for everything else."""
    return value if isinstance(value, int) else 0


def is_owners(record: Record) -> bool:
    """Whether the owner of the database sent it. Of a location that is shared, `share_direction` tells."""
    shares = number(record.item_type) == 4 and number(record.other_handle) and record.share_direction == 0
    return bool(number(record.is_from_me) or shares)


def sender_of(record: Record, chat: Chat, people: People) -> tuple[str, str]:
    """The sender's key and name. In a chat with one person it is that one, even where the row does not say."""
    if is_owners(record):
        return ME, ME
    name = people.name(record.handle_id)
    if name is None and len(chat.others) == 1:
        name = next(iter(chat.others))
    if name is None:
        unknown = f"handle {record.handle_id}" if number(record.handle_id) else UNKNOWN
        return unknown, unknown
    return people.key(name), name


def happening(record: Record, who: str, people: People) -> str | None:
    """What the app says happened, in the words of imessage-exporter; None for a message that somebody sent."""
    subject = "You" if who == ME else who
    action = number(record.group_action_type)
    match number(record.item_type):
        case 0 | 4 | 6:
            return None
        case 1 if number(record.handle_id) and record.handle_id == record.other_handle and action == 0:
            said = "changed their phone number."
        case 1:
            other = people.name(record.other_handle) or UNKNOWN
            said = f"removed {other} from the conversation." if action else f"added {other} to the conversation."
        case 2 if text_in(record.group_title):
            said = f"named the conversation {record.group_title}"
        case 2:
            said = "removed the name of the conversation."
        case 3:
            said = _GROUP_CHANGES.get(action, "changed the conversation.")
        case 5:
            said = "kept an audio message."
        case _:
            return ""
    return f"{subject} {said}"


_GROUP_CHANGES = {
    0: "left the conversation.",
    1: "changed the group photo.",
    2: "removed the group photo.",
    4: "changed the chat background.",
    6: "removed the chat background.",
}
