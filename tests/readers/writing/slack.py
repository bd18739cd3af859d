"""A day of a Slack export, or slackdump's file of a chat, with what each message means."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

PEOPLE = {"U0000001": "Ada", "U0000002": "Zoë <&>", "W0000003": "bo :joy: |", "U0000004": "אבי"}
APP = "U0000009"
CHAT = ("C0000001", "general")

# What Slack writes, and what was typed; joined by blanks, so that no piece runs into the next.
_MARKUP = (
    ("<@U0000001>", "@Ada"),
    ("<@U0000002|old name>", "@Zoë <&>"),
    ("<@U7777777|guest>", "@guest"),
    ("<#C0000001|renamed>", "#general"),
    ("<#C7777777|>", "#C7777777"),
    ("<!here>", "@here"),
    ("<!subteam^S0000001|@team>", "@team"),
    ("<!date^1392734382^{date}|18 Feb>", "18 Feb"),
    ("<https://example.org/?a=1&amp;b=2>", "https://example.org/?a=1&b=2"),
    ("<https://example.org|a &lt;label&gt;>", "a <label>"),
    ("<mailto:ada@example.org|ada@example.org>", "ada@example.org"),
    ("&lt;@U0000001&gt;", "<@U0000001>"),
    ("&amp;lt;", "&lt;"),
    (":joy:", "😂"),
    (":+1::skin-tone-4:", "👍🏽"),
    (":flag-nl::heart:", "🇳🇱❤️"),
    (":our_own:", ":our_own:"),
    ("10:100:20", "10:100:20"),
    ("`:joy: &lt;b&gt;`", "`:joy: <b>`"),
    ("```\n:joy: <@U0000001>\n```", "```\n:joy: @Ada\n```"),
    ("line\n&gt; quote", "line\n> quote"),
)
_plain = st.text(st.characters(codec="utf-8", exclude_characters=":`"), min_size=1, max_size=20)
_piece = st.one_of(st.sampled_from(_MARKUP), _plain.map(lambda text: (_escaped(text), text)))
_text = st.lists(_piece, min_size=1, max_size=5).filter(lambda pieces: any(text.strip() for _, text in pieces))
_NAMES = (("+1", "👍"), ("man-shrugging::skin-tone-2", "🤷🏻\u200d♂️"), ("flag-us", "🇺🇸"), ("our_own", ":our_own:"))
_NOT_PLAIN = re.compile("[:`]")
_FILE = {"id": "F1", "mode": "hosted", "url_private": "https://files.example.org/F1/a.png"}
_MEDIA = {"kind": "media", "attachments": [_FILE["url_private"]]}
_SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "me": ({"subtype": "me_message"}, {}),
    "file": ({"files": [_FILE]}, _MEDIA),
    "bare file": ({"text": "", "files": [_FILE]}, _MEDIA | {"text": ""}),
    "voice": ({"text": "", "files": [_FILE | {"subtype": "slack_audio"}]}, _MEDIA | {"text": "", "kind": "voice"}),
    "gone": ({"text": "", "files": [{"id": "F1", "mode": "tombstone"}]}, {"text": "", "kind": "unavailable"}),
    "join": ({"subtype": "channel_join"}, {"kind": "system"}),
    "topic": ({"subtype": "channel_topic"}, {"kind": "system"}),
    "app": ({"user": APP, "bot_id": "B1"}, {"kind": "system", "sender_key": APP}),
    "deleted": (
        {"text": "This message was deleted.", "subtype": "tombstone", "user": "USLACKBOT"},
        {"text": "", "kind": "deleted", "sender_key": None},
    ),
    "huddle": ({"text": "A huddle started", "subtype": "huddle_thread", "room": {}}, {"text": "", "kind": "call"}),
}
"""Kinds of messages that are more than text: the members they have, and what these mean."""
_KINDS = ("text",) * 6 + ("forwarded", "blocks", *_SHAPES)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass
class Meant:
    """A message as it was meant, in the columns of tables.RAW_ROWS."""

    platform_id: str
    sent_local: datetime
    sender_key: str | None
    kind: str = "text"
    text: str = ""
    reply_to: str | None = None
    forwarded: bool = False
    edited: bool = False
    reactions: list[dict[str, str]] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    folded: str | None = None


def lists() -> dict[str, str]:
    """The lists of people and chats that lie beside the folders."""
    people: list[dict[str, Any]] = [
        {"id": key, "team_id": "T1", "name": f"n{key}", "profile": {"display_name": "", "real_name": name}}
        for key, name in PEOPLE.items()
    ]
    people.append({"id": APP, "team_id": "T1", "is_bot": True, "profile": {"display_name": "helper"}})
    key, name = CHAT
    chats = [{"id": key, "name": name, "created": 1, "creator": "U0000001", "members": list(PEOPLE)}]
    return {"users.json": json.dumps(people), "channels.json": json.dumps(chats), "groups.json": "[]"}


def _content(kind: str, pieces: list[tuple[str, str]], meant: Meant) -> dict[str, Any]:
    """The members of a message of some kind; what they mean goes to `meant`."""
    written, meant.text = " ".join(piece[0] for piece in pieces), " ".join(piece[1] for piece in pieces)
    if kind == "forwarded":
        meant.forwarded = True
        return {"text": "", "attachments": [{"is_share": True, "text": written, "fallback": "x"}]}
    if kind == "blocks":
        said = _NOT_PLAIN.sub("-", meant.text)
        meant.text = said + "😂"
        elements = [{"type": "text", "text": said}, {"type": "emoji", "name": "joy"}]
        section = {"type": "rich_text_section", "elements": elements}
        return {"text": "", "blocks": [{"type": "rich_text", "elements": [section]}]}
    members, means = _SHAPES.get(kind, ({}, {}))
    for name, value in means.items():
        setattr(meant, name, value)
    return {"text": written, **members}


@st.composite
def slack_chats(draw: st.DrawFn, *, is_dump: bool) -> tuple[str, list[Meant]]:
    """A file, and its messages in the order of the file; in a dump, replies stand inside the message they answer."""
    at = datetime(2024, 1, 31, 22, 0, tzinfo=UTC)
    top: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    means: list[Meant] = []
    for _ in range(draw(st.integers(1, 10))):
        at += timedelta(microseconds=draw(st.integers(1, 10**11)))
        sender = draw(st.sampled_from(sorted(PEOPLE)))
        ts = f"{int(at.timestamp())}.{at.microsecond:06}"
        meant = Meant(ts, at.replace(tzinfo=None), sender)
        message = {
            "type": "message",
            "user": sender,
            "ts": ts,
            **_content(draw(st.sampled_from(_KINDS)), draw(_text), meant),
        }
        if draw(st.booleans()):
            message["edited"], meant.edited = {"user": sender, "ts": ts}, True
        reactions = draw(st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(sorted(PEOPLE))), max_size=2))
        message["reactions"] = [{"name": name, "users": [who], "count": 1} for (name, _), who in reactions]
        meant.reactions = [{"emoji": emoji, "sender": PEOPLE[who]} for (_, emoji), who in reactions]
        is_answer = draw(st.booleans())
        if heads and is_answer:
            head = heads[-1]
            head["thread_ts"] = message["thread_ts"] = meant.reply_to = head["ts"]
            (head.setdefault("slackdump_thread_replies", []) if is_dump else top).append(message)
        else:
            top.append(message)
            heads.append(message)
        means.append(meant)
    file: Any = {"channel_id": CHAT[0], "name": CHAT[1], "messages": top} if is_dump else top
    return json.dumps(file, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from((None, 2)))), means
