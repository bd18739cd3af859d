"""Dropping what somebody wrote, as it is read, who asked to be forgotten.

The settings keep no name of them but keyed hashes of how they were written (`[[forgotten]]`): whoever sees chatclone.toml
alone learns nothing, and an export that is read again never brings them back. The key lies in the home; whoever has the
whole home can try out names.

Their rows stay, without content and without sender: raw rows are counted, and what stood around them is not joined.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from chatclone_dagster import lake
from chatclone_dagster.home import Home
from chatclone_dagster.names import normal_name
from chatclone_dagster.phones import national, phone_of, regions_in_use
from chatclone_dagster.settings import SETTINGS_FILE, SettingsError
from chatclone_dagster.tables import RAW_ROWS

KEY = "forget"
KIND = "forgotten"
TELLING = 6
"""Characters from which a key (a number, a handle, an id) stands for one person wherever it occurs; exports count from 1, too."""

_CHAT = "conversation_key"
_SENDER = ["source", "sender_key", "sender_name"]


@dataclass(frozen=True)
class Forgetting:
    """Whom to forget: the hashes of how they were written, and the key the hashes were made with.

    `regions` are the countries whose numbers may lack a country code (phones.regions_in_use).
    """

    hashes: frozenset[str]
    key: bytes
    regions: tuple[str, ...] = ()

    @classmethod
    def of(cls, home: Home) -> Forgetting:
        """As the settings have it.

        Raises:
            SettingsError: the key is gone, so nobody could be recognised.
        """
        hashes = frozenset(home.settings.forgotten_forms)
        if hashes and not home.has_secret(KEY):
            raise SettingsError(
                f"{SETTINGS_FILE}: forgotten: the key they were hashed with (.secrets/{KEY}) is gone; put it back, or take "
                "them out and run chatclone forget again for each"
            )
        return cls(hashes, home.secret(KEY) if hashes else b"", regions_in_use(home.settings) if hashes else ())

    @property
    def rules(self) -> frozenset[str]:
        """What decides who is meant; other rules may find others in a file that was read by these."""
        return self.hashes | {f"region {region}" for region in self.regions}

    def is_meant(self, sender: tuple[str | None, str | None, str | None]) -> bool:
        """Whether a sender as exported (source, key, name) is to be forgotten."""
        return any(hashed(form, self.key) in self.hashes for form in forms_of(*sender, self.regions))

    def is_named(self, name: str) -> bool:
        """Whether a name or number is that of somebody to be forgotten."""
        return any(hashed(form, self.key) in self.hashes for form in forms_of_name(name, self.regions))


def forgotten_on(home: Home, name: str) -> date | None:
    """The day on which somebody of a name or number was forgotten; None if nobody was."""
    forgetting = Forgetting.of(home)
    forms = {hashed(form, forgetting.key) for form in forms_of_name(name, forgetting.regions)}
    return next((one.on for one in home.settings.forgotten if forms & set(one.forms)), None)


def forms_of(source: str | None, key: str | None, name: str | None, regions: tuple[str, ...] = ()) -> Iterator[str]:
    """What a sender as exported is recognised by: name, telling key, and the three together."""
    if name and normal_name(name):
        yield from forms_of_name(name, regions)
    if key and (not (name and normal_name(name)) or len(normal_name(key)) >= TELLING):
        yield from forms_of_name(key, regions)
    yield "\x1f".join((source or "", key or "", name or ""))


def forms_of_name(name: str, regions: tuple[str, ...] = ()) -> Iterator[str]:
    """What a name or number is recognised by: a number with its country code and, as no export need tell the country, without."""
    yield normal_name(name)
    if number := phone_of(name, regions):
        yield number
        yield national(number)


def hashed(form: str, key: bytes) -> str:
    """HMAC-SHA256 of a form, 32 hex digits."""
    return hmac.new(key, form.encode(), hashlib.sha256).hexdigest()[:32]


def without_forgotten(rows: pl.DataFrame, forgetting: Forgetting) -> pl.DataFrame | None:
    """Empty those rows of a file (tables.RAW_ROWS) that are the forgotten's; None if nothing in it is theirs.

    A chat of two is emptied whole, since what the other one says in it is about them. Elsewhere their reactions, what
    quotes them as a reply, and the app's lines that name them go as well.
    """
    senders = rows.select(_SENDER).unique()
    meant = senders.filter(pl.Series([forgetting.is_meant(sender) for sender in senders.iter_rows()], dtype=pl.Boolean))
    # The owner may have written to somebody who never answered: then only the chat's name is theirs.
    titles = [title for title in rows["conversation_name"].unique() if forgetting.is_named(title)]
    reacted = rows["reactions"].explode().struct.field("sender").drop_nulls().unique()
    reacted = reacted.filter(pl.Series([forgetting.is_named(name) for name in reacted], dtype=pl.Boolean))
    if meant.is_empty() and not titles and reacted.is_empty():
        return None
    people = pl.col("sender_key").drop_nulls().n_unique().over(_CHAT)
    of_two = ~pl.col("is_group").any().over(_CHAT).fill_null(value=False) & (people <= 2)
    marked = (
        rows.join(meant.with_columns(theirs=True), on=_SENDER, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col("theirs").fill_null(value=False))
        .with_columns(touched=pl.col("theirs").any().over(_CHAT) | pl.col("conversation_name").is_in(titles) & of_two)
        .with_columns(whole=pl.col("touched") & of_two)
        .with_columns(
            gone=pl.col("theirs") | pl.col("whole"),
            # Without them it could look like a chat of two.
            is_group=pl.when(pl.col("touched") & (people > 2)).then(statement=True).otherwise("is_group"),
        )
    )
    names = meant.select(pl.concat_list("sender_key", "sender_name").explode()).to_series().drop_nulls()
    return _emptied(_beside(marked, {*names, *reacted}), forgetting.key).select(RAW_ROWS.schema.names())


def _beside(rows: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Take out of the other rows what repeats the words of those that go; in every chat reactions of theirs and the app's lines."""
    listed = pl.Series(sorted(filter(None, names)), dtype=pl.String)
    quotable = rows.filter(~pl.col("gone")).select(_CHAT, pl.concat_list("text", "platform_id").alias("quoted"))
    quotable = quotable.explode("quoted").drop_nulls().unique().with_columns(stays=True)
    ids = rows.filter("gone").select(_CHAT, quoted="platform_id").drop_nulls().unique().with_columns(stays=True)
    quotable = pl.concat([quotable, ids]).unique()
    rows = rows.join(
        quotable, left_on=[_CHAT, "reply_to"], right_on=[_CHAT, "quoted"], how="left", maintain_order="left"
    )
    kept = pl.element().filter(~pl.element().struct.field("sender").is_in(listed.to_list()).fill_null(value=False))
    stays = ~pl.col("gone")
    other = pl.col("touched") & stays
    # In a chat they wrote nothing in, the app may still name them; short names are parts of words there.
    here, anywhere = (
        pl.col("text").str.contains_any(pl.lit(some).implode(), ascii_case_insensitive=True)
        for some in (listed, listed.filter(listed.str.len_chars() >= TELLING))
    )
    of_app = pl.col("sender_key").is_null() & (other & here | stays & anywhere)
    return rows.with_columns(
        reply_to=pl.when(other & pl.col("stays").is_null()).then(None).otherwise("reply_to"),
        reactions=pl.when(stays).then(pl.col("reactions").list.eval(kept)).otherwise("reactions"),
        text=pl.when(of_app | other & pl.col("folded").is_not_null()).then(pl.lit("")).otherwise("text"),
    )


