"""Reading a log line by line: the time, who, what; lines that open a day; lines that go on with the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.irc import lines, names
from chatclone_dagster.readers.irc.calendar import Calendar, calendar_of, day_in
from chatclone_dagster.readers.irc.form import PIDGIN, Form, is_header
from chatclone_dagster.readers.irc.stamps import read_stamp

FALLBACK = "cp1252"  # clients of the time before UTF-8 wrote what the computer had
_IDENT = re.compile(r"Session Ident: (\S+)")
_LONGEST_MESSAGE = 1_000  # lines; what goes on longer is no message
_MORNING = "the clock of this log runs to 12 and says neither am nor pm; it is read as morning first, then afternoon"


@dataclass
class Log:
    """One file: what is the same for all lines, and the row that the next line may go on with."""

    file: ExportFile
    form: Form
    calendar: Calendar
    out: Out
    key: str = ""
    title: str = ""
    account: str | None = None
    renamed: int = 0
    _pending: dict[str, Any] = field(default_factory=dict)
    _gap: int = 0

    def __post_init__(self) -> None:
        """The path names the chat, until the log itself does."""
        self._name(None)

    def _name(self, title: str | None) -> None:
        self.key, self.title = names.chat_of(self.file.name, title)

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        if not line.strip():
            self._gap += bool(self._pending)
            return
        found = self.form.stamp_in(line)
        stamp = read_stamp(found, self.calendar.order, self.calendar.day) if found else None
        if found is None or stamp is None:
            self._without_time(number, line)
            return
        rest = line[found.end() :]
        try:
            sent = self.calendar.moment(stamp)
        except (ValueError, OverflowError):
            self.out.issue(number, "a time on a day that there is not, or that nothing tells", line, is_row=True)
            return
        if day := day_in(rest, self.calendar.order, timed=True):
            self.calendar.open(rest, day)
            return
        self._row(number, sent, stamp.offset is not None, self.form.style(rest))

    def finish(self) -> None:
        """Hand over the last row."""
        if self._pending:
            self.out.row(**self._pending)
        self._pending, self._gap = {}, 0

    def _without_time(self, number: int, line: str) -> None:
        if self.form.goes_on and self._pending:
            self._go_on(number, line)
        elif (day := day_in(line, self.calendar.order)) is not None:
            self.finish()
            self.calendar.open(line, day)
            self._header(line)
        elif ident := _IDENT.fullmatch(line.strip()):
            self._name(ident[1])
        else:
            said = lines.angle(line)
            sent = self.calendar.again()
            if said.strong and sent is not None:
                self._row(number, sent, False, said)
            elif not is_header(line):
                self.out.issue(number, "a line that no IRC client writes, without a time", line, is_row=True)

    def _header(self, line: str) -> None:
        if found := PIDGIN.match(line):
            self.account = found["account"].partition("@")[0].partition("/")[0]
            self._name(found["title"])

    def _go_on(self, number: int, line: str) -> None:
        typed = self._pending["text"]
        if typed.count("\n") >= _LONGEST_MESSAGE:
            self.out.issue(number, f"a message of more than {_LONGEST_MESSAGE} lines; the rest is left out", line)
            self.finish()
            return
        self._pending["text"] = typed + "\n" * (self._gap + 1) + line
        self._gap = 0

    def _row(self, number: int, sent: datetime, known: bool, line: lines.Line) -> None:
        self.finish()
        self.renamed += line.nick is None and lines.RENAMED.search(line.text) is not None
        self._pending = {
            "position": number,
            "conversation_key": self.key,
            "conversation_name": self.title,
            "sent_local": sent,
            "tz_known": known,
            "is_group": True if names.is_channel(self.title) else None,
            "sender_key": line.nick,
            "sender_name": line.nick,
            "from_owner": self._is_owner(line.nick),
            "kind": "text" if line.nick else "system",
            "text": line.text,
        }

    def _is_owner(self, nick: str | None) -> bool | None:
        """Only Pidgin says whose log it is; in a chat of two the other is known too."""
        if nick is None or self.account is None:
            return None
        return True if nick == self.account else False if nick == self.title else None


def read(file: ExportFile, form: Form, options: ReadOptions, out: Out) -> None:
    """Read a log; positions are lines.

    Raises:
        UnreadableError: nothing says which day it is.
    """
    calendar = calendar_of(file, form.stamp_in, options.date_order)
    if calendar.twelve:
        out.issue(1, _MORNING)
    log = Log(file, form, calendar, out)
    for number, line in enumerate(text.lines(file, out.issue, FALLBACK), start=1):
        log.take(number, lines.plain(line))
    log.finish()
    out.fact(variant=form.name, nick_changes=log.renamed)
