"""Privacy: the safe copy of the history that everything downstream reads, and the report on what was found in it."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from chatclone_dagster import lake, phones, privacy, tables
from chatclone_dagster.defs.resources import check, columns, file, plain_errors, rows, settings_or_defaults
from chatclone_dagster.home import Home
from chatclone_dagster.ledger import balance
from chatclone_dagster.messages import known
from chatclone_dagster.privacy import report, safe
from chatclone_dagster.readers import times
from chatclone_dagster.versions import code_version

GROUP = "privacy"


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """messages_safe and privacy_report, made in one go: every text is looked at once."""
    settings = settings_or_defaults(home)
    made = {
        "messages_safe": (
            tables.MESSAGES_SAFE,
            "The history with private values replaced; datasets, cards, MLflow and the marts read this one.",
        ),
        "privacy_report": (tables.PRIVACY_REPORT, "What private values were found, where, and what becomes of them."),
    }
    dumps = (settings.privacy.model_dump(), settings.time.model_dump(), settings.me.model_dump(), settings.aliases)
    version = code_version(privacy, phones, known, times, settings.exclude.model_dump(), settings.said_no, *dumps)

    @dg.multi_asset(
        name="make_safe",
        specs=[
            dg.AssetSpec(
                name,
                deps=["messages", "contacts"],
                group_name=GROUP,
                kinds={"parquet"},
                code_version=version,
                metadata=columns(table) | file(home.table(name)),
                description=description,
            )
            for name, (table, description) in made.items()
        ],
        check_specs=[
            dg.AssetCheckSpec("every_message_accounted_for", asset="messages_safe", blocking=True),
            dg.AssetCheckSpec("nothing_risky_is_kept", asset="privacy_report"),
            dg.AssetCheckSpec("risky_values_are_rare", asset="privacy_report"),
        ],
    )
    def make_safe() -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
        with plain_errors(home):
            content, finds = safe.write(home)
            copy = pl.scan_parquet(home.table("messages_safe"))
            lake.write(tables.LEDGER, safe.ledger(copy), home.table("ledger", "safe"))
            found = report.make_report(finds, home.settings)
            messages, replaced = copy.select(pl.len(), pl.col("replaced").sum()).collect().row(0)
            removed = copy.group_by("removed").len().drop_nulls().sort("removed").collect()
            yield dg.MaterializeResult(
                asset_key="messages_safe",
                data_version=dg.DataVersion(content),
                metadata=rows(messages)
                | {"private values replaced": replaced}
                | {f"removed: {reason}": count for reason, count in removed.iter_rows()},
            )
            yield dg.MaterializeResult(
                asset_key="privacy_report",
                data_version=dg.DataVersion(lake.write(tables.PRIVACY_REPORT, found, home.table("privacy_report"))),
                metadata=rows(found.height) | {f"found: {kind}": count for kind, count in _by_kind(found)},
            )
            faults: dict[str, Any] = balance.of_safe(home)
            yield check("messages_safe", "every_message_accounted_for", passed=not any(faults.values()), **faults)
            yield from _checks(found, messages)

    return [make_safe]


def _by_kind(found: pl.DataFrame) -> list[tuple[str, int]]:
    return list(report.totals(found).select("kind", "found").iter_rows())


def _checks(found: pl.DataFrame, messages: int) -> Iterator[dg.AssetCheckResult]:
    kept = report.risky_kept(found)
    yield check("privacy_report", "nothing_risky_is_kept", passed=not kept, blocking=False, **kept)
    share = report.risky_share(found, messages)
    yield check(
        "privacy_report",
        "risky_values_are_rare",
        passed=share <= report.RARE,
        blocking=False,
        share_of_messages=round(share, 4),
        look="chatclone privacy",
    )
