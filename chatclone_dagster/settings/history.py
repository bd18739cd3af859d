"""Sections on what is read, and how it becomes one history: `[me]`, `[time]`, `[reading]`, `[identity]`, `[sessions]`."""

from __future__ import annotations

import fnmatch
from typing import Annotated, Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints

from chatclone_dagster.settings.section import Section

TableColumn = Literal["sent_at", "sender", "text", "conversation", "message_id", "reply_to", "is_owner", "kind"]
WordlessKind = Literal["media", "sticker", "voice", "call", "location", "poll", "contact"]


def known_zone(name: str) -> str:
    """The name of a time zone.

    Raises:
        ValueError: there is no such zone.
    """
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no time zone; use a name like Europe/Berlin or UTC")
    return name


class Me(Section):
    """Who owns the home: the name in the exports, and other names, numbers or handles that are the owner too."""

    name: str = ""
    aliases: tuple[str, ...] = ()


class Time(Section):
    """`zone`: the zone of the phone that made exports without one (WhatsApp, iMazing, imessage-exporter)."""

    zone: Annotated[str, AfterValidator(known_zone)] = "UTC"


class FileSettings(Section):
    """What a file's content does not say: the order of its dates."""

    match: str
    date_order: Literal["dmy", "mdy", "ymd", "ydm"]


class TableSettings(Section):
    """A table of messages with columns of its own; see readers.contract.TableMapping."""

    match: str
    columns: dict[TableColumn, str]
    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")] = "table"
    time_format: str | None = None


class Reading(Section):
    """How files are read; of several entries the first whose `match` (a glob on path or name) fits counts."""

    tables: tuple[TableSettings, ...] = ()
    files: tuple[FileSettings, ...] = ()


class Identity(Section):
    """Who is who, beside `[people]`: further address books, and what must not be taken for one person.

    `contacts`: `.vcf` files that do not lie in exports/ (from the home's folder, or `~/…`). `different`: pairs of names, numbers
    or `source:name` that are two people, whatever else speaks for one.
    """

    contacts: tuple[str, ...] = ()
    different: tuple[tuple[str, str], ...] = ()


class Sessions(Section):
    """A silence of `gap_minutes` ends a session. `kinds`: what a message without words does to the talk around it.

    `show`: a placeholder stands for it in its turn; `skip`: as if it were not there; `cut`: nothing is joined across it, since
    what was said there cannot be known. Kinds left out are shown, but calls, which are skipped.
    """

    gap_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 30)] = 180
    kinds: dict[WordlessKind, Literal["show", "skip", "cut"]] = Field(default_factory=dict)

    def kinds_that(self, what: Literal["skip", "cut"]) -> list[str]:
        """The kinds that are skipped, or that cut; in order of the alphabet."""
        return sorted(kind for kind, does in {"call": "skip", **self.kinds}.items() if does == what)


_Entry = TypeVar("_Entry", TableSettings, FileSettings)


def matching(entries: tuple[_Entry, ...], file: str) -> _Entry | None:
    """The first entry whose glob fits a path under exports/ or its last part."""
    last = file.replace("!", "/").rsplit("/", 1)[-1]
    return next((e for e in entries if fnmatch.fnmatch(file, e.match) or fnmatch.fnmatch(last, e.match)), None)
