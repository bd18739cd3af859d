"""The verb that shows how somebody texts: stats."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from chatclone_dagster.cli.options import HomeOption, console, open_home
from chatclone_dagster.cli.owner import know_owner
from chatclone_dagster.cli.progress import bring_up_to_date
from chatclone_dagster.profile import page
from chatclone_dagster.profile.enough import Verdict
from chatclone_dagster.profile.facts import Profile, find, gather
from chatclone_dagster.profile.strips import HOURS, blocks, heat_strip
from chatclone_dagster.profile.traits import telling_habits, traits
from chatclone_dagster.readers import ingest, survey
from chatclone_dagster.readers.inspect import who_wrote
from chatclone_dagster.wording import counted, lasting

PersonOption = Annotated[
    str | None, typer.Option("--person", help="Whose; the beginning of a name is enough. You if left out.")
]
As = Annotated[Literal["table", "json"], typer.Option("--format", help="For eyes, or one JSON object.")]
Html = Annotated[Path | None, typer.Option("--html", help="Write the texting profile, one HTML file, there as well.")]

_COLOURS = {"nothing": "red", "too little": "red", "thin": "yellow", "enough": "green", "plenty": "green"}


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command line."""
    app.command()(stats)


def stats(home: HomeOption = None, person: PersonOption = None, as_: As = "table", html: Html = None) -> None:
    """Show how somebody texts, and whether there is enough to make a clone. Reads what is new first; trains nothing."""
    where = open_home(home)
    console.stderr = as_ == "json"  # what is done on the way is no part of the object
    try:
        if not where.table("people").exists():
            know_owner(where, who_wrote(ingest.raw_rows(where, ingest.read_everything(where, survey.exports(where)))))
        done = bring_up_to_date(where, "me", until="warehouse")
    finally:
        console.stderr = False
    if not done:
        raise typer.Exit(1)
    profile = gather(where, find(where, person))
    if as_ == "json":
        record = {**asdict(profile), "traits": [asdict(trait) for trait in traits(profile)]}
        console.print(json.dumps(record, default=str, ensure_ascii=False), markup=False, soft_wrap=True)
    else:
        show(profile)
    if html is not None:
        path = html.expanduser().resolve()
        page.write(profile, path)
        if as_ == "table":
            console.print(f"The texting profile: {path.as_uri()}", soft_wrap=True)


def show(profile: Profile) -> None:
    """Print the facts of a person, in 80 columns."""
    own, name = profile.person, escape(profile.person["sender_name"])
    console.print(f"\n[bold]How {name} texts[/]")
    console.print(
        f"{counted(own['messages'], 'message')}, {counted(own['words'], 'word')}, {counted(own['conversations'], 'chat')}, "
        f"{own['first_at']:%Y-%m-%d} to {own['last_at']:%Y-%m-%d}, {counted(own['active_days'], 'day')} with a message"
    )
    show_verdict(profile.verdict)
    for trait in traits(profile):
        console.print(f"{trait.sign} [bold]{escape(trait.name)}[/] [dim]{trait.why}[/]", emoji=False)
    if profile.months:
        _when(profile)
    _people(profile)
    if profile.emoji:
        _head("Emoji in a thousand texts")
        console.print("   ".join(f"{e['emoji']} {e['per_1000_texts']:.0f}" for e in profile.emoji), emoji=False)
    if profile.catchphrases:
        _head("Says it like nobody else")
        console.print(
            "   ".join(f"{escape(c['phrase'])} [dim]×{c['uses']}[/]" for c in profile.catchphrases), emoji=False
        )
    habits = Table("Of a hundred texts", "", "others", box=box.SIMPLE)
    for what, share, other in telling_habits(profile) if profile.habits else ():
        habits.add_row(what, f"{100 * share:.0f}", "" if other is None else f"{100 * other:.0f}")
    if habits.row_count:
        console.print(habits)


def show_verdict(verdict: Verdict) -> None:
    """Print whether there is enough to make a clone, and what more would buy."""
    console.print(f"[bold {_COLOURS[verdict.level]}]{escape(verdict.headline)}[/]")
    if verdict.there:
        console.print(f"[dim]There are {verdict.there}.[/]")
    for line in verdict.more:
        console.print(f"[dim]· {line}[/]")


def _when(profile: Profile) -> None:
    """How much was written month by month, and when in the week."""
    _head("Month by month")
    console.print(blocks([row["messages"] for row in profile.months][-76:]), style="cyan")
    console.print(f"[dim]{profile.months[0]['month']:%Y-%m} to {profile.months[-1]['month']:%Y-%m}[/]")
    _head("The week")
    for line in heat_strip(profile.week):
        console.print(line, style="cyan")
    console.print(HOURS, style="dim")


def _people(profile: Profile) -> None:
    """Reply times both ways and who texts first, a row for each person they answer."""
    opened = {row["counterpart_name"]: f"{row['opened']} : {row['their_opened']}" for row in profile.firsts}
    table = Table("Answers", "within", "the other way", "opens the talk", "answers", box=box.SIMPLE)
    for row in profile.replies:
        back = row["their_median_seconds"]
        table.add_row(
            escape(row["counterpart_name"]),
            lasting(row["median_seconds"]),
            "" if back is None else lasting(back),
            opened.get(row["counterpart_name"], ""),
            f"{row['replies']:,}",
        )
    if table.row_count:
        console.print(table)


def _head(title: str) -> None:
    console.print(f"\n[bold]{title}[/]")
