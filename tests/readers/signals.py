"""How the tests of Signal's exports read one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chatclone_dagster.readers import registry, signal
from tests.readers.reading import Reading, export, read

ODD: tuple[Any, ...] = (None, 5, "x", [], [1], {}, {"a": None}, True, "9" * 30, -1, 1e300)
"""Values of any type, for members that want another."""


def chat(content: str | bytes, name: str) -> Reading:
    file = export(content, name)
    found = registry.detect(file)
    assert found is not None
    assert found[0] is signal
    return read(signal, file)


def at(hour: int, minute: int = 0, second: int = 0, day: int = 29) -> datetime:
    return datetime(2024, 5, day, hour, minute, second)  # noqa: DTZ001
