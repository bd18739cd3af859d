"""From messages to rows, for every variant of both apps.

A message is looked at one by one only if it is more than text; the columns of the others are made all at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import polars as pl

from chatclone_dagster.readers.columns import reactions_by_count, strings_by_count
from chatclone_dagster.readers.contract import Out
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.meta import message as one
from chatclone_dagster.readers.meta.schema import Message
from chatclone_dagster.readers.meta.sentences import Sentence, sentence_of, suspects
from chatclone_dagster.readers.meta.thread import Thread
from chatclone_dagster.tables import KINDS

_BATCH = 100_000  # messages made into a frame at a time
_LATEST = 4_102_444_800_000  # ms; the year 2100
_KINDS = pl.Series(KINDS, dtype=pl.String)  # the first is that of plain messages
_CODES = {kind: code for code, kind in enumerate(KINDS)}
_NAMED = re.compile(r"[\"“„«].*")


@dataclass
class Templates:
    """Sentences that several senders 'wrote' several times about themselves by name: the app's, in a language without a table."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    senders: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, texts: Iterable[tuple[str, str]]) -> None:
        """Count texts that begin with the name of their sender, given as (text, sender)."""
        for text, sender in texts:
            template = _template(text, sender)
            if template:
                self.counts[template] += 1
                self.senders[template].add(sender)

    def holds(self, text: str, sender: str | None) -> bool:
        """Whether a text is such a sentence."""
        template = _template(text, sender)
        return bool(template) and self.counts[template] > 2 and len(self.senders[template]) > 1


def write(messages: Sequence[Message], start: int, thread: Thread, templates: Templates, out: Out) -> None:
    """Hand messages, the first of which has the index `start`, to `out`."""
    if not messages:
        return
    table = pl.DataFrame(
        {
            "position": np.arange(start, start + len(messages)),
            "sent_local": _times([message.timestamp_ms for message in messages]),
            "sender": _names([message.sender_name for message in messages], thread),
            "text": _texts([message.content for message in messages], thread),
        }
    )
    lost = table["sent_local"].is_null()
    if lost.any():
        for position in table["position"].filter(lost):
            out.issue(position, "a message without a readable time", is_row=True)
        messages = [message for message, gone in zip(messages, lost, strict=True) if not gone]
        table = table.filter(~lost)
    table = table.with_columns(by_name=pl.col("text").str.starts_with(pl.col("sender")).fill_null(value=False))
    templates.add(table.filter("by_name").select("text", "sender").iter_rows())
    table = table.with_columns(suspect=suspects(table["text"]) | table["by_name"])
    for first in range(0, table.height, _BATCH):
        out.frame(_frame(messages[first : first + _BATCH], table.slice(first, _BATCH), thread, templates, out))


def _frame(
    messages: Sequence[Message], table: pl.DataFrame, thread: Thread, templates: Templates, out: Out
) -> pl.DataFrame:
    close = np.array(one.more_than_text(messages)) | (table["suspect"] | (table["text"] == "")).to_numpy()
    rows = np.flatnonzero(close)
    found = _Found(templates, out)
    for n, seen in zip(rows.tolist(), table[rows].select(_Found.SEEN).iter_rows(), strict=True):
        found.add(messages[n], *seen)

    def spread(values: Sequence[int]) -> np.ndarray:
        whole = np.zeros(len(messages), np.int64)
        whole[rows] = values
        return whole

    return table.select(
        "position",
        "sent_local",
        pl.when(pl.Series(spread(found.silent)) == 1).then(pl.lit("")).otherwise("text").alias("text"),
        pl.when(pl.Series(spread(found.folded)) == 1).then(pl.lit("pseudo_reaction")).alias("folded"),
        _KINDS[spread(found.kind)].alias("kind"),
        strings_by_count(thread.column(found.paths), spread(found.path_counts)).alias("attachments"),
        reactions_by_count(
            thread.column(found.emoji), thread.column(found.actors), spread(found.reaction_counts)
        ).alias("reactions"),
        conversation_key=pl.lit(thread.key),
        conversation_name=pl.lit(thread.name),
        is_group=pl.lit(thread.is_group, dtype=pl.Boolean),
        sender_key="sender",
        sender_name="sender",
        tz_known=pl.lit(thread.tz_known),
    )


@dataclass
class _Found:
    """What a close look at some messages found, as columns: objects of their own would keep the garbage collector busy."""

    SEEN: ClassVar = ("position", "sender", "text", "suspect")

    templates: Templates
    out: Out
    kind: list[int] = field(default_factory=list)
    silent: list[bool] = field(default_factory=list)
    folded: list[bool] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    path_counts: list[int] = field(default_factory=list)
    emoji: list[str] = field(default_factory=list)
    actors: list[str] = field(default_factory=list)
    reaction_counts: list[int] = field(default_factory=list)

    def add(self, message: Message, position: int, sender: str | None, text: str, suspect: bool) -> None:
        """Look at one message."""
        sentence = None
        if suspect:
            sentence = sentence_of(text, sender) or (Sentence.SYSTEM if self.templates.holds(text, sender) else None)
        kind = one.kind_of(message, sentence, text)
        self.kind.append(_CODES[kind])
        self.silent.append(not one.is_shown(kind, sentence))
        self.folded.append(sentence is Sentence.REACTION)
        paths = inside(one.attachments_of(message), position, self.out)
        self.paths += paths
        self.path_counts.append(len(paths))
        self.reaction_counts.append(one.add_reactions(message, self.emoji, self.actors))


def _times(milliseconds: list[Any]) -> pl.Series:
    """Times since 1970; null for what is none."""
    if not set(map(type, milliseconds)) <= {int, float}:
        milliseconds = [value if type(value) in (int, float) else 0 for value in milliseconds]
    try:
        values = np.array(milliseconds, np.float64)
    except OverflowError:
        values = np.array([value if 0 < value < _LATEST else 0 for value in milliseconds], np.float64)
    good = (values > 0) & (values < _LATEST)
    microseconds = np.where(good, values, 0).round().astype(np.int64) * 1000
    return (
        pl.DataFrame({"at": microseconds, "good": good})
        .select(pl.when("good").then(pl.col("at").cast(pl.Datetime("us"))))
        .to_series()
    )


def _names(values: list[Any], thread: Thread) -> pl.Series:
    """The senders; null for none."""
    try:
        distinct = list(set(values))
    except TypeError:  # lists and objects
        values = [value if isinstance(value, str) else None for value in values]
        distinct = list(set(values))
    code = {name: n for n, name in enumerate(distinct)}
    names = [thread.mend(name) if isinstance(name, str) and name else None for name in distinct]
    return pl.Series(names, dtype=pl.String)[np.fromiter(map(code.__getitem__, values), np.int64, len(values))]


def _texts(values: list[Any], thread: Thread) -> pl.Series:
    """What stands in the messages; empty where nothing does."""
    try:
        return thread.column([value or "" for value in values])
    except TypeError:  # among them is something else than strings
        return thread.column([value if isinstance(value, str) else "" for value in values])


def _template(text: str, sender: str | None) -> str:
    """A text that begins with its sender's name, without the name and without what differs from case to case."""
    if not sender or not text.startswith(f"{sender} "):
        return ""
    return _NAMED.sub("“", text[len(sender) :])
