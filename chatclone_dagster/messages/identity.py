"""Who is who: the owner, and one person behind the names, numbers and handles of several exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl

from chatclone_dagster import lake, tables
from chatclone_dagster.errors import UserError
from chatclone_dagster.messages.merging import OWNER, Group, Link, merge
from chatclone_dagster.messages.same_messages import links
from chatclone_dagster.messages.senders import (
    SENDER,
    Sender,
    contact_of,
    form_of,
    is_pushname,
    plain_name,
    sender_of,
    with_chat_of_nameless,
)
from chatclone_dagster.names import normal_name
from chatclone_dagster.phones import regions_in_use
from chatclone_dagster.readers.inspect import who_wrote
from chatclone_dagster.settings import SETTINGS_FILE, Settings
from chatclone_dagster.wording import counted

OWNER_ID = "me"
_NO_NAMES = ("me", "you")  # what apps call whoever makes the export


class OwnerUnknownError(UserError):
    """Nobody in the exports is the owner; the message names who could be."""


def owner_candidates(wrote: pl.DataFrame) -> pl.DataFrame:
    """Who could be the owner, best first: `name`, `chats` and `messages` they wrote (see readers.inspect.who_wrote)."""
    return (
        wrote.filter(pl.col("sender_name").is_not_null())
        .group_by(pl.col("sender_name").map_elements(normal_name, pl.String).alias("key"))
        .agg(
            name=pl.col("sender_name").mode().sort().first(),
            chats=pl.struct("source", "conversation_key").n_unique(),
            messages=pl.col("messages").sum(),
        )
        .sort("chats", "messages", "key", descending=[True, True, False])
        .select("name", "chats", "messages")
    )


def owner_is_known(rows: pl.DataFrame, settings: Settings) -> bool:
    """Whether any of these raw rows is the owner's, by the export's own word or by the settings."""
    return any(sender.label == OWNER for sender, _ in _senders(with_chat_of_nameless(rows), settings))


def rows_without_owner(rows: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The raw rows of chats in which none is the owner's: there the owner may have another name."""
    chatted = with_chat_of_nameless(rows)
    found = [(*row, sender.label == OWNER) for sender, row in _senders(chatted, settings)]
    senders = pl.DataFrame(found, schema={**_schema(), "is_owner": pl.Boolean}, orient="row")
    marked = chatted.join(senders, on=SENDER, how="left", nulls_equal=True, maintain_order="left")
    return marked.filter(~pl.col("is_owner").any().over("source", "conversation_key")).drop("is_owner", "chat")


def unmatched_names(rows: pl.DataFrame, settings: Settings) -> list[str]:
    """Names in `[me] aliases` and `[people]` that nobody wrote under, as `key: 'name'`."""
    regions = regions_in_use(settings)
    wrote = {form for sender, _ in _senders(with_chat_of_nameless(rows), settings) for form in sender.forms}
    named = [("me.aliases", settings.me.aliases)]
    named += [(f"people.{name}", (name, *aliases)) for name, aliases in settings.aliases.items()]
    unknown = [(key, [name for name in names if form_of(name, regions) not in wrote], names) for key, names in named]
    # A person may go by only some of the names; what counts is an alias, or a person none of whose names occurs.
    return [
        f"{key}: {', '.join(map(repr, missing))}"
        for key, missing, names in unknown
        if missing and (key == "me.aliases" or len(missing) == len(names))
    ]


