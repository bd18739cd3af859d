"""Chats written as Telegram Desktop writes them, in JSON and in HTML, are read back as they were meant."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import telegram
from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.reading import Reading, export, read
from tests.readers.writing.telegram import Chat, Meant, chats, json_account, json_chat, serialized
from tests.readers.writing.telegram_html import pages

_SLOW = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def check_said(row: dict[str, Any], meant: Meant, chat: Chat) -> None:
    """Whatever both variants tell."""
    assert (row["kind"], row["platform_id"]) == (meant.kind, str(meant.number))
    if meant.what == "event":
        assert (row["sender_key"], row["from_owner"]) == (None, None)
        assert chat.people[meant.sender] in row["text"]
        assert "Chess" in row["text"]
        return
    assert (row["sender_name"], row["text"]) == (chat.people[meant.sender], meant.text)
    assert (row["sent_local"], row["tz_known"]) == (utc(meant.at), True)
    assert row["reply_to"] == (str(meant.reply_to) if meant.reply_to else None)
    assert row["forwarded"] is meant.forwarded
    reactions = [(reaction["emoji"], reaction["sender"]) for reaction in row["reactions"]]
    assert reactions == [(emoji, chat.people[who]) for emoji, who in meant.reactions]
    if meant.what != "location":
        assert row["attachments"] == ([meant.path] if meant.path else [])


def check_json(reading: Reading, all_chats: list[Chat]) -> None:
    assert reading.issues == []
    said = [(chat, meant) for chat in all_chats for meant in chat.messages]
    assert reading.column("position") == list(range(len(said)))
    for row, (chat, meant) in zip(reading.rows, said, strict=True):
        check_said(row, meant, chat)
        assert row["conversation_key"].endswith(str(chat.number))
        assert (row["conversation_name"], row["is_group"]) == (chat.name, chat.type != "personal_chat")
        assert row["edited"] is meant.edited
        if meant.what != "event":
            assert (row["sender_key"], row["sent_local"]) == (f"user{meant.sender}", utc(meant.at))


@_SLOW
@given(chats(control=True), st.sampled_from((None, 1)))
def test_one_chat_in_json(chat: Chat, indent: int | None) -> None:
    file = export(serialized(json_chat(chat), indent=indent), "result.json")
    reading = read(telegram, file)
    check_json(reading, [chat])
    assert telegram.sniff(file) is not None
    owner, other = list(chat.people)[:2]
    pair = {meant.sender for meant in chat.messages} == {owner, other} and chat.type == "personal_chat"
    for row, meant in zip(reading.rows, chat.messages, strict=True):
        if chat.type != "personal_chat" or meant.what == "event":
            assert row["from_owner"] is None
        elif pair or meant.sender == other:
            assert row["from_owner"] is (meant.sender == owner)


@_SLOW
@given(st.lists(chats(), min_size=2, max_size=3))
def test_a_whole_account_in_json(all_chats: list[Chat]) -> None:
    owner = next(iter(all_chats[0].people))
    reading = read(telegram, export(serialized(json_account(all_chats, owner), indent=1), "result.json"))
    check_json(reading, all_chats)
    for row in reading.rows:
        assert row["from_owner"] is (None if row["sender_key"] is None else row["sender_key"] == f"user{owner}")


@_SLOW
@given(chats(), st.integers(1, 12), st.booleans(), st.booleans())
def test_pages(chat: Chat, size: int, zoned: bool, joins_pages: bool) -> None:
    names = [f"messages{n + 1 if n else ''}.html" for n in range(-(-len(chat.messages) // size))]
    beside = dict(zip(names, pages(chat, size, zoned=zoned, joins_pages=joins_pages), strict=True))
    read_pages = [read(telegram, export(content, name, beside)) for name, content in beside.items()]
    assert [issue for reading in read_pages for issue in reading.issues] == []
    rows = [row for reading in read_pages for row in reading.rows]
    for row, meant in zip(rows, chat.messages, strict=True):
        clock = chat.clock(meant.at).replace(tzinfo=None)
        if zoned or meant.what == "event":
            check_said(row, meant, chat)
        else:
            check_said({**row, "sent_local": utc(meant.at), "tz_known": True}, meant, chat)
            assert (row["sent_local"], row["tz_known"]) == (clock, False)
        assert (row["conversation_key"], row["conversation_name"], row["is_group"]) == (chat.name, chat.name, None)
        assert row["sender_key"] == row["sender_name"]
        out = meant.sender == next(iter(chat.people))
        assert row["from_owner"] is (out if meant.what == "call" else None)
    for reading in read_pages:
        same_clock = [row["sent_local"] for row in reading.rows if row["tz_known"] is zoned]
        assert same_clock == sorted(same_clock)


@_SLOW
@given(chats(control=True), st.binary(max_size=40), st.integers(0, 100))
def test_damage_ends_in_rows_and_issues(chat: Chat, noise: bytes, percent: int) -> None:
    for content in (serialized(json_chat(chat), indent=1), pages(chat, 99)[0]):
        data = content.encode()
        place = len(data) * percent // 100
        file = export(data[:place] + noise + data[place + len(noise) :], "result.json")
        telegram.sniff(file)
        try:
            reading = read(telegram, file)
        except UnreadableError as error:
            reasons = [str(error)]
        else:
            assert len(reading.rows) <= len(chat.messages) + 1
            reasons = reading.reasons
        assert not any("\n" in reason for reason in reasons)


def test_the_writer_writes_what_the_app_writes() -> None:
    assert serialized({"a": "\x1f\\u001f\n"}, indent=None) == r'{"a": "\x1F\\u001f\n"}'
    assert json.loads(serialized({"a": "b\\x41"}, indent=1)) == {"a": "b\\x41"}
