"""LINE: what is written is read back as it was meant."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from chatclone_dagster.readers import line
from tests.readers.reading import export, read
from tests.readers.writing.chats import Said, got, meant
from tests.readers.writing.line import desktop_chats, phone_chats

_FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_FEW
@given(phone_chats())
def test_exports_of_phones(written: tuple[str, str, list[Said]]) -> None:
    content, title, said = written
    file = export(content, "[LINE] something.txt")
    claim = line.sniff(file)
    assert claim is not None
    assert claim.confidence > 0.9
    reading = read(line, file)
    assert got(reading) == meant(said)
    assert reading.issues == []
    assert {*reading.column("conversation_key")} == {title}
    positions = reading.column("position")
    assert positions == sorted({*positions})


@_FEW
@given(desktop_chats())
def test_exports_of_computers(written: tuple[str, list[Said]]) -> None:
    content, said = written
    file = export(content, "[LINE]Someone.txt")
    assert line.sniff(file) is not None
    reading = read(line, file)
    assert got(reading) == meant(said)
    assert reading.issues == []
    assert {*reading.column("conversation_key")} == {"Someone"}
