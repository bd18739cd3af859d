"""Options that many verbs share, and the home they mean."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chatclone_dagster.home import Home
from chatclone_dagster.settings import SettingsError

console = Console(highlight=False)

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The home folder; else $CHATCLONE_HOME, the nearest one upwards, or ~/chatclone."),
]
PersonaOption = Annotated[str, typer.Option("--persona", help="Whose clone, as chatclone.toml names it.")]


def open_home(root: Path | None) -> Home:
    """The home meant, with Dagster pointed at it.

    Raises:
        SettingsError: there is none, or its settings are wrong.
    """
    home = Home.find(root)
    if not home.exists:
        raise SettingsError(f"{home.root} is no home yet; make one with: chatclone init {home.root}")
    _ = home.settings  # a wrong setting is said before anything starts
    if home.forgetting.exists():  # cut off; nothing may be built on what is left of it
        from chatclone_dagster.forgetting.forget import finish  # noqa: PLC0415  1 s to import

        finish(home)
    home.create()  # a folder somebody deleted is made again
    os.environ["CHATCLONE_HOME"] = str(home.root)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    return home
