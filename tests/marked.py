"""The marks that are found in what Ann and Bo say, after small talk that makes both known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from chatclone_dagster import lake, tables
from chatclone_dagster.messages.content import marks
from tests.cleaning import cleaned
from tests.rows import raw_rows

START = datetime(2024, 1, 1, 9, 0)  # noqa: DTZ001  raw rows carry local times
SMALL_TALK = (
    "are you coming",
    "yes in a minute",
    "ok",
    "did you see that",
    "haha no way",
    "bring milk pls",
    "on my way",
)


def history(*rows: dict[str, Any]) -> pl.DataFrame:
    """A cleaned history of Ann's: small talk of two first, so that both are known, then these rows, seven minutes apart."""
    talk: list[dict[str, Any]] = [
        {"who": ("Ann", "Bo")[i % 2], "text": SMALL_TALK[i % len(SMALL_TALK)] + " " * (i % 3)} for i in range(160)
    ]
    timed = [{"sent_local": START + timedelta(minutes=7 * i), **row} for i, row in enumerate((*talk, *rows))]
    return cleaned(raw_rows(*timed)).messages


def marked(*rows: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """The marks found: (text, mark, detail), in order of time."""
    messages = history(*rows)
    found = marks(messages)
    lake.check(tables.MESSAGE_MARKS, found.lazy())
    texts = messages.with_row_index("row").select("row", "message_id", "text")
    joined = found.join(texts, on="message_id").sort("row", "mark")
    return joined.select("text", "mark", "detail").rows()


def kinds(text: str, who: str = "Bo", **more: Any) -> set[str]:
    """The marks on one message."""
    return {mark for _, mark, _ in marked({"who": who, "text": text, **more})}
