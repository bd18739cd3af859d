"""The settings of a home: every key of `chatclone.toml`, what it means and what it may hold."""

from __future__ import annotations

import fnmatch
import tomllib
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, get_args
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from chatclone_dagster.errors import UserError

SETTINGS_FILE = "chatclone.toml"
VERSION = 1
"""The shape of chatclone.toml that this release writes; older ones are to be migrated on opening."""

NEW_SETTINGS = """\
version = 1

[me]
name = ""        # your name as the exports have it
aliases = []     # other names, numbers and handles that are you

[time]
zone = "{zone}"  # where the phone was that made exports without a zone (WhatsApp, iMazing, iMessage)

[sessions]
gap_minutes = 180  # a silence this long ends a session
# kinds = {{ sticker = "skip", voice = "cut" }}  # what has no words is shown as [voice]; or skipped, or nothing is joined across it

[privacy]  # what becomes of each kind before anything is learned: keep, pseudonym, mask or drop (the whole message)
secret = "drop"        # passwords, keys; likewise email, phone, card, iban, url, ip, code, address, birth_date, id_number
name = "keep"          # people's names; "pseudonym" gives everybody but you another one, the same everywhere

[exclude]              # who and what is to be left out, here or by `chatclone exclude`
people = []            # who does not want to be in it
conversations = []     # titles of chats; * stands for anything
# ranges = [{{ from = 2020-01-01, to = 2020-03-31, conversation = "Football" }}]

[dataset]
window_tokens = 256  # longest training example, in tokens of the base model

[personas.me]
base = "starter"     # or a hub id such as "Qwen/Qwen3-0.6B", or a folder
# recipe = "small"   # starter, small, large or a YAML file of yours; chosen by the base's size if left out

# Somebody else to clone, who agreed:
# [personas.jonas]
# who = "Jonas Weber"
# consent = {{ by = "Jonas Weber", date = 2026-01-31, how = "told me so, in writing" }}

# A table with columns of its own:
# [[reading.tables]]
# match = "*.csv"
# columns = {{ sent_at = "when", sender = "from", text = "body", conversation = "thread" }}
"""


class SettingsError(UserError):
    """A setting is wrong or missing; the message is one line: file, key, what is allowed."""


def known_zone(name: str) -> str:
    """The name of a time zone.

    Raises:
        ValueError: there is no such zone.
    """
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no time zone; use a name like Europe/Berlin or UTC")
    return name


PersonaKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
TableColumn = Literal["sent_at", "sender", "text", "conversation", "message_id", "reply_to", "is_owner", "kind"]
Mark = Literal["forwarded", "chain_message", "pasted_wall", "bot", "quote", "command", "link_only", "code"]
WordlessKind = Literal["media", "sticker", "voice", "call", "location", "poll", "contact"]
PrivateKind = Literal[
    "email",
    "phone",
    "card",
    "iban",
    "url",
    "ip",
    "code",
    "secret",
    "address",
    "birth_date",
    "id_number",
    "name",
]
PRIVATE_KINDS: tuple[PrivateKind, ...] = get_args(PrivateKind)
Policy = Literal["keep", "pseudonym", "mask", "drop"]
_FIRST_KINDS = PRIVATE_KINDS[:5]  # those that `replace`, the key before there were policies, chose from


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Me(_Section):
    """Who owns the home: the name in the exports, and other names, numbers or handles that are the owner too."""

    name: str = ""
    aliases: tuple[str, ...] = ()


class Time(_Section):
    """`zone`: the zone of the phone that made exports without one (WhatsApp, iMazing, imessage-exporter)."""

    zone: Annotated[str, AfterValidator(known_zone)] = "UTC"


class FileSettings(_Section):
    """What a file's content does not say: the order of its dates."""

    match: str
    date_order: Literal["dmy", "mdy", "ymd", "ydm"]


class TableSettings(_Section):
    """A table of messages with columns of its own; see readers.contract.TableMapping."""

    match: str
    columns: dict[TableColumn, str]
    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")] = "table"
    time_format: str | None = None


class Reading(_Section):
    """How files are read; of several entries the first whose `match` (a glob on path or name) fits counts."""

    tables: tuple[TableSettings, ...] = ()
    files: tuple[FileSettings, ...] = ()


