"""What a home holds of a person, place by place, before anything is removed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from chatclone_dagster import lake
from chatclone_dagster.home import Home
from chatclone_dagster.messages.known import Seen
from chatclone_dagster.messages.senders import form_of
from chatclone_dagster.phones import regions_in_use
from chatclone_dagster.privacy.exclude import of_person
from chatclone_dagster.readers.forgotten import KIND, Forgetting, without_forgotten
from chatclone_dagster.training.package import MANIFEST, read_manifest


@dataclass
class ExportTrace:
    """A file under exports/ with words of the person: how many rows would go, and whether nobody else is in it."""

    file: str
    rows: int
    only_theirs: bool


@dataclass
class PersonaTrace:
    """What a persona's data holds of the person; `is_them` if the persona is the person.

    `windows`: examples of the dataset with their words; `has_documents`: an evaluation or card, which show samples.
    """

    key: str
    is_them: bool
    windows: int = 0
    has_documents: bool = False
    adapters: list[Path] = field(default_factory=list)

    @property
    def is_concerned(self) -> bool:
        """Whether anything of the persona was made from words of the person."""
        return bool(self.is_them or self.windows or self.adapters)


@dataclass
class Traces:
    """Everything found."""

    exports: list[ExportTrace]
    messages: int
    personas: list[PersonaTrace]


def look(home: Home, seen: Seen, sender_id: str, forgetting: Forgetting) -> Traces:
    """Look for a person in every place of a home.

    `seen` is all there is to read (`messages.known.see`), by the settings as they are; `forgetting` recognises the person in raw
    rows.
    """
    people = seen.people
    ids, partners = _messages(home, seen.messages, sender_id)
    forms = set(people.filter(pl.col("sender_id") == sender_id)["form"])
    names = dict(people.select("form", "sender_id").iter_rows())
    regions = regions_in_use(home.settings)
    personas = []
    for key, persona in home.settings.all_personas.items():
        who = "me" if persona.who is None else names.get(form_of(persona.who, regions), "")
        is_them = persona.who is not None and form_of(persona.who, regions) in forms
        personas.append(_persona(home, key, ids, is_them=is_them, have_talked=who in partners))
    return Traces(_exports(home, seen.readings, forgetting), len(ids), [one for one in personas if one.is_concerned])


def _exports(home: Home, readings: pl.DataFrame, forgetting: Forgetting) -> list[ExportTrace]:
    """Files on disk: an archive counts as one, and is only theirs if all that was read of it is."""
    found: dict[str, ExportTrace] = {}
    clean: set[str] = set()
    for file, folder in readings.select(pl.col("file").str.split("!").list.first(), "folder").sort("file").iter_rows():
        rows = without_forgotten(pl.read_parquet(home.raw_cache / folder / "rows.parquet"), forgetting)
        if rows is None:
            clean.add(file)
            continue
        others = rows.filter(pl.col("sender_key").is_not_null())
        trace = found.setdefault(file, ExportTrace(file, 0, only_theirs=True))
        trace.rows += rows.filter(pl.col("kind") == KIND).height
        trace.only_theirs &= others.is_empty()
    for file in clean & set(found):
        found[file].only_theirs = False
    return list(found.values())


def _messages(home: Home, messages: pl.DataFrame, sender_id: str) -> tuple[set[str], set[str]]:
    """The ids of the messages that go, and the sender_id of everybody who is in a chat with the person.

    Looked at are the messages as they are read now, by which a new alias is known, and those of the last run: of an export that
    is gone since, datasets may still hold words.
    """
    histories, path = [messages], home.table("messages")
    if path.exists():
        histories.append(pl.read_parquet(path, columns=["message_id", "conversation_id", "sender_id", "is_group"]))
    ids: set[str] = set()
    partners: set[str] = set()
    for history in histories:
        chats = history.filter(pl.col("sender_id") == sender_id)["conversation_id"].unique()
        partners |= set(history.filter(pl.col("conversation_id").is_in(chats.to_list()))["sender_id"].drop_nulls())
        ids |= set(history.filter(of_person(history, sender_id))["message_id"])
    return ids, partners


def _persona(home: Home, key: str, ids: set[str], *, is_them: bool, have_talked: bool) -> PersonaTrace:
    found = PersonaTrace(key, is_them)
    dataset = home.table("training_dataset", key)
    version = ""
    if dataset.exists():
        held = (
            pl.concat_list("target_message_ids", "context_message_ids")
            .list.eval(pl.element().is_in(list(ids)))
            .list.any()
        )
        found.windows = pl.scan_parquet(dataset).select(held.sum()).collect().item()
        version = lake.version(dataset)
    for manifest in sorted((home.adapters / key).glob(f"*/{MANIFEST}")):
        # Of an adapter whose dataset is there no more nobody can say what it held: if the two ever talked, it counts.
        of_this = read_manifest(manifest.parent).dataset_version == version
        if is_them or (found.windows if of_this else have_talked):
            found.adapters.append(manifest.parent)
    if found.is_concerned:
        found.has_documents = any(home.document(name, key).exists() for name in ("evaluation.json", "clone_card.html"))
    return found
