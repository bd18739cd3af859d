"""What is read again when something in the exports folder changes, and what is not."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from chatclone_dagster.home import Home
from chatclone_dagster.readers import ingest, registry, survey
from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, Sniff, UnreadableError


class Counting:
    """A reader of lines that looks names up in a file beside, and counts what it is asked to do."""

    NAME = "counting"

    def __init__(self) -> None:
        self.read_files: list[str] = []
        self.sniffed: list[str] = []

    def sniff(self, file: ExportFile) -> Sniff | None:
        self.sniffed.append(file.name)
        if file.stem == "names":
            return Sniff(1.0, COMPANION)
        return Sniff(1.0) if file.suffix == ".chat" else None

    def read(self, file: ExportFile, options: ReadOptions, out: Out) -> None:
        del options
        self.read_files.append(file.name)
        beside = file.beside("../names.json")
        name = beside.open().read().decode() if beside else "nobody"
        if file.head == b"bad":
            raise UnreadableError("a file that says so")
        if file.head == b"fault":
            raise ZeroDivisionError
        out.row(1, file.stem, file.stem, datetime(2024, 1, 1), sender_key=name, sender_name=name)  # noqa: DTZ001


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()
    monkeypatch.setattr(registry, "readers", lambda: (made,))
    return made


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.create()
    return made


def drop(home: Home, name: str, content: str) -> Path:
    path = home.exports / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def read(home: Home, reader: Counting) -> list[str]:
    """Read what is there; the files that were read for it."""
    reader.read_files.clear()
    reader.sniffed.clear()
    ingest.read_source(home, "counting", survey.exports(home))
    return reader.read_files


def senders(home: Home) -> set[str]:
    readings = ingest.read_source(home, "counting", survey.exports(home))
    return {*ingest.raw_rows(home, readings).collect()["sender_name"]}


def test_of_five_hundred_files_and_a_new_one_only_that_is_read(home: Home, reader: Counting) -> None:
    for number in range(500):
        drop(home, f"chats/{number:03}.chat", f"chat {number}")
    assert len(read(home, reader)) == 500
    assert read(home, reader) == []
    drop(home, "chats/new.chat", "a new one")
    assert read(home, reader) == ["chats/new.chat"]
    assert reader.sniffed == ["chats/new.chat"], "nor is any other file looked into"
    later = time.time() + 100
    os.utime(home.exports / "chats/007.chat", (later, later))
    assert read(home, reader) == [], "a touched file is hashed, not read"
    assert reader.sniffed == ["chats/007.chat"]
    drop(home, "chats/007.chat", "changed")
    (home.exports / "chats/008.chat").unlink()
    assert read(home, reader) == ["chats/007.chat"]
    assert ingest.read_source(home, "counting", survey.exports(home)).height == 500
    assert len([*(home.raw_cache / "counting").iterdir()]) == 500, "what is gone is not kept"


def test_a_file_is_read_again_when_one_beside_it_changes(home: Home, reader: Counting) -> None:
    drop(home, "day/1.chat", "x")
    drop(home, "other/2.chat", "y")
    assert senders(home) == {"nobody"}
    names = drop(home, "names.json", "Ada")
    assert sorted(read(home, reader)) == ["day/1.chat", "other/2.chat"]
    assert senders(home) == {"Ada"}
    assert read(home, reader) == []
    names.write_text("Bo")
    assert senders(home) == {"Bo"}
    names.unlink()
    assert senders(home) == {"nobody"}
    exports = survey.exports(home)
    assert exports["source"].to_list() == ["counting", "counting"]


def test_a_companion_is_listed_as_such(home: Home, reader: Counting) -> None:
    drop(home, "names.json", "Ada")
    drop(home, "day/1.chat", "x")
    found = survey.exports(home).filter(pl.col("file") == "names.json").row(0, named=True)
    assert found["source"] is None
    assert found["reason"] in survey.UNREMARKABLE
    assert read(home, reader) == ["day/1.chat"]


def test_a_reader_that_fails_is_asked_again_and_one_that_refuses_is_not(home: Home, reader: Counting) -> None:
    drop(home, "day/bad.chat", "bad")
    drop(home, "day/fault.chat", "fault")
    drop(home, "day/good.chat", "good")
    assert len(read(home, reader)) == 3
    assert read(home, reader) == ["day/fault.chat"]
    readings = ingest.read_source(home, "counting", survey.exports(home))
    issues = ingest.parse_issues(home, readings).sort("file")
    assert issues["reason"].to_list() == [
        "a file that says so",
        "the reader counting failed here (ZeroDivisionError); please report it",
    ]
