"""What both outputs of sigexport share: a chat, what a message says, and which of the two files beside each other is read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.files.paths import inside

OWNER = "Me"
NOBODY = "No-Sender"  # a sender sigexport could not make out, or none, as for what the app wrote
STICKERS = "exported_stickers/"
_NAMELESS = ("chat", "index", "data")  # the same in every folder
_CALL = re.compile(r"(?:Incoming|Outgoing|Missed) (?:\w+ )?call(?: \([^()\n]{1,60}\))?")
_VOICE = (".aac", ".m4a", ".ogg", ".opus", ".oga", ".amr")
_NO_TIME = 1971  # a message without a time is dated 1970


@dataclass
class Body:
    """A message without its time and sender; `missing`: it had a file that was not exported; `quote`: the words it answers."""

    kind: str = "text"
    text: str = ""
    quote: str | None = None
    edited: bool = False
    sticker: bool = False
    missing: bool = False
    attachments: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)


def attachment_path(link: str) -> str:
    """Where a file lies, from its link: `media` in the chat's folder, `exported_stickers` beside that; blanks are written %20."""
    path = link.replace("%20", " ").removeprefix("./")
    return path.removeprefix("../") if path.startswith("../" + STICKERS) else path


def quoted_words(quote: str) -> str | None:
    """What was said by whom this answers, from a quote as it is written; None if there is none."""
    lines = quote.strip("\n").split("\n")
    return "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines) or None


def kind_of(body: Body, is_call: object = None) -> str:
    """The kind of a message. Older versions do not mark calls: there, one is a text that says nothing else."""
    if is_call is True or (is_call is None and not body.attachments and _CALL.fullmatch(body.text.strip())):
        return "call"
    if body.sticker:
        return "sticker"
    if body.attachments or body.missing:
        return "voice" if body.attachments and body.attachments[0].lower().endswith(_VOICE) else "media"
    return "text" if body.text.strip() else "unavailable"


@dataclass
class Chat:
    """What is the same for all messages of a file."""

    title: str
    is_group: bool | None
    has_owner: bool

    @classmethod
    def of(cls, file: ExportFile, senders: Iterable[str]) -> Chat:
        """The folder names the chat; with more than two people it is a group."""
        parts = [part for part in re.split(r"[/\\!]", file.name) if part]
        title = parts[-2] if file.stem in _NAMELESS and len(parts) > 1 else file.stem
        known = {*senders} - {NOBODY, ""}
        is_group = True if len(known) > 2 else False if title in known and OWNER in known else None
        return cls(title, is_group, OWNER in known)

    def emit(self, position: int, when: datetime, sender: str, body: Body, out: Out) -> None:
        """Hand a message to `out`."""
        if when.year < _NO_TIME:
            out.issue(position, "a message without a time", is_row=True)
            return
        is_nobodys = body.kind in ("unavailable", "call") and sender in (NOBODY, "")
        out.row(
            position,
            self.title,
            self.title,
            when,
            is_group=self.is_group,
            sender_key=None if is_nobodys else sender or NOBODY,
            sender_name=None if is_nobodys else sender or NOBODY,
            from_owner=sender == OWNER if self.has_owner and not is_nobodys else None,
            kind="system" if is_nobodys and body.kind == "unavailable" else body.kind,
            text="" if body.kind == "call" else body.text,
            reply_to=body.quote,
            edited=body.edited,
            reactions=[{"emoji": emoji, "sender": who} for emoji, who in body.reactions],
            attachments=inside(body.attachments, position, out),
        )
