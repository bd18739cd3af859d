"""Everybody's names: what the finder looks for in texts, and which words of them get a stand-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import polars as pl
import regex

from chatclone_dagster.privacy.names import Part, words
from chatclone_dagster.settings import Settings

_LETTERS = regex.compile(r"\p{L}\p{M}*\P{L}*\p{L}|[\p{Han}\p{Hangul}]")


@dataclass(frozen=True, slots=True)
class People:
    """Everybody's names and nicknames as they are written, but the owner's where that one is kept.

    `parts` has each word of a name that gets a stand-in, in lower case, and the part of a name it mostly is; `nicknames`
    the first name that a word is short for; `owner` the words of the owner's name, which stay; `numbers` the people who are
    called by their phone number, and numbers of contacts: they tell the countries that numbers are from.
    """

    names: tuple[str, ...]
    parts: dict[str, Part]
    nicknames: dict[str, str]
    owner: frozenset[str]
    numbers: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """What the finder is told: names and numbers."""
        return (*self.names, *self.numbers)

    @classmethod
    def of(cls, messages: pl.LazyFrame, settings: Settings, contacts: Iterable[str] = ()) -> People:
        """Those in a history (tables.MESSAGES), its settings and address books (`messages.contacts.known_names`)."""
        mine = {name for name in (*_owners(messages), settings.me.name, *settings.me.aliases) if _LETTERS.search(name)}
        everybody = {*_everybodys(messages, settings), *contacts}
        theirs = {name for name in everybody if _LETTERS.search(name)} - mine
        numbers = sorted(everybody - theirs - mine)
        kept = mine if settings.privacy.own_name == "keep" else set()
        whole = sorted(theirs | mine - kept)
        given = {word for name in whole for word, part in words(name) if part == "first"}
        owner = frozenset(word for name in kept for word, _ in words(name))
        counted = Counter(found for name in whole for found in words(name, given) if found[0] not in owner)
        parts: dict[str, Part] = {}
        for (word, part), _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
            parts.setdefault(word, part)
        return cls(tuple(whole), parts, dict(_nicknames(settings, parts)), owner, tuple(numbers))


def _owners(messages: pl.LazyFrame) -> Iterator[str]:
    yield from _distinct(messages.filter("is_owner"), pl.col("sender_name"))


def _everybodys(messages: pl.LazyFrame, settings: Settings) -> Iterator[str]:
    """Every name there is: whoever wrote or reacted, titles of chats of two, and the settings."""
    yield from _distinct(messages.filter(~pl.col("is_owner")), pl.col("sender_name"))
    yield from _distinct(messages.filter(~pl.col("is_group")), pl.col("conversation_name"))
    reacted = messages.select("reactions").filter(pl.col("reactions").list.len() > 0).explode("reactions")
    yield from _distinct(reacted, pl.col("reactions").struct.field("sender"))
    yield from chain.from_iterable((name, *aliases) for name, aliases in settings.aliases.items())


def _distinct(messages: pl.LazyFrame, name: pl.Expr) -> pl.Series:
    return messages.select(name.alias("name")).drop_nulls().unique().collect(engine="streaming")["name"]


def _nicknames(settings: Settings, parts: dict[str, Part]) -> Iterator[tuple[str, str]]:
    """Each alias of one word with the first name of the person it belongs to."""
    for name, aliases in settings.aliases.items():
        first = next((word for word, part in words(name) if part == "first"), None)
        for alias in aliases:
            found = [word for word, _ in words(alias)]
            if first in parts and len(found) == 1 and found[0] in parts and found[0] != first:
                yield found[0], str(first)
