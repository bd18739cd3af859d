"""One message out of its copies: what it says, when, and what it answers, each from the copy that knows best."""

from __future__ import annotations

import polars as pl


def best_copies(rows: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """For every message (`kept`, in the order of `marks`): the numbers of the rows that tell best what it is, and two flags.

    `said`: kind and text are the last export's, where an edit or a withdrawal has the last word, and a message that never arrived
    the first; what is typed goes before nothing, and a voice message before a thing. `reactions` and `attachments`: the last
    export's that has any. `timed`: the time with seconds before one without, in UTC before a local one. `forwarded`, `edited`: by
    any copy. Of a withdrawn message nothing else is left.
    """
    kept = marks["kept"]
    alone = pl.DataFrame({"kept": marks.filter(pl.col("row") == pl.col("kept"))["row"]})
    alone = alone.with_columns(said="kept", reactions="kept", attachments="kept", timed="kept")
    flags = rows.select("forwarded", "edited")[alone["kept"]]
    found = alone.hstack(flags)
    copied = kept.is_duplicated().arg_true()
    if not len(copied):
        return found
    kind, revised = pl.col("kind"), pl.col("edited") | (pl.col("kind") == "deleted")
    about = marks.select("row", "kept", "rank", "unit")[copied].hstack(
        rows[copied].select(
            "kind",
            "forwarded",
            "edited",
            "tz_known",
            typed=pl.col("text") != "",
            reacted=pl.col("reactions").list.len() > 0,
            attached=pl.col("attachments").list.len() > 0,
        )
    )
    about = about.sort("rank", "row")
    said = about.sort(kind != "unavailable", revised, "typed", kind != "media", maintain_order=True)
    said = said.group_by("kept").agg(
        pl.col("row").last().alias("said"),
        (kind.last() == "deleted").alias("withdrawn"),
        pl.col("forwarded", "edited").any(),
    )
    timed = (
        about.sort("unit", ~pl.col("tz_known"), maintain_order=True).group_by("kept").agg(timed=pl.col("row").first())
    )
    extras = about.group_by("kept", maintain_order=True).agg(
        pl.col("row").filter("reacted").last().alias("reactions"),
        pl.col("row").filter("attached").last().alias("attachments"),
    )
    best = (
        said.join(timed, on="kept")
        .join(extras, on="kept")
        .with_columns(
            pl.when("withdrawn").then("said").otherwise(pl.coalesce(name, "said")).alias(name)
            for name in ("reactions", "attachments")
        )
        .select(found.columns)
    )
    return found.update(best, on="kept", how="left", maintain_order="left")


def answered(rows: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """`kept` and `answers`: messages and the ones they answer, both as row numbers, as far as that can be found.

    Exports name what is answered by the platform's id, or by its words: then it is the last one before with these words.
    `marks` need `row`, `kept`, `conversation_id` and `sent_at`.
    """
    given = rows["reply_to"].is_not_null().arg_true()
    if not len(given):
        return pl.DataFrame(schema={"kept": pl.UInt32, "answers": pl.UInt32})
    place = ["source", "conversation_id", "reply_to"]
    columns = marks.select("kept", "conversation_id", "sent_at", "rank")
    replies = columns[given].hstack(rows.select("source", "reply_to")[given])
    known = rows["platform_id"].is_not_null().arg_true()
    by_id = columns[known].hstack(rows.select("source", reply_to="platform_id")[known])
    by_id = by_id.select(*place, by_id="kept").unique(place, keep="first", maintain_order=True)
    quoted = replies.select("conversation_id", "reply_to").unique()
    words = marks.filter(pl.col("row") == pl.col("kept")).select("row", "conversation_id", "sent_at")
    words = words.with_columns(rows["text"].gather(words["row"]).alias("reply_to"))
    words = words.filter(pl.col("reply_to") != "").join(quoted, on=["conversation_id", "reply_to"], how="semi")
    return (
        replies.sort("sent_at", maintain_order=True)
        .join_asof(
            words.sort("sent_at", maintain_order=True).rename({"row": "by_words"}),
            on="sent_at",
            by=["conversation_id", "reply_to"],
            allow_exact_matches=False,
            check_sortedness=False,  # both sides come sorted; polars cannot see it behind `by`
        )
        .join(by_id, on=place, how="left")
        .with_columns(answers=pl.coalesce("by_id", "by_words"))
        .filter(pl.col("answers") != pl.col("kept"))
        .sort("rank", maintain_order=True)
        .unique("kept", keep="first", maintain_order=True)
        .select("kept", "answers")
    )
