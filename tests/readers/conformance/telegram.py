"""Rows about Telegram: single chats and whole accounts in JSON, pages of chats in HTML."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chatclone_dagster.readers import telegram
from chatclone_dagster.readers.contract import ExportFile, UnreadableError
from tests.readers.conformance.messages import Row, check_counts, check_messages, utc_of
from tests.readers.reading import Reading, export, on_disk, read

_TIMELESS = (
    "a message without a readable time"  # cannot stand in the table; what a row states has to be there all the same
)
_CALLS = ("phone_call", "group_call", "conference_call")


def check(row: Row, fixtures: Path) -> None:
    for file in _files(row, fixtures):
        assert telegram.sniff(file) is not None
        if "expect_error" in row:
            with pytest.raises(UnreadableError):
                read(telegram, file)
            continue
        reading = read(telegram, file)
        assert [issue for issue in reading.issues if issue["reason"] != _TIMELESS] == []
        if "expect_chats" in row:
            assert {item["conversation_name"] for item in reading.rows} == {*row["expect_chats"]}
        check_counts(reading, row)
        _check_messages(reading, row)


def _files(row: Row, fixtures: Path) -> list[ExportFile]:
    if "file" in row:
        return [on_disk(fixtures.parent / row["file"])]
    if "dir" in row:
        return [on_disk(path) for path in sorted((fixtures.parent / row["dir"]).glob("*.[jh]*"))]
    contents = row.get("input_each") or [row["input"]]
    return [export(text, "messages.html" if text.lstrip().startswith("<") else "result.json") for text in contents]


def _check_messages(reading: Reading, row: Row) -> None:
    """A row that counts more messages than it tells of tells of the first ones."""
    expected = row.get("expect", [])
    is_told = any("service" in one or "call" in str(one.get("kind")) for one in expected)
    told = [item for item in reading.rows if item["kind"] not in ("system", "call") or is_told]
    if int(row.get("expect_count") or row.get("expect_total") or 0) > len(expected):
        told = told[: len(expected)]
    if not expected:
        return
    for got, expect in zip(told, expected, strict=True):
        for key, matches in _OURS.items():
            assert key not in expect or matches(got, expect[key]), (key, expect[key], got)
    shared = [_shared(expect) for expect in expected]
    check_messages(Reading(told), {**row, "expect": shared})


def _shared(expect: Row) -> Row:
    """What is left for the checks that all formats share."""
    rest = {key: value for key, value in expect.items() if key not in _OURS}
    return {**rest, "system": True} if expect.get("service", _CALLS[0]) not in _CALLS else rest


def _is_author(got: Row, value: str | int) -> bool:
    """Ids of old exports are numbers; ours say what they are ids of, and are not raised."""
    number = int(re.sub(r"\D", "", str(value)) or 0)
    plain = number & 0xFFFFFFFF if isinstance(value, int) and number >> 32 in (1, 2) else number
    return bool(got["sender_key"] == value or re.fullmatch(rf"[a-z]+{plain}", got["sender_key"]))


def _local(value: str) -> datetime:
    pattern = "%d.%m.%Y %H:%M:%S" + (" UTC%z" if re.search(r"[+-]\d\d:\d\d$", value) else "")
    moment = datetime.strptime(value, pattern)  # noqa: DTZ007 (older pages have no zone)
    return moment.replace(tzinfo=moment.tzinfo or UTC)


_OURS: dict[str, Any] = {
    "author_id": _is_author,
    "parts": lambda got, value: got["text"] == "".join(value),
    "ts_unix": lambda got, value: utc_of(got) == datetime.fromtimestamp(value, UTC),
    "local": lambda got, value: utc_of(got) == _local(value),
    "edited_unix": lambda got, value: got["edited"] is (value > 0),
    "service": lambda got, value: got["kind"] == "call" if value in _CALLS else value in got["text"],
}
