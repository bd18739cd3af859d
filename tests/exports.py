"""A chat as it lies among Ann's exports, and how many messages her history holds."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from chatclone_dagster.home import Home

CHAT = "".join(
    f"{day:02}/03/2024, 10:{minute:02} - {who}: {text} on day {day}\n"
    for day in range(1, 29)
    for minute, who, text in (
        (0, "Bo", "what is up"),
        (1, "Ann", "not much"),
        (2, "Bo", "ok then"),
        (3, "Ann", "yes, bye"),
    )
)


def drop(home: Home, name: str, content: str | bytes) -> Path:
    """Put a file among the home's exports."""
    path = home.exports / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def messages(home: Home) -> int:
    """How many the home's history holds."""
    path = home.table("messages")
    return pl.read_parquet(path).height if path.exists() else 0
