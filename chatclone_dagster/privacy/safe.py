"""The safe copy of the history: private values in texts, names and attachments replaced; everything else as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.privacy.detect import MIGHT_HOLD, find, regions_of
from chatclone_dagster.privacy.pseudonyms import surrogate
from chatclone_dagster.settings import PrivateKind, Settings


@dataclass(frozen=True, slots=True)
class Replacer:
    """What is replaced, how: the kinds, the countries whose phone numbers are known, and the home's key."""

    kinds: Sequence[PrivateKind]
    regions: Sequence[str]
    key: bytes

    @classmethod
    def of(cls, settings: Settings, key: bytes) -> Replacer:
        """As the settings have it."""
        return cls(settings.privacy.replace, regions_of(settings.time.zone), key)

    def text(self, text: str) -> tuple[str, int]:
        """One text with its private values replaced, and how many there were."""
        spans = find(text, self.kinds, self.regions)
        for span in reversed(spans):
            text = text[: span.start] + surrogate(span, text[span.start : span.end], self.key) + text[span.end :]
        return text, len(spans)

    def column(self, texts: pl.Series) -> pl.DataFrame:
        """`safe` and `replaced` (a count) of every text; only distinct ones that may hold something are read."""
        suspects = texts.unique().drop_nulls()
        suspects = suspects.filter(suspects.str.contains(MIGHT_HOLD))
        found = [(text, *self.text(text)) for text in suspects]
        table = pl.DataFrame(found, schema={"text": pl.String, "safe": pl.String, "replaced": pl.Int32}, orient="row")
        joined = texts.to_frame("text").join(table, on="text", how="left", maintain_order="left")
        return joined.select(safe=pl.coalesce("safe", "text"), replaced=pl.col("replaced").fill_null(0))


def make_safe(messages: pl.DataFrame, settings: Settings, key: bytes) -> pl.DataFrame:
    """Replace private values of the configured kinds (tables.MESSAGES to tables.MESSAGES_SAFE).

    Names of chats and people can be private too: an unsaved contact is called by its phone number.
    """
    replacer = Replacer.of(settings, key)
    texts = replacer.column(messages["text"])
    names = [replacer.column(messages[name])["safe"].alias(name) for name in ("conversation_name", "sender_name")]
    safe = messages.with_columns(texts["safe"].alias("text"), *names, texts["replaced"])
    for column, field in (("attachments", None), ("reactions", "sender")):
        safe = _with_safe_list(safe, column, field, replacer)
    return safe.select(tables.MESSAGES_SAFE.schema.names())


def _with_safe_list(messages: pl.DataFrame, column: str, field: str | None, replacer: Replacer) -> pl.DataFrame:
    """Replace private values in a column of lists: of texts, or of structs with a `field` of text."""
    single = messages.filter(pl.col(column).list.len() > 0).select("message_id", column).explode(column)
    texts = single[column].struct.field(field) if field else single[column]
    new = pl.col(column).struct.with_fields(pl.col("safe").alias(field)) if field else pl.col("safe")
    single = single.with_columns(safe=replacer.column(texts)["safe"]).with_columns(new.alias(column))
    lists = single.group_by("message_id", maintain_order=True).agg(column)
    joined = messages.drop(column).join(lists, on="message_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col(column).fill_null([]))
