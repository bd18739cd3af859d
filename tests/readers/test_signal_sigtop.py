"""sigtop's three formats: rows of the database, and its texts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.reading import Reading
from tests.readers.signals import ODD, at, chat

ROW = {
    "type": "incoming",
    "sent_at": 1716995045123,
    "sourceServiceId": "aya",
    "conversationId": "c",
    "received_at": 1,
    "body": "hi",
}


def rows(*changes: dict[str, Any], name: str = "Aya (+15550100).json") -> Reading:
    return chat("[\n" + ",\n".join(json.dumps(ROW | change) for change in changes) + "\n]\n", name)


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({}, "text", "hi"),
        ({"body": None}, "unavailable", ""),
        ({"body": "hi", "deletedForEveryone": True}, "deleted", ""),
        ({"isViewOnce": True, "isErased": 1}, "unavailable", ""),
        ({"sticker": {"emoji": "🐺"}, "body": None}, "sticker", ""),
        ({"contact": [{"name": {}}], "body": None}, "contact", ""),
        ({"poll": {"question": "Where?", "options": ["Here", "There"]}}, "poll", "Where?\nHere\nThere"),
        ({"attachments": [{"contentType": "text/x-signal-plain"}]}, "text", "hi"),
        ({"attachments": [{"contentType": "audio/aac", "flags": 1}], "body": None}, "voice", ""),
        ({"hasAttachments": 1, "body": None}, "media", ""),
        ({"flags": 2}, "system", "incoming"),
        ({"group_update": {"name": "x"}}, "system", "incoming"),
        ({"type": "group-v2-change"}, "system", "group-v2-change"),
        ({"type": "call-history"}, "call", ""),
        ({"editHistory": [{"body": "new"}, {"body": "old"}]}, "text", "new"),
        (
            {"body": "😂 \ufffc, hi", "bodyRanges": [{"start": 3, "length": 1, "replacementText": "Jim"}]},
            "text",
            "😂 @Jim, hi",
        ),
        (
            {"body": "a \ufffc", "bodyRanges": [{"start": "x"}, {"start": 90, "replacementText": "J"}, 5]},
            "text",
            "a \ufffc",
        ),
    ],
)
def test_rows_of_sigtop(change: dict[str, Any], kind: str, text: str) -> None:
    row = rows(change).rows[0]
    assert (row["kind"], row["text"]) == (kind, text)


def test_a_chat_of_two_in_sigtops_json() -> None:
    quote = {"id": str(ROW["sent_at"]), "authorUuid": "aya", "text": "hi"}
    own = {"type": "outgoing", "sourceServiceId": "own", "sent_at": 1716995046000}
    reading = rows(
        {},
        own | {"quote": quote},
        {"sent_at": 1716995047000, "quote": {"id": own["sent_at"], "authorAci": "own"}},
        {"quote": {"id": None, "text": "hi"}},
    )
    assert reading.column("sender_name") == ["Aya", "Me", "Aya", "Aya"]
    assert reading.column("is_group") == [False] * 4
    ids = reading.column("platform_id")
    assert reading.column("reply_to") == [None, ids[0], ids[1], "hi"]


def test_rows_whose_text_signal_keeps_elsewhere() -> None:
    row = {"conversationId": "c", "bodyRanges": [], "sendStateByConversationId": {}, "unidentifiedDeliveries": []}
    with pytest.raises(UnreadableError, match="export again with `sigtop export-messages -f text`"):
        chat(json.dumps([row]).replace("[{", "[\n{"), "Aya.json")
    reading = chat(json.dumps([row | {"timestamp": 1716995045123, "type": "incoming"}, row]), "Aya.json")
    assert reading.column("kind") == ["unavailable"]
    assert [issue["is_row"] for issue in reading.issues] == [False, True]


TEXT = """Conversation: Aya (+15550100)

From: Aya (+15550100)
Type: incoming
Received: Wed, 29 May 2024 17:04:05 +0200

From: Bo
To: all

From: You
Type: outgoing
Sent: unknown

lost

Type: group-v2-change
Sent: Wed, 29 May 2024 17:04:05 +0200

From: You
Type: outgoing
Sent: Wed, 29 May 2024 17:04:05 +0200
Edited: 2 versions

| Version: 2
| Sent: Wed, 29 May 2024 17:04:06 +0200
|
| new
|
| Version: 2
|
| Version: 1
| Sent: Wed, 29 May 2024 17:04:05 +0200
|
| old

"""


def test_sigtops_text() -> None:
    reading = chat(TEXT, "x.txt")
    assert reading.column("text") == ["From: Bo\nTo: all", "group-v2-change", "new"]
    assert reading.column("kind") == ["text", "system", "text"]
    assert reading.column("sender_key") == ["+15550100", None, "You"]
    assert {(row["conversation_key"], row["conversation_name"], row["is_group"]) for row in reading.rows} == {
        ("+15550100", "Aya", False)
    }
    assert {row["sent_local"] for row in reading.rows} == {at(15, 4, 5)}
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(10, True)]


def test_sigtops_short_text() -> None:
    content = (
        "2024-05-29 15:04 You: hi\nthere\n2024-05-29 15:05 Aya: [reply to You on 2024-05-29 15:04, edited, 2 attachments] ho\n"
        "2024-05-29 15:06 Aya: [call-history message]\n2024-05-29 15:07 Aya: [edited] [x] y\n2024-05-29 15:08 Aya:\n"
        "2024-05-29 15:09 Aya: [1 attachment]\n2024-05-29 15:10 Aya: [] no note\n2024-13-29 15:11 Aya: x\nunknown Aya: y\n"
    )
    reading = chat(content, "Aya (+15550100).txt")
    assert reading.column("text") == ["hi\nthere", "ho", "", "[x] y", "", "", "[] no note"]
    assert reading.column("kind") == ["text", "media", "call", "text", "unavailable", "media", "text"]
    assert reading.column("edited") == [False, True, False, True, False, False, False]
    assert reading.column("from_owner") == [True, False, None, False, False, False, False]
    assert reading.rows[0]["sent_local"] == at(15, 4)
    assert [issue["is_row"] for issue in reading.issues] == [True, True]


KEYS = ("type", "sent_at", "body", "attachments", "reactions", "quote", "editHistory", "bodyRanges", "flags", "poll")


@pytest.mark.parametrize("value", ODD)
def test_values_of_wrong_types_end_in_rows_or_issues(value: Any) -> None:
    reading = rows({}, *({key: value} for key in KEYS))
    assert len(reading.rows) + sum(issue["is_row"] for issue in reading.issues) == 1 + len(KEYS)
