"""KakaoTalk exports from phones and computers, and their table, with what each message means."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import assume
from hypothesis import strategies as st

from tests.readers.writing.chats import Said, moments, texts, words

_KO, _JA = "월화수목금토일", "月火水木金土日"
_PEOPLE = ("Ada", "Zoë Müller", "홍길동", "김철수[개발]", "~^_^~", "Bo: the 2nd", "🤓")
_OLD = (
    "2019년 1월 3일 오전 9:05, 홍길동 : 옛날",
    "2019. 1. 3. 오전 9:05, 홍길동 : 옛날",
    "Jan 3, 2019 at 09:05, Ada : old",
)
_SHORT, _COMPUTER = "오전 9:05, 홍길동 : 옛날", "[홍길동] [오전 9:05] 옛날"
_LONG_AGO = date(2019, 1, 3)
_MINUTE = timedelta(minutes=1)
_INSERTS: tuple[tuple[str, str, list[str]], ...] = (
    ("사진", "media", []),
    ("사진 3장", "media", []),
    ("파일: a b.pdf", "media", ["a b.pdf"]),
    ("이모티콘", "sticker", []),
    ("음성메시지", "voice", []),
    ("보이스톡 0:17", "call", []),
    ("삭제된 메시지입니다.", "deleted", []),
    ("지도: 서울역", "location", []),
    ("Photo", "media", []),
    ("写真", "media", []),
)


def _clock(at: datetime, am: str, pm: str) -> str:
    return f"{pm if at.hour >= 12 else am}{at.hour % 12 or 12}:{at:%M}"


def _ko(at: datetime) -> str:
    return f"{at.year}년 {at.month}월 {at.day}일 {_clock(at, '오전 ', '오후 ')}"


def _ko_day(day: date) -> str:
    return f"{day.year}년 {day.month}월 {day.day}일 {_KO[day.weekday()]}요일"


@dataclass(frozen=True)
class Style:
    """How a phone or computer writes: its first lines, days, what stands before a name, a text and a sentence of the app."""

    title: str
    saved: str
    day: Callable[[date], str]
    head: Callable[[datetime, str], str]
    event: Callable[[datetime], str]
    left: str
    look_alikes: tuple[str, ...]


STYLES = (
    Style(
        "{}님과 카카오톡 대화",
        "저장한 날짜 : 2024-12-31 15:04:05",
        lambda day: f"{_ko(datetime(day.year, day.month, day.day))}",  # noqa: DTZ001
        lambda at, name: f"{_ko(at)}, {name} : ",
        lambda at: f"{_ko(at)}, ",
        "{}님이 나갔습니다.",
        (*_OLD, _SHORT, _COMPUTER),
    ),
    Style(
        "{} 카카오톡 대화",
        "저장한 날짜 : 2024. 12. 31. 오후 3:04",
        _ko_day,
        lambda at, name: f"{at.year}. {at.month}. {at.day}. {_clock(at, '오전 ', '오후 ')}, {name} : ",
        lambda at: f"{at.year}. {at.month}. {at.day}. {_clock(at, '오전 ', '오후 ')}: ",
        "{}님이 들어왔습니다.",
        (*_OLD, _COMPUTER),
    ),
    Style(
        "KakaoTalk Chats with {}",
        "Date Saved : December 31, 2024, 8:52 PM",
        lambda day: f"{day:%B} {day.day}, {day.year}, 12:01 AM",
        lambda at, name: f"{at:%B} {at.day}, {at.year}, {at.hour % 12 or 12}:{at:%M %p}, {name} : ",
        lambda at: f"{at:%B} {at.day}, {at.year}, {at.hour % 12 or 12}:{at:%M %p}, ",
        "{} left this chatroom.",
        (*_OLD, _SHORT),
    ),
    Style(
        "{} with KakaoTalk Chats",
        "Date Saved : Dec 31, 2024 at 20:52",
        lambda day: f"{day:%A}, {day:%B} {day.day}, {day.year}",
        lambda at, name: f"{at:%b} {at.day}, {at.year} at {at:%H:%M}, {name} : ",
        lambda at: f"{at:%b} {at.day}, {at.year} at {at:%H:%M}: ",
        "{} joined this chatroom.",
        (*_OLD, _COMPUTER),
    ),
    Style(
        "{}さんとのカカオトーク",
        "保存した日付 : 2024-12-31 15:04:05",
        lambda day: f"{day.year}年{day.month}月{day.day}日 {_JA[day.weekday()]}曜日",
        lambda at, name: f"{at.year}年{at.month}月{at.day}日 {_clock(at, '午前', '午後')}, {name} : ",
        lambda at: f"{at.year}年{at.month}月{at.day}日 {_clock(at, '午前', '午後')}, ",
        "{}さんが退室しました。",
        (*_OLD, _COMPUTER),
    ),
    Style(
        "{}님과의 카카오톡 대화",
        "저장한 날짜 : 2024-12-31 15:04:05",
        _ko_day,
        lambda at, name: f"{_clock(at, '오전 ', '오후 ')}, {name} : ",
        lambda at: f"{_clock(at, '오전 ', '오후 ')}, ",
        "{}님이 나갔습니다.",
        (_COMPUTER, "2019년 1월 3일 목요일"),
    ),
    Style(
        "{} 님과 카카오톡 대화",
        "저장한 날짜 : 2024-12-31 15:04:05",
        lambda day: f"--------------- {_ko_day(day)} ---------------",
        lambda at, name: f"[{name}] [{_clock(at, '오전 ', '오후 ')}] ",
        lambda _: "",
        "{}님이 나갔습니다.",
        (_SHORT, *_OLD, "--------------- 2019년 1월 3일 목요일 ---------------"),
    ),
)


@st.composite
def _said(draw: st.DrawFn, look_alikes: tuple[str, ...], left: str) -> list[Said]:
    names = draw(st.lists(st.sampled_from(_PEOPLE), min_size=1, max_size=4, unique=True))
    found: list[Said] = []
    for at in draw(moments(draw(st.integers(2, 12)), _MINUTE)):
        sender, kind = draw(st.sampled_from(names)), draw(st.sampled_from(("text",) * 4 + ("insert", "event")))
        message = Said(at, sender, draw(texts(look_alikes)))
        if kind == "insert":
            written, insert, files = draw(st.sampled_from(_INSERTS))
            message = Said(at, sender, "", insert, written, files)
        elif kind == "event":
            message = Said(at, None, left.format(sender), "system")
        found.append(message)
    # What was pasted into the last message cannot be told from messages, nor the app's sentences from its text without a time.
    found[-1] = Said(found[-1].at, names[0], "the end")
    return found


@st.composite
def chats(draw: st.DrawFn) -> tuple[str, str, list[Said]]:
    """A text export, its title, and what it means."""
    style, title, end = draw(st.sampled_from(STYLES)), draw(words), draw(st.sampled_from(("\n", "\r\n")))
    said = draw(_said(style.look_alikes, style.left))
    assume(sum(message.text.count(style.day(_LONG_AGO)) for message in said) < 3)  # else the file would be in no order
    lines = [style.title.format(title), style.saved, ""]
    before: datetime | None = None
    for message in said:
        if before is None or message.at.date() != before.date():
            lines += [*([""] if before else []), style.day(message.at.date())]
            before = datetime(message.at.year, message.at.month, message.at.day)  # noqa: DTZ001
        head = style.event(message.at) if message.sender is None else style.head(message.at, message.sender)
        if not head:
            message.at = before
        before = message.at
        lines.append(head + message.body.replace("\n", end))
    return draw(st.sampled_from(("", "\ufeff"))) + end.join(lines) + end, title, said


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[Said]]:
    """A table and what it means."""
    said = draw(_said((*_OLD, _SHORT, _COMPUTER, "2024-01-03 09:05:00,x,y"), "{}님이 나갔습니다."))
    out = io.StringIO()
    table = csv.writer(out, lineterminator=draw(st.sampled_from(("\n", "\r\n"))))
    table.writerow(("Date", "User", "Message"))
    for message in said:
        user = message.sender or message.text.removesuffix("님이 나갔습니다.")
        table.writerow((f"{message.at:%Y-%m-%d %H:%M:%S}", user, message.body))
    return draw(st.sampled_from(("", "\ufeff"))) + out.getvalue(), said