def identities(
    rows: pl.DataFrame, settings: Settings, contacts: pl.DataFrame | None = None, told: Sequence[Link] | None = None
) -> pl.DataFrame:
    """Everybody who wrote raw rows (tables.RAW_ROWS), with the person that is, and why (tables.IDENTITIES).

    `contacts` (tables.CONTACTS) are the cards of address books. The owner is who the export marks so (one mark counts for
    everything of that sender), or whose name, number or address is in `[me]`; for other people see messages.merging. `told` is
    what exports tell besides; if left out, the `links` of these rows.
    """
    regions = regions_in_use(settings)
    senders = _senders(with_chat_of_nameless(rows), settings)
    cards = [] if contacts is None else _cards(contacts, settings, regions)
    different = [(form_of(one, regions), form_of(other, regions)) for one, other in settings.identity.different]
    groups = merge(
        [*(sender for sender, _ in senders), *cards], links(rows, regions) if told is None else told, different
    )
    names = {id(group): _name(group, settings) for group in groups}
    alike = Counter(normal_name(names[id(group)]) for group in groups if group.label is None)
    taken = {normal_name(group.label) for group in groups if group.label}
    person: dict[int, tuple[str, str]] = {}
    for group in groups:
        name = names[id(group)]
        normal = normal_name(name)
        # Two people of one name are told apart by what else is known of each.
        several = group.label is None and (alike[normal] > 1 or normal in taken)
        anchor = min(f"\x1f{one.source}\x1f{one.key}\x1f{one.chat or ''}" for one in group.senders if one.source)
        seed = OWNER if group.label == OWNER else normal + (anchor if several else "")
        person.update((id(one), (seed, name)) for one in group.senders)
    found = [
        (*row, *person[id(sender)], sender.rule or "alone", sender.evidence, sender.messages) for sender, row in senders
    ]
    table = pl.DataFrame(found, schema={**_schema(), **_PERSON}, orient="row")
    ids = pl.concat_str(pl.lit("p-"), lake.digest(table["sender_id"], 8))
    return table.with_columns(
        sender_id=pl.when(pl.col("sender_id") == OWNER).then(pl.lit(OWNER_ID)).otherwise(ids)
    ).select(tables.IDENTITIES.schema.names())


