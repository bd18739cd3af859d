"""One message of Google Chat: when it was sent, what kind it is, and what hangs on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chatclone_dagster.readers.files.json_values import dicts, record, string, strings
from chatclone_dagster.readers.google_chat.dates import read_date
from chatclone_dagster.readers.google_chat.group import Group, key_of

_STANDS_FOR = {
    "format_metadata": "",
    "video_call_metadata": "call",
    **dict.fromkeys(("drive_metadata", "url_metadata", "youtube_metadata", "interaction_data"), "media"),
}
"""What a message without text is by its annotations; by others, such as changes of members or tasks, the app's own."""
_VOICE = ("file-voice_message", "voice_message")
_URL = "private_do_not_access_or_else_safe_url_wrapped_value"


def time_of(message: dict[str, Any]) -> datetime | None:
    """When a message was first sent, in UTC. One that was edited or deleted may tell only when that was."""
    versions = dicts(message.get("previous_message_versions"))
    dates = [item.get("created_date") for item in (message, *versions)]
    dates += [message.get(name) for name in ("updated_date", "deleted_date")]
    return next(filter(None, (read_date(written) for written in map(string, dates) if written)), None)


def fields_of(message: dict[str, Any], group: Group) -> dict[str, Any]:
    """The columns of tables.RAW_ROWS that a message fills, time and chat aside."""
    creator = record(message.get("creator"))
    key = key_of(creator)
    files = dicts(message.get("attached_files"))
    text = string(message.get("text"))
    kind = _kind(message, creator, files, text)
    links = [] if text else [*filter(None, map(_link, dicts(message.get("annotations"))))]
    return {
        "sender_key": key,
        "sender_name": string(creator.get("name")) or group.members.get(key or "") or key,
        "from_owner": key == group.owner if key and group.owner else None,
        "platform_id": string(message.get("message_id")) or None,
        "kind": kind,
        "text": "" if kind == "deleted" else text,
        "reply_to": _answered(message),
        "edited": any(message.get(name) for name in ("updated_date", "previous_message_versions")),
        "reactions": _reactions(message, group),
        "attachments": [*filter(None, map(_name, files)), *links],
    }


def _kind(message: dict[str, Any], creator: dict[str, Any], files: list[dict[str, Any]], text: str) -> str:
    if message.get("message_state") == "DELETED" or message.get("deletion_metadata") or message.get("deleted_date"):
        return "deleted"
    if string(creator.get("user_type")).casefold() == "bot":
        return "system"
    if files:
        return "voice" if all(_name(file).casefold().startswith(_VOICE) for file in files) else "media"
    if text.strip():
        return "text"
    stands_for = {_stands_for(item) for item in dicts(message.get("annotations"))} - {""}
    return next((kind for kind in ("call", "media", "system") if kind in stands_for), "unavailable")


def _stands_for(annotation: dict[str, Any]) -> str:
    if record(annotation.get("gsuite_integration_metadata")).get("call_data"):
        return "call"
    names = annotation.keys() - {"start_index", "length"}
    return next((_STANDS_FOR.get(name, "system") for name in sorted(names)), "")


def _link(annotation: dict[str, Any]) -> str:
    """Where an annotation leads that stands in the place of a text."""
    drive, video = (
        record(annotation.get("drive_metadata")).get("id"),
        record(annotation.get("youtube_metadata")).get("id"),
    )
    if isinstance(drive, str):
        return f"https://drive.google.com/open?id={drive}"
    if isinstance(video, str):
        return f"https://www.youtube.com/watch?v={video}"
    holders = (record(annotation.get(name)) for name in ("url_metadata", "interaction_data"))
    return next(filter(None, (string(record(holder.get("url")).get(_URL)) for holder in holders)), "")


def _name(file: dict[str, Any]) -> str:
    return string(file.get("export_name")) or string(file.get("original_name"))


def _answered(message: dict[str, Any]) -> str | None:
    """The id of a quoted message, its words where the export gives no id; else the id of the message that began the thread.

    An id is made of those of the chat, the thread and the message; the latter two are the same where a thread begins.
    """
    quoted = record(message.get("quoted_message_metadata")) or record(message.get("quotes_message_metadata"))
    if words := string(quoted.get("message_id")) or string(quoted.get("text")):
        return words
    parts = string(message.get("message_id")).split("/")
    return f"{parts[0]}/{parts[1]}/{parts[1]}" if len(parts) == 3 and parts[1] != parts[2] else None


def _reactions(message: dict[str, Any], group: Group) -> list[dict[str, str]]:
    """One for each person and emoji; a custom emoji is its name between colons."""
    found = []
    for item in dicts(message.get("reactions")):
        emoji = record(item.get("emoji"))
        custom = record(emoji.get("custom_emoji"))
        name = string(custom.get("shortcode")) or string(custom.get("name"))
        sign = string(emoji.get("unicode")) or f":{name.strip(':')}:"
        people = [email.casefold() for email in strings(item.get("reactor_emails"))]
        found += [{"emoji": sign, "sender": group.members.get(who, who)} for who in people or [""]]
    return found
