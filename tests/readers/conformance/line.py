"""Rows about LINE."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from chatclone_dagster.readers import line
from chatclone_dagster.readers.line.heads import read_date
from tests.readers.conformance.messages import Row, check_counts, check_messages
from tests.readers.reading import Reading, export, on_disk, read


def check(row: Row, fixtures: Path) -> None:
    if "expect_date" in row:
        reading = read(line, export(f"{row['input']}\n12:00\tAda\thi\n", "chat.txt"))
        assert [item["sent_local"].date().isoformat() for item in reading.rows] == [row["expect_date"]]
        return
    above = "" if "file" in row else _above(row)
    file = on_disk(fixtures.parent / row["file"]) if "file" in row else export(above + row["input"], "chat.txt")
    assert line.sniff(file) is not None
    reading = read(line, file)
    assert reading.issues == []
    given = Reading(
        [item for item in reading.rows if item["position"] > above.count("\n")], reading.issues, reading.facts
    )
    if "expect" in row:
        check_messages(given, row)
    if "expect_per_day" in row:
        assert Counter(item["sent_local"].date().isoformat() for item in given.rows) == row["expect_per_day"]
    check_counts(given, row)


def _above(row: dict[str, Any]) -> str:
    """What a whole file says before the lines of a row: the date, and who is in the chat."""
    first = row["input"].split("\n", 1)[0].rstrip("\r")
    day = "" if read_date(first) else "2017.09.02 Saturday\n"
    return day + "".join(f"00:00 {user} joined the chat.\n" for user in row.get("options", {}).get("users", []))
