"""What is stale, by Dagster's own records, and how to bring it up to date. CLI, jobs and schedules all ask here.

An asset is stale if it was never made, its code version changed, a data version it was made from did, its file is gone,
or it failed a blocking check when it was last made. Dagster tells that of each asset by itself; whether what lies
behind it will change is known only once it has run. So the plan runs in waves: what is stale now, then what became
stale by that, until nothing is. A stage whose output turns out the same (a touched file, a reworded export) stops the
wave there, and nothing is retrained.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from dagster._core.asset_graph_view.asset_graph_view import AssetGraphView
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.definitions.temporal_context import TemporalContext
from dagster._core.event_api import PartitionKeyFilter
from dagster._time import get_current_datetime

from chatclone_dagster.defs.exports import FOLDER, RAW, folder_seen, raw_key
from chatclone_dagster.defs.resources import PERSONA
from chatclone_dagster.home import Home

# Dagster shows staleness in its UI but exports no function for it; the resolver imported above is what the UI asks.


@dataclass(frozen=True, slots=True)
class Step:
    """An asset (of one persona, or of nobody's in particular) to be made anew, and why."""

    key: dg.AssetKey
    persona: str | None
    why: str

    def __str__(self) -> str:
        """`adapter of me`, or `messages`."""
        name = self.key.to_user_string()
        return name if self.persona is None else f"{name} of {self.persona}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is stale now (`steps`, in the order of the graph), and what may become so by it (`then`)."""

    steps: tuple[Step, ...]
    then: tuple[Step, ...]

    def wave(self) -> tuple[str | None, tuple[dg.AssetKey, ...]]:
        """What can run at once: (persona, assets); everybody's assets come before a persona's."""
        persona = min({step.persona for step in self.steps}, key=lambda p: (p is not None, p or ""))
        return persona, tuple(step.key for step in self.steps if step.persona == persona)


def observe(home: Home, instance: dg.DagsterInstance) -> None:
    """Look into the exports folder, and tell Dagster if something else lies there than last time."""
    seen = folder_seen(home)
    event = instance.get_latest_materialization_event(FOLDER)
    last = event.asset_materialization if event else None
    if last is None or last.tags != seen.tags:
        instance.report_runless_asset_event(seen)


def plan(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    personas: Sequence[str],
    source: str | None = None,
    until: str | None = None,
) -> Plan:
    """Ask Dagster what is stale, for everybody's assets and those of the given personas.

    With `source` the other readers' assets count as up to date, whatever lies in the exports folder. With `until` only that
    asset and what it is made from are asked about.
    """
    graph = definitions.resolve_asset_graph()
    asked = graph.get_all_asset_keys()
    if until:
        asked = dg.AssetSelection.keys(until).upstream().required_multi_asset_neighbors().resolve(graph)
    now = TemporalContext(effective_dt=get_current_datetime(), last_event_id=None)
    view = AssetGraphView(temporal_context=now, instance=instance, asset_graph=graph)
    resolver = CachingStaleStatusResolver(instance, graph, view)
    resolver.instance_queryer.prefetch_asset_records(asked)  # one query instead of one an asset
    failed = _failed_checks(instance, graph, asked, personas)
    stale: dict[tuple[dg.AssetKey, str | None], Step] = {}
    ready: list[Step] = []
    then: list[Step] = []
    for key in graph.toposorted_asset_keys:
        node = graph.get(key)
        if key not in asked or not node.is_materializable or (source and key.path[0] == RAW and key != raw_key(source)):
            continue
        for persona in personas if node.is_partitioned else (None,):
            before = [(parent, part) for parent in node.parent_keys for part in (persona, None)]
            waits = [stale[parent] for parent in before if parent in stale]
            # Assets that one function makes are made together: any of them stale is all of them stale.
            together = sorted(node.execution_set_asset_keys, key=lambda k: (k != key, k))
            why = next((w for k in together if (w := _why(resolver, graph, failed, k, persona))), None)
            if why and all(step in ready for step in waits):
                step = Step(key, persona, why)
                ready.append(step)
            elif why or waits:
                step = Step(key, persona, why or f"if {waits[0]} changes")
                then.append(step)
            else:
                continue
            stale[key, persona] = step
    return Plan(tuple(ready), tuple(then))


def _why(
    resolver: CachingStaleStatusResolver,
    graph: AssetGraph,
    failed: Mapping[tuple[dg.AssetKey, str | None], str],
    key: dg.AssetKey,
    persona: str | None,
) -> str | None:
    """Why an asset is to be made anew, in a few words; None if it is not."""
    status = resolver.get_status(key, persona)
    if status == StaleStatus.MISSING:
        return "never made"
    if status == StaleStatus.STALE:
        causes = [
            f"{cause.dependency.asset_key.to_user_string()} changed" if cause.dependency else "new code or settings"
            for cause in resolver.get_stale_causes(key, persona)
        ]
        return ", ".join(dict.fromkeys(causes))
    path = graph.get(key).metadata.get("path")
    if isinstance(path, dg.PathMetadataValue) and not Path((path.path or "").replace(PERSONA, persona or "")).exists():
        return "its file is gone"
    check = failed.get((key, persona))
    return f"its check {check} failed" if check else None


def _failed_checks(
    instance: dg.DagsterInstance, graph: AssetGraph, asked: Collection[dg.AssetKey], personas: Sequence[str]
) -> dict[tuple[dg.AssetKey, str | None], str]:
    """The blocking check that each asset failed when it was last made: nothing may be built on it."""
    checks = [check for check in graph.get_check_keys_for_assets(set(asked)) if graph.get(check).blocking]
    failed: dict[tuple[dg.AssetKey, str | None], str] = {}
    for persona in (None, *personas):
        of_persona = PartitionKeyFilter(key=persona)
        latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(checks, of_persona)
        for check, record in latest.items():
            if record.status.value == "FAILED":
                name = failed.get((check.asset_key, persona), check.name)
                failed[check.asset_key, persona] = min(name, check.name)
    return failed
