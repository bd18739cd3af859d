"""Messenger and Instagram: one schema, its broken encoding, its kinds, and the sentences the apps write as if typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import instagram, messenger, registry
from chatclone_dagster.readers.contract import UnreadableError
from chatclone_dagster.readers.meta.mojibake import repair
from tests.readers.reading import export, read
from tests.readers.writers import broken, meta_threads

PATH = "your_activity_across_facebook/messages/inbox/adaandbo_123/message_1.json"


def thread(*messages: dict[str, Any], **extra: Any) -> str:
    plain = [
        {"sender_name": "Ada", "timestamp_ms": 1_600_000_000_000 + n, **message} for n, message in enumerate(messages)
    ]
    return json.dumps({"participants": [{"name": "Ada"}, {"name": "Bo"}], "messages": plain, **extra})


def one(**message: Any) -> dict[str, Any]:
    return read(messenger, export(thread(message), PATH)).rows[0]


@given(st.text())
def test_broken_text_is_mended_and_other_text_is_left(text: str) -> None:
    encoded = text.encode("utf-8", errors="ignore").decode()
    assert repair(broken(encoded)) == encoded
    if not any(0x80 <= ord(character) <= 0xFF for character in text):
        assert repair(text) == text


@pytest.mark.parametrize("text", ["café", "“quoted”", "plain", "mixed “Ã©”", "日本"])
def test_text_that_was_never_broken_stays(text: str) -> None:
    assert repair(text) == text


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(meta_threads())
def test_a_written_thread_is_read_back(written: tuple[str, list[dict[str, Any]]]) -> None:
    content, means = written
    reading = read(messenger, export(content, PATH))
    assert len(reading.rows) == len(means)
    for row, mean in zip(reading.rows, means, strict=True):
        assert row["sender_name"] == mean["sender"]
        assert row["sent_local"] == datetime.fromtimestamp(mean["ms"] / 1000, UTC).replace(tzinfo=None)
        assert row["tz_known"] is True
        assert [(reaction["emoji"], reaction["sender"]) for reaction in row["reactions"]] == mean["reactions"]
        if row["kind"] != "system" and not mean["text"].startswith(
            mean["sender"]
        ):  # what may pass for a sentence of the app
            assert (row["kind"], row["text"]) == (mean["kind"], mean["text"])


@pytest.mark.parametrize(
    ("message", "kind", "text"),
    [
        ({"content": "hi"}, "text", "hi"),
        ({"content": "look", "photos": [{"uri": "a.jpg"}]}, "media", "look"),
        ({"gifs": [{"uri": "a.gif"}]}, "media", ""),
        ({"audio_files": [{"uri": "a.mp4"}]}, "voice", ""),
        ({"sticker": {"uri": "a.png"}}, "sticker", ""),
        ({"type": "Call", "call_duration": 0, "missed": True}, "call", ""),
        ({"call_duration": 10, "content": "The video call ended."}, "call", ""),
        ({"content": "You missed a video chat with Bo."}, "call", ""),
        ({"content": "You missed an audio call."}, "call", ""),
        (
            {"content": 'Ada changed their vote to "Rome" in the poll.'},
            "system",
            'Ada changed their vote to "Rome" in the poll.',
        ),
        ({"is_unsent": True}, "deleted", ""),
        ({"is_unsent": True, "content": "oops"}, "deleted", "oops"),
        ({"content": "Ada unsent a message."}, "deleted", ""),
        ({"type": "Unsubscribe", "content": "Ada left the group.", "users": []}, "system", "Ada left the group."),
        ({"content": "Ada named the group Chess."}, "system", "Ada named the group Chess."),
        ({"content": "You set the nickname for Bo to B."}, "system", "You set the nickname for Bo to B."),
        ({"type": "Share", "share": {"link": "https://example.org"}}, "media", ""),
        (
            {"content": "see https://example.org", "share": {"link": "https://example.org"}},
            "text",
            "see https://example.org",
        ),
        ({"share": {"link": "https://maps.google.com/?q=1,2"}}, "location", ""),
        ({"content": "Ada sent an attachment."}, "media", ""),
        ({"content": "Bo sent a photo."}, "media", ""),
        ({}, "unavailable", ""),
        ({"content": ""}, "unavailable", ""),
        ({"content": "Tom called me"}, "text", "Tom called me"),
        ({"content": "the call ended badly"}, "text", "the call ended badly"),
    ],
)
def test_kinds(message: dict[str, Any], kind: str, text: str) -> None:
    row = one(**message)
    assert (row["kind"], row["text"]) == (kind, text)


@pytest.mark.parametrize(
    "content",
    [
        "Liked a message",
        "Reacted ❤️ to your message ",
        "Reacted ❤️ to your story ",
        "Hat mit 😂 auf deine Nachricht reagiert",
    ],
)
def test_a_reaction_written_as_a_message_is_folded(content: str) -> None:
    row = one(content=broken(content))
    assert (row["folded"], row["kind"]) == ("pseudo_reaction", "system")


def test_sentences_in_an_unknown_language_repeat_the_senders_name() -> None:
    messages = [{"sender_name": who, "content": f"{who} xyzzy plugh"} for who in ("Ada", "Bo", "Ada")]
    assert {row["kind"] for row in read(messenger, export(thread(*messages), PATH)).rows} == {"system"}
    assert one(content="Ada xyzzy plugh")["kind"] == "text"


def test_attachments_and_reactions() -> None:
    row = one(
        photos=[{"uri": broken("messages/inbox/ä/1.jpg")}],
        share={"link": "https://example.org"},
        reactions=[{"reaction": broken("❤"), "actor": broken("Zoë")}],
    )
    assert row["attachments"] == ["messages/inbox/ä/1.jpg", "https://example.org"]
    assert row["reactions"] == [{"emoji": "❤", "sender": "Zoë"}]


@pytest.mark.parametrize("uri", ["../../etc/passwd", "/etc/passwd", "C:\\x", "a/../../b"])
def test_an_attachment_outside_the_export_is_left_out_and_reported(uri: str) -> None:
    reading = read(messenger, export(thread({"photos": [{"uri": uri}]}), PATH))
    assert reading.rows[0]["attachments"] == []
    assert len(reading.issues) == 1


@pytest.mark.parametrize(
    ("extra", "is_group"),
    [
        ({}, False),
        ({"thread_type": "RegularGroup"}, True),
        ({"participants": [{"name": n} for n in "abc"]}, True),
        ({"participants": []}, None),
    ],
)
def test_groups(extra: dict[str, Any], is_group: bool | None) -> None:
    assert read(messenger, export(thread({}, **extra), PATH)).rows[0]["is_group"] is is_group


def test_the_thread_is_known_by_its_folder_whichever_root_and_section() -> None:
    keys = set()
    for path in (
        "messages/inbox/ada_1/message_1.json",
        "your_facebook_activity/messages/archived_threads/ada_1/message_2.json",
        "facebook.zip!your_activity_across_facebook/messages/e2ee_cutover/ada_1/message_1.json",
    ):
        keys.add(read(messenger, export(thread({}), path)).rows[0]["conversation_key"])
    keys.add(read(messenger, export(thread({}, thread_path="inbox/ada_1"), "x.json")).rows[0]["conversation_key"])
    assert keys == {"ada_1"}


def test_times_that_cannot_be_are_issues() -> None:
    reading = read(
        messenger,
        export(thread({"timestamp_ms": None}, {"timestamp_ms": -5}, {"content": "hi"}, {"timestamp_ms": 9e20}), PATH),
    )
    assert reading.column("position") == [2]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(0, True), (1, True), (3, True)]


def test_positions_are_indexes_in_the_file() -> None:
    assert read(messenger, export(thread({}, {}, {}), PATH)).column("position") == [0, 1, 2]


@pytest.mark.parametrize(
    "content",
    [
        '{"autofill_information_v2": {"FULL_NAME": ["Ada"]}}',
        '{"secret_conversations": [{"device": {"type": "phone"}, "timestamp": 1600000000}]}',
        '{"participants": ["Ada", "Bo"]}',
        '{"threadName": "Bo_1", "messages": []}',
        '{"messages": [{"media": [], "label": "x", "timestamp": 1600000000}]}',
    ],
)
def test_what_else_lies_beside_the_threads_is_not_claimed(content: str) -> None:
    assert registry.detect(export(content, "your_facebook_activity/messages/secret_conversations.json")) is None


def test_damage_costs_one_message_each() -> None:
    content = thread(*({"content": f"m{n}"} for n in range(8)))
    damaged = content.replace('"m2"', '"m2').replace('"m5", ', "").replace('"content": "m5"', '"content" "m5"')
    reading = read(messenger, export(damaged.replace('"m6"', '"m6" x'), PATH))
    assert {"m0", "m1", "m4", "m7"} <= {*reading.column("text")} <= {f"m{n}" for n in range(8)}
    assert 2 <= len(reading.issues) <= 3
    assert all(issue["is_row"] for issue in reading.issues)
    taken = [*reading.column("position"), *(issue["position"] for issue in reading.issues)]
    assert len(taken) == len({*taken})


def test_control_characters_do_no_harm() -> None:
    content = thread({"content": "one|two"}, {"content": "three"}).replace("|", "\n\t\x01")
    reading = read(messenger, export(content, PATH))
    assert reading.column("text") == ["one\n\t\x01two", "three"]
    assert reading.issues == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(meta_threads())
def test_message_by_message_is_the_same_as_at_once(written: tuple[str, list[dict[str, Any]]]) -> None:
    content, _ = written
    by_itself = read(messenger, export(content[:-1] + ', "x": "\n"}', PATH))
    assert by_itself.rows == read(messenger, export(content, PATH)).rows
    assert by_itself.issues == []


@pytest.mark.parametrize("content", ["[1]", '"x"', "{}", '{"messages": []}', "", "{broken", "\ufeff"])
def test_what_is_no_thread(content: str) -> None:
    assert messenger.sniff(export(content, "message_1.json")) is None
    with pytest.raises(UnreadableError):
        read(messenger, export(content, "message_1.json"))


def test_a_byte_order_mark() -> None:
    assert read(instagram, export("\ufeff" + thread({"content": "hi"}), PATH)).column("text") == ["hi"]
