"""A short fuzz of every reader, the same each time; `python -m tests.fuzz` goes on from here. And what fuzzing found before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from chatclone_dagster.readers import registry
from chatclone_dagster.readers.contract import ExportFile, ReadOptions
from tests.fuzz.hold import hold
from tests.fuzz.inputs import Input, regressions, seeds
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
def test_seeds_are_sound(reader: registry.Reader) -> None:
    """At least one in two is a file that the reader claims."""
    claimed = [reader.sniff(seed.file()) is not None for seed in seeds(reader.NAME)]
    assert sum(claimed) * 2 >= len(claimed) > 0


CASES = [(folder.name, file) for folder in sorted(REGRESSIONS.iterdir()) for file in regressions(folder)]


@pytest.mark.parametrize(("name", "file"), CASES, ids=[f"{name}-{file.name}" for name, file in CASES])
def test_what_was_found_before(name: str, file: ExportFile) -> None:
    for order in ORDERS:
        examine(registry.reader(name), file, ReadOptions(date_order=order))
