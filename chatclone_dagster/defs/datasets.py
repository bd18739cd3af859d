"""Datasets: for each persona, which base model it is made on, and the windows and pairs it learns from."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from chatclone_dagster import datasets, lake, tables, warehouse
from chatclone_dagster.datasets.build import Dataset, build, report, stray_lines, write_jsonl
from chatclone_dagster.datasets.examples import Person
from chatclone_dagster.defs.resources import (
    PERSONA,
    check,
    columns,
    file,
    person_of,
    personas,
    plain_errors,
    rows,
    settings_or_defaults,
)
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.ledger import balance
from chatclone_dagster.privacy.consent import permitted
from chatclone_dagster.training.base_models import find_base, load_tokenizer
from chatclone_dagster.versions import code_version

GROUP = "personas"


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """base_model and training_dataset, a partition each persona."""
    settings = settings_or_defaults(home)
    personas_ = settings.all_personas

    @dg.asset(
        partitions_def=personas(home),
        group_name=GROUP,
        kinds={"huggingface"},
        code_version=code_version({key: _fingerprint(persona.base) for key, persona in personas_.items()}),
        description="The base model a persona is made on, by the fingerprint of its files.",
    )
    def base_model(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            base = find_base(permitted(home, context.partition_key).base)
            return dg.MaterializeResult(
                data_version=dg.DataVersion(base.fingerprint), metadata={"base": base.name, "location": base.location}
            )

    @dg.asset(
        deps=["turns", "conversation_pairs", "messages_safe", "message_marks", "ledger_messages", base_model],
        partitions_def=personas(home),
        group_name=GROUP,
        kinds={"parquet"},
        code_version=code_version(
            datasets,
            settings.dataset.model_dump(),
            settings.content.model_dump(),
            [(p.who, p.consent) for p in personas_.values()],
        ),
        metadata=columns(tables.TRAINING_DATASET) | file(home.table("training_dataset", PERSONA)),
        description="What a persona's adapter learns from: windows and pairs, split by time, as Parquet and JSONL.",
        check_specs=[
            dg.AssetCheckSpec("no_reply_in_two_splits", asset="training_dataset", blocking=True),
            dg.AssetCheckSpec("every_message_accounted_for", asset="training_dataset", blocking=True),
            dg.AssetCheckSpec("every_line_is_a_window", asset="training_dataset", blocking=True),
        ],
    )
    def training_dataset(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        with plain_errors(home):
            persona = context.partition_key
            person = person_of(home, persona)
            made = build(
                pl.scan_parquet(home.table("turns")),
                pl.scan_parquet(home.table("conversation_pairs")),
                pl.scan_parquet(home.table("messages_safe")),
                pl.scan_parquet(home.table("ledger", "messages")),
                pl.read_parquet(home.table("message_marks")),
                person,
                load_tokenizer(find_base(permitted(home, persona).base)),
                home.settings.dataset,
                home.settings.content,
            )
            version = lake.write(
                tables.TRAINING_DATASET, made.windows, home.table("training_dataset", persona), lake.version
            )
            lake.write(tables.TRAINING_PAIRS, made.pairs, home.table("training_pairs", persona))
            lake.write(tables.LEDGER, made.ledger, home.table("ledger", f"dataset-{persona}"))
            write_jsonl(made.windows, home.chat_jsonl(persona))
            warehouse.publish(home)  # the persona's tables are new to it the first time
            yield dg.MaterializeResult(
                data_version=dg.DataVersion(version),
                metadata=rows(made.windows.height)
                | {
                    "replies": made.pairs.height,
                    "splits": dg.MetadataValue.json(report(made.windows, home.settings.dataset.window_tokens)),
                    "path": dg.MetadataValue.path(home.table("training_dataset", persona)),
                    "jsonl": dg.MetadataValue.path(home.chat_jsonl(persona)),
                },
                check_results=_checks(home, person, made),
            )

    return [base_model, training_dataset]


def _fingerprint(base: str) -> str:
    """A base model's fingerprint, or what is wrong with it: the asset itself will say so, the graph still loads."""
    try:
        return find_base(base).fingerprint
    except UserError as fault:
        return str(fault)


def _checks(home: Home, person: Person, made: Dataset) -> list[dg.AssetCheckResult]:
    learned = made.windows.explode("target_message_ids").select("split", message_id="target_message_ids")
    shared = learned.group_by("message_id").agg(pl.len()).filter(pl.col("len") > 1)
    read = made.windows.explode("context_message_ids").select("split", message_id="context_message_ids")
    leaked = read.join(learned, on="message_id").filter(pl.col("split") != pl.col("split_right"))
    faults: dict[str, Any] = balance.of_dataset(home, person)
    stray = stray_lines(pl.read_parquet(home.table("training_dataset", person.key)), home.chat_jsonl(person.key))
    return [
        check(
            "training_dataset",
            "no_reply_in_two_splits",
            passed=shared.is_empty() and leaked.is_empty(),
            learned_twice=shared.height,
            read_in_another_split=leaked.height,
        ),
        check("training_dataset", "every_message_accounted_for", passed=not any(faults.values()), **faults),
        check("training_dataset", "every_line_is_a_window", passed=not stray, stray_lines=stray),
    ]
