"""Reads a QQ export in two passes: the first finds out who writes in which chat, the second takes out the messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions, UnreadableError
from chatclone_dagster.readers.entries import Entry, without_excerpts
from chatclone_dagster.readers.qq.lines import Head, Line, lines

_SYSTEM = frozenset(("10000", "1000000"))  # QQ's own numbers
_GROUPS = ("群", "讨论组", "多人聊天")
_UNSURE = "最近联系人"  # recent contacts: friends and groups
_MOST_PEOPLE = 100_000
_MOSTLY, _NEARLY_ALL = 2, 9  # times as many

_KINDS = {
    "media": "图片 视频 短视频 文件 闪照 链接 卡片消息 分享 音乐 小程序 红包 QQ红包 转账 转发 聊天记录 合并转发 窗口抖动 戳一戳",
    "sticker": "表情 动画表情 大表情 魔法表情 原创表情",
    "voice": "语音 语音消息",
    "call": "语音通话 视频通话 语音聊天",
    "location": "位置 地理位置 位置共享 我的位置",
    "contact": "名片 推荐联系人 推荐好友 推荐群",
    "poll": "投票 群投票",
    "deleted": "撤回",
}  # kind → what stands in brackets in its place
_INSERTS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_INSERT = re.compile(r"\[([^\[\]\n]{1,8})\]")
_PICTURE = re.compile(r"\[(?:图片|闪照)\]")
_CALL = re.compile(r"(?:\[(?:语音|视频)(?:通话|聊天)\])?\s*通话时长[ :：]*[\d:]+")
_TOO_NEW = "请使用最新版手机QQ"
_WITHDRAWN = re.compile(r"(?P<who>.{1,60}?)撤回了一条(?:成员)?消息.{0,40}")


@dataclass
class _Chat:
    """A chat as the first pass finds it."""

    title: str
    category: str = ""
    senders: dict[str, str] = field(default_factory=dict)  # name → number or address, or the name again
    unspaced: dict[str, str] = field(default_factory=dict)  # the same, without an empty line above
    numbered: int = 0
    bare: int = 0

    @property
    def is_group(self) -> bool | None:
        """A group by its category or by who writes; friends are sorted into categories of any name."""
        if any(word in self.category for word in _GROUPS) or len({*self.senders.values()}) > 2:
            return True
        return False if self.category and self.category != _UNSURE else None


@dataclass
class _Survey:
    chats: list[_Chat]
    spaced: bool  # whether messages stand below an empty line throughout


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read an export; positions are lines.

    Raises:
        UnreadableError: no line begins a message.
    """
    survey = _survey(file, out)
    if not any(chat.numbered + chat.bare for chat in survey.chats):
        if not file.head.strip():
            out.issue(1, "the file is empty")
            return
        raise UnreadableError("no line begins as a message of QQ does")
    out.fact(variant="txt")
    for number, entries in groupby(_entries(file, survey, out), key=itemgetter(0)):
        for entry in without_excerpts(entry for _, entry in entries):
            _emit(entry, survey.chats[number], out)


def _survey(file: ExportFile, out: Out) -> _Survey:
    """First pass."""
    chats = [_Chat(file.stem)]
    category = ""
    spaced = unspaced = 0
    for line in lines(file, out.issue):
        if line.kind == "category":
            category = line.name
        elif line.kind == "chat":
            chats.append(_Chat(line.name or file.stem, category))
        elif line.head is not None:
            spaced, unspaced = spaced + line.spaced, unspaced + (not line.spaced)
            chat = chats[-1]
            chat.numbered, chat.bare = chat.numbered + bool(line.head.number), chat.bare + (not line.head.number)
            senders = chat.senders if line.spaced else chat.unspaced
            if line.head.number not in _SYSTEM and len(senders) < _MOST_PEOPLE:
                senders[line.head.name] = line.head.number or line.head.name
    survey = _Survey(chats, spaced > _MOSTLY * unspaced)
    for chat in chats:
        chat.senders |= {} if survey.spaced else chat.unspaced
    return survey


def _entries(file: ExportFile, survey: _Survey, out: Out) -> Iterator[tuple[int, Entry]]:
    """Second pass: every message, with the number of its chat."""
    names: dict[str, str] = {}  # the last one that a number went by
    number = 0
    current: Entry | None = None
    before = full = False
    for line in lines(file):
        if line.head is not None and _begins(line, survey, survey.chats[number]):
            if current is not None:
                yield number, current
            current = _entry(line.number, line.text, line.head, names)
        elif line.kind == "chat":
            if current is not None:
                yield number, current
            number, current = number + 1, None
        elif current is not None and line.kind in ("text", "head"):
            if not current.add(line.text) and not full:
                out.issue(line.number, "a message of too many lines; the rest of it is left out")
                full = True
        elif line.kind == "text" and line.text.strip() and not before:
            out.issue(line.number, "text before the first message; it is left out", line.text)
            before = True
    if current is not None:
        yield number, current


def _begins(line: Line, survey: _Survey, chat: _Chat) -> bool:
    """Whether a line like the head of a message is one: not where others stand below an empty line, or have a number."""
    if survey.spaced and not line.spaced:
        return False
    return bool(line.head and line.head.number) or chat.numbered <= _NEARLY_ALL * chat.bare


def _entry(number: int, written: str, head: Head, names: dict[str, str]) -> Entry:
    if head.number in _SYSTEM:
        return Entry(number, head.at, None, [], written, inline=0)
    name = head.name
    if head.number is not None:  # for want of a name QQ writes the number twice
        name = names.get(head.number, name) if name == head.number else name
        if len(names) < _MOST_PEOPLE:
            names[head.number] = name
    return Entry(number, head.at, head.number or name, [], written, name, inline=0)


def _emit(entry: Entry, chat: _Chat, out: Out) -> None:
    sender, name = entry.sender, entry.name
    if sender is not None:
        kind, said = _read_body(entry.body)
    elif withdrawn := _WITHDRAWN.fullmatch(entry.body.strip()):
        kind, said = "deleted", ""
        if withdrawn["who"] != "你":
            name = withdrawn["who"].strip('"“”')
            sender = chat.senders.get(name, name)
    else:
        kind, said = "system", entry.body
    out.row(
        entry.line,
        chat.title,
        chat.title,
        entry.at,
        is_group=chat.is_group,
        sender_key=sender,
        sender_name=name,
        kind=kind,
        text=said,
    )


def _read_body(body: str) -> tuple[str, str]:
    """Kind and text of what somebody sent. Faces within a text stay where they were typed, as `[表情]`."""
    plain = body.strip()
    if not plain or _TOO_NEW in plain:
        return "unavailable", ""
    if _CALL.fullmatch(plain):
        return "call", ""
    inserts = [_INSERTS.get(word) for word in _INSERT.findall(plain)]
    if inserts and all(inserts) and not _INSERT.sub("", plain).strip():
        return next((kind for kind in inserts if kind), "media") if len({*inserts}) == 1 else "media", ""
    if _PICTURE.search(body):
        return "media", _PICTURE.sub("", body).strip("\n")
    return "text", body
