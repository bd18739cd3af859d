"""Who and which chats an official export names: the frames `account`, `recipient` and `chat`."""

from __future__ import annotations

import hashlib
import uuid
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from chatclone_dagster.readers.files.json_values import record, string
from chatclone_dagster.readers.signal.values import number

_OWN_CHAT = "Note to Self"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or a group. `key` is the same in every export: an account's id, else the number; a hash of a group's secret."""

    key: str
    name: str
    is_group: bool | None = False
    is_self: bool = False


class Directory:
    """All of them, by the numbers that frames name them by."""

    def __init__(self) -> None:
        """Empty."""
        self._people: dict[str, Person] = {}
        self._chats: dict[str, str] = {}
        self._names: dict[str, str] = {}  # by account id, in Base64 as mentions give it
        self._own_name = ""

    def add(self, frame: dict[str, Any]) -> None:
        """Take in a frame; those that are neither a recipient nor a chat nor the account say nothing here."""
        account, recipient, chat = (record(frame.get(name)) for name in ("account", "recipient", "chat"))
        if account:
            self._own_name = _full_name(account, "givenName", "familyName")
        if recipient:
            found = _person(recipient)
            self._people[reference(recipient.get("id"))] = found
            if aci := string(record(recipient.get("contact")).get("aci")):
                self._names[aci] = found.name
        if chat:
            self._chats[reference(chat.get("id"))] = reference(chat.get("recipientId"))

    def person(self, ref: str) -> Person:
        """Somebody by number; who is not in the export is called by it."""
        found = self._people.get(ref) or Person(f"recipient {ref}", f"recipient {ref}", is_group=None)
        return Person(found.key, self._own_name or found.name, is_self=True) if found.is_self else found

    def chat(self, ref: str) -> Person:
        """With whom a chat is."""
        recipient = self._chats.get(ref)
        if recipient is None:
            return Person(f"chat {ref}", f"chat {ref}", is_group=None)
        found = self._people.get(recipient)
        return Person(found.key, _OWN_CHAT) if found and found.is_self else self.person(recipient)

    def mentioned(self, aci: str) -> str:
        """The name of somebody mentioned. All but the owner are in the export with their account id."""
        return self._names.get(aci) or self._own_name


def reference(value: object) -> str:
    """A number by which a frame names another; 0 is left out."""
    return str(number(value) or 0)


def _person(recipient: dict[str, Any]) -> Person:
    if "self" in recipient:
        return Person("Me", "Me", is_self=True)
    contact, group = record(recipient.get("contact")), record(recipient.get("group"))
    if group:
        title = string(record(record(record(group.get("snapshot")).get("title"))).get("title"))
        secret = hashlib.blake2b(string(group.get("masterKey")).encode(), digest_size=16).hexdigest()
        return Person(f"group {secret}", title or "group", is_group=True)
    if contact:
        key = _service_id(contact) or _phone(contact) or string(contact.get("username"))
        name = _display_name(contact) or key or "unknown"
        return Person(key or name, name)
    name = "Signal" if "releaseNotes" in recipient else string(record(recipient.get("callLink")).get("name"))
    return Person(name or "unknown", name or "unknown", is_group=None)


def _service_id(contact: dict[str, Any]) -> str:
    for name in ("aci", "pni"):
        written = string(contact.get(name))
        try:
            return str(uuid.UUID(bytes=b64decode(written, validate=True)))
        except ValueError:
            continue
    return ""


def _phone(contact: dict[str, Any]) -> str:
    digits = number(contact.get("e164"))
    return f"+{digits}" if digits else ""


def _display_name(contact: dict[str, Any]) -> str:
    """The name the app shows: the owner's own for somebody, that of the phone book, the one they gave themselves, …"""
    return (
        _full_name(record(contact.get("nickname")), "given", "family")
        or _full_name(contact, "systemGivenName", "systemFamilyName")
        or string(contact.get("systemNickname")).strip()
        or _full_name(contact, "profileGivenName", "profileFamilyName")
        or _phone(contact)
        or string(contact.get("username")).strip()
    )


def _full_name(names: dict[str, Any], *parts: str) -> str:
    return " ".join(filter(None, (string(names.get(part)).strip() for part in parts)))
