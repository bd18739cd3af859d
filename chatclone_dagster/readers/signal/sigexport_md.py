"""`chat.md` of sigexport (carderne/signal-export), once called `index.md`, and what its `Message.to_md` writes into it.

    [2024-05-29 15:04:05] Aya:

    > the words that are answered

    the text, over as many lines as it has
    (- Me: 👍, Jim: 😂 -)
    ![a b.jpg](./media/a%20b.jpg)

Older versions leave out the seconds, write a comma behind the date and no empty line between messages. Two blanks stand behind
every text and every file, so that a line in a text that looks like a header can be told from one, unless an editor took them away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.signal.sigexport import STICKERS, Body, Chat, attachment_path, kind_of, quoted_words

_HEADER = re.compile(r"\[(\d{4}-\d\d-\d\d),? (\d\d:\d\d(?::\d\d)?)\] ([^\n:]{1,200}):(?: (.*)|)", re.DOTALL)
_DELETED = "(This message was deleted)"
_END = re.compile(
    r"  \Z|: [^\s\x00-\x7f]\S{0,20} -\)\Z|\(\( (?:sticker|[^\x00-\x7f][^\n]{0,20}) \)\)\Z|\(This message was deleted\)\Z"
)
_TARGETS = ("](./media/", "](../exported_stickers/")
_MISSING = ("(media not exported)", "(attachment not exported)")
_MOST_FILES = 100  # in a message; Signal takes 32
_LONGEST_MESSAGE = 100_000  # lines; what goes on longer is no message
_ENOUGH = 3  # one in so many headers; the others stand inside texts
_LINK = re.compile(r"!?\[[^\n]*\]\((?:\./media/|\.\./exported_stickers/)\S+\)", re.DOTALL)
SIGNS = re.compile(
    r"(?m)^\[[\d: ,-]+\] (?:Me|No-Sender):|\]\((?:\./media/|\.\./exported_stickers/)|^\(- .+: \S+ -\)|\(This message was deleted\)$"
)
"""What only sigexport writes; for telling a `.txt` from another app's with headers of the same shape."""


def first_header(head: str) -> re.Match[str] | None:
    """The header in the first line that is not empty, if it holds one."""
    return _HEADER.match(head.lstrip("\ufeff\r\n").split("\n", 1)[0])


def read_date(header: re.Match[str]) -> datetime | None:
    """The time in a header; None if there is no such day."""
    try:
        return datetime.fromisoformat(f"{header[1]} {header[2]}")
    except ValueError:
        return None


def read(file: ExportFile, out: Out) -> None:
    """Read a chat; positions are lines.

    Raises:
        UnreadableError: no line begins a message.
    """
    survey = _Survey.of(file)
    if not survey.senders:
        raise UnreadableError("no line begins a message of sigexport")
    chat = Chat.of(file, survey.senders)
    for message in _messages(file, survey, out):
        when = read_date(message.header)
        if when is None:
            out.issue(message.position, "a time that cannot be read", message.header[0], is_row=True)
        else:
            body = read_body("\n".join([message.header[4] or "", *message.lines]))
            chat.emit(message.position, when, message.header[3], body, out)


@dataclass
class _Survey:
    """First pass: who writes, and what stands before a header: an empty line, and before that one of the endings."""

    senders: set[str] = field(default_factory=set)
    empty_line: bool = False
    ending: bool = False

    @classmethod
    def of(cls, file: ExportFile) -> _Survey:
        """The end of the file tells, as nothing was written behind its last message, if enough of the headers agree."""
        survey = cls()
        last, before = "", ""
        headers = below_empty = below_ending = 0
        for line in text.lines(file):
            if header := _HEADER.fullmatch(line):
                survey.senders.add(header[3])
                headers += 1
                below_empty += not last
                below_ending += _END.search(last or before) is not None
            before, last = last, line
        survey.empty_line = not last and _ENOUGH * below_empty >= headers
        survey.ending = _END.search(last or before) is not None and _ENOUGH * below_ending >= headers - 1
        return survey

    def begins(self, before: str, second_before: str) -> bool:
        """Whether a header may stand below these two lines."""
        if self.empty_line and before:
            return False
        return not self.ending or _END.search(before or second_before) is not None


