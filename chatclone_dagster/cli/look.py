"""Verbs that look: query and doctor."""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from rich.table import Table

from chatclone_dagster import warehouse
from chatclone_dagster.cli.options import HomeOption, console, open_home
from chatclone_dagster.home import Home
from chatclone_dagster.training import machine

FormatOption = Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How to print the rows.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(query)
    app.command()(doctor)


def query(
    sql: Annotated[str, typer.Argument(help="SQL over the home's tables; `show tables` lists them.")],
    home: HomeOption = None,
    as_: FormatOption = "table",
) -> None:
    """Ask the home's tables something, in DuckDB's SQL."""
    names, rows = warehouse.query(open_home(home), sql)
    if as_ == "csv":
        import csv  # noqa: PLC0415
        import sys  # noqa: PLC0415

        out = csv.writer(sys.stdout)
        out.writerows([names, *rows])
    elif as_ == "json":
        import json  # noqa: PLC0415

        for row in rows:
            console.print(
                json.dumps(dict(zip(names, row, strict=True)), default=str, ensure_ascii=False),
                markup=False,
                soft_wrap=True,
            )
    else:
        table = Table(*names)
        for row in rows:
            table.add_row(*("" if value is None else str(value) for value in row))
        console.print(table, markup=False)


def doctor(home: HomeOption = None) -> None:
    """Say what this machine can train, how long it would take, and what is missing."""
    where = Home.find(home)
    found = machine.look(where.root)
    console.print(f"[bold]{found.device}[/]: {found.name}, {found.memory_gb:.0f} GB for models, {found.cores} cores")
    console.print(f"Python {found.python}, torch {found.torch}; {found.disk_gb:.0f} GB free on {found.disk_of}")
    tokens, of = machine.tokens_to_learn(where)
    table = Table(
        "base", "recipe", "memory", "time", "", title=f"To train on {tokens:,} tokens ({of})", title_justify="left"
    )
    for fit in machine.fits(found, tokens):
        fault = "" if fit.fits else "[red]does not fit[/]"
        table.add_row(fit.base, fit.recipe, f"{fit.memory_gb:.1f} GB", machine.spoken_time(fit.seconds), fault)
    console.print(table)
    for missing in machine.missing(where, found):
        console.print(f"[yellow]![/] {missing}")
