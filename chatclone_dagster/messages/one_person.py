"""Who is one person by what the copies of their messages say: the senders of two exports who sent the same messages."""

from __future__ import annotations

import polars as pl

from chatclone_dagster.names import normal_name
from chatclone_dagster.settings import Settings

_WHO = ("sender_id", "sender_name", "is_owner")


def same_senders(rows: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Senders of different exports who wrote the same messages, `messages` of them, the most first.

    Columns: `source`, `sender_key`, `other_source`, `other_key`, `conversation_id`, `messages`. `rows` are raw rows, `marks` what
    duplicates.mark_copies says of them. It holds in that chat: two phones may both have a "Mum" who are not the same.
    """
    copied = marks["kept"].is_duplicated().arg_true()
    said = marks.select("kept", "conversation_id", "person")[copied].hstack(rows.select("source", "sender_key")[copied])
    said = said.filter(pl.col("sender_key").is_not_null(), pl.col("person").is_not_null()).drop("person").unique()
    pairs = said.join(said, on=["kept", "conversation_id"], suffix="_b")
    one, other = (pl.concat_str(f"source{side}", f"sender_key{side}", separator="\x1f") for side in ("", "_b"))
    return (
        pairs.filter(one < other)
        .rename({"source_b": "other_source", "sender_key_b": "other_key"})
        .group_by("source", "sender_key", "other_source", "other_key", "conversation_id")
        .agg(pl.len().alias("messages"))
        .sort("messages", "source", "sender_key", "other_key", descending=[True, False, False, False])
    )


def one_name_each(people: pl.DataFrame, marks: pl.DataFrame, rows: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Give senders of several exports who are one (`person`) one `sender_id`, `sender_name` and `is_owner`.

    `people` has these columns for every one of the raw `rows`. Where two phones say "You" of two people, the owner is who has a
    name of the owner's, else whom the export that begins first says it of. Others go by the name that the owner's phone has.
    """
    linked = marks["person"].is_not_null().arg_true()
    if not len(linked):
        return people
    place = ["conversation_id", "person"]
    mine = {normal_name(name) for name in (settings.me.name, *settings.me.aliases) if name}
    names = rows.select(pl.coalesce("sender_name", "sender_key").alias("name"))["name"][linked]
    senders = (
        marks.select(*place, "rank", "telling")[linked]
        .hstack(people.select(_WHO)[linked])
        .with_columns(names)
        .filter(pl.col("sender_id").is_not_null())
        .unique(maintain_order=True)
        .with_columns(mine=pl.col("name").map_elements(normal_name, pl.String).is_in(mine))
        .with_columns(pl.col("mine", "is_owner").any().over("conversation_id", "telling").name.suffix(" there"))
        .sort(
            ~pl.col("is_owner"),
            ~pl.col("mine"),
            ~pl.col("mine there"),
            ~pl.col("is_owner there"),
            "rank",
            maintain_order=True,
        )
    )
    owners = senders.filter("is_owner").unique("conversation_id", keep="first", maintain_order=True).select(place)
    right = senders.join(owners.with_columns(owns=True), on=place, how="left", maintain_order="left").filter(
        pl.col("owns").fill_null(value=False) | ~pl.col("is_owner")
    )
    one = right.unique(place, keep="first", maintain_order=True).select(*place, one=pl.struct(_WHO))
    found = marks.select(place).join(one, on=place, how="left", maintain_order="left")["one"].struct.unnest()
    return people.with_columns(pl.coalesce(found[name], people[name]).alias(name) for name in _WHO)
