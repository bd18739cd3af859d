"""Privacy: the safe copy of the history that everything downstream reads."""

import dagster as dg
import polars as pl

from chatclone_dagster import lake, privacy, tables
from chatclone_dagster.defs.resources import columns, file, plain_errors, rows, settings_or_defaults
from chatclone_dagster.home import Home
from chatclone_dagster.privacy.safe import make_safe
from chatclone_dagster.versions import code_version


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """messages_safe."""
    settings = settings_or_defaults(home)

    @dg.asset(
        deps=["messages"],
        group_name="privacy",
        kinds={"parquet"},
        code_version=code_version(privacy, settings.privacy.model_dump(), settings.time.model_dump()),
        metadata=columns(tables.MESSAGES_SAFE) | file(home.table("messages_safe")),
        description="The history with private values replaced; datasets, cards, MLflow and the marts read this one.",
    )
    def messages_safe() -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            safe = make_safe(pl.read_parquet(home.table("messages")), home.settings, home.secret("pseudonyms"))
            version = lake.write(tables.MESSAGES_SAFE, safe, home.table("messages_safe"))
            return dg.MaterializeResult(
                data_version=dg.DataVersion(version),
                metadata=rows(safe.height) | {"private values replaced": int(safe["replaced"].sum())},
            )

    return [messages_safe]
