"""What the rows of the tables say, one function for each of the layouts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from chatclone_dagster.readers.wechat import kinds
from chatclone_dagster.readers.wechat.message import Message
from chatclone_dagster.readers.wechat.weflow import moment_of

_PART = re.compile(r"_\d+_\d+$")  # of a chat that is written to several tables
_SUFFIX = re.compile(r"(?:_utf8|\((?:wxid_)?[^()]{1,60}\))$")
_ALL = ("messages", "message")  # the table with all chats
_TIME = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?"
)
_TRUE, _FALSE = ("1", "true", "yes"), ("0", "false", "no")
_OWNER = "Me"  # where a table has no name for whoever made it


@dataclass
class Row:
    """A row: its chat, its time as written, and what was sent."""

    chat: str
    written: str
    message: Message
    platform_id: str | None = None


Cells = Mapping[str, str]
Reader = Callable[[Cells, str], Row]
"""Takes the cells by column, in lower case, and the table's name."""


def weclone(cells: Cells, stem: str) -> Row:
    """A row of WeClone, PyWxDump or WeFlow. WeFlow calls all that is neither picture nor sound a text."""
    content, source = cells.get("msg"), cells.get("src", "")
    if content is None:
        content, source = _inner(cells.get("content", ""))
    called = cells["type_name"].strip()
    kind = kinds.of_name(called)
    sender = cells["talker"].strip() or None
    message = Message(
        content,
        None if called.casefold() == "text" else kind,
        kinds.second_of_name(called),
        [source.strip()] if source.strip() and kind != "text" else [],
        sender_key=sender,
        sender_name=sender,
        from_owner=_flag(cells["is_sender"]),
        forwarded=_flag(cells.get("is_forward", "")) is True,
    )
    chat = cells.get("room_name", "").strip() or _PART.sub("", stem)
    return Row(chat, cells["createtime"], message, _id(cells.get("msgsvrid", "")))


def _inner(content: str) -> tuple[str, str]:
    """Text and source of the JSON in a cell."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return content, ""
    if not isinstance(found, dict):
        return content, ""
    said, source = found.get("msg"), found.get("src")
    return said if isinstance(said, str) else "", source if isinstance(source, str) else ""


def memotrace_raw(cells: Cells, stem: str) -> Row:
    """A row of MemoTrace's older tables. Only groups have columns for the sender's id and names."""
    chat = f"{stem} {cells.get('talkerid', '').strip()}" if stem in _ALL else _SUFFIX.sub("", stem)
    owner = _flag(cells["issender"])
    sender = cells.get("sender", "").strip() or (_OWNER if owner else chat)
    name = cells.get("remark", "").strip() or cells.get("nickname", "").strip() or sender
    number, second = _number(cells["type"]), _number(cells["subtype"])
    message = Message(
        cells["strcontent"],
        kinds.of_number(number, second) or ("media" if number == kinds.SHARED else None),
        second if number == kinds.SHARED else 0,
        sender_key=sender,
        sender_name=name,
        from_owner=owner,
    )
    return Row(chat, cells["createtime"], message)


def memotrace(cells: Cells, stem: str) -> Row:
    """A row of MemoTrace's newer tables, which do not say who made them."""
    called, sender = cells["类型"], cells["发送人"].strip() or None
    message = Message(
        cells["内容"], kinds.of_name(called), kinds.second_of_name(called), sender_key=sender, sender_name=sender
    )
    return Row(_SUFFIX.sub("", stem), cells["时间"], message, _id(cells["消息id"]))


def read_moment(written: str) -> tuple[datetime, bool] | None:
    """A time and whether it is UTC; None for what is no time of a message."""
    plain = written.strip()
    if plain.isdecimal():
        utc_moment = moment_of(plain)
        return (utc_moment, True) if utc_moment else None
    found = _TIME.fullmatch(plain)
    if found is None:
        return None
    year, month, day, hour, minute, second, utc, sign, hours, minutes = found.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001
        if sign is None:
            return moment, utc is not None
        ahead = timezone(timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1))
        return moment.replace(tzinfo=ahead).astimezone(UTC).replace(tzinfo=None), True
    except (ValueError, OverflowError):
        return None


def _flag(cell: str) -> bool | None:
    plain = cell.strip().casefold()
    return True if plain in _TRUE else False if plain in _FALSE else None


def _number(cell: str) -> int:
    plain = cell.strip()
    return int(plain) if plain.isdecimal() and len(plain) < 19 else 0


def _id(cell: str) -> str | None:
    """A message's id; spreadsheets round it, and then it is none."""
    plain = cell.strip()
    return plain if plain.isdecimal() and plain.strip("0") else None
