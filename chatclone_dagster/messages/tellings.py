"""Overlapping files of one chat by one clock: a telling, in which copies of a message are the same to the letter."""

from __future__ import annotations

import polars as pl

from chatclone_dagster.messages.ids import nth_of_its_kind
from chatclone_dagster.messages.marks import DISTINCTIVE, components

A_DAY = 23 * 3_600_000_000 + 1_800_000_000
"""µs. No two clocks are further apart (Honolulu and Auckland: 23 h); what is said at the same time every day is."""

_RENAMED = 3  # texts said at the same moment by a sender of one name here and of another name there


def distinctive(marks: pl.DataFrame, within: str) -> pl.DataFrame:
    """The rows that somebody typed at some length, and whose text is said once within a part, or a telling."""
    long = marks.filter(pl.col("size") >= DISTINCTIVE, pl.col("who").is_not_null())
    return long.filter(~long.select(within, "says").hash_rows().is_duplicated())


def with_tellings(marks: pl.DataFrame) -> pl.DataFrame:
    """Add `telling`: the parts of one chat whose times are by one clock, as far as what they share says.

    Times of one precision are by one clock, unless distinctive texts in two parts lie some time apart.
    """
    parts = marks.select("part", "chat", "unit", "utc").unique("part").sort("part")
    parts = parts.with_columns(group=pl.col("part").min().over("chat", "unit", "utc"))
    crowded = parts.filter(pl.len().over("group") > 1)
    if crowded.is_empty():
        return marks.join(parts.select("part", telling="part"), on="part", how="left", maintain_order="left")
    edges = _edges(marks.join(crowded.select("part", "group"), on="part"))
    apart = edges.filter("moved")
    split = pl.col("group").is_in(apart["group"].unique().implode())
    # The parts of an edge are told apart by what they are joined to; the others go with the chat's first.
    ends = pl.concat([edges["first"], edges["part"]]).unique()
    joined = components(edges.filter(~pl.col("moved")).select("first", "part").iter_rows())
    own = pl.when(pl.col("part").is_in(ends.implode())).then(pl.col("part").replace(joined) if joined else "part")
    telling = pl.when(split).then(pl.coalesce(own, "group")).otherwise("group")
    parts = parts.with_columns(telling=telling)
    return marks.join(parts.select("part", "telling"), on="part", how="left", maintain_order="left")


def _edges(marks: pl.DataFrame) -> pl.DataFrame:
    """Parts with the same distinctive texts (`first`, `part`, both of one `group`), and whether they are `moved` in time.

    A text that any of the parts has twice tells nothing, nor does one alone at some distance.
    """
    long = distinctive(marks, "part")
    twice = marks.filter(pl.col("size") >= DISTINCTIVE).select("group", "part", "says")
    twice = twice.filter(twice.hash_rows().is_duplicated()).select("group", "says").unique()
    said = long.join(twice, on=["group", "says"], how="anti")
    first = said.sort("rank", "row").unique(["group", "says"], keep="first", maintain_order=True)
    apart = pl.col("apart")
    return (
        said.join(first.select("group", "says", first="part", then="at"), on=["group", "says"])
        .with_columns(apart=pl.col("at") - pl.col("then"))
        .filter(pl.col("part") != pl.col("first"), apart.abs() <= A_DAY)
        .group_by("group", "first", "part")
        .agg(same=(apart == 0).mean(), other=apart.filter(apart != 0).is_duplicated().any())
        .select("group", "first", "part", moved=pl.col("other") & (pl.col("same") < 0.9))
    )


def with_kept(marks: pl.DataFrame) -> pl.DataFrame:
    """Add `kept`: the row that each row is a copy of within its telling, its own number where it is none's.

    Copies have the same id of the platform, or else the same sender, time and text; of what is said twice at one time in one
    file the first is a copy of the first in another file, and the second of the second.
    """
    marks = _one_name_each(marks)
    marks = marks.with_columns(kept=_first_by_id(marks))
    shared = (pl.col("part").min() != pl.col("part").max()).over("telling")
    many = marks.filter(shared) if _has_copies(marks) else marks.clear()
    if many.is_empty():
        return marks
    many = many.with_columns(nth=nth_of_its_kind(many.select("part", "who", "at", "says")))
    same = many.with_columns(same=many.select("telling", "who", "at", "says", "nth").hash_rows())
    same = same.filter(pl.col("same").is_duplicated())
    groups = (
        same.sort(pl.col("pid").is_null(), "rank", "row")
        .group_by("same", maintain_order=True)
        .agg(
            pl.col("row"), pl.col("kept").first().alias("one"), ids=pl.col("pid").n_unique() - pl.col("pid").has_nulls()
        )
        .filter(pl.col("ids") <= 1)
    )
    found = groups.explode("row").select("row", "one")
    marks = _pointing(marks, found)
    return _pointing(marks, _revisions(marks.filter(pl.col("telling").is_in(many["telling"].unique().implode()))))


