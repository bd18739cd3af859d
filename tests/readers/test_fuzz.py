"""A short fuzz of every reader, the same each time; `python -m tests.fuzz` goes on from here. And what fuzzing found before."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from chatclone_dagster.readers import registry
from chatclone_dagster.readers.contract import ExportFile, Reader, ReadOptions
from chatclone_dagster.readers.files import archive, html_file, json_list, json_stream, text
from tests.fuzz.hold import hold
from tests.fuzz.inputs import Input, seeds
from tests.fuzz.mutate import mutate, tokens_of
from tests.fuzz.targets import ORDERS, examine, targets

RUNS = 200
PATIENCE = 20.0  # seconds of processor time; a hundred times what an input takes on a slow machine
_LONGEST = 32 << 10
REGRESSIONS = Path(__file__).parent / "regressions"


@pytest.mark.parametrize("name", targets())
def test_a_short_fuzz(name: str) -> None:
    target, pool, tokens = targets()[name], seeds(name), tokens_of(name)
    assert pool, f"no seeds: python -m tests.fuzz.harvest {name}"
    assert tokens
    for n in range(RUNS):
        rnd = random.Random(f"{name} {n}")
        given = Input.unpack(mutate(rnd.choice(pool).pack(), pool, tokens, rnd, _LONGEST))
        found = hold(target, given, PATIENCE)
        assert found is None, f"{found}\n{given!r:.2000}"


@pytest.mark.parametrize("reader", registry.OWN, ids=lambda reader: reader.NAME)
def test_seeds_are_sound(reader: Reader) -> None:
    kept = seeds(reader.NAME)
    assert sum(reader.sniff(seed.file()) is not None for seed in kept) > len(kept) / 3


@pytest.mark.parametrize("reader", registry.OWN, ids=lambda reader: reader.NAME)
def test_where_the_pieces_end_that_a_file_is_read_in_does_not_matter(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = seeds(reader.NAME)
    whole = [_said(reader, seed) for seed in kept]
    for size in (7, 64):  # bytes; the first piece always holds a whole byte-order mark
        monkeypatch.setattr(text.blocks, "__defaults__", (None, size, None))
        monkeypatch.setattr(json_stream, "_CHUNK", size)
        monkeypatch.setattr(json_list, "_FIRST_PIECE", 2 * size)
        monkeypatch.setattr(html_file, "_CHUNK", size)
        for seed, said in zip(kept, whole, strict=True):
            assert _said(reader, seed) == said


def _said(reader: Reader, given: Input) -> tuple[list[dict[str, Any]], list[str]] | None:
    reading = examine(reader, given.file())
    return (reading.rows, reading.reasons) if reading else None


CASES = sorted(path for folder in REGRESSIONS.iterdir() for path in folder.iterdir())


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_before(path: Path) -> None:
    """A file; or a folder, where its name or what lies beside it matters."""
    found = [reader for reader in registry.OWN if path.parent.name == reader.NAME]
    if not found:
        targets()[path.parent.name](Input(path.name, path.read_bytes()))
    for reader, file in product(found, archive.files(path, path if path.is_dir() else path.parent)):
        assert isinstance(file, ExportFile)
        for order in ORDERS:
            examine(reader, file, ReadOptions(date_order=order))
