"""Jobs of the graph: by hand from the UI, once a week, and when exports come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg

from chatclone_dagster.defs import definitions, jobs
from chatclone_dagster.defs.plan import observe
from chatclone_dagster.home import Home


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
