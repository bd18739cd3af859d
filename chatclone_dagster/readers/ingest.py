"""From the exports folder to raw rows: what lies there, which reader takes each file, and every file read once.

What a file was read into is kept under lake/raw, keyed by its content, its name, the reader's code and the settings
that apply to it. A new export therefore costs the reading of that one file; touching a file costs hashing it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from chatclone_dagster import lake, readers, tables
from chatclone_dagster.home import Home
from chatclone_dagster.readers import archive, contract, registry
from chatclone_dagster.settings import Reading, matching
from chatclone_dagster.versions import code_version

_FAILED = "failed"


def survey(home: Home) -> pl.DataFrame:
    """List every file under exports/ with the reader that takes it, or the reason why none does (tables.EXPORTS).

    A file whose size and time of change are as they were is not opened again.
    """
    remembered = _remembered(home)
    seen: dict[str, list[Any]] = {}
    rows: list[tuple[Any, ...]] = []
    taken: dict[str, str] = {}
    for file in archive.files(home.exports, home.exports):
        if isinstance(file, archive.Refused):
            rows.append((file.name, None, file.size, None, 0.0, file.reason))
            continue
        if reason := not_worth_opening(file):
            rows.append((file.name, None, file.size, None, 0.0, reason))
            continue
        stamp = _stamp(home, file)
        known = remembered.get(file.name)
        found = known[1:] if known and known[0] == stamp else _look_into(file, home.settings.reading)
        seen[file.name] = [stamp, *found]
        export_id, source, confidence, reason = found
        if source is not None and taken.setdefault(export_id, file.name) != file.name:
            source, reason = None, f"same content as {taken[export_id]}"
        rows.append((file.name, export_id, file.size, source, confidence, reason))
    _remember(home, seen)
    return pl.DataFrame(rows, schema=tables.EXPORTS.schema, orient="row")


def read_source(home: Home, source: str, exports: pl.DataFrame) -> pl.DataFrame:
    """Read every file that `exports` gives to a reader, from the cache where it was read before (tables.READINGS).

    What the cache still holds of files that are gone, or were read by older code, is deleted.
    """
    wanted = dict(exports.filter(pl.col("source") == source).select("file", "export_id").iter_rows())
    files = archive.files(home.exports, home.exports) if wanted else ()
    readings = [
        _read(home, source, file, wanted[file.name])
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


def reader_version(settings: Reading, source: str) -> str:
    """Changes when a reader's code does, or what the settings say about files."""
    return code_version(_reader_version(registry.reader(source)), settings.model_dump())


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


def _read(home: Home, source: str, file: contract.ExportFile, export_id: str) -> dict[str, Any]:
    reader = registry.reader(source)
    options = options_for(home.settings.reading, file.name)
    key = code_version(_reader_version(reader), tables.RAW_ROWS.schema, export_id, file.name, options)
    folder = home.raw_cache / source / key
    if (folder / _FAILED).exists():  # out of memory, or a disk that could not be read: it may go better this time
        shutil.rmtree(folder)
    if not folder.exists():
        aside = home.raw_cache / f".{key}.{uuid.uuid4().hex[:8]}"
        aside.mkdir(parents=True)
        try:
            reading = _read_into(aside, reader, file, export_id, options)
            (aside / "reading.json").write_text(json.dumps(reading, default=str), encoding="utf-8")
            folder.parent.mkdir(exist_ok=True)
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    reading = json.loads((folder / "reading.json").read_text(encoding="utf-8"))
    times = {name: reading[name] and datetime.fromisoformat(reading[name]) for name in ("first_at", "last_at")}
    return {**reading, **times, "reader": source, "folder": f"{source}/{key}"}


