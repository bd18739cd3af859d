"""What the lines of a QQ export are: the heads of messages, and the names of chats and of their categories between rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chatclone_dagster.readers.contract import ExportFile
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.text import Report
from chatclone_dagster.readers.times import clocks

OTHER_ENCODING = "gb18030"
"""Of files that Chinese computers saved anew."""
_TITLE = "消息记录（此消息记录为文本格式"
_RULE = re.compile(r"={16,}")
_NAMED = re.compile(r"消息(?P<what>分组|对象)[:：]\s*(?P<name>.*)")
_HEAD = re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}) {clocks.CLOCK} (?P<who>.*\S)\s*")
_NUMBERED = re.compile(r"(?P<name>.*?)\s*(?:\((?P<number>\d{3,12})\)|<(?P<mail>[^<>\s]+@[^<>\s]+)>)")
_RANK = re.compile(r"(?:【[^】]{0,40}】\s*)+")

Kind = Literal["category", "chat", "rule", "head", "text"]


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a message; `number`: the sender's own, or address, None where the name stands alone."""

    at: datetime
    name: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line; `name` of a category or chat; `spaced`: nothing but an empty line or a rule stands above it."""

    number: int
    text: str
    kind: Kind
    name: str = ""
    head: Head | None = None
    spaced: bool = False


def is_title(line: str) -> bool:
    """Whether a line, without blanks around it, is one that QQ puts above the messages."""
    return line.startswith(_TITLE) or _NAMED.fullmatch(line) is not None


def read_head(line: str) -> Head | None:
    """The head of a message; None for any other line."""
    found = _HEAD.fullmatch(line) if line[:1].isdigit() else None
    second = clocks.seconds(found) if found and found["second"] else None
    if found is None or second is None or second >= clocks.DAY:
        return None
    try:
        day = datetime(int(found["year"]), int(found["month"]), int(found["day"]))  # noqa: DTZ001 (exports have no zone)
    except ValueError:
        return None
    numbered = _NUMBERED.fullmatch(found["who"])
    number = (numbered["number"] or numbered["mail"]) if numbered else None
    name = numbered["name"] if numbered else found["who"]
    bare = _RANK.sub("", name, count=1).strip() if name.startswith("【") else name.strip()
    return Head(day + timedelta(seconds=second), bare or number or name.strip(), number)


def lines(file: ExportFile, report: Report | None = None) -> Iterator[Line]:
    """The file's lines, each with what it is. The name of a chat stands below a rule or above all messages."""
    above_messages, spaced = True, True
    rule: tuple[int, str] | None = None
    for number, line in enumerate(text.lines(file, report, OTHER_ENCODING), start=1):
        plain = line.strip()
        named = _NAMED.fullmatch(plain) if above_messages or rule else None
        if rule is not None:
            yield Line(*rule, "rule" if named else "text")
            above_messages, rule = named is not None, None
        if named:
            yield Line(number, line, "category" if named["what"] == "分组" else "chat", named["name"].strip())
            spaced = True
            continue
        if _RULE.fullmatch(plain) and not above_messages:
            rule = number, line
            continue
        if above_messages and (_RULE.fullmatch(plain) or plain.startswith(_TITLE)):
            yield Line(number, line, "rule")
            spaced = True
            continue
        head = read_head(line)
        yield Line(number, line, "head" if head else "text", head=head, spaced=spaced)
        above_messages = above_messages and head is None
        spaced = not plain
    if rule is not None:
        yield Line(*rule, "text")
