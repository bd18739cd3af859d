"""Datasets: what they hold, their ledger, their files, and whose they are."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from transformers import PreTrainedTokenizerBase

from chatclone_dagster import tables
from chatclone_dagster.datasets.build import Dataset, build, report, write_jsonl
from chatclone_dagster.datasets.examples import Person
from chatclone_dagster.datasets.personas import find_persona
from chatclone_dagster.datasets.split import TooFewRepliesError
from chatclone_dagster.home import Home
from chatclone_dagster.messages.content import marks
from chatclone_dagster.privacy.safe import make_safe
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.settings import Content, Me, Settings, SettingsError, parse_settings
from chatclone_dagster.settings import Dataset as DatasetSettings
from tests.cleaning import cleaned
from tests.history import lay_out
from tests.rows import raw_rows


def test_what_a_cut_or_a_session_keeps_apart_is_not_learned(tmp_path: Path, tokenizer: PreTrainedTokenizerBase) -> None:
    start = datetime(2024, 1, 1)  # noqa: DTZ001
    rows: list[dict[str, Any]] = [
        {"who": who, "text": f"{who} says {i}", "sent_local": start + timedelta(minutes=i), "platform_id": str(i)}
        for i, who in enumerate(["Bo", "Ann"] * 150)
    ]
    rows[201]["reply_to"] = "0"  # the other end of a long evening
    late = {"sent_local": start + timedelta(days=3), "platform_id": "late"}
    rows += [{"who": "Bo", "text": "hm", "sent_local": start + timedelta(days=2)}]
    rows += [{"who": "Ann", "text": "about that", "reply_to": "2", **late}, {"who": "Ann", "text": " \u200b\n"}]
    _, made = made_of(rows, tmp_path, tokenizer)
    reasons = dict(made.ledger.group_by("reason").len().iter_rows())
    assert reasons["cut_from_its_prompt"] == 1
    assert reasons["answers_another_session"] == 1
    assert reasons[None] == 149
    assert made.pairs.height == 149


def history(days: int) -> list[dict[str, Any]]:
    """A chat of two and a group over some days, with what a dataset must leave out."""
    rows: list[dict[str, Any]] = []
    for day in range(days):
        at = datetime(2024, 1, 1) + timedelta(days=day)  # noqa: DTZ001

        def say(who: str, text: str, minute: int, at: datetime = at, **more: Any) -> None:
            rows.append({"who": who, "text": text, "sent_local": at + timedelta(minutes=minute), **more})

        say("Ann", f"anyone there on day {day}", 0)
        say("Bo", f"yes, what is new on day {day}?", 5)
        say("Ann", f"not much, just {day} things", 6)
        say("Ann", "you?", 7)
        say("Bo", "same as ever", 8)
        say("Ann", "ha", 9)
        say("Bo", "look", 10)
        say("Ann", "", 11, kind="media", attachments=["a.jpg"])
        flat: dict[str, Any] = {"conversation_key": "flat", "conversation_name": "Flat"}
        say("Cy", f"who cooks on day {day}?", 60, **flat)
        say("Bo", "not me", 61, **flat)
        say("Ann", f"I cook number {day}", 62, **flat)
    return rows


@pytest.fixture
def made(tmp_path: Path, tokenizer: PreTrainedTokenizerBase) -> tuple[Home, Dataset]:
    return made_of(history(60), tmp_path, tokenizer)


def made_of(rows: list[dict[str, Any]], tmp_path: Path, tokenizer: PreTrainedTokenizerBase) -> tuple[Home, Dataset]:
    settings = Settings(me=Me(name="Ann"), dataset=DatasetSettings(window_tokens=160, min_replies=5))
    home = Home(tmp_path / "home")
    home.create()
    all_of_it = cleaned(raw_rows(*rows), settings)
    lay_out(home, make_safe(all_of_it.messages, settings, b"k" * 32), settings)
    turns, pairs = (pl.scan_parquet(home.table(name)) for name in ("turns", "conversation_pairs"))
    person = Person("me", "me", "Ann")
    history_ = pl.scan_parquet(home.table("messages_safe"))
    found = marks(all_of_it.messages)
    return home, build(
        turns, pairs, history_, all_of_it.ledger.lazy(), found, person, tokenizer, settings.dataset, settings.content
    )


def test_windows_hold_the_replies_and_nothing_of_another_chat(made: tuple[Home, Dataset]) -> None:
    _, dataset = made
    for messages, is_group, tokens in dataset.windows.select("messages", "is_group", "tokens").iter_rows():
        roles = [m["role"] for m in messages]
        assert roles[:2] == ["system", "user"]
        assert all(a != b for a, b in pairwise(roles))
        assert messages[-1]["weight"] == 1
        assert tokens <= 160
        said = " ".join(m["content"] for m in messages)
        assert ("cook" in said) == is_group, "chats are not mixed"
        days = {word for word in said.replace("?", " ").split() if word.isdigit()}
        assert len(days) <= 1, "sessions are not mixed"
    assert dataset.windows["target_turns"].sum() == dataset.pairs.height
    group = dataset.windows.filter("is_group")["messages"][0]
    assert group[0]["content"] == "You are Ann, texting in the group Flat."
    assert group[1]["content"].startswith("Cy: who cooks")


def test_every_message_of_the_persona_is_accounted_for_and_leads_back(made: tuple[Home, Dataset]) -> None:
    home, dataset = made
    bubbles_ = pl.read_parquet(home.table("session_messages")).filter("is_owner").height
    assert dataset.ledger.height == bubbles_, "in this history every message is a bubble"
    reasons = dict(dataset.ledger.group_by("reason").len().iter_rows())
    assert reasons["answers_nobody"] == 60
    assert reasons["no_text"] == 60
    assert 10 <= reasons["repeated_in_earlier_split"] <= 20, '"same as ever" / "ha" is learned once, not tested'
    assert set(reasons) == {None, "answers_nobody", "no_text", "repeated_in_earlier_split"}
    learned = dataset.windows.explode("target_message_ids")["target_message_ids"]
    assert learned.n_unique() == len(learned) == reasons[None]


def test_a_dataset_is_written_as_chat_jsonl(made: tuple[Home, Dataset], tmp_path: Path) -> None:
    _, dataset = made
    write_jsonl(dataset.windows, tmp_path / "out")
    lines = (tmp_path / "out/test.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == dataset.windows.filter(pl.col("split") == "test").height
    first = json.loads(lines[0])["messages"]
    assert set(first[0]) == {"role", "content"}
    assert set(first[-1]) == {"role", "content", "weight"}
    assert report(dataset.windows, 160)["train"]["replies"] > 100


def test_personas_are_found_by_name_or_refused_with_those_who_are_close() -> None:
    rows = raw_rows({"who": "Ann", "text": "a"}, {"who": "Jonas Weber", "text": "b"})
    consent = "consent = { by = 'J', date = 2026-01-01, how = 'x' }"

    def find(who: str) -> Person:
        settings = parse_settings(f"[me]\nname = 'Ann'\n[personas.jo]\nwho = '{who}'\n{consent}")
        history_ = cleaned(rows, settings).messages
        return find_persona(settings, "jo", history_.lazy(), StandIns(b"k" * 32))

    assert find("jonas  weber").name == "Jonas Weber"
    with pytest.raises(
        SettingsError, match=r"personas\.jo\.who: nobody called 'Jonas Webr' wrote anything; there are Jonas Weber"
    ):
        find("Jonas Webr")


def test_a_persona_who_answers_nobody_is_refused(tokenizer: PreTrainedTokenizerBase) -> None:
    empty = pl.LazyFrame(
        schema={
            "reply_sender_id": pl.String,
            "reply_turn_id": pl.String,
            "is_group": pl.Boolean,
            "prompt_sender_name": pl.String,
            "prompt_message_ids": pl.List(pl.String),
            "reply_message_ids": pl.List(pl.String),
            "reply_kinds": pl.List(pl.String),
            "prompt_bubbles": pl.List(pl.String),
            "reply_bubbles": pl.List(pl.String),
        }
    )
    with pytest.raises(TooFewRepliesError, match="Ann answers nobody"):
        build(
            pl.LazyFrame(),
            empty,
            tables.MESSAGES_SAFE.empty().lazy(),
            tables.LEDGER.empty().lazy(),
            tables.MESSAGE_MARKS.empty(),
            Person("me", "me", "Ann"),
            tokenizer,
            DatasetSettings(),
            Content(),
        )
