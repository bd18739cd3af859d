"""Everybody in the history, by every name and number they go by, and whom somebody named by hand means."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.messages import contacts
from chatclone_dagster.messages.clean import Cleaned, clean
from chatclone_dagster.messages.senders import form_of
from chatclone_dagster.phones import regions_in_use, same_but_for_country
from chatclone_dagster.readers import ingest, survey
from chatclone_dagster.settings import Settings

_WRITTEN = ["source", "sender_key", "sender_name"]
FORMS = pl.Schema(dict.fromkeys(("form", "sender_id", "name", *_WRITTEN), pl.String()))
"""One row per sender as exported (`source`, `sender_key`, `sender_name`) and way to name them (`form`, see senders.form_of),
with the `sender_id` and `name` they have in messages; the last three are null where only the settings know a name."""


class UnknownPersonError(UserError):
    """Nobody goes by a name, or several people do; the message says who comes close."""


class Known(NamedTuple):
    """Somebody in the history: the id and the name they have in messages."""

    sender_id: str
    name: str


class Seen(NamedTuple):
    """What lies in exports/ at this moment: files (tables.READINGS), history (MESSAGES) and people (FORMS)."""

    readings: pl.DataFrame
    messages: pl.DataFrame
    people: pl.DataFrame


def see(home: Home) -> Seen:
    """Read and clean what lies in exports/ (what was read before is not read again), and write nothing down.

    Raises:
        OwnerUnknownError: nobody in it is the owner.
    """
    exports = survey.exports(home)
    readings = ingest.read_everything(home, exports)
    raw, (cards, _) = ingest.raw_rows(home, readings), contacts.read(home, exports)
    made = clean(raw, tables.PARSE_ISSUES.empty(), home.settings, cards)
    return Seen(readings, made.messages, people_in(raw, made, home.settings))


def known_people(home: Home) -> pl.DataFrame:
    """Everybody in the history of a home, as it was last made (FORMS); nobody if it was not yet."""
    if not home.table("messages").is_file():
        return FORMS.to_frame()
    ledger, messages = pl.scan_parquet(home.table("ledger", "messages")), pl.scan_parquet(home.table("messages"))
    raw = ingest.raw_rows(home, ingest.all_readings(home))
    return _forms(raw, ledger, messages, pl.read_parquet(home.table("identities")), home.settings)


def people_in(raw: pl.LazyFrame, made: Cleaned, settings: Settings) -> pl.DataFrame:
    """Everybody who wrote in raw rows (tables.RAW_ROWS), of which `clean` made a history (FORMS)."""
    return _forms(raw, made.ledger.lazy(), made.messages.lazy(), made.identities, settings)


def _forms(
    raw: pl.LazyFrame, ledger: pl.LazyFrame, messages: pl.LazyFrame, identities: pl.DataFrame, settings: Settings
) -> pl.DataFrame:
    """Senders by name, by key and by what the settings call them.

    Who is one person is asked of the messages (copies of messages tell more than names do), and of `identities` only where
    a chat is too small to be in them.
    """
    carried = ledger.filter(pl.col("stage") == "messages", pl.col("kept_as").is_not_null())
    found = (
        raw.filter(pl.col("sender_key").is_not_null())
        .select("export_id", "position", *_WRITTEN)
        .join(carried.select("export_id", "position", message_id="kept_as"), on=["export_id", "position"])
        .join(messages.select("message_id", "sender_id", name="sender_name"), on="message_id")
        .filter(pl.col("sender_id").is_not_null())
        .select("sender_id", "name", *_WRITTEN)
        .unique()
        .collect()
    )
    small = identities.join(found, on=_WRITTEN, how="anti", nulls_equal=True).select(found.columns)
    senders = pl.concat([found, small]).unique()
    senders = senders.with_columns(form=pl.concat_list("name", "sender_name", "sender_key"))
    regions = regions_in_use(settings)
    forms = (
        senders.explode("form")
        .drop_nulls("form")
        .with_columns(pl.col("form").map_elements(lambda text: form_of(text, regions), pl.String))
    )
    by_form = dict(forms.select("form", "sender_id").iter_rows())
    by_settings = []
    for name, aliases in settings.aliases.items():
        called = [form_of(text, regions) for text in (name, *aliases)]
        sender = next((by_form[form] for form in called if form in by_form), None)
        by_settings += [(form, sender, name, None, None, None) for form in called if sender]
    told = pl.DataFrame(by_settings, schema=FORMS, orient="row")
    return pl.concat([forms.select(FORMS.names()), told]).unique().sort(FORMS.names())


def find_person(people: pl.DataFrame, name: str, where: str, settings: Settings) -> Known:
    """Whom a name, alias, number or id means (`people` as FORMS); `where` begins the message if nobody.

    Raises:
        UnknownPersonError: nobody, or several people.
    """
    form = form_of(name, regions_in_use(settings))
    found = rows_of(people, name, settings).select("sender_id", "name").unique("sender_id").sort("name", "sender_id")
    if found.height == 1:
        return Known(*found.row(0))
    if found.height > 1:
        several = ", ".join(f"'{called}' ({sender})" for sender, called in found.iter_rows())
        raise UnknownPersonError(f"{where}: '{name}' is {several}; say which by the id in brackets")
    close = close_to(form, people["form"].unique())
    called = people.filter(pl.col("form").is_in(close))["name"].unique()
    there = (
        f"did you mean {_listed(called)}?" if close else f"there are {_listed(people['name'].unique().sort().head(5))}"
    )
    raise UnknownPersonError(f"{where}: nobody called '{name}' wrote anything; {there}")


def rows_of(people: pl.DataFrame, name: str, settings: Settings) -> pl.DataFrame:
    """The rows of `people` (FORMS) that a name, alias, number or id means.

    A number that has no country code, and of whose country nothing is known, is the one that is dialled so in its country.
    """
    form = form_of(name, regions_in_use(settings))
    found = people.filter((pl.col("form") == form) | (pl.col("sender_id") == name))
    if found.height or not form.removeprefix("+").isdecimal():
        return found
    return people.filter(
        pl.col("form").is_in([other for other in people["form"].unique() if same_but_for_country(form, other)])
    )


def close_to(form: str, forms: Iterable[str]) -> list[str]:
    """Up to three of some forms that look most like one, best first."""
    return difflib.get_close_matches(form, sorted(forms), n=3, cutoff=0.5)


def _listed(names: pl.Series) -> str:
    return ", ".join(map(repr, names.sort()))