class Identity(_Section):
    """Who is who, beside `[people]`: further address books, and what must not be taken for one person.

    `contacts`: `.vcf` files that do not lie in exports/ (from the home's folder, or `~/…`). `different`: pairs of names, numbers
    or `source:name` that are two people, whatever else speaks for one.
    """

    contacts: tuple[str, ...] = ()
    different: tuple[tuple[str, str], ...] = ()


class Sessions(_Section):
    """A silence of `gap_minutes` ends a session. `kinds`: what a message without words does to the talk around it.

    `show`: a placeholder stands for it in its turn; `skip`: as if it were not there; `cut`: nothing is joined across it, since
    what was said there cannot be known. Kinds left out are shown, but calls, which are skipped.
    """

    gap_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 30)] = 180
    kinds: dict[WordlessKind, Literal["show", "skip", "cut"]] = {}

    def kinds_that(self, what: Literal["skip", "cut"]) -> list[str]:
        """The kinds that are skipped, or that cut; in order of the alphabet."""
        return sorted(kind for kind, does in {"call": "skip", **self.kinds}.items() if does == what)


class Privacy(_Section):
    """What becomes of private values in messages_safe, by kind.

    `keep` leaves them, `pseudonym` puts a stand-in of the same kind and shape in their place, `mask` writes `[email]`, and
    `drop` leaves out the whole message. Names are kept unless asked otherwise: whoever clones themself wants to read of
    their own friends, and a name that no message is learned under would make the history a stranger's. `own_name` is the
    same for the owner's name. `threshold` (0 to 0.9): finds less sure than this do not count. `regions`: countries (ISO 3166)
    whose phone numbers are written without a country code, beside that of the zone. `ner`: an installed spaCy model, or the
    folder of one, that finds names too.
    """

    email: Policy = "pseudonym"
    phone: Policy = "pseudonym"
    card: Policy = "pseudonym"
    iban: Policy = "pseudonym"
    url: Policy = "pseudonym"
    ip: Policy = "pseudonym"
    code: Policy = "pseudonym"
    secret: Policy = "drop"  # noqa: S105
    address: Policy = "pseudonym"
    birth_date: Policy = "pseudonym"
    id_number: Policy = "pseudonym"
    name: Policy = "keep"
    own_name: Literal["keep", "pseudonym"] = "keep"
    threshold: Annotated[float, Field(ge=0, le=0.9)] = 0.4
    regions: tuple[Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")], ...] = ()
    ner: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_replace(cls, given: Any) -> Any:
        """Read `replace = [...]`: of the kinds it could name, those it does not are kept; keys of their own count more."""
        if not isinstance(given, dict) or "replace" not in given:
            return given
        kinds = given["replace"]
        if not isinstance(kinds, list | tuple) or not set(kinds) <= set(PRIVATE_KINDS):
            raise ValueError(f"replace: a list of {', '.join(PRIVATE_KINDS)}")
        old = {kind: "pseudonym" if kind in kinds else "keep" for kind in {*_FIRST_KINDS, *kinds}}
        return {**old, **{key: value for key, value in given.items() if key != "replace"}}

    def policy(self, kind: PrivateKind) -> Policy:
        """What becomes of a kind."""
        policy: Policy = getattr(self, kind)
        return policy


class Content(_Section):
    """`leave_out`: marks (tables.MARKS) of messages that are not learned from; a quote is cut off where that is possible."""

    leave_out: tuple[Mark, ...] = ("forwarded", "chain_message", "pasted_wall", "bot", "quote", "command", "code")


class Range(_Section):
    """Days that are left out, first and last included, in the owner's zone; of one chat or person only, if named."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Annotated[date | None, Field(alias="from")] = None
    to: date | None = None
    conversation: str | None = None
    person: str | None = None

    @model_validator(mode="after")
    def _has_days(self) -> Range:
        if self.from_ is None and self.to is None:
            raise ValueError("say from, to or both")
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError(f"from {self.from_} is after to {self.to}")
        return self


class Exclude(_Section):
    """What is taken out before anything is learned or shown.

    `people` by any name or number; `conversations` by title (`*` stands for anything) or id.
    """

    people: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()

    @property
    def names_people(self) -> bool:
        """Whether somebody must be known by name; to look everybody up takes 2 s of 1 M messages."""
        return bool(self.people) or any(one.person is not None for one in self.ranges)


class Forgotten(_Section):
    """Somebody whose messages are dropped as they are read: since when, and the keyed hashes of their names and numbers."""

    on: date
    forms: Annotated[tuple[str, ...], Field(min_length=1)]


class Dataset(_Section):
    """`window_tokens`: longest training example; `min_replies`: fewest in each of train, validation and test."""

    window_tokens: Annotated[int, Field(ge=32, le=131072)] = 256
    min_replies: Annotated[int, Field(ge=1)] = 20


class Consent(_Section):
    """That a person agreed to be cloned: who said so, when, and how."""

    by: Annotated[str, StringConstraints(min_length=1)]
    date: date
    how: Annotated[str, StringConstraints(min_length=1)]


class Persona(_Section):
    """Somebody to clone: `who` is a participant (the owner if left out), `base` and `recipe` say how."""

    who: str | None = None
    base: str = "starter"
    recipe: str | None = None
    consent: Consent | None = None

    @field_validator("consent", mode="before")
    @classmethod
    def _no_is_none(cls, given: object) -> object:
        """`consent = false` is what somebody writes down who was told no."""
        return None if given is False else given


class Mlflow(_Section):
    """`tracking_uri`: where runs are recorded; the home's own database if left out."""

    tracking_uri: str | None = None


class Settings(_Section):
    """All of chatclone.toml."""

    version: int = VERSION
    me: Me = Me()
    time: Time = Time()
    reading: Reading = Reading()
    people: dict[str, tuple[str, ...]] = {}
    identity: Identity = Identity()
    sessions: Sessions = Sessions()
    privacy: Privacy = Privacy()
    content: Content = Content()
    exclude: Exclude = Exclude()
    forgotten: tuple[Forgotten, ...] = ()
    dataset: Dataset = Dataset()
    personas: dict[PersonaKey, Persona] = {}
    mlflow: Mlflow = Mlflow()

    @property
    def forgotten_forms(self) -> list[str]:
        """The keyed hashes of everybody forgotten."""
        return sorted(form for one in self.forgotten for form in one.forms)

    def persona(self, key: str) -> Persona:
        """The settings of a persona.

        Raises:
            SettingsError: no such persona, or one other than the owner without consent.
        """
        if key not in self.all_personas:
            known = ", ".join(self.all_personas)
            raise SettingsError(f"{SETTINGS_FILE}: personas: there is no '{key}'; known: {known}")
        persona = self.all_personas[key]
        if persona.who is not None and persona.consent is None:
            raise SettingsError(
                f"{SETTINGS_FILE}: personas.{key}.consent: cloning {persona.who} needs their consent; "
                'write consent = { by = "…", date = 2026-01-31, how = "…" }'
            )
        return persona

    @property
    def all_personas(self) -> dict[str, Persona]:
        """Every persona, the owner (`me`) first whether written down or not."""
        return {"me": Persona(), **self.personas}


def parse_settings(text: str, file: str = SETTINGS_FILE) -> Settings:
    """Read the text of a chatclone.toml.

    Raises:
        SettingsError: not TOML, written by a newer release, or a wrong key or value.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {error}") from None
    if not isinstance(raw.get("version", VERSION), int) or raw.get("version", VERSION) > VERSION:
        raise SettingsError(f"{file}: version: {raw['version']!r} is newer than this release reads ({VERSION})")
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"] if part != "[key]")
        what = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            what = "there is no such setting"
        raise SettingsError(f"{file}: {key}: {what}") from None
    return settings


_Entry = TypeVar("_Entry", TableSettings, FileSettings)


def matching(entries: tuple[_Entry, ...], file: str) -> _Entry | None:
    """The first entry whose glob fits a path under exports/ or its last part."""
    last = file.replace("!", "/").rsplit("/", 1)[-1]
    return next((e for e in entries if fnmatch.fnmatch(file, e.match) or fnmatch.fnmatch(last, e.match)), None)
