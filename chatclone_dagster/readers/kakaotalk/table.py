"""Reads the table with the columns Date, User and Message that KakaoTalk makes on computers and phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.entries import Entry
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.delimited import delimiter_of, records
from chatclone_dagster.readers.kakaotalk import bodies, heads
from chatclone_dagster.readers.kakaotalk.chat import OTHER_ENCODING, Chat

_COLUMNS = ["date", "user", "message"]
_STEM = re.compile(r"KakaoTalk_?(?:Chats?_)?(?P<name>.+?)_\d{4}-\d\d-\d\d[-_ ]\d\d[-_.]\d\d[-_.]\d\d")
_MOST_SENDERS = 100_000


def is_table(head: str) -> bool:
    """Whether a file begins with the three columns."""
    first = head.lstrip("\ufeff\r\n ").split("\n", 1)[0]
    header = next(records(iter([first]), delimiter_of(first)), None)
    return header is not None and [name.strip().casefold() for name in header.fields or []] == _COLUMNS


def read(file: ExportFile, out: Out) -> None:
    """Read a table; positions are lines."""
    senders: set[str] = set()
    group = False
    for record in _records(file, None):
        if record.entry is None:
            continue
        if record.entry.sender is not None and len(senders) < _MOST_SENDERS:
            senders.add(record.entry.sender)
        sentence = bodies.read_sentence(record.entry.body) if record.entry.sender is None else None
        group = group or (sentence is not None and sentence[1])
    named = _STEM.fullmatch(file.stem)
    title = named["name"] if named else file.stem
    is_group = True if group or len(senders) > 2 else False if title in senders else None
    chat = Chat(title, is_group, next(iter(senders & bodies.owner_marks()), None))
    out.fact(variant="csv")
    for record in _records(file, out):
        if record.entry is not None:
            chat.emit(record.entry, out)
        elif record.wrong:
            out.issue(record.line, record.wrong, record.raw, is_row=True)


@dataclass(slots=True)
class _Record:
    line: int
    raw: str
    entry: Entry | None = None
    wrong: str = ""


def _records(file: ExportFile, out: Out | None) -> Iterator[_Record]:
    """The records below the header, those that cannot be read with the reason; damage is reported to `out`."""
    lines = text.lines(file, out.issue if out else None, OTHER_ENCODING)
    table = records(lines, delimiter_of(text.head_text(file, OTHER_ENCODING).lstrip("\ufeff")))
    next(table, None)
    for record in table:
        found = _Record(record.line, record.raw)
        moment = _moment(record.fields[0]) if record.fields else None
        if record.fields is None:
            found.wrong = "a record whose quotes do not close, or close too early"
        elif len(record.fields) != len(_COLUMNS):
            found.wrong = f"a record of {len(record.fields)} cells where the header has {len(_COLUMNS)}"
        elif moment is None:
            found.wrong = "a record without a readable Date"
        else:
            found.entry = Entry(record.line, moment, _sender(*record.fields[1:]), [record.fields[2]], record.raw)
        yield found


def _sender(user: str, message: str) -> str | None:
    """Who sent it; None for a sentence of the app, under which the name of the one it is about may stand."""
    sentence = bodies.read_sentence(message)
    about = sentence is not None and user.strip() in sentence[0]
    return None if about else user.strip() or None


def _moment(written: str) -> datetime | None:
    plain = written.strip()
    try:
        found = datetime.fromisoformat(plain) if len(plain) > len("2024-01-03") else None
    except ValueError:
        found = None
    if found is not None:
        return found if found.tzinfo is None else None
    head = heads.read_head(plain)
    if head is None or head.day is None or head.sender or head.text:
        return None
    return datetime.combine(head.day, time()) + timedelta(seconds=head.second)
