"""The safe copy of the history: private values replaced in texts, names and attachments, or the message left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.privacy.replacer import Replacer
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.settings import Settings


@dataclass(frozen=True, slots=True)
class Safe:
    """The safe copy (tables.MESSAGES_SAFE), and what was found in texts: `message_id`, `kind`, `canonical`, a row a find.

    The finds hold private values: they are counted for the report and written nowhere.
    """

    messages: pl.DataFrame
    finds: pl.DataFrame


def make_safe(messages: pl.DataFrame, settings: Settings, key: bytes) -> pl.DataFrame:
    """The safe copy alone, its stand-ins chosen by the key and kept nowhere."""
    return safe_copy(messages, settings, StandIns(key)).messages


def safe_copy(messages: pl.DataFrame, settings: Settings, stand_ins: StandIns, contacts: Iterable[str] = ()) -> Safe:
    """Do with private values what the settings ask for their kind (tables.MESSAGES to tables.MESSAGES_SAFE).

    `contacts` are names out of address books, to be looked for beside everybody's in the history.
    Names of chats and people can be private too: an unsaved contact is called by its phone number. Nothing can be left out
    there, so what is to be dropped is masked. Of a message that is left out nothing stays but who sent it when, where; what a
    column `removed` says already (see `exclude.without_excluded`) counts before what is found here.
    """
    before = messages.get_column("removed", default=None)
    replacer = Replacer(settings, stand_ins, messages, contacts)
    texts, titles, senders = messages["text"], messages["conversation_name"], messages["sender_name"]
    files, reacted = messages["attachments"].explode(), messages["reactions"].explode().struct.field("sender")
    replacer.learn([texts, titles, senders, files, reacted])
    every = settings.privacy.name != "keep"
    safe = messages.with_columns(
        replacer.texts(texts).rename({"safe": "text"}),
        conversation_name=pl.when("is_group")
        .then(replacer.column(titles, replacer.title))
        .otherwise(replacer.column(titles, replacer.name, every=every)),
        sender_name=replacer.column(senders, replacer.name, every=every),
    )
    safe = _with_list(safe, "attachments", lambda values: replacer.column(values, replacer.title))
    safe = _with_list(safe, "reactions", lambda values: replacer.column(values, replacer.name, every=every), "sender")
    if before is not None:
        safe = safe.with_columns(removed=pl.coalesce(before, "removed"))
    gone = pl.col("removed").is_not_null()
    safe = safe.with_columns(
        reply_to=pl.when(~gone).then("reply_to"),
        attachments=pl.when(gone).then(pl.lit([], dtype=pl.List(pl.String))).otherwise("attachments"),
        reactions=pl.when(gone).then(pl.lit([], dtype=tables.REACTIONS)).otherwise("reactions"),
    )
    finds = messages.select("message_id", "text").join(replacer.finds, on="text").drop("text")
    return Safe(safe.select(tables.MESSAGES_SAFE.schema.names()), finds)


def _with_list(
    messages: pl.DataFrame, column: str, safe: Callable[[pl.Series], pl.Series], field: str | None = None
) -> pl.DataFrame:
    """Make a column of lists safe: of texts, or of structs with a `field` of text."""
    single = messages.filter(pl.col(column).list.len() > 0).select("message_id", column).explode(column)
    texts = single[column].struct.field(field) if field else single[column]
    new = pl.col(column).struct.with_fields(pl.col("safe").alias(field)) if field else pl.col("safe")
    single = single.with_columns(safe=safe(texts)).with_columns(new.alias(column))
    lists = single.group_by("message_id", maintain_order=True).agg(column)
    joined = messages.drop(column).join(lists, on="message_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col(column).fill_null([]))


def ledger(safe: pl.DataFrame) -> pl.DataFrame:
    """What became of every message on the way into the safe copy (tables.LEDGER): used, or dropped for a named reason."""
    used = pl.col("removed").is_null()
    return safe.select(
        stage=pl.lit("safe"),
        persona=pl.lit(None, dtype=pl.String),
        export_id="export_id",
        position="position",
        message_id="message_id",
        outcome=pl.when(used).then(pl.lit("used")).otherwise(pl.lit("dropped")),
        reason="removed",
        kept_as=pl.when(used).then("message_id"),
    )
