"""iMessage: the database of Messages itself, `chat.db` of macOS and `sms.db` of iOS.

In a backup of an iPhone the latter is called `3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28`. Which tables and columns there are
differs by version; those that are missing count as empty. Times are UTC. Rows come in the order in which they were stored.
"""

from __future__ import annotations

import re

from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, Sniff, UnreadableError
from chatclone_dagster.readers.imessage import database
from chatclone_dagster.readers.imessage.messages import read_messages

NAME = "imessage"
_BACKUP = re.compile(r"3d0d7e5fb2ce288813306e4d4636395e047a3d28")
_SIGNS = (b"chat_message_join", b"attributedBody")  # in the statements that made the tables
_LOOKED_AT = 64 << 20  # bytes; the statements stand near the start
_LOG_MAGIC = (
    b"\x37\x7f\x06\x82",
    b"\x37\x7f\x06\x83",
    b"\x18\xe2\x2d\x00",
    b"\xd9\xd5\x05\xf9",
)  # -wal, -shm, -journal


def sniff(file: ExportFile) -> Sniff | None:
    """Claim SQLite databases with the tables of Messages, and what SQLite keeps beside them."""
    if file.head.startswith(database.MAGIC):
        return Sniff(0.98, "database") if _is_messages(file) else None
    last = re.split(r"[/\\!]", file.name)[-1]
    if file.head.startswith(_LOG_MAGIC) and (belongs_to := re.fullmatch(r"(.+)-(?:wal|shm|journal)", last)):
        main = file.beside(belongs_to[1])
        return Sniff(0.95, COMPANION) if main and main.head.startswith(database.MAGIC) and _is_messages(main) else None
    return Sniff(0.5, "encrypted") if _BACKUP.fullmatch(last) else None


def _is_messages(file: ExportFile) -> bool:
    """Whether a database, or what is still to be written to it, has the tables."""
    last = re.split(r"[/\\!]", file.name)[-1]
    return _has_signs(file) or ((log := file.beside(f"{last}-wal")) is not None and _has_signs(log))


def _has_signs(file: ExportFile) -> bool:
    missing = {*_SIGNS}
    before = b""
    with file.open() as stream:
        for _ in range(_LOOKED_AT >> 20):
            chunk = stream.read(1 << 20)
            missing = {sign for sign in missing if sign not in before + chunk}
            if not chunk or not missing:
                break
            before = chunk[-max(map(len, _SIGNS)) :]
    return not missing


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a database; positions count its messages.

    Raises:
        UnreadableError: it is no database of Messages, or one that is encrypted.
    """
    if not file.head.startswith(database.MAGIC):
        if _BACKUP.fullmatch(re.split(r"[/\\!]", file.name)[-1]):
            raise UnreadableError("encrypted, as in a backup with a password; make a backup without one")
        raise UnreadableError("no database")
    with database.opened(file) as opened:
        if not opened.has("message", "guid", "date"):
            raise UnreadableError("a database without Messages' tables")
        rows = read_messages(opened, out)
        if opened.damage:
            places = f"{len(opened.damage)} places" if len(opened.damage) > 1 else "one place"
            out.issue(rows, f"the database is damaged in {places} ({opened.damage[0]}); what stands there is left out")
    out.fact(variant="database")
