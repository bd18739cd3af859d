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
    replacer = Replacer(settings.privacy.replace, regions_of(settings.time.zone), key)
    texts = replacer.column(messages["text"])
    names = [replacer.column(messages[name])["safe"].alias(name) for name in ("conversation_name", "sender_name")]
    safe = messages.with_columns(texts["safe"].alias("text"), *names, texts["replaced"])
    return _with_safe_attachments(safe, replacer).select(tables.MESSAGES_SAFE.schema.names())


def _with_safe_attachments(messages: pl.DataFrame, replacer: Replacer) -> pl.DataFrame:
    single = messages.filter(pl.col("attachments").list.len() > 0).select("message_id", "attachments")
    single = single.explode("attachments")
    safe = single.with_columns(replacer.column(single["attachments"])["safe"].alias("attachments"))
    lists = safe.group_by("message_id", maintain_order=True).agg("attachments")
    joined = messages.drop("attachments").join(lists, on="message_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("attachments").fill_null([]))
