"""Traces: from a file and a line to an adapter, and from an adapter back to files and lines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from chatclone_dagster import lake
from chatclone_dagster.home import Home
from chatclone_dagster.ledger.lookup import NotFoundError
from chatclone_dagster.ledger.trace import trace
from chatclone_dagster.training.base_models import find_base
from chatclone_dagster.training.package import MANIFEST, Manifest, make_newest
from chatclone_dagster.training.recipes import load_recipe
from tests.conftest import Chatclone
from tests.told import CHAIN

NEW, OLD = "WhatsApp Chat with Bo.txt", "old/WhatsApp Chat with Bo.txt"


@pytest.fixture(scope="module")
def told(told_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home with the manifests of two adapters: of the dataset that is there, and of an earlier one."""
    home = Home(Path(shutil.copytree(told_home.root, tmp_path_factory.mktemp("trace") / "home")))
    persona = home.settings.persona("me")
    version = lake.version(home.table("training_dataset", "me"))
    for dataset in (version, "0" * 24):
        manifest = Manifest(
            persona="me",
            persona_name="Ann",
            base=find_base(persona.base),
            recipe=load_recipe(persona, home.root),
            dataset_version=dataset,
            code_version="1",
            window_tokens=160,
        )
        folder = home.adapter("me", manifest.key)
        folder.mkdir(parents=True)
        (folder / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
        if dataset == version:
            make_newest(home, "me", folder)
    return home


def line_of(home: Home, words: str, file: str = NEW) -> int:
    lines = (home.exports / file).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if line.endswith(words))


def of(home: Home, what: str) -> dict[str, list[dict[str, Any]]]:
    return trace(home, what).sections


def test_a_line_leads_to_the_adapter_and_the_adapter_back_to_the_line(told: Home) -> None:
    line = line_of(told, "not much happens on day 30")
    there = of(told, f"{NEW}:{line}")
    (row,) = there["row"]
    assert (row["file"], row["position"], row["outcome"]) == (NEW, line, "used")
    (message,) = there["message"]
    assert message["text"] == "not much happens on day 30"
    assert {pair["stands_in"] for pair in there["pairs"]} == {"reply", "prompt"}
    (learned,) = [window for window in there["windows"] if window["use"] == "learned"]
    split = told.chat_jsonl("me") / f"{learned['split']}.jsonl"
    lines = split.read_text(encoding="utf-8").splitlines()
    said = json.loads(lines[learned["line"] - 1])["messages"]
    assert any("not much happens on day 30" in m["content"] and m.get("weight") == 1 for m in said)
    made = {adapter["adapter"]: adapter["made_from"] for adapter in there["adapters"]}
    assert sorted(made.values()) == ["an earlier dataset: not known", "this dataset"]

    adapter = next(name for name, of_what in made.items() if of_what == "this dataset")
    back = of(told, adapter)
    assert back == of(told, "me") == of(told, adapter.split("/")[1][:6]) == of(told, str(told.adapters / adapter))
    assert learned["window_id"] in {window["window_id"] for window in back["windows"]}
    places = {(row["file"], row["position"]) for row in back["messages"]}
    assert (NEW, line) in places or (OLD, line) in places
    assert sum(row["messages"] for row in back["files"]) == len(back["messages"])
    assert sum(row["messages"] for row in back["datasets"]) == len(back["messages"])


def test_a_copy_leads_to_the_message_that_is_kept(told: Home) -> None:
    line = line_of(told, "not much happens on day 3", OLD)
    both = [of(told, f"{file}:{line}") for file in (OLD, NEW)]
    assert {found["row"][0]["outcome"] for found in both} == {"used", "dropped"}
    dropped = next(found["row"][0] for found in both if found["row"][0]["outcome"] == "dropped")
    assert (dropped["reason"], dropped["why"]) == ("duplicate", "the same message, found once more in another export")
    assert both[0]["message"] == both[1]["message"]
    assert {place["file"] for place in both[0]["in the exports"]} == {OLD, NEW}


