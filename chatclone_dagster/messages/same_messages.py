"""What exports tell about people by themselves: one message under two names, and numbers changed for others."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from chatclone_dagster.messages.merging import Link
from chatclone_dagster.messages.senders import form_of, is_pushname
from chatclone_dagster.phones import phone_of, spoken
from chatclone_dagster.wording import counted

LONG_ENOUGH = 12
"""Characters from which a text at one time is taken to be said by one person only."""

FEWEST_SHARED = 5
"""Messages that two exports must have under two names before these are one person's."""

_RENAMED = 3  # messages of somebody with two saved names; then the exports are two phones'

_CHANGED = " changed to "
_NUMBERS = r"^(.{6,40}?) changed to (.{6,40}?)\.?$"


def links(rows: pl.DataFrame, regions: tuple[str, ...]) -> list[Link]:
    """Who is who by raw rows (tables.RAW_ROWS) alone: what holds wherever these senders write."""
    renamed = (link for link, is_sure in under_two_names(rows, regions) if is_sure)
    return [*renamed, *_new_numbers(rows, regions)]


def under_two_names(rows: pl.DataFrame, regions: tuple[str, ...]) -> Iterator[tuple[Link, bool]]:
    """Senders of one app who said the same in two exports, and whether it is sure that they are one person everywhere.

    The same texts at the same times, each once in either export, at least FEWEST_SHARED and half of what the less talkative of
    the two said in that time; and no chat has both names, as an export calls one person by one name throughout.

    Sure is what somebody saved between two exports of one phone: a number, or a stranger's `~name`, became a name. Where others
    have two names in the same two exports, these are two phones', and each may have a "Mum" (see one_person.py for such chats).
    """
    several = rows.group_by("source").agg(pl.col("export_id").n_unique()).filter(pl.col("export_id") > 1)["source"]
    said = (
        rows.lazy()
        .filter(
            pl.col("source").is_in(several.implode()),
            pl.col("text").str.len_chars() >= LONG_ENOUGH,
            pl.col("sender_key").is_not_null(),
        )
        .select("source", "sender_key", "sent_local", export=pl.col("export_id").hash(), message=pl.col("text").hash())
    )
    twice = said.group_by("source", "sent_local", "message").agg(
        pl.col("sender_key").min().alias("one"),
        pl.col("sender_key").max().alias("other"),
        keys=pl.col("sender_key").n_unique(),
        once=pl.col("export").n_unique() == pl.len(),
        exports=pl.struct(first=pl.col("export").min(), last=pl.col("export").max()),
    )
    found = twice.filter(pl.col("once"), pl.col("keys") == 2).collect()
    named = [key for key in pl.concat([found["one"], found["other"]]).unique() if _is_saved(key, regions)]
    found = found.with_columns(saved=pl.col("one").is_in(named) & pl.col("other").is_in(named))
    other_phone = pl.col("saved") & (pl.len().over("source", "exports", "one", "other") >= _RENAMED)
    found = found.with_columns(sure=~other_phone.any().over("source", "exports"))
    pairs = (
        found.group_by("source", "one", "other")
        .agg(
            sure=(pl.col("sure") & ~pl.col("saved")).all(),
            shared=pl.len(),
            first=pl.col("sent_local").min(),
            last=pl.col("sent_local").max(),
        )
        .filter(pl.col("shared") >= FEWEST_SHARED)
        .sort("source", "one", "other")
        .with_row_index("pair")
    )
    if pairs.is_empty():
        return
    either = pairs.unpivot(["one", "other"], index=["pair", "source", "first", "last"], value_name="sender_key").lazy()
    in_time = said.join(either, on=["source", "sender_key"]).filter(pl.col("sent_local").is_between("first", "last"))
    counts = in_time.group_by("pair", "sender_key").agg(said=pl.struct("sent_local", "message").n_unique())
    fewer = counts.group_by("pair").agg(pl.col("said").min())
    chats = rows.lazy().select("source", "export_id", "conversation_key", "sender_key").unique()
    both = chats.join(either, on=["source", "sender_key"]).group_by("pair", "export_id", "conversation_key").len()
    judged = (
        pairs.lazy()
        .join(fewer, on="pair", maintain_order="left")
        .join(both.filter(pl.col("len") > 1), on="pair", how="anti", maintain_order="left")
        .filter(pl.col("shared") * 2 >= pl.col("said"))
        .select("source", "one", "other", "shared", "sure")
        .collect()
    )
    for source, one, other, shared, is_sure in judged.iter_rows():
        told = f"{counted(shared, 'message')} said by {one!r} in one export and by {other!r} in another"
        first_form, second_form = (f"{source}:{form_of(key, regions)}" for key in (one, other))
        yield Link(first_form, second_form, "same_messages", told), is_sure


def _is_saved(key: str, regions: tuple[str, ...]) -> bool:
    """Whether it is a name, rather than what an app shows of somebody who is not in the address book."""
    return not (phone_of(key, regions) or is_pushname(key))


def _new_numbers(rows: pl.DataFrame, regions: tuple[str, ...]) -> Iterator[Link]:
    """WhatsApp writes `+49 170 5550123 changed to +49 171 5550199` into a group."""
    lines = rows.filter(pl.col("kind") == "system", pl.col("text").str.contains(_CHANGED, literal=True))
    found = lines.select("source", pl.col("text").str.extract_groups(_NUMBERS).alias("numbers")).unnest("numbers")
    for source, one, other in found.drop_nulls().unique().sort("source", "1", "2").iter_rows():
        old, new = phone_of(one, regions), phone_of(other, regions)
        if old and new and old != new:
            yield Link(f"{source}:{old}", f"{source}:{new}", "new_number", f"{spoken(old)} changed to {spoken(new)}")
