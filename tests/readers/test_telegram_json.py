"""Messages of Telegram's `result.json`: texts, kinds, answers, reactions, times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.readers.telegram_samples import chat, one, reading_of
from tests.readers.writing.telegram import NOT_INCLUDED


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "plain"}, "plain"),
        ({"text": ["a ", {"type": "link", "text": "b"}, "c"]}, "a bc"),
        ({"text": "", "text_entities": [{"type": "plain", "text": "a"}, {"type": "bold", "text": "b"}]}, "ab"),
        ({"text": ["a", {"type": "custom_emoji", "text": "🙂", "document_id": NOT_INCLUDED}]}, "a🙂"),
        ({"text": ["a", 5, None, {"type": "bold"}, {"text": 3}, ["x"]]}, "a"),
        ({"text": {"text": "no"}}, ""),
        ({"text": 5, "text_entities": {"text": "no"}}, ""),
        ({"text": "a\u2028b\tc"}, "a\u2028b\tc"),
        (
            {"poll": {"question": "Tea?", "answers": [{"text": "yes", "voters": 2}, {"text": ["n", {"text": "o"}]}]}},
            "Tea?\nyes\nno",
        ),
        ({"todo_list": {"title": [{"text": "Trip"}], "answers": [{"text": "tickets", "id": 1}]}}, "Trip\ntickets"),
        ({"photo": "a.jpg", "text": "look"}, "look"),
    ],
)
def test_texts(message: dict[str, Any], text: str) -> None:
    assert one(**message)["text"] == text


def test_a_rich_message_is_read_line_by_line() -> None:
    deep: Any = {"type": "plain", "text": "deep"}
    for _ in range(300):
        deep = {"type": "bold", "text": deep}
    blocks = [
        {"type": "heading", "level": 1, "text": {"type": "plain", "text": "Trip"}},
        {
            "type": "paragraph",
            "text": {
                "type": "concat",
                "text": [{"type": "plain", "text": "to "}, {"type": "bold", "text": {"text": "Rome"}}],
            },
        },
        {
            "type": "list",
            "items": [
                {"content": "text", "text": {"text": "tickets"}},
                {"content": "blocks", "blocks": [{"type": "divider"}]},
            ],
        },
        {
            "type": "table",
            "title": {"text": "who"},
            "rows": [{"cells": [{"text": {"text": "Ada"}}, {"text": {"text": "Bo"}}]}],
        },
        {"type": "photo", "photo_id": "1", "caption": {"text": {"text": "us"}}},
        {"type": "paragraph", "text": deep},
    ]
    assert one(rich_message={"rtl": False, "blocks": blocks})["text"] == "Trip\nto Rome\ntickets\nwho\nAda\nBo\nus"


@pytest.mark.parametrize(
    ("message", "kind", "paths"),
    [
        ({"text": "hi"}, "text", []),
        ({}, "unavailable", []),
        ({"photo": "photos/a.jpg"}, "media", ["photos/a.jpg"]),
        ({"photo": "(File not included. Change data exporting settings to download.)"}, "media", []),
        ({"file": "(File exceeds maximum size. Change data exporting settings to download.)"}, "media", []),
        ({"file": "(File unavailable, please try again later)", "media_type": "sticker"}, "sticker", []),
        ({"file": "files/(1).pdf", "thumbnail": "t.jpg"}, "media", ["files/(1).pdf"]),
        ({"file": "s.webp", "media_type": "sticker"}, "sticker", ["s.webp"]),
        ({"file": "v.ogg", "media_type": "voice_message"}, "voice", ["v.ogg"]),
        ({"file": "v.mp4", "media_type": "video_message"}, "media", ["v.mp4"]),
        ({"file": "a.mp4", "media_type": "animation"}, "media", ["a.mp4"]),
        ({"file": "a.mp3", "media_type": "audio_file"}, "media", ["a.mp3"]),
        ({"file": "a", "media_type": 5}, "media", ["a"]),
        ({"photo": NOT_INCLUDED, "self_destruct_period_seconds": 5}, "unavailable", []),
        ({"photo": "a.jpg", "self_destruct_period_seconds": 5}, "media", ["a.jpg"]),
        ({"location_information": {"latitude": 1, "longitude": 2}, "live_location_period_seconds": 5}, "location", []),
        ({"location_information": None}, "location", []),
        ({"place_name": "Park", "address": "x"}, "location", []),
        ({"contact_information": {"first_name": "Bo"}, "contact_vcard": "c.vcard"}, "contact", ["c.vcard"]),
        ({"poll": {"question": "?"}}, "poll", []),
        ({"poll": 5}, "poll", []),
        ({"game_title": "Chess", "game_link": "https://t.me/x?game=y"}, "media", ["https://t.me/x?game=y"]),
        ({"invoice_information": "{}"}, "media", []),
        ({"giveaway_information": {}}, "media", []),
        ({"paid_stars_amount": 5}, "media", []),
        ({"type": "service", "action": "phone_call", "discard_reason": "missed"}, "call", []),
        ({"type": "service", "action": "group_call", "duration": 5}, "call", []),
        ({"type": "service", "action": "pin_message", "message_id": 1}, "system", []),
        ({"type": "service", "action": ["x"]}, "system", []),
        ({"type": "service", "action": "edit_group_photo", "photo": "p.jpg"}, "system", ["p.jpg"]),
    ],
)
def test_kinds(message: dict[str, Any], kind: str, paths: list[str]) -> None:
    row = one(**message)
    assert (row["kind"], row["attachments"]) == (kind, paths)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"actor": "Ada", "action": "invite_members", "members": ["Bo", None]}, "Ada: invite_members: Bo, ?"),
        (
            {"actor": "Ada", "action": "create_group", "title": "Chess", "members": ["Bo"]},
            "Ada: create_group: Chess, Bo",
        ),
        ({"actor": None, "action": "score_in_game", "score": 5}, "score_in_game: 5"),
        ({"actor": "Ada", "information_text": "It is on"}, "It is on"),
        (
            {"action": "send_star_gift", "actor": "Ada", "gift_text": ["for ", {"text": "you"}]},
            "Ada: send_star_gift: for you",
        ),
        ({"actor": "Ada", "actor_id": "user7", "action": "phone_call", "duration_seconds": 5}, ""),
        ({}, ""),
    ],
)
def test_events(message: dict[str, Any], text: str) -> None:
    plain = {"id": 1, "type": "service", "date_unixtime": "1692821483", "text": "", **message}
    row = reading_of({"type": "private_group", "messages": [plain]}).rows[0]
    assert row["text"] == text
    assert row["sender_name"] == ("Ada" if row["kind"] == "call" else None)


@pytest.mark.parametrize(
    ("message", "edited"),
    [
        ({}, False),
        ({"edited": "2023-08-23T13:11:23", "edited_unixtime": "1692821999"}, True),
        ({"edited": "2019-08-23T13:11:23"}, True),
        ({"edited": "1970-01-01T03:00:00"}, False),
        ({"edited": "1969-12-31T16:00:00"}, False),
        ({"edited_unixtime": "0"}, False),
        ({"edited": True}, False),
    ],
)
def test_edits(message: dict[str, Any], edited: bool) -> None:
    assert one(**message, text="a")["edited"] is edited


@pytest.mark.parametrize("extra", [{"forwarded_from": None}, {"forwarded_from": "Eve"}, {"saved_from": "Eve"}])
def test_what_is_forwarded(extra: dict[str, Any]) -> None:
    assert one(**extra, text="a")["forwarded"] is True


def test_answers() -> None:
    messages: list[dict[str, Any]] = [
        {"reply_to_message_id": 5},
        {"reply_to_message_id": 5, "reply_to_peer_id": "channel9"},
        {"reply_to_message_id": 5, "reply_to_peer_id": "user7"},
        {"reply_to_message_id": -999999870},
        {"reply_to_message_id": None},
    ]
    assert reading_of(chat(*messages)).column("reply_to") == ["5", None, "5", "-999999870", None]


def test_reactions() -> None:
    row = one(
        text="a",
        reactions=[
            {"type": "emoji", "count": 3, "emoji": "❤", "recent": [{"from": "Bo"}, {"from": None, "from_id": "user9"}]},
            {"type": "custom_emoji", "count": 1, "document_id": NOT_INCLUDED},
            {"type": "paid", "count": 1},
            {"type": "emoji", "emoji": "👍", "count": 10**12},
            "no",
        ],
    )
    found = [(reaction["emoji"], reaction["sender"]) for reaction in row["reactions"]]
    assert found[:5] == [("❤", "Bo"), ("❤", ""), ("❤", ""), ("custom_emoji", ""), ("⭐", "")]
    assert found[5:] == [("👍", "")] * 100


@pytest.mark.parametrize(
    ("message", "sent", "known"),
    [
        ({"date_unixtime": "1692821483", "date": "2023-08-23T13:11:23"}, datetime(2023, 8, 23, 20, 11, 23), True),  # noqa: DTZ001
        ({"date_unixtime": 1692821483}, datetime(2023, 8, 23, 20, 11, 23), True),  # noqa: DTZ001
        ({"date_unixtime": "soon", "date": "2023-08-23T13:11:23"}, datetime(2023, 8, 23, 13, 11, 23), False),  # noqa: DTZ001
        ({"date_unixtime": None, "date": "2018-01-02T03:04:05"}, datetime(2018, 1, 2, 3, 4, 5), False),  # noqa: DTZ001
        ({"date_unixtime": None, "date": "2018-01-02T03:04:05+02:00"}, datetime(2018, 1, 2, 1, 4, 5), True),  # noqa: DTZ001
    ],
)
def test_times(message: dict[str, Any], sent: datetime, known: bool) -> None:
    row = one(**message)
    assert (row["sent_local"], row["tz_known"]) == (sent, known)


@pytest.mark.parametrize(
    "message",
    [
        {"date_unixtime": None},
        {"date_unixtime": "1" * 5000},
        {"date_unixtime": float("1e300"), "date": 5},
        {"date_unixtime": "-5", "date": "2019-02-30T00:00:00"},
        {"date_unixtime": "0", "date": "1970-01-01T00:00:00"},
        {"date_unixtime": [], "date": "0001-01-01T00:00:00"},
        {"date_unixtime": "99999999999999"},
    ],
)
def test_messages_without_a_time_are_issues(message: dict[str, Any]) -> None:
    reading = reading_of(chat({"text": "a"}, message, 5, None, {"text": "b"}))
    assert (reading.column("text"), reading.column("position")) == (["a", "b"], [0, 4])
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(1, True), (2, True), (3, True)]


def test_what_the_exporter_did_not_know_is_said_to_be_exported_again() -> None:
    reading = reading_of({"type": "personal_chat", "id": 7, "messages": [{"id": 1, "type": "unsupported"}]})
    assert [issue["is_row"] for issue in reading.issues] == [True]
    assert "export again" in reading.reasons[0]
