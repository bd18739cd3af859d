"""Hangouts: both layouts, names, the owner, segments, what is attached, the app's own events."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import hangouts
from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.reading import OF_ANY_TYPE, Reading, export, read
from tests.readers.writing.hangouts import NAMES, SELF, about, file_of, hangouts_files, person

AT = "1600000000000001"


def chat(*events: Any, members: tuple[str, ...] = (SELF, "101"), about_chat: dict[str, Any] | None = None) -> Reading:
    plain = [
        {"timestamp": AT, "sender_id": person("101"), **event} if isinstance(event, dict) else event for event in events
    ]
    content = file_of([(about([*members], "Ug0") | (about_chat or {}), plain)], is_new=True)
    return read(hangouts, export(json.dumps(content), "Takeout/Hangouts/Hangouts.json"))


def said(*segments: dict[str, Any], **extra: Any) -> dict[str, Any]:
    content = {"message_content": {"segment": [*segments]}}
    return {"event_type": "REGULAR_CHAT_MESSAGE", "chat_message": content, **extra}


HI = said({"type": "TEXT", "text": "hi"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans(), st.data())
def test_a_written_file_is_read_back(is_new: bool, data: st.DataObject) -> None:
    content, means = data.draw(hangouts_files(is_new=is_new))
    file = export(content, "Hangouts.json")
    sniff = hangouts.sniff(file)
    assert sniff is not None
    reading = read(hangouts, file)
    assert (reading.issues, reading.facts["variant"]) == ([], sniff.variant)
    assert [{key: row[key] for key in asdict(meant)} for row, meant in zip(reading.rows, means, strict=True)] == [
        asdict(meant) for meant in means
    ]
    assert reading.column("position") == list(range(len(means)))
    assert {row["tz_known"] for row in reading.rows} == {True}


def test_who_left_a_chat_is_named_by_another() -> None:
    event = {"timestamp": AT, "sender_id": person("102"), **HI}
    chats = [(about([SELF, "101"], "a"), [event]), (about([SELF, "102"], "b"), [event])]
    for is_new in (True, False):
        rows = read(hangouts, export(json.dumps(file_of(chats, is_new=is_new)))).rows
        assert [(row["conversation_key"], row["sender_name"]) for row in rows] == [
            ("a", NAMES["102"]),
            ("b", NAMES["102"]),
        ]


def test_events_before_what_is_said_about_their_chat() -> None:
    inner = {"conversation_id": {"id": "Ug0"}, "conversation": about([SELF, "101"], "Ug0")}
    content = {
        "conversations": [{"events": [{"timestamp": AT, "sender_id": person(SELF), **HI}], "conversation": inner}]
    }
    row = read(hangouts, export(json.dumps(content))).rows[0]
    assert (row["conversation_key"], row["conversation_name"], row["from_owner"]) == ("Ug0", "Ada Zoë", True)


@pytest.mark.parametrize(
    ("changes", "event", "from_owner"),
    [
        ({}, {"sender_id": person(SELF)}, True),
        ({}, {"sender_id": person("101")}, False),
        ({}, {"sender_id": None}, None),
        ({"self_conversation_state": None}, {"sender_id": person("101")}, None),
        ({"self_conversation_state": None}, {"self_event_state": {"user_id": person("101")}}, True),
    ],
)
def test_the_owner(changes: dict[str, Any], event: dict[str, Any], from_owner: bool | None) -> None:
    assert chat(HI | event, about_chat=changes).rows[0]["from_owner"] is from_owner


@pytest.mark.parametrize(
    ("changes", "members", "is_group"),
    [
        ({}, (SELF, "101"), False),
        ({"type": "GROUP"}, (SELF, "101"), True),
        ({"type": None}, (SELF, "101", "102"), True),
        ({"type": "NEW"}, (SELF, "101"), None),
    ],
)
def test_groups(changes: dict[str, Any], members: tuple[str, ...], is_group: bool | None) -> None:
    assert chat(HI, members=members, about_chat=changes).rows[0]["is_group"] is is_group


def test_segments() -> None:
    row = chat(
        said(
            {"type": "TEXT", "text": "a"},
            {"type": "LINE_BREAK"},
            {"type": "LINE_BREAK", "text": "\n"},
            {"type": "LINK", "text": "example.org", "link_data": {"link_target": "https://example.org"}},
            {"type": "LINK", "link_data": {"link_target": "https://example.net"}},
            {"type": "TEXT"},
        )
    ).rows[0]
    assert row["text"] == "a\n\nexample.orghttps://example.net"


def test_times_that_cannot_be_are_issues() -> None:
    times: tuple[Any, ...] = (None, "", "-1", "now", "0", "9" * 16, "1" * 5000, 1.5, True, [])
    reading = chat(*({"timestamp": value} for value in times), None, 5, HI | {"timestamp": 1600000000000000})
    assert reading.column("position") == [len(times) + 2]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [
        (n, True) for n in range(len(times) + 2)
    ]


def test_members_of_any_type_are_survived() -> None:
    of_event = "sender_id chat_message event_type event_id membership_change conversation_rename self_event_state"
    of_chat = "id name type participant_data self_conversation_state"
    for value in (
        *OF_ANY_TYPE,
        {"message_content": [], "participant_id": 1},
        {"message_content": {"segment": [1, {}]}},
    ):
        assert all(len(chat({**HI, name: value}).rows) == 1 for name in of_event.split())
        assert all(len(chat(HI, about_chat={name: value}).rows) == 1 for name in of_chat.split())


def test_an_attachment_nested_without_end() -> None:
    item: Any = {"url": "https://example.org/deep"}
    for _ in range(50):
        item = {"a": item}
    content = {"message_content": {"attachment": [{"embed_item": item | {"type": ["PLUS_PHOTO"]}}]}}
    row = chat({"event_type": "MMS", "chat_message": content}).rows[0]
    assert (row["kind"], row["attachments"]) == ("media", [])


@pytest.mark.parametrize(
    "content", ["", "[]", '{"conversations": []}', '{"conversations": [{"events": 1}]}', "not json"]
)
def test_what_is_no_export(content: str) -> None:
    assert hangouts.sniff(export(content, "Hangouts.json")) is None
    with pytest.raises(UnreadableError):
        read(hangouts, export(content, "Hangouts.json"))


@pytest.mark.parametrize("cut", [1, 4, 60, 200])
def test_a_file_that_breaks_off_keeps_what_is_whole(cut: int) -> None:
    content = json.dumps(file_of([(about([SELF, "101"], "Ug0"), [HI | {"timestamp": AT}] * 5)], is_new=True))
    reading = read(hangouts, export(content[:-cut], "Hangouts.json"))
    assert 3 <= len(reading.rows) <= 5
    assert len(reading.issues) == 1
