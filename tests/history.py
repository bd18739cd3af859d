"""Homes whose history is made safe and laid out by the SQL models, without Dagster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from chatclone_dagster import lake, tables, warehouse
from chatclone_dagster.home import Home
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.messages.languages import languages
from chatclone_dagster.messages.sentiment import sentiment
from chatclone_dagster.privacy.safe import make_safe
from chatclone_dagster.readers import ingest, survey
from chatclone_dagster.settings import Me, Sessions, Settings, Time
from chatclone_dagster.sql_models import Project
from tests.cleaning import cleaned
from tests.rows import raw_rows

ANN = Settings(me=Me(name="Ann"), sessions=Sessions(gap_minutes=60))
IN_BERLIN = ANN.model_copy(update={"time": Time(zone="Europe/Berlin")})


def lay_out(home: Home, safe: pl.DataFrame, settings: Settings) -> None:
    """Write what the SQL models read (tables.MESSAGES_SAFE and what is made of it), build them all, and test them all."""
    lake.write(tables.MESSAGES_SAFE, safe, home.table("messages_safe"))
    spoken = languages(safe)
    lake.write(tables.MESSAGE_LANGUAGES, spoken, home.table("message_languages"))
    lake.write(tables.MESSAGE_SENTIMENT, sentiment(safe.lazy(), spoken.lazy()), home.table("message_sentiment"))
    models = Project.of(settings).models
    warehouse.build_all(home, models)
    for model in models.values():
        failed = {test.name: warehouse.failures(home, model, test)[0] for test in model.tests if not test.warns}
        assert not any(failed.values()), (model.name, failed)


def make_history(home: Home) -> None:
    """Read the home's exports, and lay out what is in them."""
    readings = ingest.read_everything(home, survey.exports(home))
    issues = ingest.parse_issues(home, readings)
    messages = clean(ingest.raw_rows(home, readings), issues, home.settings).messages
    lay_out(home, make_safe(messages, home.settings, b"k" * 32), home.settings)


def built(folder: Path, *rows: dict[str, Any], settings: Settings = ANN) -> Home:
    """A home whose warehouse holds these rows, every model built and every test passed."""
    home = Home(folder / "home")
    home.create()
    messages = cleaned(raw_rows(*rows), settings).messages
    lay_out(home, make_safe(messages, settings, b"k" * 32), settings)
    return home


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.query(home, sql)[1]
