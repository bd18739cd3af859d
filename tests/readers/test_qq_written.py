"""QQ: what is written is read back as it was meant."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from chatclone_dagster.readers import qq
from tests.readers.reading import export, read
from tests.readers.writing.chats import got, meant
from tests.readers.writing.qq import Chat, exports


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(exports())
def test_exports(written: tuple[str, list[Chat]]) -> None:
    content, chats = written
    file = export(content, "all.txt")
    claim = qq.sniff(file)
    assert claim is not None
    assert claim.confidence > 0.9
    reading = read(qq, file)
    assert got(reading) == [row for chat in chats for row in meant(chat.said)]
    assert reading.column("sender_key") == [key for chat in chats for key in chat.keys]
    assert reading.column("conversation_key") == [chat.title for chat in chats for _ in chat.said]
    assert {*zip(reading.column("conversation_key"), reading.column("is_group"), strict=True)} == {
        (chat.title, chat.is_group) for chat in chats
    }
    assert reading.issues == []
    assert reading.column("position") == sorted({*reading.column("position")})
