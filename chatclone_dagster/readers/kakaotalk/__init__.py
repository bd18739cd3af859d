"""KakaoTalk: the text file of "Export chat", from phones and computers, in Korean, English and Japanese, and its table (CSV).

Times are those of the device, without a zone. Nobody is marked as the one who made the export, but for older ones that call
them 회원님 or You. The app's own sentences have no time in exports from computers; they take that of the message above.
"""

from __future__ import annotations

from itertools import islice

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.kakaotalk import chat, heads, table

NAME = "kakaotalk"
_LOOKED_AT = 300  # lines
_HEADER_LINES = 6


def sniff(file: ExportFile) -> Sniff | None:
    """Claim the table by its columns, texts by the app's first lines or by how their messages begin."""
    if text.is_binary(file.head):
        return None
    head = text.head_text(file, chat.OTHER_ENCODING)
    if table.is_table(head):
        return Sniff(0.95, "csv")
    lines = [line.rstrip("\r") for line in islice(head.split("\n"), _LOOKED_AT) if line.strip()]
    marked = any(heads.read_title(line) or heads.is_saved(line) for line in lines[:_HEADER_LINES])
    begins = [found for line in lines if (found := heads.read_head(line)) and found.sender]
    days = sum(heads.read_day(line) is not None for line in lines)
    if marked and (begins or days):
        return Sniff(0.98, begins[0].layout if begins else "empty")
    if not begins:
        return None
    dated = sum(found.layout == "dated" for found in begins)
    if dated >= max(1, len(lines) // 20) or (days and len(begins) > len(lines) // 20):
        return Sniff(0.9, begins[0].layout)
    return None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read an export.

    Raises:
        UnreadableError: no line begins a message.
    """
    if table.is_table(text.head_text(file, chat.OTHER_ENCODING)):
        table.read(file, out)
    else:
        chat.read(file, out)
