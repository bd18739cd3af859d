"""How the tests read: one file, whichever reader, and what came out as plain Python."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import polars as pl

from chatclone_dagster.lake import check
from chatclone_dagster.readers.contract import ExportFile, Out, Reader, ReadOptions
from chatclone_dagster.readers.files import archive
from chatclone_dagster.tables import KINDS, RAW_ROWS

OF_ANY_TYPE: tuple[Any, ...] = (
    None,
    1,
    0.5,
    True,
    "x",
    [],
    {},
    [[1]],
    [{}],
    [None],
    [1, "x"],
    {"a": [{}]},
    {"name": 1, "id": []},
)
"""What may stand for any member of a JSON object in a file that somebody else wrote."""


@dataclass
class Reading:
    """Everything a reader said about a file."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, str | int | float] = field(default_factory=dict)

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]

    @property
    def said(self) -> list[dict[str, Any]]:
        """The rows that somebody sent and that are messages of their own."""
        return [row for row in self.rows if row["kind"] != "system" and row["folded"] is None]

    @property
    def reasons(self) -> list[str]:
        return [issue["reason"] for issue in self.issues]


def export(
    content: bytes | str, name: str = "WhatsApp Chat with Ada.txt", beside: Mapping[str, bytes | str] | None = None
) -> ExportFile:
    """A file that exists in memory only; `beside` holds others by their paths from its folder."""
    data = content.encode() if isinstance(content, str) else content
    others = beside or {}

    def find(path: str) -> ExportFile | None:
        fitting = [name for name in others if fnmatchcase(name, path)]
        return export(others[fitting[0]], fitting[0]) if len(fitting) == 1 else None

    return ExportFile(name, len(data), lambda: io.BytesIO(data), find)


def on_disk(path: Path, name: str | None = None, root: Path | None = None) -> ExportFile:
    """A file on disk; what lies beside it is found as far as `root`, its own folder if that is not given."""
    found = next(archive.files(path, root or path.parent))
    assert isinstance(found, ExportFile)
    return replace(found, name=name or path.name)


def read(reader: Reader, file: ExportFile, options: ReadOptions | None = None) -> Reading:
    """Read a file and hold every frame to the contract of raw_rows."""
    frames: list[pl.DataFrame] = []
    out = Out(reader.NAME, "0" * 16, file.name, frames.append)
    reader.read(file, options or ReadOptions(), out)
    return gathered(out, frames)


def gathered(out: Out, frames: list[pl.DataFrame]) -> Reading:
    """What a reader handed out, held to the contract; `frames` are those that `out` passes on."""
    out.flush()
    reading = Reading(facts=out.facts, issues=list(out.issues().iter_rows(named=True)))
    for frame in frames:
        check(RAW_ROWS, frame.lazy())
        reading.rows += frame.iter_rows(named=True)
    assert {row["kind"] for row in reading.rows} <= set(KINDS)
    assert out.rows == len(reading.rows)
    return reading


def read_all(reader: Reader, contents: Iterable[str]) -> list[Reading]:
    return [read(reader, export(content)) for content in contents]


__all__ = ["OF_ANY_TYPE", "Reading", "export", "gathered", "on_disk", "read", "read_all"]


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as out:
        for name, content in members.items():
            out.writestr(zipfile.ZipInfo(name), content, compression)
    return path
