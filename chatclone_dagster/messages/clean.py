"""Raw rows in, one clean history out: `clean` calls the rest of this room in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.messages.conversations import with_conversations
from chatclone_dagster.messages.duplicates import in_export_order, mark_copies, with_ids
from chatclone_dagster.messages.identity import with_people
from chatclone_dagster.settings import Settings

_CONTENT = ("kind", "text", "forwarded", "edited", "reactions", "attachments")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The history (tables.MESSAGES), further ids of it (MESSAGE_ALIASES), what became of every row (LEDGER).

    `left_out` names the chats with fewer than two messages or people: `conversation_name`, `reason`.
    """

    messages: pl.DataFrame
    aliases: pl.DataFrame
    ledger: pl.DataFrame
    left_out: pl.DataFrame


def clean(raw: pl.LazyFrame, issues: pl.DataFrame, settings: Settings) -> Cleaned:
    """Turn the raw rows (tables.RAW_ROWS, each file's in its order) and issues of all exports into one history.

    Raises:
        OwnerUnknownError: the settings name no one who wrote anything; the message lists who did.
    """
    rows = raw.collect()
    folded = rows.filter(pl.col("folded").is_not_null())
    rows = _marked(rows.filter(pl.col("folded").is_null()))
    rows = _with_reasons(with_utc(with_people(rows, settings), settings.time.zone))
    copies = rows.filter(pl.col("reason") == "duplicate")
    return Cleaned(
        messages=_messages(rows).select(tables.MESSAGES.schema.names()),
        aliases=copies.select(alias_id="message_id", message_id="kept_id", export_id="export_id", position="position"),
        ledger=_ledger(rows, folded, issues.filter("is_row")),
        left_out=rows.filter(pl.col("reason").is_in(["one_message", "one_participant"]))
        .group_by("conversation_id", "reason")
        .agg(pl.col("conversation_name").drop_nulls().first())
        .select("conversation_name", "reason")
        .sort("conversation_name", "reason"),
    )


def history(raw: pl.LazyFrame, settings: Settings) -> pl.DataFrame:
    """The same history of every chat, however few wrote how little, whether or not the owner is known.

    Columns of tables.MESSAGES, and `sent_local` as the export has it; in order of time.
    """
    rows = _marked(raw.filter(pl.col("folded").is_null()).collect())
    rows = with_utc(with_people(rows, settings, owner_needed=False), settings.time.zone)
    kept = _messages(_with_reasons(rows, small_too=True))
    return kept.select(*tables.MESSAGES.schema.names(), "sent_local")


def _marked(rows: pl.DataFrame) -> pl.DataFrame:
    """Add to raw rows what says which chat each belongs to and which message it is a copy of."""
    return mark_copies(with_conversations(in_export_order(with_ids(rows))))


