"""A look at exports without keeping anything: what every file is, what is in it, what cannot be read and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from chatclone_dagster.readers import contract, registry
from chatclone_dagster.readers.files import archive
from chatclone_dagster.readers.survey import judge, judge_each, options_for
from chatclone_dagster.settings import Reading
from chatclone_dagster.tables import PARSE_ISSUES

_SENDER = ("source", "conversation_key", "conversation_name", "sender_key", "sender_name", "from_owner")


@dataclass
class Inspection:
    """What a file turned out to be. `reason` says why it is not read; the rest is about what was.

    `wrote` is who wrote how much in which chat (see `who_wrote`); `issues` are tables.PARSE_ISSUES; `facts` what the reader noted.
    """

    file: str
    size: int
    source: str | None = None
    reason: str | None = None
    rows: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    first_at: datetime | None = None
    last_at: datetime | None = None
    wrote: pl.DataFrame = field(default_factory=pl.DataFrame)
    issues: pl.DataFrame = field(default_factory=PARSE_ISSUES.empty)
    facts: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def chats(self) -> int:
        """How many conversations are in the file."""
        return self.wrote["conversation_key"].n_unique() if self.rows else 0

    @property
    def people(self) -> int:
        """How many people wrote in the file."""
        return self.wrote["sender_key"].drop_nulls().n_unique() if self.rows else 0


def inspect(path: Path, reading: Reading) -> Iterator[Inspection]:
    """Read every file at or below a path, one after the other; memory is that of reading one of them.

    A file of the same content as an earlier one is named and not read again.
    """
    root = path if path.is_dir() else path.parent
    for file, row in judge_each(archive.files(path, root), lambda file: judge(file, reading)):
        name, content, size, source, _, reason = row
        if source is None or isinstance(file, archive.Refused):
            yield Inspection(name, size, reason=reason)
        else:
            yield _read(file, source, content, options_for(reading, name))


def who_wrote(rows: pl.LazyFrame) -> pl.DataFrame:
    """Who wrote how many `messages` in which chat: one row per sender as exported and chat (columns of tables.RAW_ROWS)."""
    return rows.group_by(_SENDER, maintain_order=True).agg(messages=pl.len()).collect(engine="streaming")


def _read(file: contract.ExportFile, source: str, content: str, options: contract.ReadOptions) -> Inspection:
    found = Inspection(file.name, file.size, source)
    wrote: list[pl.DataFrame] = []

    def look_at(rows: pl.DataFrame) -> None:
        found.kinds.update(dict(rows["kind"].value_counts().sort("kind").iter_rows()))
        wrote.append(who_wrote(rows.lazy()))
        times = [at for at in (found.first_at, found.last_at, rows["sent_local"].min(), rows["sent_local"].max()) if at]
        found.first_at, found.last_at = min(times, default=None), max(times, default=None)  # type: ignore[assignment]

    out = contract.Out(options.table.source if options.table else source, content, file.name, look_at)
    registry.read(registry.reader(source), file, options, out)
    if wrote:
        found.wrote = pl.concat(wrote).group_by(_SENDER, maintain_order=True).agg(pl.col("messages").sum())
    found.rows, found.facts, found.issues = out.rows, out.facts, out.issues()
    return found
