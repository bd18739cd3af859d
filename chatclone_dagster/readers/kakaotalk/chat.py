"""Reads a KakaoTalk text export in two passes: the first finds its layout, its days and who writes, the second the messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.entries import Entry, in_order, without_excerpts
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.kakaotalk import bodies, heads

OTHER_ENCODING = "cp949"
"""Of files that Korean computers saved anew."""
_MOST_SENDERS = 100_000
_HEADER_LINES = 6


@dataclass
class Chat:
    """What is the same for all messages of a chat."""

    title: str
    is_group: bool | None
    owner: str | None = None  # how the export calls the person who made it, if it does

    def emit(self, entry: Entry, out: Out) -> None:
        """Hand a message's row to `out`."""
        body = bodies.Body("system", entry.body) if entry.sender is None else bodies.read_body(entry.body)
        out.row(
            entry.line,
            self.title,
            self.title,
            entry.at,
            is_group=self.is_group,
            sender_key=entry.sender,
            sender_name=entry.sender,
            from_owner=entry.sender == self.owner if self.owner and entry.sender else None,
            kind=body.kind,
            text=body.text,
            attachments=inside(body.attachments, entry.line, out),
        )


def read(file: ExportFile, out: Out) -> None:
    """Read a text export; positions are lines.

    Raises:
        UnreadableError: no line begins a message.
    """
    found = _survey(file, out)
    if found.layout is None:
        if not file.head.strip():
            out.issue(1, "the file is empty")
            return
        raise UnreadableError("no line begins as a message of KakaoTalk does")
    out.fact(variant=found.layout)
    for entry in without_excerpts(_Scan(file, found, out).entries()):
        found.chat.emit(entry, out)


@dataclass
class _Survey:
    chat: Chat
    layout: heads.Layout | None
    days: dict[int, date] = field(default_factory=dict)  # by the number of the line
    first: int = 0  # the line of the first message or day


def _survey(file: ExportFile, out: Out) -> _Survey:
    """First pass."""
    counts: Counter[heads.Layout] = Counter()
    senders: dict[heads.Layout, set[str]] = {"computer": set(), "dated": set(), "short": set()}
    days: list[tuple[int, date]] = []
    header: list[str] = []
    group, begun = False, False
    for number, line in enumerate(text.lines(file, out.issue, OTHER_ENCODING), start=1):
        head = heads.read_head(line)
        if head is not None and (head.sender or head.text):
            begun = True
            counts[head.layout] += 1
            if head.sender and len(senders[head.layout]) < _MOST_SENDERS:
                senders[head.layout].add(head.sender)
        elif (day := heads.read_day(line)) is not None:
            begun = True
            days.append((number, day))
        elif not begun and line.strip() and len(header) < _HEADER_LINES:
            header.append(line.strip())
        said = (head.text if head.sender is None else None) if head else line
        sentence = bodies.read_sentence(said) if said and begun else None
        group = group or (sentence is not None and sentence[1])
    layout = max(counts, key=lambda name: counts[name], default=None)
    keep = in_order([day.toordinal() for _, day in days])
    found = {number: day for (number, day), kept in zip(days, keep, strict=True) if kept}
    return _Survey(_chat(file, header, senders[layout] if layout else set(), group), layout, found)


def _chat(file: ExportFile, header: list[str], senders: set[str], group: bool) -> Chat:
    title, is_group = next(filter(None, map(heads.read_title, header)), (file.stem, None))
    saved = next((place for place, line in enumerate(header) if heads.is_saved(line)), 0)
    if title == file.stem and saved and not header[saved - 1].endswith(".txt"):
        title = header[saved - 1]  # computers in some languages write the chat's name alone
    if group or len(senders) > 2:
        is_group = True
    elif is_group is None and title in senders:
        is_group = False
    owner = next(iter(senders & bodies.owner_marks()), None)
    return Chat(title, is_group, owner)


class _Scan:
    """The second pass."""

    def __init__(self, file: ExportFile, found: _Survey, out: Out) -> None:
        self._file, self._found, self._out = file, found, out
        self._day: date | None = None
        self._last: datetime | None = None  # when the message before was sent
        self._lost = False  # what stands before the first message belongs to one that was lost

    def entries(self) -> Iterator[Entry]:
        """Every line that may begin a message, with those that go on with it."""
        current: Entry | None = None
        before = full = False
        for number, line in enumerate(text.lines(self._file, fallback=OTHER_ENCODING), start=1):
            if number in self._found.days:
                self._day = self._found.days[number]
                continue
            head = heads.read_head(line)
            entry = self._entry(number, line, head)
            if entry is not None:
                if current is not None:
                    yield current
                current = entry
                self._last = entry.at
            elif head is not None and self._is_separator(head):
                continue
            elif current is not None:
                if not current.add(line) and not full:
                    self._out.issue(number, "a message of too many lines; the rest of it is left out")
                    full = True
            elif line.strip() and number > _HEADER_LINES and not before and not self._lost:
                self._out.issue(number, "text before the first message; it is left out", line)
                before = True
        if current is not None:
            yield current

    def _entry(self, number: int, line: str, head: heads.Head | None) -> Entry | None:
        layout = self._found.layout
        if head is None or not (head.sender or head.text):
            return self._sentence(number, line) if layout == "computer" else None
        if head.layout != layout and not (layout == "short" and head.layout == "dated"):
            return None
        day = head.day or self._day
        if day is None:
            self._out.issue(number, "a message above the first date, without a day", line, is_row=True)
            self._lost = True
            return None
        moment = datetime.combine(day, time()) + timedelta(seconds=head.second)
        return Entry(number, moment, head.sender, [head.text], line)

    def _sentence(self, number: int, line: str) -> Entry | None:
        """What the app says in exports from computers: a line without a time, which takes that of the message above it."""
        if self._day is None or bodies.read_sentence(line) is None:
            return None
        midnight = datetime.combine(self._day, time())
        moment = self._last if self._last is not None and self._last >= midnight else midnight
        return Entry(number, moment, None, [line], line)

    def _is_separator(self, head: heads.Head) -> bool:
        """Whether a line that is only a date and a time stands between days; an earlier one was typed."""
        return head.day is not None and (self._last is None or head.day >= self._last.date())
