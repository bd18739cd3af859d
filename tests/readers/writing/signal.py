"""A Signal chat as it was meant, and the writers of sigexport's two files."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

OWNER = "Me"


@dataclass
class Message:
    """A message as it was meant. `answers` is an earlier one; `versions` are former texts."""

    at: datetime
    sender: str
    kind: str = "text"
    text: str = ""
    answers: Message | None = None
    versions: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


_LINES = (
    "ok",
    "[2024-05-29 15:04:05] Aya: not a header",
    "(- no reaction -)",
    "- a list\n- of things",
    "see [this](https://example.org/a)",
    "![x](y)",
    "> not a quote",
    "From: Aya\nTo: Jim",
    "(( well ))",
    "🎉🎉",
    "مرحبا\n\n\nbye",
    "a\u2028b\x0bc",
    "Missed call me",
    "no: really, yes",
)
_typed = st.lists(
    st.one_of(
        st.sampled_from(_LINES),
        st.text(
            st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="`\ufffc"),
            min_size=1,
            max_size=30,
        ),
    ),
    min_size=1,
    max_size=3,
).map("\n".join)
PEOPLE = ("Aya", "Jim", "ZoëMüller", "日本")
_FILES = ("2024-05-29T15-04-05.123_00_a (1).jpg", "2024-05-29_00_b[2].pdf", "2024-05-29_01_c d.mp4")
_KINDS = ("text",) * 8 + ("media", "voice", "sticker", "deleted", "call")


@st.composite
def chats(draw: st.DrawFn, people: int = 3) -> list[Message]:
    """A chat of the owner with up to so many others; milliseconds differ."""
    names = [OWNER, *PEOPLE[:people]]
    at = datetime(2024, 5, 29, 15, 4, 5, 120_000)  # noqa: DTZ001
    messages: list[Message] = []
    for _ in range(draw(st.integers(2, 14))):
        at += timedelta(seconds=draw(st.integers(1, 90_000)), milliseconds=draw(st.integers(0, 999)))
        message = Message(at, draw(st.sampled_from(names)), draw(st.sampled_from(_KINDS)))
        if message.kind in ("text", "media"):
            message.text = draw(_typed).strip() or "ok"
            if draw(st.integers(0, 6)) == 0:
                message.versions = draw(st.lists(_typed, max_size=2))
            said = [one for one in messages if one.text]
            if draw(st.booleans()) and said:
                message.answers = draw(st.sampled_from(said))
        if message.kind == "media":
            message.files = draw(st.lists(st.sampled_from(_FILES), min_size=1, max_size=2, unique=True))
        if message.kind == "voice":
            message.files = ["2024-05-29_00_None.aac"]
        if message.kind not in ("deleted", "call"):
            message.reactions = draw(st.lists(st.tuples(st.sampled_from("❤😂👍"), st.sampled_from(names)), max_size=2))
        messages.append(message)
    return messages


def ms_of(at: datetime) -> int:
    """A UTC time in milliseconds since 1970."""
    return round(at.replace(tzinfo=UTC).timestamp() * 1000)


def account_of(name: str) -> str:
    """The id of somebody's account."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def _quote(message: Message) -> str:
    return "\n\n> " + message.answers.text.replace("\n", "\n> ") + "\n\n" if message.answers else ""


def _body(message: Message) -> str:
    return ("Outgoing voice call (accepted, 3m 2s)" if message.kind == "call" else message.text) + "  "


def markdown(messages: list[Message], *, old: bool = False) -> str:
    """sigexport's chat.md; `old`: minutes only, no empty line between messages."""
    out = ""
    for message in messages:
        stamp = message.at.strftime("%Y-%m-%d, %H:%M" if old else "%Y-%m-%d %H:%M:%S")
        body = _body(message)
        if message.reactions:
            body += "\n(- " + ", ".join(f"{who}: {emoji}" for emoji, who in message.reactions) + " -)"
        if message.kind == "sticker":
            body += "\n(( 🐺 ))"
        for name in message.files:
            link = "./media/" + name.replace(" ", "%20")
            body += ("!" if name.endswith(".jpg") else "") + f"[{name}]({link})  "
        if message.kind == "deleted":
            out += f"[{stamp}] {message.sender}: (This message was deleted)\n"
        else:
            out += f"[{stamp}] {message.sender}: {_quote(message)}{body}\n"
        out += "" if old else "\n"
    return out


def data_json(messages: list[Message]) -> str:
    """sigexport's data.json."""
    lines = [
        {
            "date": message.at.isoformat(),
            "sender": message.sender,
            "body": _body(message),
            "quote": _quote(message),
            "sticker": {"id": "1", "packId": "p", "packKey": "k", "emoji": "🐺", "extension": None}
            if message.kind == "sticker"
            else None,
            "reactions": [[who, emoji] for emoji, who in message.reactions],
            "attachments": [{"name": name, "path": "media/" + name.replace(" ", "%20")} for name in message.files],
            "deleted": message.kind == "deleted",
            "call": message.kind == "call",
            "missed": False,
            "edits": [{"date": message.at.isoformat(), "body": text} for text in message.versions],
        }
        for message in messages
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
