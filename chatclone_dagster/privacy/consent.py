"""Whether somebody may be cloned. Everything that trains, evaluates or serves a persona asks here first."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from chatclone_dagster.home import Home
from chatclone_dagster.messages.known import known_people, rows_of
from chatclone_dagster.messages.senders import form_of
from chatclone_dagster.phones import regions_in_use
from chatclone_dagster.readers.forgotten import Forgetting
from chatclone_dagster.settings import SETTINGS_FILE, Persona, Settings, SettingsError


class ConsentError(SettingsError):
    """A person is not to be cloned; the message is one line: who, and what says so."""


def permitted(home: Home, key: str) -> Persona:
    """A persona's settings, if the person may be cloned as the settings are now: consent can be taken back any day.

    Raises:
        SettingsError: no such persona, or one other than the owner without consent.
        ConsentError: the consent is of a day to come, or the person is left out (`[exclude]`) or forgotten.
    """
    persona = home.settings.persona(key)
    if persona.who is None or persona.consent is None:
        return persona
    where = f"{SETTINGS_FILE}: personas.{key}"
    if persona.consent.date > datetime.now(UTC).astimezone().date():
        raise ConsentError(f"{where}.consent.date: {persona.consent.date} is yet to come; there is no clone before it")
    if Forgetting.of(home).is_named(persona.who):
        raise ConsentError(
            f"{where}: {persona.who} asked to be forgotten, so there is no clone; take out [personas.{key}]"
        )
    if said_no := where_excluded(persona.who, home):
        raise ConsentError(
            f"{where}: {persona.who} is left out ({said_no}), so there is no clone; take out one or the other"
        )
    return persona


def where_excluded(name: str, home: Home) -> str | None:
    """The setting that leaves a person out, by any of their names; None if there is none."""
    left_out = home.settings.said_no
    if not left_out:
        return None
    people = known_people(home)
    asked = _called(name, people, home.settings)
    return next((where for one, where in left_out.items() if asked & _called(one, people, home.settings)), None)


def _called(name: str, people: pl.DataFrame, settings: Settings) -> set[str]:
    """Every form in which a person is named, by the exports and by the settings."""
    regions = regions_in_use(settings)
    form = form_of(name, regions)
    alike = [{form_of(alias, regions) for alias in (one, *aliases)} for one, aliases in settings.aliases.items()]
    senders = rows_of(people, name, settings)["sender_id"].to_list()
    told = people.filter(pl.col("sender_id").is_in(senders))["form"].to_list()
    return {form, *told, *(other for names in alike if form in names for other in names)}
