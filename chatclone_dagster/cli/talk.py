"""Verbs that talk: chat and reply."""

from __future__ import annotations

from typing import Annotated

import polars as pl
import typer
from rich.markup import escape
from rich.prompt import Prompt

from chatclone_dagster.cli.options import HomeOption, PersonaOption, console, open_home
from chatclone_dagster.home import Home
from chatclone_dagster.serving.conversation import A_FRIEND, Conversation, usual_partner
from chatclone_dagster.training.clone import Clone
from chatclone_dagster.training.package import newest, why_stale

Partner = Annotated[
    str | None, typer.Option("--as", help="Who you are to the clone; its most usual partner if left out.")
]
Base = Annotated[bool, typer.Option("--base", help="Let the untuned base model answer instead.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same answers.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(chat)
    app.command()(reply)


def chat(
    home: HomeOption = None, persona: PersonaOption = "me", partner: Partner = None, base: Base = False, seed: Seed = 0
) -> None:
    """Chat with the newest clone in the terminal; an empty line ends it."""
    conversation = _conversation(open_home(home), persona, partner, seed)
    name = conversation.clone.manifest.persona_name
    told = escape(f"You are {conversation.partner}, texting with {name}’s clone. An empty line ends it.")
    console.print(f"[dim]{told}[/]")
    while text := Prompt.ask("[bold]you[/]", default="", show_default=False, console=console).strip():
        for bubble in conversation.answer(text, as_base=base):
            console.print(f"[bold cyan]{escape(name)}[/] ", end="")
            console.print(bubble, markup=False)


def reply(
    text: Annotated[str, typer.Argument(help="What you text.")],
    home: HomeOption = None,
    persona: PersonaOption = "me",
    partner: Partner = None,
    base: Base = False,
    seed: Seed = 0,
) -> None:
    """Print one answer, a bubble a line."""
    for bubble in _conversation(open_home(home), persona, partner, seed).answer(text, as_base=base):
        console.print(bubble, markup=False)


def _conversation(home: Home, persona: str, partner: str | None, seed: int) -> Conversation:
    folder = newest(home, persona)
    if why := why_stale(folder):
        console.print(f"[yellow]![/] This clone is stale, {why}; chatclone run makes a new one.", soft_wrap=True)
    with console.status("loading the clone"):
        clone = Clone.load(folder)
    if partner is None and home.table("training_dataset", persona).is_file():
        windows = pl.read_parquet(home.table("training_dataset", persona), columns=["is_group", "messages"])
        partner = usual_partner(windows, clone.manifest.persona_name)
    return Conversation(clone, partner or A_FRIEND, seed)