def with_people(
    rows: pl.DataFrame, people: pl.DataFrame, settings: Settings, *, owner_needed: bool = True
) -> pl.DataFrame:
    """Add `sender_id` and `is_owner` to raw rows, and give every person one `sender_name`; `people` are their `identities`.

    Raises:
        OwnerUnknownError: no row is the owner's, and one is needed.
    """
    if owner_needed and rows.height and OWNER_ID not in people["sender_id"]:
        raise OwnerUnknownError(_who_is_the_owner(rows, settings))
    told = people.select(*SENDER, "sender_id", one_name="name")
    joined = with_chat_of_nameless(rows).join(told, on=SENDER, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(
        sender_name=pl.col("one_name"), is_owner=pl.col("sender_id").eq(OWNER_ID).fill_null(value=False)
    ).drop("one_name", "chat")


_PERSON = {"sender_id": pl.String, "name": pl.String, "rule": pl.String, "evidence": pl.String, "messages": pl.Int64}


def _schema() -> dict[str, pl.DataType | type[pl.DataType]]:
    return {column: tables.IDENTITIES.schema[column] for column in SENDER}


def _senders(rows: pl.DataFrame, settings: Settings) -> list[tuple[Sender, tuple[str | bool | None, ...]]]:
    """Everybody who wrote, as exported (with the columns SENDER), labelled by what exports and settings say."""
    regions = regions_in_use(settings)
    counted_ = pl.col("messages").sum() if "messages" in rows.columns else pl.len().alias("messages")
    senders = rows.group_by(SENDER, maintain_order=True).agg(counted_.cast(pl.Int64))
    # WhatsApp marks the owner in the one sentence "You deleted this message", and nowhere else in the file. Two people
    # marked in one chat contradict each other, and nothing follows for what else they wrote.
    known_keys = rows.filter(pl.col("sender_key").is_not_null() & pl.col("from_owner").is_not_null())
    known_keys = known_keys.select("source", "conversation_key", "sender_key", "from_owner").unique()
    owners = pl.col("sender_key").filter(pl.col("from_owner")).n_unique().over("source", "conversation_key")
    marked = (
        known_keys.with_columns(alone=owners == 1)
        .group_by("source", "sender_key")
        .agg(marked=(pl.col("from_owner") & pl.col("alone")).all())
    )
    senders = senders.join(marked, on=["source", "sender_key"], how="left", maintain_order="left")
    labels = _Labels(settings, regions)
    found = []
    for *row, messages, mark in senders.select(*SENDER, "messages", "marked").iter_rows():
        source, key, written, from_owner, chat = row
        if key or written or from_owner:
            sender = sender_of(source, key, written, chat, messages, regions)
            labels.put(sender, True if from_owner is None and mark else from_owner)
            found.append((sender, tuple(row)))
    return found


def _cards(contacts: pl.DataFrame, settings: Settings, regions: tuple[str, ...]) -> list[Sender]:
    """The cards of address books; the owner's own is one with a number or address of theirs, or their whole name."""
    labels = _Labels(settings, regions)
    cards = []
    for name, phones, emails, file, line in contacts.select("name", "phones", "emails", "file", "position").iter_rows():
        card = contact_of(name, phones, emails, f"{file}:{line}", regions)
        labels.put(card, None, card.forms if " " in name else card.phones | card.emails)
        cards.append(card)
    return cards


class _Labels:
    """Whom the settings mean by which name."""

    def __init__(self, settings: Settings, regions: tuple[str, ...]) -> None:
        me = settings.me
        self._mine = {form_of(name, regions): f"me.aliases: {name!r}" for name in me.aliases}
        self._mine |= {form_of(me.name, regions): f"me.name: {me.name!r}"} if me.name else {}
        self._people = {
            form_of(alias, regions): (name, f"people.{name}: {alias!r}")
            for name, aliases in sorted(settings.aliases.items(), reverse=True)
            for alias in (*aliases, name)
        }

    def put(self, sender: Sender, from_owner: bool | None, of_owner: frozenset[str] | None = None) -> None:
        """Label a sender; `from_owner` is what the export says, `of_owner` the forms that may tell the owner (else all)."""
        sender.not_owner = from_owner is False
        mine = sorted(
            self._mine[form] for form in (sender.forms if of_owner is None else of_owner) if form in self._mine
        )
        named = sorted(self._people[form] for form in sender.forms if form in self._people)
        if from_owner or (mine and not sender.not_owner):
            sender.label, sender.rule = OWNER, "owner"
            sender.evidence = "the export says so" if from_owner else mine[0]
        elif named:
            (sender.label, sender.evidence), sender.rule = named[0], "alias"


def _name(group: Group, settings: Settings) -> str:
    """What to call a person: as settings do, else the address book, else the name of most messages, by the owner's phone first."""
    mine = group.label == OWNER
    if group.label and not mine:
        return group.label
    if mine and settings.me.name:
        return settings.me.name
    counts: Counter[tuple[bool, bool, bool, str]] = Counter()
    for one in group.senders:
        name = one.written or one.key
        if name and not (mine and normal_name(name) in _NO_NAMES):
            is_bare = one.name is None or is_pushname(name)
            counts[one.source is not None, is_bare, one.to_others, plain_name(name)] += one.messages
    best = min(counts, key=lambda kind: (*kind[:3], -counts[kind], kind[3]), default=None)
    return best[3] if best else "Me"


def _who_is_the_owner(rows: pl.DataFrame, settings: Settings) -> str:
    best = owner_candidates(who_wrote(rows.lazy())).head(5)
    people = ", ".join(
        f"{name} ({counted(messages, 'message')} in {counted(chats, 'chat')})"
        for name, chats, messages in best.iter_rows()
    )
    named = (
        f"{SETTINGS_FILE}: me.name: '{settings.me.name}' wrote nothing here"
        if settings.me.name
        else f"{SETTINGS_FILE}: me.name: say who you are"
    )
    return f"{named}; who wrote: {people or 'nobody'}"
