"""Raw rows and messages as tests write them down: what is left out takes a plain value."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.readers.contract import Out

START = datetime(2024, 5, 1, 10)  # noqa: DTZ001  raw rows carry local times


def raw_rows(*rows: dict[str, Any], source: str = "whatsapp", export: str = "e1") -> pl.DataFrame:
    """Rows of tables.RAW_ROWS; each may name any column, `at` is "day hour:minute" of January 2024, `who` the sender."""
    made: list[pl.DataFrame] = []
    by_export: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_export.setdefault(row.get("export", export), []).append(row)
    for name, group in by_export.items():
        out = Out(source, name, f"{name}.txt", made.append)
        for position, row in enumerate(group, start=1):
            given = {key: value for key, value in row.items() if key not in ("at", "who", "export")}
            who = row.get("who")
            out.row(
                **{
                    "position": position,
                    "conversation_key": "chat",
                    "conversation_name": "Chat",
                    "sent_local": at(row.get("at", "1 12:00")),
                    "sender_key": who,
                    "sender_name": who,
                    **given,
                }
            )
        out.flush()
    return pl.concat(made) if made else tables.RAW_ROWS.empty()


def at(when: str) -> datetime:
    """ "3 14:05" is 14:05 on the third of January 2024."""
    day, clock = when.split(" ")
    hour, minute = clock.split(":")
    return datetime(2024, 1, int(day), int(hour), int(minute))  # noqa: DTZ001  raw rows carry local times


def talk(count: int, **columns: Any) -> list[dict[str, Any]]:
    """Ann and Bo in turn, a minute apart, each text once."""
    return [
        {
            "who": ("Ann", "Bo")[n % 2],
            "text": f"this is message number {n}",
            "sent_local": START + timedelta(minutes=n),
            **columns,
        }
        for n in range(count)
    ]


def in_turn(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows a minute apart from 10:00 on, each with its place as its platform's id, where it says nothing else."""
    return [{"at": f"1 {10 + i // 60}:{i % 60:02}", "platform_id": str(i), **row} for i, row in enumerate(rows)]
