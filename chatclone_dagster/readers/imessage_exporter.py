"""imessage-exporter, text format: one file per conversation, written by ReagentX/imessage-exporter from macOS's chat.db.

    May 17, 2022  5:29:42 PM (Read by you after 1 hour, 49 seconds)
    Sample Contact
    the text, over as many lines as it has
    Tapbacks:
    Loved by Me

        May 17, 2022  5:30:00 PM
        Me
        the reply

    This message responded to an earlier message.

Times are local to the machine that exported, the hour padded with a blank. `Me` is the owner. Replies stand twice: indented below
what they answer, and at their own time. What the group did stands on one line: `DATE You named the conversation Chess`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, pairwise

from chatclone_dagster.readers import text
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff, UnreadableError
from chatclone_dagster.readers.imessage_body import DATE, Body, read_body

NAME = "imessage_exporter"
_HEADER = re.compile(rf"({DATE})(?: \([^)]*\))?\s*")
_ANNOUNCEMENT = re.compile(rf"({DATE}) (\S.*)")
_UNSENT = re.compile(r"(.+?) (?:unsent|deleted) a message[.!]")
_ABOUT_GROUP = re.compile(
    r".+? (?:(?:re)?named the conversation|added .+ to the conversation|removed .+ from the conversation|left the conversation"
    r"|(?:changed|removed) the group photo)"
)
_UNFORMATTED = "Unable to format announcement!"
_LONGEST_SENDER = 120  # characters
_LONGEST_MESSAGE = 100_000  # lines; what goes on longer is no message


def sniff(file: ExportFile) -> Sniff | None:
    """Claim text files in which a line is exactly a date as this program writes it, or such a date and a sentence."""
    if text.is_binary(file.head):
        return None
    lines = text.head_text(file).split("\n")
    first = next((line for line in lines if line.strip()), "")
    if _HEADER.fullmatch(first.rstrip("\r")):
        return Sniff(0.95, "txt")
    return Sniff(0.9, "txt") if _ANNOUNCEMENT.match(first) or first.strip() == _UNFORMATTED else None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a conversation; positions are lines.

    Raises:
        UnreadableError: no line begins a message.
    """
    senders, group = _survey(file, out)
    title = re.sub(r" - \d+$", "", file.stem)
    others = {name for name in senders if name != "Me"}
    chat = _Chat(
        key=file.stem,
        title=title,
        is_group=True if group or len(others) > 1 else False if title in others else True if ", " in title else None,
        has_me="Me" in senders,
    )
    found = False
    for block in _blocks(file, senders, out):
        chat.emit(block, out)
        found = True
    if not found and not out.issues().height:
        raise UnreadableError("no line begins a message of imessage-exporter")
    out.fact(variant="txt")


@dataclass
class _Block:
    """The lines of one message, or of one announcement."""

    position: int
    lines: list[str] = field(default_factory=list)


def _survey(file: ExportFile, out: Out) -> tuple[frozenset[str], bool]:
    """First pass: who sends, and whether something is said that is only said of groups.

    A text may hold a blank line and below it a line like a header. A sender is a line after such a line that comes up again, or
    that does not look like a sentence.
    """
    found: Counter[str] = Counter()
    group, empty = False, True
    before = header = ""
    for line in text.lines(file, out.issue):
        empty = False
        if header:
            found[line.strip()] += 1
        header = line if not before.strip() and _HEADER.fullmatch(line) else ""
        announcement = _ANNOUNCEMENT.match(line) if not before.strip() and not header else None
        group = group or bool(announcement and _ABOUT_GROUP.match(announcement[2]))
        before = line
    if empty:
        out.issue(1, "the file is empty")
    named = {part.strip() for part in file.stem.split(",")}
    senders = (
        name
        for name, count in found.items()
        if name and len(name) <= _LONGEST_SENDER and (count > 1 or name in named or not _is_sentence(name))
    )
    return frozenset(senders), group


