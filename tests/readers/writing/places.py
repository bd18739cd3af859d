"""Where the file of every format lies among somebody's exports, and what lies beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.readers.writing.everything import OTHERS
from tests.readers.writing.scene import ANN, BO, Said, Sample, said
from tests.readers.writing.texts_of_all import TEXTS

WRITERS = {**TEXTS, **OTHERS}
_ANN, _BO, _DM = (str(1100000000000000000 + n) for n in range(3))  # as long as Discord's ids are
_PERSON = {"name": ANN, "email": "ann@example.org", "user_type": "Human"}
_OTHER = {"name": BO, "email": "bo@example.org", "user_type": "Human"}
BESIDE = {
    "Slack/users.json": [
        {"id": key, "team_id": "T1", "name": "x", "profile": {"real_name": name}}
        for key, name in (("U0000001", ANN), ("U0000002", BO))
    ],
    "Slack/channels.json": [{"id": "C0000001", "name": "talk", "created": 1, "members": ["U0000001", "U0000002"]}],
    "Takeout/Google Chat/Groups/DM abc/group_info.json": {"members": [_PERSON, _OTHER]},
    "Takeout/Google Chat/Users/User 1/user_info.json": {"user": _PERSON, "membership_info": []},
    "Discord package/messages/index.json": {_DM: f"Direct Message with {BO}#0"},
    f"Discord package/messages/c{_DM}/channel.json": {"id": _DM, "type": "DM", "recipients": [_ANN, _BO]},
    "Discord package/account/user.json": {"id": _ANN, "username": "ann", "discriminator": "0", "global_name": ANN},
}
SAMPLES = (
    Sample("whatsapp android", "WhatsApp/WhatsApp Chat with Bo Ek.txt", "android"),
    Sample("whatsapp ios", "WhatsApp/WhatsApp Chat - Bo Ek/_chat.txt", "ios"),
    Sample("whatsapp converted", "WhatsApp/Bo.txt", "converted"),
    Sample("messenger json", "facebook/your_facebook_activity/messages/inbox/boek_1/message_1.json", "json"),
    Sample("messenger e2ee", "secure/messages/Bo Ek_1.json", "e2ee"),
    Sample("messenger html", "facebook/your_facebook_activity/messages/inbox/boek_2/message_1.html", "html"),
    Sample("instagram json", "ig/your_instagram_activity/messages/inbox/boek_1/message_1.json", "json"),
    Sample("instagram html", "ig/your_instagram_activity/messages/inbox/boek_2/message_1.html", "html"),
    Sample("imessage database", "Messages/chat.db", "database", answers=True),
    Sample("imessage_exporter txt", "imessage_export/Bo Ek.txt", "txt"),
    Sample("imessage_exporter html", "imessage_html/Bo Ek.html", "html"),
    Sample("imazing messages", "iMazing/Messages - Bo Ek.csv", "messages"),
    Sample("imazing whatsapp", "iMazing/WhatsApp - Bo Ek.csv", "whatsapp"),
    Sample("telegram json", "ChatExport_2024-05-29/result.json", "json", answers=True),
    Sample("telegram account", "DataExport_2024-05-29/result.json", "json", answers=True),
    Sample("telegram html", "ChatExport_2024-05-30/messages.html", "html", answers=True),
    Sample(
        "slack export",
        "Slack/talk/2024-05-29.json",
        "export",
        ("Slack/users.json", "Slack/channels.json"),
        answers=True,
    ),
    Sample("slack dump", "slackdump/C0000002.json", "dump", answers=True),
    Sample("google_chat takeout", "Takeout/Google Chat/Groups/DM abc/messages.json", "takeout", tuple(BESIDE)[2:4]),
    Sample("hangouts new", "Takeout/Hangouts/Hangouts.json", "new"),
    Sample("hangouts old", "Takeout-2013/Hangouts/Hangouts.json", "old"),
    Sample("discord json", "Discord/Direct Messages - Bo Ek [8].json", "json", answers=True),
    Sample("discord html", "Discord/Direct Messages - Bo Ek [9].html", "html"),
    Sample("discord txt", "Discord/Club - talk [10].txt", "txt"),
    Sample("discord csv", "Discord/Club - talk [11].csv", "csv"),
    Sample("discord csv 2018", "Discord/Club - talk [12].csv", "csv"),
    Sample("discord package", f"Discord package/messages/c{_DM}/messages.json", "package", tuple(BESIDE)[4:]),
    Sample("discord package csv", f"Discord package 2020/messages/{_DM}9/messages.csv", "package"),
    Sample("signal official", "Signal/main.jsonl", "official", answers=True),
    Sample("signal sigexport json", "sigexport/Aya/data.json", "sigexport json", answers=True),
    Sample("signal sigexport md", "sigexport/Aya (2)/chat.md", "sigexport md", answers=True),
    Sample("signal sigexport md 2021", "sigexport-2021/Aya/index.md", "sigexport md", answers=True),
    Sample("signal sigtop json", "sigtop/Aya.json", "sigtop json", answers=True),
    Sample("signal sigtop text", "sigtop/Aya (+15550100).txt", "sigtop text", answers=True),
    Sample("signal sigtop text-short", "sigtop/Aya short.txt", "sigtop text-short"),
    Sample("irc irssi", "irssi/Example/#chess.log", "irc"),
    Sample("irc irssi without day changes", "irssi/Example/#go.log", "irc"),
    Sample("irc WeeChat", "weechat/irc.example.#chess.weechatlog", "weechat"),
    Sample("irc HexChat", "hexchat/Example-#chess.log", "irc"),
    Sample("irc mIRC", "mirc/#chess.log", "irc"),
    Sample("irc ZNC", "znc/example/#chess/2024-05-21.log", "irc"),
    Sample("irc energymech", "energymech/#chess_20240522.log", "irc"),
    Sample("irc Ubuntu", "ubuntu/2024/05/23/%23chess.txt", "irc"),
    Sample("irc eggdrop", "eggdrop/#chess.log.24May2024", "irc"),
    Sample("irc Limnoria", "limnoria/#chess.log", "irc"),
    Sample("irc The Lounge", "thelounge/#chess.log", "irc"),
    Sample("irc Konversation", "konversation/example_#chess.log", "irc"),
    Sample("irc Pidgin", "purple/irc/ann@irc.example.org/#chess.chat/2024-05-28.txt", "pidgin"),
    Sample("irc without times", "old mirc/#chess.log", "irc without times"),
    Sample("irc textual", "textual/#chess.txt", "textual"),
    Sample("line tab", "[LINE] Chat with Bo Ek.txt", "tab"),
    Sample("line blank", "LINE/Bo Ek.txt", "blank"),
    Sample("kakaotalk dated", "KakaoTalk/KakaoTalkChats.txt", "dated"),
    Sample("kakaotalk computer", "KakaoTalk/KakaoTalk_20240529_1800_01_000_Bo.txt", "computer"),
    Sample("kakaotalk short", "KakaoTalk/Talk_2024.5.29.txt", "short"),
    Sample("kakaotalk csv", "KakaoTalk/KakaoTalk_Chat_Bo Ek_2024-05-29-18-00-00.csv", "csv"),
    Sample("qq txt", "QQ/Bo Ek.txt", "txt"),
    Sample("qq numbers", "QQ/Bo.txt", "txt"),
    Sample("wechat weflow", "WeFlow/Bo Ek.json", "weflow"),
    Sample("wechat echotrace", "EchoTrace/Bo Ek.json", "echotrace"),
    Sample("wechat weclone", "WeClone/Bo Ek_0_4.csv", "weclone"),
    Sample("wechat memotrace", "MemoTrace/Bo Ek.csv", "memotrace"),
    Sample("wechat memotrace-raw", "MemoTrace 2023/Bo Ek_utf8.csv", "memotrace-raw"),
    Sample("table csv", "tables/chat.csv", "csv"),
    Sample("table jsonl", "tables/chat.jsonl", "jsonl"),
    Sample("table parquet", "tables/chat.parquet", "parquet"),
)


def scene_of(sample: Sample) -> list[Said]:
    """What is said in a sample; a day in its name is that of the scene."""
    return said(SAMPLES.index(sample))


def content_of(sample: Sample, scene: list[Said] | None = None) -> bytes:
    """A sample's file; of only a part of what is said in it, if that is given."""
    made = WRITERS[sample.name](scene or scene_of(sample))
    return made.encode() if isinstance(made, str) else made


def everything() -> Iterator[tuple[str, bytes]]:
    """Every file and those beside, by their paths."""
    yield from ((sample.path, content_of(sample)) for sample in SAMPLES)
    yield from ((path, json.dumps(value).encode()) for path, value in BESIDE.items())
