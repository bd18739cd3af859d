"""Rows about Messenger and Instagram: texts to mend, threads in a folder, single messages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chatclone_dagster.readers import instagram, messenger
from chatclone_dagster.readers.contract import COMPANION, ExportFile, UnreadableError
from chatclone_dagster.readers.meta.mojibake import repair
from tests.readers.conformance.messages import Row, check_counts, check_message, check_messages
from tests.readers.reading import Reading, export, on_disk, read


def read_meta(file: ExportFile) -> Reading | None:
    """What the surer of the two readers makes of a file; None for a page whose messages lie beside it in JSON."""
    sniffs = {reader: reader.sniff(file) for reader in (messenger, instagram)}
    best = max((reader for reader, sniff in sniffs.items() if sniff), key=lambda reader: sniffs[reader].confidence)
    return None if sniffs[best].variant == COMPANION else read(best, file)


def threads_of(folder: Path) -> dict[str, Reading | UnreadableError]:
    """Every thread below a folder; the parts of a thread joined, oldest part first, and sorted by time."""
    found: dict[str, Reading | UnreadableError] = {}
    files = [path for path in folder.rglob("*") if path.suffix in (".json", ".html")]
    for path in sorted(files, key=lambda path: (path.parent, -int((re.findall(r"\d+", path.stem) or [0])[-1]))):
        thread = "/".join(path.parts[-3:-1]) if path.stem.startswith("message_") else path.stem
        try:
            reading = read_meta(on_disk(path, str(path.relative_to(folder)), root=folder))
        except (UnreadableError, ValueError) as error:
            found[thread] = error if isinstance(error, UnreadableError) else UnreadableError(str(error))
            continue
        if reading is None:
            continue
        reading.rows.reverse()
        before = found.setdefault(thread, Reading())
        assert isinstance(before, Reading)
        before.rows = sorted([*before.rows, *reading.rows], key=lambda item: item["sent_local"])
        before.issues += reading.issues
        before.facts |= reading.facts
    return found


def check(row: Row, fixtures: Path) -> None:
    """A row of either format; what it holds tells what it is about."""
    if row.get("kind") == "decode":
        assert repair(row["input"]) == row["expect"]
    elif "content" in row or "messages" in row:
        _check_message(row)
    elif "input" in row:
        _check_shape(row)
    elif "file" in row:
        reading = read_meta(on_disk(fixtures.parent / row["file"], row["file"]))
        assert reading is not None
        _check_reading(row, reading)
    else:
        _check_folder(row, fixtures.parent / row["dir"])


def _check_shape(row: Row) -> None:
    """A whole thread, what is none or only half of one, and a path that leads out of the export."""
    file = export(row["input"], "messages/inbox/a_1/message_1.json")
    if not isinstance(row.get("expect"), str):
        reading = read_meta(file)
        assert reading is not None
        _check_reading(row, reading)
    elif row["expect"] == "not_a_thread":
        assert not any(reader.sniff(file) for reader in (messenger, instagram))
        with pytest.raises(UnreadableError):
            read(messenger, file)
    elif row["expect"] == "corrupt":
        try:
            assert read(messenger, file).rows  # what is there of it counts
        except UnreadableError:
            return
    else:
        assert "must not resolve outside" in row["expect"]
        assert read(messenger, file).rows[0]["attachments"] == []


def _check_folder(row: Row, folder: Path) -> None:
    threads = threads_of(folder)
    if row.get("expect_format") == "both":
        _check_formats(threads, folder)
    elif "expect_format" in row:
        variants = {reading.facts["variant"] for reading in threads.values() if isinstance(reading, Reading)}
        assert variants == {row["expect_format"]}
    elif "expect_threads" in row:
        assert sorted(threads) == sorted(row["expect_threads"])
    elif "expect_error_thread" in row:
        assert isinstance(threads[row["expect_error_thread"]], UnreadableError)
        sibling = threads[row["expect_ok_thread"]]
        assert isinstance(sibling, Reading)
        assert sibling.rows
    else:
        wanted = threads.get(row["thread"]) if "thread" in row else next(iter(threads.values()))
        assert isinstance(wanted, Reading)
        _check_reading(row, wanted)


def _check_formats(threads: dict[str, Reading | UnreadableError], folder: Path) -> None:
    """A thread that is there twice is read from its JSON; its page, alone, holds the same."""
    for reading in threads.values():
        assert isinstance(reading, Reading)
        assert reading.facts["variant"] == "json"
    alone = [export(path.read_bytes(), str(path.relative_to(folder))) for path in folder.rglob("*.html")]
    pages = [read_meta(file) for file in alone]
    said = [(row["sender_name"], row["text"]) for page in pages if page is not None for row in page.rows]
    assert sorted(said) == sorted(
        (row["sender_name"], row["text"])
        for reading in threads.values()
        if isinstance(reading, Reading)
        for row in reading.rows
    )


_OURS = {
    **dict.fromkeys(("share", "photo", "video", "gif", "file", "media"), "media"),
    **{same: same for same in ("system", "call", "sticker", "text", "deleted", "unavailable")},
    "audio": "voice",
}
"""The beginnings of kinds as the vectors name them → ours."""


def _check_reading(row: Row, reading: Reading) -> None:
    if "expect" in row:
        stated = [expect["ts_ms"] for expect in row["expect"] if "ts_ms" in expect]
        if len(stated) > 1 and stated == sorted(stated):  # files begin with the newest message
            reading.rows.sort(key=lambda item: item["sent_local"])
        check_messages(reading, row)
    people = row.get("expect_participants")
    if people is not None:
        count = people if isinstance(people, int) else len(people)
        assert all(item["is_group"] is (count > 2) for item in reading.rows)
    if "expect_conv" in row:
        assert all(item["is_group"] is (row["expect_conv"] == "group") for item in reading.rows)
    if "expect_kinds" in row:
        assert [item["kind"] for item in reading.rows] == [_OURS[kind.split("_")[0]] for kind in row["expect_kinds"]]
    if "expect_attachments_per_message" in row:
        assert [len(item["attachments"]) for item in reading.rows] == row["expect_attachments_per_message"]
    if "expect_text" in row:
        assert [item["text"] for item in reading.rows] == [row["expect_text"]]
        row = {**row, "expect_ts": [row["expect_ts"]]}
    if "expect_attachment" in row:
        assert any(path.endswith(row["expect_attachment"]) for item in reading.rows for path in item["attachments"])
    if "expect_unsent" in row:
        assert len([item for item in reading.rows if item["kind"] == "deleted"]) == row["expect_unsent"]
        reading.rows = [item for item in reading.rows if item["kind"] != "deleted"]
        assert len(reading.rows) == row["expect_count_without_unsent"]
    check_counts(reading, row)


def _check_message(row: Row) -> None:
    """One message of a thread, given by its content or in full."""
    sender = "username" if str(row.get("content", "")).startswith("username") else "X"
    sender = "Alice" if str(row.get("content", "")).startswith("Alice") else sender
    messages = row.get("messages") or [
        {"sender_name": sender, "timestamp_ms": 1700000000000, "content": row["content"]}
    ]
    thread = {"participants": [{"name": "Alice"}, {"name": "X"}], "messages": messages}
    reading = read(instagram, export(json.dumps(thread), "your_instagram_activity/messages/inbox/a_1/message_1.json"))
    if "expect" in row:
        for got, expect in zip(reading.rows, row["expect"], strict=True):
            check_message(got, expect, row)
        return
    got = reading.rows[0]
    match row["expect_class"].split(" ")[0]:
        case "pseudo-reaction":
            assert got["folded"] == "pseudo_reaction"
        case "placeholder":
            assert (got["kind"], got["text"]) == ("media", "")
        case "system":
            assert got["kind"] in ("system", "call")
        case expected:
            assert got["kind"] == expected
