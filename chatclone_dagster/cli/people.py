"""`chatclone people`: who is who, and the user's word on it. All of it is settings; the next run applies them."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from chatclone_dagster.cli.options import HomeOption, console, open_home
from chatclone_dagster.errors import UserError
from chatclone_dagster.messages import decisions
from chatclone_dagster.messages.people import People, Person, look
from chatclone_dagster.messages.suggestions import Suggestion, suggest
from chatclone_dagster.phones import spoken

_MOST = 20
As = Annotated[Literal["table", "json"], typer.Option("--format", help="A table, or one JSON object a person.")]
All = Annotated[
    bool, typer.Option("--all", help=f"Everybody, not just the {_MOST} who wrote most, and why they are who they are.")
]
Numbers = Annotated[list[int] | None, typer.Option(help="The number of a suggestion; may be given several times.")]
Who = Annotated[str, typer.Argument(help="A name, number, address or id as `chatclone people` shows it.")]
Sender = Annotated[
    str, typer.Argument(help="One of the person's names or numbers, or APP:NAME, to become somebody else.")
]

people_app = typer.Typer(help="Show who is who, and say so where it is wrong.", no_args_is_help=False)


class NumberError(UserError):
    """There is no suggestion of that number."""


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(people_app, name="people")


@people_app.callback(invoke_without_command=True)
def people(context: typer.Context, home: HomeOption = None, as_: As = "table", all_: All = False) -> None:
    """Show who is who, and say so where it is wrong."""
    if context.invoked_subcommand is not None:
        return
    where = open_home(home)
    with console.status("Reading …") if as_ == "table" else console:
        found = look(where)
    if as_ == "json":
        for person in found.everyone:
            record = {**_record(person), "left_out": person.id in found.left_out}
            console.print(json.dumps(record, ensure_ascii=False), markup=False, soft_wrap=True)
        return
    _show(found, all_=all_)
    _show_suggestions(suggest(found, where.settings), None if all_ else 5)


@people_app.command()
def merge(
    one: Who,
    other: Who,
    name: Annotated[
        str | None, typer.Option("--as", help="What to call them; the first one's name if left out.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Say that two are one person."""
    where = open_home(home)
    found = look(where)
    _done(decisions.merge(where, found, found.find(one), found.find(other), name))


@people_app.command()
def rename(old: Who, new: Annotated[str, typer.Argument(help="The name to show.")], home: HomeOption = None) -> None:
    """Show a person under another name."""
    where = open_home(home)
    found = look(where)
    _done(decisions.rename(where, found, found.find(old), new))


@people_app.command()
def split(person: Who, sender: Sender, home: HomeOption = None) -> None:
    """Say that a sender is somebody else."""
    where = open_home(home)
    found = look(where)
    _done(decisions.split(where, found, found.find(person), sender))


@people_app.command("suggest")
def suggest_(apply: Numbers = None, refuse: Numbers = None, as_: As = "table", home: HomeOption = None) -> None:
    """Show who else could be one person; --apply merges two, --refuse remembers that they are two people."""
    where = open_home(home)
    found = look(where)
    suggestions = suggest(found, where.settings)
    for number in (*(apply or ()), *(refuse or ())):
        if not 0 < number <= len(suggestions):
            raise NumberError(
                f"there is no suggestion {number}; there are {len(suggestions)}: chatclone people suggest"
            )
    for number in refuse or ():
        _done(decisions.refuse(where, found, suggestions[number - 1].one, suggestions[number - 1].other), later=False)
    for number in apply or ():
        item = suggestions[number - 1]
        now = look(where)  # what was merged before is another person now
        one, other = (now.holder(person.parts[0]) for person in (item.one, item.other))
        _done(decisions.merge(where, now, one, other), later=False)
    if apply or refuse:
        _later()
    elif as_ == "json":
        for item in suggestions:
            record = {"score": item.score, "one": item.one.id, "other": item.other.id, "reasons": item.reasons}
            console.print(json.dumps(record, ensure_ascii=False), markup=False, soft_wrap=True)
    else:
        _show_suggestions(suggestions, None)


@people_app.command()
def undo(
    count: Annotated[int, typer.Argument(min=1, help="How many changes to take back.")] = 1, home: HomeOption = None
) -> None:
    """Take back the last changes made here."""
    where = open_home(home)
    undone = decisions.undo(where, count)
    for told in undone:
        console.print(f"Undone: {escape(told)}", soft_wrap=True)
    if undone:
        _later()
    else:
        console.print("There is nothing to undo.")


def _done(told: str, *, later: bool = True) -> None:
    console.print(f"{escape(told[0].upper() + told[1:])}.", soft_wrap=True)
    if later:
        _later()


def _later() -> None:
    console.print(
        "It counts from the next run on: chatclone run. To take it back: chatclone people undo", soft_wrap=True
    )


def _show(found: People, *, all_: bool) -> None:
    table = Table(title="Who is who", title_justify="left", box=box.SIMPLE)
    table.add_column("name", overflow="fold")
    for column in ("chats", "messages", "when"):
        table.add_column(column, justify="left" if column == "when" else "right", no_wrap=True)
    table.add_column("also known as", overflow="fold")
    names = [person.name for person in found.everyone]
    for person in found.everyone[: None if all_ else _MOST]:
        shown = escape(person.name) + (" [dim](you)[/]" if person.is_owner else "")
        shown += " [dim](left out)[/]" if person.id in found.left_out else ""
        if names.count(person.name) > 1:
            shown += f" [dim]{person.id}[/]"
        known = ", ".join(_spoken(text) for text in person.names[: None if all_ else 3])
        more = f" and {len(person.names) - 3} more" if not all_ and len(person.names) > 3 else ""
        months = "–".join(dict.fromkeys(f"{at:%Y-%m}" for at in person.span))
        table.add_row(
            f"{shown}\n  [dim]{', '.join(person.apps)}[/]",
            f"{len(person.chats):,}",
            f"{person.messages:,}",
            months,
            escape(known + more) + (f"\n[dim]{escape(_why(person))}[/]" if all_ else ""),
        )
    console.print(table)
    if not all_ and len(found.everyone) > _MOST:
        console.print(f"and {len(found.everyone) - _MOST:,} more (--all shows them)")


def _show_suggestions(suggestions: list[Suggestion], most: int | None) -> None:
    if not suggestions:
        return
    table = Table(title="One person?", title_justify="left", box=box.SIMPLE, show_header=False)
    for column in ("number", "who", "why"):
        table.add_column(column, overflow="fold", justify="right" if column == "number" else "left")
    for number, item in enumerate(suggestions[:most], start=1):
        table.add_row(
            str(number),
            f"{escape(item.one.name)} = {escape(item.other.name)}  [dim]{item.score:.0%}[/]",
            escape("; ".join(item.reasons)),
        )
    console.print(table)
    if most is not None and len(suggestions) > most:
        console.print(f"and {len(suggestions) - most:,} more: chatclone people suggest")
    console.print("If so: chatclone people suggest --apply NUMBER; if not: --refuse NUMBER", soft_wrap=True)


def _why(person: Person) -> str:
    told = dict.fromkeys(part.evidence for part in person.parts if part.evidence)
    return "; ".join(told)


def _spoken(text: str) -> str:
    return spoken(text) if text.startswith("+") and text[1:].isdigit() else text


def _record(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "is_owner": person.is_owner,
        "apps": person.apps,
        "chats": len(person.chats),
        "messages": person.messages,
        "first": person.span[0].isoformat(sep=" "),
        "last": person.span[1].isoformat(sep=" "),
        "senders": [part._asdict() for part in person.parts],
    }
