"""The lake: Parquet files that keep the contracts of tables.py, put in place in one step, with a content version."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars as pl
import pyarrow.parquet as pq

from chatclone_dagster.tables import Table

_T = TypeVar("_T")
_HALF = (1 << 64) - 1
ZSTD = 1
"""How hard tables are compressed: at the usual 3 they are an eighth smaller, and take a third longer to write and to read."""


class ContractError(Exception):
    """A frame does not keep the contract of its table; the message names table, column and what is wrong."""


def check(table: Table, frame: pl.LazyFrame) -> None:
    """Compare a frame with its table's contract.

    Raises:
        ContractError: wrong columns or types, a null where none may be, or a repeated key.
    """
    found = frame.collect_schema()
    if found != table.schema:
        wanted = dict(table.schema)
        odd = [
            f"{name}: {found.get(name)} instead of {wanted.get(name)}"
            for name in {*found, *wanted}
            if found.get(name) != wanted.get(name)
        ]
        raise ContractError(f"{table.name}: {'; '.join(sorted(odd)) or 'columns out of order'}")
    required = [column.name for column in table.columns if not column.nullable]
    counts = frame.select(
        pl.len().alias("rows"),
        pl.struct(table.key).n_unique().alias("keys") if table.key else pl.len().alias("keys"),
        *(pl.col(name).null_count().alias(f"null {name}") for name in required),
    ).collect(engine="streaming")
    row = counts.row(0, named=True)
    if row["keys"] != row["rows"]:
        raise ContractError(f"{table.name}: {row['rows'] - row['keys']} rows repeat the key {', '.join(table.key)}")
    empty = [name for name in required if row[f"null {name}"]]
    if empty:
        raise ContractError(f"{table.name}: null in {', '.join(empty)}")


_ASIDE = re.compile(r"\..+\.[0-9a-f]{8}")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to, and put it in place in one step if the block succeeds.

    A block that fails, or a process that is killed, leaves what stood at `path` untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete what killed processes left beside the files they were writing; what is younger than a day may be in use."""
    for path in folder.rglob(".*"):
        if _ASIDE.fullmatch(path.name) and path.exists() and time.time() - path.stat().st_mtime > 86_400:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


BATCH = 250_000
"""Rows that are worked on at a time where a whole history would not fit the memory."""


def batches(path: Path) -> Iterator[pl.DataFrame]:
    """The rows of a table, in their order, so many at a time; of an empty one a frame without rows."""
    found = iter(pl.scan_parquet(path).collect_batches(chunk_size=BATCH, maintain_order=True))
    yield next(found, pl.read_parquet(path, n_rows=0))
    yield from found


_END: Any = object()


def ahead(items: Iterator[_T]) -> Iterator[_T]:
    """The same items in the same order: while one is used, another thread makes the next one."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, items, _END)
        while (item := coming.result()) is not _END:
            coming = beside.submit(next, items, _END)
            yield item


@cache  # opening one takes 20 ms, and an export may be ten thousand small files
def _engine() -> duckdb.DuckDBPyConnection:
    """An empty DuckDB in memory, to compute with."""
    con = duckdb.connect()
    con.execute("set global TimeZone = 'UTC'")
    return con


def version(*paths: Path) -> str:
    """Name the content of a table: the same for the same rows, whatever their order and the Parquet bytes, for ever.

    Every row is hashed (MD5 of its values as JSON, in two 64-bit halves) and the halves are summed, so repeated rows count.
    1 M messages take about 1.3 s of one core.
    """
    row = "md5_number(json_array({values})::varchar)::uhugeint"
    return _version(paths, f"sum(({row} & {_HALF}::uhugeint)::hugeint), sum(({row} >> 64)::hugeint)")


def quick_version(*paths: Path) -> str:
    """The same in a third of the time, with DuckDB's own hash, which another version of DuckDB may compute otherwise.

    For all tables but the datasets: these alone are expensive to make something of, and they keep their version whatever the
    tables they are made from are called.
    """
    return _version(paths, "sum(hash({values}))")


def _version(paths: Sequence[Path], sums: str) -> str:
    with _engine().cursor() as con:
        files = [str(path) for path in paths]
        columns = con.execute("describe select * from read_parquet($files)", {"files": files}).fetchall()
        values = ", ".join(f'"{name}"' for name, *_ in columns)
        content = con.execute(
            f"select count(*), {sums.format(values=values)} from read_parquet($files)", {"files": files}
        ).fetchone()
    return hashlib.blake2b(repr((content, [column[:2] for column in columns])).encode(), digest_size=12).hexdigest()


def write(
    table: Table,
    frame: pl.DataFrame | pl.LazyFrame | Iterator[pl.DataFrame],
    path: Path,
    version_of: Callable[[Path], str] = quick_version,
) -> str:
    """Check a frame (or its batches) against its contract, write it as Parquet in one step, and return its content version.

    Raises:
        ContractError: the frame breaks the contract; nothing is written in place.
    """
    with replacing(path) as aside:
        if isinstance(frame, Iterator):
            with pq.ParquetWriter(
                aside, table.empty().to_arrow().schema, compression="zstd", compression_level=ZSTD
            ) as out:
                for batch in ahead(frame):
                    out.write_table(batch.to_arrow())
        else:
            frame.lazy().sink_parquet(aside, compression="zstd", compression_level=ZSTD, statistics=True)
        with ThreadPoolExecutor(1) as beside:
            checked = beside.submit(check, table, pl.scan_parquet(aside))
            content = version_of(aside)
            checked.result()
    return content


def digest(line: pl.Series, length: int = 20) -> pl.Series:
    """Hash strings to `length` hex digits (of MD5: stable for ever and everywhere; 10 M strings a core-second)."""
    with _engine().cursor() as con:
        con.register("lines", line.to_frame("line").to_arrow())
        hashes = con.sql("select substr(md5(line), 1, $length) from lines", params={"length": length}).to_arrow_table()
        return pl.Series(line.name, hashes.column(0))
