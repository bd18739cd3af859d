"""QQ exports of one chat and of several, with what each message means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import assume
from hypothesis import strategies as st

from tests.readers.writing.chats import Said, moments, texts, words

_TITLE = "消息记录（此消息记录为文本格式，不支持重新导入）"
_RULE = "=" * 64
_CATEGORIES = (("我的群聊", True), ("讨论组", True), ("多人聊天", True), ("我的好友", False), ("最近联系人", None))
_PEOPLE = (
    # name, number or address, as it stands in a group
    ("Ada", "10001", "Ada(10001)"),
    ("Zoë (2)", "87200175", "【管理员】Zoë (2)(87200175)"),
    ("陈 柏翰", "2233445566", "【潜水】【x】陈 柏翰(2233445566)"),
    ("Bo", "bo@example.org", "Bo<bo@example.org>"),
    ("87200176", "87200176", "87200176(87200176)"),
)
_FRIENDS = ("Ada", "Zoë (2nd)", "~^_^~", "小明")
_INSERTS = (
    ("[图片]", "media", ""),
    ("[图片][图片]", "media", ""),
    ("[图片]look\nhere", "media", "look\nhere"),
    ("[表情][表情]", "sticker", ""),
    ("well [表情] then", "text", "well [表情] then"),
    ("[语音]", "voice", ""),
    ("通话时长 05:23", "call", ""),
    ("[位置]", "location", ""),
    ("", "unavailable", ""),
    ("[QQ红包]请使用最新版手机QQ查收红包。", "unavailable", ""),
)
_PASTED = (
    "消息对象:typed",
    "消息分组:typed",
    f"{_RULE}\nx",
    "2019-07-16 18:15:05 Bo(10002)\nold",
    "2019-07-16 18:15:05 Ada",
    "1998-1-1 x",
)
_SECOND = timedelta(seconds=1)


@dataclass
class Chat:
    """A chat of a file: `keys` are the senders' of its messages."""

    title: str
    is_group: bool | None
    said: list[Said]
    keys: list[str | None]


@st.composite
def _chat(draw: st.DrawFn, title: str, is_group: bool | None, half: bool) -> tuple[Chat, list[str]]:
    lines: list[str] = []
    chat = Chat(title, is_group, [], [])
    people = draw(st.lists(st.sampled_from(_PEOPLE), min_size=1, max_size=4, unique=True))
    friends = draw(st.lists(st.sampled_from(_FRIENDS), min_size=1, max_size=2, unique=True))
    for at in draw(moments(draw(st.integers(1, 8)), _SECOND * 61)):
        name, key, head = draw(st.sampled_from(people))
        if is_group is not True:
            name = key = head = draw(st.sampled_from(friends))
        message = Said(at, name, draw(texts(_PASTED)))
        if draw(st.integers(0, 3)) == 0:
            written, kind, text = draw(st.sampled_from(_INSERTS))
            message = Said(at, name, text, kind, written)
        elif is_group and draw(st.integers(0, 5)) == 0:
            message, key, head = Said(at, None, f"{name}加入本群。", "system"), "", "系统消息(10000)"
        clock = f"{at.hour % 12 or 12}:{at:%M:%S %p}" if half else f"{at.hour}:{at:%M:%S}"
        lines += [f"{at:%Y-%m-%d} {clock} {head}", *message.body.split("\n"), ""]
        chat.said.append(message)
        chat.keys.append(key or None)
    assume("2019-07-16" not in chat.said[-1].text)  # what is older at the end of a chat may have been sent
    return chat, lines


@st.composite
def exports(draw: st.DrawFn) -> tuple[str, list[Chat]]:
    """A file with some chats and what it means."""
    end, half = draw(st.sampled_from(("\n", "\r\n"))), draw(st.booleans())
    lines = [_TITLE, ""]
    chats: list[Chat] = []
    for _ in range(draw(st.integers(1, 3))):
        category, is_group = draw(st.sampled_from(_CATEGORIES))
        title = draw(words.filter(lambda text: text not in {chat.title for chat in chats}))
        lines += [_RULE, f"消息分组:{category}", _RULE, f"消息对象:{title}", _RULE, ""]
        chat, written = draw(_chat(title, is_group, half))
        lines += written
        chats.append(chat)
    said = [message for chat in chats for message in chat.said]
    pasted = sum(message.text.count("2019-07-16") for message in said)
    assume(2 * pasted < len(said))  # else such lines would be messages
    return draw(st.sampled_from(("", "\ufeff"))) + end.join(lines) + end, chats