def _is_sentence(line: str) -> bool:
    return line.endswith((".", "?", "!", "…", ",", ":", ";")) or len(line.split()) > 5


def _blocks(file: ExportFile, senders: frozenset[str], out: Out) -> Iterator[_Block]:
    """Second pass: the messages, each from its header to the next."""
    block: _Block | None = None
    before, before_first = "", True
    for number, (line, following) in enumerate(pairwise(chain(text.lines(file), [""])), start=1):
        if not before.strip() and _begins(line, following, senders):
            if block:
                yield block
            block = _Block(number, [line])
        elif block:
            if len(block.lines) < _LONGEST_MESSAGE:
                block.lines.append(line)
        elif line.strip() and before_first:
            out.issue(
                number, "text before the first message; it is left out", line, is_row=bool(_HEADER.fullmatch(line))
            )
            before_first = False
        before = line
    if block:
        yield block


def _begins(line: str, following: str, senders: frozenset[str]) -> bool:
    """Whether a line below an empty one begins a message (a sender follows) or is an announcement."""
    if _HEADER.fullmatch(line):
        return following.strip() in senders
    return _ANNOUNCEMENT.match(line) is not None or line.strip() == _UNFORMATTED


def read_date(written: str) -> datetime:
    """The time in a header."""
    return datetime.strptime(re.sub(r"\s+", " ", written), "%b %d, %Y %I:%M:%S %p")  # noqa: DTZ007 (exports have no zone)


@dataclass
class _Chat:
    """What is the same for all messages of a file."""

    key: str
    title: str
    is_group: bool | None
    has_me: bool

    def emit(self, block: _Block, out: Out) -> None:
        """Hand a block's row to `out`, and those of the replies repeated in it."""
        try:
            self._emit(block, out)
        except ValueError:  # Feb 30
            out.issue(block.position, "a time that cannot be read", block.lines[0], is_row=True)

    def _emit(self, block: _Block, out: Out) -> None:
        header = _HEADER.fullmatch(block.lines[0])
        if header is None:
            self._announcement(block, out)
            return
        body = read_body(block.lines[2:])
        self._row(block.position, header[1], block.lines[1].strip(), body, out)
        for offset, lines in body.replies:
            self._row(
                block.position + 2 + offset,
                lines[0].strip(),
                lines[1].strip(),
                read_body(lines[2:], is_copy=True),
                out,
                folded="reply_copy",
            )

    def _row(self, position: int, date: str, sender: str, body: Body, out: Out, folded: str | None = None) -> None:
        written = re.match(DATE, date)
        out.row(
            position,
            self.key,
            self.title,
            read_date(written[0] if written else date),
            is_group=self.is_group,
            sender_key=sender,
            sender_name=sender,
            from_owner=sender == "Me" if self.has_me else None,
            kind=body.kind,
            text=body.text,
            edited=body.edited,
            reactions=[{"emoji": emoji, "sender": who} for emoji, who in body.reactions],
            attachments=body.attachments,
            folded=folded,
        )

    def _announcement(self, block: _Block, out: Out) -> None:
        found = _ANNOUNCEMENT.match(block.lines[0])
        if found is None:
            out.issue(
                block.position, "an announcement that the exporter could not write down, without a time", is_row=True
            )
            return
        unsent = _UNSENT.fullmatch(found[2].strip())
        sender = ("Me" if unsent[1] == "You" else unsent[1]) if unsent else None
        rest = "\n".join(line for line in block.lines[1:] if line.strip())
        if rest:
            out.issue(block.position + 1, "text below an announcement; it is left out", rest)
        out.row(
            block.position,
            self.key,
            self.title,
            read_date(found[1]),
            is_group=self.is_group,
            sender_key=sender,
            sender_name=sender,
            from_owner=sender == "Me" if unsent and (self.has_me or sender == "Me") else None,
            kind="deleted" if unsent else "system",
            text="" if unsent else found[2].strip(),
        )
