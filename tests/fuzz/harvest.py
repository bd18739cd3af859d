"""Seeds from the tests: `python -m tests.fuzz.harvest [READER …]` keeps, of the small files that tests hand to a reader, as few as
run all the lines that all of them run.

Seeds are kept in the project, so what comes from other people's (the fixtures and vectors of the conformance tests) is left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from chatclone_dagster.readers import registry
from chatclone_dagster.readers.contract import ExportFile
from chatclone_dagster.readers.files import archive
from tests.conftest import ROOT
from tests.fuzz.inputs import Input, keep_seeds
from tests.fuzz.targets import Target, targets
from tests.readers.conformance.vectors import FIXTURES

_FOLDER = "CHATCLONE_HARVEST"
_LARGEST = 12 << 10  # bytes of a file and those beside it; of a database ten times as much
_ALL = 48 << 10  # bytes of all the seeds of a reader
_TRIED = 1500
_NOT_OURS = ("conformance", "fixture", "hostile", "fuzz", "regression")


def main(names: list[str]) -> None:
    """Run the readers' tests, then choose."""
    known = [reader.NAME for reader in registry.readers()]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(os.environ.setdefault(_FOLDER, made))
        if not any(folder.iterdir()):
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "tests.fuzz.harvest",
                "-m",
                "not slow",
                "tests/readers",
            ]
            subprocess.run(command, cwd=ROOT, check=False)
        for name in names or known:
            found = [Input.unpack(path.read_bytes()) for path in sorted((folder / name).glob("*"))]
            kept = _fewest(targets()[name], [*_samples(name), *found])
            keep_seeds(name, kept)
            print(f"{name}: {len(kept)} of {len(found)}", flush=True)


# --- recording, inside of pytest -----------------------------------------------------------------------------------------------

_test = ""


def pytest_configure() -> None:
    """Put a recorder before each reader."""
    for reader in registry.readers():
        reader.read = _recording(reader.NAME, reader.read)  # type: ignore[method-assign]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note which test is running."""
    global _test  # noqa: PLW0603
    _test = item.nodeid


def _recording(name: str, read: Callable[..., None]) -> Callable[..., None]:
    folder = Path(os.environ[_FOLDER]) / name
    folder.mkdir(exist_ok=True)
    foreign = {path.read_bytes() for path in FIXTURES.rglob("*") if path.is_file()}

    def recorded(file: ExportFile, *rest: Any) -> None:
        read(file, *rest)
        if file.size <= 10 * _LARGEST and not any(word in _test for word in _NOT_OURS) and _bytes(file) not in foreign:
            data = _input_of(file).pack()
            (folder / f"{len(data):06}-{hash(data) & 0xFFFFFFFF:08x}").write_bytes(data)

    return recorded


def _input_of(file: ExportFile) -> Input:
    """A file with what its reader asked for beside it; no more of the name than two folders."""
    found = {path: file.finder(path) for path in sorted(file.asked)}
    beside = {_path(path, other): _bytes(other) for path, other in found.items() if other is not None}
    return Input("/".join(file.name.replace("!", "/").split("/")[-3:]), _bytes(file), beside)


def _path(asked: str, found: ExportFile) -> str:
    """The path asked for, its last part without `*`."""
    folder, slash, last = asked.rpartition("/")
    return f"{folder}{slash}{found.name.rpartition('/')[2]}" if "*" in last else asked


def _bytes(file: ExportFile) -> bytes:
    with file.open() as stream:
        return stream.read(10 * _LARGEST)


# --- choosing ----------------------------------------------------------------------------------------------------------------


def _samples(name: str) -> Iterator[Input]:
    """The sample exports of a reader, long ones cut."""
    folder = ROOT / "samples" / "exports"
    for file in archive.files(folder, folder):
        if isinstance(file, ExportFile) and (claim := registry.detect(file)) and name == claim[0].NAME:
            content = _bytes(file)
            yield Input(file.name.rpartition("/")[2], content[: content.find(b"\n", _LARGEST // 4) + 1])


def _fewest(target: Target, found: list[Input]) -> list[Input]:
    """Those that run a line which none of the smaller ones runs."""
    kept, seen, size = [], set[tuple[str, int]](), 0
    for given in sorted(found, key=lambda given: len(given.pack()))[:_TRIED]:
        long = len(given.pack()) // (10 if given.content.startswith(b"SQLite") else 1)
        lines = _lines(target, given) if long <= _LARGEST and size + long <= _ALL else set()
        if lines - seen:
            seen |= lines
            size += long
            kept.append(given)
    return kept


def _lines(target: Target, given: Input) -> set[tuple[str, int]]:
    """The lines of the readers that an input runs."""
    lines: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        if "chatclone_dagster/readers" not in frame.f_code.co_filename:
            return None
        lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        target(given)
    except Exception as error:
        print(f"  a seed fails: {error!r:.200}")
        return set()
    finally:
        sys.settrace(None)
    return lines


if __name__ == "__main__":
    main(sys.argv[1:])
