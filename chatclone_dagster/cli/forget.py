"""The verb that removes a person from the home for good: forget."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.prompt import Confirm
from rich.table import Table

from chatclone_dagster.cli.options import HomeOption, console, open_home
from chatclone_dagster.cli.owner import somebody_is_there
from chatclone_dagster.forgetting import forget as room
from chatclone_dagster.forgetting import who
from chatclone_dagster.forgetting.traces import ExportTrace, Traces, look
from chatclone_dagster.home import Home
from chatclone_dagster.messages.known import see
from chatclone_dagster.phones import regions_in_use
from chatclone_dagster.readers.forgotten import KEY, Forgetting, forgotten_on
from chatclone_dagster.settings import SETTINGS_FILE
from chatclone_dagster.wording import counted

Person = Annotated[str, typer.Argument(help="A name, alias or number, as the exports or chatclone.toml have it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be removed, and remove nothing.")]
DeleteExports = Annotated[
    bool, typer.Option("--delete-exports", help="Delete those files under exports/ that hold only chats with them.")
]
DeleteAdapters = Annotated[
    bool, typer.Option("--delete-adapters", help="Delete the adapters trained on their words, not only mark them.")
]


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command line."""
    app.command()(forget)


def forget(
    person: Person,
    home: HomeOption = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    delete_exports: DeleteExports = False,
    delete_adapters: DeleteAdapters = False,
) -> None:
    """Remove a person's messages from everything in the home, and never read them in again."""
    where = open_home(home)  # finishes what was cut off
    if since := forgotten_on(where, person):
        console.print(
            f"[bold green]✓[/] Forgotten already, on {since}: nothing of theirs is in the home, and nothing of it is read. "
            f"To read it again take the \\[\\[forgotten]] of that day out of {SETTINGS_FILE}.",
            soft_wrap=True,
        )
        return
    with console.status("Looking …"):
        seen = see(where)
        people = seen.people
        sender_id, name = who.whom(people, person, where.settings)
        forms = who.forms_to_keep(where, people, sender_id)
        meant = Forgetting(frozenset(forms), where.secret(KEY), regions_in_use(where.settings))
        traces = look(where, seen, sender_id, meant)
    named = who.mentions(where.settings, people, sender_id)
    _show(where, name, traces, named, delete_adapters=delete_adapters)
    if dry_run:
        _show_exports(traces.exports, ())
        console.print("Nothing was removed: this was a dry run.")
        return
    if not yes and not (somebody_is_there() and Confirm.ask("Remove all of it? It cannot be undone", default=False)):
        console.print("Nothing was removed; say --yes to do it.")
        raise typer.Exit(1)
    names = who.names_of(where.settings, people, sender_id)
    request = room.request(where, traces, forms, names, delete_adapters=delete_adapters, delete_exports=delete_exports)
    with console.status("Forgetting …"):
        room.forget(where, request, named)
    console.print("[bold green]✓[/] Forgotten. What is made from messages is made anew by the next chatclone run.")
    _show_exports(traces.exports, request.exports)


def _show(home: Home, name: str, traces: Traces, named: Iterable[str], *, delete_adapters: bool) -> None:
    table = Table("where", "what", title=f"What there is of {escape(name)}", title_justify="left", box=box.SIMPLE)
    rows = sum(trace.rows for trace in traces.exports)
    table.add_row("read from exports", f"{counted(rows, 'row')}, theirs or of chats with them alone")
    table.add_row("messages", f"{counted(traces.messages, 'message')}, and all tables made from them")
    for persona in traces.personas:
        told = [
            counted(persona.windows, "training example", "training examples") + " with their JSONL",
            "its evaluation and card" if persona.has_documents else "",
            "evaluations and cards of its MLflow runs",
        ]
        table.add_row(f"persona {persona.key}", ", ".join(filter(None, told)))
        for folder in persona.adapters:
            fate = "deleted" if persona.is_them or delete_adapters else "stale: trained on their words"
            table.add_row("", f"{folder.relative_to(home.root).as_posix()} ({fate})")
    for setting in named:
        table.add_row("chatclone.toml", escape(setting.replace("__", ".")))
    console.print(table)


def _show_exports(traces: Iterable[ExportTrace], deleted: Iterable[str]) -> None:
    """Say which of the user's own files still hold the words."""
    for trace in traces:
        path = escape(str(Path("exports") / trace.file))
        if trace.file in deleted:
            console.print(f"[green]✓[/] deleted {path}", soft_wrap=True)
        else:
            hint = (
                "only chats with them: --delete-exports deletes it"
                if trace.only_theirs
                else "others' too: yours to edit"
            )
            console.print(f"[yellow]![/] {path} still holds their words ({hint})", soft_wrap=True)
