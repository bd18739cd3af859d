"""Finding the thing a person means: a message, pair, window or adapter by the start of its id, or a line of an export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import duckdb
import polars as pl

from chatclone_dagster import lake, warehouse
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.ledger.funnel import NothingYetError
from chatclone_dagster.training.package import MANIFEST, NoAdapterError, newest

SHORTEST = 4
"""Characters of an id that have to be written."""
Kind = Literal["place", "message", "pair", "window", "adapter"]
_PLACE = re.compile(r"(.+):(\d+)")


class NotFoundError(UserError):
    """Nothing, or more than one thing, is called so; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Found:
    """A thing of the lake: its kind and full name; for a place the file, the export and the position of the row there."""

    kind: Kind
    name: str
    export_id: str = ""
    position: int = 0


@dataclass
class Lake:
    """The tables of a home, open to be asked, with views for what a trace needs: entries, kept, learned, files, windows."""

    home: Home
    con: duckdb.DuckDBPyConnection
    _versions: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def of(cls, home: Home) -> Iterator[Lake]:
        """Open the tables of a home.

        Raises:
            NothingYetError: there is no history yet.
        """
        if not home.table("ledger", "messages").is_file():
            raise NothingYetError("there is no history yet; make one with: chatclone run")
        with warehouse.connected(home) as con:
            con.execute("create temp view entries as select * from ledger where stage = 'messages'")
            con.execute("create temp view kept as select * from ledger where stage = 'safe'")
            con.execute("create temp view learned as select * from ledger where stage = 'dataset'")
            con.execute(
                "create temp view files as select export_id, min(file) as file from readings group by export_id"
            )
            con.execute(f"create temp view windows as {_windows(home)}")
            yield cls(home, con)

    def rows(self, sql: str, **given: object) -> list[dict[str, Any]]:
        """Ask, and get rows as dicts."""
        found = self.con.execute(sql, given)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def has(self, table: str) -> bool:
        """Whether the lake has a table yet."""
        return self.home.table(table).is_file()

    def is_message(self, name: str) -> bool:
        """Whether an id is a message's."""
        return bool(self.rows("select 1 from messages where message_id = $id", id=name))

    @cached_property
    def adapters(self) -> list[str]:
        """Every adapter as `persona/key`."""
        found = self.home.adapters.glob(f"*/[!.]*/{MANIFEST}")
        return sorted(path.parent.relative_to(self.home.adapters).as_posix() for path in found)

    def dataset_version(self, persona: str) -> str | None:
        """The version of a persona's dataset as it stands now; None if there is none."""
        if persona not in self._versions:
            path = self.home.table("training_dataset", persona)
            self._versions[persona] = lake.version(path) if path.is_file() else None
        return self._versions[persona]

    def raw_texts(self, place: Found) -> list[str]:
        """The texts of the raw rows at a place of an export."""
        folders = self.rows(
            "select folder from readings where export_id = $id and file = $file", id=place.export_id, file=place.name
        )
        path = self.home.raw_cache / folders[0]["folder"] / "rows.parquet" if folders else None
        if path is None or not path.is_file():
            return []
        rows = pl.scan_parquet(path).filter(pl.col("position") == place.position)
        return rows.select("text").collect()["text"].to_list()


def _windows(home: Home) -> str:
    """Every persona's windows with `persona` and `line`, where they stand in the JSONL file of their split."""
    parts = [
        f"""
        select '{path.stem}' as persona, * exclude (messages, file_row_number),
            row_number() over (partition by split order by file_row_number) as line
        from read_parquet('{path.as_posix().replace("'", "''")}', file_row_number = true)
        """
        for path in sorted((home.lake / "training_dataset").glob("*.parquet"))
    ]
    none = """
        select '' as persona, '' as window_id, '' as split, now() as started_at, 0 as tokens, 0 as target_tokens,
            0 as target_turns, []::varchar[] as target_message_ids, []::varchar[] as context_message_ids, 0 as line
        where false
    """
    return " union all ".join(parts) or none


