"""A chat in pages: `messages.html`, `messages2.html`, … of a thousand messages each.

A block that is `joined` to the one before leaves out who sent it; old exports do so across pages too. The time in the title is
that of the computer that exported, since 2021 with its distance to UTC. Events have no time: they stand between a day's line and
the messages.
Nothing in the pages says what was edited, or which of two people of one name wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from lxml.etree import _Element as Element

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, UnreadableError
from chatclone_dagster.readers.files.html_file import blocks, has_class, text_of
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.telegram import html_message
from chatclone_dagster.readers.telegram.html_account import Account, account_of
from chatclone_dagster.readers.telegram.html_message import Block
from chatclone_dagster.readers.telegram.html_times import Clock, read_day, read_time

_OLDEST_DAY = -500_000_000  # days count down from -1, what was said before a group grew up from -1,000,000,000
_MOST_WAITING = 1000


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one page; positions are indexes of its blocks, the lines of days included.

    Raises:
        UnreadableError: a page that cannot be read at all.
    """
    out.fact(variant="html")
    page = _Page(file, options, out, account_of(file))
    for position, block in enumerate(blocks(file, "message", out)):
        if has_class(block, "service"):
            page.event(position, html_message.read_event(block))
        else:
            page.message(position, html_message.read_message(block), is_joined=has_class(block, "joined"))
    page.settle(None)


@dataclass
class _Page:
    """Reading of one page: what later blocks need to know of earlier ones. `waiting` are events whose time is not known yet."""

    file: ExportFile
    options: ReadOptions
    out: Out
    account: Account
    sender: str | None = None
    before: Clock | None = None
    day: date | None = None
    waiting: list[tuple[int, date | None, Block]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = next(map(text_of, blocks(self.file, "page_header")), "") or self.file.stem.rstrip("0123456789")
        self.key = f"{self.name} ({self.account.folder})" if self.account.folder else self.name

    def event(self, position: int, block: Block) -> None:
        day = read_day(block.text)
        if _OLDEST_DAY < int(block.number) < 0 if block.number else day is not None:
            self.day = day or self.day
            return
        self.waiting.append((position, self.day, block))
        if len(self.waiting) > _MOST_WAITING:
            self.settle(None)

    def message(self, position: int, block: Block, *, is_joined: bool) -> None:
        if block.sender is None and self.sender is None and is_joined:
            self.sender = self.ending[0]
        self.sender = block.sender = block.sender or (self.sender if is_joined else None)
        if block.sender is None:
            self.out.issue(position, "a message without a sender: the page before it is missing")
        clock = read_time(block.written, self.options.date_order)
        if clock is None:
            self.out.issue(position, "a message without a readable time", block.written, is_row=True)
            return
        self.settle(clock)
        self.before, self.day = clock, clock.day
        self._row(position, block, clock)

    @cached_property
    def ending(self) -> tuple[str | None, Clock | None]:
        """Who wrote last on the pages before, and when."""
        sender, clock = None, None
        for before in _pages_before(self.file):
            last = None
            for message in map(html_message.read_message, _messages(before)):
                sender, last = message.sender or sender, read_time(message.written, self.options.date_order) or last
            clock = clock or last
            if sender is not None:
                break
        return sender, clock

    def settle(self, after: Clock | None) -> None:
        """Give the waiting events a time: that of the message before on the same day, else of the one after, else midnight."""
        for position, day, block in self.waiting:
            near = [clock for clock in (self.before, after) if clock is not None]
            clock = next((clock for clock in near if clock.day == day), None)
            if clock is None and day is not None:
                clock = Clock(datetime(day.year, day.month, day.day), False, day)  # noqa: DTZ001 (as written)
            clock = clock or next(iter(near), None) or self.ending[1]
            if clock is None:
                self.out.issue(position, "an event without a day", is_row=True)
            else:
                self._row(position, block, clock)
        self.waiting.clear()

    def _row(self, position: int, block: Block, clock: Clock) -> None:
        sender, owner = block.sender, self.account.owner
        from_owner = block.from_owner
        if from_owner is None and owner is not None and sender is not None:
            from_owner = sender.split() == owner.split()
        paths = [path.removeprefix(self.account.base) for path in block.attachments]
        self.out.row(
            position,
            self.key,
            self.name,
            clock.at,
            tz_known=clock.is_utc,
            is_group=self.account.is_group,
            sender_key=sender,
            sender_name=sender,
            from_owner=from_owner,
            platform_id=block.number,
            kind=block.kind,
            text=block.text,
            reply_to=block.reply_to,
            forwarded=block.forwarded or (self.account.is_saved and from_owner is False),
            reactions=block.reactions,
            attachments=inside(paths, position, self.out),
        )


def _messages(page: ExportFile) -> Iterator[Element]:
    with suppress(UnreadableError):
        yield from (block for block in blocks(page, "message") if not has_class(block, "service"))


def _pages_before(file: ExportFile) -> Iterator[ExportFile]:
    """The pages before one, the nearest first."""
    found = re.fullmatch(r"(.*?)(\d{1,6})", file.stem)
    for number in range(int(found[2]) - 1 if found else 0, 0, -1):
        before = file.beside(f"{found[1] if found else ''}{number if number > 1 else ''}{file.suffix}")
        if before is None:
            return
        yield before
