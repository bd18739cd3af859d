"""Content: what messages are besides somebody's own words, and the languages they are written in."""

from collections.abc import Callable, Sequence

import dagster as dg
import polars as pl

from chatclone_dagster import lake, tables
from chatclone_dagster.defs.messages import GROUP
from chatclone_dagster.defs.resources import columns, file, plain_errors, rows
from chatclone_dagster.home import Home
from chatclone_dagster.messages import content, languages
from chatclone_dagster.versions import code_version


def assets(home: Home) -> list[dg.AssetsDefinition]:
    """message_marks and message_languages."""
    return [
        _about_messages(
            home,
            tables.MESSAGE_MARKS,
            content.marks,
            content.READ,
            code_version(content),
            "What is not, or not only, the sender's own words: forwards, chain letters, pasted walls, bots, quotes, …",
        ),
        _about_messages(
            home,
            tables.MESSAGE_LANGUAGES,
            languages.languages,
            languages.READ,
            code_version(languages),
            "The languages every message is written in, two where it changes between them.",
        ),
    ]


def _about_messages(
    home: Home,
    table: tables.Table,
    found_in: Callable[[pl.DataFrame], pl.DataFrame],
    read: Sequence[str],
    version: str,
    description: str,
) -> dg.AssetsDefinition:
    """A table of what is found in the messages, of which the columns `read` are looked at.

    In the safe copy: it is the one that datasets read, so a quote's lines are the lines they cut off.
    """

    @dg.asset(
        name=table.name,
        deps=["messages_safe"],
        group_name=GROUP,
        kinds={"parquet"},
        code_version=version,
        metadata=columns(table) | file(home.table(table.name)),
        description=description,
    )
    def about_messages() -> dg.MaterializeResult:  # type: ignore[type-arg]
        with plain_errors(home):
            found = found_in(pl.read_parquet(home.table("messages_safe"), columns=list(read)))
            content_version = lake.write(table, found, home.table(table.name))
            return dg.MaterializeResult(data_version=dg.DataVersion(content_version), metadata=rows(found.height))

    return about_messages
