"""What WeFlow, WeClone, PyWxDump and MemoTrace make of chats of WeChat, with what each message means."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from tests.readers.writing.chats import Said, moments, texts

_OWNER = "我自己"
PEOPLE = ("Ada", "小明", "Zoë (2)", "🤓")
_LOOK_ALIKES = ("[图片]", "<msg>", "<a href='x'>&amp;</a>", "[引用 x", '1,2,"3"', "撤回了一条消息", "[OK]")
_SECOND = timedelta(seconds=1)


@dataclass
class Sent(Said):
    """A message of WeChat: how each exporter calls its type and writes its content."""

    owner: bool | None = False
    number: int = 1
    second: int = 0
    called: str = "文本"
    answers: str | None = None
    source: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def _quote(text: str, answers: str) -> str:
    """An answer in the XML of WeChat's database."""
    return (
        f'<?xml version="1.0"?>\n<msg><appmsg appid="" sdkver="0"><title>{escape(text)}</title><type>57</type>'
        f"<refermsg><type>1</type><svrid>{answers}</svrid><content>&lt;old&gt;</content></refermsg></appmsg></msg>"
    )


def _share(number: int, title: str, url: str = "") -> str:
    return (
        f"<msg><appmsg><title>{title}</title><type>{number}</type><url><![CDATA[{url}]]></url></appmsg>"
        "<fromusername>x</fromusername></msg>"
    )


Insert = Callable[[datetime, str, str], Sent]
_INSERTS: tuple[Insert, ...] = (
    lambda at, who, _: Sent(at, who, "", "media", "", number=3, called="图片"),
    lambda at, who, _: Sent(at, who, "", "voice", "", number=34, called="语音"),
    lambda at, who, _: Sent(at, who, "", "media", "", number=43, called="视频"),
    lambda at, who, _: Sent(at, who, "", "sticker", "<msg><emoji md5='x'/></msg>", number=47, called="动画表情"),
    lambda at, who, _: Sent(at, who, "", "location", "", number=48, called="位置"),
    lambda at, who, _: Sent(at, who, "", "call", "", number=50, called="语音通话"),
    lambda at, who, _: Sent(at, who, "", "contact", "", number=42, called="名片"),
    lambda at, who, _: Sent(
        at,
        who,
        "",
        "media",
        _share(5, "T", "https://example.org/?a=1&b"),
        ["https://example.org/?a=1&b"],
        number=49,
        second=5,
        called="链接",
    ),
    lambda at, who, _: Sent(
        at, who, "", "media", _share(6, "a b.pdf"), ["a b.pdf"], number=49, second=6, called="文件"
    ),
    lambda at, who, said: Sent(
        at, who, said, "text", _quote(said, "77"), number=49, second=57, called="引用回复", answers="77"
    ),
    lambda at, _, __: Sent(at, None, "小明邀请Ada加入了群聊", "system", number=10000, called="系统通知", owner=None),
    lambda at, _, __: Sent(at, "小明", "", "deleted", '"小明" 撤回了一条消息', number=10000, called="系统通知"),
)
_typed = texts(_LOOK_ALIKES)


@st.composite
def _said(draw: st.DrawFn, people: tuple[str, ...]) -> list[Sent]:
    found = []
    for at in draw(moments(draw(st.integers(1, 10)), _SECOND * 61)):
        sender, text = draw(st.sampled_from(people)), draw(_typed)
        message = Sent(at, sender, text)
        if draw(st.integers(0, 2)) == 0:
            message = draw(st.sampled_from(_INSERTS))(at, sender, draw(_typed).strip())
        elif draw(st.integers(0, 9)) == 0:
            message = Sent(at, _OWNER, "", "deleted", "你撤回了一条消息", number=10000, called="系统通知")
        if message.sender == _OWNER:
            message.owner = True
        found.append(message)
    return found


@st.composite
def weflow(draw: st.DrawFn) -> tuple[str, list[Sent]]:
    """WeFlow's JSON, in either form, and what it means; `senderUsername` is `wxid_` and the name."""
    said, compact = draw(_said((*PEOPLE, _OWNER))), draw(st.booleans())
    items = []
    for number, message in enumerate(said):
        moment = message.at.replace(tzinfo=UTC)
        item: dict[str, Any] = {
            "localId": number + 1,
            "createTime": int(moment.timestamp()),
            "localType": message.number + (message.second << 32),
            "type": f"{message.called}消息",
            "content": message.body,
            "isSend": int(message.owner is True),
            "platformMessageId": str(9000 + number),
        }
        if compact:
            item["senderID"] = (*PEOPLE, _OWNER).index(message.sender or _OWNER)
        else:
            item |= {"senderUsername": f"wxid_{message.sender}", "senderDisplayName": message.sender}
        items.append(item)
    session = {"wxid": "1@chatroom", "displayName": "Team", "type": "群聊"}
    people = [
        {"senderID": number, "wxid": f"wxid_{name}", "displayName": name}
        for number, name in enumerate((*PEOPLE, _OWNER))
    ]
    whole = {"weflow": {"version": "1.0"}, "session": session, **({"senders": people} if compact else {})}
    return json.dumps({**whole, "messages": items}, ensure_ascii=draw(st.booleans())), said


@st.composite
def weclone(draw: st.DrawFn) -> tuple[str, list[Sent]]:
    """WeClone's or PyWxDump's table and what it means."""
    said, inner = draw(_said((*PEOPLE, _OWNER))), draw(st.booleans())
    shape = draw(st.sampled_from(("{:%Y-%m-%d %H:%M:%S}", "{:%Y/%m/%d %H:%M:%S}")))
    columns = ["id", "MsgSvrID", "type_name", "is_sender", "talker", "room_name"]
    rows = []
    for number, message in enumerate(said):
        row = [number, 9000 + number, message.called, int(message.owner is True), message.sender or "", "Team"]
        rest = [json.dumps({"src": "", "msg": message.body})] if inner else [message.body, ""]
        rows.append([*row, *rest, shape.format(message.at)])
    columns += [*(["content"] if inner else ["msg", "src"]), "CreateTime"]
    return _table(draw(st.booleans()), columns, rows), said


@st.composite
def memotrace(draw: st.DrawFn) -> tuple[str, list[Sent]]:
    """One of MemoTrace's older tables, of a group, and what it means."""
    said, rows = draw(_said((*PEOPLE, _OWNER))), []
    for number, message in enumerate(said):
        epoch = int(message.at.replace(tzinfo=UTC).timestamp())
        kind = [3, message.number, message.second, int(message.owner is True), epoch, ""]
        rows.append([number, *kind, message.body, str(message.at), "", message.sender or "", message.sender or ""])
    columns = ["localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime", "Status", "StrContent", "StrTime"]
    return _table(draw(st.booleans()), [*columns, "Remark", "NickName", "Sender"], rows), said


def _table(mark: bool, columns: list[str], rows: list[list[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    return ("\ufeff" if mark else "") + out.getvalue()
