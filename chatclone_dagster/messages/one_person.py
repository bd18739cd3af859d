"""Who is one person by what the copies of their messages say: the senders of two exports who sent the same messages.

Two phones call people by other names, and say "You" of two owners. Within a chat that both tell, whoever sent the same messages
is one person (`one_name_each`). Everywhere is another matter: each phone may have a "Mum". So the union counts for `identities`
where it cannot mean anybody else (`told_by_copies`), and is suggested elsewhere (suggestions.py, by `same_senders`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import polars as pl

from chatclone_dagster.messages.merging import Link
from chatclone_dagster.messages.senders import NAMELESS, form_of
from chatclone_dagster.names import normal_name
from chatclone_dagster.phones import email_of, phone_of, regions_in_use
from chatclone_dagster.settings import Settings
from chatclone_dagster.wording import counted

FEWEST_COPIES = 3
"""Messages that two names must share before they are one person's outside of that chat, too."""

WHO = ("sender_id", "sender_name", "is_owner")
"""What a message says of who sent it."""
_PLACE = ["conversation_id", "person"]
_KEY = ["source", "sender_key"]


def same_senders(rows: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """Senders of different exports who wrote the same messages, `messages` of them, the most first.

    Columns: `source`, `sender_key`, `other_source`, `other_key`, `conversation_id`, `messages`. `rows` are raw rows, `marks` what
    duplicates.mark_copies says of them. It holds in that chat: two phones may both have a "Mum" who are not the same.
    """
    copied = (marks["kept"].is_duplicated() & marks["person"].is_not_null()).arg_true()
    said = marks.select("kept", "conversation_id")[copied].hstack(rows.select(_KEY)[copied])
    said = said.drop_nulls("sender_key").unique()
    said = said.filter(pl.len().over("kept") > 1)
    pairs = said.join(said, on=["kept", "conversation_id"], suffix="_b")
    one, other = (pl.concat_str(f"source{side}", f"sender_key{side}", separator="\x1f") for side in ("", "_b"))
    return (
        pairs.filter(one < other)
        .rename({"source_b": "other_source", "sender_key_b": "other_key"})
        .group_by("source", "sender_key", "other_source", "other_key", "conversation_id")
        .agg(pl.len().alias("messages"))
        .sort("messages", "source", "sender_key", "other_key", descending=[True, False, False, False])
    )


def with_owner_of_home(
    rows: pl.DataFrame, marks: pl.DataFrame, people: pl.DataFrame, settings: Settings
) -> pl.DataFrame:
    """Raw rows with `from_owner` as it is in this home: of what another phone tells, its own "You" is somebody else.

    `people` has `sender_id`, `sender_name` and `is_owner` for every row. Only where copies tell who is who in both phones' words.
    """
    owners = _owners(_senders(people, marks, rows, settings)).with_columns(owns=True)
    if owners.is_empty():
        return rows
    told = marks.select(_PLACE).with_columns(rows["from_owner"])
    told = told.join(owners, on=_PLACE, how="left", maintain_order="left")
    linked = pl.col("conversation_id").is_in(owners["conversation_id"].implode()) & pl.col("person").is_not_null()
    corrected = pl.when(linked & pl.col("from_owner").is_not_null()).then(pl.col("owns").fill_null(value=False))
    found = told.select(corrected.otherwise("from_owner").alias("from_owner"))["from_owner"]
    return rows if found.equals(rows["from_owner"]) else rows.with_columns(found)


def told_by_copies(
    rows: pl.DataFrame,
    marks: pl.DataFrame,
    people: pl.DataFrame,
    contacts: Iterable[str],
    settings: Settings,
) -> list[Link]:
    """Senders who are one wherever they write, by the copies of their messages (`people` as for `one_name_each`).

    They sent FEWEST_COPIES messages or more in common, and neither can be anybody else anywhere: it is a number or an address, or
    a name that occurs only where the two are one (in any app, and not in the address book: `contacts`), or a name that the
    owner's phone has, where the other phone is known not to be the owner's since it has no name of the owner's.
    """
    senders = _senders(people, marks, rows, settings)
    pairs = _pairs(senders, same_senders(rows, marks))
    if pairs.is_empty():
        return []
    regions = regions_in_use(settings)
    meant = _meant(rows, marks, pairs, senders, regions)
    taken = {form_of(name, regions) for name in contacts}

    def means_one(key: str, first: tuple[str, str]) -> bool:
        form = form_of(key, regions)
        is_number = phone_of(key, regions) is not None or email_of(key) is not None
        return is_number or (form not in taken and meant[form] == {first} and normal_name(key) not in NAMELESS)

    found = {}
    for source, key, name, first_source, first_key, first_name, owners_phone, messages in pairs.iter_rows():
        first = (first_source, first_key)
        if all(means_one(text, first) for text in {key, name or key}) and (
            owners_phone or all(means_one(text, first) for text in {first_key, first_name or first_key})
        ):
            one, other = f"{first_source}:{form_of(first_key, regions)}", f"{source}:{form_of(key, regions)}"
            told = f"{counted(messages, 'message')} said by {first_key!r} on one phone and by {key!r} on another"
            found[one, other] = Link(one, other, "same_messages", told, to_others=True)
    return [*found.values()]


def kept_apart(links: Iterable[Link], identities: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Senders (`source`, `sender_key`) of `told_by_copies` whom tables.IDENTITIES tell apart: the user's word goes first."""
    regions = regions_in_use(settings)
    ids: dict[str, set[str]] = defaultdict(set)
    keys: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for source, key, sender_id in identities.select(*_KEY, "sender_id").drop_nulls().iter_rows():
        ids[f"{source}:{form_of(key, regions)}"].add(sender_id)
        keys[f"{source}:{form_of(key, regions)}"].add((source, key))
    apart = {key for link in links if not ids[link.one] & ids[link.other] for key in keys[link.other]}
    return pl.DataFrame(sorted(apart), schema=dict.fromkeys(_KEY, pl.String()), orient="row")


def one_name_each(
    people: pl.DataFrame, marks: pl.DataFrame, rows: pl.DataFrame, settings: Settings, apart: pl.DataFrame
) -> pl.DataFrame:
    """Give senders of several exports who are one (`person`) one `sender_id`, `sender_name` and `is_owner`.

    `people` has these columns for every one of the raw `rows`. Where two phones say "You" of two people, the owner is who has a
    name of the owner's, else whom the export that begins first says it of. Others go by the name that the owner's phone has.
    Those `kept_apart` stay who they are.
    """
    if not marks["person"].is_not_null().any():
        return people
    one = _senders(people, marks, rows, settings).unique(_PLACE, keep="first", maintain_order=True)
    one = one.select(*_PLACE, one=pl.struct(WHO))
    places = marks.select(_PLACE).hstack(rows.select(_KEY))
    places = places.join(apart.with_columns(itself=True), on=_KEY, how="left", maintain_order="left")
    found = places.join(one, on=_PLACE, how="left", maintain_order="left")
    found = found.select(pl.when(pl.col("itself").is_null()).then("one").alias("one"))["one"].struct.unnest()
    return people.with_columns(pl.coalesce(found[name], people[name]).alias(name) for name in WHO)


def _senders(people: pl.DataFrame, marks: pl.DataFrame, rows: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Everybody whom copies make one with somebody, by place: first who the others are one with, the owner's phone before others.

    Of two owners one is left out: who is not the owner of this home.
    """
    linked = marks["person"].is_not_null().arg_true()
    mine = {normal_name(name) for name in (settings.me.name, *settings.me.aliases) if name}
    senders = (
        marks.select(*_PLACE, "rank")[linked]
        .hstack(people.select(WHO)[linked])
        .hstack(rows.select(*_KEY, written="sender_name")[linked])
        .with_columns(name=pl.coalesce("written", "sender_key"))
        .filter(pl.col("sender_id").is_not_null())
        .unique(maintain_order=True)
        .with_columns(mine=pl.col("name").map_elements(normal_name, pl.String).is_in(mine))
        .with_columns(pl.col("mine", "is_owner").any().over("conversation_id", "rank").name.suffix(" there"))
        .sort(
            ~pl.col("is_owner"),
            ~pl.col("mine"),
            ~pl.col("mine there"),
            ~pl.col("is_owner there"),
            "rank",
            maintain_order=True,
        )
    )
    return senders.join(_owners(senders).with_columns(owns=True), on=_PLACE, how="left", maintain_order="left").filter(
        pl.col("owns").fill_null(value=False) | ~pl.col("is_owner")
    )


def _owners(senders: pl.DataFrame) -> pl.DataFrame:
    """The one owner of each conversation of `_senders`, by place."""
    return senders.filter("is_owner").unique("conversation_id", keep="first", maintain_order=True).select(_PLACE)


def _pairs(senders: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Who shares enough with the first of their place.

    `source`, `sender_key`, `written`, the same of the first one, whether that one's phone alone can be the owner's, `messages`.
    """
    owners = senders.with_columns(owners=pl.col("mine there") | pl.col("is_owner there"))
    first = owners.unique(_PLACE, keep="first", maintain_order=True)
    first = first.select(*_PLACE, "owners", first_source="source", first_key="sender_key", first_written="written")
    turned = same.select(
        "conversation_id",
        "messages",
        source="other_source",
        sender_key="other_key",
        first_source="source",
        first_key="sender_key",
    )
    shared = same.rename({"other_source": "first_source", "other_key": "first_key"}).select(turned.columns)
    both = pl.concat([shared, turned]).filter(pl.col("messages") >= FEWEST_COPIES)
    return (
        owners.join(first, on=_PLACE, suffix="_first", maintain_order="left")
        .join(both, on=["conversation_id", *_KEY, "first_source", "first_key"], maintain_order="left")
        .with_columns(both_owners=pl.col("owners").any().over(*_PLACE, *_KEY))
        .select(
            *_KEY,
            "written",
            "first_source",
            "first_key",
            "first_written",
            pl.col("owners_first") & ~pl.col("both_owners"),
            "messages",
        )
        .unique([*_KEY, "written"], keep="first", maintain_order=True)
    )


def _meant(
    rows: pl.DataFrame, marks: pl.DataFrame, pairs: pl.DataFrame, senders: pl.DataFrame, regions: tuple[str, ...]
) -> dict[str, set[tuple[str, str]]]:
    """Whom the names of `pairs` mean wherever they occur (`source`, `sender_key`): the first of the place, else nobody known."""
    first = senders.unique(_PLACE, keep="first", maintain_order=True)
    first = first.select(*_PLACE, first_source="source", first_key="sender_key")
    written = (
        pairs.select("sender_key", "written", "first_key", "first_written").unpivot()["value"].drop_nulls().unique()
    )
    wanted = {form_of(text, regions) for text in written}
    everyone = rows.select(*_KEY, "sender_name").hstack(marks.select(_PLACE)).drop_nulls("sender_key").unique()
    everyone = everyone.join(first, on=_PLACE, how="left")
    meant: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for key, name, first_source, first_key in everyone.select(
        "sender_key", "sender_name", pl.col("first_source").fill_null(""), pl.col("first_key").fill_null("")
    ).iter_rows():
        for form in {form_of(text, regions) for text in (key, name) if text} & wanted:
            meant[form].add((first_source, first_key))
    return meant
