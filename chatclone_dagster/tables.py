"""The contracts between rooms: every table that Python writes, its grain, and each column's type, unit and meaning.

A room hands another room nothing but these tables (the SQL models state theirs in the `.yml` beside them); `lake.py`
writes them and refuses what breaks its contract.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

UTC = pl.Datetime("us", "UTC")
LOCAL = pl.Datetime("us")
REACTIONS = pl.List(pl.Struct({"emoji": pl.String, "sender": pl.String}))
CHAT = pl.List(pl.Struct({"role": pl.String, "content": pl.String, "weight": pl.Int8}))

KINDS = (
    "text",
    "media",
    "sticker",
    "voice",
    "call",
    "location",
    "poll",
    "contact",
    "system",
    "deleted",
    "unavailable",
    "forgotten",
)
"""What a message is. `system`: written by the app; `deleted`: withdrawn; `unavailable`: expired or never arrived; `forgotten`:
of somebody who asked for it, without content or sender (see readers.forgotten)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, polars type, meaning (with the unit), and whether it may be null."""

    name: str
    dtype: pl.DataType | type[pl.DataType]
    meaning: str
    nullable: bool = False


@dataclass(frozen=True)
class Table:
    """A table's contract: what one row is, the columns in order, and the columns that identify a row (if any)."""

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def schema(self) -> pl.Schema:
        """The polars schema of the table."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """A frame of this table without rows."""
        return self.schema.to_frame()


def _columns(*rows: tuple[str, pl.DataType | type[pl.DataType], str]) -> tuple[Column, ...]:
    """Build columns from (name, type, meaning); a name that ends in `?` may be null."""
    return tuple(Column(name.rstrip("?"), dtype, meaning, name.endswith("?")) for name, dtype, meaning in rows)


# What a message says, the same before and after identity and zones are applied.
_BODY = _columns(
    ("kind", pl.String, "what the message is, one of tables.KINDS"),
    ("text", pl.String, "what was typed; captions count; empty where nothing was"),
    ("reply_to?", pl.String, "id of the message this one answers, where the app says so"),
    ("forwarded", pl.Boolean, "marked as forwarded by the app"),
    ("edited", pl.Boolean, "marked as edited by the app"),
    ("reactions", REACTIONS, "emoji and who left it (name as in the export)"),
    ("attachments", pl.List(pl.String), "file names or links as the export gives them"),
)

EXPORTS = Table(
    "exports",
    "one row per file (or archive member) under exports/",
    _columns(
        ("file", pl.String, "path under exports/, `archive.zip!member` inside an archive"),
        (
            "export_id?",
            pl.String,
            "first 16 hex digits of the content's BLAKE2b hash; null where no reader takes the file",
        ),
        ("bytes", pl.Int64, "size in bytes, uncompressed"),
        ("source?", pl.String, "the reader that claims it, e.g. whatsapp; null where none does"),
        ("confidence", pl.Float64, "how sure the reader is, 0 to 1"),
        ("reason?", pl.String, "why it is not read; null where it is"),
    ),
    key=("file",),
)

READINGS = Table(
    "readings",
    "one row per export file that was read",
    _columns(
        ("file", pl.String, "path under exports/"),
        ("export_id", pl.String, "content hash of the file"),
        ("reader", pl.String, "the reader that read it"),
        ("folder", pl.String, "where its rows.parquet and issues.parquet lie, relative to lake/raw"),
        ("content", pl.String, "version of what was read, see lake.quick_version"),
        ("rows", pl.Int64, "raw rows read"),
        ("issues", pl.Int64, "places not understood"),
        ("chats", pl.Int64, "conversations in the file"),
        ("senders", pl.Int64, "senders in the file"),
        ("first_at?", LOCAL, "earliest time as written"),
        ("last_at?", LOCAL, "latest time as written"),
        ("facts", pl.String, "what the reader noted, as JSON: variant, date_order, date_order_confidence, …"),
    ),
    key=("file",),
)

RAW_ROWS = Table(
    "raw_rows",
    "one row per raw row of an export, as the file tells it: no zone, no identity, nothing removed",
    _columns(
        ("source", pl.String, "the reader, e.g. whatsapp"),
        ("export_id", pl.String, "content hash of the file"),
        ("position", pl.Int64, "line of a text (from 1) or index of a record (from 0)"),
        ("conversation_key", pl.String, "what tells chats apart within the source"),
        ("conversation_name", pl.String, "the chat's title as exported"),
        ("is_group?", pl.Boolean, "group chat; null where the export does not tell"),
        (
            "sender_key?",
            pl.String,
            "the platform's id of the sender, else the name as exported; null for the app itself",
        ),
        ("sender_name?", pl.String, "display name as exported"),
        ("from_owner?", pl.Boolean, "whether the export's owner sent it; null where the export does not tell"),
        ("sent_local", LOCAL, "time as written, µs; in UTC where tz_known"),
        ("tz_known", pl.Boolean, "whether sent_local is UTC"),
        ("platform_id?", pl.String, "the platform's own message id"),
    )
    + _BODY
    + _columns(
        ("folded?", pl.String, "why this row is no message of its own (reply_copy, pseudo_reaction, …); null if it is"),
    ),
)

PARSE_ISSUES = Table(
    "parse_issues",
    "one row per place in an export that was not understood",
    _columns(
        ("source", pl.String, "the reader"),
        ("export_id", pl.String, "content hash of the file"),
        ("file", pl.String, "path under exports/"),
        ("position", pl.Int64, "line or record index"),
        ("reason", pl.String, "what is wrong"),
        ("excerpt", pl.String, "the start of the place, letters and digits masked"),
        ("is_row", pl.Boolean, "whether a raw row was lost here (it then counts in the ledger)"),
    ),
)

CONTACTS = Table(
    "contacts",
    "one row per card of an address book; raw and local",
    _columns(
        ("file", pl.String, "the address book, under exports/ or with its whole path"),
        ("position", pl.Int64, "line where the card begins, from 1"),
        ("name", pl.String, "the contact's name"),
        ("nicknames", pl.List(pl.String), "other names on the card"),
        ("phones", pl.List(pl.String), "numbers in E.164"),
        ("emails", pl.List(pl.String), "e-mail addresses in lower case"),
    ),
    key=("file", "position"),
)

IDENTITIES = Table(
    "identities",
    "one row per sender as exported, with the person it is and why; raw and local",
    _columns(
        ("source", pl.String, "the reader"),
        ("sender_key?", pl.String, "the sender's key in raw_rows"),
        ("sender_name?", pl.String, "the name as exported"),
        ("from_owner?", pl.Boolean, "whether the export says that the owner sent it"),
        (
            "chat?",
            pl.String,
            "the chat's key, where the name says nothing (`Deleted Account`) and holds in one chat only",
        ),
        (
            "sender_id",
            pl.String,
            "the person, as in messages; in a chat told by two phones it may be somebody else there (messages.one_person)",
        ),
        ("name", pl.String, "the person's name"),
        ("rule", pl.String, "why it is this person, one of messages.merging.RULES"),
        ("evidence", pl.String, "what the rule rests on, in words"),
        ("messages", pl.Int64, "raw rows of this sender, further copies included"),
    ),
    key=("source", "sender_key", "sender_name", "from_owner", "chat"),
)

MESSAGES = Table(
    "messages",
    "one row per message, each counted once however many exports by the same app hold it; raw and local",
    _columns(
        ("message_id", pl.String, "the platform's id, else a hash of raw sender, local time, text and occurrence"),
        ("source", pl.String, "the reader, e.g. whatsapp"),
        ("export_id", pl.String, "the export it was first read from"),
        ("conversation_id", pl.String, "stable id of the chat"),
        ("conversation_name", pl.String, "the chat's title"),
        ("is_group", pl.Boolean, "more than two people take part, or the export says so"),
        ("sender_id?", pl.String, "stable id of the person; null for the app itself"),
        ("sender_name?", pl.String, "the person's name"),
        ("is_owner", pl.Boolean, "sent by the owner of the home"),
        ("sent_at", UTC, "when, µs UTC"),
        ("tie", pl.Int32, "order among the messages of one chat and instant, from 0"),
        ("tz_known", pl.Boolean, "whether the export gave UTC; else the configured zone was applied"),
    )
    + _BODY
    + _columns(("position", pl.Int64, "line or index in the export")),
    key=("message_id",),
)

MESSAGES_SAFE = Table(
    "messages_safe",
    "one row per message, private values replaced; everything downstream reads this table",
    MESSAGES.columns
    + _columns(
        ("replaced", pl.Int32, "how many private values were replaced in the text"),
        (
            "removed?",
            pl.String,
            "why the message is taken out (excluded_person, forgotten, …), null if it is not; where set, text, answered "
            "message, reactions and attachments are gone, and the row only cuts: its neighbours are never joined",
        ),
    ),
    key=("message_id",),
)

PRIVACY_REPORT = Table(
    "privacy_report",
    "one row per kind of private value and chat that it was found in; holds no value",
    _columns(
        ("kind", pl.String, "what was found: email, phone, …, name"),
        ("conversation_id", pl.String, "the chat"),
        ("conversation_name", pl.String, "its title as in messages_safe"),
        ("policy", pl.String, "what becomes of it: keep, pseudonym, mask or drop"),
        ("found", pl.Int64, "how often it was found in texts"),
        ("different", pl.Int64, "how many different values"),
        ("messages", pl.Int64, "how many messages hold one"),
        ("samples", pl.List(pl.String), "ids of up to three of them"),
    ),
    key=("kind", "conversation_id"),
)

MESSAGE_ALIASES = Table(
    "message_aliases",
    "one row per further occurrence of a message, in another export or under another id",
    _columns(
        ("alias_id", pl.String, "the id the occurrence would have had"),
        ("message_id", pl.String, "the message that is kept"),
        ("export_id", pl.String, "where the occurrence stands"),
        ("position", pl.Int64, "line or index there"),
    ),
)

MARKS = ("forwarded", "chain_message", "pasted_wall", "bot", "quote", "command", "link_only", "code")
"""What a message can be besides somebody's own words; messages.content says how each is told."""

