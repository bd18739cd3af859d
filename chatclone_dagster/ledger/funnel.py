"""The funnel: from the rows of the exports to the lines a trainer reads, with every loss by stage and reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from chatclone_dagster import warehouse
from chatclone_dagster.datasets.personas import find_persona
from chatclone_dagster.datasets.split import SPLITS
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.ledger import balance
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.reasons import SOMEBODY_ELSE


class NothingYetError(UserError):
    """What is asked about was never made; the message says how to make it."""


KEPT = "messages that stay"
"""What is left of the history when people, chats and days, and messages with private values, are taken out."""


@dataclass(frozen=True, slots=True)
class Step:
    """One stage: so many of one thing go in, some are lost for a reason each, the rest come out as another thing."""

    what: str
    rows: int
    lost: dict[str, int]
    becomes: str
    kept: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the split: messages and replies that are learned, the examples (windows) and JSONL lines they are in, and pairs."""

    split: str
    messages: int
    replies: int
    examples: int
    lines: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """Every stage of one persona (or of the history alone, if None), and counts of what does not fit, all of which should be 0."""

    persona: str | None
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]
    faults: dict[str, int]

    @property
    def closes(self) -> bool:
        """Whether nothing is lost without an entry and every entry is one of something."""
        sums = all(step.rows == step.kept + sum(step.lost.values()) for step in self.steps)
        chain = all(one.kept == other.rows for one, other in zip(self.steps, self.steps[1:], strict=False))
        return sums and chain and not any(self.faults.values())


def funnel(home: Home, persona: str | None) -> Funnel:
    """The funnel of a persona, or only of the history.

    Raises:
        NothingYetError: there is no history, or no dataset of the persona, yet.
        SettingsError: there is no such persona.
    """
    _made(home, persona)
    with warehouse.connected(home) as con:
        steps = _history(con, home)
        parts: tuple[Part, ...] = ()
        if persona is not None:
            steps += _dataset(con, home, persona, steps[-1].kept)
            parts = tuple(_part(con, home, persona, split) for split in SPLITS)
    faults = balance.of_messages(home) | {f"safe_{name}": count for name, count in balance.of_safe(home).items()}
    if persona is not None:
        history = pl.scan_parquet(home.table("messages_safe"))
        person = find_persona(home.settings, persona, history, StandIns.open(home))
        faults |= {f"dataset_{name}": count for name, count in balance.of_dataset(home, person).items()}
        faults["lines_without_example"] = sum(abs(part.lines - part.examples) for part in parts)
    return Funnel(persona, tuple(steps), parts, faults)


def by_place(home: Home, persona: str | None, place: str) -> list[dict[str, Any]]:
    """For every `export` (file) or `source`: rows, messages, those that stay, a persona's, those learned; losses by reason."""
    entries = _made(home, persona)
    name = "file" if place == "export" else "reader"
    sql = f"""
        with places as (select export_id, min({name}) as place from readings group by export_id),
        counts as (
            select coalesce(place, export_id) as place, stage, outcome, reason, count(*) as entries
            from read_parquet($ledgers) left join places using (export_id) group by all
        )
        select
            place,
            coalesce(sum(entries) filter (where stage = 'messages'), 0)::bigint as rows,
            coalesce(sum(entries) filter (where stage = 'messages' and outcome = 'used'), 0)::bigint as messages,
            coalesce(sum(entries) filter (where stage = 'safe' and outcome = 'used'), 0)::bigint as stay,
            coalesce(sum(entries) filter (where stage = 'dataset'), 0)::bigint as theirs,
            coalesce(sum(entries) filter (where stage = 'dataset' and outcome = 'used'), 0)::bigint as learned,
            coalesce(map_from_entries(list((reason, entries) order by stage desc, entries desc, reason)
                filter (where reason is not null)), map()) as lost
        from (select place, stage, outcome, reason, sum(entries)::bigint as entries from counts group by all)
        group by place order by rows desc, place
    """
    with warehouse.connected(home) as con:
        found = con.execute(sql, {"ledgers": entries})
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _made(home: Home, persona: str | None) -> list[str]:
    """The files of the ledgers asked for.

    Raises:
        NothingYetError: one of them was never written.
    """
    history = [home.table("ledger", stage) for stage in ("messages", "safe")]
    if not all(path.is_file() for path in history):
        raise NothingYetError("there is no history yet; make one with: chatclone run")
    if persona is None:
        return [str(path) for path in history]
    home.settings.persona(persona)
    dataset = home.table("ledger", f"dataset-{persona}")
    if not dataset.is_file():
        raise NothingYetError(
            f"there is no dataset of '{persona}' yet; make one with: chatclone run --persona {persona}"
        )
    return [str(path) for path in (*history, dataset)]


def _history(con: duckdb.DuckDBPyConnection, home: Home) -> list[Step]:
    rows, lost = _losses(con, home.table("ledger", "messages").as_posix())
    messages, removed = _losses(con, home.table("ledger", "safe").as_posix())
    safe = _count(con, "select count(*) from messages_safe where removed is null")
    return [
        Step("rows in the exports", rows, lost, "messages", _count(con, "select count(*) from messages")),
        Step("messages", messages, removed, KEPT, safe),
    ]


def _dataset(con: duckdb.DuckDBPyConnection, home: Home, persona: str, messages: int) -> list[Step]:
    theirs, lost = _losses(con, home.table("ledger", f"dataset-{persona}").as_posix())
    windows = home.table("training_dataset", persona).as_posix()
    learned = _count(
        con, "select coalesce(sum(len(target_message_ids)), 0) from read_parquet($windows)", windows=windows
    )
    return [
        Step(KEPT, messages, {SOMEBODY_ELSE: messages - theirs}, f"messages by {persona}", theirs),
        Step(f"messages by {persona}", theirs, lost, "messages to learn from", learned),
    ]


def _losses(con: duckdb.DuckDBPyConnection, ledger: str) -> tuple[int, dict[str, int]]:
    """How many entries a ledger has, and of those dropped how many for each reason, most first."""
    sql = """
        select reason, count(*) from read_parquet($ledger) where outcome = 'dropped'
        group by reason order by count(*) desc, reason
    """
    lost = con.execute(sql, {"ledger": ledger}).fetchall()
    return _count(con, "select count(*) from read_parquet($ledger)", ledger=ledger), {str(why): n for why, n in lost}


def _part(con: duckdb.DuckDBPyConnection, home: Home, persona: str, split: str) -> Part:
    windows, pairs = (home.table(name, persona).as_posix() for name in ("training_dataset", "training_pairs"))
    sums = """
        select count(*), coalesce(sum(target_turns), 0)::bigint, coalesce(sum(len(target_message_ids)), 0)::bigint
        from read_parquet($windows) where split = $split
    """
    examples, replies, messages = con.execute(sums, {"windows": windows, "split": split}).fetchall()[0]
    with (home.chat_jsonl(persona) / f"{split}.jsonl").open("rb") as file:
        lines = sum(1 for _ in file)
    paired = _count(con, "select count(*) from read_parquet($pairs) where split = $split", pairs=pairs, split=split)
    return Part(split, messages, replies, examples, lines, paired)


def _count(con: duckdb.DuckDBPyConnection, sql: str, **given: str) -> int:
    return int(con.execute(sql, given).fetchall()[0][0])
