"""The settings of a home: every key of `chatclone.toml`; the sections stand in the modules beside, by the room that reads them."""

from __future__ import annotations

import tomllib

from pydantic import Field, ValidationError

from chatclone_dagster.errors import UserError
from chatclone_dagster.settings.history import (
    FileSettings,
    Identity,
    Me,
    Reading,
    Sessions,
    TableColumn,
    TableSettings,
    Time,
    WordlessKind,
    known_zone,
    matching,
)
from chatclone_dagster.settings.learning import (
    Content,
    Dataset,
    Mark,
    Mlflow,
    Persona,
    PersonaKey,
)
from chatclone_dagster.settings.privacy import (
    PRIVATE_KINDS,
    Consent,
    Exclude,
    Forgotten,
    Policy,
    Privacy,
    PrivateKind,
    Range,
    Someone,
)
from chatclone_dagster.settings.section import Section

__all__ = [
    "NEW_SETTINGS",
    "PRIVATE_KINDS",
    "SETTINGS_FILE",
    "VERSION",
    "Consent",
    "Content",
    "Dataset",
    "Exclude",
    "FileSettings",
    "Forgotten",
    "Identity",
    "Mark",
    "Me",
    "Mlflow",
    "Persona",
    "PersonaKey",
    "Policy",
    "Privacy",
    "PrivateKind",
    "Range",
    "Reading",
    "Sessions",
    "Settings",
    "SettingsError",
    "Someone",
    "TableColumn",
    "TableSettings",
    "Time",
    "WordlessKind",
    "known_zone",
    "matching",
    "parse_settings",
]

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
people = []            # who does not want to be in it; or, under [people]: "Anna" = {{ aliases = ["Anni"], consent = false }}
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


class Settings(Section):
    """All of chatclone.toml."""

    version: int = VERSION
    me: Me = Me()
    time: Time = Time()
    reading: Reading = Reading()
    people: dict[str, Someone] = Field(default_factory=dict)
    identity: Identity = Identity()
    sessions: Sessions = Sessions()
    privacy: Privacy = Privacy()
    content: Content = Content()
    exclude: Exclude = Exclude()
    forgotten: tuple[Forgotten, ...] = ()
    dataset: Dataset = Dataset()
    personas: dict[PersonaKey, Persona] = Field(default_factory=dict)
    mlflow: Mlflow = Mlflow()

    @property
    def forgotten_forms(self) -> list[str]:
        """The keyed hashes of everybody forgotten."""
        return sorted(form for one in self.forgotten for form in one.forms)

    @property
    def aliases(self) -> dict[str, tuple[str, ...]]:
        """What everybody in `[people]` is called besides."""
        return {name: one.aliases for name, one in self.people.items()}

    @property
    def said_no(self) -> dict[str, str]:
        """Who is left out, by the name written down, and the setting where it is."""
        marked = {name: f"people.{name}.consent" for name, one in self.people.items() if not one.consent}
        return marked | dict.fromkeys(self.exclude.people, "exclude.people")

    @property
    def excludes_people(self) -> bool:
        """Whether somebody must be known by name; to look everybody up takes 2 s of 1 M messages."""
        return bool(self.said_no) or any(one.person is not None for one in self.exclude.ranges)

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
