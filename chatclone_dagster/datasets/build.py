"""A persona's dataset: from the pairs and turns of the warehouse to windows, pairs and a ledger of every message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from chatclone_dagster import lake, tables
from chatclone_dagster.datasets.content import left_out, with_left_out, without_quotes
from chatclone_dagster.datasets.examples import Person, examples
from chatclone_dagster.datasets.formats import join_bubbles
from chatclone_dagster.datasets.split import SPLITS, TooFewRepliesError, check_enough, split_replies
from chatclone_dagster.settings import Content
from chatclone_dagster.settings import Dataset as DatasetSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, slots=True)
class Dataset:
    """Windows (tables.TRAINING_DATASET), pairs (TRAINING_PAIRS) and the ledger of the persona's messages (LEDGER)."""

    windows: pl.DataFrame
    pairs: pl.DataFrame
    ledger: pl.DataFrame


def build(
    turns: pl.LazyFrame,
    pairs: pl.LazyFrame,
    history: pl.LazyFrame,
    ledger: pl.LazyFrame,
    marks: pl.DataFrame,
    person: Person,
    tokenizer: PreTrainedTokenizerBase,
    settings: DatasetSettings,
    content: Content,
) -> Dataset:
    """Make a persona's dataset from the warehouse's `turns` and `conversation_pairs`.

    `history` (tables.MESSAGES_SAFE) and the `ledger` of stage messages say what there is to account for, `marks`
    (MESSAGE_MARKS) what is not the persona's own words.

    Raises:
        TooFewRepliesError: a part of the split has fewer replies than the settings ask for.
        TemplateError: the base model's chat template cannot be learned from.
    """
    own = pairs.filter(pl.col("reply_sender_id") == person.sender_id).collect()
    for side in ("prompt", "reply"):
        own = without_quotes(own, f"{side}_bubbles", f"{side}_message_ids", marks, content.leave_out)
    own = own.rename({"reply_turn_id": "turn_id"}).with_columns(
        has_text=pl.col("reply_kinds").list.contains("text"),
        prompt=pl.when("is_group").then(pl.concat_str("prompt_sender_name", pl.lit(": "))).otherwise(pl.lit(""))
        + pl.col("prompt_bubbles").map_elements(join_bubbles, pl.String),
        reply=pl.col("reply_bubbles").map_elements(join_bubbles, pl.String),
    )
    replies = own.filter("has_text")
    if replies.is_empty():
        raise TooFewRepliesError(f"{person.name} answers nobody in these exports, so there is nothing to learn from")
    around = turns.join(replies.lazy().select("session_id").unique(), on="session_id", how="semi").collect()
    around = without_quotes(around, "bubbles", "message_ids", marks, content.leave_out)
    splits = split_replies(around, replies)
    replies = with_left_out(replies, marks, content.leave_out)
    replies = _with_faults(replies.join(splits, on="turn_id", how="left"), splits)
    used = replies.filter(pl.col("fault").is_null())
    targets = set(used["turn_id"])
    found = examples(around.join(splits, on="turn_id"), targets, person, tokenizer, settings.window_tokens)
    check_enough(found.select(pl.col("split").repeat_by("target_turns").explode()), settings.min_replies, person.name)
    learned = found.explode("target_message_ids").select("split", message_id="target_message_ids")
    return Dataset(
        windows=found.sort("started_at", "window_id"),
        pairs=used.select(tables.TRAINING_PAIRS.schema.names()).sort("replied_at", "pair_id"),
        ledger=_ledger(turns, history, ledger, left_out(marks, content.leave_out), own, replies, learned, person),
    )