@dataclass
class _Message:
    position: int
    header: re.Match[str]
    lines: list[str] = field(default_factory=list)


def _messages(file: ExportFile, survey: _Survey, out: Out) -> Iterator[_Message]:
    """Second pass."""
    message: _Message | None = None
    before, second_before, told = "", "", False
    for number, line in enumerate(text.lines(file, out.issue), start=1):
        header = _HEADER.fullmatch(line) if line.startswith("[") else None
        if header and (message is None or survey.begins(before, second_before)):
            if message:
                yield message
            message = _Message(number, header)
        elif message is None:
            if line.strip() and not told:
                out.issue(number, "text before the first message; it is left out", line)
                told = True
        elif len(message.lines) < _LONGEST_MESSAGE:
            message.lines.append(line)
        elif len(message.lines) == _LONGEST_MESSAGE:
            out.issue(number, f"a message of more than {_LONGEST_MESSAGE} lines; the rest is left out", line)
            message.lines.append("")
        second_before, before = before, line
    if message:
        yield message


def read_body(content: str) -> Body:
    """Take apart what stands behind a header: a quote in front, files, a sticker and reactions at the end."""
    if content.strip() == _DELETED:
        return Body("deleted")
    body = Body()
    if content.startswith("\n\n> "):
        quote, _, content = content[2:].partition("\n\n")
        body.quote = quoted_words(quote)
    content = _without_files(content.rstrip("\n"), body)
    start = content.rfind("\n(( ")
    if start >= 0 and content.endswith(" ))") and "\n" not in content[start + 1 :]:  # two blanks end what was typed
        body.sticker = True
        content = content[:start]
    content = _without_reactions(content, body)
    body.text = content.rstrip()
    body.kind = kind_of(body)
    return body


def _without_files(content: str, body: Body) -> str:
    """Take the files off the end, one after the other."""
    for _ in range(_MOST_FILES):
        rest = content.removesuffix("  ")
        missing = next((note for note in _MISSING if rest.endswith(note)), None)
        if missing:
            body.missing = True
            content = rest.removesuffix(missing)
            continue
        start = _link_at_end(rest)
        if start is None:
            break
        path = attachment_path(rest[max(map(rest.rfind, _TARGETS)) + 2 : -1])
        body.sticker = body.sticker or path.startswith(STICKERS)
        body.attachments.insert(0, path)
        content = rest[:start]
    return content


def _link_at_end(content: str) -> int | None:
    """Where the link to a file begins that a text ends with. Its name may hold brackets; it is that of the file."""
    middle = max(map(content.rfind, _TARGETS))
    if middle < 0 or not content.endswith(")"):
        return None
    name = attachment_path(content[middle + 2 : -1]).removeprefix("media/")
    start = middle - len(name) - 1
    if start < 0 or not content.startswith(f"[{name}]", start):
        start = content.rfind("[", 0, middle)
    if start > 0 and content[start - 1] == "!":
        start -= 1
    return start if start >= 0 and _LINK.fullmatch(content, start) else None


def _without_reactions(content: str, body: Body) -> str:
    """Take the line of reactions off the end: `(- Me: 👍, Jim: 😂 -)`."""
    start = content.rfind("\n(- ")
    if start < 0 or not content.endswith(" -)") or "\n" in content[start + 1 :]:
        return content
    found: list[tuple[str, str]] = []
    name = ""
    for part in content[start + 4 : -3].split(", "):
        who, colon, emoji = (name + part).rpartition(": ")
        if colon and emoji and not emoji.isascii():
            found.append((emoji, who))
            name = ""
        else:  # a comma in a name
            name += part + ", "
    if name or not found:
        return content
    body.reactions = found
    return content[:start]
