"""Messages' database: what each kind of row means, and who wrote where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from chatclone_dagster.readers import imessage
from chatclone_dagster.readers.imessage.records import apple_time
from tests.readers.reading import read
from tests.readers.writing.imessage import ADA, START, Direct, apple, summary
from tests.readers.writing.typedstream import FILE, PART, attributed, plain

BO = "bo@example.org"
LINK = "com.apple.messages.URLBalloonProvider"
EXTENSION = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000"


def only(chat: Direct) -> dict[str, Any]:
    reading = read(imessage, chat.file())
    assert reading.issues == []
    (row,) = reading.rows
    return row


def test_a_message() -> None:
    chat = Direct()
    guid = chat.say(None, attributedBody=plain("hi"))
    row = only(chat)
    assert (row["position"], row["platform_id"], row["kind"], row["text"]) == (0, guid, "text", "hi")
    assert (row["sender_key"], row["sender_name"], row["from_owner"]) == (ADA, ADA, False)
    assert (row["conversation_key"], row["conversation_name"], row["is_group"]) == (ADA, ADA, False)
    assert (row["sent_local"], row["tz_known"]) == (START.replace(minute=51), True)
    mine = Direct()
    mine.say("hi", is_from_me=1)
    row = only(mine)
    assert (row["sender_key"], row["sender_name"], row["from_owner"]) == ("Me", "Me", True)


@pytest.mark.parametrize(
    ("columns", "attachment", "kind", "text"),
    [
        ({"text": "a\nb"}, None, "text", "a\nb"),
        ({}, None, "unavailable", ""),
        ({"text": "hi", "subject": "About"}, None, "text", "About\nhi"),
        ({"text": "\ufffc"}, {"filename": "~/a/1.jpg"}, "media", ""),
        ({"text": "\ufffclook"}, {"filename": "~/a/1.jpg"}, "media", "look"),
        ({"text": "\ufffc"}, None, "media", ""),
        ({"cache_has_attachments": 1}, None, "media", ""),
        ({"text": "\ufffc"}, {"filename": "~/a/1.heic", "is_sticker": 1}, "sticker", ""),
        ({"text": "hi \ufffc"}, {"filename": "~/a/1.heic", "is_sticker": 1}, "text", "hi "),
        ({"text": "\ufffc", "is_audio_message": 1}, {"filename": "~/a/Audio Message.m4a"}, "voice", ""),
        ({"text": "\ufffc"}, {"filename": "~/a/1.caf"}, "voice", ""),
        ({"text": "\ufffc"}, {"filename": "~/a/Ada.vcf"}, "contact", ""),
        ({"text": "\ufffc"}, {"filename": "~/a/CL.loc.vcf"}, "location", ""),
        ({"text": "https://example.org", "balloon_bundle_id": LINK}, None, "text", "https://example.org"),
        (
            {"text": "https://example.org", "balloon_bundle_id": LINK},
            {"filename": "~/a/1.pluginPayloadAttachment", "hide_attachment": 1},
            "text",
            "https://example.org",
        ),
        ({"text": "\ufffd", "balloon_bundle_id": f"{EXTENSION}:org.example.game"}, None, "media", ""),
        ({"text": "What?", "balloon_bundle_id": f"{EXTENSION}:com.apple.messages.Polls"}, None, "poll", ""),
        ({"item_type": 4}, None, "location", ""),
        ({"item_type": 6}, None, "call", ""),
        ({"message_summary_info": summary(taken_back=[0], parts=[0]), "date_edited": 5}, None, "deleted", ""),
        ({"date_retracted": 5}, None, "deleted", ""),
    ],
)  # fmt: skip
def test_kinds(columns: dict[str, Any], attachment: dict[str, Any] | None, kind: str, text: str) -> None:
    chat = Direct()
    guid = chat.say(**{"text": None, **columns})
    if attachment:
        chat.attach(guid, **attachment)
    row = only(chat)
    assert (row["kind"], row["text"]) == (kind, text)
    shown = [] if attachment is None or attachment.get("hide_attachment") else [attachment["filename"]]
    assert row["attachments"] == shown


def test_edits() -> None:
    chat = Direct()
    chat.say(
        None,
        attributedBody=plain("new"),
        date_edited=5,
        message_summary_info=summary({0: [plain("old"), plain("new")]}),
    )
    row = only(chat)
    assert (row["text"], row["edited"]) == ("new", True)


def test_files_stand_in_the_order_of_the_text() -> None:
    chat = Direct()
    guid = chat.say(
        None, attributedBody=attributed([("\ufffc", {PART: 0, FILE: "b"}), ("\ufffc", {PART: 1, FILE: "a"})])
    )
    chat.attach(guid, guid="a", filename="~/1.jpg")
    chat.attach(guid, guid="b", transfer_name="2.mov")
    assert only(chat)["attachments"] == ["2.mov", "~/1.jpg"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"item_type": 1, "other_handle": 2}, f"{ADA} added {BO} to the conversation."),
        (
            {"item_type": 1, "other_handle": 2, "group_action_type": 1, "is_from_me": 1},
            f"You removed {BO} from the conversation.",
        ),
        ({"item_type": 1, "other_handle": 1}, f"{ADA} changed their phone number."),
        ({"item_type": 2, "group_title": "Chess", "is_from_me": 1}, "You named the conversation Chess"),
        ({"item_type": 2}, f"{ADA} removed the name of the conversation."),
        ({"item_type": 3}, f"{ADA} left the conversation."),
        ({"item_type": 3, "group_action_type": 1}, f"{ADA} changed the group photo."),
        ({"item_type": 3, "group_action_type": 6}, f"{ADA} removed the chat background."),
        ({"item_type": 5, "is_from_me": 1}, "You kept an audio message."),
        ({"item_type": 77}, ""),
    ],
)
def test_what_the_app_says(columns: dict[str, Any], said: str) -> None:
    chat = Direct()
    chat.add("handle", id=BO)
    chat.say(None, **columns)
    row = only(chat)
    assert (row["kind"], row["text"], row["sender_key"], row["from_owner"]) == ("system", said, None, None)


def test_replies_votes_and_deleted_messages() -> None:
    chat = Direct()
    root = chat.say("root")
    chat.say("reply", thread_originator_guid=root)
    polls = f"{EXTENSION}:com.apple.messages.Polls"
    poll = chat.say(None, balloon_bundle_id=polls)
    chat.say(None, balloon_bundle_id=polls, associated_message_type=4000, associated_message_guid=poll)
    chat.say(None, balloon_bundle_id=polls, associated_message_type=2, associated_message_guid=poll)
    gone = chat.message(text="gone", handle_id=chat.ada)
    chat.add("chat_recoverable_message_join", chat_id=chat.one, message_id=6)
    rows = read(imessage, chat.file()).rows
    assert [row["reply_to"] for row in rows] == [None, root, None, poll, poll, None]
    assert [row["folded"] for row in rows] == [None, None, None, "poll_vote", "poll_vote", None]
    assert (rows[5]["platform_id"], rows[5]["kind"], rows[5]["text"], rows[5]["conversation_key"]) == (
        gone,
        "deleted",
        "gone",
        ADA,
    )


@pytest.mark.parametrize("seconds", [False, True])
def test_both_epochs(seconds: bool) -> None:
    chat = Direct(seconds=seconds)
    chat.say("hi")
    assert only(chat)["sent_local"] == START.replace(minute=51)


@pytest.mark.parametrize("date", [0, None, "never", 1 << 62, -(1 << 63), 9e300, b"\0", float("inf"), 1e11])
def test_a_message_without_a_time_is_an_issue(date: Any) -> None:
    chat = Direct()
    chat.say("secret", date=date)
    chat.say("hi")
    reading = read(imessage, chat.file())
    assert [row["text"] for row in reading.rows] == ["hi"]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(0, True)]
    assert "secret" not in str(reading.issues)


def test_times() -> None:
    assert apple_time(apple(START)) == START
    assert apple_time(str(apple(START))) == START
    assert apple_time(720845450) == datetime(2023, 11, 5, 2, 50, 50)  # noqa: DTZ001 (UTC)
