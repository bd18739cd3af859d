"""The Dagster graph: its shape, how it loads, and a whole run on the sample exports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import polars as pl
from mlflow import MlflowClient

from chatclone_dagster import warehouse
from chatclone_dagster.defs import definitions
from chatclone_dagster.evaluation.evaluate import Evaluation
from chatclone_dagster.home import Home
from chatclone_dagster.training.package import newest, read_manifest
from tests.conftest import ROOT
from tests.graph.planning import planned

SNAPSHOT = ROOT / "tests/snapshots/asset_graph.txt"


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
