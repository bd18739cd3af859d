"""One Slack message: who wrote it, what kind it is, what was typed and what hangs on it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from chatclone_dagster.readers.files.json_values import dicts, record, string, strings
from chatclone_dagster.readers.slack import markup
from chatclone_dagster.readers.slack.emoji import emoji_of
from chatclone_dagster.readers.slack.workspace import SLACKBOT, Person, Workspace

_TS = re.compile(r"(\d{1,10})(?:\.(\d{1,6}))?", re.ASCII)
_LATEST = 4_102_444_800  # seconds; the year 2100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WITH_FILE = ("file_share", "file_comment", "slack_audio", "slack_video", "slack_image")
_BY_PEOPLE = frozenset(("", "me_message", "thread_broadcast", "reply_broadcast", *_WITH_FILE))
"""Subtypes of what people write; all others are Slack's own notes, or an app's."""
_KINDS = {
    **dict.fromkeys(("tombstone", "message_deleted"), "deleted"),
    **dict.fromkeys(("huddle_thread", "sh_room_created", "sh_room_shared"), "call"),
    "ekm_access_denied": "unavailable",
}
_FOLDED = {"message_replied": "reply_copy", "message_changed": "edit_record", "message_deleted": "deletion_record"}
_UPLOADED = re.compile(r"<@[^<>]*> (?:uploaded|shared) a file: <[^<>]*>(?: and commented: (.*))?", re.DOTALL)
"""What Slack wrote in the place of a text until 2018."""
_GONE = ("tombstone", "hidden_by_limit", "access_denied")


def time_of(ts: Any) -> datetime | None:
    """The time in UTC that a message's id is, exact to the microsecond; None if it is none."""
    found = _TS.fullmatch(ts) if isinstance(ts, str) else None
    if found is None or not 0 < int(found[1]) < _LATEST:
        return None
    return _EPOCH + timedelta(seconds=int(found[1]), microseconds=int((found[2] or "").ljust(6, "0")))


def fields_of(message: dict[str, Any], workspace: Workspace) -> dict[str, Any]:
    """The columns of tables.RAW_ROWS that a message fills, time and chat aside."""
    subtype, thread = string(message.get("subtype")), string(message.get("thread_ts"))
    recorded = next(filter(None, map(record, map(message.get, ("message", "previous_message", "original")))), message)
    of = recorded if subtype in _FOLDED else message
    key, person = _sender(of, workspace)
    quoted = [item for item in dicts(of.get("attachments")) if item.get("is_share") or item.get("is_msg_unfurl")]
    files = [file for item in (of, *quoted) for file in dicts(item.get("files")) or dicts([item.get("file")])]
    previews = [] if files else [string(item.get("image_url")) for item in dicts(of.get("attachments"))]
    kind = _KINDS.get(subtype) or ("text" if _by_person(of, subtype, person) else "system")
    typed = _typed(of, subtype, is_app=kind == "system") if kind in ("text", "system") else ""
    forwarded = kind == "text" and not typed.strip() and bool(quoted)
    if forwarded:
        typed = "\n".join(filter(None, (string(item.get("text")) for item in quoted)))
    if kind == "text":
        kind = _kind_by_content(files, typed, has_preview=any(previews))
    return {
        "sender_key": key,
        "sender_name": person.name,
        "platform_id": message["ts"],
        "kind": kind,
        "text": markup.plain(typed, workspace.name_of),
        "reply_to": thread if thread not in ("", message["ts"]) else None,
        "forwarded": forwarded,
        "edited": bool(of.get("edited")),
        "reactions": _reactions(of, workspace),
        "attachments": [path for path in (*map(_path, files), *(previews if not typed else ())) if path],
        "folded": _FOLDED.get(subtype),
    }


def _sender(message: dict[str, Any], workspace: Workspace) -> tuple[str | None, Person]:
    """The sender's id (the name where there is none; none for Slack itself) and what is known of them."""
    comment, app = record(message.get("comment")), record(message.get("bot_profile"))
    bot, username = string(message.get("bot_id")), string(message.get("username"))
    key = string(message.get("user")) or string(comment.get("user")) or bot or username
    if key in (SLACKBOT, ""):
        return None, Person("Slackbot", is_app=True)
    if known := workspace.people.get(key):
        return key, known
    return key, Person(username or string(app.get("name")) or key, is_app=bool(bot))


def _by_person(message: dict[str, Any], subtype: str, sender: Person) -> bool:
    return message.get("type", "message") == "message" and subtype in _BY_PEOPLE and not sender.is_app


def _typed(message: dict[str, Any], subtype: str, *, is_app: bool) -> str:
    """What was typed, in Slack's markup; what an app says may stand in its blocks or attachments only."""
    text = string(message.get("text"))
    if subtype == "file_comment":
        return string(record(message.get("comment")).get("comment")) or text
    if subtype == "file_share" and (sentence := _UPLOADED.fullmatch(text)):
        return sentence[1] or ""
    text = text if text.strip() else markup.of_blocks(message.get("blocks"))
    if is_app and not text:
        text = "\n".join(filter(None, map(_said, dicts(message.get("attachments")))))
    return text


def _said(attachment: dict[str, Any]) -> str:
    parts = (string(attachment.get(name)) for name in ("pretext", "title", "text"))
    return "\n".join(filter(None, parts)) or string(attachment.get("fallback"))


def _kind_by_content(files: list[dict[str, Any]], typed: str, *, has_preview: bool) -> str:
    there = [file for file in files if file.get("mode") not in _GONE]
    if any(file.get("subtype") == "slack_audio" for file in there):
        return "voice"
    if there or (has_preview and not typed.strip()):
        return "media"
    return "text" if typed.strip() else "unavailable"


def _path(file: dict[str, Any]) -> str:
    return next(filter(None, (string(file.get(name)) for name in ("url_private", "permalink", "name"))), "")


def _reactions(message: dict[str, Any], workspace: Workspace) -> list[dict[str, str]]:
    """One for each person and emoji; a workspace's own emoji is its name between colons."""
    found = []
    for item in dicts(message.get("reactions")):
        name = string(item.get("name"))
        emoji = emoji_of(name) or f":{name}:"
        found += [
            {"emoji": emoji, "sender": workspace.name_of(key) or key} for key in strings(item.get("users")) or [""]
        ]
    return found
