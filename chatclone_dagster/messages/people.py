"""Everybody in the history, with what is known of each: for `chatclone people`, before or after the first run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import polars as pl
from rapidfuzz import process

from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.messages import contacts
from chatclone_dagster.messages.identity import OWNER_ID, with_people
from chatclone_dagster.messages.one_person import same_senders
from chatclone_dagster.messages.senders import form_of, forms_of
from chatclone_dagster.messages.who import Who, who_sent
from chatclone_dagster.names import normal_name
from chatclone_dagster.phones import phone_of, regions_in_use, same_but_for_country, spoken
from chatclone_dagster.readers import ingest, survey


class WhoError(UserError):
    """A name means nobody, or more than one person; the message names who could be meant."""


class Part(NamedTuple):
    """One sender as exported (columns of tables.IDENTITIES)."""

    source: str
    key: str | None
    written: str | None
    chat: str | None
    rule: str
    evidence: str
    messages: int

    @property
    def called(self) -> str:
        """The name as exported, else the key."""
        return self.written or self.key or ""

    @property
    def exactly(self) -> str:
        """What means this sender in settings, and no other."""
        return f"{self.source}:{self.chat or self.key or self.written}"

    def forms(self, regions: tuple[str, ...]) -> frozenset[str]:
        """All that means this sender in settings (senders.form_of)."""
        return forms_of(self.source, self.key, self.written, self.chat, regions)


@dataclass(frozen=True)
class Person:
    """Somebody: the senders that are this person, and `chats` (app, key) with the first and last time of a message there."""

    id: str
    name: str
    parts: tuple[Part, ...]
    forms: frozenset[str]
    phones: tuple[str, ...]
    chats: Mapping[tuple[str, str], tuple[datetime, datetime]]

    @property
    def is_owner(self) -> bool:
        """Whether it is the owner of the home."""
        return self.id == OWNER_ID

    @property
    def messages(self) -> int:
        """Raw rows, further copies included."""
        return sum(part.messages for part in self.parts)

    @property
    def apps(self) -> list[str]:
        """The sources the person wrote in."""
        return sorted({part.source for part in self.parts})

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The first and the last time."""
        return min(first for first, _ in self.chats.values()), max(last for _, last in self.chats.values())

    @property
    def names(self) -> list[str]:
        """Every name, number, address and account of the person, but the name it is shown under."""
        texts = [text for part in self.parts for text in (part.written, part.key) if text]
        found = {normal_name(text): text for text in reversed(texts)}
        found.pop(normal_name(self.name), None)
        return [text for text in dict.fromkeys(texts) if found.get(normal_name(text)) == text]

    def __str__(self) -> str:
        """The name with what tells the person from others of that name."""
        apart = spoken(self.phones[0]) if self.phones else ", ".join(self.apps)
        return f"{self.name} ({self.id}, {apart})"


@dataclass(frozen=True)
class People:
    """Everybody, those who wrote most first; `contacts` are tables.CONTACTS, `rows` raw rows with `sender_id`.

    `same` are senders who sent the same messages (one_person.same_senders), `conversations` the id of each chat (app, key), and
    `left_out` the ids of those who said no, or whom the owner leaves out.
    """

    everyone: Sequence[Person]
    contacts: pl.DataFrame
    rows: pl.DataFrame
    regions: tuple[str, ...]
    same: pl.DataFrame
    conversations: Mapping[tuple[str, str], str]
    left_out: frozenset[str] = frozenset()

    def holder(self, part: Part) -> Person:
        """Whose a sender is."""
        return next(
            p for p in self.everyone for own in p.parts if (own.source, own.key, own.written, own.chat) == part[:4]
        )

    def meant(self, text: str) -> list[Person]:
        """Everybody whom a name, number, address, `source:name` or id may mean."""
        wanted = form_of(text, self.regions)
        found = [person for person in self.everyone if text == person.id]
        found = found or [person for person in self.everyone if normal_name(person.name) == wanted]
        found = found or [person for person in self.everyone if wanted in person.forms]
        return found or [p for p in self.everyone if any(same_but_for_country(wanted, form) for form in p.forms)]

    def find(self, text: str) -> Person:
        """Who is meant by a name, number, address, `source:name` or id.

        Raises:
            WhoError: nobody, or several people.
        """
        wanted, found = form_of(text, self.regions), self.meant(text)
        if len(found) == 1:
            return found[0]
        if found:
            told = "; ".join(str(person) for person in found[:5])
            raise WhoError(f"{text!r} is {len(found)} people: {told}. Say which by the id")
        close = process.extract(wanted, {p.id: normal_name(p.name) for p in self.everyone}, limit=3, score_cutoff=50)
        by_id = {person.id: person.name for person in self.everyone}
        near = ", ".join(by_id[found_id] for _, _, found_id in close)
        raise WhoError(f"nobody is called {text!r}" + (f"; did you mean {near}?" if near else ""))


