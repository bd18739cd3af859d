"""Rows about Slack: whole exports, as folders and as archives."""

from __future__ import annotations

import json
from pathlib import Path

from chatclone_dagster.readers import slack
from chatclone_dagster.readers.contract import COMPANION, ExportFile
from chatclone_dagster.readers.files import archive
from tests.readers.conformance.messages import Row, check_counts, check_messages
from tests.readers.reading import Reading, export, read


def check(row: Row, fixtures: Path) -> None:
    """Every record is a row, every answer answers a message that is there, and what else the row states."""
    if "input" in row:
        files = [export(row["input"], row.get("filename", "general/2024-01-01.json"))]
    else:
        path = fixtures.parent / (row.get("file") or row["dir"])
        files = [file for file in archive.files(path, path.parent) if isinstance(file, ExportFile)]
    claims = [(file, sniff) for file in files if (sniff := slack.sniff(file))]
    chats = [file for file, sniff in claims if sniff.variant != COMPANION]
    reading = Reading()
    for file in chats:
        found = read(slack, file)
        assert found.issues == []
        assert len(found.rows) == _records(file)
        reading.rows += found.rows
    assert reading.rows
    if len(chats) > 1:  # one day alone may answer what was said on another
        ids = {(item["conversation_key"], item["platform_id"]) for item in reading.rows}
        assert {(item["conversation_key"], item["reply_to"]) for item in reading.rows if item["reply_to"]} <= ids
    reading.rows.sort(key=lambda item: item["sent_local"])
    if "expect_channels" in row:
        assert {item["conversation_name"] for item in reading.rows} == {*row["expect_channels"]}
    if "expect" in row:
        check_messages(reading, row)
    check_counts(reading, row)


def _records(file: ExportFile) -> int:
    """How many messages stand in a file, replies inside messages included."""
    with file.open() as stream:
        loaded = json.load(stream)
    messages = loaded if isinstance(loaded, list) else loaded["messages"]
    return sum(1 + len(message.get("slackdump_thread_replies") or []) for message in messages)
