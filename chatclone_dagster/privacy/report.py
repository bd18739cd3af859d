"""What was found before anything is learned from it: counts by kind and chat, and redacted samples for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.privacy.detect import Finder
from chatclone_dagster.privacy.people import People
from chatclone_dagster.readers.contract import redact
from chatclone_dagster.settings import PRIVATE_KINDS, PrivateKind, Settings

RISKY: tuple[PrivateKind, ...] = ("card", "iban", "code", "secret", "id_number")
"""Kinds with which somebody can do harm at once."""

RARE = 0.01
"""The share of messages up to which risky values are what chats usually hold."""

MOST_SAMPLES = 3
_AROUND = 18  # characters shown on either side of a find


@dataclass(frozen=True, slots=True)
class Sample:
    """A find with its letters and digits masked, and the text around it."""

    kind: str
    before: str
    value: str
    after: str


def make_report(finds: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """What was found (safe.FINDS) by kind and chat, and what becomes of it (tables.PRIVACY_REPORT)."""
    policies = {kind: settings.privacy.policy(kind) for kind in PRIVATE_KINDS}
    return (
        finds.sort("sent_at", "message_id")
        .group_by("kind", "conversation_id")
        .agg(
            pl.col("conversation_name").last(),
            found=pl.len().cast(pl.Int64),
            different=pl.col("canonical").n_unique().cast(pl.Int64),
            messages=pl.col("message_id").n_unique().cast(pl.Int64),
            samples=pl.col("message_id").unique(maintain_order=True).head(MOST_SAMPLES),
        )
        .with_columns(policy=pl.col("kind").replace_strict(policies, return_dtype=pl.String))
        .select(tables.PRIVACY_REPORT.schema.names())
        .sort("kind", "conversation_id")
    )


def totals(report: pl.DataFrame) -> pl.DataFrame:
    """A report's sums by kind, in the order of the settings: `kind`, `policy`, `found`, `messages`, `chats`, `samples`."""
    order = pl.Enum(PRIVATE_KINDS)
    return (
        report.group_by("kind", "policy")
        .agg(
            pl.col("found", "messages").sum(),
            chats=pl.len(),
            samples=pl.col("samples").sort_by("found", descending=True).explode(empty_as_null=False),
        )
        .sort(pl.col("kind").cast(order))
    )


def risky_kept(report: pl.DataFrame) -> dict[str, int]:
    """How many finds of each risky kind the settings keep."""
    kept = report.filter(pl.col("kind").is_in(RISKY), pl.col("policy") == "keep")
    return dict(kept.group_by("kind").agg(pl.col("found").sum()).sort("kind").iter_rows())


def risky_share(report: pl.DataFrame, messages: int) -> float:
    """The share of messages that hold a risky value (one that holds several kinds counts for each)."""
    return float(report.filter(pl.col("kind").is_in(RISKY))["messages"].sum()) / max(messages, 1)


def samples(report: pl.DataFrame, raw: Path, settings: Settings, contacts: Iterable[str] = ()) -> dict[str, Sample]:
    """For each kind one find, redacted, read anew from the raw history (a Parquet file of tables.MESSAGES)."""
    wanted = {kind: list(ids) for kind, ids in totals(report).select("kind", "samples").iter_rows()}
    ids = [id_ for listed in wanted.values() for id_ in listed]
    messages = pl.scan_parquet(raw)
    people = People.of(messages, settings, contacts)
    finder = Finder.of(settings, people.known)
    texts = dict(messages.filter(pl.col("message_id").is_in(ids)).select("message_id", "text").collect().iter_rows())
    made: dict[str, Sample] = {}
    for kind, listed in wanted.items():
        for text in (texts[id_] for id_ in listed if id_ in texts):
            span = next((span for span in finder.find(text) if span.kind == kind), None)
            if span and kind not in made:
                before, after = text[max(0, span.start - _AROUND) : span.start], text[span.end : span.end + _AROUND]
                made[kind] = Sample(kind, redact(before), redact(text[span.start : span.end], 40), redact(after))
    return made
