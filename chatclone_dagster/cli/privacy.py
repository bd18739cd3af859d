"""Verbs about what is private: what was found and what becomes of it, what a stand-in stands for, and lines of one's own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, cast

import polars as pl
import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from chatclone_dagster import tables
from chatclone_dagster.cli.options import HomeOption, console, open_home
from chatclone_dagster.cli.progress import bring_up_to_date
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.messages.contacts import known_names
from chatclone_dagster.privacy.people import People
from chatclone_dagster.privacy.report import Sample, risky_kept, samples, totals
from chatclone_dagster.privacy.scan import known_region
from chatclone_dagster.privacy.scan import scan as scan_lines
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.settings import PRIVATE_KINDS, PrivateKind, Settings
from chatclone_dagster.wording import counted

_MOST_CHATS = 5
_BECOMES = {
    "keep": "stays as it is",
    "pseudonym": "gets a stand-in",
    "mask": "is masked",
    "drop": "message left out",
}
File = Annotated[
    Path, typer.Argument(help='JSON lines like {"text": "…"}; "id", "names" (a list) and "region" are optional.')
]
Kinds = Annotated[str | None, typer.Option("--kinds", help="Only these kinds, with commas between them; else all.")]
Regions = Annotated[
    list[str] | None,
    typer.Option("--region", help="A country whose phone numbers need no country code, like DE; several times."),
]
Names = Annotated[Path | None, typer.Option("--names", help="A file of names to look for, one a line.")]
verbs = typer.Typer(help="What is private in your chats, and what becomes of it.", invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(verbs, name="privacy")


@verbs.callback()
def privacy(context: typer.Context, home: HomeOption = None) -> None:
    """Show what private values your chats hold, redacted, and what becomes of them before anything is learned."""
    if context.invoked_subcommand:
        return
    where = open_home(home)
    if not any(path.is_file() for path in where.exports.rglob("*")):
        console.print(
            f"No exports yet: drop them into [bold]{escape(str(where.exports))}[/] and ask again.", soft_wrap=True
        )
        return
    if not bring_up_to_date(where, "me", until="privacy_report"):
        raise typer.Exit(1)
    _show(where, pl.read_parquet(where.table("privacy_report")))


@verbs.command()
def lookup(
    what: Annotated[str, typer.Argument(help="A stand-in, a value, or a part of either.")], home: HomeOption = None
) -> None:
    """Say which stand-in stands for what. Only you can: the list never leaves the home."""
    found = StandIns.open(open_home(home)).lookup(what)
    if not found:
        console.print(f"Nothing stands for {escape(what)}, and {escape(what)} stands for nothing.", soft_wrap=True)
    for kind, stand_in, stands_for in found:
        console.print(f"{escape(stand_in)} stands for [bold]{escape(stands_for)}[/] [dim]({kind})[/]", soft_wrap=True)


@verbs.command()
def scan(file: File, kinds: Kinds = None, region: Regions = None, names: Names = None, home: HomeOption = None) -> None:
    """Print what is private in each line of a file, as JSON: id and spans (type, start, end, score).

    Where there is a home, its settings and the names of its people count; it works without one, too.
    """
    try:
        regions = [known_region(one) for one in region or ()]
    except ValueError as error:
        raise UserError(f"--region: {error}") from None
    settings, known = _of_home(home)
    privacy = settings.privacy.model_copy(update={"regions": (*regions, *settings.privacy.regions)})
    settings = settings.model_copy(update={"privacy": privacy})
    for record in scan_lines(file, settings, (*known, *_names(names)), _kinds(kinds)):
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def _of_home(root: Path | None) -> tuple[Settings, tuple[str, ...]]:
    """The settings of the home meant, and what its people are called; none of both where no home is."""
    if root is None and not Home.find().exists:
        return Settings(), ()
    home = open_home(root)
    raw = home.table("messages")
    history = pl.scan_parquet(raw) if raw.is_file() else tables.MESSAGES.empty().lazy()
    return home.settings, People.of(history, home.settings, known_names(home)).known


def _kinds(given: str | None) -> list[PrivateKind] | None:
    wanted = [kind.strip() for kind in given.split(",") if kind.strip()] if given is not None else None
    for kind in wanted or ():
        if kind not in PRIVATE_KINDS:
            raise UserError(f"--kinds: there is no kind '{kind}'; there are {', '.join(PRIVATE_KINDS)}")
    return cast("list[PrivateKind] | None", wanted)


def _names(file: Path | None) -> list[str]:
    try:
        lines = file.expanduser().read_text(encoding="utf-8-sig").splitlines() if file else []
    except (OSError, UnicodeDecodeError):
        raise UserError(f"--names {file}: cannot be read as UTF-8 text") from None
    return [line.strip() for line in lines if line.strip()]


def _show(home: Home, report: pl.DataFrame) -> None:
    safe = pl.scan_parquet(home.table("messages_safe"))
    messages, removed = safe.select(pl.len(), pl.col("removed").is_not_null().sum().alias("removed")).collect().row(0)
    if report.is_empty():
        console.print(f"Nothing private was found in {counted(messages, 'message')}.")
    else:
        examples = samples(report, home.table("messages"), home.settings, known_names(home))
        table = Table(title=f"What was found in {counted(messages, 'message')}", title_justify="left", box=box.SIMPLE)
        for name in ("kind", "found", "chats", "what happens", "for instance"):
            table.add_column(
                name, justify="right" if name in ("found", "chats") else "left", no_wrap=name != "for instance"
            )
        for kind, policy, found, chats in totals(report).select("kind", "policy", "found", "chats").iter_rows():
            table.add_row(kind, f"{found:,}", f"{chats:,}", _BECOMES[policy], _spelled(examples.get(kind)))
        console.print(table)
        _show_chats(report)
    if removed:
        console.print(f"{counted(removed, 'message')} left out: nothing is learned across the gap.")
    for kind, count in risky_kept(report).items():
        console.print(f'[yellow]![/] {counted(count, "find")} of {kind} kept and could be learned: {kind} = "mask"')
    _show_how(home)


def _spelled(sample: Sample | None) -> str:
    if sample is None:
        return ""
    return f"[dim]{escape(sample.before)}[/][bold]{escape(sample.value)}[/][dim]{escape(sample.after)}[/]"


def _show_chats(report: pl.DataFrame) -> None:
    """Where most of it is."""
    by_chat = report.group_by("conversation_id").agg(
        pl.col("conversation_name").last(), pl.col("found").sum(), told=pl.struct("found", "kind").sort(descending=True)
    )
    for _, name, found, told in by_chat.sort("found", "conversation_id", descending=True).head(_MOST_CHATS).iter_rows():
        kinds = ", ".join(f"{entry['found']:,} {entry['kind']}" for entry in told)
        console.print(f"  {found:>6,}  {escape(name)} [dim]({kinds})[/]", soft_wrap=True)
    if by_chat.height > _MOST_CHATS:
        console.print(f"          and {counted(by_chat.height - _MOST_CHATS, 'chat')} more (query privacy_report)")


def _show_how(home: Home) -> None:
    kinds = ", ".join(PRIVATE_KINDS)
    console.print(
        f"\nTo change it, in [bold]{escape(str(home.settings_file))}[/] under \\[privacy]:\n"
        '  name = "pseudonym"   [dim]everybody but you gets another name, the same everywhere[/]\n'
        f"  [dim]any of[/] {kinds}\n"
        '  [dim]can be[/] "keep", "pseudonym", "mask" [dim]([email]) or[/] "drop" [dim](the whole message)[/]',
        soft_wrap=True,
    )
    console.print("Then [bold]chatclone run[/] does anew what follows from it.")
