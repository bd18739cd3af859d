"""Instagram: the threads of "Download your information" in JSON; Messenger's schema."""

from __future__ import annotations

from chatclone_dagster.readers import meta
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff
from chatclone_dagster.readers.text import head_text

NAME = "instagram"


def sniff(file: ExportFile) -> Sniff | None:
    """Claim a JSON thread of Instagram's."""
    head = head_text(file)
    if not meta.is_thread(head):
        return None
    return Sniff(0.9 if meta.is_instagram(file, head) else 0.4, "json")


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one `message_N.json`."""
    meta.read(file, out)
