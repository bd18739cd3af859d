"""Bots: senders that are programs, by their name or by writing the same few sentences by the clock.

What the app itself marks as a bot's message the readers have made a `system` message already; this finds the others. A chat of
two is never judged by the clock: somebody who answers there talks with it, person or not, and nothing is learned of one nobody
answers.
"""

from __future__ import annotations

import polars as pl

_NAME = (
    r"(?i:^@\w*bot$)|(?i:[_-]bot$)|\p{Ll}Bot$|(?i:(?:^|[\s(\[])bot(?:[\s)\]#:]|$))|\[APP\]|"
    r"(?i:^(?:mee6|dyno|carl-bot|dank memer|statbot|slackbot|simple poll|chanserv|nickserv|ubottu|ubotu|floodbot\w*|"
    r"github|jira|pagerduty|giphy|google calendar|botfather)$)"
)
_PEOPLE = r"(?i)\ble bot\b"  # a surname in Brittany; Talbot and Abbot do not match in the first place
FEWEST = 20
"""Messages from which a sender's sentences can be compared."""
SHORTEST = 15
"""Characters a message has on average before its repetition is a program's: "ok" and "haha" are everybody's."""
SHARE = 0.8
"""Of a program's messages, how many are one of its three commonest sentences, numbers, names and links apart."""
BY_THE_CLOCK = 0.6
"""Of a program's messages, how many are sent at its two commonest minutes of the hour."""


def bots(said: pl.DataFrame) -> pl.DataFrame:
    """Everything that bots sent; `message_id`, `detail`: `name` or `pattern`. The owner is none."""
    others = said.filter(~pl.col("is_owner"))
    names = others.select("sender_id", "sender_name").unique()
    by_name = names.filter(pl.col("sender_name").str.contains(_NAME), ~pl.col("sender_name").str.contains(_PEOPLE))
    named = by_name.select("sender_id", detail=pl.lit("name")).unique("sender_id")
    rest = others.join(named, on="sender_id", how="anti")
    found = pl.concat([named, _by_pattern(rest.filter("is_group")).select("sender_id", detail=pl.lit("pattern"))])
    return others.join(found, on="sender_id", maintain_order="left").select("message_id", "detail")


def _by_pattern(said: pl.DataFrame) -> pl.DataFrame:
    """Senders of a few fixed sentences at fixed minutes, in groups: `sender_id`."""
    lengths = pl.col("text").str.len_chars().mean()
    could = said.group_by("sender_id").agg(messages=pl.len(), length=lengths)
    could = could.filter(pl.col("messages") >= FEWEST, pl.col("length") >= SHORTEST)
    minutes = said.join(could, on="sender_id").select("sender_id", "messages", minute=pl.col("sent_at").dt.minute())
    clocked = _share_of_commonest(minutes, "minute", 2).filter(pl.col("share") >= BY_THE_CLOCK)
    sentence = pl.col("text").str.replace_all(r"(?i)https?://\S+|[@#]\S+|\p{N}+|\b\p{Lu}\w*", "·")
    sentences = (
        said.join(clocked, on="sender_id", how="semi").join(could, on="sender_id").with_columns(sentence=sentence)
    )
    return _share_of_commonest(sentences, "sentence", 3).filter(pl.col("share") >= SHARE).select("sender_id")


def _share_of_commonest(rows: pl.DataFrame, column: str, most: int) -> pl.DataFrame:
    """For every sender the share of the `most` commonest values of a column: `sender_id`, `share`."""
    return (
        rows.group_by("sender_id", "messages", column)
        .agg(pl.len().alias("times"))
        .group_by("sender_id", "messages")
        .agg(times=pl.col("times").top_k(most).sum())
        .select("sender_id", share=pl.col("times") / pl.col("messages"))
    )
