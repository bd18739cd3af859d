"""Who else could be one person: what makes it likely, each with a score and in words. Nothing here is applied by itself.

The scores were set by judgement, not measured: what is nearly always right counts 0.8 and more, what is right about every second
time 0.5, less is not shown. The best reason counts; the chats add to it or take from it: two who write in one chat at the same
time are hardly one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import polars as pl
from rapidfuzz import fuzz, process

from chatclone_dagster.messages.company import by_chats, partners_of
from chatclone_dagster.messages.people import People, Person
from chatclone_dagster.messages.same_messages import under_two_names
from chatclone_dagster.messages.senders import form_of
from chatclone_dagster.names import normal_name
from chatclone_dagster.phones import email_of, same_end, spoken
from chatclone_dagster.settings import Settings
from chatclone_dagster.wording import counted

LEAST = 0.5
MOST_COMPARED = 3_000
"""People whose names are compared with all others', those who wrote most; 3,000 take a second."""

_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"[\d\s+().-]{6,}")
_ALIKE_WORD, _ALIKE_NAME = 92, 85  # of 100; a single word has to be closer: Julia and Julian are two
_TOO_MANY = 10  # people of one name, of whom nobody can say who is who
_CHANGED = (
    r"^(.{1,60}?) (?:changed their phone number|hat die Telefonnummer gewechselt|cambió su número de teléfono"
    r"|a changé de numéro de téléphone|mudou de número de telefone)"
)


@dataclass(frozen=True)
class Suggestion:
    """Two people who could be one: how likely (0 to 1), and why."""

    score: float
    one: Person
    other: Person
    reasons: tuple[str, ...]


_Reason = tuple[Person, Person, float, str]


def suggest(people: People, settings: Settings) -> list[Suggestion]:
    """All suggestions of at least LEAST, the likeliest first, but for those the user refused (`identity.different`)."""
    found: dict[tuple[str, str], tuple[Person, Person, dict[str, float]]] = {}
    same, told_twice = list(_same_messages(people)), defaultdict(set)
    for one, other, conversation, _ in same:
        told_twice[one.id, other.id].add(conversation)
        told_twice[other.id, one.id].add(conversation)
    for one, other, score, reason in (*_reasons(people), *_said_twice(same), *_renamed(people, told_twice)):
        if one.id != other.id:
            first, second = sorted((one, other), key=lambda person: (-person.messages, person.id))
            found.setdefault((first.id, second.id), (first, second, {}))[2].setdefault(reason, score)
    refused = [[form_of(text, people.regions) for text in pair] for pair in settings.identity.different]
    partners = partners_of(people)
    made = []
    for first, second, reasons in found.values():
        if any(_between(pair, first, second) for pair in refused):
            continue
        best = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        twice = told_twice.get((first.id, second.id), ())
        chats = list(by_chats(first, second, partners, {at for at, c in people.conversations.items() if c in twice}))
        score = best[0][1] + sum(weight for _, weight in chats)
        if score >= LEAST:
            made.append(Suggestion(min(round(score, 2), 1.0), first, second, tuple(r for r, _ in (*best, *chats))))
    return sorted(made, key=lambda item: (-item.score, item.one.name, item.other.name, item.one.id, item.other.id))


def _between(pair: list[str], one: Person, other: Person) -> bool:
    return (pair[0] in one.forms and pair[1] in other.forms) or (pair[1] in one.forms and pair[0] in other.forms)


def _reasons(people: People) -> Iterator[_Reason]:
    named = [(normal, person) for person in people.everyone[:MOST_COMPARED] for normal in _names(person)]
    holders = Counter(name for name, _ in named)
    named = [(name, person) for name, person in named if holders[name] < _TOO_MANY]
    yield from _equal(named)
    yield from _spelled_alike(named)
    yield from _shortened(named)
    yield from _handles(people.everyone[:MOST_COMPARED], named)
    yield from _nicknames(people, named)
    yield from _numbers(people.everyone)
    yield from _changed_numbers(people)


def _same_messages(people: People) -> Iterator[tuple[Person, Person, str, str]]:
    """Two whom two phones call by two names in a chat: they, the chat's id, and what tells so."""
    holders: dict[tuple[str, str | None], list[Person]] = defaultdict(list)
    for person in people.everyone:
        for source, key in dict.fromkeys((part.source, part.key) for part in person.parts):
            holders[source, key].append(person)
    for source, key, other_source, other_key, conversation, messages in people.same.iter_rows():
        ends = holders[source, key], holders[other_source, other_key]
        if len(ends[0]) == len(ends[1]) == 1 and ends[0][0] is not ends[1][0]:
            told = f"{counted(messages, 'message')} of one chat said by {key!r} on one phone and by {other_key!r} on another"
            yield ends[0][0], ends[1][0], conversation, told


def _said_twice(same: Iterable[tuple[Person, Person, str, str]]) -> Iterator[_Reason]:
    return ((one, other, 0.8, told) for one, other, _, told in same)


def _renamed(people: People, told_twice: Mapping[tuple[str, str], object]) -> Iterator[_Reason]:
    """The same in exports of which nothing says that they tell one chat."""
    for link, _ in under_two_names(people.rows, people.regions):
        ends = [[person for person in people.everyone if form in person.forms] for form in (link.one, link.other)]
        if all(len(found) == 1 for found in ends) and (ends[0][0].id, ends[1][0].id) not in told_twice:
            yield ends[0][0], ends[1][0], 0.8, link.evidence


