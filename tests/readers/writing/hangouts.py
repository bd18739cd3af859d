"""`Hangouts.json` in both layouts, with what each event means."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

SELF = "100"
NAMES = {SELF: "Olive", "101": "Ada Zoë", "102": "בו", "103": "+491700000000"}


@dataclass
class Meant:
    """An event as it was meant, in the columns of tables.RAW_ROWS."""

    platform_id: str
    conversation_key: str
    conversation_name: str
    is_group: bool
    sent_local: datetime
    sender_key: str
    sender_name: str
    from_owner: bool
    kind: str = "text"
    text: str = ""
    attachments: list[str] = field(default_factory=list)


def person(key: str) -> dict[str, str]:
    return {"gaia_id": key, "chat_id": key}


def about(members: list[str], key: str, name: str | None = None) -> dict[str, Any]:
    """What the file says about a chat."""
    people = [
        {"id": person(who), "phone_number": {"e164": NAMES[who]}}
        if NAMES[who].startswith("+")
        else {"id": person(who), "fallback_name": NAMES[who]}
        for who in members
    ]
    return {
        "id": {"id": key},
        "type": "GROUP" if len(members) > 2 else "STICKY_ONE_TO_ONE",
        "self_conversation_state": {"self_read_state": {"participant_id": person(SELF)}},
        "participant_data": people,
    } | ({"name": name} if name else {})


def file_of(chats: list[tuple[dict[str, Any], list[Any]]], *, is_new: bool) -> Any:
    """Chats with their events in one of the layouts."""
    if is_new:
        return {
            "conversations": [
                {"conversation": {"conversation_id": chat["id"], "conversation": chat}, "events": events}
                for chat, events in chats
            ]
        }
    states = [{"conversation_id": chat["id"], "conversation": chat, "event": events} for chat, events in chats]
    return {
        "continuation_end_timestamp": "0",
        "conversation_state": [
            {"conversation_id": state["conversation_id"], "conversation_state": state} for state in states
        ],
    }


_text = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=20).filter(str.strip)
_LINK = "https://lh3.example.org/a.jpg"
_ATTACHED = {
    "media": [
        {
            "type": ["PLUS_PHOTO"],
            "id": "1",
            "plus_photo": {"thumbnail": {"image_url": "x"}, "original_content_url": _LINK},
        }
    ],
    "old media": [{"type": ["PLUS_PHOTO"], "embeds.PlusPhoto.plus_photo": {"media_type": "PHOTO", "url": _LINK}}],
    "voice": [{"type": ["PLUS_AUDIO_V2"], "plus_audio_v2": {"url": _LINK}}],
    "location": [{"type": ["PLACE_V2", "THING_V2"], "place_v2": {"name": "here", "url": _LINK}}],
}
_EVENTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "call": ({"event_type": "HANGOUT_EVENT", "hangout_event": {"event_type": "END_HANGOUT"}}, {"kind": "call"}),
    "join": (
        {
            "event_type": "ADD_USER",
            "membership_change": {"type": "JOIN", "participant_id": [person("101"), person("9")]},
        },
        {"kind": "system", "text": "ADD_USER: Ada Zoë, 9"},
    ),
    "rename": (
        {"event_type": "RENAME_CONVERSATION", "conversation_rename": {"new_name": "Club", "old_name": ""}},
        {"kind": "system", "text": "RENAME_CONVERSATION: Club"},
    ),
    "history": ({"event_type": "OTR_MODIFICATION"}, {"kind": "system", "text": "OTR_MODIFICATION"}),
    "empty": ({"event_type": "REGULAR_CHAT_MESSAGE", "chat_message": {"message_content": {}}}, {"kind": "unavailable"}),
    "voicemail": (
        {
            "event_type": "VOICEMAIL",
            "chat_message": {"message_content": {"segment": [{"type": "TEXT", "text": "hello"}]}},
        },
        {"kind": "voice"},
    ),
}


def _message(draw: st.DrawFn, meant: Meant) -> dict[str, Any]:
    """A message of several lines, one of them a link, maybe with something attached."""
    segments: list[dict[str, Any]] = []
    for line in draw(st.lists(_text, min_size=1, max_size=3)):
        if segments:
            segments.append(draw(st.sampled_from(({"type": "LINE_BREAK"}, {"type": "LINE_BREAK", "text": "\n"}))))
            meant.text += "\n"
        kind = draw(st.sampled_from(("TEXT", "LINK")))
        segments.append({"type": kind, "text": line, "link_data": {"link_target": "https://example.org"}})
        meant.text += line
    content: dict[str, Any] = {"segment": segments}
    attached = draw(st.sampled_from(("", "", *_ATTACHED)))
    if attached:
        content["attachment"] = [{"embed_item": item} for item in _ATTACHED[attached]]
        meant.kind, meant.attachments = attached.removeprefix("old "), [_LINK]
    return {
        "event_type": draw(st.sampled_from(("REGULAR_CHAT_MESSAGE", "SMS", "MMS"))),
        "chat_message": {"message_content": content},
    }


@st.composite
def hangouts_files(draw: st.DrawFn, *, is_new: bool) -> tuple[str, list[Meant]]:
    """A file of several chats, and its events in the order of the file, which is not that of time."""
    chats: list[tuple[list[str], str, str | None, list[Any]]] = []
    means: list[Meant] = []
    for number in range(draw(st.integers(1, 3))):
        members = [SELF, *draw(st.lists(st.sampled_from(sorted({*NAMES} - {SELF})), min_size=1, unique=True))]
        name = draw(st.sampled_from((None, "Club")))
        title = name or ", ".join(NAMES[who] for who in members[1:])
        events = []
        for _ in range(draw(st.integers(1, 5))):
            micros = draw(st.integers(1_300_000_000_000_000, 1_660_000_000_000_000))
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
            who = draw(st.sampled_from(members))
            chat = (f"Ug{number}", title, len(members) > 2)
            meant = Meant(f"e{len(means)}", *chat, at.replace(tzinfo=None), who, NAMES[who], who == SELF)
            kind = draw(st.sampled_from(("message",) * 6 + tuple(_EVENTS)))
            members_of, overrides = _EVENTS.get(kind, ({}, {}))
            for column, value in overrides.items():
                setattr(meant, column, value)
            event = {"sender_id": person(who), "timestamp": str(micros), "event_id": meant.platform_id}
            events.append(event | (members_of or _message(draw, meant)))
            means.append(meant)
        chats.append((members, f"Ug{number}", name, events))
    if not any("101" in members for members, *_ in chats):
        for meant in means:
            meant.text = meant.text.replace("ADD_USER: Ada Zoë", "ADD_USER: 101")
    content = file_of([(about(members, key, name), events) for members, key, name, events in chats], is_new=is_new)
    return json.dumps(content, ensure_ascii=draw(st.booleans())), means
