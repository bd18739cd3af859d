"""Telegram: what Telegram Desktop exports, as `result.json` or as pages `messages.html`, `messages2.html`, …

Written after the app's own exporter up to version 7.2 (2026), as far back as 4.9 and its first exports of 2018.
"""

from __future__ import annotations

from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, Sniff
from chatclone_dagster.readers.files.text import head_text
from chatclone_dagster.readers.telegram import heads, html_chat, json_chats

NAME = "telegram"


def sniff(file: ExportFile) -> Sniff | None:
    """Claim an export in JSON, or one in HTML; the latter is left alone where the former stands beside it and says the same."""
    head = head_text(file)
    start = head.lstrip()[:1]
    if start == "{":
        sure = heads.of_json(head)
        return Sniff(sure, "json") if sure else None
    page = heads.of_page(head) if start == "<" else ""
    if page == "chat" and not heads.is_in_json_too(file, head):
        return Sniff(0.97, "html")
    return Sniff(0.95, COMPANION) if page else None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one `result.json`, or one page of a chat.

    Raises:
        UnreadableError: neither.
    """
    if head_text(file).lstrip().startswith("<"):
        html_chat.read(file, options, out)
    else:
        json_chats.read(file, out)
