"""Messenger: the threads of "Download your information" in JSON or HTML, and encrypted chats ("Download secure storage")."""

from __future__ import annotations

from chatclone_dagster.readers import meta
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff

NAME = "messenger"


def sniff(file: ExportFile) -> Sniff | None:
    """Claim a thread that is not Instagram's."""
    return meta.sniff(file, instagram=False)


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one `message_N.json` or `message_N.html`."""
    meta.read(file, options, out)
