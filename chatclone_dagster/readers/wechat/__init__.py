"""WeChat, which has no export of its own: what WeFlow (JSON), WeClone, PyWxDump and MemoTrace (CSV) make of its database.

WeFlow gives UTC, and so does a table that holds the seconds since 1970 or ISO 8601 with a zone. The other tables give the time of
the computer that wrote them, usually but not surely China's: it is handed on as written.
"""

from __future__ import annotations

import re

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.wechat import table, weflow

NAME = "wechat"
_WEFLOW = re.compile(r'"weflow"\s*:\s*\{')
_SESSION = re.compile(r'"session"\s*:\s*\{\s*"wxid"\s*:')


def sniff(file: ExportFile) -> Sniff | None:
    """Claim JSON by its first members, tables by their columns."""
    if text.is_binary(file.head):
        return None
    head = text.head_text(file).lstrip("\ufeff \r\n\t")
    if head.startswith("{"):
        if _WEFLOW.search(head) and '"chatlab"' not in head:
            return Sniff(0.97, "weflow")
        return Sniff(0.95, "echotrace") if _SESSION.search(head) else None
    variant = table.variant_of(head)
    return Sniff(0.96, variant) if variant else None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read an export.

    Raises:
        UnreadableError: the JSON cannot be read, or the table lacks its columns.
    """
    if text.head_text(file).lstrip("\ufeff \r\n\t").startswith("{"):
        weflow.read(file, out)
    else:
        table.read(file, out)
