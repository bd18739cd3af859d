"""DiscordChatExporter's plain text: one channel, without ids and types, its times those of a clock on a wall, to the minute.

    ==============================================================
    Guild: Chess Club
    Channel: Text Channels / general
    ==============================================================

    [1/15/2024 10:30 AM] Ada (pinned)
    the text, over as many lines as it has, and what hangs on it (text_body.py)


    [1/15/2024 10:31 AM] Grace
    …
    ==============================================================
    Exported 2 message(s)
    ==============================================================

Two empty lines stand before a header, in exports before 2020 one; a text may hold lines like headers, behind fewer of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, UnreadableError
from chatclone_dagster.readers.discord import chat as chats
from chatclone_dagster.readers.discord.chat import Chat
from chatclone_dagster.readers.discord.dates import UNREADABLE, Dates, is_time
from chatclone_dagster.readers.discord.markup import Names, plain
from chatclone_dagster.readers.discord.text_body import read_body
from chatclone_dagster.readers.files import text

RULE = "=" * 62
_HEADER = re.compile(r"\[([^\[\]]{4,60})\] (.*?\S)(?: \(pinned\))?")
_COUNT = r"(\d[\d.,'’٬\s]{0,30})"
_STATED = re.compile(rf"Exported {_COUNT} message\(s\)|Messages: {_COUNT}")
_LONGEST_HEADER = 300  # characters; names have 32
_LONGEST = 20_000  # lines; no message has more


@dataclass
class _Block:
    """The lines of one message below its header, or those between two rules."""

    position: int
    header: re.Match[str] | None = None
    lines: list[str] = field(default_factory=list)


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a channel; positions are lines.

    Raises:
        UnreadableError: no line begins a message.
    """
    gap, dates = _survey(file, options, out)
    chat, names = chats.of_name(file), Names()
    count = stated = frames = 0
    for block in _blocks(file, gap, out):
        if block.header is None:
            frames += 1
            stated += sum(map(_stated, block.lines))
            chat = _named(block.lines, chat)
        else:
            count += 1
            _emit(block, block.header, chat, names, dates, out)
    if not count and not frames:
        raise UnreadableError("no line begins a message of DiscordChatExporter")
    if stated and stated != count:
        out.issue(0, f"the file says that it holds {stated} messages, and holds {count}")


def _survey(file: ExportFile, options: ReadOptions, out: Out) -> tuple[int, Dates]:
    """First pass: how many empty lines stand before a header at least, and the dates of those headers."""
    found = {1: Dates(), 2: Dates()}
    counts = {1: 0, 2: 0}
    stated = empty = first = 0
    is_first, is_below_rule = True, False
    for number, line in enumerate(text.lines(file, out.issue), start=1):
        if empty and (header := _header(line)):
            for gap in range(1, 1 + (2 if empty > 1 or is_first else 1)):
                found[gap].look(header[1])
                counts[gap] += 1
            first, is_first = first or number, False
        stated += _stated(line) if is_below_rule or not first else 0
        is_below_rule = line == RULE and empty > 0
        is_first = is_first or line == RULE
        empty = 0 if line.strip() else empty + 1
    wide = abs(counts[2] - stated) <= abs(counts[1] - stated) if stated else counts[2] > counts[1] / 2
    gap = 2 if wide else 1
    found[gap].settle(first, options, out)
    return gap, found[gap]


def _blocks(file: ExportFile, gap: int, out: Out) -> Iterator[_Block]:
    """Second pass: the messages, and what stands between rules."""
    block: _Block | None = None
    empty, is_first, is_told = 0, True, False
    for number, line in enumerate(text.lines(file), start=1):
        in_frame = block is not None and block.header is None
        header = _header(line) if empty >= (1 if is_first else gap) else None
        if header or (line == RULE and (block is None or in_frame or empty >= gap)):
            if block is not None:
                yield block
            is_end = in_frame and header is None
            block = None if is_end else _Block(number, header)
            is_first = header is None
        elif block is not None:
            if len(block.lines) < _LONGEST:
                block.lines.append(line)
            elif len(block.lines) == _LONGEST:
                out.issue(number, f"a message of more than {_LONGEST} lines; the rest of it is left out")
                block.lines.append("")
        elif line.strip() and not is_told:
            out.issue(number, "text before the first message; it is left out", line)
            is_told = True
        empty = 0 if line.strip() else empty + 1
    if block is not None:
        yield block


def _header(line: str) -> re.Match[str] | None:
    found = _HEADER.fullmatch(line) if line.startswith("[") and len(line) <= _LONGEST_HEADER else None
    return found if found and is_time(found[1]) else None


def _stated(line: str) -> int:
    """How many messages a file says it holds: at its end, the oldest at its beginning, in the computer's language."""
    found = _STATED.fullmatch(line)
    return int(re.sub(r"\D", "", found[1] or found[2])) if found else 0


def _named(lines: list[str], chat: Chat) -> Chat:
    """The chat by what stands between the first two rules; the file's name may know the channel's id."""
    about = dict(
        line.split(": ", 1) for line in reversed(lines) if ": " in line
    )  # the topic comes last and may say anything
    if not {"Guild", "Channel"} <= about.keys():
        return chat
    category, _, name = about["Channel"].rpartition(" / ")
    return Chat(chat.id, name or chat.name, chats.is_group_in(about["Guild"], category.split(" / ")[0]), about["Guild"])


def _emit(block: _Block, header: re.Match[str], chat: Chat, names: Names, dates: Dates, out: Out) -> None:
    moment = dates.read(header[1])
    if moment is None:
        out.issue(block.position, UNREADABLE, header[0], is_row=True)
        return
    body = read_body(block.lines)
    sender = re.sub(chats.NO_NUMBER, "", header[2])
    out.row(
        block.position,
        chat.key,
        chat.name,
        moment[0],
        tz_known=moment[1],
        is_group=chat.is_group,
        sender_key=sender,
        sender_name=sender,
        kind=body.kind,
        text="" if body.kind == "call" else plain(body.text, names),
        forwarded="forwarded" in body.sections,
        reactions=[{"emoji": emoji, "sender": who} for emoji, who in body.reactions],
        attachments=body.files,
    )
