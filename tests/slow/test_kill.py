"""Pulling the plug: whatever is cut off, nothing stored is lost, and the next run goes on."""

from __future__ import annotations

import random
from pathlib import Path
from time import monotonic, sleep

import polars as pl
import pytest

from chatclone_dagster.home import Home
from chatclone_dagster.training.package import newest, read_manifest
from tests.conftest import write_sample_home
from tests.slow.conftest import chatclone, end


def whole(home: Home) -> int:
    """Read every table of the lake; return how many there are. A torn file would raise."""
    paths = [path for path in home.lake.rglob("*.parquet") if not any(part.startswith(".") for part in path.parts[-3:])]
    for path in paths:
        pl.read_parquet(path)
    return len(paths)


def run_whole(home: Home) -> str:
    process = chatclone(home, "run", "--no-chat")
    out, _ = process.communicate()
    assert process.returncode == 0, out[-3000:]
    return out


def test_training_that_was_killed_goes_on_from_its_last_epoch(tmp_path: Path, tiny_base: Path) -> None:
    home = write_sample_home(tmp_path / "home", tiny_base)
    recipe = home.root / "tiny.yaml"
    recipe.write_text(recipe.read_text().replace("epochs: 1", "epochs: 12\npatience: 12"))
    process = chatclone(home, "run", "--no-chat")
    began = monotonic()
    while not list(home.adapters.glob("me/.*.work/checkpoint-*/trainer_state.json")):
        assert process.poll() is None, process.stdout and process.stdout.read()[-3000:]
        assert monotonic() - began < 600
        sleep(0.2)
    end(process)
    assert whole(home) >= 15
    assert not list(home.adapters.glob("me/*/adapter_model.safetensors")), "half an adapter is none"

    out = run_whole(home)
    assert "messages_safe" not in out, "what was done before is not done again"
    manifest = read_manifest(newest(home, "me"))
    log = "".join(path.read_text() for path in home.adapters.glob("me/*.log"))
    assert manifest.epochs == 12
    assert "going on from the last epoch of a run that was cut off" in log
    assert not list(home.adapters.glob("me/.*.work")), "the checkpoints are gone"


@pytest.mark.parametrize("seed", range(3))
def test_a_run_killed_anywhere_leaves_whole_files_and_can_be_repeated(
    seed: int, tmp_path: Path, tiny_base: Path
) -> None:
    home = write_sample_home(tmp_path / "home", tiny_base)
    process = chatclone(home, "run", "--no-chat")
    sleep(random.Random(seed).uniform(3, 20))
    end(process)
    before = whole(home)
    run_whole(home)
    assert whole(home) >= max(before, 20)
    assert "nothing to do" in run_whole(home)