def _names(person: Person) -> list[str]:
    """The person's names, letters only, without what is a number, an address or nobody's name."""
    texts = [person.name, *(part.written for part in person.parts if part.chat is None)]
    found = [" ".join(_WORD.findall(normal_name(text))) for text in texts if text and not email_of(text)]
    unnamed = all(part.chat is not None for part in person.parts)
    return [] if unnamed else list(dict.fromkeys(name for name in found if name))


def _equal(named: list[tuple[str, Person]]) -> Iterator[_Reason]:
    alike: dict[str, dict[str, Person]] = defaultdict(dict)
    for name, person in named:
        alike[name][person.id] = person
    for name, holders in alike.items():
        for one, other in combinations(holders.values(), 2):
            numbers = " with different numbers" if one.phones and other.phones else ""
            yield one, other, 0.75 if " " in name else 0.55, f"both are called {name!r}{numbers}"


def _spelled_alike(named: list[tuple[str, Person]]) -> Iterator[_Reason]:
    names = sorted({name for name, _ in named if len(name) > 4})
    holders: dict[str, list[Person]] = defaultdict(list)
    for name, person in named:
        holders[name].append(person)
    likeness = process.cdist(names, names, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE_NAME)
    for row, column in zip(*likeness.nonzero(), strict=True):
        one, other, percent = names[row], names[column], likeness[row, column]
        if row < column and (percent >= _ALIKE_WORD or (" " in one and " " in other)):
            for first in holders[one]:
                for second in holders[other]:
                    yield first, second, float(percent) / 100 * 0.8, f"{one!r} and {other!r} are spelled alike"


def _shortened(named: list[tuple[str, Person]]) -> Iterator[_Reason]:
    """Initials and first names alone: `anna w`, `a weber` and `anna` for `anna weber`."""
    whole: dict[str, dict[tuple[str, str], Person]] = defaultdict(dict)
    for name, person in named:
        if len(words := name.split()) > 1 and all(len(word) > 1 for word in words):
            for initial in {words[0], words[0][0], words[-1]}:
                whole[initial][name, person.id] = person
    for name, person in named:
        words = name.split()
        fitting = [(long, other) for (long, _), other in whole[words[0]].items() if _is_short_for(words, long.split())]
        several = len({other.id for _, other in fitting}) > 1
        for long, other in fitting:
            score = (0.35 if several else 0.55) if len(words) == 1 else (0.5 if several else 0.75)
            yield person, other, score, f"{name!r} is short for {long!r}" + (", and for others" if several else "")


def _is_short_for(short: list[str], long: list[str]) -> bool:
    if short == long:
        return False
    if len(short) == 1:
        return len(short[0]) > 1 and short[0] == long[0]
    fits = len(short) == len(long) and all(full.startswith(part) for part, full in zip(short, long, strict=True))
    return fits and all(len(part) == 1 or part == full for part, full in zip(short, long, strict=True))


def _handles(persons: Iterable[Person], named: list[tuple[str, Person]]) -> Iterator[_Reason]:
    """`anna.weber92`, or the address anna.weber@…, for Anna Weber."""
    written: dict[str, list[tuple[str, Person]]] = defaultdict(list)
    for name, person in named:
        if " " in name:
            written[name.replace(" ", "")].append((name, person))
    for person in persons:
        for text in (part.called for part in person.parts):
            handle = "".join(_WORD.findall(normal_name(text.split("@")[0])))
            for name, other in written.get(handle, ()) if " " not in text.strip() else ():
                yield person, other, 0.75, f"{text!r} reads like {name!r}"


def _nicknames(people: People, named: list[tuple[str, Person]]) -> Iterator[_Reason]:
    known: dict[str, list[Person]] = defaultdict(list)
    for name, person in named:
        known[name].append(person)
    for name, nicknames, phones in people.contacts.select("name", "nicknames", "phones").iter_rows():
        wanted = {form_of(name, people.regions), *phones}
        owners = [person for person in people.everyone if wanted & person.forms] if nicknames else []
        for nickname in nicknames:
            for other in known.get(normal_name(nickname), ()):
                for person in owners:
                    yield person, other, 0.85, f"{nickname!r} is a nickname of {name!r} in the address book"


def _numbers(persons: Iterable[Person]) -> Iterator[_Reason]:
    """A number that lacks a country code, and nobody knows which, ends like one that has it."""
    numbers: dict[str, list[tuple[str, Person]]] = defaultdict(list)
    for person in persons:
        unclear = () if person.phones else (part.called for part in person.parts if _DIGITS.fullmatch(part.called))
        for text in (*person.phones, *unclear):
            numbers["".join(filter(str.isdigit, text))[-8:]].append((text, person))
    for alike in numbers.values():
        for (one, first), (other, second) in combinations(alike, 2) if len(alike) < _TOO_MANY else ():
            if same_end(one, other) and not (first.phones and second.phones):
                yield first, second, 0.8, f"the numbers {one} and {other} end alike"


def _changed_numbers(people: People) -> Iterator[_Reason]:
    """WhatsApp says that somebody changed their number, not to which; then an unknown one begins to write in that chat."""
    lines = people.rows.filter(pl.col("kind") == "system", pl.col("text").str.contains(_CHANGED))
    for source, chat, who, at in (
        lines.select("source", "conversation_key", pl.col("text").str.extract(_CHANGED), "sent_local")
        .unique()
        .iter_rows()
    ):
        form = form_of(who, people.regions)
        old = [person for person in people.everyone if form in person.forms]
        new = [
            person
            for person in people.everyone
            if person.phones and not _names(person) and (span := person.chats.get((source, chat))) and span[0] >= at
        ]
        for person in old if len(new) == 1 else ():
            told = f"{person.name!r} changed the number on {at:%Y-%m-%d}, and {spoken(new[0].phones[0])} wrote there from then on"
            yield person, new[0], 0.7, told