def find(tables: Lake, what: str) -> Found:
    """What is meant: the thing of exactly that name, else a line of an export, else the one thing whose name begins so.

    Raises:
        NotFoundError: nothing is, or several things are.
    """
    what = what.strip()
    if exact := _named(tables, what, whole=True):
        return exact[0]
    if (written := _PLACE.fullmatch(what)) and (place := _place(tables, written[1], int(written[2]))):
        return place
    if len(what) < SHORTEST:
        raise NotFoundError(f"'{what}' is too short to find anything by; write at least {SHORTEST} characters of an id")
    found = _named(tables, what, whole=False)
    if len(found) > 1:
        some = ", ".join(f"{thing.kind} {thing.name}" for thing in found[:3])
        raise NotFoundError(f"several things begin with '{what}' ({some}, …); write more of the id")
    if not found:
        raise NotFoundError(
            f"nothing is called '{what}': give the id of a message, pair, window or adapter, or FILE:LINE of an export"
        )
    return found[0]


def _named(tables: Lake, what: str, *, whole: bool) -> list[Found]:
    """The things whose name is `what`, or begins with it; of many only the first few."""
    fits = "= $what" if whole else "like $what escape '\\'"
    given = what if whole else re.sub(r"([%_\\])", r"\\\1", what) + "%"
    columns: dict[Kind, Sequence[tuple[str, str, str]]] = {
        "message": [("messages", "message_id", "message_id"), ("message_aliases", "alias_id", "message_id")],
        "pair": [("conversation_pairs", "pair_id", "pair_id")],
        "window": [("windows", "window_id", "window_id")],
    }
    found: dict[Found, None] = {}
    for kind, places in columns.items():
        for table, column, name in places:
            if table == "windows" or tables.has(table):
                sql = f"select distinct {name} as name from {table} where {column} {fits} order by 1 limit 4"
                found |= dict.fromkeys(Found(kind, row["name"]) for row in tables.rows(sql, what=given))
    return [*found, *_adapters_named(tables, what, whole=whole)]


def _adapters_named(tables: Lake, what: str, *, whole: bool) -> list[Found]:
    """Adapters by `persona/key`, by key, by their folder, or a persona's newest by the persona's name alone."""
    bare = what.removeprefix(f"{tables.home.adapters.as_posix()}/").removeprefix("adapters/").rstrip("/")
    if whole and any(name.split("/")[0] == bare for name in tables.adapters):
        try:
            folder = newest(tables.home, bare)
        except NoAdapterError:
            return []
        return [Found("adapter", folder.relative_to(tables.home.adapters).as_posix())]
    fits = str.__eq__ if whole else str.startswith
    named = [name for name in tables.adapters if fits(name, bare) or fits(name.split("/")[1], bare)]
    return [Found("adapter", name) for name in named]


def _place(tables: Lake, file: str, line: int) -> Found | None:
    """The row that stands at a line of an export, or that begins before it; None if no export is called so.

    Raises:
        NotFoundError: several exports are, or nothing begins before that line.
    """
    inside = file.removeprefix(f"{tables.home.exports.as_posix()}/").removeprefix("exports/")
    sql = """
        select file, export_id from readings where file = $file or ends_with(replace(file, '!', '/'), '/' || $file)
        order by file != $file, file
    """
    files = tables.rows(sql, file=inside)
    if not files:
        return None
    if len(files) > 1 and files[0]["file"] != inside:
        some = ", ".join(row["file"] for row in files[:3])
        raise NotFoundError(f"several exports are called '{file}' ({some}); write more of the path")
    export = files[0]["export_id"]
    sql = "select max(position) as at from entries where export_id = $export and position <= $line"
    at = tables.rows(sql, export=export, line=line)[0]["at"]
    if at is None:
        raise NotFoundError(f"{files[0]['file']} has no row at or before {line}")
    return Found("place", files[0]["file"], export, int(at))
