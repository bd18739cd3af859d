"""How the tests clean: raw rows to one history, with the ledger held to its promise."""

from __future__ import annotations

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.messages.clean import Cleaned, clean
from chatclone_dagster.settings import Me, Settings

ME = Settings(me=Me(name="Ann"))


def cleaned(rows: pl.DataFrame, settings: Settings = ME, issues: pl.DataFrame | None = None) -> Cleaned:
    """The history of raw rows; every row is in the ledger once, and every copy leads to a message."""
    issues = tables.PARSE_ISSUES.empty() if issues is None else issues
    made = clean(rows.lazy(), issues, settings)
    assert made.messages.schema == tables.MESSAGES.schema
    assert made.ledger.schema == tables.LEDGER.schema
    assert made.ledger.height == rows.height + issues["is_row"].sum(), "every raw row is in the ledger once"
    assert made.ledger.filter(pl.col("outcome") == "used").height == made.messages.height
    assert made.messages["message_id"].is_unique().all()
    assert {*made.ledger.drop_nulls("kept_as")["kept_as"]} == {*made.messages["message_id"]}
    copies = made.ledger.filter(pl.col("reason") == "duplicate")
    assert (
        copies.select("export_id", "position", "message_id", "kept_as").rows()
        == made.aliases.select("export_id", "position", "alias_id", "message_id").rows()
    )
    return made


def texts(made: Cleaned) -> list[str]:
    return made.messages["text"].to_list()


def reasons(made: Cleaned) -> dict[str | None, int]:
    return dict(made.ledger.group_by("reason").len().iter_rows())
