"""QQ: the text file of the message manager, one chat or all of them.

    ================================================================
    消息分组:我的群聊
    ================================================================
    消息对象:Chess club
    ================================================================

    2019-07-16 18:15:05 【管理员】Ada(10001)
    the text, over as many lines as it has

    2019-07-16 18:16:00 Bo<bo@example.org>
    [图片]

Friends and members of discussions stand there by name alone. Titles of a group in 【】 are no part of a name. Times are the
computer's, of 24 hours or of 12, without a zone; nobody is marked as the one who made the export.
"""

from __future__ import annotations

from chatclone_dagster.readers.contract import ExportFile, Sniff
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.qq import lines
from chatclone_dagster.readers.qq.export import read

__all__ = ["NAME", "read", "sniff"]

NAME = "qq"
_EARLY = 20  # lines


def sniff(file: ExportFile) -> Sniff | None:
    """Claim texts with QQ's first lines, and those that begin with a message of somebody with a number or an address."""
    if text.is_binary(file.head):
        return None
    early = [
        line.strip() for line in text.head_text(file, lines.OTHER_ENCODING).split("\n", _EARLY * 2) if line.strip()
    ][:_EARLY]
    if any(lines.is_title(line) for line in early):
        return Sniff(0.95, "txt")
    first = lines.read_head(early[0]) if early else None
    return Sniff(0.8, "txt") if first and first.number else None
