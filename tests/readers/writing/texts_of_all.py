"""The scene of scene.py in every format that is a text or a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from chatclone_dagster.readers.whatsapp import written
from tests.readers.writing.discord import snowflake
from tests.readers.writing.irc import CLIENTS, Event, write
from tests.readers.writing.scene import ANN, BO, Said, Writer, lines
from tests.readers.writing.signal import Message, markdown
from tests.readers.writing.sigtop import sigtop_text

NICKS = {ANN: "ann", BO: "bo"}
_RULE = "=" * 62
_DISCORD = f"{_RULE}\nGuild: Club\nChannel: talk\n{_RULE}\n\n"
_QQ = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息分组:我的好友\n消息对象:Bo Ek\n\n"
_KAKAO = "Bo Ek님과 카카오톡 대화\n저장한 날짜 : 2024-12-31 15:04:05\n\n"


def signal_message(one: Said) -> Message:
    """As the writers of Signal's formats take it: who exports is "Me", and the other one is of those they know."""
    answers = signal_message(one.answers) if one.answers else None
    return Message(one.local, "Me" if one.is_mine else "Aya", text=one.text, answers=answers)


def signal_messages(scene: Sequence[Said]) -> list[Message]:
    return [signal_message(one) for one in scene]


def _table(columns: str, cells: str, delimiter: str = ",", mark: str = "") -> Writer:
    """A table: `cells` are forms, parted by `|`."""

    def made(scene: list[Said]) -> str:
        out = io.StringIO()
        rows = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        rows.writerow(columns.split(","))
        for n, one in enumerate(scene):
            way = "Outgoing" if one.is_mine else "Incoming"
            key, name = ("", "") if one.is_mine else ("+15550100", one.sender)
            about = {
                "n": n,
                "key": key,
                "name": name,
                "way": way,
                "mine": int(one.is_mine),
                "id": 9000 + one.number,
                "snowflake": snowflake(one.at, one.number),
            }
            rows.writerow([cell.format(one=one, at=one.local, **about) for cell in cells.split("|")])
        return mark + out.getvalue()

    return made


def _log(client: str) -> Writer:
    return lambda scene: write(CLIENTS[client], [Event(one.local, NICKS[one.sender], "say", one.text) for one in scene])


def _with_nicks(writer: Writer) -> Writer:
    return lambda scene: writer([replace(one, sender=NICKS[one.sender]) for one in scene])


def _headed(head: str, form: str, me: str = ANN, *, end: str = "") -> Writer:
    """A text with the first message's day in `head`, and who exports called `me`."""

    def made(scene: list[Said]) -> str:
        said = (form.format(at=one.local, who=me if one.is_mine else one.sender, text=one.text) for one in scene)
        return head.format(at=scene[0].local) + "".join(said) + end

    return made


