"""Messenger's encrypted chats ("Download secure storage")."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chatclone_dagster.readers import messenger
from tests.readers.reading import Reading, export, read
from tests.readers.writers import broken


def e2ee(*messages: dict[str, Any]) -> Reading:
    plain = [
        {"senderName": "Ada", "timestamp": 1_600_000_000_000, "type": "text", "isUnsent": False, **message}
        for message in messages
    ]
    return read(
        messenger,
        export(
            json.dumps({"participants": ["Ada", "Bo"], "threadName": "Bo_40", "messages": plain}), "messages/Bo_40.json"
        ),
    )


def test_encrypted_chats() -> None:
    reading = e2ee(
        {"text": "❤ plain"},
        {"text": "", "media": [{"uri": "./media/1.jpeg"}]},
        {"text": "", "media": [{"uri": "Failed to download media"}]},
        {"text": "", "type": "placeholder"},
        {"text": "", "isUnsent": True, "reactions": [{"actor": "Bo", "reaction": "😂"}]},
    )
    assert reading.column("kind") == ["text", "media", "unavailable", "unavailable", "deleted"]
    assert reading.column("attachments")[1] == ["./media/1.jpeg"]
    assert reading.rows[0]["text"] == "❤ plain"
    assert (reading.rows[0]["conversation_key"], reading.rows[0]["conversation_name"]) == ("Bo_40", "Bo")
    assert reading.rows[4]["reactions"] == [{"emoji": "😂", "sender": "Bo"}]


def test_an_encrypted_chat_is_mended_only_as_a_whole() -> None:
    assert e2ee({"text": broken("café ❤")}, {"text": broken("日本")}).column("text") == ["café ❤", "日本"]
    assert e2ee({"text": "Ã© is what I typed"}, {"text": "❤"}).column("text") == ["Ã© is what I typed", "❤"]
    assert e2ee({"text": "naïve"}, {"text": "Ã©"}).column("text") == ["naïve", "Ã©"]


@pytest.mark.parametrize(
    ("message", "kind", "text"),
    [
        ({"text": "", "media": [{"uri": "./media/1.ogg"}]}, "voice", ""),
        ({"text": "look", "media": [{"uri": "./media/1.mp4"}]}, "media", "look"),
        ({"text": "look", "media": [{"uri": "Failed to download media"}]}, "media", "look"),
        ({"text": "You missed a call from Bo.", "type": "placeholder"}, "call", ""),
        ({"text": "https://example.org", "type": "link"}, "text", "https://example.org"),
        ({"text": "hi", "type": "Generic", "media": 5, "reactions": "x", "isUnsent": None}, "text", "hi"),
        ({"text": None}, "unavailable", ""),
    ],
)
def test_encrypted_messages(message: dict[str, Any], kind: str, text: str) -> None:
    row = e2ee(message).rows[0]
    assert (row["kind"], row["text"]) == (kind, text)


def test_encrypted_chats_of_one_name_are_told_apart_by_their_number() -> None:
    message = {"senderName": "Ada", "timestamp": 1_600_000_000_000, "text": "hi"}
    names = ("Bo_1", "Bo_2", "A / B 🎻_7")
    chats = [json.dumps({"participants": ["Ada"], "threadName": name, "messages": [message]}) for name in names]
    rows = [read(messenger, export(chat, "messages/x.json")).rows[0] for chat in chats]
    assert [(row["conversation_key"], row["conversation_name"]) for row in rows] == [
        ("Bo_1", "Bo"),
        ("Bo_2", "Bo"),
        ("A / B 🎻_7", "A / B 🎻"),
    ]
