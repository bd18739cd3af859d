"""One clock, one set of people for the tellings of a conversation: what their anchors say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from chatclone_dagster.messages.alignment import Alignment, shifted
from chatclone_dagster.messages.marks import components

APP = 0
"""The person behind rows that the app itself wrote."""


def with_clock(marks: pl.DataFrame, alignment: Alignment) -> pl.DataFrame:
    """Rows of aligned tellings, with what is needed to compare them.

    Adds `circle` (the tellings that are joined), `turn` (0 for the one whose clock is used: UTC before local times, seconds before
    minutes, else the earlier export), `clock` (`at` by that clock, µs), `other` (the same by the next anchor where the distance
    changes between the anchors around a row) and `slack` (µs).
    """
    pairs = alignment.pairs
    circle = components(pairs.select("a", "b").iter_rows())
    rows = marks.filter(pl.col("telling").is_in([*circle])).with_columns(
        circle=pl.col("telling").replace_strict(circle, return_dtype=pl.UInt32),
        turn=pl.lit(0, pl.UInt32),
        clock=pl.col("at"),
        other=pl.col("at"),
        slack=pl.lit(0, pl.Int64),
    )
    best = rows.group_by("telling").agg(pl.col("circle", "utc", "unit").first(), pl.col("rank").min())
    best = best.sort(~pl.col("utc"), "unit", "rank", "telling")
    roots = best.unique("circle", keep="first", maintain_order=True)["telling"].to_list()
    done = [rows.filter(pl.col("telling").is_in(roots))]
    rest = rows.filter(~pl.col("telling").is_in(roots))
    for level in _levels(pairs, roots):
        done.append(_by_clock(rest.join(level, on="telling"), pl.concat(done), alignment.anchors))
    return pl.concat(done).sort("row")


def _levels(pairs: pl.DataFrame, roots: list[int]) -> Iterator[pl.DataFrame]:
    """The tellings next to the roots, then those next to them, …: `telling`, `parent`, its `turn` and the `swing` of the two."""
    near: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for a, b, slack in pairs.select("a", "b", "slack").iter_rows():
        near[a].append((b, slack))
        near[b].append((a, slack))
    turns = dict.fromkeys(roots, 0)
    count = dict.fromkeys(roots, 0)
    root_of = {root: root for root in roots}
    level = roots
    while True:
        found = []
        for parent in level:
            for child, slack in near[parent]:
                if child not in turns:
                    root_of[child] = root_of[parent]
                    count[root_of[child]] += 1
                    turns[child] = count[root_of[child]]
                    found.append((child, parent, turns[child], slack))
        if not found:
            return
        yield pl.DataFrame(
            found,
            schema={"telling": pl.UInt32, "parent": pl.UInt32, "its_turn": pl.UInt32, "swing": pl.Int64},
            orient="row",
        )
        level = [child for child, *_ in found]


def _by_clock(rows: pl.DataFrame, done: pl.DataFrame, anchors: pl.DataFrame) -> pl.DataFrame:
    """Put rows by the clock of `done`, the rows that are by it already."""
    both = pl.concat([anchors.select("row_a", "row_b"), anchors.select(row_a="row_b", row_b="row_a")])
    points = (
        both.join(rows.select("row", "at", "unit", "telling"), left_on="row_a", right_on="row")
        .join(done.select("row", "clock", "telling", "unit"), left_on="row_b", right_on="row", suffix="_b")
        .join(rows.select("telling", telling_b="parent").unique(), on=["telling", "telling_b"])
        .with_columns(unit=pl.max_horizontal("unit", "unit_b"))
        .with_columns(
            apart=pl.col("at") // pl.col("unit") * pl.col("unit") - pl.col("clock") // pl.col("unit") * pl.col("unit")
        )
        .with_columns(pile=(pl.col("apart") / (15 * 60_000_000)).round())
        .with_columns(usual=pl.col("apart").mode().min().over("telling", "pile"))
    )
    return (
        shifted(rows, points, ["telling"])
        .with_columns(
            clock=pl.col("at") - pl.col("before"),
            other=pl.col("at") - pl.col("after"),
            turn="its_turn",
            slack="swing",
        )
        .select(done.columns)
    )


def with_person(rows: pl.DataFrame, alignment: Alignment) -> pl.DataFrame:
    """Add `person`: one number for the senders of several tellings who are one, as their anchors say; null where none does.

    Two senders are one if most of what either has in common with the other telling, the other one said.
    """
    links = alignment.anchors.group_by("a", "b", "who_a", "who_b").len()
    most = pl.col("len") * 2
    links = links.filter(
        most > pl.col("len").sum().over("a", "b", "who_a"), most > pl.col("len").sum().over("a", "b", "who_b")
    )
    senders = rows.select("circle", "telling", "who").drop_nulls().unique().sort("telling", "who")
    senders = senders.with_row_index("node", offset=1)
    nodes = senders.select("telling", "who", "node")
    ends = links.join(nodes, left_on=["a", "who_a"], right_on=["telling", "who"]).join(
        nodes, left_on=["b", "who_b"], right_on=["telling", "who"], suffix="_b"
    )
    linked = components(ends.select("node", "node_b").iter_rows())
    # Of those whom no anchor links, the ones with one name are one.
    named = senders.filter(~pl.col("node").is_in([*linked]))
    named = named.with_columns(
        person=pl.col("node").min().over("circle", "who"), many=pl.len().over("circle", "who") > 1
    )
    one = linked | dict(named.filter("many").select("node", "person").iter_rows())
    people = senders.with_columns(
        person=pl.col("node").replace_strict(one, default=None, return_dtype=pl.UInt32)
        if one
        else pl.lit(None, pl.UInt32)
    )
    joined = rows.join(
        people.select("telling", "who", "person"), on=["telling", "who"], how="left", maintain_order="left"
    )
    return joined.with_columns(person=pl.when(pl.col("who").is_null()).then(APP).otherwise("person").cast(pl.UInt32))
