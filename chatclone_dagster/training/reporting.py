"""What a training run tells while it lasts and when it is done: to whoever started it, to MLflow and to Dagster."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dagster_pipes import PipesContext
from transformers import TrainerCallback

from chatclone_dagster.training.package import Manifest
from chatclone_dagster.training.tracking import Tracker

Say = Callable[[str], None]


class Progress(TrainerCallback):
    """Tells how far training is, and hands the curves to MLflow once an epoch."""

    def __init__(self, say: Say, tracker: Tracker, run: str) -> None:
        """Report through `say`, record in `run`."""
        self.say, self.tracker, self.run = say, tracker, run
        self.waiting: list[tuple[str, float, int]] = []

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        """Gather the numbers of a log line."""
        numbers = {key: float(value) for key, value in (logs or {}).items() if isinstance(value, int | float)}
        self.waiting += [(key, value, state.global_step) for key, value in numbers.items()]
        if "eval_loss" in numbers:
            self.say(f"epoch {state.epoch:.0f}: validation loss {numbers['eval_loss']:.3f}")
        elif "loss" in numbers:
            self.say(f"step {state.global_step} of {state.max_steps}: loss {numbers['loss']:.3f}")

    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Send what was gathered."""
        self.send()

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Send the rest."""
        self.send()

    def send(self) -> None:
        """Record what was gathered since the last time."""
        self.tracker.metrics(self.run, self.waiting)
        self.waiting.clear()


def write_output_to(path: Path) -> None:
    """Keep what libraries print in a file beside the adapter: Pipes tells Dagster all it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    log = path.open("a", encoding="utf-8")
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)


def tell_dagster(pipes: PipesContext, folder: Path, manifest: Manifest, tracker: Tracker) -> None:
    """Report the adapter in a folder as materialized, with what it was made from and a link to its run."""
    pipes.report_asset_materialization(
        data_version=manifest.adapter_version,
        metadata={
            "folder": {"raw_value": str(folder), "type": "path"},
            "mlflow run": {"raw_value": tracker.url(manifest.mlflow_run or ""), "type": "url"},
            "base": manifest.base.name,
            "recipe": manifest.recipe.name,
            "dataset version": manifest.dataset_version,
            "steps": manifest.steps,
            "epochs": manifest.epochs,
            "validation loss": manifest.validation_loss,
        },
    )
