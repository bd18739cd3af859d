"""The text form.

    May 17, 2022  5:29:42 PM (Read by you after 1 hour, 49 seconds)
    Sample Contact
    the text, over as many lines as it has
    Tapbacks:
    Loved by Me

        May 17, 2022  5:30:00 PM
        Me
        the reply

    This message responded to an earlier message.

The hour is padded with a blank. A reply stands indented below what it answers, and again at its own time (the first versions
have only the former). What the group did stands on one line: `DATE You named the conversation Chess`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise

from chatclone_dagster.readers.contract import ExportFile, Out, Sniff, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.imessage_exporter.chat import DATE, ME, UNFORMATTED, Chat, is_about_group
from chatclone_dagster.readers.imessage_exporter.lines import REPLY_NOTE, read_body

_HEADER = re.compile(rf"({DATE})(?: \(.*\))?\s*")
_REPLY_DATE = re.compile(rf"\s*({DATE})")
_ANNOUNCEMENT = re.compile(rf"({DATE}) (\S.*)")
_PREVIEWS = (
    "what stands below links was taken for their previews and left out ({} messages); exports to HTML tell them apart"
)
_LONGEST_SENDER = 120  # characters
_LONGEST_MESSAGE = 100_000  # lines; what goes on longer is no message


def sniff(file: ExportFile) -> Sniff | None:
    """Claim text files in which a line is exactly a date as this program writes it, or such a date and a sentence."""
    lines = text.head_text(file).split("\n")
    first = next((line for line in lines if line.strip()), "")
    if _HEADER.fullmatch(first.rstrip("\r")):
        return Sniff(0.95, "txt")
    return Sniff(0.9, "txt") if _ANNOUNCEMENT.match(first) or first.strip() == UNFORMATTED else None


def read(file: ExportFile, out: Out) -> None:
    """Read a conversation; positions are lines.

    Raises:
        UnreadableError: no line begins a message.
    """
    survey = _survey(file, out)
    owners = frozenset((ME,)) & survey.senders
    chat = Chat.of(file, survey.senders - {ME}, owners, is_group=survey.is_group)
    found, previews = False, list[int]()
    for block in _blocks(file, survey.senders, out):
        if _emit(block, chat, out, folded="reply_copy" if survey.repeats else None):
            previews.append(block.position)
        found = True
    if not found and not out.issues().height:
        raise UnreadableError("no line begins a message of imessage-exporter")
    if previews:
        out.issue(previews[0], _PREVIEWS.format(len(previews)))
    out.fact(variant="txt")


@dataclass
class _Block:
    """The lines of one message, or of one announcement."""

    position: int
    lines: list[str] = field(default_factory=list)


@dataclass
class _Survey:
    """Who sends, whether something is said that is only said of groups, and whether replies stand at their own time too."""

    senders: frozenset[str]
    is_group: bool
    repeats: bool


def _survey(file: ExportFile, out: Out) -> _Survey:
    """First pass over the file.

    A text may hold a blank line and below it a line like a header. A sender is a line after such a line that comes up again, or
    that does not look like a sentence.
    """
    found: Counter[str] = Counter()
    group, repeats, empty = False, False, True
    before = header = ""
    for line in text.lines(file, out.issue):
        empty = False
        repeats = repeats or line == REPLY_NOTE
        if header:
            found[line.strip()] += 1
        header = line if not before.strip() and _HEADER.fullmatch(line) else ""
        announcement = _ANNOUNCEMENT.match(line) if not before.strip() and not header else None
        group = group or bool(announcement and is_about_group(announcement[2]))
        before = line
    if empty:
        out.issue(1, "the file is empty")
    named = {part.strip() for part in file.stem.split(",")}
    senders = (
        name
        for name, count in found.items()
        if name and len(name) <= _LONGEST_SENDER and (count > 1 or name in named or not _is_sentence(name))
    )
    return _Survey(frozenset(senders), group, repeats)


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
    return _ANNOUNCEMENT.match(line) is not None or line.strip() == UNFORMATTED


def _emit(block: _Block, chat: Chat, out: Out, *, folded: str | None) -> bool:
    """Hand on a block's message, and the replies below it; `folded`: why those are no messages of their own.

    Tells whether the preview of a link was left out.
    """
    header = _HEADER.fullmatch(block.lines[0])
    if header is None:
        found = _ANNOUNCEMENT.match(block.lines[0])
        rest = "\n".join(line for line in block.lines[1:] if line.strip())
        if rest:
            out.issue(block.position + 1, "text below an announcement; it is left out", rest)
        chat.announcement(block.position, found[1] if found else "", found[2].strip() if found else "", out)
        return False
    body = read_body(block.lines[2:])
    sender = block.lines[1].strip()
    chat.message(block.position, header[1], sender, body, out, from_owner=_is_owner(sender, chat))
    for offset, lines in body.replies:
        if len(lines) < 2:
            out.issue(block.position + 2 + offset, "a reply breaks off below its time", is_row=True)
            continue
        written, sender = _REPLY_DATE.match(lines[0]), lines[1].strip()
        chat.message(
            block.position + 2 + offset,
            written[1] if written else lines[0].strip(),
            sender,
            read_body(lines[2:], is_copy=True),
            out,
            from_owner=_is_owner(sender, chat),
            folded=folded,
        )
    return body.has_preview


def _is_owner(sender: str, chat: Chat) -> bool | None:
    return sender == ME if chat.owners else None
