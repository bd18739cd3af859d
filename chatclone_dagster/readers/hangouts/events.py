"""One event of Hangouts: what kind it is, what was typed and what hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chatclone_dagster.readers.files.json_values import dicts, record, string, strings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_LATEST = 4_102_444_800_000_000  # µs; the year 2100
_KINDS = {
    **dict.fromkeys(("HANGOUT_EVENT", "PHONE_CALL"), "call"),
    "VOICEMAIL": "voice",
}
_MESSAGES = ("REGULAR_CHAT_MESSAGE", "SMS", "MMS")
_EMBEDDED = (("PLACE", "location"), ("PLUS_AUDIO", "voice"))
"""Beginnings of the types of what is attached, where it is no picture or film."""
_LINKS = ("original_content_url", "url", "image_url")
Names = Callable[[str], str]
"""The name of a person by their key."""
_DEEPEST = 6  # objects within objects of an attachment; Google nests three


def time_of(timestamp: Any) -> datetime | None:
    """The time in UTC, given in microseconds; None if it is none."""
    digits = str(timestamp) if isinstance(timestamp, str | int) and not isinstance(timestamp, bool) else ""
    if not digits.isdecimal() or len(digits) > 16 or not 0 < int(digits) < _LATEST:
        return None
    return _EPOCH + timedelta(microseconds=int(digits))


def person_of(identity: Any) -> str | None:
    """What tells people apart: the account's id, else the one in chats (for those who only have a phone)."""
    identity = record(identity)
    return string(identity.get("gaia_id")) or string(identity.get("chat_id")) or None


def fields_of(event: dict[str, Any], name_of: Names) -> dict[str, Any]:
    """The columns of tables.RAW_ROWS that an event fills, time, chat and sender aside.

    A voicemail's text is a machine's transcript, nobody typed it; it is left out as that of a call is.
    """
    kind = string(event.get("event_type"))
    content = record(record(event.get("chat_message")).get("message_content"))
    embedded = [record(item.get("embed_item")) for item in dicts(content.get("attachment"))]
    typed = "".join(map(_segment, dicts(content.get("segment"))))
    if kind in _MESSAGES or (not kind and content):
        ours, text = _kind_by_content(typed, embedded), typed
    else:
        ours = _KINDS.get(kind, "system")
        text = _said(event, kind, name_of) if ours == "system" else ""
    return {
        "platform_id": string(event.get("event_id")) or None,
        "kind": ours,
        "text": text,
        "attachments": [*filter(None, (next(_links(item), "") for item in embedded))],
    }


def _segment(segment: dict[str, Any]) -> str:
    """A stretch of text; a line break may come without any."""
    text = string(segment.get("text"))
    link = record(segment.get("link_data"))
    return text or ("\n" if segment.get("type") == "LINE_BREAK" else string(link.get("link_target")))


def _kind_by_content(typed: str, embedded: list[dict[str, Any]]) -> str:
    types = [name for item in embedded for name in strings(item.get("type"))]
    special = (kind for beginning, kind in _EMBEDDED if any(name.startswith(beginning) for name in types))
    return next(special, "media" if embedded else "text" if typed.strip() else "unavailable")


def _links(value: Any, depth: int = 0) -> Iterator[str]:
    """Where an attachment leads, the file itself first. The names of its members differ between the layouts."""
    if not isinstance(value, dict) or depth > _DEEPEST:
        return
    yield from filter(None, (string(value.get(name)) for name in _LINKS))
    for item in value.values():
        yield from _links(item, depth + 1)


def _said(event: dict[str, Any], kind: str, name_of: Names) -> str:
    """What an event of the app's own was, in Google's words: `ADD_USER: Ada`."""
    changed = record(event.get("membership_change")).get("participant_id")
    people = [name_of(who) for who in map(person_of, dicts(changed)) if who]
    detail = string(record(event.get("conversation_rename")).get("new_name")) or ", ".join(people)
    return f"{kind}: {detail}" if detail else kind