def _emptied(rows: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Empty the rows that go; ids that apps made stay recognisable to replies, and to another export, as hashes only."""
    gone, whole = pl.col("gone"), pl.col("whole")
    plain = {"kind": KIND, "text": "", "forwarded": False, "edited": False, "reactions": [], "attachments": []}
    none = ("sender_key", "sender_name", "from_owner")
    hashes = {
        name: lake.digest(rows.select(pl.concat_str(pl.lit(key.hex()), name).alias(name))[name])
        for name in ("platform_id", "reply_to", _CHAT)
    }
    forgotten_ids = rows.filter("gone")["platform_id"].drop_nulls().unique()
    return rows.with_columns(
        *(
            pl.when(gone).then(pl.lit(value, RAW_ROWS.schema[name])).otherwise(name).alias(name)
            for name, value in plain.items()
        ),
        *(pl.when(~gone).then(name).alias(name) for name in none),
        pl.when(gone).then(hashes["platform_id"]).otherwise("platform_id").alias("platform_id"),
        pl.when(gone)
        .then(None)
        .when(pl.col("reply_to").is_in(forgotten_ids.to_list()))
        .then(hashes["reply_to"])
        .otherwise("reply_to")
        .alias("reply_to"),
        pl.when(whole).then(hashes[_CHAT]).otherwise(_CHAT).alias(_CHAT),
        pl.when(whole).then(pl.lit("")).otherwise("conversation_name").alias("conversation_name"),
    )
