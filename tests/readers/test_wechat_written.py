"""WeChat: what the exporters write is read back as it was meant."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from chatclone_dagster.readers import wechat
from tests.readers.reading import Reading, export, read
from tests.readers.writing.chats import got, meant
from tests.readers.writing.wechat import Sent, memotrace, weclone, weflow

_FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(content: str, name: str, said: list[Sent]) -> Reading:
    file = export(content, name)
    assert wechat.sniff(file) is not None
    reading = read(wechat, file)
    assert got(reading) == meant(said)
    assert reading.column("from_owner") == [message.owner for message in said]
    assert reading.column("reply_to") == [message.answers for message in said]
    assert reading.issues == []
    return reading


@_FEW
@given(weflow())
def test_weflow(written: tuple[str, list[Sent]]) -> None:
    reading = check(written[0], "Team.json", written[1])
    assert reading.column("sender_key") == [m.sender and f"wxid_{m.sender}" for m in written[1]]
    assert {*reading.column("tz_known"), *reading.column("is_group")} == {True}
    assert reading.column("platform_id") == [str(9000 + number) for number in range(len(written[1]))]


@_FEW
@given(weclone())
def test_weclone(written: tuple[str, list[Sent]]) -> None:
    reading = check(written[0], "Team_0_730.csv", written[1])
    assert {*reading.column("conversation_key")} == {"Team"}
    assert {*reading.column("tz_known")} == {False}
    assert reading.column("platform_id") == [str(9000 + number) for number in range(len(written[1]))]


@_FEW
@given(memotrace())
def test_memotrace(written: tuple[str, list[Sent]]) -> None:
    reading = check(written[0], "Team_utf8.csv", written[1])
    assert {*reading.column("conversation_key")} == {"Team"}
    assert {*reading.column("tz_known")} == {True}
