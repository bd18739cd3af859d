"""From a persona in the settings to the participant in the history."""

from __future__ import annotations

import difflib

import polars as pl

from chatclone_dagster.datasets.examples import Person
from chatclone_dagster.messages.identity import OWNER_ID
from chatclone_dagster.names import normal_name
from chatclone_dagster.privacy.replacer import Replacer
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.settings import SETTINGS_FILE, Settings, SettingsError


def find_persona(settings: Settings, key: str, messages: pl.LazyFrame, stand_ins: StandIns) -> Person:
    """The participant a persona means (tables.MESSAGES_SAFE); `stand_ins` are those in it.

    Raises:
        SettingsError: no such persona, no consent, or nobody of that name wrote anything.
    """
    persona = settings.persona(key)
    people = (
        messages.filter(pl.col("sender_id").is_not_null())
        .group_by("sender_id", "sender_name")
        .agg(pl.len().alias("messages"))
        .sort("messages", "sender_id", descending=[True, False])
        .collect()
    )
    if persona.who is None:
        own = people.filter(pl.col("sender_id") == OWNER_ID)
        if own.is_empty():
            raise SettingsError(f"{SETTINGS_FILE}: me.name: '{settings.me.name}' wrote nothing in these exports")
        return Person(key, OWNER_ID, own["sender_name"][0])
    names = {
        normal_name(name): (sender, name) for sender, name in people.select("sender_id", "sender_name").iter_rows()
    }
    found = names.get(normal_name(Replacer(settings, stand_ins).name(persona.who)))
    if found is None:
        close = difflib.get_close_matches(normal_name(persona.who), names, n=3, cutoff=0.4) or list(names)[:3]
        raise SettingsError(
            f"{SETTINGS_FILE}: personas.{key}.who: nobody called '{persona.who}' wrote anything; "
            f"there are {', '.join(names[name][1] for name in close)}"
        )
    return Person(key, *found)
