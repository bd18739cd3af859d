"""Train on the past, test on the future: whole stretches of chat, in the order of time, 80 / 10 / 10 by replies."""

from __future__ import annotations

import polars as pl

from chatclone_dagster.errors import UserError

SPLITS = ("train", "validation", "test")
UP_TO = {"train": 0.8, "validation": 0.9, "test": 1.0}
LARGEST_PIECE = 0.05
"""A session with more than this share of the replies is cut, or one long evening could be a whole split."""


class TooFewRepliesError(UserError):
    """There is not enough to learn from and to test on; the message says how many replies there are and are needed."""


def split_replies(turns: pl.DataFrame, replies: pl.DataFrame) -> pl.DataFrame:
    """Give every reply a piece and a split.

    Args:
        turns: all turns of the sessions with replies: `session_id`, `turn_no`, `turn_id`, `started_at`, `ended_at`.
        replies: the persona's replies among them: `turn_id`.

    Returns:
        `turn_id` of every turn (the others' too), `piece` (a session, or a part of one that was cut at its largest
        pauses; context never crosses it) and `split`. No piece lies in two splits.
    """
    marked = turns.join(replies.select("turn_id", reply=True), on="turn_id", how="left").with_columns(
        pl.col("reply").fill_null(value=False)
    )
    limit = max(1, int(LARGEST_PIECE * replies.height))
    sessions = marked.sort("session_id", "turn_no").partition_by("session_id", maintain_order=True)
    pieces = pl.concat([_cut(session, limit) for session in sessions])
    sizes = (
        pieces.filter("reply")
        .group_by("piece")
        .agg(replies=pl.len(), at=pl.col("started_at").min())
        .sort("at", "piece")
        .with_columns(middle=(pl.col("replies").cum_sum() - pl.col("replies") / 2) / replies.height)
        .with_columns(
            split=pl.when(pl.col("middle") <= UP_TO["train"])
            .then(pl.lit("train"))
            .when(pl.col("middle") <= UP_TO["validation"])
            .then(pl.lit("validation"))
            .otherwise(pl.lit("test"))
        )
    )
    return pieces.join(sizes.select("piece", "split"), on="piece").select("turn_id", "piece", "split")


def _cut(session: pl.DataFrame, limit: int) -> pl.DataFrame:
    """Number the pieces of one session, cut at its largest pauses until none holds more than `limit` replies."""
    replies = session["reply"].to_list()
    started, ended = session["started_at"].to_list(), session["ended_at"].to_list()
    before = [0]
    for reply in replies:
        before.append(before[-1] + reply)
    cuts: list[int] = []
    todo = [(0, len(replies))]
    while todo:
        low, high = todo.pop()
        if before[high] - before[low] <= limit:
            continue
        # Neither side may become a crumb, and of equal pauses (minutes are all that some exports tell) the one nearest
        # to the middle counts: else one evening of even pauses falls into as many pieces as it has replies.
        least = max(1, min(limit // 4, (before[high] - before[low]) // 2))
        inner = [i for i in range(low + 1, high) if before[low] + least <= before[i] <= before[high] - least]
        inner = [i for i in inner if not replies[i]] or inner  # else a slow answer loses what it answers
        at = max(
            inner, key=lambda i: (started[i] - ended[i - 1], min(before[i] - before[low], before[high] - before[i]))
        )
        cuts.append(at)
        todo += [(low, at), (at, high)]
    starts = set(cuts)
    number = pl.Series([i in starts for i in range(len(replies))]).cum_sum()
    return session.with_columns(piece=pl.concat_str("session_id", number, separator="/"))


def check_enough(splits: pl.DataFrame, fewest: int, who: str) -> None:
    """Refuse a split with too few replies (`split` of every reply that is used).

    Raises:
        TooFewRepliesError: any part has fewer than `fewest`.
    """
    counts = dict(splits.group_by("split").len().iter_rows())
    if any(counts.get(split, 0) < fewest for split in SPLITS):
        found = ", ".join(f"{counts.get(split, 0)} to {_USE[split]}" for split in SPLITS)
        raise TooFewRepliesError(
            f"{who} has {sum(counts.values())} replies to work with ({found}); each part needs {fewest}, "
            f"about {10 * fewest} in all: add more exports, or lower dataset.min_replies in chatclone.toml"
        )


_USE = {"train": "learn", "validation": "choose", "test": "test"}
