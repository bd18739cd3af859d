"""A writer of the plaintext export that Signal makes."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

from tests.readers.writing.signal import OWNER, PEOPLE, Message, account_of, ms_of
from tests.readers.writing.sigtop import phone


def _base64(account: str) -> str:
    return base64.b64encode(uuid.UUID(account).bytes).decode()


def official(messages: list[Message], *, last_first: bool = False) -> str:
    """main.jsonl of one group; `last_first`: people and chats stand behind the messages."""
    numbers = {name: str(n + 2) for n, name in enumerate([OWNER, *PEOPLE])}
    frames: list[dict[str, Any]] = [
        {"account": {"givenName": "Ada", "familyName": "L"}},
        {"recipient": {"id": "2", "self": {}}},
    ]
    for name in PEOPLE:
        contact = {"aci": _base64(account_of(name)), "e164": phone(name)[1:], "profileGivenName": name}
        frames.append({"recipient": {"id": numbers[name], "contact": contact}})
    group = {"masterKey": "c2VjcmV0", "snapshot": {"title": {"title": "Chess"}}}
    frames += [{"recipient": {"id": "9", "group": group}}, {"chat": {"id": "1", "recipientId": "9"}}]
    items = [{"chatItem": _item(message, numbers)} for message in messages]
    start = {"version": "1", "backupTimeMs": "1716995045123"}
    ordered = [start, *items, *frames] if last_first else [start, *frames, *items]
    return "".join(json.dumps(frame, ensure_ascii=False, separators=(",", ":")) + "\n" for frame in ordered)


def _item(message: Message, numbers: dict[str, str]) -> dict[str, Any]:
    item: dict[str, Any] = {"chatId": "1", "authorId": numbers[message.sender], "dateSent": str(ms_of(message.at))}
    item["outgoing" if message.sender == OWNER else "incoming"] = {"dateReceived": str(ms_of(message.at))}
    content: dict[str, Any] = {
        "reactions": [
            {"emoji": emoji, "authorId": numbers[who], "sentTimestamp": "1"} for emoji, who in message.reactions
        ]
    }
    if message.kind == "call":
        return item | {"updateMessage": {"individualCall": {"type": "AUDIO_CALL", "state": "ACCEPTED"}}}
    if message.kind == "deleted":
        return item | {"remoteDeletedMessage": {}}
    if message.kind == "sticker":
        return item | {"stickerMessage": content | {"sticker": {"packId": "cA==", "stickerId": 1, "emoji": "🐺"}}}
    if message.text:
        content["text"] = {"body": message.text}
    content["attachments"] = [
        {"pointer": {"contentType": "audio/aac"}, "flag": "VOICE_MESSAGE"}
        if message.kind == "voice"
        else {"pointer": {"fileName": name}}
        for name in message.files
    ]
    if message.answers:
        content["quote"] = {
            "targetSentTimestamp": str(ms_of(message.answers.at)),
            "authorId": numbers[message.answers.sender],
            "text": {"body": message.answers.text},
        }
    item["standardMessage"] = content
    if message.versions:
        item["revisions"] = [
            item | {"dateSent": str(ms_of(message.at) - n), "standardMessage": {"text": {"body": text}}}
            for n, text in enumerate(message.versions)
        ]
        item["dateSent"] = str(ms_of(message.at) + 60_000)
        item["revisions"][0]["dateSent"] = str(ms_of(message.at))
        del item["revisions"][1:]
    return item
