"""Chats and people of Telegram's `result.json`, and files that are damaged, old or another app's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chatclone_dagster.readers import registry, telegram
from chatclone_dagster.readers.contract import UnreadableError
from chatclone_dagster.readers.telegram.json_chats import mend
from tests.readers.conformance.vectors import FIXTURES
from tests.readers.reading import export, on_disk, read
from tests.readers.telegram_samples import chat, reading_of

FIXTURE_FILES = sorted(
    path
    for path in FIXTURES.rglob("*")
    if {"telegram", "telegram.json", "telegram_chat_json", "telegram_chat_html"} & {*path.parts}
    or path.name.startswith(("telegram_simple", "telegram_complex"))
)


def people(value: Any) -> list[tuple[str | None, str | None, bool | None]]:
    return [(row["sender_key"], row["sender_name"], row["from_owner"]) for row in reading_of(value).rows]


def test_the_owner_of_a_chat_of_two_is_the_other_one() -> None:
    both = chat({}, {"from": "Me", "from_id": "user9"}, {})
    assert people(both) == [("user7", "Ada", False), ("user9", "Me", True), ("user7", "Ada", False)]
    assert people(chat({}, {})) == [("user7", "Ada", False)] * 2
    assert people(chat({"from": "Me", "from_id": "user9"})) == [("user9", "Me", None)]
    assert [owner for _, _, owner in people(chat({}, {"from_id": "user8"}, {"from_id": "user9"}))] == [
        False,
        None,
        None,
    ]
    assert {owner for _, _, owner in people(chat({}, {"from_id": "user9"}, type="private_group"))} == {None}


def test_the_owner_of_saved_messages_is_who_they_are_saved_by() -> None:
    value = {**chat({}, {"forwarded_from": "Eve", "saved_from": "Eve"}, type="saved_messages")}
    del value["name"]
    assert people(value) == [("user7", "Ada", True)] * 2
    assert reading_of(value).column("forwarded") == [False, True]
    assert {row["conversation_name"] for row in reading_of(value).rows} == {"Saved Messages"}


def test_a_whole_account_names_its_owner() -> None:
    account = {
        "about": "",
        "personal_information": {"user_id": 9, "first_name": "Me"},
        "chats": {"list": [chat({}, {"from_id": "user9"}), chat({}, type="private_supergroup", id=7, name="Club")]},
        "left_chats": {"list": [chat({"from_id": "user9"}, type="public_channel", id=8, name=None)]},
    }
    assert [owner for _, _, owner in people(account)] == [False, True, False, True]
    chats = [(row["conversation_key"], row["conversation_name"], row["is_group"]) for row in reading_of(account).rows]
    assert chats == [
        ("user7", "Ada", False),
        ("user7", "Ada", False),
        ("channel7", "Club", True),
        ("channel8", "Deleted Channel", True),
    ]


def test_old_and_new_exports_name_the_same_people() -> None:
    new = people(chat({}, {"from": "Me", "from_id": "user9"}))
    plain = people(chat({"from_id": 7}, {"from": "Me", "from_id": 9}))
    raised = chat({"from_id": (1 << 32) + 7}, {"from": "Me", "from_id": (1 << 32) + 9}, id=(1 << 32) + 7)
    assert new == plain == people(raised)
    assert {row["conversation_key"] for row in reading_of(raised).rows} == {"user7"}
    long = chat({"from_id": f"user{(1 << 32) + 7}"}, id=(1 << 32) + 7)
    assert {row["conversation_key"] for row in reading_of(long).rows} == {f"user{(1 << 32) + 7}"}


def test_deleted_accounts_posts_and_people_without_ids() -> None:
    assert people(chat({"from": None, "from_id": "user5"})) == [("user5", None, None)]
    assert people(chat({"from_id": None})) == [("Ada", "Ada", None)]
    assert people(chat({"from": None, "from_id": None}, type="private_channel")) == [("channel7", "Ada", None)]
    assert people(chat({"from": 5, "from_id": [1]})) == [(None, None, None)]


def test_control_characters_are_mended() -> None:
    assert mend(rb'"\x1F\\x1F\\\x0a\n\u00e9"') == rb'"\u001F\\x1F\\\u000a\n\u00e9"'
    assert mend(b"\\" * 200_000 + b"x4") == b"\\" * 200_000 + b"x4"
    content = (
        json.dumps(chat({"text": "A"}, {"text": "b"}, name="N"))
        .replace('"A"', r'"\x02\\x41"')
        .replace('"N"', r'"\x01"')
    )
    reading = read(telegram, export(content, "result.json"))
    assert (reading.column("text"), reading.issues) == (["\x02\\x41", "b"], [])


def test_a_file_that_breaks_off_keeps_what_is_before() -> None:
    content = json.dumps(chat(*[{"text": "a"}] * 5))
    reading = read(telegram, export(content[: content.rindex('"a"')], "result.json"))
    assert reading.column("text") == ["a"] * 4
    assert len(reading.issues) == 1


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        '{"messages": 5}',
        '{"about": "", "left_chats": {"list": []}}',
        '{"type": "personal_chat", "messages": "x"}',
    ],
)
def test_what_holds_no_messages(content: str) -> None:
    with pytest.raises(UnreadableError):
        read(telegram, export(content, "result.json"))


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "C:\\x"])
def test_a_path_that_leads_out_is_left_out_and_reported(path: str) -> None:
    reading = reading_of(chat({"photo": path}))
    assert (reading.rows[0]["attachments"], len(reading.issues)) == ([], 1)


@pytest.mark.parametrize(
    "head",
    [
        '{"about": "x", "personal_information": {"user_id": 5, "first_name": "A"},',
        '{"about": "x", "contacts": {"list": []}, "frequent_contacts": {"list": [',
        '{"about": "x", "chats": {"about": "y", "list": [',
        '{"type": "bot_chat", "id": 5, "messages": [',
    ],
)
def test_accounts_are_known_by_their_beginning(head: str) -> None:
    found = registry.detect(export(head + " " * 100_000, "x.json"))
    assert found is not None
    assert found[0] is telegram


@pytest.mark.parametrize(
    "content",
    [
        '{"messages": [{"type": "message", "user": "U1", "text": "a", "ts": "1"}]}',
        '{"personal_information": {"name": "x"}}',
        '[{"type": "message", "date_unixtime": "1"}]',
        '{"guild": {}, "messages": [{"id": "1", "type": "Default", "timestamp": "2020"}]}',
    ],
)
def test_json_of_other_apps(content: str) -> None:
    assert telegram.sniff(export(content, "result.json")) is None


@pytest.mark.skipif(not FIXTURE_FILES, reason="no fixtures beside the checkout")
def test_every_fixture_is_read_whole() -> None:
    files = [on_disk(path) for path in FIXTURE_FILES if path.is_file() and path.name != "target.json"]
    readings = [read(telegram, file) for file in files if telegram.sniff(file)]
    assert [len(reading.rows) for reading in readings] == [5, 4, 2, 2, 4, 4, 3]
    assert [issue for reading in readings for issue in reading.issues] == []
    assert len(readings) == len(files)
