"""DiscordChatExporter's JSON where it is broken, wrong, short of something, or none at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chatclone_dagster.readers import discord, registry
from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.discord_samples import CHANNEL, channel, message
from tests.readers.reading import export, read


def test_what_is_no_message_is_an_issue_each() -> None:
    odd: list[Any] = [None, 5, "x", [], {}, message(timestamp="2024-02-30T00:00:00Z"), message(timestamp=5e300)]
    odd += [message(timestamp="99999-01-01T00:00:00Z"), message(timestamp="0000-01-01T00:00:00Z")]
    reading = channel(message(), *odd, message())
    assert reading.column("position") == [0, 10]
    assert [issue["position"] for issue in reading.issues if issue["is_row"]] == [*range(1, 10)]


def test_wrong_types_are_met() -> None:
    wrong: list[Any] = [None, True, 5, 1.5, "x", [], [1, None], {}, {"id": 7, "name": 8, "url": 9, "emoji": []}]
    keys = (
        "id",
        "type",
        "content",
        "author",
        "attachments",
        "stickers",
        "embeds",
        "reactions",
        "mentions",
        "reference",
    )
    odd = [message(content="<@5>", **{key: value}) for key in keys if key != "content" for value in wrong]
    odd += [message(**{key: value}) for key in ("content", "forwardedMessage", "timestampEdited") for value in wrong]
    odd += [
        message(**{key: [value]})
        for key in ("attachments", "stickers", "embeds", "reactions", "mentions")
        for value in wrong
    ]
    reading = channel(*odd)
    assert len(reading.rows) == len(odd)
    for members in ({"channel": 5, "guild": []}, {"channel": {"id": [], "type": {}, "name": 7}}):
        assert channel(message(), **members).rows[0]["conversation_key"] == (
            "Chess Club / x" if members["channel"] != 5 else "x"
        )


def test_a_count_that_does_not_fit_and_an_exporter_that_saw_nothing() -> None:
    content = {"guild": {}, "channel": CHANNEL, "messages": [message()], "messageCount": 3}
    assert read(discord, export(json.dumps(content))).reasons == ["the file says that it holds 3 messages, and holds 1"]
    reasons = channel(*[message(content="")] * 20, message()).reasons
    assert ["Message Content intent" in reason for reason in reasons] == [True]


def test_a_file_that_breaks_off_keeps_what_is_whole() -> None:
    text = json.dumps({"guild": {}, "channel": CHANNEL, "messages": [message()] * 5})[:-40]
    reading = read(discord, export(text, "x.json"))
    assert len(reading.rows) == 4
    assert [issue["is_row"] for issue in reading.issues] == [True]


def test_what_is_not_discord_is_left_alone() -> None:
    for content in ('{"messages": []}', '{"guild": 1, "channel": 2, "messages": 3}', "[1]", "a,b\n", "<html>", ""):
        file = export(content, "x.json")
        assert discord.sniff(file) is None
        with pytest.raises(UnreadableError):
            read(discord, file)


def test_claims() -> None:
    content = json.dumps({"guild": {}, "channel": CHANNEL, "messages": []})
    found = registry.detect(export(content, "x.json"))
    assert found is not None
    assert (found[0], found[1].variant) == (discord, "json")
