"""The verb that leaves out people, chats or days: exclude."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import polars as pl
import typer
from pydantic import ValidationError
from rich import box
from rich.markup import escape
from rich.table import Table

from chatclone_dagster.cli.options import HomeOption, console, open_home
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.messages.known import Seen, find_person, see
from chatclone_dagster.names import normal_name
from chatclone_dagster.privacy.exclude import conversations_of, person_of, rules
from chatclone_dagster.settings import SETTINGS_FILE, Range, Settings

Undo = Annotated[bool, typer.Option("--undo", help="Take it in again.")]
Person = Annotated[str, typer.Argument(help="A name, alias or number, as the exports or chatclone.toml have it.")]
_exclude = typer.Typer(help="Leave out people, chats or days; without a word after it: list what is left out.")


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(_exclude, name="exclude")


@_exclude.callback(invoke_without_command=True)
def listed(context: typer.Context, home: HomeOption = None) -> None:
    """Leave out people, chats or days; without a word after it: list what is left out, and how much that is."""
    if context.invoked_subcommand is None:
        _show(open_home(home))


@_exclude.command()
def person(name: Person, home: HomeOption = None, undo: Undo = False) -> None:
    """Leave out whoever does not want to be in it: their messages, and chats with them alone."""
    where = open_home(home)
    people = where.settings.exclude.people
    if undo:
        _change(where, people=_without(people, name, where.settings))
    else:
        known = _see(where).people
        person_of(known, name, "exclude person", where.settings)  # refuses the owner
        found = find_person(known, name, "exclude person", where.settings)
        alone = known.filter(pl.col("name") == found.name)["sender_id"].n_unique() == 1
        _change(where, people=_with(people, found.name if alone else found.sender_id))


@_exclude.command()
def conversation(
    title: Annotated[str, typer.Argument(help="A chat's title or id; * stands for anything.")],
    home: HomeOption = None,
    undo: Undo = False,
) -> None:
    """Leave out a chat, or all whose title fits a pattern."""
    where = open_home(home)
    titles = where.settings.exclude.conversations
    if not undo:
        conversations_of(_see(where).messages, title, "exclude conversation")
    _change(where, conversations=_without(titles, title, where.settings) if undo else _with(titles, title))


@_exclude.command(name="range")
def days(
    from_: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")] = None,
    to: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")] = None,
    conversation: Annotated[str | None, typer.Option(help="In this chat only.")] = None,
    person: Annotated[str | None, typer.Option(help="By this person only.")] = None,
    home: HomeOption = None,
    undo: Undo = False,
) -> None:
    """Leave out days, everywhere or in one chat or of one person."""
    where = open_home(home)
    try:
        meant = Range(from_=from_ and from_.date(), to=to and to.date(), conversation=conversation, person=person)
    except ValidationError as error:
        told = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UserError(f"exclude range: {told}") from None
    ranges = where.settings.exclude.ranges
    if undo and meant not in ranges:
        raise UserError("exclude range: nothing like that is left out; chatclone exclude lists what is")
    if not undo:
        if conversation is not None:
            conversations_of(_see(where).messages, conversation, "exclude range --conversation")
        if person is not None:
            person_of(_see(where).people, person, "exclude range --person", where.settings)
    kept = [one for one in ranges if one != meant] + ([] if undo else [meant])
    _change(where, ranges=[one.model_dump(by_alias=True, exclude_none=True) for one in kept])


def _with(listed_: tuple[str, ...], name: str) -> list[str]:
    return list(dict.fromkeys((*listed_, name)))


def _without(listed_: tuple[str, ...], name: str, settings: Settings) -> list[str]:
    kept = [one for one in listed_ if normal_name(one) != normal_name(name)]
    if len(kept) == len(listed_):
        for one, aliases in settings.aliases.items():
            if not settings.people[one].consent and normal_name(name) in map(normal_name, (one, *aliases)):
                raise UserError(
                    f"exclude: '{name}' is left out by people.{one}.consent in {SETTINGS_FILE}; change it there"
                )
        there = f"there are {', '.join(map(repr, listed_))}" if listed_ else "nothing is"
        raise UserError(f"exclude: '{name}' is not left out; {there}")
    return kept


def _change(home: Home, **values: Any) -> None:
    home.change(**{f"exclude__{name}": value for name, value in values.items()})
    _show(home)


def _see(home: Home) -> Seen:
    with console.status("Reading …"):
        return see(home)


def _show(home: Home) -> None:
    """What is left out, and how many messages each entry concerns by itself."""
    exclude = home.settings.exclude
    if not (home.settings.said_no or exclude.conversations or exclude.ranges):
        console.print("Nothing is left out. Leave out: chatclone exclude person|conversation|range …")
        return
    _, history, people = _see(home)
    table = Table("what", "why", title="Left out", title_justify="left", box=box.SIMPLE)
    table.add_column("messages", justify="right")
    table.add_column("chats", justify="right")
    for rule in rules(history, people, home.settings):
        concerned = history.filter(rule.concerns)
        chats = concerned["conversation_id"].n_unique()
        table.add_row(escape(rule.written), rule.reason, f"{concerned.height:,}", f"{chats:,}")
    console.print(table)
    console.print("Effective on the next chatclone run.")
