"""Training: a persona's recipe, and the adapter made by it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from chatclone_dagster import lake, training
from chatclone_dagster.datasets import formats, tokens
from chatclone_dagster.defs.resources import (
    PERSONA,
    MlflowResource,
    file,
    person_of,
    personas,
    plain_errors,
    settings_or_defaults,
)
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.privacy.consent import permitted
from chatclone_dagster.settings import Persona
from chatclone_dagster.training.base_models import find_base
from chatclone_dagster.training.package import Manifest, make_newest
from chatclone_dagster.training.recipes import load_recipe
from chatclone_dagster.versions import code_version

GROUP = "personas"
WEBSERVER = "http://127.0.0.1:3000"  # where `make ui` serves; the links in MLflow point there
SCRIPT = Path(training.__file__ or "").with_name("sft.py")


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """recipe and adapter, a partition each persona."""
    settings = settings_or_defaults(home)
    version = code_version(SCRIPT, tokens, formats)

    @dg.asset(
        partitions_def=personas(home),
        group_name=GROUP,
        kinds={"yaml"},
        # All personas' recipes are in the version, each one's own in its data version: after an edit this asset runs
        # for everybody (at once), and training only for the persona it concerns.
        code_version=code_version({key: _recipe_or_fault(home, p) for key, p in settings.all_personas.items()}),
        description="How a persona's adapter is trained.",
    )
    def recipe(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            found = load_recipe(permitted(home, context.partition_key), home.root)
            return dg.MaterializeResult(
                data_version=dg.DataVersion(code_version(found.model_dump())),
                metadata={"recipe": dg.MetadataValue.json(found.model_dump())},
            )

    @dg.asset(
        deps=["training_dataset", "base_model", recipe],
        partitions_def=personas(home),
        group_name=GROUP,
        kinds={"pytorch", "mlflow"},
        code_version=version,
        metadata=file(home.adapters / PERSONA),
        description="A LoRA adapter that texts like the persona, with tokenizer and manifest; trained through Pipes.",
    )
    def adapter(
        context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient, mlflow: MlflowResource
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
        with plain_errors(home):
            manifest = _manifest(home, context.partition_key, version)
            out = home.adapter(manifest.persona, manifest.key)
            job = _job(home, manifest, out, mlflow, context.run.run_id)
            done = pipes.run(context=context, command=[sys.executable, "-m", f"{training.__name__}.sft", str(job)])
            make_newest(home, manifest.persona, out)
            yield from done.get_results()

    return [recipe, adapter]


def _job(home: Home, manifest: Manifest, out: Path, mlflow: MlflowResource, run_id: str) -> Path:
    """Write down what the training script is to do, beside where it will put the adapter."""
    job = {
        "manifest": manifest.model_dump(),
        "windows": str(home.table("training_dataset", manifest.persona)),
        "out": str(out),
        "work": str(out.with_name(f".{manifest.key}.work")),
        "tracking_uri": mlflow.tracking_uri,
        "artifacts": mlflow.artifacts,
        "tags": {
            "dagster_run": f"{WEBSERVER}/runs/{run_id}",
            "dagster_asset": f"{WEBSERVER}/assets/adapter?partition={manifest.persona}",
            "persona": manifest.persona,
        },
    }
    path = out.with_name(f"{manifest.key}.job.json")
    with lake.replacing(path) as aside:
        aside.write_text(json.dumps(job, indent=2), encoding="utf-8")
    return path


def _manifest(home: Home, persona: str, version: str) -> Manifest:
    """What the adapter is made from."""
    settings = permitted(home, persona)
    person = person_of(home, persona)
    return Manifest(
        persona=persona,
        persona_name=person.name,
        base=find_base(settings.base),
        recipe=load_recipe(settings, home.root),
        dataset_version=lake.version(home.table("training_dataset", persona)),
        code_version=version,
        window_tokens=home.settings.dataset.window_tokens,
    )


def _recipe_or_fault(home: Home, persona: Persona) -> str:
    """A persona's recipe as text, or what is wrong with it: the asset itself will say so, the graph still loads."""
    try:
        return load_recipe(persona, home.root).model_dump_json()
    except UserError as fault:
        return str(fault)
