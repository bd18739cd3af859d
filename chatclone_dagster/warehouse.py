"""Runs the SQL of dbt_like_sql over the lake: a model becomes a Parquet file, a test must find nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from chatclone_dagster import lake
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.sql_models import Model, Test
from chatclone_dagster.versions import code_version

_MEMORY = "2GB"  # with it the models of 10 M messages are built; a machine of 8 GB has room for the rest


class QueryError(UserError):
    """A query cannot be answered; the message is one line."""


def build(home: Home, model: Model, made_from: str = "") -> tuple[int, str]:
    """Run one model over the lake, put its Parquet file in place, and return (rows, content version).

    `made_from` names the SQL and the content it is made from; it is kept in the file, for `build_all` to find.
    """
    path = home.table(model.name)
    with connected(home, (*model.refs, *model.sources)) as con, lake.replacing(path) as aside:
        con.execute(
            f"copy ({model.sql}) to '{_quoted(aside)}' "
            f"(format parquet, compression zstd, compression_level {lake.ZSTD}, kv_metadata {{made_from: '{made_from}'}})"
        )
        rows = con.execute(f"select count(*) from read_parquet('{_quoted(aside)}')").fetchall()[0][0]
        content = lake.quick_version(aside)
    return rows, content


def build_all(home: Home, models: Mapping[str, Model]) -> list[str]:
    """Build every model whose SQL or inputs changed, those that do not wait for each other at once; return their names.

    What was built from the same SQL and the same content of its inputs stays as it is. Dagster does the same by its own
    records (defs/plan.py); this is for a Python prompt, and for tests.
    """
    contents: dict[str, str] = {}
    built: list[str] = []

    def content(table: str) -> str:
        if table not in contents:
            contents[table] = lake.quick_version(home.table(table))
        return contents[table]

    def bring(name: str) -> None:
        model = models[name]
        made_from = code_version(model.version, [content(table) for table in (*model.refs, *model.sources)])
        if _made_from(home.table(name)) != made_from:
            contents[name] = build(home, model, made_from)[1]
            built.append(name)

    in_order({model.name: model.refs for model in models.values()}, bring)
    return built


def in_order(graph: Mapping[str, Collection[str]], work: Callable[[str], object], threads: int = 2) -> None:
    """Do the work of every node of a graph once that of all it waits for is done, so much of it at once.

    `graph` says of every node which ones it waits for. What waits for work that fails is never begun.
    """
    order = TopologicalSorter(graph)
    order.prepare()
    with ThreadPoolExecutor(threads) as pool:
        running: dict[Future[object], str] = {}
        while order.is_active():
            running |= {pool.submit(work, name): name for name in order.get_ready()}
            for finished in wait(running, return_when=FIRST_COMPLETED).done:
                finished.result()
                order.done(running.pop(finished))


def _made_from(path: Path) -> str | None:
    """What a table's file says it was made from; None if there is no such file or it does not say."""
    return pl.read_parquet_metadata(path).get("made_from") if path.exists() else None


def failures(home: Home, model: Model, test: Test) -> tuple[int, list[str]]:
    """How many rows of a model fail a test, and what the first of them say in a column `looks_wrong`, if they have one."""
    with connected(home, (model.name, *test.refs)) as con:
        count = int(con.execute(f"select count(*) from ({test.sql})").fetchall()[0][0])
        if not count:
            return 0, []
        found = con.execute(f"select * from ({test.sql})")
        names = [column[0] for column in found.description or ()]
        rows = found.fetchmany(3)
        return count, [str(row[names.index("looks_wrong")]) for row in rows] if "looks_wrong" in names else []


def connected(home: Home, tables: Collection[str] | None = None) -> duckdb.DuckDBPyConnection:
    """A connection of its own to a database in memory, with a view over every table of the lake, or over the named ones."""
    con = _engine(home.lake).cursor()
    _create_views(con, home, tables, "temp")
    return con


@cache  # opening one takes 25 ms, a connection to it 1 ms; those of all threads share its memory limit
def _engine(lake_folder: Path) -> duckdb.DuckDBPyConnection:
    """An empty DuckDB in memory. What needs more than _MEMORY spills to the home's own folder."""
    con = duckdb.connect()
    con.execute("set global TimeZone = 'UTC'")
    con.execute("set autoinstall_known_extensions = false")  # nothing is fetched from the network
    con.execute(f"set memory_limit = '{_MEMORY}'")
    con.execute(f"set temp_directory = '{_quoted(lake_folder / '.spill')}'")
    return con


def publish(home: Home) -> list[str]:
    """Put warehouse.duckdb in place: a view over every table of the lake, for any DuckDB client; return their names.

    It is built aside and renamed, so that whoever has the old one open keeps reading while a run writes.
    """
    with lake.replacing(home.warehouse) as aside, duckdb.connect(str(aside)) as con:
        return _create_views(con, home)


def query(home: Home, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Ask the lake something; return the columns' names and the rows.

    Raises:
        QueryError: the query fails; the message is DuckDB's first line.
    """
    try:
        with connected(home) as con:
            con.execute(sql)
            return [column[0] for column in con.description or []], con.fetchall()
    except duckdb.Error as error:
        raise QueryError(str(error).splitlines()[0]) from None


def _create_views(
    con: duckdb.DuckDBPyConnection, home: Home, tables: Collection[str] | None = None, kind: str = ""
) -> list[str]:
    """A view for every lake/<table>.parquet, and one over all lake/<table>/<part>.parquet; return the names of all tables."""
    single = {path.stem: path.as_posix() for path in home.lake.glob("*.parquet")}
    parts = {path.parent.name: f"{path.parent.as_posix()}/*.parquet" for path in home.lake.glob("*/*.parquet")}
    for name, files in sorted({**single, **parts}.items()):
        if tables is not None and name not in tables:
            continue
        con.execute(f"create {kind} view \"{name}\" as select * from read_parquet('{_quoted(files)}')")
    return sorted({*single, *parts})


def _quoted(path: Path | str) -> str:
    return str(path).replace("'", "''")
