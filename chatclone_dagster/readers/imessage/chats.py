"""Who wrote and where: handles put together to people, and chats that Messages split put together again.

A person has a handle for each number, address and service; `person_centric_id` is the same for those that Contacts knows to be one.
A conversation has a chat for each handle and each service it went over, and a group a new one where somebody's handle changed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from chatclone_dagster.readers.imessage.database import Database

ME, UNKNOWN = "Me", "Unknown"
_GROUP, _DIRECT = 43, 45  # chat.style: the signs + and -, which also stand in chat.guid
_COLUMNS = ("guid", "style", "chat_identifier", "service_name", "room_name", "display_name", "group_id")


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation; `others` are the keys of those who are in it besides the owner."""

    key: str
    name: str
    is_group: bool | None
    others: frozenset[str] = frozenset()


@dataclass
class _Row:
    """A row of the table chat, as far as it is there."""

    rowid: int
    names: dict[str, str] = field(default_factory=dict)
    is_group: bool | None = None
    others: frozenset[str] = frozenset()

    @property
    def rank(self) -> tuple[bool, str]:
        """Which of several rows of a group names it: that of iMessage, where the id is the same on every device."""
        name = self.names.get("group_id") or self.names.get("chat_identifier") or f"chat {self.rowid}"
        return self.names.get("service_name") != "iMessage", name


class People:
    """The handles: numbers and addresses that people write from."""

    def __init__(self, database: Database) -> None:
        """Read the table handle, if there is one."""
        self._ids: dict[int, str] = {}
        self._keys: dict[str, str] = {}
        groups: defaultdict[str, set[str]] = defaultdict(set)
        if database.has("handle", "id"):
            for rowid, name, person in database.scan("handle", ("id", "person_centric_id")):
                if name := _text(name):
                    self._ids[rowid] = name
                    groups[_text(person) or f"\0{name}"].add(name)
        for names in groups.values():
            first = min(names, key=lambda name: (not name.startswith("+"), name))
            self._keys |= dict.fromkeys(names, first)

    def name(self, handle: object) -> str | None:
        """The number or address of a handle."""
        return self._ids.get(handle) if isinstance(handle, int) else None

    def key(self, name: str) -> str:
        """One of a person's numbers and addresses, whichever of them is given: a number if there is one."""
        return self._keys.get(name, name)


class Chats:
    """The conversations, by the ROWID of any of their chats, by the name of their room, and by the person of a direct chat."""

    def __init__(self, database: Database, people: People) -> None:
        """Read the table chat and who is in which, as far as there are such tables."""
        self._by_rowid: dict[int, Chat] = {}
        self._by_room: dict[str, Chat] = {}
        self._direct: dict[str, Chat] = {}
        rows = _rows(database, people)
        for row in rows:
            if row.is_group is False or (row.is_group is None and len(row.others) == 1):
                self._add([row], _direct(row, people))
        groups = [row for row in rows if row.rowid not in self._by_rowid]
        for together in _same_groups(groups):
            self._add(together, _group(together))

    def get(self, rowid: int) -> Chat | None:
        """The conversation that a chat is part of."""
        return self._by_rowid.get(rowid)

    def of_orphan(self, room: object, person: str | None) -> Chat:
        """The conversation of a message that stands in no chat: by its room, by the person, or that of all such messages."""
        if name := _text(room):
            return self._by_room.get(name) or Chat(name, name, is_group=True)
        if person is None:
            return Chat("orphaned", "orphaned", is_group=None)
        return self._direct.get(person) or Chat(person, person, is_group=False, others=frozenset((person,)))

    def _add(self, rows: list[_Row], chat: Chat) -> None:
        for row in rows:
            self._by_rowid[row.rowid] = chat
            self._by_room |= {row.names[name]: chat for name in ("chat_identifier", "room_name") if name in row.names}
        if chat.is_group is False:
            self._direct.setdefault(chat.key, chat)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _rows(database: Database, people: People) -> list[_Row]:
    """The chats, those included that only the joins know."""
    others: defaultdict[int, set[str]] = defaultdict(set)
    for chat, handle in database.rows(_participants(database)):
        if name := people.name(handle):
            others[chat].add(people.key(name))
    found: dict[int, _Row] = {}
    if "chat" in database.columns:
        for rowid, *values in database.scan("chat", _COLUMNS):
            names = {column: text for column, value in zip(_COLUMNS, values, strict=True) if (text := _text(value))}
            style, sign = values[_COLUMNS.index("style")], names.get("guid", "").split(";")[1:2]
            is_group = style == _GROUP or sign == ["+"]
            known = is_group or style == _DIRECT or sign == ["-"]
            found[rowid] = _Row(rowid, names, is_group if known else None)
    for rowid, members in others.items():
        found.setdefault(rowid, _Row(rowid)).others = frozenset(members)
    return [found[rowid] for rowid in sorted(found)]


def _participants(database: Database) -> str:
    """The query for who is in a chat: as the database says, else who writes there."""
    if database.has("chat_handle_join", "chat_id", "handle_id"):
        return "SELECT CAST(chat_id AS INTEGER), CAST(handle_id AS INTEGER) FROM chat_handle_join WHERE chat_id IS NOT NULL"
    if database.has("chat_message_join", "chat_id", "message_id") and database.has("message", "handle_id"):
        return (
            "SELECT DISTINCT CAST(j.chat_id AS INTEGER), CAST(m.handle_id AS INTEGER) FROM chat_message_join j"
            " JOIN message m ON m.ROWID = j.message_id WHERE j.chat_id IS NOT NULL"
        )
    return "SELECT 0, 0 WHERE 0"


def _direct(row: _Row, people: People) -> Chat:
    """The conversation with one person: the same for each of their numbers and addresses."""
    person = people.key(row.names["chat_identifier"]) if "chat_identifier" in row.names else next(iter(row.others), "")
    if row.others and person not in row.others:
        person = min(row.others)
    person = person or f"chat {row.rowid}"
    return Chat(person, person, is_group=False, others=row.others or frozenset((person,)))


def _group(rows: list[_Row]) -> Chat:
    """The conversation that several chats of a group are."""
    best = min(rows, key=lambda row: row.rank)
    others = frozenset().union(*(row.others for row in rows))
    named = next((row.names["display_name"] for row in rows if "display_name" in row.names), None)
    known = [row.is_group for row in rows if row.is_group is not None]
    return Chat(
        best.rank[1],
        named or ", ".join(sorted(others)) or best.names.get("room_name", best.rank[1]),
        is_group=any(known) if known else True if len(others) > 1 else None,
        others=others,
    )


def _same_groups(rows: list[_Row]) -> list[list[_Row]]:
    """Put together chats of one group id, and those of the same people unless they go by different names."""
    by_id: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_id[row.names.get("group_id", f"\0{row.rowid}")].append(row)
    by_people: defaultdict[frozenset[str], list[list[_Row]]] = defaultdict(list)
    for together in by_id.values():
        people = frozenset().union(*(row.others for row in together))
        by_people[people or frozenset((f"\0{together[0].rowid}",))].append(together)
    found: list[list[_Row]] = []
    for chats in by_people.values():
        by_name: defaultdict[str, list[_Row]] = defaultdict(list)
        for together in chats:
            named = next((row.names["display_name"] for row in together if "display_name" in row.names), "")
            by_name[named] += together
        if len(by_name) == 2 and "" in by_name:
            found.append([row for together in by_name.values() for row in together])
        else:
            found += by_name.values()
    return found
