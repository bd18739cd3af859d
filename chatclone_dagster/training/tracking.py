"""The record of runs in MLflow: one run for an adapter, from its parameters to its evaluation.

Metrics go in batches (200 single calls take 4.2 s, one batch of 50 takes 0.08 s), adapters as plain artifacts: MLflow's
transformers flavour saves a PEFT model on a local base under names that reload as random weights, without an error.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "chatclone"
LOCAL_SERVER = "http://127.0.0.1:5000"
_AT_ONCE = 500  # MLflow takes up to 1,000 metrics and 100 parameters in a call


@dataclass(frozen=True)
class Tracker:
    """Where runs are recorded. `artifacts` is the folder for the home's own database; a shared server has its own."""

    uri: str
    artifacts: Path | None = None

    @cached_property
    def client(self) -> MlflowClient:
        """MLflow's client; the database is made on first use."""
        logging.getLogger("alembic").setLevel(logging.WARNING)  # creating the database is no news
        from mlflow import MlflowClient  # noqa: PLC0415  3 s to import

        return MlflowClient(tracking_uri=self.uri)

    @cached_property
    def experiment(self) -> str:
        """The id of the experiment all runs are in."""
        known = self.client.get_experiment_by_name(EXPERIMENT)
        if known is not None:
            return str(known.experiment_id)
        root = self.artifacts.as_uri() if self.artifacts and self.uri.startswith("sqlite:") else None
        return str(self.client.create_experiment(EXPERIMENT, artifact_location=root))

    def start(self, name: str, parameters: Mapping[str, Any], tags: Mapping[str, str]) -> str:
        """Open a run and return its id."""
        from mlflow.entities import Param  # noqa: PLC0415

        run = self.client.create_run(self.experiment, run_name=name, tags=dict(tags))
        written = [Param(key, str(value)[:6000]) for key, value in parameters.items()]
        self.client.log_batch(run.info.run_id, params=written)
        return str(run.info.run_id)

    def metrics(self, run: str, values: Iterable[tuple[str, float, int]]) -> None:
        """Record (name, value, step) triples."""
        from mlflow.entities import Metric  # noqa: PLC0415

        now = int(time() * 1000)
        metrics = [Metric(name, value, now, step) for name, value, step in values]
        for at in range(0, len(metrics), _AT_ONCE):
            self.client.log_batch(run, metrics=metrics[at : at + _AT_ONCE])

    def keep(self, run: str, path: Path, under: str) -> None:
        """Record a file or a folder as artifacts."""
        if path.is_dir():
            self.client.log_artifacts(run, str(path), under)
        else:
            self.client.log_artifact(run, str(path), under)

    def register(self, model: str, run: str, under: str, alias: str) -> str:
        """Register a run's artifacts as the next version of a model, under an alias; return the version."""
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        with suppress(MlflowException):  # it is there already
            self.client.create_registered_model(model)
        source = f"{self.client.get_run(run).info.artifact_uri}/{under}"
        version = str(self.client.create_model_version(model, source=source, run_id=run).version)
        self.client.set_registered_model_alias(model, alias, version)
        return version

    def runs_of(self, persona: str) -> list[str]:
        """The ids of a persona's runs."""
        found = self.client.search_runs([self.experiment], f"tags.persona = '{persona}'", max_results=50_000)
        return [str(run.info.run_id) for run in found]

    def discard(self, run: str, *under: str) -> None:
        """Delete artifacts of a run, where they are: those recorded under some names, or all if none is given."""
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository  # noqa: PLC0415

        kept = get_artifact_repository(str(self.client.get_run(run).info.artifact_uri))
        there = {file.path for file in kept.list_artifacts()}
        for name in there.intersection(under) if under else there:
            kept.delete_artifacts(name)  # type: ignore[no-untyped-call]

    def unregister(self, run: str) -> None:
        """Take a run's versions out of the models they are registered under."""
        for version in self.client.search_model_versions(f"run_id = '{run}'"):
            self.client.delete_model_version(version.name, version.version)
            if not self.client.search_model_versions(f"name = '{version.name}'"):
                self.client.delete_registered_model(version.name)

    def remove(self, run: str) -> None:
        """Delete a run with all that was recorded of it."""
        self.discard(run)
        self.unregister(run)
        self.client.delete_run(run)

    def end(self, run: str, *, failed: bool = False) -> None:
        """Close a run."""
        self.client.set_terminated(run, "FAILED" if failed else "FINISHED")

    def tag(self, run: str, tags: Mapping[str, str]) -> None:
        """Write tags on a run."""
        for key, value in tags.items():
            self.client.set_tag(run, key, value)

    def url(self, run: str) -> str:
        """Where a run can be looked at: on the tracking server, or on the one `chatclone mlflow` starts."""
        server = self.uri.rstrip("/") if self.uri.startswith("http") else LOCAL_SERVER
        return f"{server}/#/experiments/{self.experiment}/runs/{run}"
