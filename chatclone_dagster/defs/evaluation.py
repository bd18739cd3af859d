"""Evaluation: what an adapter is worth, in numbers and on the card."""

import dagster as dg
import polars as pl

from chatclone_dagster import lake
from chatclone_dagster.defs.resources import PERSONA, MlflowResource, check, file, personas, plain_errors
from chatclone_dagster.evaluation import card, likelihood, memorization, style
from chatclone_dagster.evaluation import evaluate as module
from chatclone_dagster.evaluation.evaluate import Evaluation, evaluate
from chatclone_dagster.home import Home
from chatclone_dagster.privacy.consent import permitted
from chatclone_dagster.training import clone
from chatclone_dagster.training.clone import Clone
from chatclone_dagster.training.package import newest
from chatclone_dagster.versions import code_version

GROUP = "personas"


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """evaluation and clone_card, a partition each persona."""

    @dg.asset(
        deps=["adapter", "training_dataset"],
        partitions_def=personas(home),
        group_name=GROUP,
        kinds={"pytorch", "mlflow"},
        code_version=code_version(module, likelihood, style, memorization, clone),
        metadata=file(home.document("evaluation.json", PERSONA)),
        description="Likelihood, style, copying and sample answers of an adapter on the held-out replies.",
        check_specs=[
            dg.AssetCheckSpec("better_than_its_base", asset="evaluation"),
            dg.AssetCheckSpec("does_not_recite", asset="evaluation"),
        ],
    )
    def evaluation(context: dg.AssetExecutionContext, mlflow: MlflowResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            persona = context.partition_key
            found = evaluate(
                Clone.load(newest(home, persona)),
                pl.read_parquet(home.table("training_dataset", persona)),
                pl.read_parquet(home.table("training_pairs", persona)),
                context.log.info,
            )
            path = home.document("evaluation.json", persona)
            with lake.replacing(path) as aside:
                aside.write_text(found.model_dump_json(indent=2), encoding="utf-8")
            tracker, run = mlflow.tracker(), found.manifest.mlflow_run
            if run:
                tracker.metrics(run, [(name, value, found.manifest.steps) for name, value in found.metrics().items()])
                tracker.keep(run, path, "evaluation")
            return dg.MaterializeResult(
                data_version=dg.DataVersion(code_version(found.model_dump(mode="json"))),
                metadata={
                    **{name: round(value, 4) for name, value in found.metrics().items()},
                    "verdict": found.verdict,
                    "path": dg.MetadataValue.path(path),
                    "mlflow run": dg.MetadataValue.url(tracker.url(run or "")),
                },
                check_results=[
                    check(
                        "evaluation",
                        "better_than_its_base",
                        passed=found.gain_low > 0,
                        blocking=False,
                        fewer_bits=found.gain,
                        at_least=found.gain_low,
                    ),
                    check(
                        "evaluation",
                        "does_not_recite",
                        passed=not found.recites,
                        blocking=False,
                        copies=found.copies_clone,
                    ),
                ],
            )

    @dg.asset(
        deps=[evaluation],
        partitions_def=personas(home),
        group_name=GROUP,
        kinds={"html"},
        code_version=code_version(card, card.TEMPLATE),
        metadata=file(home.document("clone_card.html", PERSONA)),
        description="The clone card: one HTML file that tells anyone what the clone is worth.",
    )
    def clone_card(context: dg.AssetExecutionContext, mlflow: MlflowResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            persona = context.partition_key
            permitted(home, persona)
            text = home.document("evaluation.json", persona).read_text(encoding="utf-8")
            found = Evaluation.model_validate_json(text)
            path = home.document("clone_card.html", persona)
            html = card.card(found)
            with lake.replacing(path) as aside:
                aside.write_text(html, encoding="utf-8")
            if found.manifest.mlflow_run:
                mlflow.tracker().keep(found.manifest.mlflow_run, path, "card")
                mlflow.tracker().end(found.manifest.mlflow_run)
            return dg.MaterializeResult(
                data_version=dg.DataVersion(code_version(html)), metadata={"path": dg.MetadataValue.path(path)}
            )

    return [evaluation, clone_card]
