"""Taking a change of chatclone.toml back: what it wrote goes, what else was written since stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit

from chatclone_dagster.settings import SETTINGS_FILE, SettingsError

_ABSENT = object()


def without_change(now: str, entry: Mapping[str, str]) -> str:
    """chatclone.toml without one change of it (`before`, `after`, and what was done: `told`), though it was edited since.

    Raises:
        SettingsError: it was edited just there.
    """
    document = tomlkit.parse(now)
    before, after, current = (_leaves(tomlkit.parse(text).unwrap()) for text in (entry["before"], entry["after"], now))
    for path in before.keys() | after.keys():
        was, became = before.get(path, _ABSENT), after.get(path, _ABSENT)
        if was == became:
            continue
        if current.get(path, _ABSENT) != became:
            where = ".".join(path)
            raise SettingsError(f"{SETTINGS_FILE}: {where} was edited since ({entry['told']}); take that back by hand")
        *tables, last = path
        table: Any = document
        for name in tables:
            table = table.setdefault(name, tomlkit.table())
        if was is _ABSENT:
            del table[last]
        else:
            table[last] = was
    return tomlkit.dumps(document)


def _leaves(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    for name, value in table.items():
        # An entry of [people] is one value, be it a list or a table: one may have become the other.
        is_table = isinstance(value, dict) and path != ("people",)
        found |= _leaves(value, (*path, name)) if is_table else {(*path, name): value}
    return found
