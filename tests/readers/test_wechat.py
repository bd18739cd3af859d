"""WeChat: WeFlow's JSON and the tables of WeClone, PyWxDump and MemoTrace; the XML in them."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

import pytest

from chatclone_dagster.readers import wechat
from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.reading import Reading, export, read

QUOTE = (
    '<?xml version="1.0"?><msg><appmsg><title>my answer &amp; more</title><type>57</type><refermsg><type>1</type>'
    "<svrid>99</svrid><content>q</content></refermsg></appmsg></msg>"
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<msg><appmsg><title>&b;</title><type>57</type></appmsg></msg>"
)
FILE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><msg><appmsg><title>&f;</title></appmsg></msg>'
SHARE = "<msg><appmsg><title>T</title><type>{}</type><url>https://example.org/x</url></appmsg></msg>"


def message(**fields: Any) -> dict[str, Any]:
    found = {
        "localId": 1,
        "createTime": 1_704_164_645,
        "localType": 1,
        "type": "文本消息",
        "content": "hi",
        "isSend": 0,
    }
    return {**found, "senderUsername": "wxid_a", "senderDisplayName": "Ada", **fields}


def weflow(*messages: object, **session: str) -> Reading:
    content = {"weflow": {"version": "1.0"}, "session": {"wxid": "wxid_a", "displayName": "Ada", **session}}
    return read(wechat, export(json.dumps({**content, "messages": messages}), "Ada.json"))


@pytest.mark.parametrize(
    ("fields", "kind", "text", "files"),
    [
        ({}, "text", "hi", []),
        ({"localType": 3, "type": "图片消息", "content": "media/images/a.jpg"}, "media", "", ["media/images/a.jpg"]),
        ({"localType": 34, "type": "语音消息", "content": "[语音消息] spoken"}, "voice", "", []),
        ({"localType": 47, "type": "动画表情", "content": "[表情包：x]"}, "sticker", "", []),
        ({"localType": 48, "content": "[位置]"}, "location", "", []),
        ({"localType": 50, "content": "[语音通话] 00:12"}, "call", "", []),
        ({"localType": 42, "content": "[名片] Bo"}, "contact", "", []),
        ({"localType": 49, "type": "文件消息", "content": "[文件] a b.pdf"}, "media", "", ["a b.pdf"]),
        (
            {"localType": 49, "type": "链接消息", "content": "[链接] T\nhttps://e.org/x"},
            "media",
            "",
            ["https://e.org/x"],
        ),
        ({"localType": 49, "type": "链接消息", "content": SHARE.format(5)}, "media", "", ["https://example.org/x"]),
        ({"localType": 49, "type": "链接消息", "content": SHARE.format(2000)}, "media", "", ["https://example.org/x"]),
        ({"localType": 49, "content": QUOTE}, "text", "my answer & more", []),
        ({"localType": 57 << 32 | 49, "content": "ok[引用 Bo：later]"}, "text", "ok", []),
        ({"localType": 10000, "type": "系统消息", "content": "Bo加入了群聊"}, "system", "Bo加入了群聊", []),
        ({"localType": 10002, "content": "<sysmsg><x>Bo拍了拍Ada</x></sysmsg>"}, "system", "Bo拍了拍Ada", []),
        ({"localType": 10000, "content": '"Bo"撤回了一条消息'}, "deleted", "", []),
        ({"localType": "1", "content": "hi"}, "text", "hi", []),
        ({"localType": 1, "content": "[图片]"}, "text", "[图片]", []),
        ({"localType": 1, "content": None}, "unavailable", "", []),
        ({"localType": 987_654, "type": "什么", "content": "[图片]"}, "media", "", []),
    ],
)
def test_kinds(fields: dict[str, Any], kind: str, text: str, files: list[str]) -> None:
    reading = weflow(message(**fields))
    (row,) = reading.rows
    assert (row["kind"], row["text"], row["attachments"]) == (kind, text, files)
    assert reading.issues == []


def test_weflow() -> None:
    reading = weflow(
        message(platformMessageId="88", isSend=1),
        message(
            createTime=1_704_164_646_000,
            replyToMessageId="88",
            quotedSender="Bo",
            quotedContent="a]",
            content="x[引用 Bo：a]]",
        ),
        message(localType=49, type="聊天记录", content="[聊天记录] x", isSend=None),
        message(localType=10000, content="Bo撤回了一条消息", isSend=1),
        message(
            localType=10000, content="你撤回了一条消息", senderUsername="1@chatroom", senderDisplayName="Team", isSend=1
        ),
        wxid="1@chatroom",
        displayName="Team",
    )
    assert reading.column("sent_local")[:2] == [datetime(2024, 1, 2, 3, 4, 5), datetime(2024, 1, 2, 3, 4, 6)]  # noqa: DTZ001
    assert reading.column("text") == ["hi", "x", "", "", ""]
    assert reading.column("from_owner") == [True, False, None, False, True]
    assert reading.column("sender_key") == ["wxid_a", "wxid_a", "wxid_a", "Bo", None]
    assert reading.column("platform_id") == ["88", None, None, None, None]
    assert reading.column("reply_to") == [None, "88", None, None, None]
    assert reading.column("forwarded") == [False, False, True, False, False]
    assert {*reading.column("is_group"), *reading.column("tz_known")} == {True}
    assert {*reading.column("conversation_key")} == {"1@chatroom"}
    assert {*reading.column("conversation_name")} == {"Team"}


def test_the_compact_form_numbers_the_senders() -> None:
    content = {
        "weflow": {},
        "session": {"wxid": "wxid_b", "displayName": "Bo"},
        "senders": [{"senderID": 7, "wxid": "wxid_b", "displayName": "Bo"}],
        "messages": [{"createTime": 1_704_164_645, "localType": 1, "content": "hi", "senderID": 7, "isSend": 0}],
    }
    file = export(json.dumps(content), "Bo.json")
    assert wechat.sniff(file) is not None
    (row,) = read(wechat, file).rows
    assert (row["sender_key"], row["sender_name"], row["is_group"]) == ("wxid_b", "Bo", False)


def test_what_is_wrong_in_json_is_reported() -> None:
    times: list[Any] = ["x", None, -1, 1e300, [], 0]
    wrong = [message(createTime=value) for value in times]
    reading = weflow(*wrong, 3, None, [message()], message())
    assert reading.column("position") == [9]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(n, True) for n in range(9)]


@pytest.mark.parametrize(
    "xml", [BOMB, FILE, "<msg>" + "<a>" * 100_000, "<msg>\x00</msg>", "<msg><appmsg><title>&x;", "<msg"]
)
def test_xml_that_is_hostile_or_broken(xml: str) -> None:
    started = time.process_time()
    reading = weflow(
        message(localType=49, type="链接消息", content=xml), message(localType=49, type="引用消息", content=xml)
    )
    assert time.process_time() - started < 5
    assert len(reading.rows) == 2
    assert "aaaa" not in str(reading.rows)
    assert "root:" not in str(reading.rows)
    assert {issue["is_row"] for issue in reading.issues} <= {False}


WECLONE = "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n"


def test_weclone() -> None:
    content = WECLONE + (
        "1,7437267147299592543,图片,0,Ada,Ada,图片,File\\Image\\c.dat,2024/10/4 11:42\n"
        "2,4073926741244663531,文本,1,Me,Ada,hi,,2024/10/4 11:43\n"
        '3,1244017411047763227,引用回复,0,Ada,Ada,"（both of us）\n\n[引用](2024-10-04 21:25:04)Me:what",,2024/10/4 21:25\n'
        "4,7646558619446387721,系统通知,1,Me,Ada,<revokemsg>你撤回了一条消息</revokemsg>,,2024-10-04 21:26:01\n"
        "5,4.6E+18,动画表情,0,Ada,Ada,表情,https://example.org/1,2024-10-04 21:27:00\n"
        "6,1,语音通话,0,Ada,Ada,x,,2024/13/4 21:27\n7,1\n"
    )
    file = export(content, "x_0_730.csv")
    assert wechat.sniff(file) is not None
    reading = read(wechat, file)
    assert reading.column("kind") == ["media", "text", "text", "deleted", "sticker"]
    assert reading.column("text") == ["", "hi", "（both of us）", "", ""]
    assert reading.column("from_owner") == [False, True, False, True, False]
    assert reading.column("platform_id")[1:] == [
        "4073926741244663531",
        "1244017411047763227",
        "7646558619446387721",
        None,
    ]
    assert reading.column("attachments") == [["File\\Image\\c.dat"], [], [], [], ["https://example.org/1"]]
    assert reading.column("sent_local")[1] == datetime(2024, 10, 4, 11, 43)  # noqa: DTZ001
    assert {*reading.column("tz_known"), *reading.column("is_group")} == {False}
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(9, True), (10, True)]


def test_older_tables_of_pywxdump() -> None:
    content = "id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime\n"
    content += '1,953,文本,1,我,x,"{""src"": """", ""msg"": ""哦""}",2023-08-12 23:22:54\n'
    content += "2,954,文本,0,x,x,plain,2023-08-12 23:22:55\n"
    reading = read(wechat, export(content, "x.csv"))
    assert reading.column("text") == ["哦", "plain"]


