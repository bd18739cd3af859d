"""Who the exports' owner is: the people who wrote in them, and the question where neither settings nor exports tell."""

from __future__ import annotations

import sys
from zoneinfo import available_timezones

import polars as pl
from rich.markup import escape
from rich.prompt import Prompt
from rich.table import Table

from chatclone_dagster.cli.options import console
from chatclone_dagster.home import Home
from chatclone_dagster.messages.identity import owner_candidates, owner_is_known, rows_without_owner, unmatched_names
from chatclone_dagster.readers.inspect import inspect
from chatclone_dagster.settings import SETTINGS_FILE, SettingsError

_MOST = 8  # candidates shown; somebody who wrote in fewer chats than eight others is no owner of them


def somebody_is_there() -> bool:
    """Whether a person sits at the terminal, who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def know_owner(home: Home, wrote: pl.DataFrame) -> None:
    """Ask who the owner is where neither the settings nor the exports tell, and warn of names nobody wrote under.

    `wrote` is who wrote how much in which chat (readers.inspect.who_wrote).

    Raises:
        SettingsError: nobody wrote anything.
    """
    if wrote.is_empty():
        raise SettingsError(f"{home.exports}: no message could be read here; drop in an export and run again")
    for unknown in unmatched_names(wrote, home.settings):
        _warn(f"{SETTINGS_FILE}: {unknown}: nobody wrote under that name")
    silent = rows_without_owner(wrote, home.settings)
    candidates = owner_candidates(silent).head(_MOST)
    if candidates.is_empty():
        return
    if not home.settings.me.name and somebody_is_there():
        home.change(me__name=_ask(candidates))
    elif owner_is_known(wrote, home.settings):  # else cleaning refuses with the same list of names
        names = candidates["name"].head(5).to_list()
        chats = silent.select(pl.coalesce("conversation_name", "conversation_key")).to_series().unique().sort()
        more = f" and {len(chats) - 3} more chats" if len(chats) > 3 else ""
        _warn(
            f"you wrote nothing in {', '.join(map(repr, chats[:3]))}{more}; if you have another name there, "
            f"say so with --me or in me.aliases ({', '.join(names)} wrote there)"
        )


def ask_name(home: Home) -> str:
    """Ask who the owner is; of the people in the exports, if there are any in the home already. Empty if that is not known yet."""
    wrote = [item.wrote for item in inspect(home.exports, home.settings.reading) if item.rows]
    if wrote:
        return _ask(owner_candidates(pl.concat(wrote)))
    return Prompt.ask(
        "Your name, as your chats have it (Enter if you are not sure; you will be asked again)", default=""
    )


def ask_zone(likely: str) -> str:
    """Ask for the time zone of the phone, for exports that do not tell it."""
    while (zone := Prompt.ask("The time zone your phone was in", default=likely)) not in available_timezones():
        _warn(f"{zone!r} is no time zone; use a name like Europe/Berlin or UTC")
    return zone


def show_candidates(candidates: pl.DataFrame, title: str) -> None:
    """Print who could be the owner, numbered from 1 (messages.identity.owner_candidates)."""
    table = Table("", "name", "chats", "messages", title=title, title_justify="left")
    for number, (name, chats, messages) in enumerate(candidates.head(_MOST).iter_rows(), start=1):
        table.add_row(str(number), escape(name), f"{chats:,}", f"{messages:,}")
    console.print(table)


def _ask(candidates: pl.DataFrame) -> str:
    names = candidates["name"].to_list()
    show_candidates(candidates, "Who are you in these chats?")
    answer = Prompt.ask("A number, or your name", default="1")
    return str(names[int(answer) - 1]) if answer.isdigit() and 0 < int(answer) <= len(names) else answer


def _warn(told: str) -> None:
    console.print(f"[yellow]![/] {escape(told)}", soft_wrap=True)
