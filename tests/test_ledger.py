"""The ledger: a funnel whose sums close, by place as well, and what the command tells of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from chatclone_dagster import reasons
from chatclone_dagster.home import Home
from chatclone_dagster.ledger.funnel import by_place, funnel
from tests.conftest import Chatclone
from tests.told import DAYS


@pytest.fixture(scope="module")
def told(told_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(Path(shutil.copytree(told_home.root, tmp_path_factory.mktemp("ledger") / "home")))


def test_the_funnel_leads_from_rows_to_lines_without_a_gap(told: Home) -> None:
    found = funnel(told, "me")
    assert found.closes
    history, safe, persona, dataset = found.steps
    readings = pl.concat(pl.read_parquet(path) for path in (told.lake / "readings").glob("*.parquet"))
    assert history.rows == readings["rows"].sum() + 1, "and the place where a row was lost"
    assert history.lost == {"duplicate": 100, "one_participant": 2, "unreadable": 1}
    assert history.kept == safe.rows == pl.read_parquet(told.table("messages")).height == DAYS * 5 + 24
    assert safe.lost == {"dropped_private_card": 1}
    assert safe.kept == persona.rows == safe.rows - 1
    theirs = DAYS * 3 + 12 - 1
    assert persona.lost == {reasons.SOMEBODY_ELSE: persona.rows - theirs}
    assert persona.kept == dataset.rows == theirs
    assert dataset.lost == {
        "answers_bot": 6,
        "chain_message": 1,
        "command": 1,
        "beside_left_out": 2,
        "withdrawn": 1,
        "answers_nobody": 1,  # what was said right after the card number: nothing it answers is left
    }
    windows = pl.read_parquet(told.table("training_dataset", "me"))
    assert dataset.kept == windows["target_message_ids"].list.len().sum()
    for part in found.parts:
        of_split = windows.filter(pl.col("split") == part.split)
        lines = (told.chat_jsonl("me") / f"{part.split}.jsonl").read_text(encoding="utf-8").splitlines()
        assert part.examples == part.lines == of_split.height == len(lines)
        assert part.replies == of_split["target_turns"].sum()
    assert sum(part.messages for part in found.parts) == dataset.kept
    assert sum(part.pairs for part in found.parts) == pl.read_parquet(told.table("training_pairs", "me")).height


def test_the_quote_is_cut_off_and_the_chain_letter_is_only_read(told: Home) -> None:
    windows = pl.read_parquet(told.table("training_dataset", "me"))
    said = windows.explode("messages").unnest("messages").filter(pl.col("role") == "assistant")
    learned = "\n".join(said.filter(pl.col("weight") == 1)["content"])
    assert "read and agreed 7" in learned
    assert "> ok then 7" not in learned
    for word in ("bad luck", "/start", "thanks machine"):
        assert word not in learned
    assert "freezing like 5" in learned


def test_places_add_up_to_the_whole(told: Home) -> None:
    whole = funnel(told, "me")
    for place in ("export", "source"):
        rows = by_place(told, "me", place)
        assert sum(row["rows"] for row in rows) == whole.steps[0].rows
        assert sum(row["messages"] for row in rows) == whole.steps[0].kept
        assert sum(row["theirs"] for row in rows) == whole.steps[3].rows
        assert sum(row["learned"] for row in rows) == whole.steps[3].kept
        for row in rows:
            lost = sum(row["lost"].values())
            assert row["rows"] + row["theirs"] == row["stay"] + row["learned"] + lost
    files = {row["place"]: row for row in by_place(told, None, "export")}
    assert files["t.csv"]["lost"] == {"unreadable": 1}
    assert {row["place"] for row in by_place(told, None, "source")} == {"whatsapp", "table"}


def test_the_command_tells_a_lay_reader(told: Home, chatclone: Chatclone) -> None:
    said = chatclone("ledger", "--home", told.root, "--by", "export")
    assert said.code == 0, said.words
    assert "427 rows in the exports" in said.words
    assert "− 100 the same message, found once more in another export (duplicate)" in said.words
    assert "a chain letter or a text that goes round" in said.words
    assert "Every row is accounted for." in said.words
    whole = json.loads(chatclone("ledger", "--home", told.root, "--format", "json", "--by", "source").out)
    assert whole["closes"] is True
    assert whole["steps"][0]["lost"]["duplicate"] == 100
    assert len(whole["by_source"]) == 2


def test_what_is_not_there_yet_is_one_line(chatclone: Chatclone, home: Home, told: Home) -> None:
    said = chatclone("ledger", "--home", home.root)
    assert (said.code, "there is no history yet; make one with: chatclone run" in said.words) == (2, True)
    said = chatclone("ledger", "--home", told.root, "--persona", "zed")
    assert (said.code, "personas: there is no 'zed'; known: me" in said.words) == (2, True)
    told.table("ledger", "dataset-me").rename(aside := told.root / "aside")
    try:
        said = chatclone("ledger", "--home", told.root, "--persona", "me")
        assert (said.code, "there is no dataset of 'me' yet; make one with: chatclone run" in said.words) == (2, True)
        assert chatclone("ledger", "--home", told.root).code == 0, "the history alone"
    finally:
        aside.rename(told.table("ledger", "dataset-me"))
