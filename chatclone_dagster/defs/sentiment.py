"""Sentiment: how glad or sad each text sounds, for the mart of that name."""

import dagster as dg
import polars as pl

from chatclone_dagster import lake, tables
from chatclone_dagster.defs.messages import GROUP
from chatclone_dagster.defs.resources import columns, file, plain_errors, rows
from chatclone_dagster.home import Home
from chatclone_dagster.messages import sentiment as room
from chatclone_dagster.versions import code_version


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """message_sentiment."""

    @dg.asset(
        deps=["messages_safe", "message_languages"],
        group_name=GROUP,
        kinds={"parquet"},
        code_version=code_version(room),
        metadata=columns(tables.MESSAGE_SENTIMENT) | file(home.table("message_sentiment")),
        description="How glad or sad a text sounds, where VADER understands it: English and emoji.",
    )
    def message_sentiment() -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            scored = room.sentiment(
                pl.scan_parquet(home.table("messages_safe")), pl.scan_parquet(home.table("message_languages"))
            )
            version = lake.write(tables.MESSAGE_SENTIMENT, scored, home.table("message_sentiment"))
            return dg.MaterializeResult(data_version=dg.DataVersion(version), metadata=rows(scored.height))

    return [message_sentiment]
