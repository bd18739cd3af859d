"""Rows about Google Chat: times as Takeout writes them, and whose account it is."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from chatclone_dagster.readers import google_chat
from tests.readers.conformance.messages import Row, check_counts, check_messages, utc_of
from tests.readers.reading import Reading, export, read

_AT = "Friday, May 29, 2026 at 3:00:29 AM UTC"


def check(row: Row, _: Path) -> None:
    """Each is one message, or several, put into a chat of its own."""
    if "expect_utc" in row:
        given = row["input"] if isinstance(row["input"], dict) else {"created_date": row["input"]}
        _check_time(_read([{"creator": {"email": "a@example.com"}, "text": "hi", **given}]), row["expect_utc"])
    elif "expect_owner_id" in row:
        messages = [{"creator": {"email": email}, "created_date": _AT, "text": "hi"} for email in row["members"]]
        reading = _read(messages, row["user_info_email"])
        assert {item["sender_key"] for item in reading.rows if item["from_owner"]} == {row["expect_owner_id"]}
    else:
        reading = _read(json.loads(row["input"])["messages"], row.get("user_info_email"))
        check_messages(reading, row)
        check_counts(reading, row)


def _read(messages: list[dict[str, Any]], owner: str | None = None) -> Reading:
    beside = {"../../Users/User 1/user_info.json": json.dumps({"user": {"email": owner}})} if owner else {}
    return read(google_chat, export(json.dumps({"messages": messages}), "Groups/DM a/messages.json", beside))


def _check_time(reading: Reading, expected: str | None) -> None:
    """A time that cannot be is an issue, no row."""
    if expected is None:
        assert (len(reading.rows), [issue["is_row"] for issue in reading.issues]) == (0, [True])
    else:
        assert [utc_of(item) for item in reading.rows] == [datetime.fromisoformat(expected)]
        assert reading.rows[0]["tz_known"]
