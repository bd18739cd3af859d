"""Threads in HTML: what people get from either app who do not ask for JSON.

Times are local to the account and as a rule to the minute; the newest message comes first. What a page does not show, such as who
withdrew a message, cannot be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, UnreadableError
from chatclone_dagster.readers.meta import page, rows
from chatclone_dagster.readers.meta.parts import message_of
from chatclone_dagster.readers.meta.schema import Message
from chatclone_dagster.readers.meta.sentences import headings
from chatclone_dagster.readers.meta.thread import Thread, folder_of
from chatclone_dagster.readers.times.written import read_written

_NAME = re.compile(r"(?:^|[/\\!])message(?:_\d+)?(?: \(\d+\))?\.html?$", re.IGNORECASE)
_PEOPLE = re.compile(r"[^:：\n]{2,40}[:：]\s*(\S.*)", re.DOTALL)
_COMMA = re.compile(r"[,،、，]")
_AND = re.compile(
    r"\s(?:a|ak|and|at|dan|e|en|et|i|ir|ja|og|och|şi|și|und|un|và|ve|y|és|και|и|і|та|और|و|&)\s|\sו|和|及|と|และ| 및 "
)
_MOST_LINES = 50  # that a page has above its messages


def is_page(file: ExportFile, head: str) -> bool:
    """Whether a file is a thread: by its name and classes; else, if it shows that its messages are those of a conversation."""
    if not head.lstrip().startswith("<"):
        return False
    is_named, start = _NAME.search(file.name) is not None, page.start_of(file)
    is_known = page.is_known(start)
    if is_known and is_named:
        return True
    found = list(page.of_text(start if is_known or is_named else head))
    senders = {sent.sender for sent in found if isinstance(sent, page.Sent) and sent.sender}
    lines = [line for line in found if isinstance(line, str)]
    return bool(senders) and (is_named or people_of(lines, senders) is not None or page.title_of(start) in senders)


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one page; positions are indexes of its messages.

    Raises:
        UnreadableError: there are no messages in it.
    """
    start = page.start_of(file)
    lines: list[str] = []
    messages: list[Message] = []
    times: list[str] = []
    above: str | None = None
    for found in page.contents(file, start, out):
        if isinstance(found, str):
            lines += [found] if len(lines) < _MOST_LINES else []
        elif (found.sender or "").casefold() not in headings():
            above = above if found.sender is None else found.sender
            messages.append(message_of(above, found.body))
            times.append(found.time)
    if not messages:
        raise UnreadableError("an HTML page in which no messages can be made out")
    moments = read_written(times, options.date_order)
    for message, moment in zip(messages, moments.dt.epoch("ms"), strict=True):
        message.timestamp_ms = moment
    if moments.null_count() == len(moments):
        out.issue(0, "the times are written in a way that is not known; an export in JSON can be read in any language")
    title = page.title_of(start)
    people = people_of(lines, {message.sender_name for message in messages})
    key = folder_of(file) if _NAME.search(file.name) else file.stem
    is_group = None if people is None else people > 2
    thread = Thread(key, title or key, is_group, broken=False, tz_known=False)
    out.fact(variant="html")
    rows.write(messages, 0, thread, rows.Templates(), out)


def people_of(lines: Sequence[str], senders: Iterable[str | None]) -> int | None:
    """How many take part, from a line like `Participants: Ada, Bo and Cy` in whatever language; None if there is none."""
    for line in lines:
        found = _PEOPLE.fullmatch(line)
        if found:
            *names, last = _COMMA.split(found[1])
            names += _AND.split(last, maxsplit=1)
            if {name.strip() for name in names} & {*senders}:
                return len(names)
    return None
