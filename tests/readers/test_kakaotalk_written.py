"""KakaoTalk: what is written is read back as it was meant."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from chatclone_dagster.readers import kakaotalk
from tests.readers.reading import export, read
from tests.readers.writing.chats import Said, got, meant
from tests.readers.writing.kakaotalk import chats, tables

_FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_FEW
@given(chats())
def test_texts(written: tuple[str, str, list[Said]]) -> None:
    content, title, said = written
    file = export(content, "KakaoTalkChats.txt")
    claim = kakaotalk.sniff(file)
    assert claim is not None
    assert claim.confidence > 0.9
    reading = read(kakaotalk, file)
    assert got(reading) == meant(said)
    assert reading.issues == []
    assert {*reading.column("conversation_key")} == {title}
    assert reading.column("position") == sorted({*reading.column("position")})


@_FEW
@given(tables())
def test_tables(written: tuple[str, list[Said]]) -> None:
    content, said = written
    file = export(content, "KakaoTalk_Chat_홍길동_2024-12-31-15-04-05.csv")
    assert kakaotalk.sniff(file) is not None
    reading = read(kakaotalk, file)
    assert got(reading) == meant(said)
    assert reading.issues == []
    assert {*reading.column("conversation_key")} == {"홍길동"}
