"""The verb that looks at exports and keeps nothing: inspect."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from chatclone_dagster.cli.options import HomeOption, console
from chatclone_dagster.cli.owner import show_candidates
from chatclone_dagster.cli.report import format_of, show_refused, show_unread
from chatclone_dagster.home import Home
from chatclone_dagster.messages.identity import owner_candidates, owner_is_known
from chatclone_dagster.readers import inspect as look
from chatclone_dagster.readers.inspect import Inspection
from chatclone_dagster.readers.survey import UNREMARKABLE
from chatclone_dagster.settings import Settings, SettingsError
from chatclone_dagster.wording import counted

_MOST = 40  # files shown one by one; an account's export has thousands
_NO_NAMES = ("Me", "You")  # what apps call whoever makes the export
Paths = Annotated[list[Path] | None, typer.Argument(help="Files, zips or folders; the home's exports if left out.")]
As = Annotated[Literal["table", "json"], typer.Option("--format", help="A table, or one JSON object a file.")]
All = Annotated[bool, typer.Option("--all", help=f"Every file and unread place, not just the first {_MOST}.")]


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command line."""
    app.command()(inspect)


def inspect(paths: Paths = None, home: HomeOption = None, as_: As = "table", all_: All = False) -> None:
    """Say what exports are and what is in them: formats, chats, people, dates, and what cannot be read. Keeps nothing."""
    where = Home.find(home)
    settings = where.settings if where.exists else Settings()
    if not paths and not where.exists:
        raise SettingsError("say what to look at: chatclone inspect FILE_OR_FOLDER")
    for given in paths or ():
        if not given.expanduser().exists():
            raise SettingsError(f"{given}: there is no such file or folder")
    targets = [path.expanduser().resolve() for path in paths or [where.exports]]
    with console.status("Reading …") if as_ == "table" else console:
        found = [item for path in targets for item in look.inspect(path, settings.reading)]
    if as_ == "json":
        for item in found:
            console.print(json.dumps(_record(item), ensure_ascii=False), markup=False, soft_wrap=True)
        return
    _show(found, settings, len(found) if all_ else _MOST)


def _show(found: Sequence[Inspection], settings: Settings, most: int) -> None:
    read = [item for item in found if item.source]
    table = Table(title="What is there", title_justify="left", box=box.SIMPLE)
    table.add_column("file, format, kinds", overflow="fold")
    for name in ("chats", "people", "when", "dates"):
        table.add_column(name, justify="right" if name in ("chats", "people") else "left", no_wrap=True)
    for item in read[:most]:
        table.add_row(*_cells(item))
    console.print(table)
    if len(read) > most:
        console.print(f"and {counted(len(read) - most, 'file')} more (--all shows them)")
    _show_sources(found)
    refused = [(item.file, item.reason or "") for item in found if not item.source and item.reason not in UNREMARKABLE]
    show_refused(refused, most)
    show_unread(pl.concat([item.issues for item in read]) if read else pl.DataFrame(), most)
    _show_owner(pl.concat([item.wrote for item in read if item.rows] or [pl.DataFrame()]), settings)


def _cells(item: Inspection) -> tuple[str, ...]:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in item.kinds.most_common())
    what = format_of(item.source or "", str(item.facts.get("variant", "")))
    return (
        f"{escape(item.file)}\n  [dim]{escape(what)}: {kinds or 'nothing'}[/]",
        f"{item.chats:,}",
        f"{item.people:,}",
        "–".join(dict.fromkeys(f"{at:%Y-%m}" for at in (item.first_at, item.last_at) if at)),
        _dates(item.facts),
    )


def _dates(facts: dict[str, Any]) -> str:
    """The order of dates, and how sure it is, where the format leaves it open."""
    if "date_order" not in facts:
        return ""
    confidence = float(facts.get("date_order_confidence", 1))
    return str(facts["date_order"]) if confidence == 1 else f"{facts['date_order']} {confidence:.0%}"


def _show_sources(found: Sequence[Inspection]) -> None:
    """How many files of each source went well, and how many did not."""
    table = Table(title="By source", title_justify="left", box=box.SIMPLE)
    for name in ("source", "files", "without a fault", "with unread places", "messages"):
        table.add_column(name, justify="left" if name == "source" else "right")
    sources = sorted({item.source for item in found if item.source})
    for source in sources:
        items = [item for item in found if item.source == source]
        faulty = sum(item.issues.height > 0 for item in items)
        rows = sum(item.rows for item in items)
        table.add_row(source, *(f"{count:,}" for count in (len(items), len(items) - faulty, faulty, rows)))
    unread = [item for item in found if not item.source]
    media = sum(item.reason in UNREMARKABLE for item in unread)
    if sources:
        console.print(table)
    missed = len(unread) - media
    console.print(
        f"{counted(missed, 'file')} not read; {media:,} more with the chats (pictures, lists of people and the like)"
    )


def _show_owner(wrote: pl.DataFrame, settings: Settings) -> None:
    """Who the exports say is their owner, or who could be."""
    if wrote.is_empty():
        return
    own = wrote.filter(pl.col("from_owner") & pl.col("sender_name").is_not_null())["sender_name"].unique().sort()
    names = [name for name in own if name not in _NO_NAMES]
    if names:
        console.print(f"The exports say that you are {escape(', '.join(map(repr, names)))}.", soft_wrap=True)
    elif len(own):
        console.print("The exports say which messages are yours, but not by what name.")
    if not owner_is_known(wrote, settings):
        show_candidates(owner_candidates(wrote), "Who could you be? (say so with: chatclone run … --me NAME)")


def _record(item: Inspection) -> dict[str, Any]:
    """A file as one JSON object."""
    return {
        "file": item.file,
        "bytes": item.size,
        "source": item.source,
        "reason": item.reason,
        "rows": item.rows,
        "chats": item.chats,
        "people": item.people,
        "first_at": item.first_at and item.first_at.isoformat(sep=" "),
        "last_at": item.last_at and item.last_at.isoformat(sep=" "),
        "kinds": dict(item.kinds.most_common()),
        "facts": item.facts,
        "unread": item.issues.select("position", "reason", "excerpt", "is_row").to_dicts(),
    }
