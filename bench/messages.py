"""From `messages` to pairs and marts, at 0.1, 1 and 10 million messages: what a run costs as the history grows.

There is no peer that does the same work; the figures to look at are how CPU time and memory grow from one size to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import chats, harness
from bench.harness import Row
from chatclone_dagster import lake, tables
from chatclone_dagster.home import Home

SIZES = (100_000, 1_000_000, 10_000_000)
STAGES = {  # each reads what the one before wrote
    "messages to safe copy": "safe_copy",
    "languages, sentiment and marks": "told_of_messages",
    "models and their tests": "models",
    "all of it, side by side": "everything",
}
_SETTINGS = f'version = 1\n[me]\nname = "{chats.PEOPLE[0]}"\n'


def run() -> list[Row]:
    """Run every size."""
    return list(_runs(harness.CACHE / "messages"))


def _runs(folder: Path) -> Iterator[Row]:
    small = _home(folder, 2_000)
    for size in SIZES:
        for what, stage in STAGES.items():
            ours = partial(harness.python, f"bench.stages:{stage}", str(_home(folder, size)), small=str(small))
            yield harness.compare(what, "messages", ours, rounds=3 if size < SIZES[-1] else 1)


def _home(folder: Path, messages: int) -> Path:
    """A home that holds nothing but so many messages."""
    home = Home(folder / str(messages))
    home.create(_SETTINGS)
    if not home.table("messages").exists():
        lake.write(tables.MESSAGES, chats.history(messages), home.table("messages"))
    return home.root
