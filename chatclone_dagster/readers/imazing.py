"""iMazing: CSV exports of Messages and of WhatsApp from an iPhone or its backup.

Columns vary by version and are found by name. The delimiter follows the computer's region, a byte-order mark may be there. A chat
is named in each row, so one file may hold many. The owner's rows (`Outgoing`) carry no sender. Times are the computer's, without
a zone, save the rare ISO 8601 with `Z`. What a message answers is an excerpt and no id.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.delimited import DELIMITERS, Record, delimiter_of, records

NAME = "imazing"
_NEEDED = ("chat session", "message date", "type", "text")
_TYPES = ("incoming", "outgoing", "notification")
_REACTION = re.compile(r"([^\w\s,;(]+)\s*(?:[:\-–(]\s*)?([^,;|()\n]*)")


def columns_of(line: str) -> list[str]:
    """The names of a header line's columns, in lower case, without blanks around them."""
    header = next(records(iter([line]), delimiter_of(line)), None)
    return [name.strip().strip("\ufeff").casefold() for name in header.fields or []] if header else []


def kind_of_table(columns: list[str]) -> str | None:
    """`messages`, `whatsapp`, or None for a table that is not iMazing's (contacts, attachments, notes have other columns)."""
    if not {"chat session", "message date", "sender id"} <= {*columns}:
        return None
    return (
        "whatsapp"
        if {"forwarded", "attachment info", "sent date"} & {*columns} and "service" not in columns
        else "messages"
    )


def sniff(file: ExportFile) -> Sniff | None:
    """Claim tables with iMazing's columns."""
    if text.is_binary(file.head):
        return None
    head = text.head_text(file).lstrip("\ufeff \r\n").split("\n", 1)[0]
    kind = kind_of_table(columns_of(head)) if any(sign in head for sign in DELIMITERS) else None
    return Sniff(0.95, kind) if kind else None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one file; positions are lines.

    Raises:
        UnreadableError: no header with the needed columns, or one that names a column twice.
    """
    lines = text.lines(file, out.issue)
    delimiter = delimiter_of(text.head_text(file).lstrip("\ufeff"))
    table = records(lines, delimiter)
    header = next(table, None)
    if header is None:
        out.issue(1, "the file is empty")
        return
    columns = [name.strip().strip("\ufeff").casefold() for name in header.fields or []]
    missing = [name for name in _NEEDED if name not in columns and name != "text"]
    if missing:
        raise UnreadableError(f"not a table of iMazing: it has no column {', '.join(missing)}")
    twice = {name for name, count in Counter(columns).items() if name and count > 1}
    if twice:
        raise UnreadableError(f"the header names a column twice: {', '.join(map(repr, sorted(twice)))}")
    out.fact(variant=kind_of_table(columns) or "messages")
    groups = _groups(file, columns, delimiter)
    for record in table:
        row = _cells(record, columns, out)
        if row is not None:
            _emit(record, row, groups, out)


def _cells(record: Record, columns: list[str], out: Out) -> dict[str, str] | None:
    """A record's cells by column. One with too few cells lacks those at the end, as spreadsheets save it."""
    if record.fields is None:
        out.issue(record.line, "a record whose quotes do not close, or close too early", record.raw, is_row=True)
        return None
    surplus = [cell for cell in record.fields[len(columns) :] if cell.strip()]
    if surplus:
        out.issue(
            record.line,
            f"a record of {len(record.fields)} cells where the header has {len(columns)}",
            record.raw,
            is_row=True,
        )
        return None
    return dict(zip(columns, record.fields, strict=False))


