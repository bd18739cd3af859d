"""Verbs that account: ledger and trace."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from chatclone_dagster.cli.options import HomeOption, console, open_home
from chatclone_dagster.ledger.funnel import Funnel, by_place, funnel
from chatclone_dagster.ledger.trace import trace as follow
from chatclone_dagster.readers.contract import redact
from chatclone_dagster.reasons import explain
from chatclone_dagster.wording import counted

Persona = Annotated[str | None, typer.Option("--persona", help="Whose data; `me` if left out and there is any.")]
Format = Annotated[Literal["table", "json"], typer.Option("--format", help="Tables, or one JSON object.")]
By = Annotated[Literal["export", "source"] | None, typer.Option("--by", help="Also for each file, or each app.")]
What = Annotated[
    str,
    typer.Argument(help="A message, pair, window or adapter by its id or the start of it, or FILE:LINE of an export."),
]
Text = Annotated[bool, typer.Option("--text", help="Show what was written; else letters are masked.")]
Most = Annotated[int, typer.Option("--most", min=1, help="Rows of a table to show; JSON has all.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(ledger)
    app.command()(trace)


def ledger(home: HomeOption = None, persona: Persona = None, by: By = None, as_: Format = "table") -> None:
    """Show what became of every row: from the exports to what a clone learns, with each loss and its reason."""
    where = open_home(home)
    if persona is None and where.table("ledger", "dataset-me").is_file():
        persona = "me"
    found = funnel(where, persona)
    places = by_place(where, persona, by) if by else []
    if as_ == "json":
        whole = asdict(found) | {"closes": found.closes} | ({f"by_{by}": places} if by else {})
        console.print(json.dumps(whole, ensure_ascii=False), markup=False, soft_wrap=True)
    else:
        _show(found)
        if by:
            _show_places(places, by, with_persona=persona is not None)
        _show_verdict(found)
    if not found.closes:
        raise typer.Exit(1)


def _show(found: Funnel) -> None:
    table = Table("", "what happened", box=box.SIMPLE, show_header=False, title="From your exports to the clone")
    table.title_justify = "left"
    table.columns[0].justify = "right"
    for i, step in enumerate(found.steps):
        if not i:
            table.add_row(f"[bold]{step.rows:,}[/]", f"[bold]{step.what}[/]")
        for reason, count in step.lost.items():
            table.add_row(f"[dim]− {count:,}[/]", f"[dim]{explain(reason)}  ({escape(reason)})[/]")
        table.add_row(f"[bold]{step.kept:,}[/]", f"[bold]{escape(step.becomes)}[/]")
    console.print(table)
    if found.parts:
        names = ("part", "messages", "replies", "examples", "lines", "pairs")
        parts = Table(title="What the trainer reads", title_justify="left", box=box.SIMPLE)
        for name in names:
            parts.add_column(name, justify="left" if name == "part" else "right")
        for part in found.parts:
            counts = (part.messages, part.replies, part.examples, part.lines, part.pairs)
            parts.add_row(part.split, *(f"{count:,}" for count in counts))
        totals = [sum(getattr(part, name) for part in found.parts) for name in names[1:]]
        parts.add_row("[bold]all[/]", *(f"[bold]{count:,}[/]" for count in totals))
        console.print(parts)


def _show_places(places: Sequence[Mapping[str, Any]], by: str, *, with_persona: bool) -> None:
    columns = ("rows", "messages", "stay", "theirs", "learned") if with_persona else ("rows", "messages", "stay")
    table = Table(title=f"By {by}", title_justify="left", box=box.SIMPLE)
    table.add_column("file" if by == "export" else by, overflow="fold")
    for name in columns:
        table.add_column(name, justify="right")
    table.add_column("lost", overflow="fold")
    for place in places:
        lost = ", ".join(f"{count:,} {reason}" for reason, count in place["lost"].items())
        table.add_row(escape(place["place"]), *(f"{place[name]:,}" for name in columns), f"[dim]{escape(lost)}[/]")
    console.print(table)


def _show_verdict(found: Funnel) -> None:
    if found.closes:
        console.print("[bold green]✓[/] Every row is accounted for.")
        return
    faults = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in found.faults.items() if count)
    console.print(
        f"[bold red]✗[/] The sums do not close ({escape(faults or 'stages do not meet')}); bring the home up to date "
        "with: chatclone run",
        soft_wrap=True,
    )


def trace(what: What, home: HomeOption = None, text: Text = False, most: Most = 20, as_: Format = "table") -> None:
    """Follow something both ways: file and line, message, pair, training example, adapter."""
    found = follow(open_home(home), what)
    if as_ == "json":
        sections = {title: [_row(row, text=text) for row in rows] for title, rows in found.sections.items()}
        console.print(
            json.dumps({"what": found.what, **sections}, ensure_ascii=False, default=str), markup=False, soft_wrap=True
        )
        return
    console.print(f"[bold]{escape(found.what)}[/]", soft_wrap=True)
    for title, rows in found.sections.items():
        _show_section(title, [_row(row, text=text) for row in rows[:most]], len(rows))


def _show_section(title: str, rows: Sequence[Mapping[str, Any]], all_: int) -> None:
    """Print rows under a title: one as a list of its fields, several as a table without what is the same in all."""
    console.print(f"\n[bold]{title}[/]{f' ({all_:,})' if all_ > 1 else ''}{'' if rows else ': [dim]none[/]'}")
    names = dict.fromkeys(name for row in rows for name in row if row[name] is not None)
    if len(rows) == 1:
        grid = Table.grid(padding=(0, 2))
        for name in names:
            grid.add_row(f"  [dim]{name.replace('_', ' ')}[/]", escape(str(rows[0][name])))
        console.print(grid)
    elif rows:
        varied = [name for name in names if name != "message_id" or len({row[name] for row in rows}) > 1]
        table = Table(box=box.SIMPLE)
        for name in varied:
            table.add_column(name.replace("_", " "), overflow="fold")
        for row in rows:
            table.add_row(*("" if row.get(name) is None else escape(str(row[name])) for name in varied))
        console.print(table)
    if all_ > len(rows):
        console.print(f"and {counted(all_ - len(rows), 'row')} more (--most shows them)")


def _row(row: Mapping[str, Any], *, text: bool) -> dict[str, Any]:
    """A row as it is shown: what was written masked, unless it was asked for."""
    return {name: redact(value) if name == "text" and not text else value for name, value in row.items()}
