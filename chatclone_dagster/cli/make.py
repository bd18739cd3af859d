"""Verbs that make something: init, run, demo, plan."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.prompt import Confirm, Prompt
from rich.table import Table

from chatclone_dagster.cli.options import HomeOption, PersonaOption, console, open_home
from chatclone_dagster.cli.progress import bring_up_to_date, show_plan
from chatclone_dagster.cli.report import show_readings, show_samples
from chatclone_dagster.evaluation.evaluate import Evaluation
from chatclone_dagster.home import Home, bundled
from chatclone_dagster.messages.identity import owner_candidates, owner_is_known
from chatclone_dagster.readers import ingest
from chatclone_dagster.readers.collect import collect
from chatclone_dagster.settings import SettingsError

Files = Annotated[list[Path] | None, typer.Argument(help="Exports: files, zips or folders. They are copied.")]
Me = Annotated[str | None, typer.Option("--me", help="Your name as the exports have it.")]
BaseOption = Annotated[
    str | None, typer.Option("--base", help="Base model: starter, a folder, or a hub id such as Qwen/Qwen3-0.6B.")
]
Source = Annotated[str | None, typer.Option("--source", help="Read only this source anew, e.g. whatsapp.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(run)
    app.command()(demo)
    app.command()(init)
    app.command()(plan)


def init(folder: Annotated[Path, typer.Argument(help="The folder to make.")] = Path("~/chatclone")) -> None:
    """Make a home: a folder for your exports, settings, tables and clones."""
    home = Home(folder.expanduser().resolve())
    made = home.create()
    console.print(f"{'Made' if made else 'There already'}: [bold]{home.root}[/]")
    console.print(
        f"Drop your exports into [bold]{home.exports}[/], say who you are in {home.settings_file.name}, then:"
    )
    console.print(f"  chatclone run --home {home.root}")


def run(
    files: Files = None,
    home: HomeOption = None,
    me: Me = None,
    persona: PersonaOption = "me",
    base: BaseOption = None,
    source: Source = None,
    chat: Annotated[bool, typer.Option(help="Offer to chat when the clone is there.")] = True,
) -> None:
    """From exports to a clone: read, clean, train, evaluate. Only what is stale is done anew."""
    root = Home.find(home)
    if files and not root.exists:
        root.create()
        console.print(f"Made a home in [bold]{root.root}[/]")
    where = open_home(root.root)
    if files:
        copied = collect(where, files)
        console.print(f"{len(copied)} new or changed files copied to {where.exports}")
    where.settings.persona(persona)  # there is such a persona, and consent for it
    _settle(where, me, persona, base)
    exports = ingest.survey(where)
    readings = ingest.read_everything(where, exports, source)
    show_readings(exports, readings)
    _know_owner(where, readings)
    if not bring_up_to_date(where, persona, source):
        raise typer.Exit(1)
    _verdict(where, persona)
    if chat and sys.stdin.isatty() and sys.stdout.isatty() and Confirm.ask("Chat with it now?", default=True):
        from chatclone_dagster.cli.talk import chat as talk  # noqa: PLC0415

        talk(home=where.root, persona=persona)


def demo(home: HomeOption = None) -> None:
    """Everything once, on the bundled chats of a fictional person with the bundled starter model."""
    where = Home((home or Path("chatclone-demo")).expanduser().resolve())
    if where.create(bundled("samples/chatclone.toml").read_text(encoding="utf-8")):
        console.print(f"The sample exports of the fictional Mira Solberg go to [bold]{where.root}[/]")
        collect(where, sorted(bundled("samples/exports").iterdir()))
    where = open_home(where.root)
    exports = ingest.survey(where)
    show_readings(exports, ingest.read_everything(where, exports))
    if not bring_up_to_date(where, "me"):
        raise typer.Exit(1)
    evaluation = _verdict(where, "me")
    show_samples(evaluation, 4)
    at = f"--home {where.root}"
    following = Table.grid(padding=(0, 2))
    following.add_row("Look at the graph", f"[bold]chatclone ui {at}[/]")
    following.add_row("Chat with her", f"[bold]chatclone chat {at}[/]")
    following.add_row("Your own chats", '[bold]chatclone run ~/Downloads/"WhatsApp Chat.zip" --me "Your Name"[/]')
    console.print("\n[bold]Three things to try next[/]", following)


def plan(home: HomeOption = None, persona: PersonaOption = "me") -> None:
    """Show what `run` would do, by Dagster's own records."""
    show_plan(open_home(home), persona)


def _settle(home: Home, me: str | None, persona: str, base: str | None) -> None:
    """Write down what the command line says about the owner and the base model."""
    if me and me != home.settings.me.name:
        home.change(me__name=me)
    if base and base != home.settings.persona(persona).base:
        home.change(**{f"personas__{persona}__base": base})


def _know_owner(home: Home, readings: pl.DataFrame) -> None:
    """Ask who the owner is, where neither the settings nor the exports tell."""
    rows = ingest.raw_rows(home, readings).select(
        "source", "conversation_key", "sender_key", "sender_name", "from_owner"
    )
    found = rows.collect()
    if found.is_empty():
        raise SettingsError(f"{home.exports}: no message could be read here; drop in an export and run again")
    if owner_is_known(found, home.settings):
        return
    candidates = owner_candidates(found).head(8)
    names = candidates["name"].to_list()
    if not names or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return  # cleaning refuses with the same list of names
    table = Table("", "name", "chats", "messages", title="Who are you in these chats?")
    for number, (name, chats, messages) in enumerate(candidates.iter_rows(), start=1):
        table.add_row(str(number), name, f"{chats:,}", f"{messages:,}")
    console.print(table)
    answer = Prompt.ask("A number, or your name", default="1")
    home.change(me__name=names[int(answer) - 1] if answer.isdigit() and 0 < int(answer) <= len(names) else answer)


def _verdict(home: Home, persona: str) -> Evaluation:
    path = home.document("evaluation.json", persona)
    evaluation = Evaluation.model_validate_json(path.read_text(encoding="utf-8"))
    console.print(f"\n[bold]{evaluation.verdict}[/]")
    console.print(f"The card: {home.document('clone_card.html', persona).as_uri()}", soft_wrap=True)
    return evaluation
