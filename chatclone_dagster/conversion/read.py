"""Reading exports where they lie, without a home: what the user names, with what must be read beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.readers import ingest, registry, survey
from chatclone_dagster.readers.contract import ExportFile
from chatclone_dagster.readers.files import archive
from chatclone_dagster.settings import Reading


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: the files (tables.EXPORTS, READINGS, PARSE_ISSUES) and their rows (RAW_ROWS)."""

    exports: pl.DataFrame
    readings: pl.DataFrame
    issues: pl.DataFrame
    rows: pl.LazyFrame


def read_home(home: Home) -> Read:
    """Read all exports of a home; what was read before is not read again."""
    exports = survey.exports(home)
    return _read(home, exports, ingest.read_everything(home, exports))


def read_files(paths: Sequence[Path], reading: Reading, scratch: Path) -> Read:
    """Read files and folders, in the order given; their rows are kept in the folder `scratch`, which is the caller's to delete.

    Raises:
        UserError: a path that is not there.
    """
    files = [file for path in paths for file in _files(path)]
    exports = survey.judge_all(files, lambda file: survey.judge(file, reading))
    place = Home(scratch)
    readings: list[dict[str, Any]] = []
    for file, export_id, source in zip(files, exports["export_id"], exports["source"], strict=True):
        if source is None or isinstance(file, archive.Refused):
            continue
        folder = place.raw_cache / str(len(readings))
        folder.mkdir(parents=True)
        options = survey.options_for(reading, file.name)
        found = ingest.read_into(folder, registry.reader(source), file, export_id, options)
        readings.append({**found, "reader": source, "folder": folder.name})
    return _read(place, exports, pl.DataFrame(readings, schema=tables.READINGS.schema))


def _files(given: Path) -> Iterator[ExportFile | archive.Refused]:
    """The files at or below a path, named with the folder they lie in, which may be all that names the chat."""
    path = given.expanduser().resolve()
    if not path.exists():
        raise UserError(f"{given}: there is no such file or folder")
    yield from archive.files(path, path.parent if path.is_dir() else path.parent.parent)


def _read(home: Home, exports: pl.DataFrame, readings: pl.DataFrame) -> Read:
    return Read(exports, readings, ingest.parse_issues(home, readings), ingest.raw_rows(home, readings))
