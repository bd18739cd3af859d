"""Raw rows in, one clean history out: `clean` calls the rest of this room in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.messages.best_copies import answered, best_copies
from chatclone_dagster.messages.ids import nth_of_its_kind
from chatclone_dagster.messages.who import Who, who_sent
from chatclone_dagster.readers.forgotten import KIND as FORGOTTEN
from chatclone_dagster.settings import Settings

_PLACE = ("export_id", "conversation_key")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The history (tables.MESSAGES), further ids of it (MESSAGE_ALIASES), what became of every row (LEDGER), and who is who.

    `left_out` names the chats with fewer than two messages or people: `conversation_name`, `reason`.
    """

    messages: pl.DataFrame
    aliases: pl.DataFrame
    ledger: pl.DataFrame
    identities: pl.DataFrame
    left_out: pl.DataFrame


def clean(raw: pl.LazyFrame, issues: pl.DataFrame, settings: Settings, contacts: pl.DataFrame | None = None) -> Cleaned:
    """Turn the raw rows (tables.RAW_ROWS, each file's in its order) and issues of all exports into one history.

    `contacts` are the cards of address books (tables.CONTACTS).

    Raises:
        OwnerUnknownError: the settings name no one who wrote anything; the message lists who did.
    """
    rows = raw.filter(pl.col("folded").is_null()).collect()
    folded = raw.filter(pl.col("folded").is_not_null()).select("export_id", "position", "folded").collect()
    who = who_sent(rows, settings, contacts)
    marks = _with_reasons(_marked(who, settings))
    ids = marks["message_id"].gather(marks["kept"]).alias("kept_id")
    outcomes = marks.select("message_id", "reason").hstack([ids, *rows.select("export_id", "position")])
    copies = outcomes.filter(pl.col("reason") == "duplicate")
    small = marks.filter(pl.col("reason").is_in(["one_message", "one_participant"]))
    return Cleaned(
        messages=_messages(rows, marks).select(tables.MESSAGES.schema.names()),
        aliases=copies.select(alias_id="message_id", message_id="kept_id", export_id="export_id", position="position"),
        ledger=_ledger(outcomes, folded, issues.filter("is_row")),
        identities=who.identities,
        left_out=small.unique("conversation_id", keep="first", maintain_order=True)
        .select("conversation_name", "reason")
        .sort("conversation_name", "reason"),
    )


def history(raw: pl.LazyFrame, settings: Settings) -> pl.DataFrame:
    """The same history of every chat, however few wrote how little, whether or not the owner is known.

    Columns of tables.MESSAGES, and `sent_local` by the clock of the best export of the chat; in order of time.
    """
    rows = raw.filter(pl.col("folded").is_null()).collect()
    marks = _with_reasons(_marked(who_sent(rows, settings, owner_needed=False), settings), small_too=True)
    kept = _messages(rows, marks).filter(pl.col("kind") != FORGOTTEN)
    return kept.select(*tables.MESSAGES.schema.names(), "sent_local")


def _marked(who: Who, settings: Settings) -> pl.DataFrame:
    """For every raw row which message it is (see duplicates.mark_copies), who sent it, and when (`sent_at`)."""
    rows, marks = who.rows, who.marks.with_row_index("row").hstack(who.senders)
    marks = marks.hstack(rows.select(*_PLACE, "conversation_name", forgotten=pl.col("kind") == FORGOTTEN))
    return _with_names(with_utc(marks.rename({"clock": "sent_local"}), settings.time.zone), rows)


