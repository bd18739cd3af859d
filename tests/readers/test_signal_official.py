"""The export that Signal makes: kinds of messages, people and chats, edits, files, and what it may hold one day."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chatclone_dagster.readers import signal
from chatclone_dagster.readers.contract import COMPANION
from tests.readers.reading import Reading, export, read
from tests.readers.signals import ODD, at, chat

PEOPLE_FRAMES: list[dict[str, Any]] = [
    {"version": "1", "backupTimeMs": "1716995045123", "currentAppVersion": "8.10.0"},
    {"account": {"givenName": "Ada"}},
    {"recipient": {"id": "1", "self": {}}},
    {
        "recipient": {
            "id": "2",
            "contact": {"aci": "AAAAAAAAAAAAAAAAAAAAAQ==", "nickname": {"given": "Aya"}, "profileGivenName": "A."},
        }
    },
    {"recipient": {"id": "3", "contact": {"e164": "15550100"}}},
    {"recipient": {"id": "4", "releaseNotes": {}}},
    {"chat": {"id": "5", "recipientId": "2"}},
    {"chat": {"id": "6", "recipientId": "1"}},
    {"chat": {"recipientId": "4"}},
    {"stickerPack": {"packId": "cA=="}},
]
ITEM = {"chatId": "5", "authorId": "2", "dateSent": "1716995045123", "incoming": {}}


def frames(*items: dict[str, Any], before: list[dict[str, Any]] | None = None) -> Reading:
    lines = [*(PEOPLE_FRAMES if before is None else before), *({"chatItem": ITEM | item} for item in items)]
    return chat("".join(json.dumps(line) + "\n" for line in lines), "main.jsonl")


@pytest.mark.parametrize(
    ("item", "kind", "text"),
    [
        ({"standardMessage": {"text": {"body": "hi"}}}, "text", "hi"),
        ({"standardMessage": {}}, "unavailable", ""),
        ({"remoteDeletedMessage": {}}, "deleted", ""),
        ({"adminDeletedMessage": {"adminId": "1"}}, "deleted", ""),
        ({"viewOnceMessage": {}}, "unavailable", ""),
        ({"stickerMessage": {"sticker": {"emoji": "🐺"}}}, "sticker", ""),
        ({"contactMessage": {"contact": {}}}, "contact", ""),
        (
            {"poll": {"question": "Where?", "options": [{"option": "Here"}, {"option": "There"}]}},
            "poll",
            "Where?\nHere\nThere",
        ),
        ({"directStoryReplyMessage": {"textReply": {"text": {"body": "nice"}}}}, "text", "nice"),
        ({"directStoryReplyMessage": {"emoji": "❤"}}, "text", "❤"),
        ({"paymentNotification": {"amountMob": "1", "note": "for lunch"}}, "text", "for lunch"),
        ({"giftBadge": {}}, "system", "giftBadge"),
        ({"updateMessage": {"individualCall": {"direction": "OUTGOING"}}}, "call", ""),
        ({"updateMessage": {"groupCall": {}}}, "call", ""),
        ({"updateMessage": {"simpleUpdate": {"type": "IDENTITY_UPDATE"}}}, "system", "simpleUpdate, IDENTITY_UPDATE"),
        (
            {
                "updateMessage": {
                    "groupChange": {
                        "updates": [{"groupNameUpdate": {"newGroupName": "Go"}}, {"groupMemberLeftUpdate": {}}]
                    }
                }
            },
            "system",
            "groupChange, groupNameUpdate Go, groupMemberLeftUpdate",
        ),
    ],
)
def test_items_of_the_official_export(item: dict[str, Any], kind: str, text: str) -> None:
    reading = frames(item)
    assert reading.issues == []
    assert (reading.rows[0]["kind"], reading.rows[0]["text"]) == (kind, text)
    assert (reading.rows[0]["sender_key"] is None) is (kind == "system")


def test_people_and_chats_of_the_official_export() -> None:
    said = {"standardMessage": {"text": {"body": "hi"}}}
    reading = frames(
        said,
        said | {"authorId": "1", "chatId": "6", "outgoing": {}},
        said | {"authorId": "3"},
        said | {"authorId": 4, "chatId": 0},
        said | {"authorId": "77", "chatId": "78"},
    )
    assert reading.column("sender_name") == ["Aya", "Ada", "+15550100", "Signal", "recipient 77"]
    assert reading.column("sender_key") == [
        "00000000-0000-0000-0000-000000000001",
        "Me",
        "+15550100",
        "Signal",
        "recipient 77",
    ]
    assert reading.column("conversation_name") == ["Aya", "Note to Self", "Aya", "Signal", "chat 78"]
    assert reading.column("is_group") == [False, False, False, None, None]
    assert reading.column("from_owner") == [False, True, False, False, False]
    assert reading.issues == []


def test_an_edited_message_is_its_last_version_at_the_time_of_its_first() -> None:
    first = ITEM | {"standardMessage": {"text": {"body": "helo"}}}
    edited = {"standardMessage": {"text": {"body": "hello"}}, "revisions": [first], "dateSent": "1716995099000"}
    answer = {
        "dateSent": "1716995200000",
        "standardMessage": {
            "text": {"body": "yes"},
            "quote": {"targetSentTimestamp": "1716995099000", "authorId": "2"},
        },
    }
    reading = frames(edited, answer)
    assert reading.column("text") == ["hello", "yes"]
    assert reading.column("edited") == [True, False]
    assert reading.rows[0]["sent_local"] == at(15, 4, 5).replace(microsecond=123_000)
    assert reading.rows[1]["reply_to"] == reading.rows[0]["platform_id"]


def test_mentions_are_written_out() -> None:
    ranges = [
        {"start": 3, "length": 1, "mentionAci": "AAAAAAAAAAAAAAAAAAAAAQ=="},
        {"start": 5, "length": 1, "mentionAci": "AAAAAAAAAAAAAAAAAAAAAg=="},
        {"start": 0, "length": 2, "style": "BOLD"},
    ]
    row = frames({"standardMessage": {"text": {"body": "😂 \ufffc \ufffc!", "bodyRanges": ranges}}}).rows[0]
    assert row["text"] == "😂 @Aya @Ada!"


def test_files_lie_beside_the_export() -> None:
    pointer = {"contentType": "image/jpeg", "fileName": "a.jpg", "locatorInfo": {"plaintextHash": "q80="}}
    row = frames(
        {
            "standardMessage": {
                "attachments": [{"pointer": pointer}, {"pointer": {"fileName": "b.pdf"}}, {"pointer": {}}]
            }
        }
    ).rows[0]
    assert (row["kind"], row["attachments"]) == ("media", ["files/ab/abcd.jpg", "b.pdf"])


def test_a_long_text_is_read_from_its_file() -> None:
    pointer = {"contentType": "text/x-signal-plain", "locatorInfo": {"plaintextHash": "q80="}}
    frame = {"chatItem": ITEM | {"standardMessage": {"text": {"body": "begin"}, "longText": pointer}}}
    content = json.dumps(PEOPLE_FRAMES[0]) + "\n" + json.dumps(frame) + "\n"
    assert read(signal, export(content, "main.jsonl", beside={"files/ab/abcd": "begin and end"})).column("text") == [
        "begin and end"
    ]
    reading = read(signal, export(content, "main.jsonl"))
    assert reading.column("text") == ["begin"]
    assert ["end of a long message" in reason for reason in reading.reasons] == [True]


def test_what_the_official_export_may_hold_one_day() -> None:
    reading = frames(
        {"hologram": {"body": "hi"}},
        {"dateSent": "0", "standardMessage": {}},
        before=[*PEOPLE_FRAMES, {"moodRing": {}}],
    )
    assert reading.column("kind") == ["unavailable"]
    assert [
        "moodRing" in reading.reasons[0],
        "hologram" in reading.reasons[1],
        "without a time" in reading.reasons[2],
    ] == [True] * 3
    assert [issue["is_row"] for issue in reading.issues] == [False, False, True]


def test_the_version_of_an_official_export_stands_beside_it() -> None:
    sniff = signal.sniff(
        export('{"version": 1}', "metadata.json", beside={"main.jsonl": json.dumps(PEOPLE_FRAMES[0]) + "\n"})
    )
    assert sniff is not None
    assert sniff.variant == COMPANION
    assert signal.sniff(export('{"version": 1}', "metadata.json")) is None


ITEM_KEYS = (
    "chatId",
    "authorId",
    "dateSent",
    "revisions",
    "standardMessage",
    "updateMessage",
    "poll",
    "stickerMessage",
)


@pytest.mark.parametrize("value", ODD)
def test_values_of_wrong_types_end_in_rows_or_issues(value: Any) -> None:
    item = {"standardMessage": dict.fromkeys(("text", "attachments", "quote", "reactions", "longText"), value)}
    reading = frames(item, *({key: value} for key in ITEM_KEYS))
    assert len(reading.rows) + sum(issue["is_row"] for issue in reading.issues) == 1 + len(ITEM_KEYS)
    people = [{"recipient": value}, {"chat": value}, {"account": value}, {"recipient": {"id": "2", "contact": value}}]
    assert len(frames(item, before=[PEOPLE_FRAMES[0], *people]).rows) == 1
