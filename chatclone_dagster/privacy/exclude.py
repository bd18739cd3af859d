"""What is not to be in it: people who said no, chats and days the owner leaves out. Taken out before anything is learned."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.errors import UserError
from chatclone_dagster.messages.identity import OWNER_ID
from chatclone_dagster.messages.known import close_to, find_person, rows_of
from chatclone_dagster.messages.senders import form_of
from chatclone_dagster.names import normal_name
from chatclone_dagster.phones import regions_in_use
from chatclone_dagster.readers.forgotten import KIND as FORGOTTEN
from chatclone_dagster.settings import SETTINGS_FILE, Range, Settings

WHO_AND_WHERE = ("conversation_id", "conversation_name", "is_group", "sender_id")
"""Columns of tables.MESSAGES by which entries find whom and what they mean."""

PERSON, CONVERSATION, DATES = "excluded_person", "excluded_conversation", "excluded_dates"


class NothingToExcludeError(UserError):
    """A setting under `[exclude]` concerns nothing there is; the message says what comes close."""


@dataclass(frozen=True)
class Rule:
    """One entry of `[exclude]`: as it is written, why its messages go, and which they are (of tables.MESSAGES)."""

    written: str
    reason: str
    concerns: pl.Expr


class Exclusion:
    """What `[exclude]` takes out of a history, decided for the whole of it and taken out batch by batch."""

    def __init__(self, history: pl.LazyFrame, people: pl.DataFrame, settings: Settings) -> None:
        """`history` is tables.MESSAGES; `people` is everybody (messages.known.FORMS).

        Raises:
            NothingToExcludeError, UnknownPersonError: an entry names a chat or a person that is not there.
        """
        whole = history.select(WHO_AND_WHERE).unique().collect(engine="streaming")
        self._rules = [Rule("", FORGOTTEN, pl.col("kind") == FORGOTTEN), *rules(whole, people, settings)]
        self._forms, self._settings = _forms_of_excluded(people, settings), settings

    def apply(self, messages: pl.DataFrame) -> pl.DataFrame:
        """Add `removed` to messages, and take out what is excluded: words, links, reactions, attachments.

        The rows stay where they were, so that what stands around them is not joined. A chat of two goes whole if one of
        them said no: what is left of it is still about them.
        """
        gone = pl.col("removed").is_not_null()
        schema = tables.MESSAGES.schema
        return (
            _without_reactions_of(messages, self._forms, self._settings)
            .with_columns(removed=pl.coalesce(pl.when(rule.concerns).then(pl.lit(rule.reason)) for rule in self._rules))
            .with_columns(
                pl.when(gone).then(pl.lit("")).otherwise("text").alias("text"),
                pl.when(~gone).then("reply_to").alias("reply_to"),
                *(
                    pl.when(gone).then(pl.lit([], dtype=schema[name])).otherwise(name).alias(name)
                    for name in ("reactions", "attachments")
                ),
            )
        )


def rules(messages: pl.DataFrame, people: pl.DataFrame, settings: Settings) -> Iterator[Rule]:
    """The entries of `[exclude]`, people (`consent = false` too) first: of several that concern a message the first is why it goes.

    Of `messages` WHO_AND_WHERE is looked at.

    Raises:
        NothingToExcludeError, UnknownPersonError: an entry names a chat or a person that is not there.
    """
    for name, setting in settings.said_no.items():
        where = f"{SETTINGS_FILE}: {setting}"
        yield Rule(name, PERSON, of_person(messages, person_of(people, name, where, settings)))
    where, exclude = f"{SETTINGS_FILE}: exclude", settings.exclude
    for pattern in exclude.conversations:
        chats = conversations_of(messages, pattern, f"{where}.conversations")
        yield Rule(pattern, CONVERSATION, pl.col("conversation_id").is_in(chats))
    for number, range_ in enumerate(exclude.ranges):
        concerns = _on_days(range_, settings.time.zone)
        if range_.conversation is not None:
            chats = conversations_of(messages, range_.conversation, f"{where}.ranges.{number}.conversation")
            concerns &= pl.col("conversation_id").is_in(chats)
        if range_.person is not None:
            concerns &= of_person(
                messages, person_of(people, range_.person, f"{where}.ranges.{number}.person", settings)
            )
        yield Rule(told(range_), DATES, concerns)


def person_of(people: pl.DataFrame, name: str, where: str, settings: Settings) -> str:
    """The sender_id of whom a name means; `where` begins the message of an error.

    Raises:
        UnknownPersonError: nobody.
        NothingToExcludeError: it is the owner, without whom there is no history.
    """
    sender_id, _ = find_person(people, name, where, settings)
    if sender_id == OWNER_ID:
        raise NothingToExcludeError(f"{where}: '{name}' is you; leave out chats or days instead")
    return sender_id


def conversations_of(messages: pl.DataFrame, pattern: str, where: str) -> list[str]:
    """The ids of the chats that a title, a pattern of titles (`*`, `?`) or an id means; a pattern may mean none.

    Raises:
        NothingToExcludeError: no chat has that title.
    """
    chats = (
        messages.select("conversation_id", "conversation_name").unique().sort("conversation_name", "conversation_id")
    )
    named = {chat: normal_name(title) for chat, title in chats.iter_rows()}
    wanted = " ".join(pattern.casefold().split())
    found = [
        chat
        for chat, title in named.items()
        if pattern == chat or title == normal_name(pattern) or fnmatch.fnmatchcase(title, wanted)
    ]
    if not found and not any(mark in pattern for mark in "*?["):
        close = close_to(normal_name(pattern), set(named.values()))
        likely = [chat for chat in named if named[chat] in close] or list(named)
        titles = chats.filter(pl.col("conversation_id").is_in(likely))["conversation_name"].unique().sort().head(5)
        listed = ", ".join(map(repr, titles))
        there = f"did you mean {listed}?" if close else f"there are {listed}"
        raise NothingToExcludeError(f"{where}: no chat is called '{pattern}'; {there}")
    return found


def told(range_: Range) -> str:
    """A range of days in words."""
    days = [f"{word} {day}" for word, day in (("from", range_.from_), ("to", range_.to)) if day]
    within = [f"{word} {name}" for word, name in (("in", range_.conversation), ("by", range_.person)) if name]
    return " ".join((*days, *within))


def of_person(messages: pl.DataFrame, sender_id: str) -> pl.Expr:
    """What somebody wrote, and all of the chats they have with the owner alone."""
    theirs = messages.filter(pl.col("sender_id") == sender_id, ~pl.col("is_group"))["conversation_id"].unique()
    return (pl.col("sender_id") == sender_id).fill_null(value=False) | pl.col("conversation_id").is_in(theirs.to_list())


def _on_days(range_: Range, zone: str) -> pl.Expr:
    day = pl.col("sent_at").dt.convert_time_zone(zone).dt.date()
    since = day >= range_.from_ if range_.from_ else pl.lit(value=True)
    return since & (day <= range_.to) if range_.to else since


def _forms_of_excluded(people: pl.DataFrame, settings: Settings) -> set[str]:
    excluded = {sender for name in settings.said_no for sender in rows_of(people, name, settings)["sender_id"]}
    return set(people.filter(pl.col("sender_id").is_in(excluded))["form"])


def _without_reactions_of(messages: pl.DataFrame, forms: set[str], settings: Settings) -> pl.DataFrame:
    regions = regions_in_use(settings)
    left_by = pl.element().struct.field("sender")
    names = messages["reactions"].explode().struct.field("sender").drop_nulls().unique()
    theirs = [name for name in names if form_of(name, regions) in forms]
    if not theirs:
        return messages
    kept = pl.element().filter(~left_by.is_in(theirs).fill_null(value=False))
    return messages.with_columns(pl.col("reactions").list.eval(kept))