def _emit(record: Record, row: dict[str, str], groups: frozenset[str], out: Out) -> None:
    kind = row.get("type", "").strip().casefold()
    moment = read_date(row.get("message date", ""))
    chat = row.get("chat session", "").strip()
    if moment is None or kind not in _TYPES or not chat:
        lack = "of unknown Type" if chat else "without a Chat Session"
        lack = lack if moment else "without a readable Message Date"
        out.issue(record.line, f"a record {lack}", record.raw, is_row=True)
        return
    when, tz_known = moment
    sender = row.get("sender name", "").strip() or row.get("sender id", "").strip() or None
    outgoing = kind == "outgoing"
    attachment = row.get("attachment", "").strip()
    typed = row.get("text", "")
    out.row(
        record.line,
        chat,
        chat,
        when,
        tz_known=tz_known,
        is_group=True if chat in groups else None,
        sender_key=None
        if kind == "notification"
        else row.get("sender id", "").strip() or sender or ("Me" if outgoing else None),
        sender_name=None if kind == "notification" else sender or ("Me" if outgoing else None),
        from_owner=None if kind == "notification" else outgoing,
        kind=_kind(row, kind, typed, attachment),
        text=typed,
        forwarded=row.get("forwarded", "").strip().casefold() not in ("", "no", "false", "0"),
        edited=bool(row.get("edited date", "").strip()),
        reactions=[{"emoji": emoji, "sender": who} for emoji, who in read_reactions(row.get("reactions", ""))],
        attachments=[attachment] if attachment else [],
    )


_KINDS = (
    ("sticker", ("sticker",), (".webp",)),
    ("contact", ("vcard", "contact"), (".vcf",)),
    ("location", ("location",), ()),
    ("voice", ("voice",), (".opus", ".caf", ".amr")),
)  # kind, words in the column Attachment type, endings of the file name


def _kind(row: dict[str, str], direction: str, typed: str, attachment: str) -> str:
    if direction == "notification":
        return "system"
    if row.get("deleted date", "").strip():
        return "deleted"
    declared, named = row.get("attachment type", "").strip().casefold(), attachment.casefold()
    if not attachment and (not declared or (typed.strip() and declared.startswith(("text", "url", "link")))):
        return "text" if typed.strip() else "unavailable"
    for kind, words, endings in _KINDS:
        if any(word in declared for word in words) or (endings and named.endswith(endings)):
            return kind
    return "media"


@cache
def _formats() -> tuple[str, ...]:
    """How dates are written, the usual way first; the others come from computers with other settings."""
    days = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y")
    return tuple(f"{day} {time}" for day in days for time in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p"))


def read_date(written: str) -> tuple[datetime, bool] | None:
    """A time and whether it is UTC; None if it cannot be read, or is only a day."""
    plain = written.strip()
    moment = _iso(plain) or next(filter(None, (_strptime(plain, pattern) for pattern in _formats())), None)
    if moment is None or len(plain) <= len("2020-01-01"):
        return None
    return moment.replace(tzinfo=None), moment.tzinfo is not None


def _iso(written: str) -> datetime | None:
    """ISO 8601, in UTC where it has a zone."""
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def _strptime(written: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(written, pattern)  # noqa: DTZ007 (exports have no zone)
    except ValueError:
        return None


def read_reactions(cell: str) -> list[tuple[str, str]]:
    """What the free text of the column Reactions says: `❤️ Ada, 😂 Grace`."""
    return [(match[1], match[2].strip()) for match in _REACTION.finditer(cell) if not match[1].isascii()]


def _groups(file: ExportFile, columns: list[str], delimiter: str) -> frozenset[str]:
    """Chats in which more than one other person writes, or whose name joins several: `Ada & Grace & Linus`."""
    senders: dict[str, set[str]] = {}
    for record in records(text.lines(file), delimiter):
        row = dict(zip(columns, record.fields or [], strict=False))
        if row.get("type", "").strip().casefold() == "incoming":
            who = row.get("sender id", "").strip() or row.get("sender name", "").strip()
            senders.setdefault(row.get("chat session", "").strip(), set()).add(who)
    return frozenset(chat for chat, names in senders.items() if len(names) > 1 or chat.count(" & ") > 1)
