"""Messenger and Instagram: both export a thread as `message_N.json`, in one schema. This module reads it for both readers.

The traps: every string is UTF-8 whose bytes were written as characters; the app's own sentences stand in `content` like typed ones;
a reaction may be exported twice; `type` is missing in newer exports; a file may be cut off in the middle.
Messenger's encrypted chats ("Download secure storage") come in a schema of their own with camel-case keys; it is read here too.

A message is looked at one by one only if it is more than text; the columns of the others are made all at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from chatclone_dagster.readers import json_file, meta_message
from chatclone_dagster.readers.columns import reaction_lists, string_lists
from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.meta_message import repair
from chatclone_dagster.readers.meta_sentences import Sentence, sentence_of, suspects

_BATCH = 100_000  # messages made into a frame at a time
_LATEST = 4_102_444_800_000  # ms; the year 2100


@dataclass
class Thread:
    """What is the same for all messages of a file."""

    key: str
    name: str
    is_group: bool | None


def is_thread(head: str) -> bool:
    """Whether the beginning of a JSON file is that of a thread, in either schema."""
    if not head.lstrip().startswith("{"):
        return False
    plain = '"sender_name"' in head and '"timestamp_ms"' in head
    return '"messages"' in head and (plain or ('"senderName"' in head and '"timestamp"' in head))


def is_instagram(file: ExportFile, head: str) -> bool:
    """Tell Instagram from Messenger: by the path, else by what only one of them writes."""
    path = file.name.casefold()
    if ("instagram" in path) != ("facebook" in path or "messenger" in path):
        return "instagram" in path
    messenger = ('"thread_type"', '"type"', "messenger_kid_parent", '"senderName"', "fbcdn", "facebook.com")
    instagram = ("instagram.com", "instagramuser_", "Instagram User", '"is_geoblocked_for_viewer"', "Liked a message")
    return sum(sign in head for sign in instagram) > sum(sign in head for sign in messenger)


def read(file: ExportFile, out: Out) -> None:
    """Read a thread; positions are indexes in its list of messages.

    Raises:
        UnreadableError: the file is no JSON, or no thread.
    """
    data = json_file.load(file, "messages", out)
    messages = data.get("messages") if isinstance(data, dict) else None
    if not isinstance(messages, list) or not (messages or "participants" in data):
        raise UnreadableError("a JSON file that holds no thread: `participants` or `messages` is missing")
    encrypted = "threadName" in data or any(
        isinstance(message, dict) and "senderName" in message for message in messages[:5]
    )
    out.fact(variant="e2ee" if encrypted else "json")
    if encrypted:
        messages = [
            meta_message.from_encrypted(message) if isinstance(message, dict) else message for message in messages
        ]
    thread = _thread(data, file, encrypted=encrypted)
    repeated = _repeated(messages)
    for start in range(0, len(messages), _BATCH):
        _batch(messages[start : start + _BATCH], start, thread, repeated, out)


def _thread(data: dict[str, Any], file: ExportFile, *, encrypted: bool) -> Thread:
    participants = data.get("participants")
    is_group = len(participants) > 2 if isinstance(participants, list) and participants else None
    if encrypted:
        key = str(data.get("threadName") or file.stem)
        return Thread(repair(key), repair(re.sub(r"_\d+$", "", key)), is_group)
    parts = re.split(r"[/\\!]", file.name)
    path = str(data.get("thread_path") or "").strip("/")
    key = repair(path.rsplit("/", 1)[-1]) or (parts[-2] if len(parts) > 1 else "") or file.stem
    title = data.get("title")
    name = repair(title) if isinstance(title, str) and title else key
    kind = data.get("thread_type")
    return Thread(key, name, kind == "RegularGroup" if kind in ("Regular", "RegularGroup") else is_group)


def _batch(messages: list[Any], start: int, thread: Thread, repeated: frozenset[str], out: Out) -> None:
    """Make one frame of messages whose first has the index `start`."""
    good = [
        n for n, message in enumerate(messages) if isinstance(message, dict) and _has_time(message.get("timestamp_ms"))
    ]
    if len(good) < len(messages):
        for n in sorted({*range(len(messages))} - {*good}):
            out.issue(start + n, "a message without a readable time", is_row=True)
        messages = [messages[n] for n in good]
    if not messages:
        return
    sender = pl.Series([_text(message.get("sender_name")) or None for message in messages], dtype=pl.String)
    text = pl.Series([_text(message.get("content")) for message in messages], dtype=pl.String)
    plain = np.array([meta_message.is_plain(message) for message in messages])
    by_name = pl.DataFrame({"text": text, "sender": sender}).select(pl.col("text").str.starts_with(pl.col("sender")))
    sentences = (suspects(text) | by_name.to_series().fill_null(value=False)).to_numpy()
    found = [_Found("text", None)]
    code = np.zeros(len(messages), np.int64)
    for n in np.flatnonzero(sentences | ~plain | (text == "").to_numpy()).tolist():
        sentence = _sentence(text[n], sender[n], repeated) if sentences[n] else None
        read = _read(messages[n], text[n], sentence, start + good[n], out)
        if read is not None:
            code[n] = len(found)
            found.append(read)
    extra = pl.DataFrame(
        {
            "kind": pl.Series([item.kind for item in found], dtype=pl.String),
            "text": pl.Series([item.text for item in found], dtype=pl.String),
            "attachments": string_lists([item.attachments for item in found]),
            "reactions": reaction_lists([item.reactions for item in found]),
            "folded": pl.Series([item.folded for item in found], dtype=pl.String),
        }
    )[code]
    moments = np.array([message["timestamp_ms"] for message in messages], np.float64).round().astype(np.int64) * 1000
    out.frame(
        extra.with_columns(
            position=pl.Series(np.array(good) + start),
            conversation_key=pl.lit(thread.key),
            conversation_name=pl.lit(thread.name),
            is_group=pl.lit(thread.is_group, dtype=pl.Boolean),
            sender_key=sender,
            sender_name=sender,
            sent_local=pl.Series(moments).cast(pl.Datetime("us")),
            tz_known=pl.lit(value=True),
            text=pl.coalesce("text", text),
        )
    )


@dataclass
class _Found:
    """What is not plain about a message; `text` is None where what was written is what was typed."""

    kind: str
    text: str | None
    attachments: Sequence[str] = ()
    reactions: Sequence[tuple[str, str]] = ()
    folded: str | None = None


def _sentence(text: str, sender: str | None, repeated: frozenset[str]) -> Sentence | None:
    return sentence_of(text, sender) or (Sentence.SYSTEM if _template(text, sender) in repeated else None)


def _read(message: dict[str, Any], text: str, sentence: Sentence | None, position: int, out: Out) -> _Found | None:
    """Look at one message closely; None if it is plain text after all."""
    kind = meta_message.kind_of(message, sentence, text)
    attachments = list(meta_message.attachments_of(message))
    if any(meta_message.leads_out(path) for path in attachments):
        out.issue(position, "an attachment whose path leads out of the export; the path is left out")
        attachments = [path for path in attachments if not meta_message.leads_out(path)]
    reactions = meta_message.reactions_of(message)
    if kind == "text" and not attachments and not reactions:
        return None
    folded = "pseudo_reaction" if sentence is Sentence.REACTION else None
    return _Found(kind, meta_message.text_of(kind, sentence, text), attachments, reactions, folded)


def _has_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _LATEST


def _text(value: Any) -> str:
    return repair(value) if isinstance(value, str) else ""


def _template(text: str, sender: str | None) -> str:
    """A text that begins with its sender's name, without the name and without what differs from case to case."""
    if not sender or not text.startswith(f"{sender} "):
        return ""
    return re.sub(r"[\"“„«].*", "“", text[len(sender) :])


def _repeated(messages: list[Any]) -> frozenset[str]:
    """Sentences that several senders 'wrote' several times about themselves by name: the app's, in a language without a table."""
    counts: Counter[str] = Counter()
    senders: dict[str, set[str]] = {}
    for message in messages:
        if (
            isinstance(message, dict)
            and isinstance(message.get("content"), str)
            and isinstance(message.get("sender_name"), str)
        ):
            sender = message["sender_name"]
            if message["content"].startswith(sender):
                template = _template(repair(message["content"]), repair(sender))
                counts[template] += 1
                senders.setdefault(template, set()).add(sender)
    return frozenset(
        template for template, count in counts.items() if template and count > 2 and len(senders[template]) > 1
    )
