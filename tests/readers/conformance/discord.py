"""Rows about Discord: whole files, the order of messages, the time in an id."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from chatclone_dagster.readers import discord
from chatclone_dagster.readers.discord import snowflake
from tests.readers.conformance.messages import Row, check_counts, check_message, plain
from tests.readers.reading import Reading, export, on_disk, read


def check(row: Row, fixtures: Path) -> None:
    """What a row holds tells what it is about."""
    if "expect_utc" in row:
        assert snowflake.time_of(row["input"]).replace(microsecond=0) == datetime.fromisoformat(row["expect_utc"])
    elif "ids" in row:
        for step in (1, -1):
            _check_order(row, step)
    else:
        path = fixtures.parent / row["file"] if "file" in row else None
        file = on_disk(path, row["file"]) if path else export(row["input"], row.get("filename", "x.json"))
        sniff = discord.sniff(file)
        assert sniff is not None
        reading = read(discord, file)
        assert [issue for issue in reading.issues if issue["is_row"]] == []
        _check_reading(row, reading)


def _check_reading(row: Row, reading: Reading) -> None:
    """Each message by its id, else the next with its text; those nobody speaks of are the app's or a bot's.

    A message that the file holds twice counts once, as it does later.
    """
    left = list(reading.rows)
    for expect in row.get("expect", []):
        fitting = (item for item in left if "id" not in expect or item["platform_id"] == str(expect["id"]))
        got = next((item for item in fitting if plain(item["text"]) == plain(expect.get("text", item["text"]))), None)
        assert got is not None, f"missing: {expect}"
        check_message(got, expect, row)
        left.remove(got)
    if "expect" in row:
        named = {expect.get("id") for expect in row["expect"]}
        assert [
            item for item in left if item["kind"] not in ("system", "call") and item["platform_id"] not in named
        ] == []
    once = Reading([*{item["platform_id"] or item["position"]: item for item in reading.rows}.values()])
    stated = {row.get("expect_count"), row.get("expect_total")}
    check_counts(reading if stated & {len(reading.rows), len(reading.said)} else once, row)


def _check_order(row: Row, step: int) -> None:
    """Newest or oldest first in the file, the times put the messages in the order of their ids."""
    messages = [
        {"id": key, "type": "Default", "timestamp": None, "content": content, "author": {"id": "1", "name": "Ada"}}
        for key, content in zip(row["ids"], row["contents"], strict=True)
    ]
    content = {"guild": {}, "channel": {"id": "1", "type": "GuildTextChat"}, "messages": messages[::step]}
    rows = read(discord, export(json.dumps(content), "x.json")).rows
    assert [item["platform_id"] for item in rows] == row["ids"][::step]
    rows.sort(key=lambda item: item["sent_local"])
    assert [item["text"] for item in rows] == row["contents"]