def _has_copies(marks: pl.DataFrame) -> bool:
    parts = marks.select("telling", "part").unique()
    return parts.height > parts["telling"].n_unique()


def _first_by_id(marks: pl.DataFrame) -> pl.Series:
    known = marks.filter(pl.col("pid").is_not_null())
    again = known.filter(known.select("chat", "pid").hash_rows().is_duplicated())
    if again.is_empty():
        return marks["row"].alias("kept")
    again = again.sort("rank", "row")
    first = again.select("row", pl.col("row").first().over("chat", "pid").alias("one"))
    return marks["row"].scatter(first["row"], first["one"]).alias("kept")


def _pointing(marks: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Let rows (`row`), and all that were kept as them, be kept as others (`one`)."""
    if found.is_empty():
        return marks
    target = marks["row"].scatter(found["row"], found["one"])
    return marks.with_columns(kept=target.gather(target.gather(marks["kept"])))


def _one_name_each(marks: pl.DataFrame) -> pl.DataFrame:
    """Let a sender of one telling who was renamed between two files be one `who`.

    That is: texts of the one are texts of the other at the same moments, and no file knows both.
    """
    if not _has_copies(marks):
        return marks
    said = distinctive(marks.filter((pl.col("part").min() != pl.col("part").max()).over("telling")), "part")
    said = said.select("telling", "at", "says", "who").unique()
    said = said.filter(said.select("telling", "at", "says").hash_rows().is_duplicated())
    pairs = (
        said.join(said, on=["telling", "at", "says"], suffix="_b")
        .filter(pl.col("who") < pl.col("who_b"))
        .group_by("telling", "who", "who_b")
        .len()
        .filter(pl.col("len") >= _RENAMED)
    )
    if pairs.is_empty():
        return marks
    present = marks.select("telling", "part", "who").unique()
    together = (
        pairs.join(present, on=["telling", "who"])
        .join(present, left_on=["telling", "part", "who_b"], right_on=["telling", "part", "who"], how="semi")
        .select("telling", "who", "who_b")
    )
    pairs = pairs.join(together, on=["telling", "who", "who_b"], how="anti")
    names = present.select("telling", "who").unique().sort("telling", "who").with_row_index("node")
    nodes = pairs.join(names, on=["telling", "who"]).join(
        names, left_on=["telling", "who_b"], right_on=["telling", "who"], suffix="_b"
    )
    found = components(nodes.select("node", "node_b").iter_rows())
    tops = names.filter(pl.col("node").is_in(found)).with_columns(
        node=pl.col("node").replace_strict(found, return_dtype=pl.UInt32)
    )
    tops = tops.join(names.select("node", one="who"), on="node").select("telling", "who", "one")
    joined = marks.join(tops, on=["telling", "who"], how="left", maintain_order="left")
    return joined.with_columns(who=pl.coalesce("one", "who")).drop("one")


def _revisions(marks: pl.DataFrame) -> pl.DataFrame:
    """Which messages (`row`) are others (`one`) as a later file shows them, edited or withdrawn: same sender and moment.

    Where files differ at a moment, the messages that are not in all of them are taken in order, file by file.
    """
    place = ["telling", "who", "at"]
    touched = marks.filter(pl.col("revised"), pl.col("pid").is_null()).select(place).unique()
    rows = marks.filter(pl.col("who").is_not_null(), pl.col("pid").is_null()).join(touched, on=place, how="semi")
    versions = (
        rows.with_columns(files=pl.col("export").n_unique().over(place))
        .filter(pl.col("export").n_unique().over("kept") < pl.col("files"))
        .sort("export", "row")
        .with_columns(nth=pl.int_range(pl.len()).over(*place, "export"))
        .with_columns(count=pl.len().over(*place, "export"))
        .filter((pl.col("count").min() == pl.col("count").max()).over(place))
    )
    revised = marks.select(pl.col("row").alias("kept"), pl.col("revised").alias("is_new"))
    groups = (
        versions.join(revised, on="kept")
        .sort("rank", "row")
        .group_by(*place, "nth", maintain_order=True)
        .agg(
            pl.col("kept"), pl.col("kept").first().alias("one"), old=pl.col("kept").filter(~pl.col("is_new")).n_unique()
        )
        .filter(pl.col("old") <= 1)
    )
    found = groups.explode("kept").select(row="kept", one="one").filter(pl.col("row") != pl.col("one"))
    return found.unique("row", keep="first", maintain_order=True)
