"""Slack: exports of a workspace, and what slackdump writes.

An export is a folder for each chat, with a file for each day of it, and lists of people and chats beside the folders. The day ends
in the workspace's zone; the messages' times are UTC. slackdump (https://github.com/rusq/slackdump) writes either the same, or one
file for each chat or thread (its "dump"), replies inside the message they answer.
Nothing tells whose export it is. The export of one person's chats as TXT is not read: Slack documents no form of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, Sniff
from chatclone_dagster.readers.files.json_stream import records
from chatclone_dagster.readers.files.json_values import dicts
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.files.text import head_text
from chatclone_dagster.readers.slack.messages import fields_of, time_of
from chatclone_dagster.readers.slack.workspace import CHATS, PEOPLE, Chat, Workspace, workspace_beside

NAME = "slack"
_MESSAGE = re.compile(r'"type"\s*:\s*"message"')
_TS = re.compile(r'"ts"\s*:\s*"\d{9,10}\.\d{6}"')
_PERSON = re.compile(r'"id"\s*:\s*"[UW][A-Z0-9]{6,}"')
_CHAT = re.compile(r'"id"\s*:\s*"[CGD][A-Z0-9]{6,}"')
_LOGS = ("integration_logs", "canvases", "lists", "content_flags", "file_conversations")
_PART = 5_000  # messages; whom a day's messages name, its profiles can tell
_REPLIES = "slackdump_thread_replies"


def sniff(file: ExportFile) -> Sniff | None:
    """Claim a day of a chat, slackdump's file of a chat, and the lists of an export."""
    head = head_text(file).lstrip("\ufeff \t\r\n")
    if head.startswith("["):
        if _MESSAGE.search(head) and _TS.search(head):
            return Sniff(0.95, "export")
        return Sniff(0.95, COMPANION) if _is_list(head) or _stands_beside_lists(file) else None
    if head.startswith("{") and '"messages"' in head and _MESSAGE.search(head) and _TS.search(head):
        return Sniff(0.95 if '"channel_id"' in head else 0.85, "dump")
    return None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one file; positions are indexes of messages, replies counted where they stand.

    Raises:
        UnreadableError: the file is no JSON, or holds no list of messages.
    """
    is_dump = head_text(file).lstrip("\ufeff \t\r\n").startswith("{")
    out.fact(variant="dump" if is_dump else "export")
    workspace = workspace_beside(file, "" if is_dump else "../", out)
    count = 0
    seen: set[str] = set()
    for head, messages in _parts(file, is_dump=is_dump, out=out):
        chat = _chat(file, head, workspace)
        workspace.learn(dicts(messages))
        for position, message in enumerate(messages, count):
            _emit(message, position, chat, workspace, seen, out)
        count += len(messages)


def _parts(file: ExportFile, *, is_dump: bool, out: Out) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Many messages at a time, mostly all of a day, each part with what the file says about the chat."""
    head: dict[str, Any] = {}
    part: list[Any] = []
    for batch in records(file, "messages" if is_dump else None, out, needs=("channel_id", "name") if is_dump else ()):
        if len(part) >= _PART or batch.head is not head:
            yield head, part
            head, part = batch.head, []
        part += _with_replies(batch.items)
    yield head, part


def _chat(file: ExportFile, head: dict[str, Any], workspace: Workspace) -> Chat:
    """A dump names its chat; a day stands in a folder that bears the chat's name, or a pair's id."""
    parts = re.split(r"[/\\!]", file.name)
    folder = parts[-2] if len(parts) > 1 and not head else file.stem
    key, name = (head.get(member) for member in ("channel_id", "name"))
    key = key if isinstance(key, str) and key else folder
    return workspace.chat_of(key, name if isinstance(name, str) and name else key)


def _with_replies(messages: list[Any]) -> Iterator[Any]:
    for message in messages:
        yield message
        replies = message.get(_REPLIES) if isinstance(message, dict) else None
        yield from replies if isinstance(replies, list) else ()


def _emit(message: Any, position: int, chat: Chat, workspace: Workspace, seen: set[str], out: Out) -> None:
    sent = time_of(message.get("ts")) if isinstance(message, dict) else None
    if sent is None:
        out.issue(position, "a record that is no message, or has no readable time", is_row=True)
        return
    fields = fields_of(message, workspace)
    fields["attachments"] = inside(fields["attachments"], position, out)
    if message.get("thread_ts"):  # a reply that was sent to the channel too stands in both
        fields["folded"] = "reply_copy" if message["ts"] in seen else fields["folded"]
        seen.add(message["ts"])
    out.row(position, chat.key, chat.name, sent, is_group=chat.is_group, tz_known=True, **fields)


def _is_list(head: str) -> bool:
    """Whether a list of objects is that of an export's people or chats."""
    people = _PERSON.search(head) and '"profile"' in head
    chats = _CHAT.search(head) and '"created"' in head and ('"members"' in head or '"creator"' in head)
    return bool(people or chats or ('"change_type"' in head and '"user_id"' in head))


def _stands_beside_lists(file: ExportFile) -> bool:
    """Whether a list, maybe empty, bears the name of one of an export's and lies beside the list of people."""
    names = (*_LOGS, *(name.removesuffix(".json") for name in (*CHATS, *PEOPLE)))
    beside = (file.beside(name) for name in PEOPLE) if file.stem in names else iter(())
    return any(_is_list(head_text(other)) for other in beside if other)
