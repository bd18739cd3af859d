"""Chats as they are meant, and the `result.json` that Telegram Desktop would write of them. Times are in whole seconds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"
_NAMES = ("Ada", "Zoë Müller", "O'Neil & <Sons>", "אבי", "🤓", "Deleted", "via bot", "user7", 'Bo "B" C')
_LINES = (
    "ok",
    "see you at 10:30",
    "23 August 2023",
    "<b>not bold</b> & so on",
    '{"type": "message"}',
    "In reply to this message",
    "12.08.2018 15:33:21",
    "a  b   c",
    "back\\slash \\x41 \\\\x1F",
    "🎉🎉",
    "مرحبا",
    NOT_INCLUDED,
    "https://example.org/a?b=c&d",
)
_words = st.text(
    alphabet=st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs"),
        include_characters=" ",
        exclude_characters="\ufffe\uffff",
    ),
    min_size=1,
    max_size=30,
)
_typed = st.lists(st.one_of(st.sampled_from(_LINES), _words), min_size=1, max_size=4).map("\n".join)
_typed = _typed.map(lambda text: text.strip()).filter(bool)
_control = st.text(alphabet='\x01\x02\t\x1b\x1f\\"x41\u2028 ', min_size=1, max_size=8)
KINDS = ("text",) * 6 + ("photo", "missing", "sticker", "voice", "location", "contact", "poll", "call", "event", "gone")


@dataclass
class Meant:
    """A message as it was meant."""

    number: int
    at: datetime
    sender: int
    what: str
    text: str = ""
    cuts: list[int] = field(default_factory=list)
    reply_to: int | None = None
    forwarded: bool = False
    edited: bool = False
    reactions: list[tuple[str, int]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """As our tables call it."""
        names = {"photo": "media", "missing": "media", "event": "system", "gone": "unavailable"}
        return names.get(self.what, self.what)

    @property
    def parts(self) -> list[str]:
        """The text in the pieces that entities cut it into."""
        edges = sorted({0, len(self.text), *(cut for cut in self.cuts if cut < len(self.text))})
        return [self.text[start:end] for start, end in pairwise(edges)]

    @property
    def path(self) -> str | None:
        """Where the file lies that hangs on it."""
        return {"photo": "photos/1@x.jpg", "sticker": "stickers/a.webp", "voice": "voice/1.ogg"}.get(self.what)


@dataclass
class Chat:
    """A chat with its people by id; the first of them owns the account, and the second is the other one of a chat of two."""

    type: str
    name: str
    people: dict[int, str]
    messages: list[Meant]
    ahead: int

    @property
    def number(self) -> int:
        """The chat's id."""
        return list(self.people)[1] if self.type == "personal_chat" else 4_242

    def clock(self, at: datetime) -> datetime:
        """A time on the computer that exports."""
        return at.astimezone(timezone(timedelta(minutes=self.ahead)))


@st.composite
def chats(draw: st.DrawFn, *, control: bool = False) -> Chat:
    """Any chat; with `control`, characters that pages cannot show and JSON shows in a way of its own."""
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=2, max_size=4, unique=True))
    people = {draw(st.integers(1 << 20, 1 << 22)) * 10 + n: name for n, name in enumerate(names)}
    kind = "private_group" if len(people) > 2 else draw(st.sampled_from(("personal_chat", "private_supergroup")))
    typed = st.one_of(_typed, _control) if control else _typed
    at = datetime(2023, 8, 23, 20, 11, 23, tzinfo=UTC)
    messages: list[Meant] = []
    for number in range(1, draw(st.integers(2, 12))):
        at += timedelta(seconds=draw(st.sampled_from((0, 1, 40, 899, 901, 5_000, 90_000))))
        meant = Meant(number, at, draw(st.sampled_from(list(people))), draw(st.sampled_from(KINDS)))
        if meant.what in ("text", "photo", "poll"):
            meant.text = draw(typed)
            if meant.what == "poll":
                meant.text = "\n".join(filter(None, map(str.strip, meant.text.split("\n")))) or "?"
            meant.cuts = draw(st.lists(st.integers(1, 20), max_size=2))
        if meant.what not in ("event", "call", "gone"):
            meant.forwarded, meant.edited = draw(st.sampled_from((False, False, True))), draw(st.booleans())
            meant.reply_to = draw(st.sampled_from((None, number - 1))) or None
            meant.reactions = draw(
                st.lists(st.tuples(st.sampled_from("❤😂👍"), st.sampled_from(list(people))), max_size=2, unique=True)
            )
        messages.append(meant)
    return Chat(kind, names[1], people, messages, draw(st.sampled_from((0, 120, -480, 345))))