def _read_into(
    folder: Path, reader: contract.Reader, file: contract.ExportFile, export_id: str, options: contract.ReadOptions
) -> dict[str, Any]:
    schema = tables.RAW_ROWS.empty().to_arrow().schema
    rows, issues = folder / "rows.parquet", folder / "issues.parquet"
    with pq.ParquetWriter(rows, schema, compression="zstd") as writer:
        source = options.table.source if options.table else reader.NAME
        out = contract.Out(
            source, export_id, file.name, lambda frame: writer.write_table(frame.to_arrow().cast(schema))
        )
        try:
            reader.read(file, options, out)
        except contract.UnreadableError as error:
            out.issue(0, str(error))
        except Exception as error:  # a fault of a reader must not keep the other files from being read
            out.issue(0, f"the reader {reader.NAME} failed here ({type(error).__name__}); please report it")
            (folder / _FAILED).touch()
        out.flush()
    not_understood = lake.write(tables.PARSE_ISSUES, out.issues(), issues)
    span = pl.scan_parquet(rows).select(
        chats=pl.col("conversation_key").n_unique(),
        senders=pl.col("sender_key").drop_nulls().n_unique(),
        first_at=pl.col("sent_local").min(),
        last_at=pl.col("sent_local").max(),
    )
    return {
        "file": file.name,
        "export_id": export_id,
        "content": f"{lake.version(rows)}-{not_understood}",
        "rows": out.rows,
        "issues": out.issues().height,
        "facts": json.dumps(out.facts, sort_keys=True),
        **span.collect().row(0, named=True),
    }


def options_for(reading: Reading, file: str) -> contract.ReadOptions:
    """What the settings say about a file, by its path under exports/ or its name."""
    table, entry = matching(reading.tables, file), matching(reading.files, file)
    return contract.ReadOptions(
        date_order=entry.date_order if entry else None,
        table=contract.TableMapping(**table.model_dump()) if table else None,
    )


def _look_into(file: contract.ExportFile, reading: Reading) -> list[Any]:
    """(export_id, source, confidence, reason) of a file, from its content."""
    try:
        with file.open() as stream:
            export_id = hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=8)).hexdigest()  # type: ignore[arg-type]
        found = registry.detect(file, options_for(reading, file.name))
    except (OSError, contract.UnreadableError) as error:
        return [None, None, 0.0, str(error)]
    except Exception as error:  # a fault of one reader must not keep the other files from being read
        return [None, None, 0.0, f"a reader failed on it ({type(error).__name__}); please report it"]
    if found is None:
        return [export_id, None, 0.0, "no reader recognises it"]
    reader, sniff = found
    return [export_id, reader.NAME, sniff.confidence, None]


def not_worth_opening(file: contract.ExportFile) -> str | None:
    """Why a file holds no chat, by its size and name; None if it may hold one."""
    if file.size == 0:
        return "the file is empty"
    return "media" if registry.is_media(file) else None


def _stamp(home: Home, file: contract.ExportFile) -> str:
    """Changes when the file, or the archive it lies in, is written to."""
    stat = (home.exports / file.name.split("!", 1)[0]).stat()
    return f"{stat.st_size}:{stat.st_mtime_ns}:{file.size}"


def _reader_version(reader: contract.Reader) -> str:
    """Changes with the reader's own module, and with anything in this room, which most readers share."""
    own = sys.modules[getattr(reader, "__name__", type(reader).__module__)]
    return code_version(readers, own)


def _memory(home: Home) -> Path:
    return home.raw_cache / "seen.json"


def _remembered(home: Home) -> dict[str, list[Any]]:
    """What the last survey found, unless readers or the reading settings have changed since."""
    try:
        kept = json.loads(_memory(home).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept["files"] if kept.get("readers") == _readers_version(home) else {}


def _remember(home: Home, files: dict[str, list[Any]]) -> None:
    with lake.replacing(_memory(home)) as aside:
        aside.write_text(json.dumps({"readers": _readers_version(home), "files": files}), encoding="utf-8")


def _readers_version(home: Home) -> str:
    versions = [_reader_version(reader) for reader in registry.readers()]
    return code_version(versions, home.settings.reading.model_dump())
