"""Messenger and Instagram: both export a thread as `message_N.json` or `message_N.html`, in one form. Read here for both readers.

The traps: every string of the JSON is UTF-8 whose bytes were written as characters; the app's own sentences stand in `content` like
typed ones; a reaction may be exported twice; `type` is missing in newer exports; a file may be cut off in the middle.
Messenger's encrypted chats ("Download secure storage") come in a schema of their own with camel-case keys.
"""

from __future__ import annotations

import re

from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, Sniff, UnreadableError
from chatclone_dagster.readers.files.text import head_text
from chatclone_dagster.readers.meta import html, rows, schema, thread

_ASSISTANT = re.compile(r"messages[/\\]ai_conversations(?:[/\\].*)?\.(?:json|html?)$", re.IGNORECASE)
_SURE, _UNSURE = 0.9, 0.4
_INSTAGRAM = (
    *("instagram.com", "instagramuser_", "Instagram User", '"is_geoblocked_for_viewer"', "Liked a message"),
    *("your_instagram_activity/", "_2pim _a6-h"),
)
_MESSENGER = (
    *('"thread_type"', '"type"', "messenger_kid_parent", '"senderName"', "fbcdn", "facebook.com"),
    *("your_activity_across_facebook/", "your_facebook_activity/", "_2ph_ _a6-h", "_a72d"),
)


def sniff(file: ExportFile, *, instagram: bool) -> Sniff | None:
    """Claim a thread of one of the two apps; surely, if it is more likely that app's than the other's.

    Raises:
        UnreadableError: a talk with the app's assistant, which is no chat.
    """
    if _ASSISTANT.search(file.name):
        raise UnreadableError("a talk with Meta AI; only chats between people are read")
    head = head_text(file)
    variant = _variant(file, head)
    if variant is None:
        return None
    return Sniff(_SURE if is_instagram(file, head) is instagram else _UNSURE, variant)


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a thread; positions are indexes of its messages.

    Raises:
        UnreadableError: the file is neither JSON nor HTML, or no thread.
    """
    if html.is_page(file, head_text(file)):
        html.read(file, options, out)
        return
    templates = rows.Templates()
    for part in schema.parts(file, out):
        out.fact(variant="e2ee" if part.encrypted else "json")
        rows.write(part.messages, part.start, thread.of_json(part, file), templates, out)


def is_instagram(file: ExportFile, head: str) -> bool:
    """Tell Instagram from Messenger: by the path, else by what only one of them writes."""
    path = file.name.casefold()
    if ("instagram" in path) != ("facebook" in path or "messenger" in path):
        return "instagram" in path
    return sum(sign in head for sign in _INSTAGRAM) > sum(sign in head for sign in _MESSENGER)


def _variant(file: ExportFile, head: str) -> str | None:
    if _is_thread(head):
        return "e2ee" if '"senderName"' in head else "json"
    if html.is_page(file, head):
        beside = (file.beside(name) for name in (f"{file.stem}.json", "message_1.json"))
        return COMPANION if any(other and _is_thread(head_text(other)) for other in beside) else "html"
    return None


def _is_thread(head: str) -> bool:
    """Whether the beginning of a JSON file is that of a thread, in either schema."""
    if not head.lstrip().startswith("{"):
        return False
    plain = '"sender_name"' in head and '"timestamp_ms"' in head
    return '"messages"' in head and (plain or ('"senderName"' in head and '"timestamp"' in head))
