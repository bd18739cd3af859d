"""A chat of Google Chat as Takeout writes it, in the languages of several accounts, with what each message means."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

OWNER = "Owner@Example.com"
MEMBERS = {OWNER: "Olive", "ada@example.com": "Ada Zoë", "bo@example.com": "בו"}
_GERMAN = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_RUSSIAN = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_ENGLISH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"


def _nth(names: str, number: int) -> str:
    return names.split("|")[number]


def _american(at: datetime, blank: str = "\u202f") -> str:
    clock = f"{at.hour % 12 or 12}:{at:%M:%S}{blank}{'PM' if at.hour >= 12 else 'AM'}"
    return f"{_nth(_DAYS, at.weekday())}, {_nth(_ENGLISH, at.month - 1)} {at.day}, {at.year} at {clock} UTC"


DATES: dict[str, Callable[[datetime], str]] = {
    "American": _american,
    "American until 2022": lambda at: _american(at, " "),
    "British": lambda at: (
        f"{_nth(_DAYS, at.weekday())}, {at.day} {_nth(_ENGLISH, at.month - 1)} {at.year} at {at:%H:%M:%S} UTC"
    ),
    "German": lambda at: f"Freitag, {at.day}. {_nth(_GERMAN, at.month - 1)} {at.year} um {at:%H:%M:%S} UTC",
    "Russian": lambda at: f"пятница, {at.day} {_nth(_RUSSIAN, at.month - 1)} {at.year} г. в {at:%H:%M:%S} UTC",
    "Chinese": lambda at: f"{at.year}年{at.month}月{at.day}日星期五 UTC {at:%H:%M:%S}",
    "Taiwanese": lambda at: (
        f"{at.year}年{at.month}月{at.day}日 星期五 {'下午' if at.hour >= 12 else '上午'}{at:%I:%M:%S} [UTC]"
    ),
    "Korean": lambda at: (
        f"{at.year}년 {at.month}월 {at.day}일 금요일 {'오후' if at.hour >= 12 else '오전'} {at:%I시 %M분 %S초} UTC"
    ),
    "Danish": lambda at: (
        f"fredag den {at.day}. maj {at.year} kl. {at:%H.%M.%S} UTC" if at.month == 5 else _american(at)
    ),
    "Vietnamese": lambda at: f"{at:%H:%M:%S} UTC Thứ Sáu, {at.day} tháng {at.month}, {at.year}",
}


@dataclass
class Meant:
    """A message as it was meant, in the columns of tables.RAW_ROWS."""

    platform_id: str | None
    sent_local: datetime
    sender_key: str | None
    from_owner: bool | None
    kind: str = "text"
    text: str = ""
    reply_to: str | None = None
    edited: bool = False
    reactions: list[dict[str, str]] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)


def beside(*, with_owner: bool = True) -> dict[str, str]:
    """The lists beside the messages."""
    members = [{"name": name, "email": email, "user_type": "Human"} for email, name in MEMBERS.items()]
    lists = {"group_info.json": json.dumps({"members": members})}
    if with_owner:
        lists["../../Users/User 123/user_info.json"] = json.dumps({"user": members[0], "membership_info": []})
    return lists


_text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)
_URL = {"private_do_not_access_or_else_safe_url_wrapped_value": "https://example.org/a"}
_SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "photo": (
        {"attached_files": [{"original_name": "a?b.png", "export_name": "File-a?b.png"}]},
        {"kind": "media", "attachments": ["File-a?b.png"]},
    ),
    "voice": (
        {
            "text": None,
            "attached_files": [{"original_name": "voice_message.m4a", "export_name": "File-voice_message.m4a"}],
        },
        {"kind": "voice", "text": "", "attachments": ["File-voice_message.m4a"]},
    ),
    "link": (
        {"text": None, "annotations": [{"start_index": 0, "length": 0, "url_metadata": {"url": _URL}}]},
        {"kind": "media", "text": "", "attachments": ["https://example.org/a"]},
    ),
    "formatted": ({"annotations": [{"start_index": 0, "length": 1, "format_metadata": {"format_type": "BOLD"}}]}, {}),
    "meeting": (
        {"text": None, "annotations": [{"length": 0, "video_call_metadata": {"meeting_space": {}}}]},
        {"kind": "call", "text": ""},
    ),
    "task": (
        {"text": None, "annotations": [{"gsuite_integration_metadata": {"tasks_data": {}}}]},
        {"kind": "system", "text": ""},
    ),
    "nothing": ({"text": None}, {"kind": "unavailable", "text": ""}),
    "app": (
        {"creator": {"name": "Polly", "user_type": "Bot"}},
        {"kind": "system", "sender_key": "Polly"},
    ),
}
_KINDS = ("text",) * 6 + ("deleted", "edited", "quote", *_SHAPES)


@st.composite
def google_chats(draw: st.DrawFn, *, with_owner: bool) -> tuple[str, list[Meant]]:
    """A `messages.json`, and its messages in the order of the file."""
    written_as = DATES[draw(st.sampled_from(sorted(DATES)))]
    at = datetime(2016, 5, 29, 11, 59, 50, tzinfo=UTC)
    messages: list[dict[str, Any]] = []
    means: list[Meant] = []
    for number in range(draw(st.integers(1, 10))):
        at += timedelta(seconds=draw(st.integers(0, 10**7)))
        email, text, kind = draw(st.sampled_from(sorted(MEMBERS))), draw(_text), draw(st.sampled_from(_KINDS))
        thread = draw(st.integers(0, number))
        meant = Meant(f"g/t{thread}/t{number}", at.replace(tzinfo=None), email.casefold(), None, text=text)
        meant.reply_to = f"g/t{thread}/t{thread}" if thread != number else None
        message: dict[str, Any] = {
            "creator": {"name": MEMBERS[email], "email": email, "user_type": "Human"},
            "created_date": written_as(at),
            "text": text,
            "message_id": meant.platform_id,
        }
        members, overrides = _SHAPES.get(kind, ({}, {}))
        message |= members
        for name, value in overrides.items():
            setattr(meant, name, value)
        if kind == "deleted":
            message = {"message_id": meant.platform_id, "message_state": "DELETED", "deleted_date": written_as(at)}
            meant.kind, meant.text, meant.sender_key = "deleted", "", None
        elif kind == "edited":
            message["updated_date"], meant.edited = message.pop("created_date"), True
        elif kind == "quote":
            message["quoted_message_metadata"] = {"creator": {"name": "x"}, "text": "the words"}
            meant.reply_to = "the words"
        if draw(st.booleans()):
            message["reactions"] = [{"emoji": {"unicode": "👍"}, "reactor_emails": [OWNER.upper()]}]
            meant.reactions = [{"emoji": "👍", "sender": MEMBERS[OWNER]}]
        meant.from_owner = meant.sender_key == OWNER.casefold() if with_owner and meant.sender_key else None
        messages.append({name: value for name, value in message.items() if value is not None})
        means.append(meant)
    return json.dumps(
        {"messages": messages}, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from((None, 2)))
    ), means
