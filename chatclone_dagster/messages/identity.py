"""Who is who: the owner, and one person behind the names, numbers and handles of several exports."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from chatclone_dagster import lake
from chatclone_dagster.errors import UserError
from chatclone_dagster.readers.inspect import who_wrote
from chatclone_dagster.settings import SETTINGS_FILE, Settings
from chatclone_dagster.wording import counted

OWNER_ID = "me"
_MARKS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SENDER = ["source", "sender_key", "sender_name", "from_owner"]
_PHONE = re.compile(r"\+?[\d\s().-]{6,}")


class OwnerUnknownError(UserError):
    """Nobody in the exports is the owner; the message names who could be."""


def normal_name(name: str) -> str:
    """The form in which two spellings of one name are the same: no direction marks, no `~`, one case, plain spaces."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKC", name)).strip().removeprefix("~").strip()
    if _PHONE.fullmatch(bare):
        return re.sub(r"[^\d+]", "", bare)
    return " ".join(bare.casefold().split())


def owner_candidates(wrote: pl.DataFrame) -> pl.DataFrame:
    """Who could be the owner, best first: `name`, `chats` and `messages` they wrote (see readers.inspect.who_wrote)."""
    return (
        wrote.filter(pl.col("sender_name").is_not_null())
        .group_by(pl.col("sender_name").map_elements(normal_name, pl.String).alias("key"))
        .agg(
            name=pl.col("sender_name").mode().sort().first(),
            chats=pl.struct("source", "conversation_key").n_unique(),
            messages=pl.col("messages").sum(),
        )
        .sort("chats", "messages", "key", descending=[True, True, False])
        .select("name", "chats", "messages")
    )


def owner_is_known(rows: pl.DataFrame, settings: Settings) -> bool:
    """Whether any of these raw rows is the owner's, by the export's own word or by the settings."""
    return bool(_senders(rows, settings)["is_owner"].any())


def rows_without_owner(rows: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The raw rows of chats in which none is the owner's: there the owner may have another name."""
    senders = _senders(rows, settings).select(*_SENDER, "is_owner")
    marked = rows.join(senders, on=_SENDER, how="left", nulls_equal=True, maintain_order="left")
    return marked.filter(~pl.col("is_owner").any().over("source", "conversation_key")).drop("is_owner")


def unmatched_names(rows: pl.DataFrame, settings: Settings) -> list[str]:
    """Names in `[me] aliases` and `[people]` that nobody wrote under, as `key: 'name'`."""
    wrote = {
        normal_name(name) for column in ("sender_name", "sender_key") for name in rows[column].drop_nulls().unique()
    }
    named = [("me.aliases", settings.me.aliases)]
    named += [(f"people.{name}", (name, *aliases)) for name, aliases in settings.people.items()]
    unknown = [(key, [name for name in names if normal_name(name) not in wrote], names) for key, names in named]
    # A person may go by only some of the names; what counts is an alias, or a person none of whose names occurs.
    return [
        f"{key}: {', '.join(map(repr, missing))}"
        for key, missing, names in unknown
        if missing and (key == "me.aliases" or len(missing) == len(names))
    ]


def with_people(rows: pl.DataFrame, settings: Settings, *, owner_needed: bool = True) -> pl.DataFrame:
    """Add `sender_id` and `is_owner`, and give every person one `sender_name`.

    The owner is who the export marks so (one mark counts for everything of that sender), or whose name or key is in
    `[me]`; other people are one person where `[people]` says so or their names are the same.

    Raises:
        OwnerUnknownError: no row is the owner's, and one is needed.
    """
    table = _senders(rows, settings)
    if owner_needed and not table["is_owner"].any() and rows.height:
        raise OwnerUnknownError(_who_is_the_owner(rows, settings))
    ids = lake.digest(table["person"].fill_null("").map_elements(normal_name, pl.String), 8)
    table = table.with_columns(
        sender_id=pl.when("is_owner")
        .then(pl.lit(OWNER_ID))
        .when(pl.col("person").is_not_null())
        .then(pl.concat_str(pl.lit("p-"), ids))
    )
    names = table.group_by("sender_id", maintain_order=True).agg(pl.col("person").first().alias("one_name"))
    table = table.join(names, on="sender_id", how="left", nulls_equal=True, maintain_order="left")
    joined = rows.join(table, on=_SENDER, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(sender_name=pl.col("one_name")).drop("one_name", "person")


def _senders(rows: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Every sender as exported (`_SENDER`), with `person`, the name to show, and `is_owner`."""
    senders = rows.select(_SENDER).unique(maintain_order=True)
    # WhatsApp marks the owner in the one sentence "You deleted this message", and nowhere else in the file. Two people
    # marked in one chat contradict each other, and nothing follows for what else they wrote.
    known_keys = rows.filter(pl.col("sender_key").is_not_null() & pl.col("from_owner").is_not_null())
    known_keys = known_keys.select("source", "conversation_key", "sender_key", "from_owner").unique()
    owners = pl.col("sender_key").filter(pl.col("from_owner")).n_unique().over("source", "conversation_key")
    marked = (
        known_keys.with_columns(alone=owners == 1)
        .group_by("source", "sender_key")
        .agg(marked=(pl.col("from_owner") & pl.col("alone")).all())
    )
    senders = senders.join(marked, on=["source", "sender_key"], how="left", maintain_order="left")
    said = pl.when(pl.col("from_owner").is_null() & pl.col("marked")).then(statement=True).otherwise("from_owner")
    mine = _names_of_owner(settings)
    known = {normal_name(alias): name for name, aliases in settings.people.items() for alias in (name, *aliases)}
    people = [
        _person(sender, mine, known, settings.me.name)
        for sender in senders.select("sender_key", "sender_name", said.alias("from_owner")).iter_rows()
    ]
    return senders.drop("marked").with_columns(
        pl.Series("person", [person[0] for person in people], pl.String),
        pl.Series("is_owner", [person[1] for person in people], pl.Boolean),
    )


def _names_of_owner(settings: Settings) -> set[str]:
    return {normal_name(name) for name in (settings.me.name, *settings.me.aliases) if name}


def _person(
    sender: tuple[str | None, str | None, bool | None], mine: set[str], known: dict[str, str], my_name: str
) -> tuple[str | None, bool]:
    """(display name, is the owner) of one sender as exported: key, name, whether the export says it is the owner."""
    key, name, from_owner = sender
    names = [normal_name(n) for n in (name, key) if n]
    if from_owner or (from_owner is None and any(n in mine for n in names)):
        return my_name or name or "Me", True
    if not names:
        return None, False
    return next((known[n] for n in names if n in known), name or key), False


def _who_is_the_owner(rows: pl.DataFrame, settings: Settings) -> str:
    best = owner_candidates(who_wrote(rows.lazy())).head(5)
    people = ", ".join(
        f"{name} ({counted(messages, 'message')} in {counted(chats, 'chat')})"
        for name, chats, messages in best.iter_rows()
    )
    named = (
        f"{SETTINGS_FILE}: me.name: '{settings.me.name}' wrote nothing here"
        if settings.me.name
        else f"{SETTINGS_FILE}: me.name: say who you are"
    )
    return f"{named}; who wrote: {people or 'nobody'}"
