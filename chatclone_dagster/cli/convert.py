"""Verbs that turn exports into another format: convert."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table
from tzlocal import get_localzone_name

from chatclone_dagster.cli.options import HomeOption, console, open_home
from chatclone_dagster.cli.report import show_readings
from chatclone_dagster.conversion.convert import TARGETS, Converted
from chatclone_dagster.conversion.convert import convert as convert_rows
from chatclone_dagster.conversion.read import read_files, read_home
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.settings import Settings, Time, known_zone
from chatclone_dagster.wording import counted

Files = Annotated[list[Path] | None, typer.Argument(help="Exports: files, zips or folders; those of the home if none.")]
To = Annotated[str, typer.Option("--to", help=f"The format to write: {', '.join(TARGETS)}.")]
Folder = Annotated[Path, typer.Option("--out", help="The folder to write to.")]
Zone = Annotated[
    str | None, typer.Option("--zone", help="The zone to write times in; else the home's, or this machine's.")
]
Chat = Annotated[str | None, typer.Option("--chat", help="Only chats with this in their name.")]
Zip = Annotated[bool, typer.Option("--zip", help="Write zips, as WhatsApp gives them.")]
Force = Annotated[bool, typer.Option("--force", help="Replace files that are there already.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(convert)


def convert(
    files: Files = None,
    home: HomeOption = None,
    to: To = "whatsapp",
    out: Folder = Path("converted"),
    zone: Zone = None,
    chat: Chat = None,
    zipped: Zip = False,
    force: Force = False,
) -> None:
    """Write exports, or the merged history of a home, in another app's format: a file for each chat."""
    if to not in TARGETS:
        raise UserError(f"--to {to}: there is no such format; there are {', '.join(TARGETS)}")
    where = Home.find(home)
    if not files:
        if home is None and not where.exists:
            raise UserError("nothing to convert: name a file or folder, or a home with --home")
        where = open_home(where.root)
    known = home is not None or where.exists
    settings = where.settings if known else Settings(time=Time(zone=get_localzone_name() or "UTC"))
    try:
        zone = known_zone(zone or settings.time.zone)
    except ValueError as error:
        raise UserError(f"--zone: {error}") from None
    folder = out.expanduser().resolve()
    _not_inside(folder, files or [where.exports])
    with tempfile.TemporaryDirectory(prefix="chatclone-") as scratch:
        read = read_files(files, settings.reading, Path(scratch)) if files else read_home(where)
        show_readings(read.exports, read.readings, read.issues)
        done = convert_rows(read.rows, settings, TARGETS[to], folder, zone=zone, chat=chat, zipped=zipped, force=force)
    _show(done, folder, zone)


def _not_inside(folder: Path, sources: Sequence[Path]) -> None:
    """Refuse to write where the next conversion would read."""
    for source in sources:
        if folder.is_relative_to(source.expanduser().resolve()):
            raise UserError(f"--out {folder} lies inside {source}, which is read; choose another folder")


def _show(done: Converted, folder: Path, zone: str) -> None:
    table = Table("file", title="What was written", title_justify="left", box=box.SIMPLE)
    table.add_column("messages", justify="right")
    for written in done.written:
        table.add_row(escape(written.path.name), f"{written.messages:,}")
    console.print(table)
    console.print(f"In [bold]{escape(str(folder))}[/], times in {zone}.", soft_wrap=True)
    if done.merged:
        console.print(
            f"{counted(done.merged, 'row')} repeated others and {'was' if done.merged == 1 else 'were'} merged with them."
        )
    for what, count in done.left_out.items():
        console.print(
            f"[yellow]![/] left out, for want of a place in the format: {counted(count, what)}", soft_wrap=True
        )
    if done.ambiguous:
        told = f"sent in the hour that the end of summer time repeats: {counted(done.ambiguous, 'message')}"
        console.print(f"[yellow]![/] {told}; --zone UTC keeps them apart", soft_wrap=True)
