"""Splits and windows: by time, in pieces that are not cut, and every reply learned once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatclone_dagster import tables
from chatclone_dagster.datasets.formats import Turn
from chatclone_dagster.datasets.split import TooFewRepliesError, check_enough, split_replies
from chatclone_dagster.datasets.windows import Spoken, windows

turn_lengths = st.lists(st.tuples(st.booleans(), st.integers(1, 60)), min_size=1, max_size=40)


@given(turn_lengths, st.integers(40, 120))
def test_every_reply_is_learned_in_one_window_that_fits(lengths: list[tuple[bool, int]], budget: int) -> None:
    turns = []
    for i, (wanted, tokens) in enumerate(lengths):
        mine = i % 2 == 1
        turns.append(
            Spoken(str(i), Turn("Ann" if mine else "Bo", ("x" * 4 * tokens,), mine, mine and wanted), (str(i),), tokens)
        )
    found = windows(turns, budget)
    learned = [spoken.turn_id for window in found for spoken in window.targets]
    assert learned == [s.turn_id for s in turns if s.is_target and s.turn_id in learned], "in order, none twice"
    for window in found:
        ids = [int(spoken.turn_id) for spoken in window.turns]
        assert ids == list(range(ids[0], ids[-1] + 1)), "a window has no holes"
        assert sum(spoken.tokens for spoken in window.turns) <= budget
        assert not window.turns[0].turn.is_persona
        assert window.turns[-1].is_target
    left = {s.turn_id for s in turns if s.is_target} - set(learned)
    for turn in left:
        assert budget - turns[int(turn)].tokens < 16, "only what fills the budget alone is left out"


def timeline(sessions: list[list[int]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sessions as lists of pauses in minutes before each turn; every second turn is a reply."""
    rows, at = [], datetime(2024, 1, 1, tzinfo=UTC)
    for number, pauses in enumerate(sessions):
        at += timedelta(days=1)
        for turn, pause in enumerate(pauses, start=1):
            at += timedelta(minutes=pause)
            rows.append((f"s{number}", turn, f"s{number}t{turn}", at, at))
    schema = {"session_id": pl.String, "turn_no": pl.Int32, "turn_id": pl.String}
    turns = pl.DataFrame(rows, schema={**schema, "started_at": tables.UTC, "ended_at": tables.UTC}, orient="row")
    return turns, turns.filter(pl.col("turn_no") % 2 == 0).select("turn_id")


@given(st.lists(st.lists(st.integers(0, 30), min_size=2, max_size=40), min_size=1, max_size=30))
def test_the_split_follows_time_and_cuts_no_piece(sessions: list[list[int]]) -> None:
    turns, replies = timeline(sessions)
    made = split_replies(turns, replies)
    assert made["turn_id"].n_unique() == made.height
    assert made.group_by("piece").agg(pl.col("split").n_unique())["split"].max() == 1
    placed = made.join(turns, on="turn_id").join(replies, on="turn_id", how="semi").sort("started_at")
    order = {"train": 0, "validation": 1, "test": 2}
    ranks = [order[split] for split in placed["split"]]
    assert ranks == sorted(ranks), "what is tested comes after what is learned"
    assert placed.height == replies.height
    most = placed.group_by("piece").len()["len"].max()
    assert isinstance(most, int)
    assert most <= max(1, int(0.05 * replies.height))


def test_one_long_evening_is_cut_at_its_largest_pauses() -> None:
    pauses = [0] + [1] * 79
    pauses[40] = 50
    turns, replies = timeline([pauses, *([[0, 1]] * 60)])
    made = split_replies(turns, replies)
    pieces = made.join(turns.filter(pl.col("session_id") == "s0"), on="turn_id").sort("turn_no")["piece"].to_list()
    assert pieces[39] != pieces[40]
    assert len(set(pieces)) > 2


@pytest.mark.parametrize("pauses", [[1, 1], [1, 20], [20, 1], [0, 0]])
def test_an_evening_of_even_pauses_falls_into_few_pieces_and_keeps_answers_with_questions(pauses: list[int]) -> None:
    turns, replies = timeline([pauses * 200])
    made = split_replies(turns, replies).sort(pl.col("turn_id").str.extract(r"t(\d+)").cast(pl.Int32))
    assert made["piece"].n_unique() < 60, "20 would do; one a reply were 200"
    pieces = made["piece"].to_list()
    assert all(pieces[i] == pieces[i - 1] for i in range(1, len(pieces), 2)), "a reply stands with what it answers"


def test_too_little_to_split_says_how_much_there_is() -> None:
    splits = pl.DataFrame({"split": ["train"] * 30 + ["test"] * 2})
    with pytest.raises(
        TooFewRepliesError, match=r"Ann has 32 replies to work with \(30 to learn, 0 to choose, 2 to test\)"
    ):
        check_enough(splits, 20, "Ann")
