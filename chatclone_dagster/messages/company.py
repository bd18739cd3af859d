"""With whom people talk, and what that says on whether two of them are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from chatclone_dagster.messages.people import People, Person
from chatclone_dagster.wording import counted


def partners_of(people: People) -> dict[str, set[str]]:
    """With whom everybody shares a chat, but for the owner."""
    in_chat: dict[tuple[str, str], set[str]] = defaultdict(set)
    for person in people.everyone:
        for chat in person.chats if not person.is_owner else ():
            in_chat[chat].add(person.id)
    partners: dict[str, set[str]] = defaultdict(set)
    for together in in_chat.values():
        for who in together:
            partners[who] |= together
    return partners


def by_chats(
    one: Person, other: Person, partners: dict[str, set[str]], told_twice: set[tuple[str, str]]
) -> Iterator[tuple[str, float]]:
    """What the chats, but those `told_twice`, say: whether they talk to or follow each other, or talk with the same people."""
    shared = (one.chats.keys() & other.chats.keys()) - told_twice
    together = [c for c in shared if one.chats[c][0] <= other.chats[c][1] and other.chats[c][0] <= one.chats[c][1]]
    if together:
        yield f"but both write in {counted(len(together), 'chat')} at the same time", -0.4
    elif shared:
        yield f"in {counted(len(shared), 'chat')} one falls silent before the other begins", 0.15
    common = len((partners[one.id] & partners[other.id]) - {one.id, other.id})
    everyone = len((partners[one.id] | partners[other.id]) - {one.id, other.id})
    if common > 1 and common * 2 >= everyone:
        yield f"they talk with the same {counted(common, 'person')}".replace("persons", "people"), 0.1
