"""Senders as exports have them, and by what each can be recognised elsewhere: name, number, e-mail address, the app's id."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from chatclone_dagster.names import MARKS, normal_name
from chatclone_dagster.phones import email_of, phone_of

SENDER = ("source", "sender_key", "sender_name", "from_owner", "chat")
"""What one sender is: columns of tables.RAW_ROWS, and `chat` (see `with_chat_of_nameless`)."""

_OF_SOURCE = re.compile(r"([a-z][a-z0-9_]*):(.+)", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")

# What apps call everybody who closed an account, or whom an exporter could not make out: in each chat somebody else.
NAMELESS = frozenset(
    re.split(
        r"[|\n] *",
        """deleted account|deleted user|deleted user#0000|facebook user|facebook-nutzer|facebook-nutzer:in|facebookbruger
        utilisateur de facebook|utilisateur facebook|usuario de facebook|utente di facebook|usuário do facebook
        instagram user|instagram-nutzer|instagram-benutzer|utilisateur instagram|utilisateur d'instagram|instagrammer
        usuario de instagram|utente di instagram|usuário do instagram|messenger user|no-sender|unknown|unknown user
        unknown participant|gelöschtes konto|compte supprimé|cuenta eliminada|account eliminato|conta excluída""",
    )
)


def form_of(text: str, regions: tuple[str, ...]) -> str:
    """What a name, number, address or `source:name` is looked up by, in settings and in exports alike."""
    if found := _OF_SOURCE.fullmatch(text):
        return f"{found[1]}:{form_of(found[2], regions)}"
    return phone_of(text, regions) or email_of(text) or name_to_compare(text)


def name_to_compare(name: str) -> str:
    """The normal name; with a `~` before the one word that a stranger chose, which is not the friend of that name."""
    normal = normal_name(name)
    return f"~{normal}" if is_pushname(name) and " " not in normal else normal


def forms_of(
    source: str, key: str | None, written: str | None, chat: str | None, regions: tuple[str, ...]
) -> frozenset[str]:
    """All forms that mean a sender, with and without the app's name before them; of one without a name, app and chat."""
    if chat is not None:
        return frozenset([form_of(f"{source}:{chat}", regions)])
    forms = [form_of(text, regions) for text in (written, key) if text]
    return frozenset([*forms, *(f"{source}:{form}" for form in forms)])


def is_pushname(name: str) -> bool:
    """Whether WhatsApp shows this name for a number that is not in the address book."""
    return MARKS.sub("", name).strip().startswith("~")


def plain_name(name: str) -> str:
    """A name as people read it: without direction marks, and without the `~` of an unknown number."""
    return " ".join(MARKS.sub("", name).strip().removeprefix("~").split()) or name


@dataclass(eq=False)
class Sender:
    """One sender as exported, or a card of the address book (`source` is then None).

    `forms` is all by which settings may mean it, `name` its name if it has one, `label` whom the export or the settings say it is;
    `to_others` if this is what another phone than the owner's calls somebody.
    """

    source: str | None
    key: str | None
    written: str | None
    chat: str | None
    messages: int
    name: str | None
    phones: frozenset[str]
    emails: frozenset[str]
    account: tuple[str, str] | None
    forms: frozenset[str]
    label: str | None = None
    not_owner: bool = False
    to_others: bool = False
    rule: str | None = None
    evidence: str = ""
    at: str = field(default="", repr=False)


def with_chat_of_nameless(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `chat`: the chat's key for senders of whom nothing is known but that their account is gone; else null."""
    key, name = pl.col("sender_key"), pl.col("sender_name")
    names = rows["sender_name"].unique().drop_nulls()
    gone = [called for called in names if normal_name(called) in NAMELESS]
    unknown = name.is_in(gone) & (key.is_null() | (key == name))
    return rows.with_columns(chat=pl.when(unknown).then("conversation_key"))


def sender_of(
    source: str, key: str | None, written: str | None, chat: str | None, messages: int, regions: tuple[str, ...]
) -> Sender:
    """A sender as exported with all it can be recognised by."""
    texts = [text for text in (written, key) if text]
    phones = frozenset(phone for text in texts if (phone := phone_of(text, regions)))
    emails = frozenset(email for text in texts if (email := email_of(text)))
    named = written if written and not _is_key(written, regions) and chat is None else None
    own_key = key if key and not phone_of(key, regions) else None
    has_account = own_key and (written is None or normal_name(own_key) != normal_name(written))
    return Sender(
        source,
        key,
        written,
        chat,
        messages,
        named,
        phones,
        emails,
        (source, own_key) if own_key and has_account else None,
        forms_of(source, key, written, chat, regions),
    )


def contact_of(name: str, phones: Iterable[str], emails: Iterable[str], at: str, regions: tuple[str, ...]) -> Sender:
    """A card of the address book; `at` says where it stands."""
    numbers, addresses = frozenset(phones), frozenset(emails)
    forms = frozenset([form_of(name, regions), *numbers, *addresses])
    return Sender(None, None, name, None, 0, name, numbers, addresses, None, forms, at=at)


def _is_key(text: str, regions: tuple[str, ...]) -> bool:
    """Whether a name as exported is but a number or an address."""
    return bool(phone_of(text, regions) or email_of(text) or not _LETTER.search(text))
