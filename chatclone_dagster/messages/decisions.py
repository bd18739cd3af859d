"""What the user decides about people, written into chatclone.toml; every change can be undone.

A merge is an entry of `[people]` (or an alias in `[me]`), a refusal one of `identity.different`; messages are never touched.
Each change is kept with the whole file before and after it, so that undoing the last one restores the file byte for byte.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import tomlkit

from chatclone_dagster.home import Home
from chatclone_dagster.messages.people import People, Person, WhoError, spec
from chatclone_dagster.messages.senders import form_of, is_pushname
from chatclone_dagster.messages.undoing import without_change
from chatclone_dagster.names import normal_name
from chatclone_dagster.settings import SETTINGS_FILE


def merge(home: Home, people: People, one: Person, other: Person, name: str | None = None) -> str:
    """Make two people one, under the first one's name if no other is given; the owner stays the owner. Returns what was done.

    Raises:
        WhoError: they are one person already, or a third one has that name.
    """
    if one.id == other.id:
        raise WhoError(f"{one.name!r} and {other.name!r} are one person already")
    if other.is_owner:
        one, other = other, one
    shown = name or one.name
    _free(people, (one, other), shown)

    def change(document: Any) -> None:
        _keep_apart(document, people, (one, other), apart=False)
        _write_person(document, people, (one, other), shown)

    return _changed(home, f"merged {other.name!r} into {shown!r}", change)


def rename(home: Home, people: People, person: Person, name: str) -> str:
    """Show a person under another name. Returns what was done.

    Raises:
        WhoError: somebody else has that name.
    """
    _free(people, (person,), name)
    return _changed(
        home,
        f"renamed {person.name!r} to {name!r}",
        lambda document: _write_person(document, people, (person,), name),
    )


def split(home: Home, people: People, person: Person, text: str) -> str:
    """Take one sender (a name, number, account or `source:name` of the person) away from a person. Returns what was done.

    Raises:
        WhoError: the person has no such sender, or no other.
    """
    wanted = form_of(text, people.regions)
    gone = [part for part in person.parts if wanted in part.forms(people.regions)]
    left = [part for part in person.parts if part not in gone]
    if not gone or not left:
        named = ", ".join(dict.fromkeys(f"{part.source}:{part.called}" for part in person.parts))
        raise WhoError(f"{person.name!r} is {named}; name one or some of these, not {text!r}")

    def change(document: Any) -> None:
        forms = {form for part in gone for form in part.forms(people.regions)} | {wanted}
        for table, key in _aliases(document):
            table[key] = _kept(table[key], lambda alias: form_of(alias, people.regions) not in forms)
        both = [dict.fromkeys(part.exactly for part in parts) for parts in (gone, left)]
        pairs = _table(document, "identity").setdefault("different", tomlkit.array())
        for first in both[0]:
            for second in both[1]:
                pairs.append([first, second])

    return _changed(home, f"split {text!r} off {person.name!r}", change)


def refuse(home: Home, people: People, one: Person, other: Person) -> str:
    """Write down that two are not one person, whatever speaks for it. Returns what was done."""
    return _changed(
        home,
        f"noted that {one.name!r} and {other.name!r} are two people",
        lambda document: _keep_apart(document, people, (one, other), apart=True),
    )


def undo(home: Home, count: int = 1) -> list[str]:
    """Take back the last changes, the latest first. Returns what was undone.

    What else was written into chatclone.toml since stays.

    Raises:
        SettingsError: the file was edited by hand just where the change was; it is left as it was.
    """
    kept = history(home)
    undone = []
    for entry in reversed(kept[-count:]):
        now = home.settings_text
        home.write_settings(entry["before"] if now == entry["after"] else without_change(now, entry))
        kept.pop()
        _write_history(home, kept)
        undone.append(str(entry["told"]))
    return undone


def history(home: Home) -> list[dict[str, str]]:
    """Changes that can be undone, oldest first: `at`, `told`, and the file `before` and `after`."""
    if not home.people_history.is_file():
        return []
    return [json.loads(line) for line in home.people_history.read_text(encoding="utf-8").splitlines()]


def _write_history(home: Home, entries: list[dict[str, str]]) -> None:
    home.people_history.parent.mkdir(mode=0o700, exist_ok=True)
    aside = home.people_history.with_suffix(".new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    aside.replace(home.people_history)


def _changed(home: Home, told: str, change: Callable[[Any], None]) -> str:
    before = home.settings_text
    document = tomlkit.parse(before)
    change(document)
    after = tomlkit.dumps(document)
    if after != before:
        home.write_settings(after)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        _write_history(home, [*history(home), {"at": at, "told": told, "before": before, "after": after}])
    return told


def _free(people: People, persons: tuple[Person, ...], name: str) -> None:
    """An entry means everybody of its name."""
    form = form_of(name, people.regions)
    for other in people.everyone:
        alike = normal_name(other.name) == normal_name(name) and not all(
            is_pushname(part.called) for part in other.parts
        )
        if other not in persons and (alike or form in other.forms):
            raise WhoError(f"{other} is called {name!r} too; choose another name, or merge the two")


def _table(document: Any, name: str) -> Any:
    return document.setdefault(name, tomlkit.table())


def _aliases(document: Any) -> list[tuple[Any, str]]:
    """Every list of aliases, as (table, key)."""
    people = document.get("people", {})
    mine = [(document["me"], "aliases")] if "aliases" in document.get("me", {}) else []
    listed = [
        (value, "aliases") if isinstance(value, dict) else (people, name)
        for name, value in people.items()
        if not isinstance(value, dict) or "aliases" in value
    ]
    return [*mine, *listed]


def _listed(entry: Any) -> Any:
    """The aliases of an entry of `[people]`, a list or a table."""
    return entry.get("aliases", ()) if isinstance(entry, dict) else entry


def _said_no(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("consent") is False


def _kept(aliases: Any, wanted: Callable[[str], bool]) -> Any:
    """A list of aliases without those that are not wanted; the same one, with its comments, if all are."""
    gone = [alias for alias in aliases if not wanted(alias)]
    for alias in gone:
        aliases.remove(alias)
    return aliases


def _write_person(document: Any, people: People, persons: tuple[Person, ...], shown: str) -> None:
    """Make people one entry, in `[me]` if one of them is the owner."""
    section = _table(document, "people")
    names = {normal_name(person.name) for person in persons}
    entries = [name for name in section if normal_name(name) in names or normal_name(name) == normal_name(shown)]
    said_no = next((section[name] for name in entries if _said_no(section[name])), None)
    if said_no is not None and any(person.is_owner for person in persons):
        raise WhoError(
            f"{SETTINGS_FILE}: one of the two is marked consent = false, so they are not you; take that out first"
        )
    aliases = [alias for name in entries for alias in (name, *_listed(section[name]))]
    aliases += [spec(part, people) for person in persons if not person.is_owner for part in person.parts]
    for name in entries:
        del section[name]
    target, key = section, shown
    if any(person.is_owner for person in persons):
        mine = _table(document, "me")
        old = [name for name in (mine.get("name"),) if name and name != shown]
        aliases = [*mine.get("aliases", ()), *old, *aliases]
        mine["name"], target, key = shown, mine, "aliases"
    by_form = {form_of(alias, people.regions): alias for alias in reversed(aliases)}
    by_form.pop(form_of(shown, people.regions), None)
    left = [alias for alias in dict.fromkeys(aliases) if by_form.get(form_of(alias, people.regions)) == alias]
    if said_no is None:
        target[key] = left
    else:
        said_no["aliases"] = left
        target[key] = said_no
    if not section:
        del document["people"]
    for persona in document.get("personas", {}).values():
        if normal_name(str(persona.get("who", ""))) in names:
            persona["who"] = shown


def _keep_apart(document: Any, people: People, persons: tuple[Person, Person], *, apart: bool) -> None:
    """Add the pair to `identity.different`, or take every pair out that keeps the two apart."""
    one, other = persons
    pairs = document.get("identity", {}).get("different")
    if apart:
        pairs = _table(document, "identity").setdefault("different", tomlkit.array())
        pairs.append([spec(one.parts[0], people), spec(other.parts[0], people)])
    elif pairs is not None:
        for pair in list(pairs):
            first, second = (form_of(text, people.regions) for text in pair)
            if (first in one.forms and second in other.forms) or (first in other.forms and second in one.forms):
                pairs.remove(pair)
