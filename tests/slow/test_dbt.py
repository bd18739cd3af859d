"""dbt_like_sql is a dbt project: real dbt builds it and finds the same tables."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from chatclone_dagster import lake
from chatclone_dagster.home import bundled
from chatclone_dagster.sql_models import Project
from tests.conftest import write_sample_home
from tests.history import make_history

PINS = ("dbt-core==1.10.23", "dbt-duckdb==1.10.1", "duckdb==2.0.0")


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """dbt in an environment of its own: it would not resolve beside everything else."""
    folder = tmp_path_factory.mktemp("dbt")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([str(scripts / "python"), "-m", "pip", "install", "--quiet", *PINS], check=True)
    return scripts / "dbt"


def test_dbt_builds_the_same_tables(dbt: Path, tmp_path: Path, tiny_base: Path) -> None:
    home = write_sample_home(tmp_path / "home", tiny_base)
    make_history(home)
    models = Project.of(home.settings).models

    project = Path(shutil.copytree(bundled("dbt_like_sql"), tmp_path / "dbt"))
    database = tmp_path / "dbt.duckdb"
    environment = {
        **os.environ,
        "CHATCLONE_LAKE": home.lake.as_posix(),
        "CHATCLONE_DBT_DATABASE": database.as_posix(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    variables = "{session_gap_minutes: 180, zone: Europe/Berlin}"
    command = [str(dbt), "build", "--project-dir", str(project), "--profiles-dir", str(project), "--vars", variables]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    tests = sum(len(model.tests) for model in models.values())
    assert f"{len(models)} table models, {tests} data tests" in done.stdout.replace(
        f"{tests} data tests, {len(models)} table models", f"{len(models)} table models, {tests} data tests"
    )

    with duckdb.connect(str(database), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        for name in models:
            ours = tmp_path / f"{name}.parquet"
            con.execute(f"copy \"{name}\" to '{ours.as_posix()}' (format parquet)")
            assert lake.version(ours) == lake.version(home.table(name)), name
            assert pl.read_parquet(ours).height > 0
