"""Rows about Signal: the text of a file or the name of one, of the app's own export, of sigexport or of sigtop."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatclone_dagster.readers import signal
from chatclone_dagster.readers.contract import COMPANION, ExportFile, UnreadableError
from chatclone_dagster.readers.files import archive
from tests.readers.conformance.messages import Row, check_counts, check_messages
from tests.readers.reading import Reading, export, on_disk, read


def check(row: Row, fixtures: Path) -> None:
    """Every file of the row is claimed, read without an issue, and says what the row states."""
    if "expect_error" in row:
        with pytest.raises(UnreadableError):
            read(signal, _files(row, fixtures)[0])
        return
    reading = Reading()
    for file in _files(row, fixtures):
        sniff = signal.sniff(file)
        assert sniff is not None
        assert sniff.variant != COMPANION
        found = read(signal, file)
        assert found.issues == []
        reading.rows += found.rows
    assert reading.rows
    if "expect" in row:
        check_messages(reading, row)
    check_counts(reading, row)


def _files(row: Row, fixtures: Path) -> list[ExportFile]:
    if "file" in row:
        return [on_disk(fixtures.parent / row["file"])]
    if "dir" in row:
        folder = fixtures.parent / row["dir"]
        found = [file for file in archive.files(folder, folder.parent) if isinstance(file, ExportFile)]
        return [file for file in found if (sniff := signal.sniff(file)) and sniff.variant != COMPANION]
    name = "chat.md" if row["input"].startswith("[2") else "data.json"
    return [export(row["input"], row.get("filename", name))]
