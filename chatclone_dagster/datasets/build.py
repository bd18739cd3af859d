"""A persona's dataset: from the pairs and turns of the warehouse to windows, pairs and a ledger of every message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from chatclone_dagster import lake, tables
from chatclone_dagster.datasets.examples import Person, examples
from chatclone_dagster.datasets.formats import join_bubbles
from chatclone_dagster.datasets.split import SPLITS, TooFewRepliesError, check_enough, split_replies
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
    ledger: pl.LazyFrame,
    person: Person,
    tokenizer: PreTrainedTokenizerBase,
    settings: DatasetSettings,
    removed: pl.LazyFrame | None = None,
) -> Dataset:
    """Make a persona's dataset from the warehouse's `turns` and `conversation_pairs` and the ledger of stage messages.

    `removed` are the messages of the persona that were left out of the safe copy: `message_id`, `removed` (why).

    Raises:
        TooFewRepliesError: a part of the split has fewer replies than the settings ask for.
        TemplateError: the base model's chat template cannot be learned from.
    """
    own = pairs.filter(pl.col("reply_sender_id") == person.sender_id).collect()
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
    splits = split_replies(around, replies)
    replies = _with_faults(replies.join(splits, on="turn_id", how="left"), splits)
    used = replies.filter(pl.col("fault").is_null())
    targets = set(used["turn_id"])
    found = examples(around.join(splits, on="turn_id"), targets, person, tokenizer, settings.window_tokens)
    check_enough(found.select(pl.col("split").repeat_by("target_turns").explode()), settings.min_replies, person.name)
    learned = found.explode("target_message_ids").select("split", message_id="target_message_ids")
    return Dataset(
        windows=found.sort("started_at", "window_id"),
        pairs=used.select(tables.TRAINING_PAIRS.schema.names()).sort("replied_at", "pair_id"),
        ledger=pl.concat([_ledger(turns, ledger, own, replies, learned, person), _removed(ledger, removed, person)]),
    )


def _with_faults(replies: pl.DataFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """Add `fault`: why a reply is not learned from, or null.

    What it answers lies in another session or beyond a cut, so no window may show both; or the same words were
    answered the same in an earlier part, so the later one would test memory.
    """
    asked = splits.select(prompt_turn_id="turn_id", prompt_piece="piece")
    rank = pl.col("split").replace_strict({split: i for i, split in enumerate(SPLITS)}, return_dtype=pl.Int8)
    same = [pl.col(name).str.to_lowercase().str.strip_chars() for name in ("prompt", "reply")]
    fault = (
        pl.when(~pl.col("same_session"))
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
    ledger: pl.LazyFrame,
    own: pl.DataFrame,
    replies: pl.DataFrame,
    learned: pl.DataFrame,
    person: Person,
) -> pl.DataFrame:
    """What became of every message of the persona that stage messages kept (tables.LEDGER)."""
    said = turns.filter(pl.col("sender_id") == person.sender_id).select("turn_id", message_id="message_ids").collect()
    said = said.explode("message_id")
    answering, with_text = set(own["turn_id"]), set(replies["turn_id"])
    rows = ledger.filter(pl.col("stage") == "messages", pl.col("outcome") == "used").select(
        "export_id", "position", "message_id"
    )
    traced = (
        rows.join(said.lazy(), on="message_id")
        .join(learned.lazy(), on="message_id", how="left")
        .join(replies.lazy().select("turn_id", "fault"), on="turn_id", how="left")
        .with_columns(
            reason=pl.when(pl.col("split").is_not_null())
            .then(pl.lit(None, dtype=pl.String))
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


def _removed(ledger: pl.LazyFrame, removed: pl.LazyFrame | None, person: Person) -> pl.DataFrame:
    """The rows of the ledger for messages that never reached a turn, because the safe copy left them out."""
    if removed is None:
        return tables.LEDGER.empty()
    rows = ledger.filter(pl.col("stage") == "messages", pl.col("outcome") == "used").join(removed, on="message_id")
    named = rows.with_columns(
        stage=pl.lit("dataset"),
        persona=pl.lit(person.key),
        outcome=pl.lit("dropped"),
        reason="removed",
        kept_as=pl.lit(None, dtype=pl.String),
    )
    return named.select(tables.LEDGER.schema.names()).collect()


def write_jsonl(found: pl.DataFrame, folder: Path) -> None:
    """Write train.jsonl, validation.jsonl and test.jsonl: `{"messages": [...]}` a line, as other trainers read it."""
    for split in SPLITS:
        with lake.replacing(folder / f"{split}.jsonl") as aside, aside.open("w", encoding="utf-8", newline="\n") as out:
            for messages in found.filter(pl.col("split") == split)["messages"]:
                plain = [m if m["role"] == "assistant" else {k: m[k] for k in ("role", "content")} for m in messages]
                out.write(json.dumps({"messages": plain}, ensure_ascii=False) + "\n")


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