def _with_faults(replies: pl.DataFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """Add `fault`: why a reply is not learned from, or null.

    Its mark, or that of what it answers, leaves it out (`left_out`); or what it answers lies in another session or beyond a
    cut, so no window may show both; or the same words were answered the same in an earlier part, so the later one would
    test memory.
    """
    asked = splits.select(prompt_turn_id="turn_id", prompt_piece="piece")
    rank = pl.col("split").replace_strict({split: i for i, split in enumerate(SPLITS)}, return_dtype=pl.Int8)
    same = [pl.col(name).str.to_lowercase().str.strip_chars() for name in ("prompt", "reply")]
    fault = (
        pl.when(pl.col("left_out").is_not_null())
        .then("left_out")
        .when(~pl.col("same_session"))
        .then(pl.lit("answers_another_session"))
        .when(pl.col("prompt_piece").ne_missing(pl.col("piece")))
        .then(pl.lit("cut_from_its_prompt"))
        .when(rank > rank.min().over(same))
        .then(pl.lit("repeated_in_earlier_split"))
    )
    joined = replies.join(asked, on="prompt_turn_id", how="left", maintain_order="left")
    return joined.with_columns(fault=fault).drop("prompt_piece")


def _ledger(
    turns: pl.LazyFrame,
    history: pl.LazyFrame,
    ledger: pl.LazyFrame,
    unwanted: pl.DataFrame,
    own: pl.DataFrame,
    replies: pl.DataFrame,
    learned: pl.DataFrame,
    person: Person,
) -> pl.DataFrame:
    """What became of every message of the persona that stage safe kept (tables.LEDGER)."""
    theirs = history.filter(pl.col("sender_id") == person.sender_id, pl.col("removed").is_null())
    theirs = theirs.select("message_id", "kind")
    said = turns.filter(pl.col("sender_id") == person.sender_id).select("turn_id", message_id="message_ids")
    answering, with_text = (frame["turn_id"].implode() for frame in (own, replies))
    rows = ledger.filter(pl.col("stage") == "messages", pl.col("outcome") == "used").select(
        "export_id", "position", "message_id"
    )
    traced = (
        rows.join(theirs, on="message_id")
        .join(said.explode("message_id"), on="message_id", how="left")
        .join(learned.lazy(), on="message_id", how="left")
        .join(replies.lazy().select("turn_id", "fault"), on="turn_id", how="left")
        .join(unwanted.lazy(), on="message_id", how="left")
        .with_columns(
            reason=pl.when(pl.col("split").is_not_null())
            .then(pl.lit(None, dtype=pl.String))
            .when(pl.col("turn_id").is_null() & pl.col("kind").is_in(["deleted", "unavailable"]))
            .then(pl.lit("withdrawn"))
            .when(pl.col("turn_id").is_null() & (pl.col("kind") == "text"))
            .then(pl.lit("empty"))
            .when(pl.col("turn_id").is_null())
            .then(pl.lit("not_shown"))
            .when(pl.col("mark").is_not_null())
            .then("mark")
            .when(~pl.col("turn_id").is_in(answering))
            .then(pl.lit("answers_nobody"))
            .when(~pl.col("turn_id").is_in(with_text))
            .then(pl.lit("no_text"))
            .otherwise(pl.col("fault").fill_null("no_room_for_context"))
        )
    )
    return traced.select(
        stage=pl.lit("dataset"),
        persona=pl.lit(person.key),
        export_id="export_id",
        position="position",
        message_id="message_id",
        outcome=pl.when(pl.col("split").is_not_null()).then(pl.lit("used")).otherwise(pl.lit("dropped")),
        reason="reason",
        kept_as="split",
    ).collect()


def write_jsonl(found: pl.DataFrame, folder: Path) -> None:
    """Write train.jsonl, validation.jsonl and test.jsonl: a line each window, in the order of the table."""
    for split in SPLITS:
        with lake.replacing(folder / f"{split}.jsonl") as aside, aside.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(_lines(found, split))


def stray_lines(found: pl.DataFrame, folder: Path) -> int:
    """How many lines of the JSONL files in a folder are missing, too many, or not what the window in their place says."""
    stray = 0
    for split in SPLITS:
        with (folder / f"{split}.jsonl").open(encoding="utf-8", newline="\n") as written:
            stray += sum(one != other for one, other in zip_longest(written, _lines(found, split)))
    return stray


def _lines(found: pl.DataFrame, split: str) -> Iterator[str]:
    """`{"messages": [...]}` for every window of a split, as other trainers read it."""
    for messages in found.filter(pl.col("split") == split)["messages"]:
        plain = [m if m["role"] == "assistant" else {k: m[k] for k in ("role", "content")} for m in messages]
        yield json.dumps({"messages": plain}, ensure_ascii=False) + "\n"


def report(found: pl.DataFrame, budget: int) -> dict[str, Any]:
    """What a trainer will see: windows, replies and tokens by split, and how full the windows are."""
    sums = found.group_by("split").agg(
        windows=pl.len(),
        replies=pl.col("target_turns").sum(),
        tokens=pl.col("tokens").sum(),
        learned_tokens=pl.col("target_tokens").sum(),
        fill=pl.col("tokens").mean() / budget,
    )
    return {row["split"]: {k: v for k, v in row.items() if k != "split"} for row in sums.sort("split").to_dicts()}
