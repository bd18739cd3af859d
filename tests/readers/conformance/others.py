"""Rows about imessage-exporter and iMazing."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from chatclone_dagster.readers import imazing, imessage_exporter
from chatclone_dagster.readers.contract import UnreadableError
from chatclone_dagster.readers.imessage_exporter.lines import tapback
from tests.readers.conformance.messages import Row, check_counts, check_messages, utc_of
from tests.readers.reading import export, on_disk, read

_UNSENT = re.compile(r".+ (?:unsent|deleted) a message[.!]")


def _taken_back(expect: Row) -> Row:
    """A message that was taken back is a message of its sender in our rows, not a sentence of the app."""
    if not _UNSENT.fullmatch(expect.get("text", "")):
        return expect
    return {**{name: value for name, value in expect.items() if name != "system"}, "deleted": True, "text": ""}


def check_imessage_exporter(row: Row, fixtures: Path) -> None:
    if row.get("kind") == "tapback_line":
        found = tapback(row["input"])
        assert found == (row["expect"]["reaction"], row["expect"]["by"])
        return
    file = on_disk(fixtures.parent / row["file"]) if "file" in row else export(row["input"], "Sample Contact.txt")
    assert imessage_exporter.sniff(file) is not None
    reading = read(imessage_exporter, file)
    if row.get("expect") == [{"system": True}] and not reading.rows:
        assert [issue["is_row"] for issue in reading.issues] == [True]  # a row without a time cannot stand in the table
        return
    if "expect" in row:
        check_messages(reading, {**row, "expect": [*map(_taken_back, row["expect"])]})
        if any(expect.get("reply") for expect in row["expect"]):
            assert [item["text"] for item in reading.rows if item["folded"] == "reply_copy"]
    check_counts(reading, row)


def check_imazing(row: Row, fixtures: Path) -> None:
    if "header" in row:
        file = export(row["header"] + "\n", "x.csv")
        sniff = imazing.sniff(file)
        assert (sniff.variant if sniff else None) == row["expect_kind"]
        return
    if row.get("kind") == "walltime":
        moment = imazing.read_date(row["input"])
        assert moment is not None  # zones are applied elsewhere; here the time as it is written counts
        assert (moment[0].isoformat(sep=" "), moment[1]) == (row["input"], False)
        if utc := row.get("expect_utc", row.get("expect")):
            found = utc_of({"sent_local": moment[0], "tz_known": False}, row["options"]["tz"])
            assert found == datetime.fromisoformat(utc)
        return
    file = on_disk(fixtures.parent / row["file"]) if "file" in row else export(row["input"], "Messages - x.csv")
    if "service" in row.get("expect_error", ""):  # our tables hold none
        assert len(read(imazing, file).rows) == 1
        return
    if "expect_error" in row:
        try:
            reading = read(imazing, file)
        except UnreadableError:
            return
        assert reading.rows == []
        assert [issue["is_row"] for issue in reading.issues] == [True]
        return
    assert imazing.sniff(file) is not None
    reading = read(imazing, file)
    if "expect" in row:
        check_messages(reading, row)
    check_counts(reading, row)
