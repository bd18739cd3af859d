"""Random databases of Messages, read back."""

from __future__ import annotations

from hypothesis import given, settings

from chatclone_dagster.readers import imessage
from tests.readers.reading import export, read
from tests.readers.writing.imessage_chats import Meant, databases


@given(databases())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(written: tuple[dict[str, bytes], list[Meant]]) -> None:
    files, meant = written
    reading = read(imessage, export(files["chat.db"], "chat.db", beside=files))
    assert reading.issues == []
    found = [
        Meant(
            row["platform_id"],
            row["sender_key"],
            row["text"],
            row["kind"],
            row["edited"],
            row["reply_to"],
            row["folded"],
            row["attachments"],
            {reaction["sender"]: reaction["emoji"] for reaction in row["reactions"]},
        )
        for row in reading.rows
    ]
    assert found == meant
    assert {row["conversation_key"] for row in reading.rows} == {"G"}
    assert reading.column("from_owner") == [row.sender and row.sender == "Me" for row in meant]
