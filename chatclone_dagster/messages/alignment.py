"""Which tellings tell the same conversation by different clocks, and how far the clocks are apart.

Two phones in two zones, a tool that writes UTC and one that writes local time, an export in minutes and one in seconds: their
times differ by a constant, or by several where one of the zones changed to summer time. The method:

1. Anchors: a text of some length (or a platform's id) that two tellings have once each, less than a day apart.
2. The distances of a pair's anchors pile up at the true one. The pile, and further ones a multiple of a quarter of an hour
   (up to two hours) away, are kept; what lies elsewhere is chance.
3. The pair is believed if enough anchors are left: one or two for files of one chat by one reader, three where the chats'
   titles or people have one name, else ten, the latter of two senders or more (`_enough`); and if at least half of what each
   side has said is found on the other side where both were there: within a month of each other's messages. So a wish to
   all friends (one sender), a chain letter or a song's text (no constant distance), and two groups of the same people (most
   of what is said in one is not said in the other) join nothing.
4. Believed pairs join tellings, the best first; two chats that one file holds both are two chats, and never joined.

Limits: what shares fewer anchors stays apart, and is then told twice. Clocks that drift by more than two minutes are not followed.
Where one tool makes one chat of two (a person's SMS and iMessage), only one of the two is joined with it. Two groups in which
the same people said nothing but the same, at the same times, cannot be told from one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from chatclone_dagster.messages.apps import of_one_app
from chatclone_dagster.messages.marks import MINUTE
from chatclone_dagster.messages.tellings import A_DAY, distinctive
from chatclone_dagster.names import normal_name

QUARTER = 15 * MINUTE
_STEPS = 8  # quarters of an hour that two zones' changes to summer time can put their clocks apart: two hours
SLACK = 2 * MINUTE
_MONTH = 30 * 24 * 60 * MINUTE
_MOST_TELLINGS = 6  # a text that more tellings share tells none of them
_PAIR = ("a", "b")


@dataclass(frozen=True, slots=True)
class Alignment:
    """`pairs` (a, b, anchors, slack): tellings that are joined, as a tree; `anchors` (a, b, row_a, row_b): rows of one message.

    `slack` (µs) is how far the clocks of a pair swing about their distance.
    """

    pairs: pl.DataFrame
    anchors: pl.DataFrame


def aligned(marks: pl.DataFrame, rows: pl.DataFrame) -> Alignment:
    """Find the tellings in `marks` (with `telling` and `kept`) of raw `rows` that tell the same conversation."""
    kept = marks.filter(pl.col("row") == pl.col("kept"))
    anchors = _piled_up(_anchors(kept, rows))
    anchors = anchors.join(_enough(anchors, marks, rows), on=_PAIR)
    pairs = _tree(_found_again(anchors, kept), marks) if anchors.height else anchors
    return Alignment(pairs, anchors.join(pairs.select(_PAIR), on=_PAIR))


def _anchors(kept: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows (`row_a`, `row_b`) of two tellings with the same distinctive text or id, and how far `apart` they are (b − a)."""
    columns = ("row", "telling", "export", "chat", "who", "at", "unit", "utc")
    texts = distinctive(kept, "telling").select(*columns, sign="says", by=pl.lit("text"))
    ids = kept.filter(pl.col("own_id").is_not_null(), pl.col("who").is_not_null())
    said = pl.concat([texts, ids.select(*columns, sign="own_id", by=pl.lit("id"))])
    said = said.filter(said.select("by", "sign").hash_rows().is_duplicated())
    said = said.filter(pl.col("telling").n_unique().over("by", "sign").is_between(2, _MOST_TELLINGS))
    said = said.filter(~said.select("by", "sign", "telling").hash_rows().is_duplicated())
    sources = rows["source"].gather(said["row"])
    said = said.with_columns(source=sources)
    allowed = pl.DataFrame(
        of_one_app(sources.unique()), schema={"source": pl.String, "source_b": pl.String}, orient="row"
    )
    pairs = (
        said.join(said, on=["by", "sign"], suffix="_b")
        .filter(pl.col("telling") < pl.col("telling_b"), pl.col("export") != pl.col("export_b"))
        .with_columns(unit=pl.max_horizontal("unit", "unit_b"))
        .with_columns(
            apart=pl.col("at_b") // pl.col("unit") * pl.col("unit") - pl.col("at") // pl.col("unit") * pl.col("unit")
        )
        .filter(pl.col("apart").abs() <= pl.when(pl.col("utc") & pl.col("utc_b")).then(SLACK).otherwise(A_DAY))
    ).join(allowed, on=["source", "source_b"], how="semi")
    return (
        pairs.sort(pl.col("by") == "text")
        .unique(["row", "row_b"], keep="first", maintain_order=True)
        .select(
            "by",
            "unit",
            "apart",
            a="telling",
            b="telling_b",
            row_a="row",
            row_b="row_b",
            who_a="who",
            who_b="who_b",
            at_a="at",
            at_b="at_b",
            same_chat=pl.col("chat") == pl.col("chat_b"),
        )
    )


