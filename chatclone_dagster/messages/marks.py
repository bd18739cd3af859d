"""Raw rows as duplicates are looked for in them: a few numbers each, so that a million rows are some tens of megabytes."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from chatclone_dagster.messages.ids import message_ids, platform_ids

SECOND, MINUTE = 1_000_000, 60_000_000
DISTINCTIVE = 16
"""Bytes (UTF-8) from which a text, if it is said once, can tell a conversation from others."""

_THING = ("media", "sticker", "voice")  # what one tool calls a picture is "omitted" to another
_PART = ("export_id", "source", "conversation_key")


def marks_of(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per raw row (tables.RAW_ROWS), in their order.

    `row` (its number) · `part` (one chat in one file) · `chat` (source and key) · `export` · `rank` (of the export: 0 begins first,
    then ends first) · `who` (the sender as exported; null for the app itself) · `at` (µs, as written) · `unit` (µs: SECOND, or
    MINUTE where no time of the part has seconds) · `utc` · `says` (the text's hash; what kind of thing where there is no text) ·
    `size` (bytes of text) · `pid` (the platform's id, where there is one to rely on) · `own_id` (as exported, whoever exported
    it) · `kind` · `revised` (edited or withdrawn) · `message_id`. Most are numbers that mean nothing in another run.
    """
    text = pl.col("text")
    thing = pl.when(pl.col("kind").is_in(_THING)).then(pl.lit(_THING[0])).otherwise("kind")
    marks = rows.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        _numbered(rows, *_PART).alias("part"),
        _numbered(rows, "source", "conversation_key").alias("chat"),
        _numbered(rows, "export_id").alias("export"),
        pl.col("sender_key").hash().alias("who"),
        pl.col("sent_local").dt.epoch("us").alias("at"),
        "tz_known",
        pl.when(text == "").then(thing.hash()).otherwise(text.hash()).alias("says"),
        text.str.len_bytes().alias("size"),
        platform_ids(rows).hash().alias("pid"),
        pl.col("platform_id").hash().alias("own_id"),
        "kind",
        (pl.col("edited") | (pl.col("kind") == "deleted")).alias("revised"),
        message_ids(rows),
    ).with_columns(
        # polars gives null a hash as well
        pl.when(rows["sender_key"].is_not_null()).then("who").alias("who"),
        pl.when(platform_ids(rows).is_not_null()).then("pid").alias("pid"),
        pl.when(rows["platform_id"].is_not_null()).then("own_id").alias("own_id"),
    )
    spans = marks.group_by("export").agg(pl.col("at").min().alias("first"), pl.col("at").max().alias("last"))
    names = rows.select("export_id").with_columns(marks["export"]).unique("export")
    ranks = spans.join(names, on="export").sort("first", "last", "export_id").with_row_index("rank")
    clocks = marks.group_by("part", "chat").agg(
        pl.when((pl.col("at") % MINUTE == 0).all()).then(MINUTE).otherwise(SECOND).cast(pl.Int64).alias("unit"),
        pl.col("tz_known").all().alias("utc"),
    )
    clocks = _with_seconds(clocks, marks).drop("chat")
    return marks.join(ranks.select("export", "rank"), on="export", how="left", maintain_order="left").join(
        clocks, on="part", how="left", maintain_order="left"
    )


def _with_seconds(clocks: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Let parts have seconds whose times are whole minutes by chance, as what they tell has in another part of the chat.

    That is all they tell in the time of the parts with seconds, and half of what they tell at least: of an export in minutes,
    a sixtieth is at the same time there.
    """
    clock = ["chat", "utc"]
    mixed = clocks.filter((pl.col("unit").n_unique() > 1).over(clock))
    if mixed.is_empty():
        return clocks
    said = marks.select("part", "at").join(mixed, on="part").group_by(*clock, "part", "unit", "at").len()
    exact = said.filter(pl.col("unit") == SECOND)
    span = exact.group_by(clock).agg(pl.col("at").min().alias("first"), pl.col("at").max().alias("last"))
    there = exact.group_by(*clock, "at").agg(pl.col("len").max().alias("there"))
    times = said.filter(pl.col("unit") == MINUTE).join(span, on=clock).join(there, on=[*clock, "at"], how="left")
    told, common = pl.col("len") <= pl.col("there").fill_null(0), pl.col("at").is_between("first", "last")
    found = times.group_by("part").agg(all=(told | ~common).all(), half=told.mean() >= 0.5).filter("all", "half")
    by_chance = pl.col("part").is_in(found["part"].implode())
    return clocks.with_columns(unit=pl.when(by_chance).then(SECOND).otherwise("unit"))


def _numbered(rows: pl.DataFrame, *columns: str) -> pl.Series:
    """Equal rows of these columns under one number."""
    return rows.select(columns).hash_rows().rank("dense").cast(pl.UInt32)


def components(edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Which nodes hang together: every node of an edge → the smallest one it can be reached from."""
    above: dict[int, int] = {}

    def top(node: int) -> int:
        while (higher := above.setdefault(node, node)) != node:
            above[node] = node = above[higher]
        return node

    for a, b in edges:
        one, two = sorted((top(a), top(b)))
        above[two] = one
    return {node: top(node) for node in above}
