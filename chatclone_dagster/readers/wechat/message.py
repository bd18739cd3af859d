"""One message of WeChat, from whichever exporter, as a row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from chatclone_dagster.readers.wechat import kinds, shared

_PATH = re.compile(r"[^\n<>|*?\"\[\]]{1,200}[/\\][^\n<>|*?\"/\\]{1,200}\.[A-Za-z0-9]{2,5}")
_LINK = re.compile(r"https?://\S{1,2000}")
_FILE = re.compile(r"\[文件\] ?(?P<name>[^\n]{1,300})")
_OWNER = "你"
UNREAD = "the XML of something shared cannot be read; what was typed in it is left out"


@dataclass
class Message:
    """What an exporter says about a message; `kind` is None if its type says nothing, `second` its type's second number or 0."""

    content: str
    kind: str | None
    second: int = 0
    attachments: list[str] = field(default_factory=list)
    reply_to: str | None = None
    quoted_sender: str = ""
    quoted: str = ""
    sender_key: str | None = None
    sender_name: str | None = None
    from_owner: bool | None = None
    forwarded: bool = False
    unread: bool = False  # the XML of what was shared could not be read

    def fields(self) -> dict[str, Any]:
        """The columns of tables.RAW_ROWS that follow from it."""
        if self.kind is None:
            self.kind = kinds.of_placeholder(self.content)
        if self.kind in ("system", "deleted"):
            said = self._sentence(kinds.untagged(self.content))
        elif shared.is_xml(self.content):
            said = self._open()
        elif self.kind in (None, "text"):
            answers = bool(self.second or self.quoted)
            said = shared.typed_in(self.content, self.quoted_sender, self.quoted) if answers else self.content
            self.kind = "text" if said.strip() or (answers and self.content.strip()) else "unavailable"
        else:
            said = ""
            self.attachments = self.attachments or _files(self.content)
        return {
            "kind": self.kind,
            "text": said,
            "attachments": self.attachments,
            "reply_to": self.reply_to,
            "forwarded": self.forwarded or self.second == kinds.MERGED,
            "sender_key": self.sender_key,
            "sender_name": self.sender_name,
            "from_owner": self.from_owner,
        }

    def _open(self) -> str:
        """Read XML and return what was typed in it. Where it cannot be read, the kind has to do."""
        found = shared.read_xml(self.content)
        self.unread = found is None
        if found is not None and found.second:
            self.second = found.second
            self.kind = kinds.of_number(kinds.SHARED, found.second)
        if found is not None:
            self.attachments += found.attachments
            self.reply_to = self.reply_to or found.reply_to
        said = found.typed if found is not None and self.kind == "text" else ""
        if self.kind in (None, "text") and not said:
            self.kind = "media"
        return said

    def _sentence(self, sentence: str) -> str:
        """What the app says: that somebody withdrew a message, or anything else, which nobody sent."""
        who = kinds.withdrawn_by(sentence)
        if who is None and self.kind == "system":
            self.sender_key = self.sender_name = self.from_owner = None
            return sentence
        self.kind = "deleted"
        if who == _OWNER:
            if not self.from_owner:
                self.sender_key = self.sender_name = None
            self.from_owner = True
        elif who is not None and (self.from_owner or self.sender_key is None):
            self.sender_key, self.sender_name, self.from_owner = who, who, False
        return ""


def _files(content: str) -> list[str]:
    """The path, the link or the name of a file in what an exporter writes in the place of something shared."""
    plain = content.strip()
    if _PATH.fullmatch(plain) and "://" not in plain:
        return [plain]
    if found := _FILE.fullmatch(plain):
        return [found["name"]]
    return _LINK.findall(plain)[:1]
