"""What marks on messages (tables.MESSAGE_MARKS) mean for a dataset: quotes are cut off, other marks leave a reply out.

A reply is learned whole or not at all: where one of its bubbles is left out, the others would be joined across the gap.
What is left out can still be answered, so it stays as context.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from chatclone_dagster.messages.content.quotes import without_lines

QUOTE = "quote"


def left_out(marks: pl.DataFrame, leave_out: Sequence[str]) -> pl.DataFrame:
    """The messages that are not to be learned: `message_id`, `mark` (the first of `leave_out` they bear)."""
    order = pl.col("mark").replace_strict({mark: i for i, mark in enumerate(leave_out)}, return_dtype=pl.Int32)
    cut_off = (pl.col("mark") == QUOTE) & pl.col("detail").is_not_null()
    return (
        marks.filter(pl.col("mark").is_in(leave_out), ~cut_off)
        .sort(order)
        .unique("message_id", keep="first", maintain_order=True)
        .select("message_id", "mark")
    )


def without_quotes(
    turns: pl.DataFrame, bubbles: str, ids: str, marks: pl.DataFrame, leave_out: Sequence[str]
) -> pl.DataFrame:
    """Cut quotes that are lines of their own off the bubbles (lists `bubbles` and `ids`) of turns."""
    lines = marks.filter(pl.col("mark") == QUOTE, pl.col("detail").is_not_null()).select("message_id", lines="detail")
    if QUOTE not in leave_out or lines.is_empty():
        return turns
    single = turns.select(bubble=bubbles, message_id=ids).with_row_index("row").explode("bubble", "message_id")
    quoting = single.join(lines, on="message_id", how="semi")["row"].unique()
    cut = (
        single.filter(pl.col("row").is_in(quoting.implode()))
        .join(lines, on="message_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("lines").is_not_null())
            .then(pl.struct("bubble", "lines").map_elements(_own, pl.String, skip_nulls=False))
            .otherwise("bubble")
            .alias("bubble")
        )
        .group_by("row")
        .agg(cut="bubble")
    )
    joined = turns.with_row_index("row").join(cut, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("cut", bubbles).alias(bubbles)).drop("row", "cut")


def _own(message: dict[str, str | None]) -> str:
    bubble, lines = message["bubble"] or "", message["lines"]
    return without_lines(bubble, lines) if lines else bubble


def with_left_out(replies: pl.DataFrame, marks: pl.DataFrame, leave_out: Sequence[str]) -> pl.DataFrame:
    """Add `left_out` to replies (rows of conversation_pairs): why the reply as a whole is not learned, or null."""
    unwanted = left_out(marks, leave_out)["message_id"].implode()
    bots = marks.filter(pl.col("mark") == "bot", pl.lit("bot" in leave_out))["message_id"].implode()
    marked, answers = (
        replies.select("turn_id", message_id=ids).explode("message_id").filter(pl.col("message_id").is_in(wanted))
        for ids, wanted in (("reply_message_ids", unwanted), ("prompt_message_ids", bots))
    )
    reason = (
        pl.when(pl.col("turn_id").is_in(marked["turn_id"].implode()))
        .then(pl.lit("beside_left_out"))
        .when(pl.col("turn_id").is_in(answers["turn_id"].implode()))
        .then(pl.lit("answers_bot"))
    )
    return replies.with_columns(left_out=reason)