def test_tables_of_weflow_have_times_with_a_zone() -> None:
    content = WECLONE.replace("room_name,", "") + "1,9,text,0,Ada,[图片],images/a.jpg,2023-11-15T06:15:23.000Z\n"
    content += "2,9,text,0,Ada,hi,,2023-11-15T06:15:23+08:00\n"
    reading = read(wechat, export("\ufeff" + content.replace("\n", "\r\n"), "Team.csv"))
    assert reading.column("tz_known") == [True, True]
    assert [row["sent_local"].hour for row in reading.rows] == [6, 22]
    assert reading.column("kind") == ["media", "text"]
    assert {*reading.column("conversation_key")} == {"Team"}


def test_older_tables_of_memotrace() -> None:
    content = (
        "\ufefflocalId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender\n"
    )
    content += "1,3,1,0,1,1700000000,,hi,2023-11-15 06:13:20\n2,3,3,0,0,1700000001,,<msg><img/></msg>,x\n"
    content += '3,3,49,57,0,1700000002,,"' + QUOTE.replace('"', '""') + '",x\n'
    reading = read(wechat, export(content, "Ada_utf8.csv"))
    assert reading.column("kind") == ["text", "media", "text"]
    assert reading.column("text") == ["hi", "", "my answer & more"]
    assert reading.column("reply_to") == [None, None, "99"]
    assert reading.column("sender_name") == ["Me", "Ada", "Ada"]
    assert {*reading.column("conversation_key")} == {"Ada"}
    assert reading.column("sent_local")[0] == datetime(2023, 11, 14, 22, 13, 20)  # noqa: DTZ001
    assert {*reading.column("is_group")} == {False}


def test_newer_tables_of_memotrace() -> None:
    content = "\ufeff消息ID,类型,发送人,时间,内容,备注,昵称,更多信息\n1,文本,小红,2024-02-01 10:00:00,在吗,,,\n"
    content += '2,引用消息,我,2024-02-01 10:01:00,"在\n引用：小红: 在吗",,,\n3,图片,我,2024-02-01 10:02:00,[图片],,,\n'
    reading = read(wechat, export(content, "小红(wxid_red).csv"))
    assert reading.column("text") == ["在吗", "在", ""]
    assert {*reading.column("conversation_key")} == {"小红"}
    assert {*reading.column("from_owner")} == {None}
    assert {*reading.column("is_group")} == {False}


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "x", "[]", '{"weflow": {}}'])
def test_files_of_something_else(content: str) -> None:
    with pytest.raises(UnreadableError):
        read(wechat, export(content, "x.csv"))
