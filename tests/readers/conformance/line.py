"""Rows about LINE."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from chatclone_dagster.readers import line
from chatclone_dagster.readers.line.heads import read_date
from chatclone_dagster.readers.line.survey import CLOCK_LINE
from tests.readers.conformance.messages import Row, check_counts, check_messages
from tests.readers.reading import Reading, export, on_disk, read


def check(row: Row, fixtures: Path) -> None:
    if "expect_date" in row:
        reading = read(line, export(f"{row['input']}\n12:00\tAda\thi\n", "chat.txt"))
        assert [item["sent_local"].date().isoformat() for item in reading.rows] == [row["expect_date"]]
        return
    content, told = _whole(row) if "input" in row else ("", range(0))
    file = on_disk(fixtures.parent / row["file"]) if "file" in row else export(content, "chat.txt")
    if row.get("expect") == [] and line.sniff(file) is None:
        return
    assert line.sniff(file) is not None
    reading = read(line, file)
    assert reading.issues == []
    given = Reading([item for item in reading.rows if item["position"] not in told], reading.issues, reading.facts)
    if "expect" in row:
        check_messages(given, row)
    if "expect_per_day" in row:
        assert Counter(item["sent_local"].date().isoformat() for item in given.rows) == row["expect_per_day"]
    check_counts(given, row)


def _whole(row: dict[str, Any]) -> tuple[str, range]:
    """A row's lines as a whole file, which tells the date and who is in the chat; and the numbers of the lines about the latter."""
    lines = row["input"].split("\n")
    clocks = [(place, found["gap"]) for place, text in enumerate(lines) if (found := CLOCK_LINE.match(text))]
    before, gap = clocks[0] if clocks else (0, " ")
    head = next((place + 1 for place in range(before) if read_date(lines[place].rstrip("\r"))), 0)
    nobody = "00:00\t\t" if gap == "\t" else "00:00 "
    people = [f"{nobody}{user} joined the chat." for user in row.get("options", {}).get("users", [])]
    date = [] if head else ["2017.09.02 Saturday"]
    first = head + len(date) + 1
    return "\n".join([*lines[:head], *date, *people, *lines[head:]]), range(first, first + len(people))
