"""DiscordChatExporter's JSON: types, people, replies, forwards, what markdown leaves behind, and times."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from chatclone_dagster.readers import discord
from chatclone_dagster.readers.discord import snowflake
from tests.readers.discord_samples import ADA, BOB, CHANNEL, channel, message
from tests.readers.reading import export, read


def test_exports_with_few_members() -> None:
    """Older versions and other programs leave out what they do not know."""
    said = {
        "id": "1",
        "type": "Default",
        "timestamp": "2024-01-15T10:30:00Z",
        "content": "hi",
        "author": {"name": "ada"},
    }
    file = export(
        json.dumps({"guild": {"id": "1"}, "channel": {"id": "2", "name": "general"}, "messages": [said]}), "x.json"
    )
    assert discord.sniff(file) is not None
    assert [(row["sender_key"], row["text"]) for row in read(discord, file).rows] == [("ada", "hi")]


def one(**given: Any) -> dict[str, Any]:
    reading = channel(message(**given))
    assert reading.issues == []
    return reading.rows[0]


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        ({}, "text", "hi"),
        ({"type": "Reply"}, "text", "hi"),
        ({"type": "19"}, "text", "hi"),
        ({"type": 0}, "text", "hi"),
        ({"type": None}, "text", "hi"),
        ({"type": "Call", "content": "Started a call that lasted 3 minutes."}, "call", ""),
        ({"type": 3, "content": "Started a call that lasted 3 minutes."}, "call", ""),
        ({"type": "GuildMemberJoin", "content": "Joined the server."}, "system", "Joined the server."),
        ({"type": "8", "content": ""}, "system", ""),
        ({"type": "ThreadCreated", "content": "Started a thread."}, "system", "Started a thread."),
        ({"type": "46", "content": ""}, "system", ""),
        ({"author": {**ADA, "isBot": True}}, "system", "hi"),
        ({"type": "20", "author": {**ADA, "isBot": True}}, "system", "hi"),
        ({"content": ""}, "unavailable", ""),
        ({"content": None}, "unavailable", ""),
        ({"attachments": [{"fileName": "a.png"}]}, "media", "hi"),
        ({"attachments": [{"fileName": "voice-message.ogg"}], "content": ""}, "voice", ""),
        ({"attachments": [{"fileName": "song.ogg"}], "content": ""}, "media", ""),
        ({"stickers": [{"name": "Wave"}], "content": ""}, "sticker", ""),
        ({"embeds": [{"url": "https://example.org"}], "content": ""}, "media", ""),
        ({"embeds": [{"url": "https://example.org"}], "content": "https://example.org"}, "text", "https://example.org"),
    ],
)
def test_kinds(given: dict[str, Any], kind: str, text: str) -> None:
    row = one(**given)
    assert (row["kind"], row["text"]) == (kind, text)
    assert row["sender_key"] == ADA["id"]


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        (
            {"attachments": [{"url": "Files/a-1.png", "fileName": "a.png"}, {"fileName": "b.txt"}]},
            ["Files/a-1.png", "b.txt"],
        ),
        ({"stickers": [{"name": "Wave", "sourceUrl": "https://cdn/1.json"}]}, ["https://cdn/1.json"]),
        ({"embeds": [{"url": None, "image": {"url": "https://i/1.png"}}], "content": ""}, ["https://i/1.png"]),
        ({"embeds": [{"url": "https://example.org"}]}, []),
        ({"forwardedMessage": {"content": "theirs", "attachments": [{"url": "u"}]}, "content": ""}, ["u"]),
    ],
)
def test_files(given: dict[str, Any], paths: list[str]) -> None:
    assert one(**given)["attachments"] == paths


def test_what_is_forwarded_is_not_own_text() -> None:
    reference = {"type": "Forward", "messageId": "5", "channelId": "6"}
    row = one(content="", reference=reference, forwardedMessage={"content": "theirs"})
    assert (row["forwarded"], row["text"], row["kind"], row["reply_to"]) == (True, "", "media", None)


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ({"type": "Reply", "reference": {"messageId": "5", "channelId": CHANNEL["id"]}}, "5"),
        ({"reference": {"messageId": "5"}}, "5"),
        ({"reference": {"messageId": None}}, None),
        ({"reference": {"messageId": "5", "channelId": "other"}}, None),
        ({"type": "ChannelPinnedMessage", "reference": {"messageId": "5"}}, None),
        ({"reference": None}, None),
    ],
)
def test_replies(given: dict[str, Any], target: str | None) -> None:
    assert one(**given)["reply_to"] == target


def test_reactions_with_and_without_names() -> None:
    reactions = [
        {"emoji": {"id": "", "name": "❤", "code": "heart"}, "count": 3, "users": [BOB, ADA]},
        {"emoji": {"id": "5", "name": "paul"}, "count": 2},
        {"emoji": {"name": "x"}, "count": 10**12},
    ]
    found = [(item["emoji"], item["sender"]) for item in one(reactions=reactions)["reactions"]]
    assert found[:5] == [("❤", "bob"), ("❤", "Ada"), ("❤", ""), (":paul:", ""), (":paul:", "")]
    assert len(found) == 105


def test_one_person_under_changing_names() -> None:
    reading = channel(message(), message(author={**ADA, "nickname": "Queen"}), message(author=BOB))
    assert reading.column("sender_key") == [ADA["id"], ADA["id"], BOB["id"]]
    assert reading.column("sender_name") == ["Ada", "Queen", "bob"]


def test_mentions_of_an_export_without_markdown() -> None:
    roles = [{"id": "77", "name": "Mods"}]
    reading = channel(
        message(author={**BOB, "roles": roles}, content="<a:wave:1><:_x:2> </roll:3> <t:5:R> <b>"),
        message(content=f"<@{BOB['id']}> <@!9> <@8> <@&77> <#{CHANNEL['id']}>", mentions=[{"id": "9", "name": "cy"}]),
    )
    assert reading.column("text") == [":wave::_x: /roll <t:5:R> <b>", "@bob @cy <@8> @Mods #general"]


@pytest.mark.parametrize(
    ("kind", "is_group"),
    [("DirectTextChat", False), ("DirectGroupTextChat", True), ("GuildPublicThread", True), ("11", True)],
)
def test_kinds_of_chats(kind: str, is_group: bool) -> None:
    assert channel(message(), channel={**CHANNEL, "type": kind}).rows[0]["is_group"] is is_group


@pytest.mark.parametrize(
    "name",
    [
        "Chess Club - Talk - general [812345678901234567].json",
        "Chess Club - Talk - general [812345678901234567] [part 2].json",
        "Chess Club - Talk - general [812345678901234567] (after 2024-01-01) [part 12].json",
        "general [812345678901234567] (2024-01-01 to 2024-02-01) (1).json",
        "812345678901234567.json",
    ],
)
def test_the_name_of_a_file_knows_the_channel(name: str) -> None:
    row = channel(message(), channel={}, name=name).rows[0]
    assert row["conversation_key"] == CHANNEL["id"]
    assert row["conversation_name"] in ("general", CHANNEL["id"])


@pytest.mark.parametrize(
    ("id_", "written", "sent", "known", "doubts"),
    [
        ("1", "2024-01-15T10:30:00.123+05:30", datetime(2024, 1, 15, 5, 0, 0, 123000), True, 0),  # noqa: DTZ001
        ("1", "2024-01-15T10:30:00Z", datetime(2024, 1, 15, 10, 30), True, 0),  # noqa: DTZ001
        ("1", "2024-01-15T10:30:00", datetime(2024, 1, 15, 10, 30), False, 0),  # noqa: DTZ001
        ("897870239797215243", "2021-10-13T18:35:46", datetime(2021, 10, 13, 15, 35, 46, 790000), True, 0),  # noqa: DTZ001
        ("897870239797215243", "soon", datetime(2021, 10, 13, 15, 35, 46, 790000), True, 1),  # noqa: DTZ001
        ("897870239797215243", "2021-10-13T18:35:46Z", datetime(2021, 10, 13, 18, 35, 46), True, 1),  # noqa: DTZ001
    ],
)
def test_times_and_ids(id_: str, written: str, sent: datetime, known: bool, doubts: int) -> None:
    reading = channel(message(id=id_, timestamp=written))
    row = reading.rows[0]
    assert (abs((row["sent_local"] - sent).total_seconds()) < 0.001, row["tz_known"]) == (True, known)
    assert [issue["is_row"] for issue in reading.issues] == [False] * doubts


def test_an_id_holds_a_time() -> None:
    assert snowflake.moment_of("0") is None
    assert snowflake.moment_of("9" * 30) is None
    assert snowflake.moment_of("١٧") is None
