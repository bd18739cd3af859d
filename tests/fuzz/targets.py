"""What is fuzzed: every reader of the registry, and the pieces they share; each raises on an input that it should not fail on."""

from __future__ import annotations

import re
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import orjson
import polars as pl

from chatclone_dagster.readers import registry
from chatclone_dagster.readers import table as table_reader
from chatclone_dagster.readers.contract import (
    COMPANION,
    DateOrder,
    ExportFile,
    Out,
    Reader,
    ReadOptions,
    TableMapping,
    UnreadableError,
)
from chatclone_dagster.readers.files import archive, html_file, json_stream
from tests.fuzz.inputs import Input
from tests.readers.reading import Reading, gathered

SLOWEST = 2.0  # seconds of processor time for an input of a few kilobytes
MOST_MEMORY = 512  # MiB that one input may take on top of what the process has
ORDERS: tuple[DateOrder | None, ...] = (None, *get_args(DateOrder))
_TIMES = (None, "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z")
_KEYS = ("messages", "list", None)
_WANTED = 1 << 20  # bytes read of a member
Target = Callable[[Input], object]


class FindingError(AssertionError):
    """A promise of the contract that an input broke, other than by an exception."""


def targets() -> dict[str, Target]:
    """All targets by name: those of the shared pieces, then the readers."""
    shared: dict[str, Target] = {
        "json_stream": lambda given: examine_json_stream(given.file()),
        "html_file": lambda given: examine_html_file(given.file()),
        "archive": examine_archive,
    }
    return {**shared, **{reader.NAME: _reading_of(reader) for reader in registry.readers()}}


def _reading_of(reader: Reader) -> Target:
    def examine_input(given: Input) -> Reading | None:
        return examine(reader, given.file(), _options(given.content))

    return examine_input


def _options(content: bytes) -> ReadOptions:
    """What a user may say, chosen by the content: mostly nothing."""
    number = zlib.crc32(content)
    if number % 4:
        return ReadOptions()
    header = re.split(r"[,;\t]", content.decode(errors="replace").partition("\n")[0])
    table = TableMapping("", dict(zip(table_reader.COLUMNS, header, strict=False)), time_format=_TIMES[number // 4 % 3])
    return ReadOptions(date_order=ORDERS[number // 12 % len(ORDERS)], table=table)


def examine(reader: Reader, file: ExportFile, options: ReadOptions | None = None) -> Reading | None:
    """Sniff and read a file as the registry does, but let every exception through; None if there is nothing to read."""
    try:
        claim = reader.sniff(file)
    except UnreadableError as error:
        _one_line(str(error))
        return None
    _hold(claim is None or 0 < claim.confidence <= 1, "a claim that is not above 0 and at most 1")
    if claim is not None and claim.variant == COMPANION:
        return None
    frames: list[pl.DataFrame] = []
    out = Out(reader.NAME, "0" * 16, file.name, frames.append)
    try:
        reader.read(file, options or ReadOptions(), out)
    except UnreadableError as error:
        _one_line(str(error))
    reading = gathered(out, frames)
    positions = reading.column("position")
    _hold(positions == sorted(set(positions)), "positions that are not ascending, or not unique")
    for issue in reading.issues:
        _one_line(issue["reason"])
        _hold(len(issue["excerpt"].splitlines()) <= 1, "an excerpt of more than one line")
    orjson.dumps(reading.facts)
    return reading


def examine_json_stream(file: ExportFile) -> None:
    """What is read of a file that is sound must be what a parser reads; of any other, indexes must ascend."""
    for key in _KEYS:
        out = _out(file)
        items: list[Any] = []
        try:
            for batch in json_stream.records(file, key, out, needs=("id", "name")):
                _hold(batch.start >= len(items), "an index that was given already")
                items += batch.items
        except UnreadableError as error:
            _one_line(str(error))
            continue
        try:
            whole = orjson.loads(file.head)
        except orjson.JSONDecodeError:
            continue
        _hold(items == list(_lists(whole, key)), f"other records under {key} than a parser reads")


def _lists(value: Any, key: str | None) -> Iterator[Any]:
    """The records of the outermost lists under a key."""
    if key is None:
        yield from value if isinstance(value, list) else ()
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from inner if name == key and isinstance(inner, list) else _lists(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _lists(inner, key)


def examine_html_file(file: ExportFile) -> None:
    """Blocks by class and by tag, and their text."""
    for names, tag in (("message", "div"), (("pam", "service"), ("div", "tr", "li"))):
        try:
            for block in html_file.blocks(file, names, _out(file), tag):
                html_file.text_of(block, skip=("time",)).encode()
                html_file.text_of(block, verbatim=True).encode()
                html_file.first(block, "date")
        except UnreadableError as error:
            _one_line(str(error))


def examine_archive(given: Input) -> None:
    """Every member of an archive is refused with a reason, or opens, and what is beside it is found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chat.zip"
        path.write_bytes(given.content)
        for found in archive.files(path, path.parent):
            found.name.encode()
            if isinstance(found, archive.Refused):
                _one_line(found.reason)
                continue
            found.beside("../*.json")
            found.beside(f"{found.stem}*")
            try:
                with found.open() as stream:
                    stream.read(_WANTED)
            except UnreadableError as error:
                _one_line(str(error))


def _out(file: ExportFile) -> Out:
    return Out("fuzz", "0" * 16, file.name, lambda _: None)


def _one_line(said: str) -> None:
    _hold(bool(said.strip()), "an empty reason")
    _hold(len(said.splitlines()) == 1, "a reason of more than one line")


def _hold(promise: bool, otherwise: str) -> None:
    if not promise:
        raise FindingError(otherwise)
