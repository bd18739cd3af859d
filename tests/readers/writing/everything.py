"""The scene of scene.py in every other format, and where each file lies among somebody's exports."""

from __future__ import annotations

import io
import json
from typing import Any

import polars as pl

from tests.readers.writing import hangouts, meta_html
from tests.readers.writing.discord import CHANNEL, snowflake
from tests.readers.writing.imessage import Messages, apple
from tests.readers.writing.imessage_exporter import bubble, message, page
from tests.readers.writing.scene import ANN, BO, Said, Writer
from tests.readers.writing.signal import data_json
from tests.readers.writing.signal_official import official
from tests.readers.writing.sigtop import sigtop_json
from tests.readers.writing.telegram import Chat, Meant, json_account, json_chat
from tests.readers.writing.telegram_html import pages
from tests.readers.writing.texts_of_all import signal_messages


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _meta(scene: list[Said]) -> str:
    messages = [{"sender_name": one.sender, "timestamp_ms": one.seconds * 1000, "content": one.text} for one in scene]
    people = [{"name": BO}, {"name": ANN}]
    return _json({"participants": people, "messages": messages[::-1], "title": BO})


def _e2ee(scene: list[Said]) -> str:
    messages = [
        {"senderName": one.sender, "timestamp": one.seconds * 1000, "type": "text", "text": one.text} for one in scene
    ]
    return _json({"participants": [BO, ANN], "threadName": "Bo Ek_1", "messages": messages[::-1]})


def _meta_page(shape: str) -> Writer:
    def made(scene: list[Said]) -> str:
        said = [meta_html.Said(one.local, one.sender, one.text) for one in scene]
        return meta_html.page(said, meta_html.SHAPES[shape], "comma", BO, (BO, ANN))

    return made


def _guid(one: Said) -> str:
    return f"{one.number:08X}-0000-4000-8000-000000000000"


def _database(scene: list[Said]) -> bytes:
    made = Messages()
    bo = made.add("handle", id="+15550100", service="iMessage")
    chat = made.chat(bo, guid="iMessage;-;+15550100", style=45, chat_identifier="+15550100")
    for one in scene:
        who: dict[str, Any] = {"is_from_me": 1} if one.is_mine else {"handle_id": bo}
        answers: dict[str, Any] = {"thread_originator_guid": _guid(one.answers)} if one.answers else {}
        made.message(chat, guid=_guid(one), date=apple(one.local), text=one.text, **who, **answers)
    return made.files()["chat.db"]


def _page(scene: list[Said]) -> str:
    return page(*(message(bubble(one.text), _guid(one), "Me" if one.is_mine else BO, at=one.local) for one in scene))


def _telegram(scene: list[Said]) -> Chat:
    said = [Meant(one.number, one.at, 11 if one.is_mine else 12, "text", one.text) for one in scene]
    for one, meant in zip(scene, said, strict=True):
        meant.reply_to = one.answers.number if one.answers else None
    return Chat("personal_chat", BO, {11: ANN, 12: BO}, said, 0)


def _slack(scene: list[Said]) -> list[dict[str, Any]]:
    keys = {ANN: "U0000001", BO: "U0000002"}
    return [
        {"type": "message", "user": keys[one.sender], "text": one.text, "ts": f"{one.seconds}.000100"}
        | ({"thread_ts": f"{one.answers.seconds}.000100"} if one.answers else {})
        for one in scene
    ]


def _google_chat(scene: list[Said]) -> str:
    people = {ANN: "ann@example.org", BO: "bo@example.org"}
    messages = [
        {
            "creator": {"name": one.sender, "email": people[one.sender], "user_type": "Human"},
            "created_date": f"{one.local:%A, %B %-d, %Y at %-I:%M:%S %p} UTC",
            "text": one.text,
            "topic_id": str(one.number),
            "message_id": f"g/{one.number}/{one.number}",
        }
        for one in scene
    ]
    return _json({"messages": messages})


def _hangouts(*, is_new: bool) -> Writer:
    def made(scene: list[Said]) -> str:
        events = [
            {
                "conversation_id": {"id": "c1"},
                "sender_id": hangouts.person(hangouts.SELF if one.is_mine else "101"),
                "timestamp": str(one.seconds * 1_000_000),
                "event_id": f"e{one.number}",
                "event_type": "REGULAR_CHAT_MESSAGE",
                "chat_message": {"message_content": {"segment": [{"type": "TEXT", "text": one.text}]}},
            }
            for one in scene
        ]
        about = hangouts.about([hangouts.SELF, "101"], "c1")
        return _json(hangouts.file_of([(about, events)], is_new=is_new))

    return made


