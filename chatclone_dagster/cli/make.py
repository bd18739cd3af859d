"""Verbs that make something: init, run, demo, plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.prompt import Confirm
from rich.table import Table

from chatclone_dagster.cli.options import HomeOption, PersonaOption, console, open_home
from chatclone_dagster.cli.owner import ask_name, ask_zone, know_owner, somebody_is_there
from chatclone_dagster.cli.progress import bring_up_to_date, show_plan
from chatclone_dagster.cli.report import show_readings, show_refused, show_samples
from chatclone_dagster.evaluation.evaluate import Evaluation
from chatclone_dagster.home import Home, bundled
from chatclone_dagster.privacy.consent import permitted
from chatclone_dagster.readers import ingest, registry, survey
from chatclone_dagster.readers.collect import collect
from chatclone_dagster.readers.inspect import who_wrote
from chatclone_dagster.settings import SettingsError
from chatclone_dagster.wording import counted

Files = Annotated[list[Path] | None, typer.Argument(help="Exports: files, zips or folders. They are copied.")]
Me = Annotated[str | None, typer.Option("--me", help="Your name as the exports have it.")]
BaseOption = Annotated[
    str | None, typer.Option("--base", help="Base model: starter, a folder, or a hub id such as Qwen/Qwen3-0.6B.")
]
RecipeOption = Annotated[str | None, typer.Option("--recipe", help="starter, small, large, or a YAML file of yours.")]
Source = Annotated[str | None, typer.Option("--source", help="Read only this source anew, e.g. whatsapp.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(run)
    app.command()(demo)
    app.command()(init)
    app.command()(plan)


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")] = Path("~/chatclone"), me: Me = None
) -> None:
    """Make a home: a folder for your exports, settings, tables and clones. Asks who you are, and whether that is your zone."""
    home = Home(folder.expanduser().resolve())
    made = home.create()
    console.print(f"{'Made' if made else 'There already'}: [bold]{escape(str(home.root))}[/]")
    if me or (not home.settings.me.name and somebody_is_there()):
        home.change(me__name=me or ask_name(home))
    if made and somebody_is_there():
        home.change(time__zone=ask_zone(home.settings.time.zone))
    console.print(f"Drop your exports into [bold]{escape(str(home.exports))}[/], then:")
    console.print(f"  chatclone run --home {escape(str(home.root))}", soft_wrap=True)


def run(
    files: Files = None,
    home: HomeOption = None,
    me: Me = None,
    persona: PersonaOption = "me",
    base: BaseOption = None,
    recipe: RecipeOption = None,
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
        found = collect(where, files)
        console.print(f"{counted(len(found.copied), 'file')}, new or changed, copied to {escape(str(where.exports))}")
        show_refused(found.left)
    permitted(where, persona)  # there is such a persona, and consent for it
    if source and source not in (known := [reader.NAME for reader in registry.readers()]):
        raise SettingsError(f"--source {source}: there is no such reader; there are {', '.join(known)}")
    _settle(where, me, persona, base=base, recipe=recipe)
    exports = survey.exports(where)
    readings = ingest.read_everything(where, exports, source)
    show_readings(exports, readings, ingest.parse_issues(where, readings))
    know_owner(where, who_wrote(ingest.raw_rows(where, readings)))
    if not bring_up_to_date(where, persona, source):
        raise typer.Exit(1)
    _verdict(where, persona)
    if chat and somebody_is_there() and Confirm.ask("Chat with it now?", default=True):
        from chatclone_dagster.cli.talk import chat as talk  # noqa: PLC0415

        talk(home=where.root, persona=persona)


def demo(home: HomeOption = None) -> None:
    """Everything once, on the bundled chats of a fictional person with the bundled starter model."""
    where = Home((home or Path("chatclone-demo")).expanduser().resolve())
    if where.create(bundled("samples/chatclone.toml").read_text(encoding="utf-8")):
        console.print(f"The sample exports of the fictional Mira Solberg go to [bold]{where.root}[/]")
        collect(where, sorted(bundled("samples/exports").iterdir()))
    where = open_home(where.root)
    exports = survey.exports(where)
    readings = ingest.read_everything(where, exports)
    show_readings(exports, readings, ingest.parse_issues(where, readings))
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


def _settle(home: Home, me: str | None, persona: str, **chosen: str | None) -> None:
    """Write down what the command line says about the owner, and about the persona's base model and recipe."""
    if me and me != home.settings.me.name:
        home.change(me__name=me)
    for key, value in chosen.items():
        if value and value != getattr(home.settings.persona(persona), key):
            home.change(**{f"personas__{persona}__{key}": value})


def _verdict(home: Home, persona: str) -> Evaluation:
    path = home.document("evaluation.json", persona)
    evaluation = Evaluation.model_validate_json(path.read_text(encoding="utf-8"))
    console.print(f"\n[bold]{escape(evaluation.verdict)}[/]")
    console.print(f"The card: {home.document('clone_card.html', persona).as_uri()}", soft_wrap=True)
    return evaluation
