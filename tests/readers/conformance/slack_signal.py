"""Rows about Slack and rows about Signal, which stand in one file."""

from __future__ import annotations

from pathlib import Path

from tests.readers.conformance import signal, slack
from tests.readers.conformance.messages import Row


def check(row: Row, fixtures: Path) -> None:
    """Hand a row to the checks of the app it is about."""
    about = f"{row['id']} {row['source']}".casefold()
    (slack if "slack" in about else signal).check(row, fixtures)
