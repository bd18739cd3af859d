"""Checks that stop the line where the sums of the ledger do not close: each thing that may be wrong, done to a home."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from chatclone_dagster import lake, tables
from chatclone_dagster.datasets import build as datasets_build
from chatclone_dagster.datasets.build import Dataset, write_jsonl
from chatclone_dagster.datasets.examples import Person
from chatclone_dagster.home import Home
from chatclone_dagster.ledger import balance
from chatclone_dagster.ledger.funnel import funnel
from chatclone_dagster.messages.clean import Cleaned, clean
from tests.conftest import Chatclone
from tests.told import CLEANED, SAFE, failed_checks, make

ANN = Person("me", "me", "Ann")


@pytest.fixture
def spoilt(told_home: Home, tmp_path: Path) -> Home:
    """A copy of the home that tells, to be spoilt."""
    return Home(Path(shutil.copytree(told_home.root, tmp_path / "home")))


def spoil(
    home: Home, table: tables.Table, change: Callable[[pl.DataFrame], pl.DataFrame], part: str | None = None
) -> None:
    path = home.table(table.name, part)
    lake.write(table, change(pl.read_parquet(path)), path)


SPOILT_HISTORIES: list[tuple[str, tables.Table, str | None, Callable[[pl.DataFrame], pl.DataFrame]]] = [
    ("rows_not_entered_once", tables.LEDGER, "messages", lambda frame: frame[1:]),
    ("rows_not_entered_once", tables.LEDGER, "messages", lambda frame: pl.concat([frame, frame[:1]])),
    ("messages_from_nowhere", tables.LEDGER, "messages", lambda frame: frame.filter(pl.col("outcome") == "dropped")),
    ("used_but_no_message", tables.MESSAGES, None, lambda frame: frame[1:]),
    ("copies_without_alias", tables.MESSAGE_ALIASES, None, lambda frame: frame[1:]),
    ("copies_of_nothing", tables.LEDGER, "messages", lambda frame: frame.with_columns(kept_as=pl.lit("nobody"))),
    (
        "dropped_without_reason",
        tables.LEDGER,
        "messages",
        lambda frame: frame.with_columns(reason=pl.lit(None, pl.String)),
    ),
]


@pytest.mark.parametrize(("fault", "table", "part", "change"), SPOILT_HISTORIES)
def test_whatever_does_not_fit_the_history_is_counted(
    fault: str, table: tables.Table, part: str | None, change: Callable[[pl.DataFrame], pl.DataFrame], spoilt: Home
) -> None:
    assert not any(balance.of_messages(spoilt).values())
    spoil(spoilt, table, change, part)
    assert balance.of_messages(spoilt)[fault] > 0
    assert not funnel(spoilt, None).closes


SPOILT_COPIES: list[tuple[str, tables.Table, str | None, Callable[[pl.DataFrame], pl.DataFrame]]] = [
    ("messages_not_entered", tables.LEDGER, "safe", lambda frame: frame[1:]),
    ("entered_but_no_message", tables.MESSAGES, None, lambda frame: frame[1:]),
    ("entered_twice", tables.LEDGER, "safe", lambda frame: pl.concat([frame, frame[:1]])),
    ("not_as_entered", tables.MESSAGES_SAFE, None, lambda frame: frame[1:]),
    ("not_as_entered", tables.LEDGER, "safe", lambda frame: frame.with_columns(reason=pl.lit("forgotten"))),
    ("removed_but_readable", tables.MESSAGES_SAFE, None, lambda frame: frame.with_columns(text=pl.lit("hm"))),
    ("dropped_without_reason", tables.LEDGER, "safe", lambda frame: frame.with_columns(outcome=pl.lit("dropped"))),
]


@pytest.mark.parametrize(("fault", "table", "part", "change"), SPOILT_COPIES)
def test_whatever_does_not_fit_the_safe_copy_is_counted(
    fault: str, table: tables.Table, part: str | None, change: Callable[[pl.DataFrame], pl.DataFrame], spoilt: Home
) -> None:
    assert not any(balance.of_safe(spoilt).values())
    spoil(spoilt, table, change, part)
    assert balance.of_safe(spoilt)[fault] > 0
    assert not funnel(spoilt, None).closes


SPOILT_DATASETS: list[tuple[str, tables.Table, str, Callable[[pl.DataFrame], pl.DataFrame]]] = [
    ("messages_not_entered", tables.LEDGER, "dataset-me", lambda frame: frame[1:]),
    ("entered_twice", tables.LEDGER, "dataset-me", lambda frame: pl.concat([frame, frame[:1]])),
    ("used_in_no_window", tables.TRAINING_DATASET, "me", lambda frame: frame[1:]),
    ("learned_but_not_used", tables.LEDGER, "dataset-me", lambda frame: frame.filter(pl.col("outcome") == "dropped")),
    ("in_another_split", tables.TRAINING_DATASET, "me", lambda frame: frame.with_columns(split=pl.lit("test"))),
    ("replies_without_pair", tables.TRAINING_PAIRS, "me", lambda frame: frame[1:]),
    (
        "pairs_neither_learned_nor_too_long",
        tables.TRAINING_PAIRS,
        "me",
        lambda frame: frame.with_columns(split=pl.lit("test")),
    ),
]


@pytest.mark.parametrize(("fault", "table", "part", "change"), SPOILT_DATASETS)
def test_whatever_does_not_fit_the_dataset_is_counted(
    fault: str, table: tables.Table, part: str, change: Callable[[pl.DataFrame], pl.DataFrame], spoilt: Home
) -> None:
    assert not any(balance.of_dataset(spoilt, ANN).values())
    spoil(spoilt, table, change, part)
    assert balance.of_dataset(spoilt, ANN)[fault] > 0


def test_a_funnel_that_does_not_close_says_so_and_fails(spoilt: Home, chatclone: Chatclone) -> None:
    path = spoilt.chat_jsonl("me") / "train.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + "{}\n", encoding="utf-8")
    said = chatclone("ledger", "--home", spoilt.root)
    assert said.code == 1
    assert "The sums do not close (1 lines without example)" in said.words


def test_a_row_lost_on_the_way_blocks_what_follows(spoilt: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(*given: Any) -> Cleaned:
        made = clean(*given)
        return replace(made, messages=made.messages[1:])

    monkeypatch.setattr("chatclone_dagster.defs.messages.clean", careless)
    before = spoilt.table("messages_safe").stat().st_mtime_ns
    assert failed_checks(make(spoilt, *CLEANED, *SAFE)) == {"every_row_accounted_for"}
    assert spoilt.table("messages_safe").stat().st_mtime_ns == before


def entry_lost(made: Dataset) -> Dataset:
    return replace(made, ledger=made.ledger[1:])


def window_lost(made: Dataset) -> Dataset:
    return replace(made, windows=made.windows[1:])


@pytest.mark.parametrize("careless", [entry_lost, window_lost])
def test_a_message_lost_in_a_dataset_fails_its_check(
    careless: Callable[[Dataset], Dataset], spoilt: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = datasets_build.build
    monkeypatch.setattr("chatclone_dagster.defs.datasets.build", lambda *given: careless(whole(*given)))
    assert failed_checks(make(spoilt, "training_dataset")) == {"every_message_accounted_for"}


def test_a_line_that_is_no_window_fails_its_check(spoilt: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(windows: pl.DataFrame, folder: Path) -> None:
        write_jsonl(windows, folder)
        path = folder / "train.jsonl"
        path.write_text(path.read_text(encoding="utf-8").replace("not much", "not many"), encoding="utf-8")

    monkeypatch.setattr("chatclone_dagster.defs.datasets.write_jsonl", careless)
    assert failed_checks(make(spoilt, "training_dataset")) == {"every_line_is_a_window"}
    monkeypatch.undo()
    assert make(spoilt, "training_dataset").success
