"""Messages' database, opened without ever writing beside it, and read as far as it can be.

While Messages runs, the latest messages stand in `chat.db-wal` and not yet in `chat.db`. SQLite reads them only where it may write
a third file beside them, so both are copied to a folder of their own first. A database by itself is read where it lies.
"""

from __future__ import annotations

import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from chatclone_dagster.readers.contract import ExportFile, UnreadableError

MAGIC = b"SQLite format 3\0"
LOGS = ("-wal", "-journal")  # what SQLite keeps beside a database that is in use; -shm is made anew from -wal
_LARGEST_VALUE = 64 << 20  # bytes; longer ones are no messages
_MOST_GAPS = 1000
_FIRST, _LAST = -(1 << 63), (1 << 63) - 1
_DAMAGED = (sqlite3.DatabaseError, UnicodeDecodeError)  # SQLite's complaint may quote bytes that are no text
Rows = Iterator[tuple[Any, ...]]


@contextmanager
def opened(file: ExportFile) -> Iterator[Database]:
    """Open a database for reading.

    Raises:
        UnreadableError: it is no database, or there is no room for the copy that is needed.
    """
    logs = [(ending, log) for ending in LOGS if (log := file.beside(_name(file) + ending)) and log.size]
    if file.path and not logs:
        yield from _connected(f"{file.path.resolve().as_uri()}?mode=ro&immutable=1")
        return
    with tempfile.TemporaryDirectory(prefix="chatclone-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "chat.db")
        _copy([(file, copy), *((log, copy.with_name(copy.name + ending)) for ending, log in logs)])
        yield from _connected(f"file:{quote(copy.as_posix())}")


def _name(file: ExportFile) -> str:
    return file.name.replace("!", "/").rsplit("/", 1)[-1]


def _connected(uri: str) -> Iterator[Database]:
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.text_factory = lambda data: data.decode(errors="replace")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
            connection.execute("PRAGMA trusted_schema=OFF")
            yield Database(connection)
    except _DAMAGED as error:
        raise UnreadableError(f"not a database, or a damaged one: {_said(error)}") from None


def _said(error: Exception) -> str:
    """What SQLite says, in one line: it may quote names in the database."""
    return " ".join(str(error).split())


def _copy(files: Sequence[tuple[ExportFile, Path]]) -> None:
    """Copy files that belong together; once more if they were written to meanwhile."""
    for _ in range(3):
        before = _stamps(files)
        try:
            for source, target in files:
                with source.open() as stream, target.open("wb") as copy:
                    shutil.copyfileobj(stream, copy, 1 << 20)
        except OSError as error:
            raise UnreadableError(f"cannot be copied to be read: {error.strerror or type(error).__name__}") from None
        if _stamps(files) == before:
            return


def _stamps(files: Sequence[tuple[ExportFile, Path]]) -> list[tuple[int, int]]:
    found = [source.path.stat() for source, _ in files if source.path]
    return [(each[stat.ST_SIZE], each.st_mtime_ns) for each in found]


class Database:
    """Tables by name, whichever columns they have in this version; what is damaged is left out and noted in `damage`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Look which tables and columns there are."""
        self.damage: list[str] = []
        self._connection = connection
        # A view may run anything; only plain tables are read.
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' AND name NOT LIKE 'sqlite%'"
        )
        self.columns = {str(name): self._columns_of(str(name)) for (name,) in tables.fetchall()}

    def has(self, table: str, *columns: str) -> bool:
        """Whether there is such a table with such columns."""
        return table in self.columns and {*columns} <= self.columns[table]

    def rows(self, sql: str) -> Rows:
        """The rows of a query, up to where the database is damaged."""
        try:
            yield from self._connection.execute(sql)
        except _DAMAGED as error:
            self.damage.append(_said(error))

    def scan(self, table: str, columns: Sequence[str]) -> Rows:
        """All rows of a table in the order of their ROWID, which comes first; columns that are missing are None.

        A stretch that is damaged is left out; each is noted.
        """
        names = [f'"{name}"' if name in self.columns[table] else "NULL" for name in columns]
        sql = f'SELECT ROWID, {", ".join(names)} FROM "{table}" WHERE ROWID > ? ORDER BY ROWID'
        last = _FIRST
        for _ in range(_MOST_GAPS):
            try:
                for row in self._connection.execute(sql, (last,)):
                    last = row[0]
                    yield row
                return
            except _DAMAGED as error:
                self.damage.append(_said(error))
                following = self._behind(sql, last)
            if following is None:
                return
            last = following - 1
        self.damage.append("more damaged places than it makes sense to go on behind")

    def _behind(self, sql: str, last: int) -> int | None:
        """The first ROWID that can be read again behind a damaged place, by ever longer steps and then by halving the last."""
        broken, step = last, 1
        while True:
            place = min(last + step, _LAST)
            found = self._readable(sql, place)
            if found:
                break
            if place == _LAST:
                return None
            broken, step = place, step * 2
        while place - broken > 1:
            middle = (place + broken) // 2
            if nearer := self._readable(sql, middle):
                place, found = middle, nearer
            else:
                broken = middle
        return found[0]

    def _readable(self, sql: str, last: int) -> list[int | None]:
        """The ROWID of the first row behind one, or None where the table ends; nothing if it cannot be read."""
        try:
            row = self._connection.execute(f"{sql} LIMIT 1", (last,)).fetchone()
        except _DAMAGED:
            return []
        return [row[0] if row else None]

    def _columns_of(self, table: str) -> frozenset[str]:
        name = table.replace('"', '""')
        return frozenset(str(row[1]) for row in self._connection.execute(f'PRAGMA table_info("{name}")'))


class Aligned:
    """Rows sorted by a ROWID in their first column, given out to each ROWID of another sorted stream."""

    def __init__(self, rows: Rows) -> None:
        """`rows` are sorted by their first column."""
        self._rows = rows
        self._next = next(rows, None)

    def of(self, rowid: int) -> list[tuple[Any, ...]]:
        """The rows that belong to a ROWID, which never goes back."""
        found = []
        while self._next is not None and self._next[0] <= rowid:
            if self._next[0] == rowid:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found
