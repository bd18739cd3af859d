"""Copies of a message in other exports: by the same tool, by another tool, from another phone.

Three steps, each told where it is made: what is the same to the letter within the files of one chat by one clock (tellings.py);
which tellings tell the same conversation by different clocks (alignment.py, clocks.py); which of their rows are one message
(matching.py). What nothing aligns costs no more than the look for anchors.

What cannot be known: exports cut inside a second (or a minute, where they have no seconds) may each hold another one of two equal
messages of that time, which then count as one.
"""

from __future__ import annotations

import polars as pl

from chatclone_dagster import lake
from chatclone_dagster.messages import alignment, clocks, matching
from chatclone_dagster.messages.marks import components, marks_of
from chatclone_dagster.messages.tellings import with_kept, with_tellings


def mark_copies(rows: pl.DataFrame) -> pl.DataFrame:
    """Say of every raw row (tables.RAW_ROWS, in file order) which message it is; the rows' order is kept.

    `message_id` · `kept` (number of the row with the first copy; its own, if that is it) · `conversation_id` · `rank` (0 for the
    export that begins first, then ends first) · `clock` (the time by the clock of the chat's best export), `tz_known` (whether
    that is UTC) · `unit` (µs: a second, or a minute where the export has no seconds) · `person` (one number for senders of
    several exports who are one; null where nothing says so) · `telling` (files by one clock).
    """
    marks = with_kept(with_tellings(marks_of(rows)))
    found = alignment.aligned(marks, rows)
    marks, person = marks.with_columns(clock="at"), pl.repeat(None, marks.height, dtype=pl.UInt32, eager=True)
    if not found.pairs.is_empty():
        circles = clocks.with_person(clocks.with_clock(marks, found), found)
        best = circles.filter(pl.col("turn") == 0).group_by("circle").agg(pl.col("utc").all())
        circles = circles.drop("utc").join(best, on="circle").sort("row")
        reps = matching.with_words(circles.filter(pl.col("row") == pl.col("kept")), rows["text"])
        same = matching.matches(reps)
        target = marks["row"].scatter(same["row"], same["one"])
        at = circles["row"]
        marks = marks.with_columns(
            target.gather(marks["kept"]).alias("kept"),
            marks["clock"].scatter(at, circles["clock"]),
            marks["tz_known"].scatter(at, circles["utc"]),
        )
        person = person.scatter(at, circles["person"])
    person = _renamed(marks, rows, person)
    marks = _with_conversations(marks, rows, found.pairs)
    marks = marks.with_columns(kept=_first_of_each(marks))
    return _with_one_id_each(marks, rows).select(
        "message_id",
        "kept",
        "conversation_id",
        "rank",
        pl.col("clock").cast(pl.Datetime("us")),
        "tz_known",
        "unit",
        person.alias("person"),
        "telling",
    )


def _renamed(marks: pl.DataFrame, rows: pl.DataFrame, person: pl.Series) -> pl.Series:
    """Let those whom one telling calls by two names (tellings.with_kept) be one `person` where no other telling says so."""
    renamed = marks.select("telling", "who").filter(marks["who"] != rows["sender_key"].hash()).unique()
    if renamed.is_empty():
        return person
    renamed = renamed.sort("telling", "who").with_row_index("number", offset=marks.height + 1)
    here = marks.select("telling", "who").join(renamed, on=["telling", "who"], how="left", maintain_order="left")
    return pl.select(pl.coalesce(person, here["number"].cast(pl.UInt32)).alias("person"))["person"]


def _first_of_each(marks: pl.DataFrame) -> pl.Series:
    """The first row, by rank of the export, of each group of copies; rows with one id of the platform in one chat are copies."""
    known = marks.filter(pl.col("pid").is_not_null())
    again = known.filter(known.select("conversation_id", "pid").hash_rows().is_duplicated())
    target = marks["row"]
    if not again.is_empty():
        edges = again.select("kept", one=pl.col("kept").min().over("conversation_id", "pid")).unique()
        joined = components(edges.filter(pl.col("kept") != pl.col("one")).iter_rows())
        target = target.scatter([*joined], [*joined.values()]) if joined else target
    kept = target.gather(marks["kept"])
    copied = kept.is_duplicated().arg_true()
    if not len(copied):
        return kept.alias("kept")
    groups = marks.select("row", "rank")[copied].with_columns(kept.gather(copied).alias("kept")).sort("rank", "row")
    firsts = groups.select("row", pl.col("row").first().over("kept").alias("one"))
    return kept.scatter(firsts["row"], firsts["one"]).alias("kept")


def _with_conversations(marks: pl.DataFrame, rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Add `conversation_id`: of the chats (source and key) that are one, the one that begins first gives its name."""
    chats = marks.group_by("chat").agg(pl.col("at").min(), pl.col("row").first()).sort("at", "chat")
    keys = rows.select("source", "conversation_key")[chats["row"]]
    chats = chats.hstack(keys).sort("at", "source", "conversation_key").with_row_index("number")
    number = dict(chats.select("chat", "number").iter_rows())
    chat_of = dict(marks.select("telling", "chat").unique().iter_rows()) if not pairs.is_empty() else {}
    root = components((number[chat_of[a]], number[chat_of[b]]) for a, b in pairs.select("a", "b").iter_rows())
    roots = chats["number"].replace(root) if root else chats["number"]
    names = chats.select(pl.concat_str("source", "conversation_key", separator="\x1f"))["source"]
    ids = lake.digest(names, 12).gather(roots).alias("conversation_id")
    return marks.join(chats.select("chat").with_columns(ids), on="chat", how="left", maintain_order="left")


def _with_one_id_each(marks: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Give an id that two messages would share to the first of them alone.

    Some apps give what is sent to several chats at once one id; and by two clocks two messages can be said at one written time.
    """
    kept = marks.filter(pl.col("row") == pl.col("kept")).select("row", "rank", "message_id", "conversation_id")
    same = kept.filter(pl.col("message_id").is_duplicated()).sort("rank", "row")
    if same.is_empty():
        return marks
    later = same.with_columns(first=pl.col("conversation_id").first().over("message_id"))
    later = later.filter(~pl.col("message_id").is_first_distinct())
    lines = later.with_columns(rows["export_id"].gather(later["row"])).select(
        pl.concat_str(
            "message_id",
            "conversation_id",
            pl.when(
                ~pl.struct("message_id", "conversation_id").is_first_distinct()
                | (pl.col("first") == pl.col("conversation_id"))
            )
            .then("export_id")
            .otherwise(pl.lit("")),
            separator="\x1f",
        )
    )["message_id"]
    return marks.with_columns(marks["message_id"].scatter(later["row"], lake.digest(lines)))
