"""LINE: the text file of "Export chat history", from phones and computers, in any language and region.

    [LINE] Chat history with Ada
    Saved on: 2024/01/15 20:00

    2024/01/15(Mon)
    09:05<TAB>Ada<TAB>good morning
    09:06<TAB><TAB>Ada unsent a message.

Computers leave out the first lines and write blanks for tabs. Times have no seconds and no zone; nothing says who made the export.
"""

from __future__ import annotations

from chatclone_dagster.readers.contract import ExportFile, Sniff
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.line import heads
from chatclone_dagster.readers.line.export import read
from chatclone_dagster.readers.line.survey import CLOCK_LINE

__all__ = ["NAME", "read", "sniff"]

NAME = "line"
_EARLY = 6  # lines in which the first date stands


def sniff(file: ExportFile) -> Sniff | None:
    """Claim texts with LINE's first line, and those in which a day of the week is followed by times and names."""
    if text.is_binary(file.head):
        return None
    lines = [line for line in text.head_text(file).split("\n") if line.strip()]
    title = heads.read_title(lines[0].rstrip("\r")) if lines else None
    marked = bool(lines) and lines[0].startswith("[LINE] ")
    for place, line in enumerate(lines[: _EARLY if not marked else None]):
        day = heads.read_date(line.rstrip("\r"))
        clock = CLOCK_LINE.match(lines[place + 1]) if day and place + 1 < len(lines) else None
        if day and clock and (day.named or clock["gap"] == "\t" or title):
            tab = clock["gap"] == "\t"
            return Sniff(0.98 if marked else 0.95 if title else 0.9 if tab else 0.8, "tab" if tab else "blank")
    return Sniff(0.9, "empty") if marked and title else None
