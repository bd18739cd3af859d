"""Who is to be forgotten: how they are recognised ever after, and where chatclone.toml still names them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl
from pydantic import BaseModel, ConfigDict

from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.messages.identity import OWNER_ID
from chatclone_dagster.messages.known import Known, find_person
from chatclone_dagster.messages.senders import form_of
from chatclone_dagster.phones import regions_in_use
from chatclone_dagster.readers.forgotten import KEY, TELLING, forms_of, forms_of_name, hashed
from chatclone_dagster.settings import Settings


class NotForgettableError(UserError):
    """Somebody cannot be forgotten; the message says what to do instead."""


class Request(BaseModel):
    """What was asked for, written down before anything is removed, so that a command that was cut off can be finished.

    `forms` are keyed hashes, `names` how the person is written in Dagster's records. `personas` are those whose data held the
    person's words, `own` those who are the person, `adapters` the folders (under the home) that were trained on their words,
    `exports` the files (under exports/) to be deleted.
    """

    model_config = ConfigDict(frozen=True)

    on: date
    forms: tuple[str, ...]
    names: tuple[str, ...]
    personas: tuple[str, ...]
    own: tuple[str, ...]
    adapters: tuple[str, ...]
    exports: tuple[str, ...] = ()
    delete_adapters: bool = False


def whom(people: pl.DataFrame, name: str, settings: Settings) -> Known:
    """Whom a name means (`people` as messages.known.FORMS).

    Raises:
        UnknownPersonError: nobody or several people.
        NotForgettableError: it is the owner of the home.
    """
    found = find_person(people, name, "forget", settings)
    if found.sender_id == OWNER_ID:
        raise NotForgettableError(
            f"forget: '{name}' is you, and the home is about you; to be rid of it delete its folder"
        )
    return found


def forms_to_keep(home: Home, people: pl.DataFrame, sender_id: str) -> tuple[str, ...]:
    """Keyed hashes of everything a person is recognised by, but for what others are called, too."""
    senders = people.filter(pl.col("sender_key").is_not_null())
    own, rest = (senders.filter((pl.col("sender_id") == sender_id) == is_them) for is_them in (True, False))
    aliases = people.filter(pl.col("sender_id") == sender_id, pl.col("sender_key").is_null())["form"]
    regions = regions_in_use(home.settings)

    def forms(senders: pl.DataFrame) -> set[str]:
        written = {form for row in _written(senders) for form in forms_of(*row, regions)}
        return written | {form for name in senders["name"].unique() for form in forms_of_name(name, regions)}

    theirs = forms(own) | {form for alias in aliases for form in forms_of_name(alias, regions)}
    key = home.secret(KEY)
    return tuple(sorted(hashed(form, key) for form in theirs - forms(rest)))


def names_of(settings: Settings, people: pl.DataFrame, sender_id: str) -> tuple[str, ...]:
    """A person's names, telling keys (numbers, handles) and aliases as they are written, but for what others are called, too."""
    regions = regions_in_use(settings)
    theirs = people.filter(pl.col("sender_id") == sender_id)
    keys = theirs.filter(pl.col("sender_key").str.len_chars() >= TELLING)["sender_key"]
    aliases = [one for name, others in settings.aliases.items() for one in (name, *others)]
    forms = set(theirs["form"])
    called = {
        *theirs["name"].drop_nulls(),
        *theirs["sender_name"].drop_nulls(),
        *keys,
        *(alias for alias in aliases if form_of(alias, regions) in forms),
    }
    others = set(people.filter(pl.col("sender_id") != sender_id)["form"])
    return tuple(sorted(name for name in called if form_of(name, regions) not in others))


def mentions(settings: Settings, people: pl.DataFrame, sender_id: str) -> dict[str, object]:
    """Settings that name a person, with what is left of them once the person is out; None where nothing is."""
    regions = regions_in_use(settings)
    forms = set(people.filter(pl.col("sender_id") == sender_id)["form"])

    def is_them(name: str | None) -> bool:
        return name is not None and form_of(name, regions) in forms

    left: dict[str, object] = {}
    for name, aliases in settings.aliases.items():
        if any(is_them(one) for one in (name, *aliases)):
            left[f"people__{name}"] = None
    for key, persona in settings.personas.items():
        if is_them(persona.who):
            left[f"personas__{key}"] = None
    if any(is_them(one) for pair in settings.identity.different for one in pair):
        apart = [list(pair) for pair in settings.identity.different if not any(map(is_them, pair))]
        left["identity__different"] = apart
    exclude = settings.exclude
    if any(map(is_them, exclude.people)):
        left["exclude__people"] = [name for name in exclude.people if not is_them(name)]
    if any(is_them(one.person) for one in exclude.ranges):
        kept = [one.model_dump(by_alias=True, exclude_none=True) for one in exclude.ranges if not is_them(one.person)]
        left["exclude__ranges"] = kept
    return left


def _written(senders: pl.DataFrame) -> Iterable[tuple[str, str, str]]:
    return senders.select("source", "sender_key", "sender_name").unique().iter_rows()
