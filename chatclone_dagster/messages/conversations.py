"""Which rows belong to one chat: by the app's key, and by what exports of one chat under two names share."""

from __future__ import annotations

import polars as pl

from chatclone_dagster import lake

LONG_ENOUGH = 12
"""Characters from which a text of one sender at one time is taken to be said in one chat only."""

FEWEST_SHARED = 10
"""Messages two exports must share before they can be one chat."""

_CHAT = ("source", "conversation_key")


def with_conversations(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `conversation_id` to rows that carry `content_id`, and give each chat the name of its latest export.

    Two chats of one source are one if they share at least FEWEST_SHARED messages, of two people or more, and half of the
    messages that the smaller one has in the time both cover. What somebody sends to every friend does not join them.
    """
    root = _same_chats(rows)
    chats = (
        rows.group_by(*_CHAT)
        .agg(pl.col("sent_local").min().alias("first"), pl.col("sent_local").max().alias("last"))
        .with_columns(
            pl.struct(*_CHAT)
            .map_elements(lambda c: root.get((c["source"], c["conversation_key"]), c["conversation_key"]), pl.String)
            .alias("root")
        )
    )
    ids = lake.digest(chats.select(pl.concat_str("source", "root", separator="\x1f"))["source"], 12)
    chats = chats.with_columns(ids.alias("conversation_id"))
    rows = rows.join(chats.select(*_CHAT, "conversation_id"), on=_CHAT, how="left", maintain_order="left")
    names = (
        rows.sort("sent_local", maintain_order=True)
        .group_by("conversation_id")
        .agg(pl.col("conversation_name").last().alias("name"))
    )
    return (
        rows.join(names, on="conversation_id", how="left", maintain_order="left")
        .with_columns(conversation_name=pl.col("name"))
        .drop("name")
    )


def _same_chats(rows: pl.DataFrame) -> dict[tuple[str, str], str]:
    """For every chat that is a part of another one: the key of the one that begins first."""
    long = (
        rows.filter(pl.col("text").str.len_chars() >= LONG_ENOUGH, pl.col("sender_key").is_not_null())
        .select(*_CHAT, "content_id", "sent_local", "sender_key")
        .unique([*_CHAT, "content_id"])
    )
    pairs = (
        long.join(long, on=["source", "content_id"], suffix="_b")
        .filter(pl.col("conversation_key") < pl.col("conversation_key_b"))
        .group_by("source", "conversation_key", "conversation_key_b")
        .agg(pl.len().alias("shared"), pl.col("sender_key").n_unique().alias("people"))
        .filter(pl.col("shared") >= FEWEST_SHARED, pl.col("people") > 1)
        .drop("people")
        .sort("source", "conversation_key", "conversation_key_b")
    )
    spans = {
        (source, key): (first, last)
        for source, key, first, last in long.group_by(*_CHAT)
        .agg(pl.col("sent_local").min().alias("first"), pl.col("sent_local").max().alias("last"))
        .iter_rows()
    }
    root: dict[tuple[str, str], str] = {}
    for source, a, b, shared in pairs.iter_rows():
        start = max(spans[source, a][0], spans[source, b][0])
        end = min(spans[source, a][1], spans[source, b][1])
        common = long.filter(pl.col("source") == source, pl.col("sent_local").is_between(start, end))
        fewer = min(common.filter(pl.col("conversation_key") == key).height for key in (a, b))
        if shared * 2 >= fewer:
            one, two = root.get((source, a), a), root.get((source, b), b)
            keep = min(one, two, key=lambda key: (spans[source, key][0], key))
            for key in {a, b, one, two, *(k for (s, k), r in root.items() if s == source and r in (one, two))}:
                root[source, key] = keep
    return root