TEXTS: dict[str, Writer] = {
    "whatsapp android": lines("{at:%d/%m/%Y, %H:%M} - {who}: {text}"),
    "whatsapp ios": lines("[{at:%d.%m.%y, %H:%M:%S}] {who}: {text}"),
    "whatsapp converted": _headed(
        f"[{{at:%d/%m/%Y, %H:%M:%S}}] {written.first_line('telegram', 'UTC', is_group=False, chat=BO)}\n",
        "[{at:%d/%m/%Y, %H:%M:%S}] {who}: {text}\n",
    ),
    "imessage_exporter txt": _headed("", "{at:%b %d, %Y %I:%M:%S %p}\n{who}\n{text}\n\n", "Me"),
    "imazing messages": _table(
        "Chat Session,Message Date,Service,Type,Sender ID,Sender Name,Text",
        "Bo Ek|{at:%Y-%m-%d %H:%M:%S}|iMessage|{way}|{key}|{name}|{one.text}",
    ),
    "imazing whatsapp": _table(
        "Chat Session,Message Date,Sent Date,Type,Sender ID,Sender Name,Text,Forwarded,Attachment Info",
        "Bo Ek|{at:%Y-%m-%d %H:%M:%S}||{way}|{key}|{name}|{one.text}||",
        delimiter=";",
        mark="\ufeff",
    ),
    "discord txt": _headed(
        _DISCORD, "[{at:%m/%d/%Y %I:%M %p}] {who}\n{text}\n\n\n", end=f"{_RULE}\nExported 4 message(s)\n{_RULE}\n"
    ),
    "discord csv": _table(
        "AuthorID,Author,Date,Content,Attachments,Reactions",
        "{mine}00|{one.sender}|{at:%Y-%m-%dT%H:%M:%S}.0000000+00:00|{one.text}||",
    ),
    "discord csv 2018": _table(
        "Author,Date,Content,Attachments,", "{one.sender}|{at:%d-%b-%y %I:%M %p}|{one.text}||", delimiter=";"
    ),
    "discord package csv": _table(
        "ID,Timestamp,Contents,Attachments", "{snowflake}|{at:%Y-%m-%d %H:%M:%S}.000000+00:00|{one.text}|"
    ),
    "signal sigexport md": lambda scene: markdown(signal_messages(scene)),
    "signal sigexport md 2021": lambda scene: markdown(signal_messages(scene), old=True),
    "signal sigtop text": lambda scene: sigtop_text(signal_messages(scene), "Aya (+15550100)"),
    "signal sigtop text-short": _headed("", "{at:%Y-%m-%d %H:%M} {who}: {text}\n", "You"),
    **{f"irc {client}": _log(client) for client in CLIENTS},
    "irc without times": _with_nicks(_headed("--- Log opened {at:%a %b %d %H:%M:%S %Y}\n", "<{who}> {text}\n", "ann")),
    "irc textual": _with_nicks(lines("[{at:%Y-%m-%dT%H:%M:%S}+0000] {who}: {text}")),
    "line tab": _headed(
        "[LINE] Chat history with Bo Ek\nSaved on: 2024/12/31 20:00\n\n{at:%Y/%m/%d(%a)}\n",
        "{at:%H:%M}\t{who}\t{text}\n",
    ),
    "line blank": _with_nicks(_headed("{at:%Y.%m.%d %A}\n", "{at:%H:%M} {who} {text}\n", "ann")),
    "kakaotalk dated": _headed(_KAKAO, "{at:%Y년 %-m월 %-d일 오후 %-I:%M}, {who} : {text}\n"),
    "kakaotalk computer": _headed(
        f"{_KAKAO}--------------- {{at:%Y년 %-m월 %-d일}} 월요일 ---------------\n",
        "[{who}] [오후 {at:%-I:%M}] {text}\n",
    ),
    "kakaotalk short": _headed(_KAKAO + "{at:%Y년 %-m월 %-d일} 월요일\n", "오후 {at:%-I:%M}, {who} : {text}\n"),
    "kakaotalk csv": _table("Date,User,Message", "{at:%Y-%m-%d %H:%M:%S}|{one.sender}|{one.text}"),
    "qq txt": _headed(_QQ, "{at:%Y-%m-%d %H:%M:%S} {who}\n{text}\n\n"),
    "qq numbers": _headed("", "{at:%Y-%m-%d %H:%M:%S} {who}(10001)\n{text}\n\n"),
    "wechat weclone": _table(
        "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime",
        "{n}|{id}|文本|{mine}|{one.sender}|Bo Ek|{one.text}||{at:%Y-%m-%d %H:%M:%S}",
    ),
    "wechat memotrace-raw": _table(
        "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime",
        "{n}|3|1|0|{mine}|{one.seconds}||{one.text}|{at:%Y-%m-%d %H:%M:%S}",
    ),
    "wechat memotrace": _table(
        "消息ID,类型,发送人,时间,内容,备注,昵称,更多信息", "{id}|文本|{one.sender}|{at:%Y-%m-%d %H:%M:%S}|{one.text}|||"
    ),
    "table csv": _table("sent_at,sender,text,message_id", "{at:%Y-%m-%dT%H:%M:%SZ}|{one.sender}|{one.text}|{id}"),
}