MESSAGE_MARKS = Table(
    "message_marks",
    "one row per message and mark: that it is not, or not only, the sender's own words",
    _columns(
        ("message_id", pl.String, "the message"),
        ("mark", pl.String, "one of tables.MARKS"),
        (
            "detail?",
            pl.String,
            "by what it was told; of a quote the lines that are it (`1-3`, from 1), null if all may be",
        ),
    ),
    key=("message_id", "mark"),
)

MESSAGE_LANGUAGES = Table(
    "message_languages",
    "one row per message that has letters: the languages it is written in",
    _columns(
        ("message_id", pl.String, "the message"),
        (
            "languages?",
            pl.List(pl.String),
            "ISO 639 codes, most of the text first; two where it changes; null if unknown",
        ),
        ("score?", pl.Float64, "how sure, 0 to 1; with the sender's other messages in mind"),
    ),
    key=("message_id",),
)

MESSAGE_SENTIMENT = Table(
    "message_sentiment",
    "one row per text in English or with emoji: how glad or sad it sounds; other texts have none",
    _columns(
        ("message_id", pl.String, "the message"),
        ("score", pl.Float64, "VADER's compound score, -1 (sad, angry) to 1 (glad); 0 where no word or emoji tells"),
        ("basis", pl.String, "text: its English words were read; emoji: only its emoji were"),
    ),
    key=("message_id",),
)

