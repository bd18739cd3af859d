"""Warehouse: one asset per SQL model, with the tests of its `.yml` as checks, and the DuckDB file over all of it."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from chatclone_dagster import warehouse
from chatclone_dagster.defs.resources import check, described, drawn, file, plain_errors, rows, settings_or_defaults
from chatclone_dagster.home import Home
from chatclone_dagster.profile.facts import week_of
from chatclone_dagster.profile.strips import HOURS, blocks, heat_strip
from chatclone_dagster.sql_models import Model, Project
from chatclone_dagster.versions import code_version


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """Every model of dbt_like_sql, and warehouse.duckdb."""
    models = Project.of(settings_or_defaults(home)).models

    @dg.asset(
        name="warehouse",
        deps=[
            *models,
            *("contacts", "identities", "ledger_messages", "message_aliases", "message_marks", "message_languages"),
            *("message_sentiment", "parse_issues", "privacy_report"),
        ],
        group_name="marts",
        kinds={"duckdb"},
        code_version=code_version(warehouse),
        metadata=file(home.warehouse),
        description="warehouse.duckdb: a view over every table, for any DuckDB client; replaced whole.",
    )
    def publish() -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            names = warehouse.publish(home)
            return dg.MaterializeResult(
                data_version=dg.DataVersion(code_version(names)), metadata={"tables": len(names)}
            )

    return [*(_model(home, model) for model in models.values()), publish]


def _model(home: Home, model: Model) -> dg.AssetsDefinition:
    @dg.asset(
        name=model.name,
        deps=[*model.refs, *model.sources],
        group_name=model.layer,
        kinds={"sql", "duckdb"},
        code_version=model.version,
        metadata=described(model.columns) | file(home.table(model.name)),
        description=model.description,
        check_specs=[dg.AssetCheckSpec(test.name, asset=model.name, blocking=not test.warns) for test in model.tests],
    )
    def build() -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        with plain_errors(home):
            count, version = warehouse.build(home, model)
            failures = {test: warehouse.failures(home, model, test) for test in model.tests}
            yield dg.MaterializeResult(
                data_version=dg.DataVersion(version),
                metadata=rows(count) | (_PLOTS[model.name](home) if model.name in _PLOTS else {}),
                check_results=[
                    check(
                        model.name,
                        test.name,
                        passed=not failed,
                        blocking=not test.warns,
                        failing_rows=failed,
                        **({"looks_wrong": "; ".join(told)} if told else {}),
                    )
                    for test, (failed, told) in failures.items()
                ],
            )

    return build


def _week(home: Home) -> dict[str, Any]:
    """When everybody together writes, by weekday and hour."""
    rows_ = pl.read_parquet(home.table("hours_of_week")).rows(named=True)
    return {"the week": drawn([*heat_strip(week_of(rows_)), HOURS])}


def _months(home: Home) -> dict[str, Any]:
    """How much everybody together writes, by month."""
    days = pl.read_parquet(home.table("daily_activity")).sort("day").group_by_dynamic("day", every="1mo")
    months = days.agg(pl.col("messages").sum()).upsample("day", every="1mo")
    return {"month by month": drawn([blocks(months["messages"].fill_null(0).to_list())])}


_PLOTS = {"hours_of_week": _week, "daily_activity": _months}
