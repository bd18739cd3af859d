"""Who and what the ids in a Slack export stand for: the lists of people and chats that lie beside the folders of messages.

`users.json` (`org_users.json` for a whole organisation), `channels.json`, `groups.json` (private channels), `dms.json` (pairs,
known by ids only) and `mpims.json` (groups without a name of their own). An export of public channels lacks the last three.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files.json_list import whole_characters
from chatclone_dagster.readers.files.json_values import dicts, record, string, strings
from chatclone_dagster.readers.files.text import encoding_of

SLACKBOT = "USLACKBOT"
PEOPLE = ("users.json", "org_users.json")
CHATS = {"channels.json": True, "groups.json": True, "mpims.json": True, "dms.json": False}
"""The lists of chats, and whether more than two people take part."""
_LARGEST = 64 << 20  # bytes; 40,000 people
_PAIR = re.compile(r"D[A-Z0-9]{6,}")


@dataclass(frozen=True, slots=True)
class Person:
    """A member, or an app that writes as one."""

    name: str
    is_app: bool


@dataclass(frozen=True, slots=True)
class Chat:
    """A channel, a group or a pair."""

    key: str
    name: str
    is_group: bool | None


@dataclass
class Workspace:
    """People by id, chats by id and by name."""

    people: dict[str, Person] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)

    def name_of(self, key: str) -> str | None:
        """The name of a person or a chat by its id."""
        found = self.people.get(key) or self.chats.get(key)
        return found.name if found else None

    def learn(self, messages: list[dict[str, Any]]) -> None:
        """Take the names of people that no list holds, guests of other workspaces, from the profiles in messages."""
        for message in messages:
            key, name = string(message.get("user")), name_in(record(message.get("user_profile")))
            if key and name and key not in self.people:
                self.people[key] = Person(name, is_app=bool(message.get("bot_id")))

    def chat_of(self, key: str, name: str) -> Chat:
        """The chat of an id, or of a folder's name; one that the lists do not hold goes by the name."""
        kind = False if _PAIR.fullmatch(key) else True if key[:1] in ("C", "G") and key != name else None
        return self.chats.get(key) or Chat(key, name, True if name.startswith("mpdm-") else kind)


def workspace_beside(file: ExportFile, folder: str, out: Out) -> Workspace:
    """Read the lists in a folder given by its path from a file (`""` or `../`); what they lack keeps its id as a name."""
    found = Workspace()
    for name in PEOPLE:
        for person in _list(file.beside(folder + name), name, out):
            found.people[person["id"]] = Person(name_in(person) or person["id"], person.get("is_bot") is True)
    for name, is_group in CHATS.items():
        for chat in _list(file.beside(folder + name), name, out):
            title = _title(chat, found.people)
            entry = Chat(chat["id"], title, is_group)
            found.chats.setdefault(chat["id"], entry)
            if isinstance(chat.get("name"), str):
                found.chats.setdefault(chat["name"], entry)
    return found


def name_in(person: dict[str, Any]) -> str | None:
    """The name that Slack shows for someone: the one they chose, else their full one, else the account's."""
    profile = record(person.get("profile")) or person
    names = (profile.get("display_name"), profile.get("real_name"), person.get("real_name"), person.get("name"))
    return next((name for name in map(string, names) if name.strip()), None)


def _title(chat: dict[str, Any], people: dict[str, Person]) -> str:
    """A chat's name; where it has none but a made-up one, those of its members."""
    name = string(chat.get("name"))
    if name and not name.startswith("mpdm-"):
        return name
    members = [people[key].name if key in people else key for key in dict.fromkeys(strings(chat.get("members")))]
    return ", ".join(members) or name or chat["id"]


def _list(file: ExportFile | None, name: str, out: Out) -> Iterator[dict[str, Any]]:
    """The entries of a list that have an id."""
    if file is None:
        return
    try:
        with file.open() as stream:
            entries = _parsed(stream.read(_LARGEST + 1))
    except (OSError, UnreadableError):
        out.issue(0, f"{name} cannot be read; the people and chats in it are named by their ids")
        return
    for entry in entries:
        if isinstance(entry.get("id"), str):
            yield entry


@lru_cache(8)  # every day of every chat asks for the same lists
def _parsed(data: bytes) -> list[dict[str, Any]]:
    try:
        return dicts(orjson.loads(data))
    except orjson.JSONDecodeError:
        encoding, skip = encoding_of(data)
    try:
        return dicts(whole_characters(json.loads(data[skip:].decode(encoding, errors="replace"))))
    except (ValueError, RecursionError):
        raise UnreadableError("damaged, or too large") from None
