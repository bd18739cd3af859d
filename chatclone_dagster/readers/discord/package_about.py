"""What the data package says about a channel and its owner, in the files around the messages.

`index.json` names channels in English whatever the language of the account: `Direct Message with ada#0`, `general in Chess Club`,
`Unknown channel in Chess Club`; groups by their names, or not at all.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from chatclone_dagster.readers.contract import ExportFile, UnreadableError
from chatclone_dagster.readers.discord import chat as chats
from chatclone_dagster.readers.discord.chat import Chat
from chatclone_dagster.readers.discord.markup import Names
from chatclone_dagster.readers.discord.message import identifier
from chatclone_dagster.readers.files.json_values import dicts, record, string

FOLDER = re.compile(r"(?:^|[/\\!])c?(\d{15,20})[/\\][^/\\]*$")
"""A path in a channel's folder."""
_DIRECT = re.compile(r"Direct Message with (.+)")
_LARGEST = 64 << 20  # bytes; an index of a million channels
_NAMELESS = ("None", "Unknown channel")
_UNKNOWN = "Unknown Participant"


@dataclass
class About:
    """The chat, its owner (id and name, as far as the package has them), and the names of people it mentions."""

    chat: Chat
    owner_id: str | None
    owner_name: str | None
    names: Names = field(default_factory=Names)


def about(file: ExportFile) -> About:
    """What there is to know about the channel a file of messages belongs to; each of the files around it may be missing."""
    channel, user = _load(file.beside("channel.json")), _load(file.beside("../../*/user.json"))
    in_folder = FOLDER.search(file.name)
    key = identifier(channel.get("id")) or (in_folder[1] if in_folder else None)
    listed = _title(_load(file.beside("../index.json")).get(key or ""))
    direct = _DIRECT.fullmatch(listed)
    peer = re.sub(chats.NO_NUMBER, "", direct[1]) if direct else ""
    is_group = chats.is_group(channel.get("type"))
    server = string(record(channel.get("guild")).get("name"))
    title = peer or string(channel.get("name")) or listed or key or chats.of_name(file).name
    chat = Chat(key, title, (False if direct else None) if is_group is None else is_group, server)
    found = About(chat, identifier(user.get("id")), _name(user))
    found.names.people.update(_people(user))
    people = map(identifier, _list(channel.get("recipients")))
    others = {person for person in people if person and person.isdecimal()} - {found.owner_id}  # not "Deleted User"
    if peer not in ("", _UNKNOWN) and len(others) == 1:
        found.names.people.setdefault(others.pop(), peer)
    if key and chat.name != key:
        found.names.channels[key] = chat.name
    return found


def _people(user: dict[str, Any]) -> dict[str, str]:
    """The owner, friends and others the account has to do with, by id."""
    known = {}
    for relation in [*dicts(user.get("relationships")), {"user": user}]:
        person = record(relation.get("user"))
        key, name = identifier(person.get("id")), string(relation.get("nickname")) or _name(person)
        if key and name:
            known[key] = name
    return known


def _name(user: dict[str, Any]) -> str | None:
    return string(user.get("global_name")) or string(user.get("username")) or None


def _title(listed: Any) -> str:
    return "" if string(listed) in _NAMELESS else string(listed)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _load(file: ExportFile | None) -> dict[str, Any]:
    """The object in a small JSON file; an empty one if there is no such file, or it is broken."""
    if file is None or file.size > _LARGEST:
        return {}
    try:
        with file.open() as stream:
            return record(orjson.loads(stream.read(_LARGEST).removeprefix(codecs.BOM_UTF8)))
    except (orjson.JSONDecodeError, UnreadableError, OSError):
        return {}
