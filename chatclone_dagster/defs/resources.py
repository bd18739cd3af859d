"""What assets need besides data: the record of runs, and a few words shared by all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from chatclone_dagster.datasets.examples import Person
from chatclone_dagster.datasets.personas import find_persona
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.privacy.consent import permitted
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.settings import Settings, SettingsError
from chatclone_dagster.tables import Table
from chatclone_dagster.training.tracking import Tracker

PERSONA = "{persona}"  # in the path of an asset that has a partition each persona


class MlflowResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where MLflow records runs. `artifacts` is used with the home's own database; a server keeps its own."""

    tracking_uri: str
    artifacts: str

    @classmethod
    def of(cls, home: Home) -> MlflowResource:
        """The resource as the home's settings have it."""
        own = f"sqlite:///{(home.root / 'mlflow.db').as_posix()}"
        return cls(
            tracking_uri=settings_or_defaults(home).mlflow.tracking_uri or own, artifacts=str(home.mlflow_artifacts)
        )

    def tracker(self) -> Tracker:
        """A client for the record."""
        return Tracker(self.tracking_uri, Path(self.artifacts))


def settings_or_defaults(home: Home) -> Settings:
    """The home's settings; without a home the plain ones, so that the graph can be looked at before there is one."""
    return home.settings if home.exists else Settings()


def personas(home: Home) -> dg.StaticPartitionsDefinition:
    """One partition a persona, as chatclone.toml has them."""
    return dg.StaticPartitionsDefinition(list(settings_or_defaults(home).all_personas))


def person_of(home: Home, persona: str) -> Person:
    """The participant a persona means, as the safe table names them."""
    permitted(home, persona)
    everyone = pl.scan_parquet(home.table("messages_safe"))
    return find_persona(home.settings, persona, everyone, StandIns.open(home))


@contextmanager
def plain_errors(home: Home) -> Iterator[None]:
    """Turn what the user can mend into a failure of one line, and refuse to work where there is no home."""
    try:
        if not home.exists:
            raise SettingsError(f"{home.root} is no home yet; make one with: chatclone init {home.root}")
        yield
    except UserError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None


def columns(table: Table) -> dict[str, Any]:
    """A table's contract as Dagster shows it."""
    listed = [dg.TableColumn(c.name, str(c.dtype), c.meaning) for c in table.columns]
    return {"dagster/column_schema": dg.TableSchema(listed)}


def described(columns_: Mapping[str, str]) -> dict[str, Any]:
    """A model's columns as Dagster shows them."""
    listed = [dg.TableColumn(name, description=meaning) for name, meaning in columns_.items()]
    return {"dagster/column_schema": dg.TableSchema(listed)}


def rows(count: int) -> dict[str, Any]:
    """The number of rows as Dagster shows it."""
    return {"dagster/row_count": count}


def drawn(lines: Sequence[str]) -> dg.MarkdownMetadataValue:
    """A plot out of letters as Dagster shows it."""
    return dg.MetadataValue.md("\n".join(("```", *lines, "```")))


def file(path: Path) -> dict[str, Any]:
    """Where a result lies; PERSONA in it stands for the persona's key."""
    return {"path": dg.MetadataValue.path(path)}


def check(asset: str, name: str, *, passed: bool, blocking: bool = True, **metadata: Any) -> dg.AssetCheckResult:
    """The outcome of a check of an asset: an error if it blocks what follows, else a warning."""
    severity = dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(asset_key=asset, check_name=name, passed=passed, severity=severity, metadata=metadata)
