"""Striking a name from what Dagster noted down."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from chatclone_dagster.forgetting import records
from chatclone_dagster.forgetting.records import NOBODY, strike


def test_a_name_is_struck_from_sentences_and_from_nothing_else(tmp_path: Path) -> None:
    """Dagster must be able to read its records after somebody called Message, or Zoë, was forgotten."""
    event: dict[str, Any] = {
        "__class__": "Error",
        "message": "Failure:\nMessage has 0 replies; Messages stay",
        "step_key": "message",
    }
    event |= {"metadata": {"chats": {"__class__": "TextMetadataValue", "text": "Zoë, Bo"}}, "data": {"Bo": ["zoë"]}}
    with closing(sqlite3.connect(tmp_path / "index.db")) as con:
        con.execute("create table events (id integer, event text, kind text)")
        con.execute("insert into events values (1, ?, 'message')", [json.dumps(event)])
        con.commit()
    (tmp_path / "step.err").write_text("Zoë: no\n")
    strike(tmp_path, ["Message", "Zoë"])
    with closing(sqlite3.connect(tmp_path / "index.db")) as con:
        ((text, kind),) = con.execute("select event, kind from events")
    left = json.loads(text)
    assert (left["message"], left["step_key"], kind) == (
        f"Failure:\n{NOBODY} has 0 replies; Messages stay",
        "message",
        "message",
    )
    assert left["metadata"]["chats"]["text"] == f"{NOBODY}, Bo"
    assert left["data"] == {"Bo": [NOBODY]}
    assert (tmp_path / "step.err").read_text() == f"{NOBODY}: no\n"
    assert b"Zo" not in (tmp_path / "index.db").read_bytes()


def test_records_that_somebody_writes_are_not_waited_for_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_PATIENCE", 0.1)
    with closing(sqlite3.connect(tmp_path / "index.db", isolation_level=None)) as con:
        con.execute("create table events (event text)")
        con.execute("begin immediate")
        con.execute("insert into events values ('{}')")
        with pytest.raises(records.RecordsBusyError, match="stop whatever else is at work on this home"):
            strike(tmp_path, ["Zoë"])
