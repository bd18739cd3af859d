"""Dagster's records: they hold no messages, but an error or a check may have named a person, or a file called after one."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from chatclone_dagster.errors import UserError

NOBODY = "somebody forgotten"
_WORDS = {"message", "user_message", "description", "label", "text", "md_str", "skip_reason", "data", "stack"}
"""The keys of Dagster's JSON under which sentences stand; all others are its own words, which a person may be called by."""
_DEEP = {"data", "stack"}  # what lies under these is the user's, whatever it is called
_SQLITE_HEAD = b"SQLite format 3\0"
_PATIENCE = 10.0  # seconds to wait for another process that writes


class RecordsBusyError(UserError):
    """Dagster is writing its records; the message says what to do."""


def strike(folder: Path, names: Iterable[str]) -> None:
    """Put NOBODY in the place of names, written out as a whole, in the databases (SQLite) and logs under a folder.

    Raises:
        RecordsBusyError: another process holds a database.
    """
    called = _pattern(names)
    if called is None:
        return
    for path in [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".yaml"]:
        with path.open("rb") as file:
            is_database = file.read(len(_SQLITE_HEAD)) == _SQLITE_HEAD
        if is_database:
            try:
                _strike_database(path, called)
            except sqlite3.OperationalError as error:
                raise RecordsBusyError(
                    f"{path}: {error}; stop whatever else is at work on this home (chatclone ui), then say it again"
                ) from None
        elif not path.name.endswith(("-wal", "-shm")):
            text = path.read_bytes().decode("utf-8", "surrogateescape")
            if called.search(text):
                path.write_bytes(called.sub(NOBODY, text).encode("utf-8", "surrogateescape"))


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names, as they are and as JSON escapes them; None if there are none."""
    forms = {form for name in names if name.strip() for form in (name, json.dumps(name)[1:-1])}
    if not forms:
        return None
    whole = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    return re.compile(rf"(?:(?<!\w)|(?<=\\[nrt]))(?:{whole})(?!\w)", re.IGNORECASE)


def _strike_database(path: Path, called: re.Pattern[str]) -> None:
    def struck(text: str) -> str:
        if not (text.startswith("{") and called.search(text)):
            return text
        return json.dumps(_struck(json.loads(text), called))

    with closing(sqlite3.connect(path, timeout=_PATIENCE)) as con:
        con.create_function("struck", 1, struck, deterministic=True)
        for (table,) in con.execute("select name from sqlite_master where type = 'table'").fetchall():
            for _, column, *_ in con.execute(f'pragma table_info("{table}")').fetchall():
                text = f"""typeof("{column}") = 'text'"""
                con.execute(
                    f'update "{table}" set "{column}" = struck("{column}") '
                    f'where {text} and struck("{column}") != "{column}"'
                )
        con.commit()
        if con.total_changes:  # what was there before is overwritten in the file as well
            con.execute("vacuum")
            con.execute("pragma wal_checkpoint(truncate)")


def _struck(value: Any, called: re.Pattern[str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _struck(one, called, key if key in _DEEP else name) for name, one in value.items()}
    if isinstance(value, list):
        return [_struck(one, called, key) for one in value]
    return called.sub(NOBODY, value) if isinstance(value, str) and key in _WORDS else value
