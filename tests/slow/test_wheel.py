"""Installed as a wheel into an empty environment, run from an empty folder: everything it needs travels with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def run(*command: object, cwd: Path, **environment: str) -> str:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CHATCLONE", "DAGSTER", "PYTHON"))
    }
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment that holds the wheel and what requirements.lock pins."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "-r", ROOT / "requirements.lock", cwd=folder)
    run(*pip, "--no-deps", ROOT, cwd=folder)
    return scripts


def test_the_demo_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import chatclone_dagster; print(chatclone_dagster.__file__)", cwd=tmp_path)
    assert str(ROOT) not in where
    out = " ".join(run(installed / "chatclone", "demo", cwd=tmp_path, COLUMNS="200").split())
    assert "texts" in out
    assert "more like Mira Solberg" in out
    assert "Three things to try next" in out
    assert (tmp_path / "chatclone-demo/lake/clone_card/me.html").is_file()
    again = run(installed / "chatclone", "demo", cwd=tmp_path)
    assert "nothing to do" in again
