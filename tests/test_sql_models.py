"""The SQL project: what it refuses, what changes a version, what is built again, and how its tests count."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from chatclone_dagster import warehouse
from chatclone_dagster.home import Home, bundled
from chatclone_dagster.settings import Sessions, Settings
from chatclone_dagster.sql_models import Project
from chatclone_dagster.sql_tests import ModelError
from tests.history import ANN, built


def test_the_order_of_rows_does_not_change_a_version(tmp_path: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b", "at": "1 12:01"})
    model = Project.of(ANN).models["stg_messages"]
    before = warehouse.build(home, model)
    pl.read_parquet(home.table("messages_safe")).reverse().write_parquet(home.table("messages_safe"))
    assert warehouse.build(home, model) == before


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the SQL project that a test may spoil."""
    return Path(shutil.copytree(bundled("dbt_like_sql"), tmp_path / "sql"))


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        (
            "models/marts/people.sql",
            "select * from {{ ref('peple') }}",
            r"models/marts/people.sql: ref\('peple'\) is no model",
        ),
        ("models/marts/extra.sql", "select 1", "models/marts/extra.sql: no .yml describes the model"),
        (
            "models/marts/extra.yml",
            "models: [{name: extra}]",
            "extra.yml: describes 'extra', of which there is no extra.sql",
        ),
        ("models/marts/extra.yml", "models: [extra]", "models/marts/extra.yml: is not laid out as dbt has it"),
        ("models/marts/people.sql", "select * from {{ ref('people') }}", "in a circle: people -> people"),
        (
            "models/marts/people.sql",
            "select * from {{ source('lake', 'x') }}",
            r"source\('lake', 'x'\) is in no sources.yml",
        ),
        ("models/marts/people.sql", "select {{ oops }}", "models/marts/people.sql: 'oops' is undefined"),
        ("models/marts/people.sql", "select {{ var('x') }}", "there is no variable 'x' in dbt_project.yml"),
        ("models/intermediate/turns.sql", "select * from {{ ref('people') }}", "in a circle: .*people"),
        ("models/marts/people.yml", "models: [", "models/marts/people.yml"),
        ("tests/t.sql", "select 1", "tests/t.sql: a test must ref"),
        ("tests/t.sql", "select 1 from {{ ref('people') }}, {{ ref('sessions') }}", "is not built after"),
        (
            "models/marts/people.yml",
            "models: [{name: people, columns: [{name: a, data_tests: [shiny]}]}]",
            "people.yml: 'shiny' is no test",
        ),
        (
            "models/marts/people.yml",
            "models: [{name: people, columns: [{name: a, data_tests: [accepted_values: {}]}]}]",
            "people.yml: the test accepted_values of a says no 'values'",
        ),
        (
            "models/marts/people.yml",
            "models: [{name: people, data_tests: [unique]}]",
            "people.yml: the test unique of the model says no 'column_name'",
        ),
        (
            "models/marts/people.yml",
            "models: [{name: people, columns: [{name: a, data_tests: [relationships: {to: ref('who'), field: b}]}]}]",
            "test relationships_a: people is not built after 'who'",
        ),
        ("tests/t.sql", "select 1 from {{ ref('peple') }}", r"tests/t.sql: ref\('peple'\) is no model"),
    ],
)
def test_a_wrong_model_is_a_clear_error(project: Path, file: str, text: str, fault: str) -> None:
    (project / file).write_text(text)
    with pytest.raises(ModelError, match=fault):
        _ = Project.of(ANN, project).models


def test_what_is_skipped_and_what_cuts_reaches_the_models_that_say_so() -> None:
    one, two = (Project.of(Settings(sessions=Sessions(kinds=kinds))).models for kinds in ({}, {"voice": "cut"}))
    assert {name for name in one if one[name].version != two[name].version} == {"stg_messages"}


def test_a_variable_changes_only_the_models_that_use_it() -> None:
    one, two = (Project.of(Settings(sessions=Sessions(gap_minutes=gap))).models for gap in (60, 90))
    assert {name for name in one if one[name].version != two[name].version} == {"session_messages"}


@pytest.mark.parametrize(
    ("test", "failing"),
    [
        ("not_null", 1),
        ("unique", 1),
        ("accepted_values: {arguments: {values: [a, it's]}}", 1),
        ("relationships: {arguments: {to: ref('parent'), field: a}}", 2),
    ],
)
def test_a_generic_test_counts_the_rows_that_fail_it(tmp_path: Path, test: str, failing: int) -> None:
    folder = tmp_path / "sql"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: small")
    (folder / "models/parent.sql").write_text("select 'a' as a")
    (folder / "models/child.sql").write_text(
        "select * from (values ('a'), ('a'), ('b'), ('it''s'), (null)) as t (a) where exists (from {{ ref('parent') }})"
    )
    (folder / "models/all.yml").write_text(
        f"models: [{{name: parent}}, {{name: child, columns: [{{name: a, data_tests: [{test}]}}]}}]"
    )
    home = Home(tmp_path / "home")
    home.create()
    models = Project(folder).models
    assert sorted(warehouse.build_all(home, models)) == ["child", "parent"]
    (found,) = models["child"].tests
    assert warehouse.failures(home, models["child"], found)[0] == failing


def test_only_what_changed_is_built_again(tmp_path: Path, project: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b", "at": "1 12:01"})
    everything = set(Project.of(ANN, project).models)
    stamps = {name: home.table(name).stat().st_mtime_ns for name in everything}
    assert warehouse.build_all(home, Project.of(ANN, project).models) == []
    assert {name: home.table(name).stat().st_mtime_ns for name in everything} == stamps

    sql = project / "models/intermediate/sessions.sql"
    sql.write_text(sql.read_text().replace("count(*) as messages", "count(*) + 0 as messages"))
    assert warehouse.build_all(home, Project.of(ANN, project).models) == ["sessions"], "the same came out of it"

    safe = home.table("messages_safe")
    pl.read_parquet(safe).reverse().write_parquet(safe)
    assert warehouse.build_all(home, Project.of(ANN, project).models) == [], "other bytes, the same rows"
    pl.read_parquet(safe).with_columns(text=pl.col("text") + "!").write_parquet(safe)
    assert {"stg_messages", "texts", "texting_habits"} <= set(
        warehouse.build_all(home, Project.of(ANN, project).models)
    )
    home.table("emoji").unlink()
    assert warehouse.build_all(home, Project.of(ANN, project).models) == ["emoji"]


def test_a_model_that_fails_leaves_its_table_and_stops_what_reads_it(tmp_path: Path, project: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b", "at": "1 12:01"})
    before = home.table("turns").read_bytes()
    sql = project / "models/intermediate/turns.sql"
    sql.write_text(sql.read_text().replace("min(sent_at)", "nothing(sent_at)"))
    bursts = home.table("bursts").stat().st_mtime_ns
    with pytest.raises(duckdb.Error, match="nothing"):
        warehouse.build_all(home, Project.of(ANN, project).models)
    assert home.table("turns").read_bytes() == before
    assert home.table("bursts").stat().st_mtime_ns == bursts
    assert not [path for path in home.lake.iterdir() if path.name.startswith(".turns")]


def test_every_column_is_described_and_every_description_is_a_column(tmp_path: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b"})
    for model in Project.of(ANN).models.values():
        assert list(model.columns) == list(pl.read_parquet_schema(home.table(model.name))), model.name
        assert model.description.startswith("One row per"), model.name
        assert all(model.columns.values()), model.name
