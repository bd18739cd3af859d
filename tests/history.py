"""Homes whose history is read, made safe and laid out by the SQL models, without Dagster."""

from __future__ import annotations

import polars as pl

from chatclone_dagster import lake, tables, warehouse
from chatclone_dagster.home import Home
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.messages.sentiment import sentiment
from chatclone_dagster.privacy.safe import make_safe
from chatclone_dagster.readers import ingest, survey
from chatclone_dagster.settings import Settings
from chatclone_dagster.sql_models import Project


def write_safe(home: Home, raw: pl.LazyFrame, issues: pl.DataFrame, settings: Settings) -> None:
    """Clean raw rows, and write what the SQL models read."""
    safe = make_safe(clean(raw, issues, settings).messages, settings, b"k" * 32)
    lake.write(tables.MESSAGES_SAFE, safe, home.table("messages_safe"))
    lake.write(tables.MESSAGE_SENTIMENT, sentiment(safe.lazy()), home.table("message_sentiment"))


def make_history(home: Home) -> None:
    """Read the home's exports, and build every model."""
    readings = ingest.read_everything(home, survey.exports(home))
    write_safe(home, ingest.raw_rows(home, readings), ingest.parse_issues(home, readings), home.settings)
    warehouse.build_all(home, Project.of(home.settings).models)
