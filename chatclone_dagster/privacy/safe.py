"""The safe copy of the history: private values replaced in texts, names and attachments, or the message left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from chatclone_dagster import lake, tables
from chatclone_dagster.home import Home
from chatclone_dagster.messages import contacts, known
from chatclone_dagster.privacy.exclude import Exclusion
from chatclone_dagster.privacy.replacer import Replacer
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.settings import Settings

FINDS = ("message_id", "kind", "canonical", "conversation_id", "conversation_name", "sent_at")


@dataclass(frozen=True, slots=True)
class Safe:
    """The safe copy (tables.MESSAGES_SAFE), and what was found in texts (columns FINDS), a row a find.

    The finds hold private values: they are counted for the report and written nowhere.
    """

    messages: pl.DataFrame
    finds: pl.DataFrame


def write(home: Home) -> tuple[str, pl.DataFrame]:
    """Write the safe copy of the home's `messages`, in batches; return its content version and what was found (FINDS).

    Raises:
        NothingToExcludeError, UnknownPersonError: a setting that leaves out a chat or a person names none that is there.
    """
    settings, path, stand_ins = home.settings, home.table("messages"), StandIns.open(home)
    history = pl.scan_parquet(path)
    people = known.known_people(home) if settings.excludes_people else known.FORMS.to_frame()
    exclusion = Exclusion(history, people, settings)
    replacer = Replacer(settings, stand_ins, history, contacts.known_names(home))
    finds: list[pl.DataFrame] = []

    def batches() -> Iterator[pl.DataFrame]:
        for made in safe_batches(lambda: map(exclusion.apply, lake.batches(path)), replacer):
            finds.append(made.finds)
            yield made.messages
        stand_ins.save()  # before what they stand in is there for anyone to read

    content = lake.write(tables.MESSAGES_SAFE, batches(), home.table("messages_safe"))
    return content, pl.concat(finds)


def make_safe(messages: pl.DataFrame, settings: Settings, key: bytes) -> pl.DataFrame:
    """The safe copy alone, its stand-ins chosen by the key and kept nowhere."""
    return safe_copy(messages, settings, StandIns(key)).messages


def safe_copy(messages: pl.DataFrame, settings: Settings, stand_ins: StandIns) -> Safe:
    """The safe copy of a history that fits the memory."""
    replacer = Replacer(settings, stand_ins, messages.lazy())
    return next(safe_batches(lambda: iter([messages]), replacer))


def safe_batches(batches: Callable[[], Iterator[pl.DataFrame]], replacer: Replacer) -> Iterator[Safe]:
    """Do with private values what the settings ask for their kind (tables.MESSAGES to tables.MESSAGES_SAFE).

    `batches` gives the history as often as it is asked for: stand-ins are chosen when all of it was looked at.
    """

    def columns() -> Iterator[pl.Series]:
        return (column for batch in batches() for column in _columns(batch))

    for suspects in lake.ahead(replacer.suspects(_columns(batch)) for batch in batches()):
        replacer.look(suspects)
    replacer.choose(columns)
    found = replacer.finds
    for batch in batches():
        safe = _copied(batch, replacer)
        finds = batch.select("message_id", "text").join(found, on="text")
        yield Safe(safe, finds.join(safe, on="message_id").select(FINDS))


def _columns(messages: pl.DataFrame) -> Iterator[pl.Series]:
    """Everything in which something private can stand."""
    yield from (messages[name] for name in ("text", "conversation_name", "sender_name"))
    yield messages["attachments"].explode()
    yield messages["reactions"].explode().struct.field("sender")


def _copied(messages: pl.DataFrame, replacer: Replacer) -> pl.DataFrame:
    """Messages looked at, made safe.

    Names of chats and people can be private too: an unsaved contact is called by its phone number. Nothing can be left out
    there, so what is to be dropped is masked. Of a message that is left out nothing stays but who sent it when, where; what a
    column `removed` says already (`exclude.Exclusion`) counts before what is found here.
    """
    before = messages.get_column("removed", default=None)
    titles, every = messages["conversation_name"], replacer.privacy.name != "keep"
    safe = messages.with_columns(
        replacer.texts(messages["text"]).rename({"safe": "text"}),
        conversation_name=pl.when("is_group")
        .then(replacer.column(titles, replacer.title))
        .otherwise(replacer.column(titles, replacer.name, every=every)),
        sender_name=replacer.column(messages["sender_name"], replacer.name, every=every),
    )
    safe = _with_list(safe, "attachments", lambda values: replacer.column(values, replacer.title))
    safe = _with_list(safe, "reactions", lambda values: replacer.column(values, replacer.name, every=every), "sender")
    if before is not None:
        safe = safe.with_columns(removed=pl.coalesce(before, "removed"))
    gone = pl.col("removed").is_not_null()
    return safe.with_columns(
        reply_to=pl.when(~gone).then("reply_to"),
        attachments=pl.when(gone).then(pl.lit([], dtype=pl.List(pl.String))).otherwise("attachments"),
        reactions=pl.when(gone).then(pl.lit([], dtype=tables.REACTIONS)).otherwise("reactions"),
    ).select(tables.MESSAGES_SAFE.schema.names())


def _with_list(
    messages: pl.DataFrame, column: str, safe: Callable[[pl.Series], pl.Series], field: str | None = None
) -> pl.DataFrame:
    """Make a column of lists safe: of texts, or of structs with a `field` of text."""
    single = messages.filter(pl.col(column).list.len() > 0).select("message_id", column).explode(column)
    if single.is_empty():
        return messages
    texts = single[column].struct.field(field) if field else single[column]
    new = pl.col(column).struct.with_fields(pl.col("safe").alias(field)) if field else pl.col("safe")
    single = single.with_columns(safe=safe(texts)).with_columns(new.alias(column))
    lists = single.group_by("message_id", maintain_order=True).agg(column)
    joined = messages.select("message_id").join(lists, on="message_id", how="left", maintain_order="left")
    return messages.with_columns(joined[column].fill_null([]))


def ledger(safe: pl.LazyFrame) -> pl.LazyFrame:
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
