"""What lies in the exports folder, and which reader takes each file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from chatclone_dagster import lake, tables
from chatclone_dagster.home import Home
from chatclone_dagster.readers import contract, registry
from chatclone_dagster.readers.files import archive
from chatclone_dagster.settings import SETTINGS_FILE, Reading, matching
from chatclone_dagster.versions import code_version

_WITH_OTHERS = "read together with the chats beside it"
_PATH = re.compile(r"[/\\!]")
_CONTACTS = re.compile(r"(?i)\b(contacts?|kontakte?r?|contatos|contatti|contactos|kontakty|address ?book|adressbuch)\b")
_TABLES = (".csv", ".tsv", ".jsonl", ".parquet")
_MAPPING = f"[[reading.tables]] of {SETTINGS_FILE}"
ADDRESS_BOOK = "address book"
UNREMARKABLE = ("media", _WITH_OTHERS, ADDRESS_BOOK)
"""Reasons for not reading a file that are as they should be."""


def exports(home: Home) -> pl.DataFrame:
    """List every file under exports/ with the reader that takes it, or the reason why none does (tables.EXPORTS).

    A file whose size and time of change are as they were is not opened again.
    """
    remembered = _remembered(home)
    seen: dict[str, list[Any]] = {}

    def known_or_judged(file: contract.ExportFile) -> list[Any]:
        known = remembered.get(file.name)
        if not known or known[0] != _stamps(home, file, known[0]):
            found = judge(file, home.settings.reading)
            known = [_stamps(home, file, file.asked), *found]
        seen[file.name] = known
        return known[1:]

    listed = judge_all(chain(archive.files(home.exports, home.exports), named_address_books(home)), known_or_judged)
    _remember(home, seen)
    return listed


def judge_all(
    files: Iterable[contract.ExportFile | archive.Refused], judged: Callable[[contract.ExportFile], list[Any]]
) -> pl.DataFrame:
    """List files (tables.EXPORTS), see `judge_each`."""
    rows = [row for _, row in judge_each(files, judged)]
    return pl.DataFrame(rows, schema=tables.EXPORTS.schema, orient="row")


def judge_each(
    files: Iterable[contract.ExportFile | archive.Refused], judged: Callable[[contract.ExportFile], list[Any]]
) -> Iterator[tuple[contract.ExportFile | archive.Refused, tuple[Any, ...]]]:
    """Files as they come, each with its row of tables.EXPORTS; `judged` is asked about those worth opening (see `judge`).

    Of two with one content the first is read.
    """
    taken: dict[str, str] = {}
    for file in files:
        export_id, source, confidence = None, None, 0.0
        reason = file.reason if isinstance(file, archive.Refused) else not_worth_opening(file)
        if isinstance(file, contract.ExportFile) and reason is None:
            export_id, source, confidence, reason = judged(file)
        if export_id and source and (first := taken.setdefault(export_id, file.name)) != file.name:
            source, reason = None, f"same content as {first}"
        yield file, (file.name, export_id, file.size, source, confidence, reason)


def named_address_books(home: Home) -> Iterator[contract.ExportFile | archive.Refused]:
    """The address books that the settings name, by their whole path."""
    for given in home.settings.identity.contacts:
        path = home.root / Path(given).expanduser()
        if path.is_file():
            yield from (replace(file, name=str(path)) for file in archive.files(path, path.parent))
        else:
            yield archive.Refused(str(path), 0, f"identity.contacts of {SETTINGS_FILE}: there is no such file")


def is_address_book(name: str) -> bool:
    """Whether a file is the owner's address book: a `.vcf` at the top of exports/, in a folder Contacts, or named in the settings.

    Other cards were sent in a chat by somebody, who may call other people by the same names. Only named ones have a whole path.
    """
    if not name.lower().endswith(".vcf") or Path(name).is_absolute():
        return Path(name).is_absolute()
    folders = _PATH.split(name)[:-1]
    return not folders or any(_CONTACTS.search(folder) for folder in folders)


def not_worth_opening(file: contract.ExportFile) -> str | None:
    """Why a file holds no chat, by its size and name; None if it may hold one."""
    if file.size == 0:
        return "the file is empty"
    if is_address_book(file.name):
        return None
    return "media" if registry.is_media(file) else None


def judge(file: contract.ExportFile, reading: Reading) -> list[Any]:
    """(export_id, source, confidence, reason) of a file, from its content: the reader that takes it, or why none does."""
    try:
        if is_address_book(file.name):
            return [content_hash(file), None, 0.0, ADDRESS_BOOK]
        found = registry.detect(file, options_for(reading, file.name))
        if found is None:  # an account's archive holds gigabytes of mail and posts; nobody asks for their hash
            return [None, None, 0.0, unrecognised(file)]
        export_id = content_hash(file)
    except (OSError, contract.UnreadableError) as error:
        return [None, None, 0.0, str(error)]
    except Exception as error:  # a fault of one reader must not keep the other files from being read
        return [None, None, 0.0, f"a reader failed on it ({type(error).__name__}); please report it"]
    reader, sniff = found
    if sniff.variant == contract.COMPANION:
        return [export_id, None, sniff.confidence, _WITH_OTHERS]
    return [export_id, reader.NAME, sniff.confidence, None]


def unrecognised(file: contract.ExportFile) -> str:
    """What to say of a file that no reader takes; any table can be read once somebody says what its columns are."""
    known = "no reader recognises it"
    return f"{known}; if it is a chat, name its columns in {_MAPPING}" if file.suffix in _TABLES else known


def options_for(reading: Reading, file: str) -> contract.ReadOptions:
    """What the settings say about a file, by its path under exports/ or its name."""
    table, entry = matching(reading.tables, file), matching(reading.files, file)
    return contract.ReadOptions(
        date_order=entry.date_order if entry else None,
        table=contract.TableMapping(**table.model_dump()) if table else None,
    )


def content_hash(file: contract.ExportFile) -> str:
    """The name of a file's content: the first 16 hex digits of its BLAKE2b hash."""
    with file.open() as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=8)).hexdigest()  # type: ignore[arg-type]


def _stamps(home: Home, file: contract.ExportFile, asked: Iterable[str]) -> dict[str, str]:
    """Changes when the file, or one of those beside it that it was judged by, or the archive they lie in, is written to."""
    stamps = {}
    for path in ("", *asked):
        found = file.beside(path) if path else file
        if found is None:
            stamps[path] = "missing"
        else:
            stat = (home.exports / found.name.split("!", 1)[0]).stat()
            stamps[path] = f"{stat.st_size}:{stat.st_mtime_ns}:{found.size}"
    return stamps


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
    versions = [registry.version(reader) for reader in registry.readers()]
    return code_version(versions, home.settings.reading.model_dump())
