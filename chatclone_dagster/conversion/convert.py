"""Whatever was read, as one history in another app's format: which formats there are, and what each cannot say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from chatclone_dagster.errors import UserError
from chatclone_dagster.messages.clean import history, with_utc
from chatclone_dagster.readers.whatsapp import write as whatsapp
from chatclone_dagster.settings import Settings


class Target(NamedTuple):
    """A format to write: what writes it (as readers/whatsapp/write.py does), and columns it has no place for, in words."""

    write: Callable[..., list[whatsapp.Written]]
    no_place_for: dict[str, str]


TARGETS = {
    "whatsapp": Target(
        whatsapp.write,
        {
            "reactions": "reaction",
            "reply_to": "mark of which message is answered",
            "forwarded": "mark of what was forwarded",
        },
    )
}


@dataclass(frozen=True, slots=True)
class Converted:
    """`written`: the files; `left_out`: how many of what the format has no place for (nothing where there are none).

    `merged` rows are copies of others, or no messages of their own. `ambiguous` messages have a time that a reader of the file
    gets wrong by an hour: they lie in the hour that the end of summer time repeats, and nothing before them tells which.
    """

    written: list[whatsapp.Written]
    left_out: dict[str, int]
    merged: int
    ambiguous: int


def convert(
    rows: pl.LazyFrame,
    settings: Settings,
    target: Target,
    folder: Path,
    *,
    zone: str,
    chat: str | None = None,
    zipped: bool = False,
    force: bool = False,
) -> Converted:
    """Merge raw rows (tables.RAW_ROWS) into one history and write each of its chats to a file in `folder`.

    All times are written in `zone`. Times of exports without a zone stay as they are if that is the home's zone too; else they are
    taken to be in the home's. `chat` is a part of the names of the chats that are wanted.

    Raises:
        UserError: there is nothing to write, or a file cannot be written.
    """
    told = history(rows, settings)
    merged = rows.select(pl.len()).collect().item() - told.height
    if chat is not None:
        told = _of_chat(told, chat)
    as_it_is = pl.lit(zone == settings.time.zone) & ~pl.col("tz_known")
    converted = pl.col("sent_at").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    told = told.with_columns(sent_local=pl.when(as_it_is).then("sent_local").otherwise(converted))
    dated = told.filter(pl.col("sent_local").dt.year().is_between(1, 9999))
    dated = dated.sort("conversation_name", "conversation_id", maintain_order=True)
    if dated.is_empty():
        raise UserError("no message was found, so nothing was written")
    written = target.write(_as_raw(dated).lazy(), folder, zone, zipped=zipped, force=force)
    counts = _without_place(rows, dated)
    left_out = {words: counts[name] for name, words in target.no_place_for.items()}
    left_out["message dated before the year 1 or after 9999"] = told.height - dated.height
    left_out = {words: count for words, count in left_out.items() if count}
    return Converted(written, left_out, merged, _ambiguous(dated, zone))


def _without_place(rows: pl.LazyFrame, told: pl.DataFrame) -> dict[str, int]:
    """How many reactions, answers and forwarded messages there are; what is answered is counted as the exports name it."""
    place = ["export_id", "position"]
    raw = rows.join(told.lazy().select(place), on=place, how="semi")
    return {
        "reactions": int(told["reactions"].list.len().sum()),
        "reply_to": int(raw.select(pl.col("reply_to").count()).collect().item()),
        "forwarded": int(told["forwarded"].sum()),
    }


def _of_chat(told: pl.DataFrame, chat: str) -> pl.DataFrame:
    """The messages of the chats with these words in their names."""
    names = told["conversation_name"].unique().sort().to_list()
    wanted = [name for name in names if chat.casefold() in name.casefold()]
    if not wanted:
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        raise UserError(f"--chat {chat}: there is no such chat; there are {', '.join(names[:10])}{more}")
    return told.filter(pl.col("conversation_name").is_in(wanted))


def _as_raw(told: pl.DataFrame) -> pl.DataFrame:
    """Messages with the names that raw rows have."""
    return told.select(
        "source",
        "conversation_name",
        "is_group",
        "sender_name",
        "sent_local",
        "kind",
        "text",
        "edited",
        "attachments",
        conversation_key="conversation_id",
        sender_key="sender_id",
        from_owner="is_owner",
    )


def _ambiguous(told: pl.DataFrame, zone: str) -> int:
    """How many times come out otherwise if the files are read as they stand."""
    second = pl.col("sent_at").dt.truncate("1s")
    as_read = told.select(
        second.alias("meant"),
        pl.col("sent_local").dt.truncate("1s"),
        tz_known=pl.lit(zone == "UTC"),
        export_id="conversation_id",
        conversation_key="conversation_id",
    )
    return with_utc(as_read, zone).filter(pl.col("sent_at") != pl.col("meant")).height