def look(home: Home) -> People:
    """Read what lies in exports/ (each file once, see readers.ingest) and tell who is who by the settings as they are now.

    Raises:
        WhoError: nobody wrote anything that could be read.
    """
    exports = survey.exports(home)
    rows = ingest.raw_rows(home, ingest.read_everything(home, exports))
    read = rows.filter(pl.col("folded").is_null()).collect()
    if read["sender_key"].null_count() == read.height:
        raise WhoError(f"{home.exports}: nobody wrote anything here yet; drop in an export and ask again")
    cards, _ = contacts.read(home, exports)
    return people_of(who_sent(read, home.settings, cards, owner_needed=False), cards, home)


def people_of(who: Who, cards: pl.DataFrame, home: Home) -> People:
    """People from raw rows, and what is known of who sent them."""
    settings, rows, known = home.settings, who.rows, who.identities
    regions = regions_in_use(settings)
    told = with_people(rows, known, settings, owner_needed=False)
    spans = told.drop_nulls("sender_id").group_by("sender_id", "source", "conversation_key", maintain_order=True)
    chats: dict[str, dict[tuple[str, str], tuple[datetime, datetime]]] = {}
    for sender_id, source, chat, first, last in spans.agg(
        pl.col("sent_local").min().alias("first"), pl.col("sent_local").max().alias("last")
    ).iter_rows():
        chats.setdefault(sender_id, {})[source, chat] = (first, last)
    everyone = []
    columns = ("source", "sender_key", "sender_name", "chat", "rule", "evidence", "messages")
    for (sender_id, name), parts in known.group_by("sender_id", "name", maintain_order=True):
        mine = tuple(Part(*row) for row in parts.select(columns).iter_rows())
        texts = [text for part in mine for text in (part.written, part.key) if text]
        phones = sorted({phone for text in texts if (phone := phone_of(text, regions))})
        forms: frozenset[str] = frozenset().union(*(part.forms(regions) for part in mine))
        everyone.append(Person(str(sender_id), str(name), mine, forms, tuple(phones), chats[str(sender_id)]))
    everyone.sort(key=lambda person: (-person.messages, person.name, person.id))
    ids = rows.select("source", "conversation_key").with_columns(who.marks["conversation_id"]).unique()
    conversations = {(source, key): one for source, key, one in ids.iter_rows()}
    found = People(everyone, cards, told, regions, same_senders(rows, who.marks), conversations)
    called = [(name, *settings.aliases.get(name, ())) for name in settings.said_no]
    left_out = {person.id for names in called for name in names for person in found.meant(name)}
    return replace(found, left_out=frozenset(left_out))


def spec(part: Part, people: People) -> str:
    """What chatclone.toml means one sender by: the name as exported, with its app (and key) where others have that name too."""
    form = form_of(part.called, people.regions)
    alone = part.chat is None and sum(form in person.forms for person in people.everyone) == 1
    return part.called if alone else part.exactly
