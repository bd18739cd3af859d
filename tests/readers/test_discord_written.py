"""Discord: what is written is read back, field by field, in every format."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import discord
from chatclone_dagster.readers.contract import UnreadableError
from chatclone_dagster.readers.files import json_list
from tests.readers.reading import Reading, export, read
from tests.readers.writing import discord as writing
from tests.readers.writing.discord import CHANNEL, Said

_SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAME = f"Chess Club - Talk - general [{CHANNEL}]"
_WORDLESS = ("sticker", "preview", "forward", "empty")


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few records, so that short files meet what long ones do."""
    monkeypatch.setattr(json_list, "_FIRST_PIECE", 512)
    monkeypatch.setattr(json_list, "PIECE", 1024)


def utc(row: dict[str, Any]) -> datetime:
    assert row["tz_known"]
    moment: datetime = row["sent_local"]
    return moment.replace(tzinfo=UTC)


def same_chat(reading: Reading) -> None:
    assert {(row["conversation_key"], row["conversation_name"]) for row in reading.rows} == {(CHANNEL, "general")}
    assert {row["is_group"] for row in reading.rows} == {True}
    assert reading.issues == []


@_SETTINGS
@given(writing.chats(), st.integers(-12, 14), st.sampled_from((None, 2)), st.booleans())
def test_json(said: list[Said], offset: int, indent: int | None, backwards: bool) -> None:
    said = said[::-1] if backwards else said
    reading = read(discord, export(writing.as_json(said, offset, indent), f"{NAME}.json"))
    same_chat(reading)
    for row, one in zip(reading.rows, said, strict=True):
        assert utc(row) == one.at
        assert (row["kind"], row["text"], row["platform_id"]) == (one.kind, one.text, one.id)
        assert (row["sender_key"], row["sender_name"]) == (
            one.author["id"],
            one.author["nickname"] or one.author["name"],
        )
        assert (row["edited"], row["forwarded"]) == (one.edited, one.meant == "forward")
        assert (row["reply_to"], row["attachments"]) == (one.reply_to, one.files)
        assert sorted((item["emoji"], item["sender"]) for item in row["reactions"]) == sorted(one.reactions)


@_SETTINGS
@given(writing.chats(), st.sampled_from(("\n", "\r\n")), st.booleans())
def test_csv(said: list[Said], newline: str, is_old: bool) -> None:
    reading = read(discord, export(writing.as_csv(said, newline, is_old=is_old), f"{NAME} [part 2].csv"))
    same_chat(reading)
    for row, one in zip(reading.rows, said, strict=True):
        if is_old:
            assert row["sent_local"] == one.at.replace(tzinfo=None, second=0, microsecond=0)
        else:
            assert utc(row) == one.at
        kind = (
            "unavailable"
            if one.meant in _WORDLESS and not one.text
            else "text"
            if one.meant in (*_WORDLESS, "bot")
            else one.kind
        )
        assert (row["kind"], row["text"]) == (kind, one.text)
        assert (row["sender_key"], row["sender_name"]) == (one.author["name" if is_old else "id"], one.author["name"])
        assert row["attachments"] == writing.csv_files(one)
        emoji = [] if is_old else [emoji for emoji, _ in one.reactions]
        assert row["reactions"] == [{"emoji": shown, "sender": ""} for shown in emoji]


@_SETTINGS
@given(
    writing.chats(),
    st.sampled_from(("%m/%d/%Y %I:%M %p", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%d-%b-%y %I:%M %p", "%H:%M %d/%m/%Y")),
    st.sampled_from(("\n", "\r\n")),
)
def test_txt(said: list[Said], date: str, newline: str) -> None:
    reading = read(discord, export(writing.as_txt(said, date, newline), f"{NAME}.txt"))
    reading.issues = [issue for issue in reading.issues if "day and month" not in issue["reason"]]
    same_chat(reading)
    told = reading.facts.get("date_order_confidence", 1.0)
    for row, one in zip(reading.rows, said, strict=True):
        if told == 1.0:
            assert row["sent_local"] == one.at.replace(tzinfo=None, second=0, microsecond=0)
        assert (row["kind"], row["text"]) == ("text" if one.meant == "bot" else one.kind, one.text)
        assert row["sender_name"] == one.author["name"]
        assert (row["attachments"], row["forwarded"]) == (one.files, one.meant == "forward")
        assert [item["emoji"] for item in row["reactions"]] == [emoji for emoji, _ in one.reactions]


@_SETTINGS
@given(writing.chats(), st.booleans(), st.sampled_from(("c", "")))
def test_package(said: list[Said], is_table: bool, prefix: str) -> None:
    user = {"id": "42", "username": "grace", "discriminator": "0", "global_name": "Grace"}
    beside = {
        "channel.json": json.dumps(
            {"id": CHANNEL, "type": "GUILD_TEXT", "name": "general", "guild": {"name": "Chess"}}
        ),
        "../index.json": json.dumps({CHANNEL: "general in Chess"}),
        "../../Konto/user.json": json.dumps(user),
    }
    file = f"Nachrichten/{prefix}{CHANNEL}/messages.{'csv' if is_table else 'json'}"
    reading = read(discord, export(writing.as_package(said, is_table=is_table), file, beside))
    same_chat(reading)
    for row, one in zip(reading.rows, said, strict=True):
        assert utc(row) == (one.at if is_table else one.at.replace(microsecond=0))
        assert (row["sender_key"], row["sender_name"], row["from_owner"]) == ("42", "Grace", True)
        assert (row["platform_id"], row["text"]) == (one.id, one.typed)
        assert row["attachments"] == writing.csv_files(one)
        wordless = "text" if one.typed else "unavailable"
        assert row["kind"] == (one.kind if one.meant in ("media", "voice") else wordless)


@_SETTINGS
@given(writing.chats(), st.integers(0, 5), st.data())
def test_damage_ends_in_rows_issues_or_one_line(said: list[Said], which: int, data: st.DataObject) -> None:
    files = (
        ("x.json", writing.as_json(said, 2, 2)),
        ("x.csv", writing.as_csv(said, "\n", is_old=False)),
        ("x.csv", writing.as_csv(said, "\r\n", is_old=True)),
        ("x.txt", writing.as_txt(said, "%d/%m/%Y %H:%M", "\n")),
        (f"c{CHANNEL}/messages.json", writing.as_package(said, is_table=False)),
        (f"c{CHANNEL}/messages.csv", writing.as_package(said, is_table=True)),
    )
    name, text = files[which]
    content = text.encode()
    at, length = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 60))
    middle = data.draw(st.sampled_from((b"", b'"', b"{", b"]", b"\0", b"\xff", b"9" * 30, b"null", b"\n\n", b"1e999")))
    complaint, rows = "", 0
    try:
        rows = len(read(discord, export(content[:at] + middle + content[at + length :], name)).rows)
    except UnreadableError as error:
        complaint = str(error)
    assert "\n" not in complaint
    assert rows <= 2 * len(said) + 2
