"""Which reader takes a file, and readers of other packages."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

import pytest
from polars.exceptions import PanicException

from chatclone_dagster.readers import (
    discord,
    google_chat,
    hangouts,
    imazing,
    imessage,
    imessage_exporter,
    instagram,
    irc,
    kakaotalk,
    line,
    messenger,
    qq,
    registry,
    signal,
    slack,
    table,
    telegram,
    wechat,
    whatsapp,
)
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, Sniff, TableMapping
from tests.readers.reading import export
from tests.readers.writing import meta_html
from tests.readers.writing.imessage import Messages
from tests.readers.writing.imessage_exporter import bubble, message, page

THREAD = json.dumps(
    {
        "participants": [{"name": "Ada"}],
        "messages": [{"sender_name": "Ada", "timestamp_ms": 1_600_000_000_000, "content": "hi"}],
    }
)
TELEGRAM = (
    '{"name": "Ada", "type": "personal_chat", "id": 7, "messages": [{"id": 1, "type": "message", '
    '"date": "2023-08-23T13:11:23", "from": "Ada", "from_id": "user7", "text": "hi"}]}'
)
PAGE = '<!DOCTYPE html><html><div class="page_wrap"><div class="page_body chat_page"></div></div></html>'


SIGEXPORT = (
    '{"date": "2024-05-29T15:04:05", "sender": "Aya", "body": "hi  ", "quote": "", "sticker": null, "reactions": [], '
    '"attachments": [], "deleted": false}\n'
)
SLACK = '[{"type": "message", "user": "U1", "text": "hi", "ts": "1700000000.000100"}]'
HANGOUTS = (
    '{"conversation_id": {"id": "a"}, "conversation": {"participant_data": [{"fallback_name": "Ada"}]}, '
    '"event": [{"sender_id": {"gaia_id": "1"}, "timestamp": "1600000000000000"}]}'
)
GOOGLE_CHAT = '{"messages": [{"creator": {"name": "Ada"}, "created_date": "Friday, May 29, 2026 at 3:00:29 AM UTC"}]}'
DISCORD = '{"guild": {}, "channel": {"id": "1", "type": "DirectTextChat"}, "messages": [{"id": "1", "content": "hi"}]}'
DISCORD_TEXT = f"{'=' * 62}\nGuild: Club\nChannel: general\n{'=' * 62}\n\n[1/15/2024 10:30 AM] Ada\nhi\n"
DISCORD_PAGE = '<html><body><div class="chatlog"><div class="chatlog__message-group"></div></div></body></html>'
DISCORD_OWN = '[{"ID": 1, "Timestamp": "2024-01-15 10:30:00", "Contents": "hi", "Attachments": ""}]'

ENCRYPTED = '{"participants": ["Ada"], "threadName": "Ada_1", "messages": [{"senderName": "Ada", "timestamp": 1, "text": "hi"}]}'
META_PAGE = meta_html.page([meta_html.Said(datetime(2020, 1, 2), "Ada", "hi")], meta_html.SHAPES["2021"], "comma")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("name", "content", "reader"),
    [
        ("x.json", DISCORD, discord),
        ("x.txt", DISCORD_TEXT, discord),
        ("x.html", DISCORD_PAGE, discord),
        ("x.csv", "AuthorID,Author,Date,Content,Attachments,Reactions\n", discord),
        ("x.csv", "Author;Date;Content;Attachments;\n", discord),
        ("messages/c1/messages.json", DISCORD_OWN, discord),
        ("messages/c1/messages.csv", "ID,Timestamp,Contents,Attachments\n", discord),
        ("WhatsApp Chat with Ada.txt", "13/06/2018, 10:00 - Ada: hi\n", whatsapp),
        ("renamed", "[13.06.18, 10:00:00] Ada: hi\n", whatsapp),
        ("your_activity_across_facebook/messages/inbox/a_1/message_1.json", THREAD, messenger),
        ("your_instagram_activity/messages/inbox/a_1/message_1.json", THREAD, instagram),
        ("message_1.json", THREAD.replace("hi", "https://www.instagram.com/p/x"), instagram),
        ("message_1.json", THREAD.replace('"content"', '"type": "Generic", "content"'), messenger),
        ("messages/Ada_1.json", ENCRYPTED, messenger),
        ("your_facebook_activity/messages/inbox/a_1/message_1.html", META_PAGE, messenger),
        ("your_instagram_activity/messages/inbox/a_1/message_1.html", META_PAGE, instagram),
        ("renamed.html", META_PAGE, instagram),
        ("Ada.txt", "May 17, 2022  5:29:42 PM\nMe\nhi\n\n", imessage_exporter),
        ("Ada.html", page(message(bubble("hi"))), imessage_exporter),
        ("renamed", page(message(bubble("hi"))), imessage_exporter),
        ("chat.db", Messages().files()["chat.db"], imessage),
        ("3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28", Messages().files()["chat.db"], imessage),
        ("chat.db", b"SQLite format 3\0" + b"\0" * 5000, None),
        ("x.csv", "Chat Session,Message Date,Service,Type,Sender ID,Sender Name,Text\n", imazing),
        ("result.json", TELEGRAM, telegram),
        ("renamed", TELEGRAM.replace('"type": "personal_chat", ', ""), telegram),
        ("messages2.html", PAGE, telegram),
        ("x.html", PAGE.replace("page_wrap", "page"), None),
        ("general/2024-01-31.json", SLACK, slack),
        ("C0000001.json", f'{{"channel_id": "C0000001", "messages": {SLACK}}}', slack),
        ("users.json", '[{"id": "U0000001", "team_id": "T1", "profile": {}}]', slack),
        ("messages.json", GOOGLE_CHAT, google_chat),
        ("group_info.json", '{"members": [{"name": "Ada", "user_type": "Human"}]}', google_chat),
        ("Hangouts.json", f'{{"conversation_state": [{{"conversation_state": {HANGOUTS}}}]}}', hangouts),
        ("Hangouts.json", f'{{"conversations": [{HANGOUTS.replace("event", "events")}]}}', hangouts),
        ("Aya/chat.md", "[2024-05-29 15:04:05] Aya: hi  \n\n", signal),
        ("Aya.txt", "[2024-05-29, 15:04] Aya: hi\n", signal),
        ("Aya/data.json", SIGEXPORT, signal),
        ("main.jsonl", '{"version": "1", "backupTimeMs": "1716995045123"}\n', signal),
        ("Aya.json", '[\n{"type": "incoming", "sent_at": 1, "conversationId": "c", "received_at": 1}\n]\n', signal),
        (
            "Aya.txt",
            "Conversation: Aya\n\nFrom: You\nType: outgoing\nSent: Wed, 29 May 2024 17:04:05 +0200\n\nhi\n\n",
            signal,
        ),
        ("#chess.log", "--- Log opened Thu Dec 13 13:55:28 2018\n13:55 <@ada> hi\n", irc),
        ("#chess.log", "2018-12-13 13:55:28\t@ada\thi\n", irc),
        ("2018-12-13.log", "[13:55:28] <ada> hi\n", irc),
        (
            "[LINE] x.txt",
            "[LINE] Chat history with Ada\nSaved on: 2024/01/15 20:00\n\n2024/01/15(Mon)\n09:05\tAda\thi\n",
            line,
        ),
        ("x.txt", "2024.01.15 Monday\n09:05 Ada hi\n", line),
        ("x.txt", "2024.01.15 and more\n09:05 is when we meet\n", None),
        ("KakaoTalkChats.txt", "2024년 1월 3일 오후 9:05, 홍길동 : hi\n", kakaotalk),
        ("x.txt", "--------------- 2024년 1월 3일 수요일 ---------------\n[홍길동] [오전 9:05] hi\n", kakaotalk),
        ("x.csv", 'Date,User,Message\n2024-01-03 09:05:00,"Ada","hi"\n', kakaotalk),
        (
            "x.txt",
            "消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息对象:Cy\n\n2019-09-23 20:43:38 Cy\nhi\n",
            qq,
        ),
        ("x.txt", "2019-09-23 20:43:38 Cy(10001)\nhi\n", qq),
        ("x.json", '{"weflow": {"version": "1"}, "session": {"wxid": "a"}, "messages": []}', wechat),
        ("x.csv", "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n", wechat),
        ("x.csv", "消息ID,类型,发送人,时间,内容,备注,昵称,更多信息\n", wechat),
        ("x.csv", "sent_at,sender,text\n2020-01-01T00:00:00Z,Ada,hi\n", table),
        ("x.jsonl", '{"sent_at": 1, "sender": "Ada", "text": "hi"}\n', table),
        ("x.csv", "a,b,c\n1,2,3\n", None),
        ("notes.txt", "buy milk\n", None),
        ("IMG-1.jpg", "13/06/2018, 10:00 - Ada: hi\n", None),
    ],
)
def test_detection_goes_by_content(name: str, content: str | bytes, reader: Any) -> None:
    found = registry.detect(export(content, name))
    assert (found[0] if found else None) is reader


def test_a_mapping_decides() -> None:
    options = ReadOptions(table=TableMapping("*", {"sent_at": "a", "sender": "b", "text": "c"}))
    found = registry.detect(export("a,b,c\n", "x.csv"), options)
    assert found == (table, Sniff(1.0, "mapped"))


def test_readers_by_name() -> None:
    assert registry.reader("whatsapp") is whatsapp
    with pytest.raises(KeyError, match="there are whatsapp, messenger"):
        registry.reader("fax")


def test_readers_of_other_packages(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    good = ModuleType("good_reader")
    good.NAME = "fax"  # type: ignore[attr-defined]
    good.sniff = lambda file: Sniff(0.99) if file.suffix == ".fax" else 1 / 0  # type: ignore[attr-defined]
    good.read = lambda file, options, out: None  # type: ignore[attr-defined]
    again = ModuleType("again_reader")
    again.NAME, again.sniff, again.read = "whatsapp", good.sniff, good.read  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "good_reader", good)
    monkeypatch.setitem(sys.modules, "again_reader", again)
    monkeypatch.setitem(sys.modules, "half_reader", ModuleType("half_reader"))
    entries = [
        EntryPoint(name, module, registry.GROUP)
        for name, module in (
            ("a", "again_reader"),
            ("g", "good_reader"),
            ("h", "half_reader"),
            ("n", "no_such_module_at_all"),
        )
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)
    registry.readers.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            assert [reader.NAME for reader in registry.readers()][-2:] == ["table", "fax"]
            assert len(caplog.messages) == 3
            assert all("\n" not in message for message in caplog.messages)
            found = registry.detect(export("x", "x.fax"))
            assert found is not None
            assert found[0].NAME == "fax"
            assert registry.detect(export("x", "x.txt")) is None  # the foreign reader fails, the others go on
    finally:
        registry.readers.cache_clear()


def test_a_fault_inside_polars_is_an_issue_as_any_other() -> None:
    class Broken:
        NAME = "broken"

        def sniff(self, file: ExportFile) -> None: ...

        def read(self, file: ExportFile, options: ReadOptions, out: Out) -> None:
            raise PanicException("called `Option::unwrap()` on a `None` value")

    out = Out("broken", "0" * 16, "x.txt", lambda _: None)
    assert not registry.read(Broken(), export("x"), ReadOptions(), out)
    assert out.issues()["reason"].to_list() == ["the reader broken failed here (PanicException); please report it"]
