"""Writers of what sigtop makes of Signal Desktop's database."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tests.readers.writing.signal import OWNER, PEOPLE, Message, account_of, ms_of

_ZONE = timezone(timedelta(hours=2))


def phone(name: str) -> str:
    return f"+1555010{PEOPLE.index(name)}"


def _detailed(name: str) -> str:
    return f"{name} ({phone(name)})"


def _sent(at: datetime) -> str:
    return at.replace(tzinfo=UTC).astimezone(_ZONE).strftime("%a, %-d %b %Y %H:%M:%S %z")


def sigtop_text(messages: list[Message], chat: str = "Chess (group)") -> str:
    """sigtop's text; times are in a zone."""
    out = [f"Conversation: {chat}", ""]
    for message in messages:
        mine = message.sender == OWNER
        out.append(f"From: {'You' if mine else _detailed(message.sender)}")
        out.append("Type: " + ("call-history" if message.kind == "call" else "outgoing" if mine else "incoming"))
        out.append(f"Sent: {_sent(message.at)}")
        if not mine:
            out.append(f"Received: {_sent(message.at + timedelta(seconds=2))}")
        for name in message.files:
            type_ = "audio/aac" if message.kind == "voice" else "image/jpeg"
            out.append(f"Attachment: {'no filename' if message.kind == 'voice' else name} ({type_}, 123 bytes)")
        out += [f"Reaction: {emoji} from {_detailed(PEOPLE[0])}" for emoji, _ in message.reactions]
        if message.versions:
            out += [f"Edited: {len(message.versions) + 1} versions", ""]
            versions = [message.text, *message.versions]
            for number, text in enumerate(versions):
                out += [f"| Version: {len(versions) - number}", f"| Sent: {_sent(message.at)}"]
                out += (
                    ["|", *(f"| {line}".rstrip() if not line else f"| {line}" for line in _quoted_lines(message)[1:])]
                    if message.answers
                    else []
                )
                out += ["|", *(f"| {line}" for line in text.split("\n"))]
                out += ["|"] if number + 1 < len(versions) else []
        else:
            out += _quoted_lines(message)
            out += ["", *message.text.split("\n")] if message.text else []
        out.append("")
    return "\n".join(out) + "\n"


def _quoted_lines(message: Message) -> list[str]:
    if message.answers is None:
        return []
    who = message.answers.sender
    lines = ["", f"> From: {'You' if who == OWNER else _detailed(who)}", f"> Sent: {_sent(message.answers.at)}", ">"]
    return [*lines, *(f"> {line}" for line in message.answers.text.split("\n"))]


def sigtop_json(messages: list[Message]) -> str:
    """sigtop's JSON of a group."""
    rows = []
    for n, message in enumerate(messages):
        mine = message.sender == OWNER
        row: dict[str, Any] = {
            "id": str(uuid.UUID(int=n)),
            "conversationId": "c0ffee",
            "type": "call-history" if message.kind == "call" else "outgoing" if mine else "incoming",
            "sent_at": ms_of(message.at),
            "received_at": n,
            "sourceServiceId": account_of(message.sender),
            "body": message.text or None,
            "schemaVersion": 14,
            "attachments": [
                {"contentType": "audio/aac", "flags": 1, "path": "ab/cd"}
                if message.kind == "voice"
                else {"contentType": "image/jpeg", "fileName": name}
                for name in message.files
            ],
            "reactions": [{"emoji": emoji, "fromId": f"id {who}", "timestamp": 1} for emoji, who in message.reactions],
        }
        if message.kind == "sticker":
            row["sticker"] = {"emoji": "🐺", "packId": "p", "stickerId": 1}
        if message.kind == "deleted":
            row["deletedForEveryone"] = True
        if message.versions:
            texts = [message.text, *message.versions]
            row["editHistory"] = [{"body": text, "timestamp": ms_of(message.at)} for text in texts]
        if message.answers:
            row["quote"] = {
                "id": ms_of(message.answers.at),
                "authorAci": account_of(message.answers.sender),
                "text": message.answers.text,
            }
        rows.append(row)
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
