"""Chats and people in a `result.json`: their ids, their names, and who owns the account.

Ids come in three spellings: `user123` (since 2021), plain numbers, and numbers raised by 2³² for users and by 2·2³² for groups.
They are brought to the first, so that an old and a new export of a chat name the same people.

The owner is named in the export of a whole account, is the one peer of the saved messages, and in a chat of two the one who is not
its peer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chatclone_dagster.readers.files.json_values import record, string
from chatclone_dagster.readers.telegram.json_message import Message

_TYPES: dict[str, tuple[str, bool, str]] = {
    "saved_messages": ("user", False, "Saved Messages"),
    "replies": ("user", True, "Replies"),
    "verification_codes": ("user", False, "Verification Codes"),
    "personal_chat": ("user", False, "Deleted Account"),
    "bot_chat": ("user", False, "Deleted Account"),
    "private_group": ("chat", True, "Deleted Group"),
    **dict.fromkeys(("private_supergroup", "public_supergroup"), ("channel", True, "Deleted Group")),
    **dict.fromkeys(("private_channel", "public_channel"), ("channel", True, "Deleted Channel")),
}
"""A chat's type → what its id is an id of, whether more than two people may write, its name where it has none."""
_PAIRS = ("personal_chat", "bot_chat")
_SHIFT = 32  # bits; the ids of accounts were shorter then
_RAISED = {1: "user", 2: "chat"}


@dataclass
class Chat:
    """What is the same for all messages of a chat; `peer` is the id of the chat itself, of the other person in a chat of two."""

    type: str
    key: str
    name: str
    is_group: bool | None
    peer: str | None


def peer_id(value: Any) -> str | None:
    """An id in the spelling of new exports; None if it is none."""
    if isinstance(value, str):
        return value or None
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    kind = _RAISED.get(value >> _SHIFT)
    return f"{kind}{value & (1 << _SHIFT) - 1}" if kind else f"user{value}"


def chat_of(head: Message, stem: str, *, is_raised: bool) -> Chat:
    """The chat whose members besides its messages are in `head`; `stem` names one that says nothing of itself."""
    kind = string(head.get("type"))
    prefix, is_group, nameless = _TYPES.get(kind, ("", None, ""))
    number, name = head.get("id"), string(head.get("name")) or nameless
    if is_raised and isinstance(number, int) and number >> _SHIFT in _RAISED:
        number &= (1 << _SHIFT) - 1
    peer = f"{prefix}{number}" if isinstance(number, int | str) and number else None
    return Chat(kind, peer or name or stem, name or peer or stem, is_group, peer)


def are_raised(items: list[Any]) -> bool:
    """Whether the ids among messages are of the spelling in which those of users and groups are raised."""
    found = (sender_id(item) for item in items if isinstance(item, dict))
    number = next((number for number in found if number is not None), None)
    return isinstance(number, int) and number >> _SHIFT in _RAISED


def named_owner(around: tuple[Message, ...]) -> str | None:
    """The owner's id, where the export says whose account it is; `around` are the objects around a chat."""
    number = record(around[0].get("personal_information")).get("user_id") if around else None
    return f"user{number}" if isinstance(number, int | str) and str(number).isdecimal() else None


def owner_of(chat: Chat, items: list[Any]) -> str | None:
    """The owner's id, where the chat tells: its one peer, or the one whom the other person talks to."""
    if chat.type == "saved_messages":
        return chat.peer
    if chat.type not in _PAIRS or chat.peer is None:
        return None
    people = {peer_id(sender_id(item)) for item in items if isinstance(item, dict)} - {None}
    others = people - {chat.peer}
    return others.pop() if chat.peer in people and len(others) == 1 else None


def sender_id(message: Message) -> Any:
    """The id of who sent a message, or did what it tells of, as it is written."""
    return message.get("from_id", message.get("actor_id"))


def sender_of(message: Message, chat: Chat, owner: str | None) -> tuple[str | None, str | None, bool | None]:
    """Id, name, and whether it is the owner. A deleted account has an id and no name, a post in an old channel has neither."""
    key, name = peer_id(sender_id(message)), string(message.get("from", message.get("actor"))) or None
    if key is None and name is None and chat.type.endswith("_channel"):
        return chat.peer or chat.name, chat.name, None
    if key is None or owner is not None:
        return key or name, name, None if key is None else key == owner
    return key, name, False if chat.type in _PAIRS and key == chat.peer else None


def reply_to(message: Message, chat: Chat) -> str | None:
    """What a message answers; a message of another chat is none of this one's, whatever its number."""
    number, other = message.get("reply_to_message_id"), message.get("reply_to_peer_id")
    is_here = other is None or peer_id(other) == chat.peer
    return str(number) if isinstance(number, int | str) and number and is_here else None
