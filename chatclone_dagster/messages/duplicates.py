"""One message, one row: ids that settings never change, and further copies of a message found in other exports."""

from __future__ import annotations

import polars as pl

from chatclone_dagster import lake

_SAID = ("source", "sender_key", "sent_local", "kind", "text")


def with_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `message_id` and `content_id` to raw rows (tables.RAW_ROWS, in file order).

    `message_id` is the platform's id where there is one to rely on, else a hash of chat, sender, local time, kind, text and
    occurrence (the how-manieth same message of its file: "ok", "ok" are two). `content_id` is the same without the
    chat, to recognise a message in exports that name the chat differently. Zone and identity play no part in either.
    """
    occurrence = pl.int_range(pl.len()).over("export_id", "conversation_key", *_SAID)
    said = [
        pl.col("source"),
        pl.col("sender_key").fill_null(""),
        pl.col("sent_local").dt.epoch("us").cast(pl.String),
        pl.col("kind"),
        pl.col("text"),
        occurrence.cast(pl.String),
    ]
    lines = rows.select(
        content=pl.concat_str(said, separator="\x1f"),
        message=pl.concat_str(pl.col("conversation_key"), *said, separator="\x1f"),
    )
    # Some apps number messages from 1 in every chat, some exporters in every file: an id that stands for several times is
    # none by itself, and one that does so within a chat is none at all.
    times = pl.col("sent_local").n_unique()
    platform_id = (
        pl.when(times.over("source", "platform_id") == 1)
        .then(pl.concat_str("source", "platform_id", separator=":"))
        .when(times.over("source", "conversation_key", "platform_id") == 1)
        .then(pl.concat_str("source", "conversation_key", "platform_id", separator=":"))
    )
    return rows.with_columns(
        lake.digest(lines["message"]).alias("message_id"), lake.digest(lines["content"]).alias("content_id")
    ).with_columns(
        pl.coalesce(platform_id, "message_id").alias("message_id"),
        pl.coalesce(platform_id, "content_id").alias("content_id"),
    )


def in_export_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `export_rank`: 0 for the export that begins (then ends) first. Of two copies the lowest rank is kept."""
    spans = rows.group_by("export_id").agg(first=pl.col("sent_local").min(), last=pl.col("sent_local").max())
    ranked = spans.sort("first", "last", "export_id").with_row_index("export_rank")
    return rows.join(ranked.select("export_id", "export_rank"), on="export_id", how="left", maintain_order="left")


def mark_copies(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `kept_id`: the message each row is a copy of, its own id where it is the one that is kept.

    `rows` need `conversation_id`, `content_id`, `message_id` and `export_rank`. Of the rows with one `content_id` in
    one chat the one in the earliest export is kept. Then edits and withdrawals made between two exports are followed: a
    row that a later export shows as edited or deleted, where the earlier export has another text by the same sender at
    the same time, is the same message.
    """
    first = (
        rows.sort("export_rank", maintain_order=True)
        .group_by("conversation_id", "content_id", maintain_order=True)
        .agg(pl.col("message_id").first().alias("kept_id"))
    )
    marked = rows.join(first, on=["conversation_id", "content_id"], how="left", maintain_order="left")
    return _follow_revisions(marked)


def _follow_revisions(rows: pl.DataFrame) -> pl.DataFrame:
    place = ["conversation_id", "sender_key", "sent_local"]
    exports = rows.group_by("kept_id").agg(pl.col("export_rank").unique().alias("exports"))
    kept = (
        rows.filter((pl.col("message_id") == pl.col("kept_id")) & pl.col("platform_id").is_null())
        .unique("kept_id", maintain_order=True)
        .join(exports, on="kept_id")
    )
    revised = pl.col("edited") | (pl.col("kind") == "deleted")
    pairs = (
        kept.filter(revised & (pl.col("export_rank") > 0))
        .select(*place, "export_rank", pl.col("kept_id").alias("new_id"))
        .join(kept.filter(~revised).select(*place, "exports", pl.col("kept_id").alias("old_id")), on=place)
        .filter(~pl.col("exports").list.contains(pl.col("export_rank")))
        .filter(pl.col("exports").list.min() < pl.col("export_rank"))
        .filter((pl.len().over("new_id") == 1) & (pl.len().over("old_id") == 1))
    )
    follow = pairs.select(pl.col("new_id").alias("kept_id"), "old_id")
    joined = rows.join(follow, on="kept_id", how="left", maintain_order="left")
    return joined.with_columns(kept_id=pl.coalesce("old_id", "kept_id")).drop("old_id")
