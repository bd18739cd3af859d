"""Signal: the app's own export, and those of sigexport and sigtop, each written and read back; which files are claimed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import signal
from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.reading import export, read
from tests.readers.signals import chat
from tests.readers.writing.signal import OWNER, Message, chats, data_json, markdown
from tests.readers.writing.signal_official import official
from tests.readers.writing.sigtop import phone, sigtop_json, sigtop_text

_settings = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def check(row: dict[str, Any], message: Message, names: dict[str, str] | None = None, **but: Any) -> None:
    """What every form keeps of a message; `names` of people as the form gives them."""
    name = (names or {}).get(message.sender, message.sender)
    wanted = {
        "kind": message.kind,
        "sender_name": name,
        "from_owner": message.sender == OWNER,
        "text": message.text,
        "reactions": [{"emoji": emoji, "sender": (names or {}).get(who, who)} for emoji, who in message.reactions],
    } | but
    assert {key: row[key] for key in wanted} == wanted


def paths(message: Message) -> list[str]:
    return [f"media/{name}" for name in message.files]


@_settings
@given(chats(), st.booleans())
def test_markdown_is_read_back(messages: list[Message], old: bool) -> None:
    reading = chat(markdown(messages, old=old), "export/Chess/chat.md")
    assert reading.issues == []
    assert len(reading.rows) == len(messages)
    for row, message in zip(reading.rows, messages, strict=True):
        answered = message.answers.text if message.answers else None
        check(row, message, attachments=paths(message), reply_to=answered, edited=False, from_owner=row["from_owner"])
        assert row["from_owner"] is ((message.sender == OWNER) if OWNER in {one.sender for one in messages} else None)
        assert row["sent_local"] == message.at.replace(microsecond=0, second=0 if old else message.at.second)
        assert row["conversation_key"] == "Chess"


@_settings
@given(chats())
def test_data_json_is_read_back(messages: list[Message]) -> None:
    assume(OWNER in {message.sender for message in messages})
    reading = chat(data_json(messages), "export/Chess/data.json")
    assert reading.issues == []
    for row, message in zip(reading.rows, messages, strict=True):
        answered = message.answers.text if message.answers else None
        check(row, message, attachments=paths(message), reply_to=answered, edited=bool(message.versions))
        assert (row["sent_local"], row["tz_known"]) == (message.at, False)


@_settings
@given(chats())
def test_sigtops_text_is_read_back(messages: list[Message]) -> None:
    reading = chat(sigtop_text(messages), "Chess (group).txt")
    assert reading.issues == []
    assert len(reading.rows) == len(messages)
    for row, message in zip(reading.rows, messages, strict=True):
        assert row["sent_local"] == message.at.replace(microsecond=0)
        if message.kind == "call":
            assert (row["kind"], row["sender_key"]) == ("call", None)
            continue
        kind = "unavailable" if message.kind in ("sticker", "deleted") else message.kind
        reactions = [{"emoji": emoji, "sender": "Aya"} for emoji, _ in message.reactions]
        files = message.files if message.kind == "media" else []
        answered = message.answers.text if message.answers else None
        check(
            row,
            message,
            {OWNER: "You"},
            kind=kind,
            reactions=reactions,
            attachments=files,
            reply_to=answered,
            edited=bool(message.versions),
        )
        assert row["sender_key"] == ("You" if message.sender == OWNER else phone(message.sender))
        assert (row["conversation_name"], row["is_group"]) == ("Chess", True)


@_settings
@given(chats())
def test_sigtops_json_is_read_back(messages: list[Message]) -> None:
    reading = chat(sigtop_json(messages), "Chess (group).json")
    assert reading.issues == []
    ids = {message.at: row["platform_id"] for message, row in zip(messages, reading.rows, strict=True)}
    for row, message in zip(reading.rows, messages, strict=True):
        assert (row["sent_local"], row["tz_known"]) == (message.at, True)
        assert row["conversation_key"] == "c0ffee"
        if message.kind == "call":
            assert (row["kind"], row["sender_key"]) == ("call", None)
            continue
        files = ["ab/cd"] if message.kind == "voice" else message.files
        names = {OWNER: f"id {OWNER}"} | {name: f"id {name}" for name in ("Aya", "Jim", "ZoëMüller")}
        answered = message.answers and ids[message.answers.at]
        check(
            row,
            message,
            names,
            sender_name=row["sender_key"],
            attachments=files,
            reply_to=answered,
            edited=bool(message.versions),
        )
        assert (row["sender_key"] == OWNER) is (message.sender == OWNER)


@_settings
@given(chats(), st.booleans())
def test_the_official_export_is_read_back(messages: list[Message], last_first: bool) -> None:
    reading = chat(official(messages, last_first=last_first), "main.jsonl")
    assert reading.issues == []
    ids = {message.at: row["platform_id"] for message, row in zip(messages, reading.rows, strict=True)}
    assert len({*ids.values()}) == len(messages)
    for row, message in zip(reading.rows, messages, strict=True):
        files = [] if message.kind == "voice" else message.files
        answered = message.answers and ids[message.answers.at]
        check(row, message, {OWNER: "Ada L"}, attachments=files, reply_to=answered, edited=bool(message.versions))
        assert (row["sent_local"], row["tz_known"]) == (message.at, True)
        assert (row["conversation_name"], row["is_group"]) == ("Chess", True)
        assert "c2VjcmV0" not in row["conversation_key"]


STAMP = "[2024-05-29 15:04:05]"


@pytest.mark.parametrize(
    ("name", "content", "variant"),
    [
        ("chat.txt", "[2019-12-24, 12:23] Aya: hi\n", "sigexport md"),
        ("chat.txt", f"{STAMP} Me: hi\n", "sigexport md"),
        ("chat.txt", f"{STAMP} Aya: hi\n", None),
        ("chat.txt", "[2019-12-24 12:23] Aya: hi\n", None),
        ("chat.txt", f"{STAMP} Me: \u200eimage omitted\n", None),
        ("chat.md", f"# Notes\n{STAMP} Aya: hi\n", None),
        ("chat.txt", "[29.05.24, 15:04:05] Aya: hi\n", None),
        ("x.jsonl", '{"sent_at": 1, "sender": "Ada", "text": "hi"}\n', None),
        ("x.json", '[{"type": "message", "user": "U1", "text": "hi", "ts": "1700000000.000100"}]', None),
        ("x.txt", "2016-04-29 10:30 - Ada: hi\n", None),
        ("x.txt", "2016-04-29 10:30 Ada: hi\n", None),
        ("x.txt", "2016-04-29 10:30 You: hi\n", "sigtop text-short"),
    ],
)
def test_what_is_claimed(name: str, content: str, variant: str | None) -> None:
    sniff = signal.sniff(export(content, name))
    assert (sniff.variant if sniff else None) == variant


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (markdown, "Chess/chat.md"),
        (data_json, "Chess/data.json"),
        (sigtop_text, "Chess (group).txt"),
        (sigtop_json, "Chess (group).json"),
        (official, "main.jsonl"),
    ],
)
def test_a_file_that_breaks_off_keeps_what_is_whole(write: Callable[[list[Message]], str], name: str) -> None:
    at = datetime(2024, 5, 29, 15, 4, 5)  # noqa: DTZ001
    messages = [
        Message(at + timedelta(hours=n), OWNER if n % 2 else "Aya", text=f"text {n}\nof two lines") for n in range(6)
    ]
    content = write(messages).encode()
    whole = len(read(signal, export(content, name)).rows)
    assert whole == len(messages)
    for cut in range(1, len(content), 37):
        try:
            reading = read(signal, export(content[:-cut], name))
        except UnreadableError:
            continue
        assert whole - cut // 50 - 2 <= len(reading.rows) <= whole