LEDGER = Table(
    "ledger",
    "one row per raw row (stage messages), per message (stage safe), and per persona and message of theirs (stage dataset)",
    _columns(
        ("stage", pl.String, "messages, safe or dataset"),
        ("persona?", pl.String, "the persona, for stage dataset"),
        ("export_id", pl.String, "the export"),
        ("position", pl.Int64, "line or index there"),
        ("message_id?", pl.String, "the message it became, if any"),
        ("outcome", pl.String, "used or dropped"),
        ("reason?", pl.String, "why it was dropped; reasons.py explains each"),
        ("kept_as?", pl.String, "the message or the part of the dataset that carries it on"),
    ),
)

TRAINING_DATASET = Table(
    "training_dataset",
    "one row per window: a stretch of one conversation with at least one reply of the persona to learn",
    _columns(
        ("window_id", pl.String, "hash of the split and the target messages"),
        ("split", pl.String, "train, validation or test"),
        ("conversation_id", pl.String, "the chat"),
        ("session_id", pl.String, "the session"),
        ("is_group", pl.Boolean, "group chat"),
        ("started_at", UTC, "time of the first target, µs UTC"),
        ("messages", CHAT, "system, user and assistant messages; weight 1 where the loss counts"),
        ("tokens", pl.Int32, "length in tokens of the base model's tokenizer, chat template included"),
        ("target_tokens", pl.Int32, "tokens the loss counts"),
        ("target_turns", pl.Int32, "replies of the persona that are targets"),
        ("target_message_ids", pl.List(pl.String), "messages that are learned"),
        ("context_message_ids", pl.List(pl.String), "messages that are only read"),
    ),
    key=("window_id",),
)

TRAINING_PAIRS = Table(
    "training_pairs",
    "one row per reply of the persona with the turn it answers",
    _columns(
        ("pair_id", pl.String, "id of the pair in conversation_pairs"),
        ("split", pl.String, "train, validation or test"),
        ("conversation_id", pl.String, "the chat"),
        ("prompt", pl.String, "the turn that is answered, bubbles joined"),
        ("reply", pl.String, "the persona's turn, bubbles joined"),
        ("replied_at", UTC, "when the reply began, µs UTC"),
    ),
    key=("pair_id",),
)