def json_chat(chat: Chat) -> dict[str, Any]:
    """The object of a chat."""
    messages = [_message(chat, meant) for meant in chat.messages]
    return {"name": chat.name, "type": chat.type, "id": chat.number, "messages": messages}


def json_account(all_chats: list[Chat], owner: int) -> dict[str, Any]:
    """The object of a whole account."""
    return {
        "about": "Here is the data",
        "personal_information": {"user_id": owner, "first_name": "x", "bio": '{ "user_id": 5 }'},
        "contacts": {"about": "", "list": [{"first_name": "messages"}]},
        "chats": {"about": "", "list": [json_chat(chat) for chat in all_chats[:-1]]},
        "left_chats": {"about": "", "list": [json_chat(chat) for chat in all_chats[-1:]]},
    }


def serialized(value: Any, *, indent: int | None) -> str:
    """JSON as the app writes it: control characters as `\\x1F`, except for line ends and tabs."""
    content = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub(r"(\\+)u00(1[0-9a-f]|0[0-8bcef])", _escape, content)


def _escape(match: re.Match[str]) -> str:
    return match[0] if len(match[1]) % 2 == 0 else f"{match[1]}x{match[2].upper()}"


def _message(chat: Chat, meant: Meant) -> dict[str, Any]:
    name, is_service = chat.people[meant.sender], meant.what in ("event", "call")
    who = "actor" if is_service else "from"
    message: dict[str, Any] = {
        "id": meant.number,
        "type": "service" if is_service else "message",
        "date": f"{chat.clock(meant.at):%Y-%m-%dT%H:%M:%S}",
        "date_unixtime": str(int(meant.at.timestamp())),
        **({"edited": "2023-09-01T00:00:00", "edited_unixtime": "1693526400"} if meant.edited else {}),
        who: name,
        f"{who}_id": f"user{meant.sender}",
        **({"forwarded_from": None} if meant.forwarded else {}),
        **({"reply_to_message_id": meant.reply_to} if meant.reply_to else {}),
        **_MEDIA.get(meant.what, {}),
        "text": "" if meant.what == "poll" else _text(meant.parts),
        "text_entities": [] if meant.what == "poll" else [{"type": "plain", "text": part} for part in meant.parts],
    }
    if meant.what == "poll":
        question, *answers = meant.text.split("\n")
        shown = [{"text": answer, "voters": 1, "chosen": False} for answer in answers]
        message["poll"] = {"question": question, "closed": False, "total_voters": 3, "answers": shown}
    if meant.reactions:
        message["reactions"] = [
            {"type": "emoji", "count": 1, "emoji": emoji, "recent": [{"from": chat.people[who], "from_id": "user1"}]}
            for emoji, who in meant.reactions
        ]
    return message


def _text(parts: list[str]) -> Any:
    """One plain part as a string, more as a list of strings and objects."""
    if len(parts) < 2:
        return "".join(parts)
    return [part if n % 2 else {"type": "bold", "text": part} for n, part in enumerate(parts)]


_MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"photo": "photos/1@x.jpg", "photo_file_size": 5, "width": 10, "height": 10},
    "missing": {"file": NOT_INCLUDED, "file_name": "a.pdf", "mime_type": "application/pdf"},
    "sticker": {"file": "stickers/a.webp", "thumbnail": "stickers/a_thumb.jpg", "media_type": "sticker"},
    "voice": {"file": "voice/1.ogg", "media_type": "voice_message", "duration_seconds": 3},
    "location": {"location_information": {"latitude": 1.5, "longitude": 2}},
    "contact": {"contact_information": {"first_name": "Cy", "last_name": "", "phone_number": "+1 555 0100"}},
    "call": {"action": "phone_call", "duration_seconds": 12, "discard_reason": "hangup"},
    "event": {"action": "edit_group_title", "title": "Chess"},
    "gone": {"photo": "(File unavailable, please try again later)", "self_destruct_period_seconds": 5},
}
