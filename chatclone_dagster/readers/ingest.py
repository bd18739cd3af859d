"""From the files of the exports folder to raw rows: every file read once.

What a file was read into is kept under lake/raw, keyed by its content, its name, the reader's code and the settings
that apply to it. A new export therefore costs the reading of that one file; touching a file costs hashing it.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from chatclone_dagster import lake, tables
from chatclone_dagster.home import Home
from chatclone_dagster.phones import regions_in_use
from chatclone_dagster.readers import contract, registry
from chatclone_dagster.readers.files import archive
from chatclone_dagster.readers.forgotten import KIND, Forgetting, without_forgotten
from chatclone_dagster.readers.survey import content_hash, options_for
from chatclone_dagster.settings import Settings
from chatclone_dagster.versions import code_version

_FAILED = "failed"
NOTE = "reading.json"
"""The file in a folder of the cache that says what was read into it; written last."""


def read_source(home: Home, source: str, exports: pl.DataFrame) -> pl.DataFrame:
    """Read every file that `exports` gives to a reader, from the cache where it was read before (tables.READINGS).

    What the cache still holds of files that are gone, or were read by older code, is deleted; what the forgotten wrote
    does not get into it.
    """
    forgetting = Forgetting.of(home)
    wanted = dict(exports.filter(pl.col("source") == source).select("file", "export_id").iter_rows())
    files = archive.files(home.exports, home.exports) if wanted else ()
    hashes: dict[str, str] = {}
    readings = [
        _read(home, source, file, wanted[file.name], hashes, forgetting)
        for file in files
        if not isinstance(file, archive.Refused) and file.name in wanted
    ]
    used = {reading["folder"] for reading in readings}
    for old in (home.raw_cache / source).glob("*"):
        if f"{source}/{old.name}" not in used:
            shutil.rmtree(old, ignore_errors=True)
    return pl.DataFrame(readings, schema=tables.READINGS.schema)


def read_everything(home: Home, exports: pl.DataFrame, source: str | None = None) -> pl.DataFrame:
    """Read the files of every reader, or of one (tables.READINGS)."""
    sources = exports["source"].drop_nulls().unique().sort()
    read = [read_source(home, name, exports) for name in sources if source in (None, name)]
    return pl.concat(read) if read else tables.READINGS.empty()


def all_readings(home: Home) -> pl.DataFrame:
    """What every reader has read so far (tables.READINGS)."""
    found = [
        pl.read_parquet(path)
        for reader in registry.readers()
        if (path := home.table("readings", reader.NAME)).is_file()
    ]
    return pl.concat(found) if found else tables.READINGS.empty()


def reader_version(settings: Settings, source: str) -> str:
    """Changes when a reader's code does, what the settings say about files, or whom to forget."""
    reader = registry.version(registry.reader(source))
    forgotten = [*settings.forgotten_forms, *regions_in_use(settings)] if settings.forgotten else []
    return code_version(reader, settings.reading.model_dump(), forgotten)


def content_version(readings: pl.DataFrame) -> str:
    """Name what was read, whichever file names and reader versions it came through."""
    return code_version(sorted(readings["content"].to_list()))


def raw_rows(home: Home, readings: pl.DataFrame) -> pl.LazyFrame:
    """All raw rows of the files read (tables.RAW_ROWS)."""
    paths = [home.raw_cache / folder / "rows.parquet" for folder in readings["folder"]]
    return pl.scan_parquet(paths) if paths else tables.RAW_ROWS.empty().lazy()


def parse_issues(home: Home, readings: pl.DataFrame) -> pl.DataFrame:
    """All issues of the files read (tables.PARSE_ISSUES)."""
    paths = [home.raw_cache / folder / "issues.parquet" for folder in readings["folder"]]
    return pl.read_parquet(paths) if paths else tables.PARSE_ISSUES.empty()


def _read(
    home: Home, source: str, file: contract.ExportFile, export_id: str, hashes: dict[str, str], forgetting: Forgetting
) -> dict[str, Any]:
    """Read a file, or find what it was read into; `hashes` remembers those of the files beside, which many files share."""
    reader = registry.reader(source)
    options = options_for(home.settings.reading, file.name)
    key = code_version(registry.version(reader), tables.RAW_ROWS.schema, export_id, file.name, options)
    folder = home.raw_cache / source / key
    if folder.exists() and not (_still_holds(folder, file, hashes) and forget(folder, forgetting)):
        shutil.rmtree(folder)
    if not folder.exists():
        aside = home.raw_cache / f".{key}.{uuid.uuid4().hex[:8]}"
        aside.mkdir(parents=True)
        try:
            reading = read_into(aside, reader, file, export_id, options, hashes)
            _note(aside, reading)
            forget(aside, forgetting)
            folder.parent.mkdir(exist_ok=True)
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    reading = _reading(folder)
    times = {name: reading[name] and datetime.fromisoformat(reading[name]) for name in ("first_at", "last_at")}
    return {**reading, **times, "reader": source, "folder": f"{source}/{key}"}


