"""What a message of WeChat is: by the number its database gives it, or by what exporters call that in Chinese or English."""

from __future__ import annotations

import re
from functools import lru_cache

_BY_NUMBER = {
    1: "text",
    3: "media",
    34: "voice",
    37: "system",
    40: "system",
    42: "contact",
    43: "media",
    47: "sticker",
    48: "location",
    50: "call",
    62: "media",
    64: "call",
    65: "contact",
    66: "contact",
    10000: "system",
    10002: "system",
}
SHARED = 49  # of every kind; a second number, or the type in its XML, tells which
_BY_SECOND = {
    1: "text",
    8: "sticker",
    17: "location",
    53: "text",
    57: "text",
    62: "system",
    87: "text",
}  # the others are shares
QUOTE, MERGED = 57, 19
_SECOND_BY_WORD = (
    (QUOTE, ("引用", "quote")),
    (87, ("公告",)),
    (53, ("接龙",)),
    (MERGED, ("聊天记录", "合并转发", "forward")),
)

# In the order in which they are looked for in what exporters call a type: 语音通话 is a call and no voice message.
_BY_WORD = (
    ("deleted", ("撤回", "recall", "revoke")),
    ("system", ("系统", "拍一拍", "邀请加群", "添加好友", "system", "pat pat", "add friend", "invite to group")),
    ("call", ("通话", "call", "voip")),
    ("text", ("引用", "公告", "接龙", "粘贴的文本", "quote", "announcement", "pasted")),
    (
        "media",
        (
            "分享",
            "share",
            "链接",
            "link",
            "聊天记录",
            "合并转发",
            "forward",
            "笔记",
            "视频号",
            "小程序",
            "音乐",
            "转账",
            "红包",
        ),
    ),
    ("sticker", ("表情", "gif", "sticker", "emoji")),
    ("voice", ("语音", "voice", "audio")),
    ("location", ("位置", "location")),
    ("contact", ("名片", "公众号", "contact", "official account")),
    ("media", ("图片", "视频", "文件", "image", "video", "file", "transfer", "music", "游戏", "收藏", "礼物", "其他")),
    ("text", ("文本", "text")),
)
_LONGEST_NAME = 60  # characters
_PLACEHOLDERS = {
    "media": "图片 视频 文件 链接 音乐 小程序 聊天记录 转发的聊天记录 红包 转账 转账收款 微信礼物 礼物 视频号 其他消息 消息",
    "sticker": "表情包 表情 动画表情",
    "voice": "语音 语音消息",
    "call": "语音通话 视频通话 通话",
    "location": "位置",
    "contact": "名片",
    "system": "系统消息",
}
_BY_PLACEHOLDER = {word: kind for kind, words in _PLACEHOLDERS.items() for word in words.split()}
_PLACEHOLDER = re.compile(r"\[(?P<word>[^\]\n：:]{1,8})(?:[：:][^\]\n]{0,60})?\](?P<rest>.*)", re.DOTALL)
_WITHDRAWN = re.compile(r"[\"“]?(?P<who>.{1,60}?)[\"”]? ?(?:撤回了一条(?:成员)?消息|recalled a message)", re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,300}>|<!\[CDATA\[|\]\]>")


def of_number(number: int, second: int = 0) -> str | None:
    """The kind of a type's number; one beyond 32 bits holds the second number too. None for one that is not known."""
    if number > 0xFFFFFFFF:
        number, second = number & 0xFFFFFFFF, number >> 32
    if number == SHARED:
        return _BY_SECOND.get(second, "media") if second else None
    return _BY_NUMBER.get(number)


def second_of(number: int) -> int:
    """The second number that a type's number holds, or 0."""
    return number >> 32 if number & 0xFFFFFFFF == SHARED else 0


def of_name(name: str) -> str | None:
    """The kind of a type as an exporter calls it; None for a name that says nothing."""
    return _by_name(name[:_LONGEST_NAME])[0]


def second_of_name(name: str) -> int:
    """The second number of a type as an exporter calls it, 0 where that does not matter."""
    return _by_name(name[:_LONGEST_NAME])[1]


@lru_cache(maxsize=256)
def _by_name(name: str) -> tuple[str | None, int]:
    plain = name.strip().casefold()
    kind = next((kind for kind, words in _BY_WORD if any(word in plain for word in words)), None)
    return kind, next((second for second, words in _SECOND_BY_WORD if any(word in plain for word in words)), 0)


def of_placeholder(content: str) -> str | None:
    """The kind of what an exporter writes in brackets in its place, with or without a title; None for anything else."""
    found = _PLACEHOLDER.fullmatch(content.strip())
    return _BY_PLACEHOLDER.get(found["word"]) if found else None


def untagged(content: str) -> str:
    """A sentence of the app without the marks around it."""
    return _TAG.sub("", content).strip()


def withdrawn_by(sentence: str) -> str | None:
    """Who withdrew a message, as a sentence of the app says, 你 for the owner; None for any other sentence."""
    found = _WITHDRAWN.match(sentence) if len(sentence) < 300 else None
    return found["who"].strip() if found else None