def with_utc(rows: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Add `sent_at` (µs UTC): the export's own UTC, else its local time in `zone`.

    The hour that a change to winter time repeats is told apart by the order of the file: once the clock has jumped back
    inside it, the second pass has begun. An hour that a change to summer time skips is read with the winter offset.
    """
    hour, local = timedelta(hours=1), pl.col("sent_local")
    first = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    second = local.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null").dt.convert_time_zone("UTC")
    before_gap = (local - hour).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    jumped = local.diff().over("export_id", "conversation_key") < -timedelta(minutes=20)
    return (
        rows.with_columns(first=first, second=second)
        .with_columns(jumped=(jumped & (pl.col("first") != pl.col("second"))).fill_null(value=False))
        .with_columns(
            jumps=pl.col("jumped").cum_sum().over("export_id", "conversation_key", pl.col("sent_local").dt.date())
        )
        .with_columns(
            sent_at=pl.when("tz_known")
            .then(pl.col("sent_local").dt.replace_time_zone("UTC"))
            .when(pl.col("jumps") > 0)
            .then("second")
            .otherwise("first")
            .fill_null(before_gap.dt.convert_time_zone("UTC") + hour)
        )
        .drop("first", "second", "jumped", "jumps")
    )


def _with_reasons(rows: pl.DataFrame, *, small_too: bool = False) -> pl.DataFrame:
    """Put the rows in order of time and add `reason`: why a row is no message of the history; null where it is.

    Chats with fewer than two messages or people are left out, but with `small_too`.
    """
    steps = pl.col("sent_local").diff().dt.total_microseconds().sign()
    newest_first = (steps.sum() < 0).over("export_id", "conversation_key")
    line = pl.int_range(pl.len())
    chat = "conversation_id"
    return (
        rows.with_columns(line=pl.when(newest_first).then(-line).otherwise(line))
        .sort("sent_at", "export_rank", "line")
        .with_columns(
            reason=pl.when(~pl.lit(small_too) & (pl.col("kept_id").n_unique().over(chat) < 2))
            .then(pl.lit("one_message"))
            .when(~pl.lit(small_too) & (pl.col("sender_id").drop_nulls().n_unique().over(chat) < 2))
            .then(pl.lit("one_participant"))
            .when(pl.int_range(pl.len()).over("kept_id", order_by=["export_rank", "line"]) > 0)
            .then(pl.lit("duplicate"))
        )
    )


def _messages(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per kept message: who and where from its first occurrence, what it says from its last, edits winning.

    The columns of tables.MESSAGES and others.
    """
    said = (
        rows.sort(pl.col("edited") | (pl.col("kind") == "deleted"), "export_rank", maintain_order=True)
        .group_by("kept_id")
        .agg(pl.col(*_CONTENT).last())
    )
    people = pl.col("sender_id").drop_nulls().n_unique().over("conversation_id")
    kept = (
        rows.filter(pl.col("reason").is_null())
        .drop(*_CONTENT, "message_id")
        .join(said, on="kept_id", how="left", maintain_order="left")
        .rename({"kept_id": "message_id"})
        .with_columns(
            is_group=pl.col("is_group").any().over("conversation_id") | (people > 2),
            tie=pl.int_range(pl.len()).over("conversation_id", "sent_at").cast(pl.Int32),
        )
    )
    return _with_replies(kept, rows)


def _with_replies(kept: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Turn `reply_to` as exported (the answered message's platform id, or its words) into a message id, else null."""
    by_id = rows.filter(pl.col("platform_id").is_not_null())
    by_id = by_id.select("source", "conversation_id", "platform_id", answered="kept_id")
    by_id = by_id.unique(["source", "conversation_id", "platform_id"], maintain_order=True)
    answers = kept.filter(pl.col("reply_to").is_not_null()).select(
        "message_id", "source", "conversation_id", "reply_to", "sent_at"
    )
    by_words = answers.sort("sent_at").join_asof(
        kept.filter(pl.col("text") != "").select("conversation_id", "sent_at", reply_to="text", quoted="message_id"),
        on="sent_at",
        by=["conversation_id", "reply_to"],
        allow_exact_matches=False,
        check_sortedness=False,  # both sides come sorted; polars cannot see it behind `by`
    )
    found = (
        by_words.join(
            by_id,
            left_on=["source", "conversation_id", "reply_to"],
            right_on=["source", "conversation_id", "platform_id"],
            how="left",
        )
        .with_columns(answered=pl.coalesce("answered", "quoted"))
        .select("message_id", "answered")
    )
    return kept.join(found, on="message_id", how="left", maintain_order="left").with_columns(reply_to="answered")


def _ledger(rows: pl.DataFrame, folded: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """Every raw row with its outcome: used, or dropped for a named reason (tables.LEDGER)."""
    none = pl.lit(None, dtype=pl.String)
    used = pl.col("reason").is_null()
    carried = used | (pl.col("reason") == "duplicate")
    outcomes = [
        rows.select(
            "export_id",
            "position",
            message_id="message_id",
            outcome=pl.when(used).then(pl.lit("used")).otherwise(pl.lit("dropped")),
            reason="reason",
            kept_as=pl.when(carried).then("kept_id"),
        ),
        folded.select(
            "export_id", "position", message_id=none, outcome=pl.lit("dropped"), reason="folded", kept_as=none
        ),
        lost.select(
            "export_id",
            "position",
            message_id=none,
            outcome=pl.lit("dropped"),
            reason=pl.lit("unreadable"),
            kept_as=none,
        ),
    ]
    whole = pl.concat(outcomes).with_columns(stage=pl.lit("messages"), persona=none)
    return whole.select(tables.LEDGER.schema.names())
