"""The tables (CSV) that WeClone, PyWxDump, WeFlow and MemoTrace make of WeChat's database.

id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime             WeClone; older ones have `content` for msg and src
localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,…   MemoTrace until 2024, the contents raw
消息ID,类型,发送人,时间,内容,备注,昵称,更多信息                                 MemoTrace since
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.delimited import DELIMITERS, Record, delimiter_of, records
from chatclone_dagster.readers.files.paths import inside
from chatclone_dagster.readers.wechat import rows
from chatclone_dagster.readers.wechat.message import UNREAD
from chatclone_dagster.readers.wechat.rows import Row
from chatclone_dagster.readers.wechat.weflow import is_group

_VARIANTS: dict[str, tuple[rows.Reader, tuple[str, ...]]] = {
    "weclone": (rows.weclone, ("type_name", "is_sender", "talker", "createtime")),
    "memotrace-raw": (rows.memotrace_raw, ("localid", "type", "subtype", "issender", "createtime", "strcontent")),
    "memotrace": (rows.memotrace, ("消息id", "类型", "发送人", "时间", "内容")),
}  # what reads a layout, and the columns it has to have
_MOST_CHATS = 100_000


def variant_of(head: str) -> str | None:
    """Which of the tables a file is, by its first line; None for any other file."""
    first = head.lstrip("\ufeff\r\n ").split("\n", 1)[0]
    if not any(sign in first for sign in DELIMITERS):
        return None
    columns = _columns(next(records(iter([first]), delimiter_of(first)), None))
    return next((name for name, (_, needed) in _VARIANTS.items() if {*needed} <= {*columns}), None)


def _columns(header: Record | None) -> list[str]:
    return [name.strip().strip("\ufeff").casefold() for name in header.fields or []] if header else []


def read(file: ExportFile, out: Out) -> None:
    """Read a table; positions are lines.

    Raises:
        UnreadableError: the columns of none of the layouts.
    """
    variant = variant_of(text.head_text(file))
    if variant is None:
        if not file.head.strip():
            out.issue(1, "the file is empty")
            return
        raise UnreadableError("a table without the columns of WeClone or MemoTrace")
    out.fact(variant=variant)
    others: dict[str, set[str]] = {}  # up to three of those who write in a chat, whom the table does not call its owner
    for found in _read(file, variant, None):
        if not found.row.message.from_owner and len(others) < _MOST_CHATS:
            people = others.setdefault(found.row.chat, set())
            if found.row.message.kind != "system" and found.row.message.sender_key and len(people) < 3:
                people.add(found.row.message.sender_key)
    for found in _read(file, variant, out):
        _emit(found, _group(found.row.chat, others.get(found.row.chat, set()), variant), out)


@dataclass(slots=True)
class _Found:
    line: int
    raw: str
    row: Row


def _group(chat: str, people: set[str], variant: str) -> bool | None:
    """A group by its account or by who writes; in the newer tables of MemoTrace the owner is one of them."""
    if len(people) > (2 if variant == "memotrace" else 1):
        return True
    by_account = is_group(chat)
    return False if by_account is None and chat in people else by_account


def _read(file: ExportFile, variant: str, out: Out | None) -> Iterator[_Found]:
    """The rows; records that cannot be read are reported to `out`."""
    reader, needed = _VARIANTS[variant]
    table = records(text.lines(file, out.issue if out else None), delimiter_of(text.head_text(file).lstrip("\ufeff")))
    columns = _columns(next(table, None))
    last = max(columns.index(name) for name in needed)
    for record in table:
        if record.fields is None:
            wrong = "a record whose quotes do not close, or close too early"
        elif len(record.fields) <= last:
            wrong = f"a record of {len(record.fields)} cells where the header has {len(columns)}"
        else:
            # Older tables of MemoTrace have cells beyond those of the header, and groups alone fill its last columns.
            cells = dict(zip(columns, record.fields, strict=False))
            yield _Found(record.line, record.raw, reader(cells, file.stem))
            continue
        if out is not None:
            out.issue(record.line, wrong, record.raw, is_row=True)


def _emit(found: _Found, group: bool | None, out: Out) -> None:
    row = found.row
    moment = rows.read_moment(row.written)
    if moment is None:
        out.issue(found.line, "a record without a readable time", found.raw, is_row=True)
        return
    fields = row.message.fields()
    if row.message.unread:
        out.issue(found.line, UNREAD, found.raw)
    fields["attachments"] = inside(fields["attachments"], found.line, out)
    out.row(
        found.line,
        row.chat,
        row.chat,
        moment[0],
        tz_known=moment[1],
        is_group=group,
        platform_id=row.platform_id,
        **fields,
    )
