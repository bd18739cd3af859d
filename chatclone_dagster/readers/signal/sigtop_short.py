"""`sigtop export-messages -f text-short`: one file per chat, local time to the minute.

    2025-01-02 15:04 You: [reply to Ada on 2025-01-02 15:03, edited, 1 attachment] the text,
    over as many lines as it has
    2025-01-02 15:05 Ada: [call-history message]

Nothing tells the owner's words from the notes in brackets, or a line of a text that looks like a message from one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.signal import sigtop

_WHEN = r"(?:\d{4}-\d\d-\d\d \d\d:\d\d|unknown)"
HEADER = re.compile(rf"({_WHEN}) ([^\n]{{1,120}}?):(?: (.*)|)", re.DOTALL)
_REPLY = rf"reply to [^\n]{{1,120}}? on {_WHEN}"
_AND = r"(?:, |(?=\]))"
NOTE = re.compile(
    rf"\[(?:(?P<type>[a-z0-9-]+|) message"
    rf"|(?=[^\]])(?:{_REPLY}{_AND})?(?P<edited>edited{_AND})?(?P<files>\d+ attachments?)?)\](?: |$)"
)
_LONGEST_MESSAGE = 100_000  # lines; what goes on longer is no message


def read(file: ExportFile, out: Out) -> None:
    """Read a chat; positions are lines.

    Raises:
        UnreadableError: no line begins a message.
    """
    name, key = sigtop.name_and_key(file.stem)
    is_group = sigtop.is_group(file.stem)
    found = False
    for position, header, lines in _messages(file, out):
        found = True
        try:
            sent = datetime.fromisoformat(header[1])
        except ValueError:
            out.issue(position, "a message without a readable time", header[0], is_row=True)
            continue
        body = "\n".join([header[3] or "", *lines])
        note = NOTE.match(body)
        typed = body[note.end() :] if note else body
        kind = sigtop.kind_of_type(note["type"] or "unknown") if note and note["type"] is not None else None
        has_files = note is not None and note["files"] is not None
        out.row(
            position,
            key,
            name,
            sent,
            is_group=is_group,
            sender_key=None if kind else header[2],
            sender_name=None if kind else header[2],
            from_owner=None if kind else header[2] == sigtop.OWNER,
            kind=kind or ("media" if has_files else "text" if typed else "unavailable"),
            text=(note["type"] if kind == "system" and note else "") if kind else typed,
            edited=note is not None and note["edited"] is not None,
        )
    if not found:
        raise UnreadableError("no line begins a message of sigtop")


def _messages(file: ExportFile, out: Out) -> Iterator[tuple[int, re.Match[str], list[str]]]:
    """Each message's line, header, and further lines."""
    start, header, lines = 0, None, list[str]()
    for number, line in enumerate(text.lines(file, out.issue), start=1):
        if begins := HEADER.fullmatch(line):
            if header:
                yield start, header, lines
            start, header, lines = number, begins, []
        elif header is None:
            if line.strip():
                out.issue(number, "text before the first message; it is left out", line)
        elif len(lines) < _LONGEST_MESSAGE:
            lines.append(line)
        elif len(lines) == _LONGEST_MESSAGE:
            out.issue(number, f"a message of more than {_LONGEST_MESSAGE} lines; the rest is left out", line)
            lines.append("")
    if header:
        yield start, header, lines
