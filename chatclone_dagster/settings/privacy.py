"""Sections on what is private and who is left out: `[privacy]`, `[exclude]`, `[[forgotten]]`, and the consent of a persona."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, StrictBool, StringConstraints, model_validator

from chatclone_dagster.settings.section import Section

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


class Privacy(Section):
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


class Range(Section):
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


class Exclude(Section):
    """What is taken out before anything is learned or shown.

    `people` by any name or number; `conversations` by title (`*` stands for anything) or id.
    """

    people: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()


class Someone(Section):
    """An entry of `[people]`: what else somebody is called. With `consent = false` they are left out, as by `[exclude] people`."""

    aliases: tuple[str, ...] = ()
    consent: StrictBool = True

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, given: Any) -> Any:
        """Read the aliases alone."""
        if isinstance(given, list | tuple):
            return {"aliases": given}
        if isinstance(given, dict) and isinstance(given.get("consent"), dict):
            raise ValueError("consent: true or false; the consent to be cloned stands under [personas.…]")
        if not isinstance(given, dict | Someone):
            raise ValueError('a list of names, as in ["Anni"], or { aliases = ["Anni"], consent = false }')
        return given


class Forgotten(Section):
    """Somebody whose messages are dropped as they are read: since when, and the keyed hashes of their names and numbers."""

    on: date
    forms: Annotated[tuple[str, ...], Field(min_length=1)]


class Consent(Section):
    """That a person agreed to be cloned: who said so, when, and how."""

    by: Annotated[str, StringConstraints(min_length=1)]
    date: date
    how: Annotated[str, StringConstraints(min_length=1)]
