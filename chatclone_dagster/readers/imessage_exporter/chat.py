"""What is the same for all messages of a conversation, whichever form it was exported in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.imessage_exporter.body import Body

DATE = r"[A-Z][a-z]{2} \d{1,2}, \d{4} +\d{1,2}:\d{2}:\d{2} [AP]M"
UNFORMATTED = "Unable to format announcement!"
ME = "Me"
_UNSENT = re.compile(r"(.+?) (?:unsent|deleted) a message[.!]")
_ABOUT_GROUP = re.compile(
    r".+? (?:(?:re)?named the conversation|added .+ to the conversation|removed .+ from the conversation|left the conversation"
    r"|(?:changed|removed) the group photo)"
)
_LOST = "an announcement that the exporter could not write down, without a time"


@dataclass
class Chat:
    """A conversation. `owners` are the names the owner goes by, empty where the export does not tell."""

    key: str
    title: str
    is_group: bool | None
    owners: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, file: ExportFile, others: frozenset[str], owners: frozenset[str], *, is_group: bool) -> Chat:
        """The conversation of a file in which `others` write; `is_group`: something is said in it that is only said of groups."""
        title = re.sub(r" - \d+$", "", file.stem)
        many = is_group or len(others) > 1
        return cls(
            file.stem, title, True if many else False if title in others else True if ", " in title else None, owners
        )

    def message(
        self,
        position: int,
        written: str,
        sender: str,
        body: Body,
        out: Out,
        *,
        from_owner: bool | None,
        platform_id: str | None = None,
        reply_to: str | None = None,
        folded: str | None = None,
    ) -> None:
        """Hand on a message; `written` is its time."""
        moment = _moment(position, written, out)
        if moment is None:
            return
        out.row(
            position,
            self.key,
            self.title,
            moment,
            is_group=self.is_group,
            sender_key=sender,
            sender_name=sender,
            from_owner=from_owner,
            platform_id=platform_id,
            kind=body.kind,
            text=body.text,
            reply_to=reply_to,
            edited=body.edited,
            reactions=[{"emoji": emoji, "sender": who} for emoji, who in body.reactions],
            attachments=body.attachments,
            folded=folded,
        )

    def announcement(self, position: int, written: str, said: str, out: Out) -> None:
        """Hand on what the app says happened: that somebody took a message back, or something about the group."""
        if not written:
            out.issue(position, _LOST, is_row=True)
            return
        moment = _moment(position, written, out)
        if moment is None:
            return
        unsent = _UNSENT.fullmatch(said)
        sender = (ME if unsent[1] == "You" else unsent[1]) if unsent else None
        out.row(
            position,
            self.key,
            self.title,
            moment,
            is_group=self.is_group,
            sender_key=sender,
            sender_name=sender,
            from_owner=True if sender == ME else sender in self.owners if sender and self.owners else None,
            kind="deleted" if unsent else "system",
            text="" if unsent else said,
        )


def _moment(position: int, written: str, out: Out) -> datetime | None:
    moment = read_date(written)
    if moment is None:
        out.issue(position, "a time that cannot be read", written, is_row=True)
    return moment


def is_about_group(said: str) -> bool:
    """Whether an announcement is one that there is only in groups."""
    return _ABOUT_GROUP.match(said) is not None


def read_date(written: str) -> datetime | None:
    """The time in front of a message; None if there is no such day."""
    try:
        return datetime.strptime(re.sub(r"\s+", " ", written), "%b %d, %Y %I:%M:%S %p")  # noqa: DTZ007 (exports have no zone)
    except ValueError:
        return None
