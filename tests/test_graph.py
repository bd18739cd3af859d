"""The Dagster graph: its shape, a whole run on the sample exports, and what an edit makes stale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from mlflow import MlflowClient

from chatclone_dagster import warehouse
from chatclone_dagster.cli.progress import bring_up_to_date
from chatclone_dagster.defs import definitions, jobs
from chatclone_dagster.defs.plan import Plan, observe, plan
from chatclone_dagster.evaluation.evaluate import Evaluation
from chatclone_dagster.home import Home, bundled
from chatclone_dagster.training.package import newest, read_manifest
from tests.conftest import ROOT, write_sample_home

SNAPSHOT = Path(__file__).parent / "snapshots" / "asset_graph.txt"


@pytest.fixture(scope="module")
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


def planned(home: Home, instance: dg.DagsterInstance) -> Plan:
    observe(home, instance)
    return plan(definitions(home), instance, ["me"])


def plan_with_reasons(home: Home, instance: dg.DagsterInstance) -> tuple[dict[str, str], set[str]]:
    found = planned(home, instance)
    return {str(step): step.why for step in found.steps}, {str(step) for step in found.then}


def names(found: Plan) -> tuple[set[str], set[str]]:
    return {str(step) for step in found.steps}, {str(step) for step in found.then}


def test_the_graph_is_the_one_that_is_drawn(tmp_path: Path) -> None:
    """The snapshot shows every asset with its group, partitions, checks and what it is made from."""
    graph = definitions(Home(tmp_path)).resolve_asset_graph()
    lines = []
    for key in sorted(graph.get_all_asset_keys(), key=dg.AssetKey.to_user_string):
        node = graph.get(key)
        checks = sorted(check.name for check in graph.get_check_keys_for_assets({key}))
        lines.append(f"{key.to_user_string()} [{node.group_name}]{' by persona' if node.is_partitioned else ''}")
        lines += [
            f"  <- {parent.to_user_string()}" for parent in sorted(node.parent_keys, key=dg.AssetKey.to_user_string)
        ]
        lines += [f"  ? {name}" for name in checks]
    text = "\n".join(lines) + "\n"
    if os.environ.get("CHATCLONE_UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8"), "run with CHATCLONE_UPDATE_SNAPSHOTS=1 if the change is meant"


def test_every_asset_has_a_version_and_says_what_it_is(tmp_path: Path) -> None:
    graph = definitions(Home(tmp_path)).resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.code_version or not node.is_materializable, key


def test_the_code_location_loads_as_the_ui_loads_it(first_home: Home) -> None:
    environment = {**os.environ, "CHATCLONE_HOME": str(first_home.root), "DAGSTER_HOME": str(first_home.dagster)}
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(ROOT / "workspace.yaml")]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_one_run_makes_everything_and_a_second_one_finds_nothing_to_do(
    home: Home, instance: dg.DagsterInstance
) -> None:
    found = planned(home, instance)
    assert not found.steps
    assert not found.then
    for name in ("messages", "messages_safe", "turns", "conversation_pairs", "people", "texting_habits"):
        assert pl.read_parquet(home.table(name)).height > 0, name
    tables_ = {row[0] for row in warehouse.query(home, "show tables")[1]}
    assert {"training_dataset", "training_pairs", "ledger", "messages_safe", "people"} <= tables_
    evaluation = Evaluation.model_validate_json(home.document("evaluation.json", "me").read_text(encoding="utf-8"))
    assert evaluation.gain_low > 0, "even a tiny model learns something"
    assert evaluation.verdict.split(":")[0] in home.document("clone_card.html", "me").read_text(encoding="utf-8")


def test_runs_lead_from_dagster_to_mlflow_and_back(home: Home, instance: dg.DagsterInstance) -> None:
    manifest = read_manifest(newest(home, "me"))
    client = MlflowClient(tracking_uri=f"sqlite:///{home.root / 'mlflow.db'}")
    run = client.get_run(manifest.mlflow_run or "")
    assert run.info.status == "FINISHED"
    assert "test_clone_bits_per_byte" in run.data.metrics
    event = instance.get_latest_materialization_event(dg.AssetKey("adapter"))
    assert event is not None
    made = event.asset_materialization
    assert made is not None
    assert str(made.metadata["mlflow run"].value).endswith(f"/runs/{manifest.mlflow_run}")
    assert run.data.tags["dagster_run"].endswith(event.run_id)
    artifacts = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert artifacts == {"adapter", "evaluation", "card"}


def test_no_message_text_reaches_dagster(home: Home, instance: dg.DagsterInstance) -> None:
    """Dagster keeps what assets report for ever: counts and names of columns, never words."""
    texts = pl.read_parquet(home.table("messages")).filter(pl.col("text").str.len_chars() > 25)["text"].to_list()
    stored = b"".join(path.read_bytes() for path in home.dagster.rglob("*.db"))
    assert len(stored) > 10_000
    assert not [text for text in texts if text.encode() in stored]


def test_touching_a_file_makes_nothing_stale(home: Home, instance: dg.DagsterInstance) -> None:
    for path in home.exports.rglob("*"):
        os.utime(path)
    assert not planned(home, instance).steps


def test_one_edited_message_is_followed_as_far_as_it_may_go(home: Home, instance: dg.DagsterInstance) -> None:
    path = home.exports / "whatsapp/WhatsApp Chat with Jonas Weber.txt"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[400] = lines[400].replace(": ", ": not ", 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    now, then = names(planned(home, instance))
    assert now == {"exports"}
    assert {"raw/whatsapp", "messages", "turns", "training_dataset of me", "adapter of me", "clone_card of me"} <= then
    assert not {"recipe of me", "base_model of me"} & then


def test_a_file_nobody_reads_stops_at_the_first_stage(home: Home, instance: dg.DagsterInstance) -> None:
    before = instance.get_latest_materialization_event(dg.AssetKey("messages"))
    (home.exports / "letter.txt").write_text("Dear Bo,\n\nhow are you?\n")
    assert bring_up_to_date(home, "me")
    after = instance.get_latest_materialization_event(dg.AssetKey("messages"))
    assert before is not None
    assert after is not None
    assert before.run_id == after.run_id, "the same rows were read, so nothing behind them ran"
    assert not planned(home, instance).steps


def test_one_edited_sql_model_is_stale_with_what_reads_it(
    home: Home, instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(shutil.copytree(bundled("dbt_like_sql"), tmp_path / "sql"))
    monkeypatch.setattr("chatclone_dagster.sql_models.bundled", lambda _: copy)
    path = copy / "models/intermediate/sessions.sql"
    path.write_text(
        path.read_text(encoding="utf-8").replace("count(*) as messages", "count(*) + 0 as messages"), encoding="utf-8"
    )
    now, then = names(planned(home, instance))
    assert now == {"sessions"}
    assert then == {"conversations", "who_texts_first", "texting_profile of me", "warehouse"}
    assert bring_up_to_date(home, "me")
    assert not planned(home, instance).steps, "the same sessions came out, so the warehouse did not run"
    path = copy / "models/intermediate/conversation_pairs.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("'adjacent'", "'next'"), encoding="utf-8")
    now, then = names(planned(home, instance))
    assert now == {"conversation_pairs"}
    assert {"training_dataset of me", "adapter of me", "clone_card of me"} <= then


def test_an_edited_recipe_retrains_and_reads_nothing_anew(home: Home, instance: dg.DagsterInstance) -> None:
    path = home.root / "tiny.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("rank: 4", "rank: 2"), encoding="utf-8")
    now, then = names(planned(home, instance))
    assert now == {"recipe of me"}
    assert then == {"adapter of me", "evaluation of me", "clone_card of me"}


def test_a_lost_table_is_made_again(home: Home, instance: dg.DagsterInstance) -> None:
    home.table("people").unlink()
    home.document("clone_card.html", "me").unlink()
    assert names(planned(home, instance))[0] == {"people", "clone_card of me"}
    shutil.rmtree(home.adapters)
    assert names(planned(home, instance))[0] == {"people", "adapter of me"}


def test_another_person_behind_a_persona_is_another_dataset(home: Home, instance: dg.DagsterInstance) -> None:
    consent = {"by": "Jonas Weber", "date": date(2026, 1, 31), "how": "in writing"}
    home.change(personas__me__who="Jonas Weber", personas__me__consent=consent)
    assert names(planned(home, instance))[0] == {"training_dataset of me"}


def test_a_row_that_is_not_accounted_for_stops_the_line(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chatclone_dagster.messages import clean as room  # noqa: PLC0415

    whole = room.clean

    def careless(*args: object) -> room.Cleaned:
        made = whole(*args)  # type: ignore[arg-type]
        return replace(made, ledger=made.ledger[1:])

    monkeypatch.setattr("chatclone_dagster.defs.messages.clean", careless)
    home.table("messages").unlink()
    safe = instance.get_latest_materialization_event(dg.AssetKey("messages_safe"))
    assert not bring_up_to_date(home, "me")
    again = instance.get_latest_materialization_event(dg.AssetKey("messages_safe"))
    assert safe is not None
    assert again is not None
    assert safe.run_id == again.run_id
    now, then = plan_with_reasons(home, instance)
    assert now["ledger_messages"] == "its check every_row_accounted_for failed"
    assert "training_dataset of me" in then, "and nothing is built on it the next time either"
    monkeypatch.undo()
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster))
    assert bring_up_to_date(home, "me")
    assert not planned(home, instance).steps


def test_the_jobs_cover_the_graph_between_them(tmp_path: Path) -> None:
    defs = definitions(Home(tmp_path))
    graph = defs.resolve_asset_graph()
    covered = [defs.resolve_job_def(name).asset_layer.selected_asset_keys for name in ("ingest_job", "retrain_job")]
    assert covered[0] | covered[1] == graph.materializable_asset_keys
    assert not covered[0] & covered[1]


def test_ingest_job_runs_from_the_ui(home: Home, instance: dg.DagsterInstance) -> None:
    result = definitions(home).resolve_job_def("ingest_job").execute_in_process(instance=instance)
    assert result.success
    assert len(result.get_asset_materialization_events()) >= 20


def test_the_week_retrains_only_whom_something_concerns(home: Home, instance: dg.DagsterInstance) -> None:
    observe(home, instance)

    def tick() -> list[object]:
        schedule = jobs.weekly(home)
        with dg.build_schedule_context(instance=instance) as context:
            ticked: Any = schedule(context)
            return list(ticked)

    (skipped,) = tick()
    assert isinstance(skipped, dg.SkipReason)
    home.document("clone_card.html", "me").unlink()
    (request,) = tick()
    assert isinstance(request, dg.RunRequest)
    assert request.asset_selection == [dg.AssetKey("clone_card")]
    (home.root / "tiny.yaml").write_text((home.root / "tiny.yaml").read_text().replace("rank: 4", "rank: 3"))
    (request,) = tick()
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == "me"
    assert {dg.AssetKey(name) for name in ("recipe", "adapter", "evaluation")} < set(request.asset_selection or [])


def test_the_sensor_runs_on_new_exports_and_on_nothing_else(home: Home, instance: dg.DagsterInstance) -> None:
    def tick(cursor: str | None) -> dg.SensorResult | dg.SkipReason:
        with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
            return jobs.new_exports(home)(context)  # type: ignore[return-value]

    first = tick(None)
    assert isinstance(first, dg.SensorResult)
    assert len(first.run_requests or []) == 1
    assert isinstance(tick(first.cursor), dg.SkipReason)
    (home.exports / "more.txt").write_text("01/02/2024, 10:00 - Bo: hi\n01/02/2024, 10:01 - Mira: hey\n")
    second = tick(first.cursor)
    assert isinstance(second, dg.SensorResult)
    (home.exports / "more.txt").unlink()
    third = tick(second.cursor)
    assert isinstance(third, dg.SensorResult), "back to what it was is a change, too"
    keys = [request.run_key for result in (first, second, third) for request in result.run_requests or []]
    assert keys == [None] * 3, "Dagster skips a run whose key it has seen"
