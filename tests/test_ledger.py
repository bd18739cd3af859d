"""The ledger: a funnel whose sums close, every reason explained, and checks that stop the line where they do not."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from chatclone_dagster import cli, lake, reasons, tables
from chatclone_dagster.datasets import build as datasets_build
from chatclone_dagster.datasets.build import Dataset, write_jsonl
from chatclone_dagster.datasets.examples import Person
from chatclone_dagster.home import Home
from chatclone_dagster.ledger import balance
from chatclone_dagster.ledger.funnel import by_place, funnel
from chatclone_dagster.messages.clean import Cleaned, clean
from chatclone_dagster.privacy.exclude import CONVERSATION, DATES, PERSON
from chatclone_dagster.readers.slack import messages as slack_messages
from chatclone_dagster.settings import PRIVATE_KINDS
from tests.conftest import ROOT, Chatclone
from tests.told import CLEANED, DAYS, SAFE, failed_checks, make

ANN = Person("me", "me", "Ann")


@pytest.fixture(scope="module")
def told(told_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(Path(shutil.copytree(told_home.root, tmp_path_factory.mktemp("ledger") / "home")))


@pytest.fixture
def spoilt(told: Home, tmp_path: Path) -> Home:
    """A copy of that home, to be spoilt."""
    return Home(Path(shutil.copytree(told.root, tmp_path / "home")))


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


def spoil(
    home: Home, table: tables.Table, change: Callable[[pl.DataFrame], pl.DataFrame], part: str | None = None
) -> None:
    path = home.table(table.name if part is None or table is not tables.LEDGER else "ledger", part)
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


_WORD = re.compile("[a-z]+(?:_[a-z]+)*")
NO_REASONS = {"used", "dropped", "messages", "dataset"}  # what else is written into columns there


def written_words(path: Path) -> Iterator[str]:
    """The words that a file writes into columns as they are: `pl.lit("…")` and `fill_null("…")`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("lit", "fill_null")
        ):
            words = [str(given.value) for given in node.args if isinstance(given, ast.Constant)]
            yield from (word for word in words if _WORD.fullmatch(word))


def test_every_reason_the_code_can_give_is_explained() -> None:
    rooms = [
        ROOT / "chatclone_dagster" / name for name in ("messages/clean.py", "datasets/build.py", "datasets/content.py")
    ]
    found = {word for path in rooms for word in written_words(path)} - NO_REASONS
    assert {"duplicate", "answers_nobody", "no_room_for_context", "withdrawn", "answers_bot"} <= found
    readers = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "chatclone_dagster/readers").rglob("*.py"))
    found |= set(re.findall(r"""\bfolded"?[=:] ?"([a-z_]+)\"""", readers)) | {*slack_messages._FOLDED.values()}
    found |= {PERSON, CONVERSATION, DATES, *(f"dropped_private_{kind}" for kind in PRIVATE_KINDS)}
    explained = {*reasons.MESSAGES, *reasons.SAFE, *reasons.DATASET} - found - set(tables.MARKS)
    assert found <= set(reasons.REASONS), "add it to reasons.py"
    assert all(f'"{reason}"' in readers for reason in explained), "nobody gives this reason any more"
    assert set(tables.MARKS) <= set(reasons.DATASET), "any mark can be left out"
    for reason, words in reasons.REASONS.items():
        assert reason.isidentifier()
        assert 15 < len(words) < 100
        assert words[0].islower()
        assert not words.endswith(".")
    assert reasons.explain("of_another_package") == "of another package"


def test_the_page_of_reasons_names_all_of_them() -> None:
    page = (ROOT / "docs/ledger.md").read_text(encoding="utf-8")
    assert {reason for reason in reasons.REASONS if f"| `{reason}` |" not in page} == set()
    assert "ledger" in {command.callback.__name__ for command in cli.app.registered_commands if command.callback}
