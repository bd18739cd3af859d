"""What was read and what came of it, as tables in the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable

import polars as pl
from rich import box
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from chatclone_dagster.cli.options import console
from chatclone_dagster.datasets.formats import split_bubbles
from chatclone_dagster.evaluation.evaluate import Evaluation
from chatclone_dagster.readers.survey import UNREMARKABLE
from chatclone_dagster.wording import counted

_MOST = 40  # files


def show_readings(exports: pl.DataFrame, readings: pl.DataFrame, issues: pl.DataFrame) -> None:
    """Print a row for each file that was read, and a line for each that was not or that has places not understood.

    Takes tables.EXPORTS, tables.READINGS and tables.PARSE_ISSUES. Of an account's thousands of files only the first are shown.
    """
    columns = ["rows", "issues"] if readings["issues"].sum() else ["rows"]  # 80 columns are few
    table = Table(title="What was read", title_justify="left", box=box.SIMPLE)
    for name in ("file", "source"):
        table.add_column(name, no_wrap=True)
    for name in columns:
        table.add_column({"issues": "unread"}.get(name, name), justify="right", no_wrap=True)
    table.add_column("when", no_wrap=True)
    for row in readings.sort("file").head(_MOST).iter_rows(named=True):
        variant = json.loads(row["facts"]).get("variant", "")
        months = dict.fromkeys(at.strftime("%Y-%m") for at in (row["first_at"], row["last_at"]) if at)
        counts = (f"{row[name]:,}" for name in columns)
        table.add_row(escape(_short(row["file"])), format_of(row["reader"], variant), *counts, "–".join(months))
    console.print(table)
    if readings.height > _MOST:
        console.print(f"and {counted(readings.height - _MOST, 'file')} more (chatclone inspect --all shows them)")
    refused = exports.filter(pl.col("source").is_null(), ~pl.col("reason").is_in(UNREMARKABLE))
    show_refused(refused.select("file", "reason").rows())
    show_unread(issues)


def format_of(source: str, variant: str) -> str:
    """What a file is: its source, and which of the source's formats where they differ in name."""
    return " ".join(dict.fromkeys(filter(None, (source, variant))))


def show_unread(issues: pl.DataFrame, most: int = 20) -> None:
    """Print a line for each reason for which places of a file could not be read, with the first of them (tables.PARSE_ISSUES)."""
    if issues.is_empty():
        return
    unread = issues.group_by("file", "reason", maintain_order=True).agg(pl.col("position").first(), places=pl.len())
    show_refused(
        [
            (f"{file}:{at}" if at else file, reason + (f" (and {places - 1:,} more such places)" if places > 1 else ""))
            for file, reason, at, places in unread.select("file", "reason", "position", "places").iter_rows()
        ],
        most,
    )


def show_refused(files: Iterable[tuple[str, str]], most: int = 20) -> None:
    """Print a line for each (file, reason), and after `most` of them how many more there are."""
    listed = list(files)
    for file, reason in listed[:most]:
        told = reason.removeprefix(f"{file}: ")
        console.print(f"[yellow]![/] {escape(file)}: {escape(told)}", soft_wrap=True)
    if len(listed) > most:
        console.print(f"[yellow]![/] and {len(listed) - most:,} more")


def _short(path: str, length: int = 24) -> str:
    """The end of a path, which tells files apart."""
    return path if len(path) <= length else f"…{path[1 - length :]}"


def show_samples(evaluation: Evaluation, count: int) -> None:
    """Print held-out moments with the answers of the person, the clone and the base side by side."""
    name = evaluation.manifest.persona_name
    for sample in evaluation.samples[:count]:
        grid = Table.grid(expand=True, padding=(0, 2))
        for _ in range(3):
            grid.add_column(ratio=1)
        grid.add_row(*(Text(who, style="dim") for who in (name, "clone", "base model")))
        grid.add_row(*(Text("\n".join(split_bubbles(text))) for text in (sample.real, sample.clone, sample.base)))
        console.print(Panel(grid, title=Text(sample.prompt[-100:].replace("\n", " ")), title_align="left"))
