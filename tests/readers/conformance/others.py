"""Rows about imessage-exporter and iMazing."""

from __future__ import annotations

from pathlib import Path

from chatclone_dagster.readers import imazing, imessage_exporter
from chatclone_dagster.readers.contract import UnreadableError
from chatclone_dagster.readers.imessage_exporter.lines import tapback
from tests.readers.conformance.messages import Row, check_counts, check_messages
from tests.readers.reading import export, on_disk, read


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
        check_messages(reading, row)
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
        return
    file = on_disk(fixtures.parent / row["file"]) if "file" in row else export(row["input"], "Messages - x.csv")
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