def _discord(scene: list[Said]) -> str:
    people = {ANN: "100", BO: "101"}
    messages: list[dict[str, Any]] = [
        {
            "id": snowflake(one.at, one.number),
            "type": "Reply" if one.answers else "Default",
            "timestamp": f"{one.local.isoformat()}+00:00",
            "timestampEdited": None,
            "content": one.text,
            "author": {"id": people[one.sender], "name": one.sender, "isBot": False},
            "attachments": [],
            "reactions": [],
            **({"reference": {"messageId": snowflake(one.answers.at, one.answers.number)}} if one.answers else {}),
        }
        for one in scene
    ]
    channel = {"id": CHANNEL, "type": "DirectTextChat", "name": BO}
    return _json({"guild": {"id": "0", "name": "Direct Messages"}, "channel": channel, "messages": messages})


def _discord_page(scene: list[Said]) -> str:
    groups = "".join(
        f'<div class="chatlog__message-group">'
        f'<div class="chatlog__message-container" data-message-id="{snowflake(one.at, one.number)}">'
        f'<span class="chatlog__author" title="x" data-user-id="{100 + (not one.is_mine)}">{one.sender}</span>'
        f'<span class="chatlog__timestamp" title="{one.local:%A, %B %d, %Y %I:%M %p}"></span>'
        f'<div class="chatlog__content chatlog__markdown">{one.text}</div></div></div>'
        for one in scene
    )
    entries = f'<div class="preamble__entry">Club</div><div class="preamble__entry">{BO}</div>'
    return f"<!DOCTYPE html><html><body>{entries}<div class=chatlog>{groups}</div></body></html>"


def _package(scene: list[Said]) -> str:
    return _json(
        [
            {
                "ID": int(snowflake(one.at, one.number)),
                "Timestamp": str(one.local),
                "Contents": one.text,
                "Attachments": "",
            }
            for one in scene
            if one.is_mine
        ]
    )


def _weflow(member: str) -> Writer:
    def made(scene: list[Said]) -> str:
        messages = [
            {
                "localId": one.number,
                "createTime": one.seconds,
                "localType": 1,
                "type": "文本消息",
                "content": one.text,
                "isSend": int(one.is_mine),
                "senderUsername": one.sender,
                "senderDisplayName": one.sender,
                "platformMessageId": str(9000 + one.number),
            }
            for one in scene
        ]
        head = {"weflow": {"version": "1"}} if member == "weflow" else {}
        return _json({**head, "session": {"wxid": "wxid_bo", "displayName": BO, "type": "私聊"}, "messages": messages})

    return made


def _rows(scene: list[Said]) -> list[dict[str, Any]]:
    return [{"sent_at": f"{one.local.isoformat()}Z", "sender": one.sender, "text": one.text} for one in scene]


def _parquet(scene: list[Said]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(_rows(scene)).write_parquet(out)
    return out.getvalue()


OTHERS: dict[str, Writer] = {
    "messenger json": _meta,
    "messenger e2ee": _e2ee,
    "messenger html": _meta_page("2025"),
    "instagram json": _meta,
    "instagram html": _meta_page("2021"),
    "imessage database": _database,
    "imessage_exporter html": _page,
    "telegram json": lambda scene: _json(json_chat(_telegram(scene))),
    "telegram account": lambda scene: _json(json_account([_telegram(scene)], 11)),
    "telegram html": lambda scene: pages(_telegram(scene), 9)[0],
    "slack export": lambda scene: _json(_slack(scene)),
    "slack dump": lambda scene: _json({"channel_id": "C0000002", "name": "talk", "messages": _slack(scene)}),
    "google_chat takeout": _google_chat,
    "hangouts new": _hangouts(is_new=True),
    "hangouts old": _hangouts(is_new=False),
    "discord json": _discord,
    "discord html": _discord_page,
    "discord package": _package,
    "signal official": lambda scene: official(signal_messages(scene)),
    "signal sigexport json": lambda scene: data_json(signal_messages(scene)),
    "signal sigtop json": lambda scene: sigtop_json(signal_messages(scene)),
    "wechat weflow": _weflow("weflow"),
    "wechat echotrace": _weflow(""),
    "table jsonl": lambda scene: "".join(f"{_json(row)}\n" for row in _rows(scene)),
    "table parquet": _parquet,
}
