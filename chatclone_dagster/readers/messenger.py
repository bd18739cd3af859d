"""Messenger: the threads of "Download your information" in JSON, and those of encrypted chats ("Download secure storage")."""

from __future__ import annotations

from chatclone_dagster.readers import meta
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff
from chatclone_dagster.readers.text import head_text

NAME = "messenger"


def sniff(file: ExportFile) -> Sniff | None:
    """Claim a JSON thread that is not Instagram's."""
    head = head_text(file)
    if not meta.is_thread(head):
        return None
    variant = "e2ee" if '"senderName"' in head else "json"
    return Sniff(0.4 if meta.is_instagram(file, head) else 0.9, variant)


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one `message_N.json`."""
    meta.read(file, out)
