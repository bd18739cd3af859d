"""How the tests of IRC logs read one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chatclone_dagster.readers import irc, registry
from chatclone_dagster.readers.contract import ReadOptions
from tests.readers.reading import Reading, export, read


def log(content: str | bytes, name: str = "#chess_20041225.log", **options: Any) -> Reading:
    file = export(content, name)
    found = registry.detect(file)
    assert found is not None
    assert found[0] is irc
    return read(irc, file, ReadOptions(**options))


def at(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 12, year: int = 2004) -> datetime:
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
