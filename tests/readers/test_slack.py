"""Slack: days of an export and slackdump's files; markup, subtypes, threads, the lists beside the folders."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import slack
from chatclone_dagster.readers.slack.emoji import emoji_of
from chatclone_dagster.readers.slack.markup import plain
from tests.readers.reading import OF_ANY_TYPE, Reading, export, read
from tests.readers.writing.slack import APP, CHAT, PEOPLE, lists, slack_chats

DAY = "backup.zip!general/2024-01-31.json"
BESIDE = {f"../{name}": content for name, content in lists().items()}


def day(*messages: Any, name: str = DAY, beside: dict[str, str] | None = None) -> Reading:
    plain = [
        {"type": "message", "user": "U0000001", "ts": f"170000000{n}.000100", **message}
        for n, message in enumerate(messages)
    ]
    return read(slack, export(json.dumps(plain), name, BESIDE if beside is None else beside))


def one(**message: Any) -> dict[str, Any]:
    return day(message).rows[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans(), st.data())
def test_a_written_chat_is_read_back(is_dump: bool, data: st.DataObject) -> None:
    content, means = data.draw(slack_chats(is_dump=is_dump))
    name, beside = ("dump/C0000001.json", lists()) if is_dump else (DAY, BESIDE)
    file = export(content, name, beside)
    assert slack.sniff(file) is not None
    reading = read(slack, file)
    assert reading.issues == []
    assert [{key: row[key] for key in asdict(meant)} for row, meant in zip(reading.rows, means, strict=True)] == [
        asdict(meant) for meant in means
    ]
    assert reading.column("position") == list(range(len(means)))
    assert {(row["conversation_key"], row["conversation_name"], row["is_group"]) for row in reading.rows} == {
        (*CHAT, True)
    }
    assert {row["tz_known"] for row in reading.rows} == {True}
    names = PEOPLE | {APP: "helper"}
    assert all(row["sender_name"] == names.get(row["sender_key"], "Slackbot") for row in reading.rows)


@pytest.mark.parametrize(
    ("message", "kind", "text"),
    [
        ({"text": "hi"}, "text", "hi"),
        ({"text": ""}, "unavailable", ""),
        ({"text": "hi", "subtype": "thread_broadcast"}, "text", "hi"),
        ({"text": "a note", "subtype": "something_new"}, "system", "a note"),
        (
            {"text": "", "subtype": "bot_message", "bot_id": "B1", "attachments": [{"title": "a", "text": "b"}]},
            "system",
            "a\nb",
        ),
        ({"text": "", "subtype": "bot_message", "attachments": [{"fallback": "c"}]}, "system", "c"),
        ({"text": "reminder", "user": "USLACKBOT"}, "system", "reminder"),
        ({"text": "started a call", "subtype": "sh_room_created"}, "call", ""),
        ({"subtype": "ekm_access_denied", "text": "no"}, "unavailable", ""),
        ({"text": "", "attachments": [{"image_url": "https://example.org/a.gif"}]}, "media", ""),
        (
            {"text": "see <https://example.org>", "attachments": [{"from_url": "https://example.org"}]},
            "text",
            "see https://example.org",
        ),
        ({"text": "hm", "files": [{"mode": "hidden_by_limit"}]}, "text", "hm"),
        (
            {
                "subtype": "file_share",
                "text": "<@U0000001|ada> uploaded a file: <https://x|a.png> and commented: hi: you",
                "file": {"permalink": "https://x"},
            },
            "media",
            "hi: you",
        ),
        (
            {
                "subtype": "file_share",
                "text": "<@U0000001|ada> uploaded a file: <https://x|a.png>",
                "file": {"name": "a.png"},
            },
            "media",
            "",
        ),
        ({"type": "other", "text": "x"}, "system", "x"),
    ],
)
def test_kinds(message: dict[str, Any], kind: str, text: str) -> None:
    row = one(**message)
    assert (row["kind"], row["text"]) == (kind, text)


def test_a_reply_sent_to_the_channel_too_counts_once() -> None:
    head, reply = "1700000001.000100", "1700000002.000100"
    broadcast = {"ts": reply, "thread_ts": head, "subtype": "thread_broadcast", "text": "to all"}
    for rows in (
        day({"ts": head, "thread_ts": head}, broadcast, {**broadcast, "subtype": None}).rows,
        dump({"ts": head, "thread_ts": head, "slackdump_thread_replies": [broadcast]}, broadcast).rows,
    ):
        assert [row["folded"] for row in rows] == [None, None, "reply_copy"]
        assert [row["reply_to"] for row in rows] == [None, head, head]
        assert [row["platform_id"] for row in rows] == [head, reply, reply]


def dump(*messages: dict[str, Any], **head: Any) -> Reading:
    plain = [{"type": "message", "user": "U0000001", "text": "hi", **message} for message in messages]
    content = {"channel_id": "D0000001", "name": "", "messages": plain} | head
    return read(slack, export(json.dumps(content), "dump/D0000001-1700000001.json"))


def test_a_dump_names_its_chat_before_or_after_the_messages() -> None:
    row = dump({"ts": "1700000001.000100"}).rows[0]
    assert (row["conversation_key"], row["is_group"], row["sender_name"]) == ("D0000001", False, "U0000001")
    content = (
        '{"messages": [{"type": "message", "ts": "1700000001.000100"}], "channel_id": "C0000001", "name": "general"}'
    )
    file = export(content, "general.json")
    assert slack.sniff(file) is not None
    row = read(slack, file).rows[0]
    assert (row["conversation_key"], row["conversation_name"], row["is_group"]) == ("C0000001", "general", True)


def test_records_of_edits_and_deletions_are_no_messages() -> None:
    was = {"type": "message", "user": "U0000002", "text": "was", "ts": "1700000000.000100"}
    rows = day(
        {"subtype": "message_changed", "message": was | {"text": "is"}, "previous_message": was, "text": ""},
        {"subtype": "message_deleted", "previous_message": was},
        {"subtype": "message_replied", "message": was},
    ).rows
    assert [row["folded"] for row in rows] == ["edit_record", "deletion_record", "reply_copy"]
    assert [(row["sender_key"], row["kind"], row["text"]) for row in rows[:2]] == [
        ("U0000002", "system", "is"),
        ("U0000002", "deleted", ""),
    ]


def test_a_comment_on_a_file_is_by_who_made_it() -> None:
    comment = {"user": "U0000002", "comment": "nice &amp; neat"}
    row = day(
        {"user": None, "subtype": "file_comment", "text": "<@U0000002> commented on a file", "comment": comment}
    ).rows[0]
    assert (row["sender_key"], row["text"], row["kind"]) == ("U0000002", "nice & neat", "text")


@pytest.mark.parametrize(
    ("message", "key", "name"),
    [
        ({"user": "U0000001", "user_profile": {"display_name": "Old"}}, "U0000001", "Ada"),
        ({"user": "U5555555", "user_profile": {"display_name": "", "real_name": "Guest"}}, "U5555555", "Guest"),
        ({"user": "U5555555"}, "U5555555", "U5555555"),
        ({"user": None, "bot_id": "B1", "username": "weather"}, "B1", "weather"),
        ({"user": None, "bot_id": "B1", "bot_profile": {"name": "weather"}}, "B1", "weather"),
        ({"user": None, "username": "ada"}, "ada", "ada"),
        ({"user": "USLACKBOT"}, None, "Slackbot"),
        ({"user": None}, None, "Slackbot"),
    ],
)
def test_senders(message: dict[str, Any], key: str | None, name: str) -> None:
    row = one(text="hi", **message)
    assert (row["sender_key"], row["sender_name"], row["from_owner"]) == (key, name, None)


def test_who_is_only_known_by_a_profile_further_down() -> None:
    rows = day({"user": "U5", "text": "<@U5>"}, {"user": "U5", "user_profile": {"real_name": "Guest"}}).rows
    assert [(row["sender_name"], row["text"]) for row in rows] == [("Guest", "@Guest"), ("Guest", "")]


def test_records_without_a_time_are_issues() -> None:
    times = (None, "", "1e9", "99999999999.1", "-1.0", "yesterday", 1700000000, "1700000000.1234567")
    reading = day(*({"ts": ts} for ts in times), {"text": "hi", "ts": "1700000000.5"})
    assert reading.column("position") == [len(times)]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(n, True) for n in range(len(times))]


def test_members_of_any_type_are_survived() -> None:
    names = (
        "type subtype user text ts thread_ts edited reactions files attachments blocks user_profile comment room bot_id"
    )
    for value in (*OF_ANY_TYPE, [{"id": 1, "users": 1, "name": 2}]):
        for name in names.split():
            reading = day({"text": "hi", name: value})
            assert len(reading.rows) + len(reading.issues) == 1


def test_an_attachment_outside_the_export_is_left_out_and_reported() -> None:
    reading = day({"text": "", "files": [{"id": "F1", "url_private": "../../etc/passwd"}, {"name": "a.png"}]})
    assert reading.column("attachments") == [["a.png"]]
    assert len(reading.issues) == 1


def test_emoji() -> None:
    names = ("heart", "+1::skin-tone-6", "point_up::skin-tone-2", "flag-de", "de", "simple_smile", "no_such", "")
    assert [emoji_of(name) for name in names] == ["❤️", "👍🏿", "☝🏻", "🇩🇪", "🇩🇪", "🙂", None, None]


@given(st.text("<>&|:`@#!^a1lgt;-", max_size=60))
def test_any_markup_is_survived_and_plain_text_is_left(text: str) -> None:
    plain(text, lambda _: None)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(":", " ")
    assert plain(escaped, lambda _: None) == text.replace(":", " ")


@pytest.mark.parametrize("text", ["<", ":", "`", "<a", ":a", "```", "`a", "<@a|", "&lt", ":a:"])
def test_markup_takes_linear_time(text: str) -> None:
    assert len(plain(text * 200_000, lambda _: None)) > 0