def _piled_up(anchors: pl.DataFrame) -> pl.DataFrame:
    """The anchors at the distance that most of a pair have, and at those a few quarters of an hour away; with `slack`."""
    piles = anchors.with_columns(pile=(pl.col("apart") / QUARTER).round().cast(pl.Int64))
    counts = (
        piles.group_by(*_PAIR, "pile", "apart")
        .len()
        .sort("len", pl.col("apart").abs(), "apart", descending=[True, False, False])
        .group_by(*_PAIR, "pile", maintain_order=True)
        .agg(pl.col("apart").first().alias("usual"), pl.col("len").sum())
    )
    main = (
        counts.sort("len", pl.col("usual").abs(), "usual", descending=[True, False, False])
        .group_by(*_PAIR, maintain_order=True)
        .agg(pl.col("pile").first().alias("main"), pl.col("len").sum().alias("all"))
    )
    good = counts.join(main, on=_PAIR).filter(
        (pl.col("pile") - pl.col("main")).abs() <= _STEPS,
        (pl.col("pile") == pl.col("main")) | ((pl.col("len") >= 2) & (pl.col("len") * 50 >= pl.col("all"))),
    )
    return (
        piles.join(good.select(*_PAIR, "pile", "usual"), on=[*_PAIR, "pile"])
        .with_columns(off=(pl.col("apart") - pl.col("usual")).abs())
        .filter(pl.col("off") <= SLACK)
        .with_columns(slack=pl.col("off").quantile(0.95, "higher").over(_PAIR).cast(pl.Int64))
    )