def _with_names(marks: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Give each chat one name, its latest; another phone's name for the chat with the owner is none."""
    titles = marks.filter(
        pl.col("sent_local") == pl.col("sent_local").max().over("conversation_id", "conversation_name")
    )
    titles = titles.select("conversation_id", "conversation_name", "sent_local", "row")
    mine = marks.select("conversation_id", "is_owner").with_columns(conversation_name=rows["sender_name"])
    mine = mine.filter("is_owner").select("conversation_id", "conversation_name").unique()
    names = (
        titles.join(mine.with_columns(mine=True), on=["conversation_id", "conversation_name"], how="left")
        .sort(pl.col("mine").is_null(), "sent_local", "row")
        .group_by("conversation_id", maintain_order=True)
        .agg(pl.col("conversation_name").last())
    )
    return marks.drop("conversation_name").join(names, on="conversation_id", how="left", maintain_order="left")


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


def _with_reasons(marks: pl.DataFrame, *, small_too: bool = False) -> pl.DataFrame:
    """Add `reason`: why a row is no message of the history; null where it is.

    Chats with fewer than two messages or people are left out, but with `small_too`; chats of the forgotten always.
    """
    kept = pl.col("row") == pl.col("kept")
    small = (
        marks.group_by("conversation_id")
        .agg(pl.col("forgotten").all(), messages=kept.sum(), people=pl.col("sender_id").drop_nulls().n_unique())
        .select(
            "conversation_id",
            reason=pl.when("forgotten")
            .then(pl.lit(FORGOTTEN))
            .when(pl.lit(small_too))
            .then(None)
            .when(pl.col("messages") < 2)
            .then(pl.lit("one_message"))
            .when(pl.col("people") < 2)
            .then(pl.lit("one_participant")),
        )
        .filter(pl.col("reason").is_not_null())
    )
    joined = marks.join(small, on="conversation_id", how="left", maintain_order="left")
    return joined.with_columns(
        reason=pl.when(~kept & pl.col("reason").is_null()).then(pl.lit("duplicate")).otherwise("reason")
    )


def _messages(rows: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """One row per kept message, in order of time, then of its first export: the columns of tables.MESSAGES and others."""
    steps = pl.col("sent_local").diff().dt.total_microseconds().sign()
    backwards = marks.group_by(_PLACE).agg(back=steps.sum() < 0).filter("back")
    turned = marks.select(_PLACE).join(backwards, on=list(_PLACE), how="left", maintain_order="left")["back"]
    best = best_copies(rows, marks)
    used = marks["reason"].is_null().gather(best["kept"])
    best = best.filter(used)
    first = marks.select("rank", "row")[best["kept"]].with_columns(
        turned.gather(best["kept"]), sent_at=marks["sent_at"].gather(best["timed"])
    )
    line = pl.col("row").cast(pl.Int64)
    order = first.select(pl.arg_sort_by("sent_at", "rank", pl.when("back").then(-line).otherwise(line)).alias("order"))[
        "order"
    ]
    best = best[order]
    kept, said, timed = best["kept"], best["said"], best["timed"]
    messages = pl.DataFrame(
        [
            *marks.select("message_id", "conversation_id", "conversation_name", "sender_id", "sender_name", "is_owner")[
                kept
            ],
            *marks.select("sent_at", "sent_local", "tz_known")[timed],
            *rows.select("source", "export_id", "position")[kept],
            *rows.select("kind", "text")[said],
            *best.select("forwarded", "edited"),
            rows["reactions"].gather(best["reactions"]),
            rows["attachments"].gather(best["attachments"]),
        ]
    )
    groups = messages.group_by("conversation_id").agg(people=pl.col("sender_id").drop_nulls().n_unique() > 2)
    told = marks.select("conversation_id")[kept].with_columns(rows["is_group"].gather(kept))
    told = told.group_by("conversation_id").agg(told=pl.col("is_group").any())
    groups = groups.join(told, on="conversation_id").select(
        "conversation_id", is_group=pl.col("people") | pl.col("told")
    )
    tie = nth_of_its_kind(messages.select("conversation_id", "sent_at")).cast(pl.Int32).alias("tie")
    answers = answered(rows, marks)
    reply = pl.repeat(None, marks.height, dtype=pl.UInt32, eager=True).scatter(answers["kept"], answers["answers"])
    return messages.join(groups, on="conversation_id", how="left", maintain_order="left").with_columns(
        tie, marks["message_id"].gather(reply.gather(kept)).alias("reply_to")
    )


def _ledger(outcomes: pl.DataFrame, folded: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """Every raw row with its outcome: used, or dropped for a named reason (tables.LEDGER)."""
    none = pl.lit(None, dtype=pl.String)
    used = pl.col("reason").is_null()
    carried = used | (pl.col("reason") == "duplicate")
    parts = [
        outcomes.select(
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
    whole = pl.concat(parts).with_columns(stage=pl.lit("messages"), persona=none)
    return whole.select(tables.LEDGER.schema.names())
