"""One message, one id, which neither settings nor other exports change."""

from __future__ import annotations

import polars as pl

from chatclone_dagster import lake

_SAID = ("source", "sender_key", "sent_local", "kind", "text")


def nth_of_its_kind(keys: pl.DataFrame) -> pl.Series:
    """For every row how many rows before it are the same; most rows are like no other and cost next to nothing."""
    same = keys.hash_rows()
    again = same.is_duplicated()
    if not again.any():
        return pl.repeat(0, keys.height, dtype=pl.UInt32, eager=True)
    rows = again.arg_true()
    nth = pl.DataFrame({"same": same.gather(rows)}).select(
        pl.int_range(pl.len(), dtype=pl.UInt32).over("same").alias("nth")
    )
    return pl.repeat(0, keys.height, dtype=pl.UInt32, eager=True).scatter(rows, nth["nth"])


def message_ids(rows: pl.DataFrame) -> pl.Series:
    """The `message_id` of raw rows (tables.RAW_ROWS, in file order).

    It is the platform's id where there is one to rely on, else a hash of chat, sender, local time, kind, text and occurrence
    (the how-manieth same message of its file: "ok", "ok" are two). Zone and identity play no part in it.
    """
    ids = platform_ids(rows)
    missing = ids.is_null().arg_true()
    nth = nth_of_its_kind(rows.select("export_id", "conversation_key", *_SAID))
    said = rows[missing] if len(missing) < rows.height else rows
    lines = said.select(
        pl.concat_str(
            "conversation_key",
            "source",
            pl.col("sender_key").fill_null(""),
            pl.col("sent_local").dt.epoch("us").cast(pl.String),
            "kind",
            "text",
            nth.gather(missing).cast(pl.String).alias("nth"),
            separator="\x1f",
        ).alias("message_id")
    )["message_id"]
    hashes = lake.digest(lines)
    return hashes if len(missing) == rows.height else ids.scatter(missing, hashes).rename("message_id")


def platform_ids(rows: pl.DataFrame) -> pl.Series:
    """The platform's own ids, made unique by source (and chat); null where there is none to rely on.

    Some apps number messages from 1 in every chat, some exporters in every file: an id that stands for several times is none
    by itself, and one that does so within a chat is none at all.
    """
    none = pl.repeat(None, rows.height, dtype=pl.String, eager=True).alias("message_id")
    given = rows["platform_id"].is_not_null().arg_true()
    if not len(given):
        return none
    with_id = rows.select("source", "conversation_key", "platform_id", "sent_local")[given]
    once = pl.col("sent_local").min() == pl.col("sent_local").max()
    chat = lake.digest(with_id["conversation_key"], 12)  # a key can be a title, and ids go where names may not
    found = with_id.select(
        pl.when(once.over("source", "platform_id"))
        .then(pl.concat_str("source", "platform_id", separator=":"))
        .when(once.over("source", "conversation_key", "platform_id"))
        .then(pl.concat_str("source", chat, "platform_id", separator=":"))
        .alias("message_id")
    )["message_id"]
    return none.scatter(given, found)