def _enough(anchors: pl.DataFrame, marks: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The pairs (`a`, `b`) with as many anchors as what else is known of them asks for."""
    pairs = anchors.group_by(_PAIR).agg(
        pl.len().alias("anchors"),
        (pl.col("by") == "id").sum().alias("ids"),
        pl.min_horizontal(pl.col("who_a").n_unique(), pl.col("who_b").n_unique()).alias("people"),
        pl.col("same_chat").first(),
        odd=(pl.col("usual") - pl.col("pile") * QUARTER).abs().max() > SLACK,
        moved=(pl.col("usual") != 0).any(),
    )
    pairs = pairs.filter(pl.col("same_chat") | ((pl.col("anchors") >= 3) & (pl.col("people") > 1)))
    if pairs.is_empty():
        return pairs.select(_PAIR)
    names = _names(pairs, marks, rows)
    known = [bool(names[a] & names[b]) for a, b in pairs.select(_PAIR).iter_rows()]
    needed = (
        # Clocks that are no quarters of an hour apart are rare; chance is not.
        pl.when("odd")
        .then(10)
        .when("same_chat")
        .then(pl.when("moved").then(2).otherwise(1))
        .when(pl.Series(known) | (pl.col("ids") >= 3))
        .then(3)
        .otherwise(10)
    )
    return pairs.filter(pl.col("anchors") >= needed).select(_PAIR)


def _names(pairs: pl.DataFrame, marks: pl.DataFrame, rows: pl.DataFrame) -> dict[int, set[str]]:
    """What a telling goes by: the chat's title, and of a chat of two the names of those who are not the owner."""
    tellings = pl.concat([pairs["a"], pairs["b"]]).unique()
    of_these = marks.filter(pl.col("telling").is_in(tellings.implode())).select("row", "telling")
    said = rows.select("conversation_name", "sender_name", "sender_key", "from_owner")[of_these["row"]]
    said = said.with_columns(of_these["telling"]).unique()
    names: dict[int, set[str]] = defaultdict(set)
    others: dict[int, set[str]] = defaultdict(set)
    people: dict[int, set[str]] = defaultdict(set)
    for title, name, key, from_owner, telling in said.iter_rows():
        names[telling].add(normal_name(title))
        if key is not None:
            people[telling].add(key)
            others[telling] |= set() if from_owner else {normal_name(name or key), normal_name(key)}
    return {telling: names[telling] | (others[telling] if len(people[telling]) <= 2 else set()) for telling in names}


def shifted(rows: pl.DataFrame, anchors: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Add `before` and `after`: how far the clock of rows (at `at`) is off by the anchors (`at`, `usual`) around each of them."""
    points = anchors.select(*by, "at", "usual").unique([*by, "at"], maintain_order=True).sort("at")
    rows = rows.sort("at")
    ways: tuple[tuple[str, Literal["backward", "forward"]], ...] = (("before", "backward"), ("after", "forward"))
    for name, way in ways:
        near = points.rename({"usual": name})
        rows = rows.join_asof(near, on="at", by=list(by), strategy=way, check_sortedness=False)
    return rows.with_columns(before=pl.coalesce("before", "after"), after=pl.coalesce("after", "before"))


def _found_again(anchors: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """The pairs (with `anchors` and `slack`) of which each side has half of what the other one says, where both are there."""
    about = anchors.group_by(_PAIR).agg(pl.len().alias("anchors"), pl.col("slack").first(), pl.col("unit").first())
    said = kept.filter(pl.col("size") > 0, pl.col("who").is_not_null()).select("row", "telling", "at", "says")
    here = said.join(about.select(*_PAIR, "unit", "slack"), left_on="telling", right_on="a").rename({"telling": "a"})
    there = said.join(about.select(*_PAIR, "unit", "slack"), left_on="telling", right_on="b").rename({"telling": "b"})
    there = shifted(there, anchors.select(*_PAIR, "usual", at="at_b"), _PAIR).with_columns(
        at=pl.col("at") - pl.col("before")
    )
    floor = (pl.col("at") // pl.col("unit") * pl.col("unit")).alias("at")
    sides = [side.with_columns(floor).sort("at") for side in (here, there)]
    shares = [_share(*both) for both in (sides, sides[::-1])]
    return (
        about.join(shares[0], on=_PAIR)
        .join(shares[1], on=_PAIR, suffix="_b")
        .filter(pl.col("share") >= 0.5, pl.col("share_b") >= 0.5)
        .select(*_PAIR, "anchors", "slack")
    )


def _share(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """For each pair the part of what one side says that the other says as well, of what lies in a stretch of the other's."""
    asof = {"on": "at", "check_sortedness": False}
    same = other.select(*_PAIR, "says", "at", then="at").unique(maintain_order=True)
    near = other.select(*_PAIR, "at", near="at").unique(maintain_order=True)
    return (
        one.join_asof(same, by=[*_PAIR, "says"], strategy="nearest", **asof)  # type: ignore[arg-type]
        .join_asof(near.rename({"near": "last"}), by=list(_PAIR), strategy="backward", **asof)  # type: ignore[arg-type]
        .join_asof(near.rename({"near": "next"}), by=list(_PAIR), strategy="forward", **asof)  # type: ignore[arg-type]
        .filter((pl.col("next") - pl.col("last")) <= _MONTH)
        .group_by(_PAIR)
        .agg(share=((pl.col("then") - pl.col("at")).abs() <= pl.col("slack")).fill_null(value=False).mean())
    )


def _tree(pairs: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """The pairs that join what is not joined yet, the ones with most anchors first, and never two chats of one file."""
    tellings = pl.concat([pairs["a"], pairs["b"]]).unique()
    known = marks.filter(pl.col("telling").is_in(tellings.implode())).select("telling", "chat").unique()
    exports = marks.select("chat", "export").unique().join(known, on="chat")
    files: dict[int, dict[int, int]] = defaultdict(dict)  # of a joined set: each file, and the chat it holds
    for chat, export, telling in exports.iter_rows():
        files[telling][export] = chat
    members: dict[int, set[int]] = {telling: {telling} for telling in files}
    set_of = {telling: telling for telling in files}
    taken = []
    ordered = pairs.sort("anchors", "a", "b", descending=[True, False, False])
    for a, b in ordered.select(_PAIR).iter_rows():
        one, two = set_of[a], set_of[b]
        clash = any(files[one].get(export, chat) != chat for export, chat in files[two].items())
        taken.append(one != two and not clash)
        if taken[-1]:
            files[one] |= files.pop(two)
            for telling in members[two]:
                set_of[telling] = one
            members[one] |= members.pop(two)
    return ordered.filter(pl.Series(taken, dtype=pl.Boolean))
