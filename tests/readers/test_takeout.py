"""A whole Google Takeout, packed as Google packs it: only what is a chat is read, and what lies beside it."""

from __future__ import annotations

import json
from pathlib import Path

from chatclone_dagster.readers import registry
from chatclone_dagster.readers.contract import COMPANION, ExportFile
from chatclone_dagster.readers.files import archive
from tests.readers.reading import read, zipped
from tests.readers.writing.google_chat import OWNER, beside
from tests.readers.writing.hangouts import about, file_of, person

MESSAGE = {
    "creator": {"name": "Olive", "email": OWNER},
    "created_date": "Friday, May 29, 2026 at 3:00:29 AM UTC",
    "text": "hi",
}
EVENT = {"sender_id": person("100"), "timestamp": "1600000000000000", "event_type": "REGULAR_CHAT_MESSAGE"}
CHAT = "Takeout/Google Chat/Groups/Space AAA"
LISTS = beside()
MEMBERS = {
    "Takeout/archive_browser.html": "<html><body>Takeout</body></html>",
    f"{CHAT}/messages.json": json.dumps({"messages": [MESSAGE]}),
    f"{CHAT}/group_info.json": LISTS["group_info.json"],
    f"{CHAT}/File-a.png": "\x89PNG",
    "Takeout/Google Chat/Users/User 123/user_info.json": LISTS["../../Users/User 123/user_info.json"],
    "Takeout/Hangouts/Hangouts.json": json.dumps(file_of([(about(["100", "101"], "Ug0"), [EVENT])], is_new=True)),
    "Takeout/Contacts/All Contacts/All Contacts.vcf": "BEGIN:VCARD\n",
    "Takeout/Mail/All mail.mbox": "From 1@xxx Fri May 29 03:00:29 +0000 2026\nSubject: hi\n\nhi\n",
    "Takeout/Chrome/History.json": '{"Browser History": [{"title": "x", "time_usec": 1}]}',
    "Takeout/Tasks/Tasks.json": '{"kind": "tasks#taskLists", "items": []}',
}


def test_only_what_is_a_chat_is_read(tmp_path: Path) -> None:
    zipped(tmp_path / "takeout.zip", {name: content.encode() for name, content in MEMBERS.items()})
    found = [file for file in archive.files(tmp_path, tmp_path) if isinstance(file, ExportFile)]
    claims = {file: claim for file in found if (claim := registry.detect(file))}
    assert {file.stem: (reader.NAME, sniff.variant == COMPANION) for file, (reader, sniff) in claims.items()} == {
        "messages": ("google_chat", False),
        "group_info": ("google_chat", True),
        "user_info": ("google_chat", True),
        "Hangouts": ("hangouts", False),
    }
    readings = [read(reader, file) for file, (reader, sniff) in claims.items() if sniff.variant != COMPANION]
    rows = [row for reading in readings for row in reading.rows]
    assert [(row["source"], row["conversation_key"], row["from_owner"]) for row in rows] == [
        ("google_chat", "AAA", True),
        ("hangouts", "Ug0", True),
    ]
    assert [reading.issues for reading in readings] == [[], []]
