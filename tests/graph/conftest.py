"""The sample exports brought up to date once, and copies of that home to be spoilt."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from chatclone_dagster.cli.progress import bring_up_to_date
from chatclone_dagster.home import Home
from tests.conftest import write_sample_home


@pytest.fixture(scope="session")
def first_home(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Home:
    """The sample exports, brought up to date once."""
    home = write_sample_home(tmp_path_factory.mktemp("graph") / "home", tiny_base)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home.dagster))
        assert bring_up_to_date(home, "me")
    return home


@pytest.fixture
def home(first_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of that home, to be spoilt."""
    copy = Home(Path(shutil.copytree(first_home.root, tmp_path / "home")))
    monkeypatch.setenv("DAGSTER_HOME", str(copy.dagster))
    return copy


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as found:
        yield found