def test_a_line_inside_a_message_is_the_message_and_one_before_all_is_none(told: Home) -> None:
    line = line_of(told, "read and agreed 7")
    found = of(told, f"{told.exports / NEW}:{line}")
    assert found["row"][0]["position"] == line - 1
    assert [mark["mark"] for mark in found["marks"]] == ["quote"]
    with pytest.raises(NotFoundError, match=r"t\.csv has no row at or before 0"):
        trace(told, "t.csv:0")


def test_what_is_not_learned_says_why(told: Home) -> None:
    found = of(told, f"{NEW}:{line_of(told, CHAIN)}")
    (entry,) = found["datasets"]
    assert (entry["outcome"], entry["reason"]) == ("dropped", "chain_message")
    assert entry["why"] == "a chain letter or a text that goes round"
    assert {window["use"] for window in found["windows"]} <= {"read"}
    lost_at = pl.read_parquet(told.table("parse_issues")).filter("is_row")["position"][0]
    (lost,) = of(told, f"t.csv:{lost_at}")["row"]
    assert (lost["outcome"], lost["reason"], lost["message_id"]) == ("dropped", "unreadable", None)


def test_windows_and_pairs_name_their_messages_and_files(told: Home) -> None:
    windows = pl.read_parquet(told.table("training_dataset", "me"))
    for row in windows.head(3).iter_rows(named=True):
        found = of(told, row["window_id"][:12])
        assert [message["message_id"] for message in found["learned"]] == row["target_message_ids"]
        assert [message["message_id"] for message in found["read"]] == row["context_message_ids"]
        assert all(message["file"] and message["position"] for message in (*found["learned"], *found["read"]))
        assert len(found["adapters"]) == 2
    pair = pl.read_parquet(told.table("training_pairs", "me")).row(0, named=True)
    found = of(told, pair["pair_id"])
    assert "\n\n".join(message["text"] for message in found["reply"]) == pair["reply"]
    assert found["windows"][0]["split"] == pair["split"]


def test_an_adapter_of_an_earlier_dataset_says_no_more_than_is_known(told: Home) -> None:
    old = next(row["adapter"] for row in of(told, f"{NEW}:1")["adapters"] if row["made_from"] != "this dataset")
    found = of(told, old)
    assert set(found) == {"adapter"}
    assert found["adapter"][0]["dataset_is_as_it_was"] is False


@pytest.mark.parametrize(
    ("what", "told_"),
    [
        ("abc", "'abc' is too short to find anything by; write at least 4 characters of an id"),
        ("nothing-like-it", "nothing is called 'nothing-like-it': give the id of a message, pair, window or adapter"),
        ("pair-", "several things begin with 'pair-' (pair pair-"),
        ("nowhere.txt:3", "nothing is called 'nowhere.txt:3'"),
        ("100%", "nothing is called '100%'"),
    ],
)
def test_what_cannot_be_found_is_one_line(what: str, told_: str, told: Home, chatclone: Chatclone) -> None:
    said = chatclone("trace", what, "--home", told.root)
    assert said.code == 2
    assert told_ in said.words


def test_no_word_is_shown_unless_asked_for(told: Home, chatclone: Chatclone) -> None:
    place = f"{NEW}:{line_of(told, 'not much happens on day 30')}"
    said = chatclone("trace", place, "--home", told.root)
    assert said.code == 0
    assert "not much" not in said.words
    assert "xxx xxxx xxxxxxx xx xxx 99" in said.words
    assert "not much happens on day 30" in chatclone("trace", place, "--home", told.root, "--text").words
    record = json.loads(chatclone("trace", place, "--home", told.root, "--format", "json").out)
    assert record["message"][0]["text"] == "xxx xxxx xxxxxxx xx xxx 99"
    assert "not much" not in json.dumps(record)
    few = chatclone("trace", "me", "--home", told.root, "--most", "1").words
    assert "rows more (--most shows them)" in few


def test_before_there_is_anything(home: Home, chatclone: Chatclone) -> None:
    said = chatclone("trace", "abcdef", "--home", home.root)
    assert (said.code, "there is no history yet; make one with: chatclone run" in said.words) == (2, True)
