"""Forgetting somebody whose words stand in the data of another persona, whatever the last run knew of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from chatclone_dagster import lake, tables
from chatclone_dagster.home import Home
from chatclone_dagster.messages.known import see
from tests.club import holders, talk
from tests.conftest import Chatclone

WORDS = ("zanzibar", "bo ray")
DATASET, PAIRS = "lake/training_dataset/cy.parquet", "lake/training_pairs/cy.parquet"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Ann's home, in which Cy's data has one example that answers Bo Ray."""
    home = Home(tmp_path / "home")
    home.create('[me]\nname = "Ann"\n')
    home.change(personas__cy={"who": "Cy Day", "consent": {"by": "Cy Day", "date": date(2026, 1, 31), "how": "paper"}})
    club = talk(("Bo Ray", "zanzibar is my boat"), ("Cy Day", "nice"), ("Ann", "bring it"))
    (home.exports / "WhatsApp Chat with Club.txt").write_text(club)
    (home.exports / "WhatsApp Chat with Dee Fox.txt").write_text(talk(("Dee Fox", "quokka"), ("Ann", "hi")))
    history = see(home).messages
    lake.write(tables.MESSAGES, history, home.table("messages"))
    bo, cy = (history.filter(sender_name=name).row(0, named=True) for name in ("Bo Ray", "Cy Day"))
    asked, then = f"Bo Ray: {bo['text']}", datetime(2024, 3, 1, tzinfo=UTC)
    said = [{"role": "user", "content": asked, "weight": 0}, {"role": "assistant", "content": "nice", "weight": 1}]
    chat = bo["conversation_id"]
    example = ("w", "train", chat, "s", True, then, said, 5, 1, 1, [cy["message_id"]], [bo["message_id"]])
    for table, row in (
        (tables.TRAINING_DATASET, example),
        (tables.TRAINING_PAIRS, ("p", "train", chat, asked, "nice", then)),
    ):
        lake.write(table, pl.DataFrame([row], schema=table.schema, orient="row"), home.table(table.name, "cy"))
    assert {DATASET, PAIRS} <= holders(home.root, WORDS)
    return home


def test_after_somebody_else_was_forgotten(home: Home, chatclone: Chatclone) -> None:
    assert chatclone("forget", "Dee Fox", "--yes", "--home", home.root).code == 0
    assert (home.root / DATASET).exists(), "nothing of Dee's is in it"
    assert chatclone("forget", "Bo Ray", "--yes", "--home", home.root).code == 0
    assert not holders(home.root, WORDS)


def test_after_an_alias_was_given(home: Home, chatclone: Chatclone) -> None:
    home.change(people={"Robert Ray": ["Bo Ray"]})
    assert chatclone("forget", "Robert Ray", "--yes", "--home", home.root).code == 0
    assert not holders(home.root, WORDS)


def test_where_only_pairs_hold_the_words(home: Home, chatclone: Chatclone) -> None:
    lake.write(tables.TRAINING_DATASET, tables.TRAINING_DATASET.empty(), home.table("training_dataset", "cy"))
    assert chatclone("forget", "Bo Ray", "--yes", "--home", home.root).code == 0
    assert not holders(home.root, WORDS)
