"""WhatsApp: what is written is read back, whatever people type and whichever phone wrote it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from chatclone_dagster.readers import whatsapp
from tests.readers.reading import export, read
from tests.readers.writers import Line, whatsapp_chats


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(whatsapp_chats())
def test_a_written_chat_is_read_back(chat: tuple[str, list[Line]]) -> None:
    content, lines = chat
    reading = read(whatsapp, export(content))
    assert [row["sent_local"] for row in reading.rows] == [line.at for line in lines]
    for row, line in zip(reading.rows, lines, strict=True):
        assert (row["sender_name"], row["kind"], row["edited"]) == (line.sender, line.kind, line.edited)
        assert row["text"].rstrip() == line.text.rstrip()
        assert tuple(row["attachments"]) == line.attachments
    assert reading.issues == []
