"""A writer of Messages' database: chat.db with the tables and columns of a version, and what SQLite keeps beside it."""

from __future__ import annotations

import plistlib
import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chatclone_dagster.readers.contract import ExportFile
from tests.readers.reading import export

TABLES = {
    "handle": "ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT, person_centric_id TEXT",
    "chat": "ROWID INTEGER PRIMARY KEY, guid TEXT, style INTEGER, chat_identifier TEXT, service_name TEXT, room_name TEXT,"
    " display_name TEXT, group_id TEXT",
    "message": "ROWID INTEGER PRIMARY KEY, guid TEXT UNIQUE, text TEXT, attributedBody BLOB, message_summary_info BLOB,"
    " subject TEXT, service TEXT DEFAULT 'iMessage', handle_id INTEGER DEFAULT 0, other_handle INTEGER DEFAULT 0, date INTEGER,"
    " date_edited INTEGER DEFAULT 0, date_retracted INTEGER DEFAULT 0, is_from_me INTEGER DEFAULT 0,"
    " is_forward INTEGER DEFAULT 0, is_audio_message INTEGER DEFAULT 0, is_system_message INTEGER DEFAULT 0,"
    " cache_has_attachments INTEGER DEFAULT 0, cache_roomnames TEXT, item_type INTEGER DEFAULT 0, group_title TEXT,"
    " group_action_type INTEGER DEFAULT 0, share_status INTEGER DEFAULT 0, share_direction INTEGER,"
    " associated_message_guid TEXT, associated_message_type INTEGER DEFAULT 0, associated_message_emoji TEXT,"
    " balloon_bundle_id TEXT, thread_originator_guid TEXT",
    "attachment": "ROWID INTEGER PRIMARY KEY, guid TEXT, filename TEXT, transfer_name TEXT, mime_type TEXT, uti TEXT,"
    " is_sticker INTEGER DEFAULT 0, hide_attachment INTEGER DEFAULT 0",
    "chat_message_join": "chat_id INTEGER, message_id INTEGER",
    "chat_handle_join": "chat_id INTEGER, handle_id INTEGER",
    "message_attachment_join": "message_id INTEGER, attachment_id INTEGER",
    "chat_recoverable_message_join": "chat_id INTEGER, message_id INTEGER",
}
"""As far as they are read; the database of macOS 26 has 34 tables, and 96 columns in the table of messages."""

ADA = "+491700000001"
START = datetime(2023, 11, 5, 2, 50, 50)  # noqa: DTZ001 (UTC)


def apple(moment: datetime, *, seconds: bool = False) -> int:
    """A time as the database has it: nanoseconds since 2001, or seconds as until macOS 10.12."""
    since = moment - datetime(2001, 1, 1)  # noqa: DTZ001 (UTC)
    return since // timedelta(seconds=1) if seconds else since // timedelta(microseconds=1) * 1000


class Messages:
    """A database that is being written. `missing` are tables, or columns as `table.column`, of which a version knows nothing."""

    def __init__(self, missing: Collection[str] = (), *, wal: bool = False, seconds: bool = False) -> None:
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name, "chat.db")
        self._missing, self._seconds, self._count = frozenset(missing), seconds, 0
        self.connection = sqlite3.connect(self._path, isolation_level=None)
        self.connection.execute("PRAGMA synchronous=OFF")
        for name, columns in TABLES.items():
            kept = [column for column in columns.split(", ") if f"{name}.{column.split()[0]}" not in self._missing]
            if name not in self._missing:
                self.connection.execute(f"CREATE TABLE {name} ({', '.join(kept)})")
        if wal:
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA wal_autocheckpoint=0")

    def add(self, table: str, **columns: Any) -> int:
        """Add a row; its ROWID. Columns that this version lacks are left out."""
        given = {name: value for name, value in columns.items() if f"{table}.{name}" not in self._missing}
        if table in self._missing:
            return 0
        places = ", ".join("?" * len(given))
        cursor = self.connection.execute(
            f"INSERT INTO {table} ({', '.join(given)}) VALUES ({places})", tuple(given.values())
        )
        return cursor.lastrowid or 0

    def chat(self, *handles: int, **columns: Any) -> int:
        """Add a chat and who is in it."""
        rowid = self.add("chat", **columns)
        for handle in handles:
            self.add("chat_handle_join", chat_id=rowid, handle_id=handle)
        return rowid

    def message(self, *chats: int, at: datetime | None = None, **columns: Any) -> str:
        """Add a message to chats, a minute after the one before unless told otherwise; its guid."""
        self._count += 1
        guid = columns.pop("guid", f"{self._count:08X}-0000-4000-8000-000000000000")
        date = columns.pop("date", apple(at or START + timedelta(minutes=self._count), seconds=self._seconds))
        rowid = self.add("message", guid=guid, date=date, **columns)
        for chat in chats:
            self.add("chat_message_join", chat_id=chat, message_id=rowid)
        return str(guid)

    def attach(self, message: str, /, **columns: Any) -> None:
        """Add an attachment to a message."""
        attachment = self.add("attachment", **columns)
        ((rowid,),) = self.connection.execute("SELECT ROWID FROM message WHERE guid = ?", (message,))
        self.add("message_attachment_join", message_id=rowid, attachment_id=attachment)

    def checkpoint(self) -> None:
        """Move what stands in the log into the database."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def files(self) -> dict[str, bytes]:
        """The database and what lies beside it, as they are while Messages runs."""
        found = {path.name: path.read_bytes() for path in sorted(Path(self._folder.name).iterdir())}
        self.connection.close()
        self._folder.cleanup()
        return found


class Direct(Messages):
    """A database with one chat, with Ada in it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.ada = self.add("handle", id=ADA, service="iMessage")
        self.one = self.chat(self.ada, guid=f"iMessage;-;{ADA}", style=45, chat_identifier=ADA)

    def say(self, text: str | None = None, **columns: Any) -> str:
        """A message of Ada's."""
        return self.message(self.one, text=text, handle_id=self.ada, **columns)

    def tapback(self, code: int, target: str, **columns: Any) -> str:
        """A tapback on a message."""
        place = columns.pop("place", "p:0/")
        return self.say(associated_message_type=code, associated_message_guid=place + target, **columns)

    def file(self) -> ExportFile:
        """The database as a file."""
        return export(self.files()["chat.db"], "chat.db")


def summary(
    edited: dict[int, list[bytes]] | None = None, taken_back: Collection[int] = (), parts: Collection[int] = ()
) -> bytes:
    """A message_summary_info: the versions of each part as typedstreams, the parts taken back, and those it was sent with."""
    content: dict[str, Any] = {"ust": True, "amc": 0}
    if edited:
        content["ec"] = {
            str(part): [{"d": 690513474.27 + n, "t": version} for n, version in enumerate(versions)]
            for part, versions in edited.items()
        }
        content["ep"] = list(edited)
    if taken_back:
        content["rp"] = list(taken_back)
    content["otr"] = {str(part): {"lo": part, "le": 1} for part in parts}
    return plistlib.dumps(content, fmt=plistlib.FMT_BINARY)