def is_of_a_file(home: Home, folder: Path) -> bool:
    """Whether a folder of the cache was read to its end, from a file that still lies in exports/."""
    return (folder / NOTE).is_file() and (home.exports / _reading(folder)["file"].split("!")[0]).is_file()


def forget(folder: Path, forgetting: Forgetting) -> bool:
    """Empty what the forgotten wrote in a folder of the cache; False if it lacks what somebody wrote who is forgotten no more."""
    reading = _reading(folder)
    done, wanted = set(reading.get("forgotten", ())), forgetting.rules
    if (
        done - wanted
        and pl.scan_parquet(folder / "rows.parquet").filter(pl.col("kind") == KIND).limit(1).collect().height
    ):
        return False
    if done != wanted:
        rows = folder / "rows.parquet"
        emptied = without_forgotten(pl.read_parquet(rows), forgetting) if wanted - done else None
        if emptied is not None:
            lake.write(tables.RAW_ROWS, emptied, rows)
            reading["content"] = f"{lake.quick_version(rows)}-{lake.quick_version(folder / 'issues.parquet')}"
            reading.update(_span(rows))
        _note(folder, {**reading, "forgotten": sorted(wanted)})
    return True


def _note(folder: Path, reading: dict[str, Any]) -> None:
    with lake.replacing(folder / NOTE) as aside:
        aside.write_text(json.dumps(reading, default=str), encoding="utf-8")


def _reading(folder: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    return kept


def _still_holds(folder: Path, file: contract.ExportFile, hashes: dict[str, str]) -> bool:
    """Whether a reading did not fail (memory or a disk may do better this time), and the files beside are as they were."""
    beside = _reading(folder)["beside"]
    return not (folder / _FAILED).exists() and beside == _hashes_beside(file, beside, hashes)


def read_into(
    folder: Path,
    reader: contract.Reader,
    file: contract.ExportFile,
    export_id: str,
    options: contract.ReadOptions,
    hashes: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Read a file to rows.parquet and issues.parquet in a folder; what came of it, as tables.READINGS names it (and more)."""
    schema = tables.RAW_ROWS.empty().to_arrow().schema
    rows, issues = folder / "rows.parquet", folder / "issues.parquet"
    with pq.ParquetWriter(rows, schema, compression="zstd") as writer:
        source = options.table.source if options.table else reader.NAME
        out = contract.Out(
            source, export_id, file.name, lambda frame: writer.write_table(frame.to_arrow().cast(schema))
        )
        if not registry.read(reader, file, options, out):
            (folder / _FAILED).touch()
    not_understood = lake.write(tables.PARSE_ISSUES, out.issues(), issues)
    return {
        "file": file.name,
        "export_id": export_id,
        "content": f"{lake.quick_version(rows)}-{not_understood}",
        "rows": out.rows,
        "issues": out.issues().height,
        "facts": json.dumps(out.facts, sort_keys=True),
        "beside": _hashes_beside(file, file.asked, {} if hashes is None else hashes),
        **_span(rows),
    }


def _span(rows: Path) -> dict[str, Any]:
    """Chats, senders and days of the rows of a file."""
    span = pl.scan_parquet(rows).select(
        chats=pl.col("conversation_key").n_unique(),
        senders=pl.col("sender_key").drop_nulls().n_unique(),
        first_at=pl.col("sent_local").min(),
        last_at=pl.col("sent_local").max(),
    )
    return span.collect().row(0, named=True)


def _hashes_beside(file: contract.ExportFile, asked: Iterable[str], hashes: dict[str, str]) -> dict[str, str | None]:
    """Path → content hash of the files beside one; null where there is none. Those in `hashes` (name → hash) are not read again."""
    found = {path: file.beside(path) for path in sorted(asked)}
    for other in found.values():
        if other is not None and other.name not in hashes:
            hashes[other.name] = content_hash(other)
    return {path: hashes[other.name] if other else None for path, other in found.items()}
