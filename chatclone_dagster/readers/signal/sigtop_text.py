"""`sigtop export-messages -f text`: one file per chat.

    Conversation: Ada (+15550100)

    From: You
    Type: outgoing
    Sent: Thu, 2 Jan 2025 15:04:05 +0100
    Attachment: a.jpg (image/jpeg, 123 bytes)
    Reaction: 👍 from Ada (+15550100)

    > From: Ada (+15550100)
    > Sent: Thu, 2 Jan 2025 15:03:05 +0100
    >
    > the words that are answered

    the text

Of an edited text all versions stand there behind bars, the last one first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, takewhile
from typing import Any

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.signal import sigtop

CONVERSATION = "Conversation: "
_DATE = re.compile(r"[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) ([+-]\d{4})")
_TYPE = re.compile(r"Type: [a-z0-9-]+")
_TIME = re.compile(rf"(?:Sent|Received): (?:{_DATE.pattern}|unknown)|")
_FIELD = re.compile(r"(From|Type|Sent|Received|Attachment|Reaction|Edited|Version): (.*)", re.DOTALL)
_VERSION = re.compile(r"Version: \d+")
_NO_NAME = "no filename"
_FILE = re.compile(r"(.*) \(([^\s()]*), \d+ bytes\)", re.DOTALL)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST_MESSAGE = 100_000  # lines; what goes on longer is no message


def read(file: ExportFile, out: Out) -> None:
    """Read a chat; positions are lines.

    Raises:
        UnreadableError: no line begins a message.
    """
    written, found = file.stem, False
    for position, lines in _blocks(file, out):
        found = True
        if lines[0].startswith(CONVERSATION):
            written = lines[0].removeprefix(CONVERSATION)
            continue
        message = _Message.of(lines)
        sent = message.sent()
        if sent is None:
            out.issue(position, "a message without a readable time", lines[0], is_row=True)
            continue
        name, key = sigtop.name_and_key(written)
        columns = message.columns()
        columns["attachments"] = inside(columns.get("attachments", []), position, out)
        out.row(position, key, name, sent, tz_known=True, is_group=sigtop.is_group(written), **columns)
    if not found:
        raise UnreadableError("no line begins a message of sigtop")


def _blocks(file: ExportFile, out: Out) -> Iterator[tuple[int, list[str]]]:
    """The lines of each message, and the line that names the chat, with their place. Two lines ahead tell where one begins."""
    block: list[str] = []
    start, before = 0, ""
    ahead: list[str] = []
    for number, line in enumerate(chain(text.lines(file, out.issue), ["", ""]), start=-1):
        ahead.append(line)
        if number < 1:
            continue
        first = ahead.pop(0)
        if not before and (_begins(first, *ahead) or (not start and first.startswith(CONVERSATION))):
            if block:
                yield start, block
            block, start = [], number
        if len(block) == _LONGEST_MESSAGE:
            out.issue(number, f"a message of more than {_LONGEST_MESSAGE} lines; the rest is left out", first)
        if start and len(block) <= _LONGEST_MESSAGE:
            block.append(first)
        elif not start and first.strip():
            out.issue(number, "text before the first message; it is left out", first)
        before = first
    if block:
        yield start, block


def _begins(first: str, second: str, third: str) -> bool:
    """Whether a message begins: who wrote it (nobody, if the app did), its type, its time."""
    if first.startswith("From: "):
        return bool(_TYPE.fullmatch(second) and _TIME.fullmatch(third))
    return bool(_TYPE.fullmatch(first) and second and _TIME.fullmatch(second))


@dataclass
class _Message:
    """A message's fields, the words it answers, and its text in the last version."""

    fields: list[tuple[str, str]]
    quote: str
    body: str

    @classmethod
    def of(cls, lines: list[str]) -> _Message:
        """Take apart a message's lines."""
        fields, rest = _split(lines)
        if any(name == "Edited" for name, _ in fields):
            _, rest = _split(_last_version(rest))
        quote = ""
        if rest and rest[0].startswith("> From: "):
            quoted = list(takewhile(lambda line: line.startswith(">"), rest))
            _, words = _split([line[1:].removeprefix(" ") for line in quoted])
            quote, rest = "\n".join(words), rest[len(quoted) + 1 :]
        return cls(fields, quote, "\n".join(rest).rstrip("\n"))

    def values(self, name: str) -> list[str]:
        """The values of a field."""
        return [value for key, value in self.fields if key == name]

    def sent(self) -> datetime | None:
        """When the message was sent, else when it came; UTC."""
        return next(filter(None, map(_moment, self.values("Sent") + self.values("Received"))), None)

    def columns(self) -> dict[str, Any]:
        """The columns of a row but for its chat and time."""
        type_ = next(iter(self.values("Type")), "")
        kind = sigtop.kind_of_type(type_)
        if kind:
            return {"kind": kind, "text": self.body or type_ if kind == "system" else ""}
        files = [found for value in self.values("Attachment") if (found := _FILE.fullmatch(value))]
        name, key = sigtop.name_and_key(next(iter(self.values("From")), "Unknown"))
        if files:  # what was spoken has no file name
            is_voice = files[0][1] == _NO_NAME and files[0][2].startswith("audio/")
            kind = "voice" if is_voice else "media"
        return {
            "sender_key": key,
            "sender_name": name,
            "from_owner": type_ == "outgoing",
            "kind": kind or ("text" if self.body else "unavailable"),
            "text": self.body,
            "reply_to": self.quote or None,
            "edited": bool(self.values("Edited")),
            "reactions": [
                {"emoji": emoji, "sender": sigtop.name_and_key(who)[0]}
                for emoji, _, who in (value.partition(" from ") for value in self.values("Reaction"))
            ],
            "attachments": [found[1] for found in files if found[1] != _NO_NAME],
        }


def _split(lines: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """The fields above the first empty line, and what stands below it."""
    found = list(takewhile(lambda match: match is not None, map(_FIELD.fullmatch, lines)))
    return [(match[1], match[2]) for match in found if match], lines[len(found) + 1 :]


def _last_version(lines: list[str]) -> list[str]:
    """Of the versions behind bars the first, which is the last one written, without its bar."""
    plain = [line.removeprefix("|").removeprefix(" ") for line in lines]
    ends = (
        n for n in range(1, len(plain)) if not plain[n - 1] and _VERSION.fullmatch(plain[n]) and lines[n - 1] == "|"
    )
    return plain[: next(ends, None)]


def _moment(written: str) -> datetime | None:
    found = _DATE.fullmatch(written)
    if found is None or found[2] not in _MONTHS:
        return None
    month = _MONTHS.index(found[2]) + 1
    try:
        when = datetime.fromisoformat(f"{found[3]}-{month:02}-{int(found[1]):02}T{found[4]}{found[5]}")
        return when.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
