"""Windows of a persona as training and evaluation read them."""

from __future__ import annotations

from typing import Any

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.datasets.formats import ChatMessage


def windows(replies: dict[str, list[str]]) -> pl.DataFrame:
    """Windows of one exchange each, by split."""
    rows: list[dict[str, Any]] = []
    for split, said in replies.items():
        for number, reply in enumerate(said):
            chat: list[ChatMessage] = [
                {"role": "system", "content": "You are Ann, texting with Bo."},
                {"role": "user", "content": f"say it, number {number}"},
                {"role": "assistant", "content": reply},
            ]
            messages = [{**message, "weight": int(message["role"] == "assistant")} for message in chat]
            rows.append(
                {
                    "window_id": f"{split}{number}",
                    "split": split,
                    "session_id": f"{split}{number}",
                    "messages": messages,
                }
            )
    frame = pl.DataFrame(rows, schema_overrides={"messages": tables.CHAT})
    rest = [
        pl.lit(0, pl.Int32).alias(name) if dtype == pl.Int32 else pl.lit(None, dtype).alias(name)
        for name, dtype in tables.TRAINING_DATASET.schema.items()
        if name not in frame.columns
    ]
    return frame.with_columns(rest).select(tables.TRAINING_DATASET.schema.names())
