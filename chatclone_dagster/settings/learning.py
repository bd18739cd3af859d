"""Sections on what is learned, by whom and where it is recorded: `[content]`, `[dataset]`, `[personas]`, `[mlflow]`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from chatclone_dagster.settings.privacy import Consent
from chatclone_dagster.settings.section import Section

PersonaKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Mark = Literal["forwarded", "chain_message", "pasted_wall", "bot", "quote", "command", "link_only", "code"]


class Content(Section):
    """`leave_out`: marks (tables.MARKS) of messages that are not learned from; a quote is cut off where that is possible."""

    leave_out: tuple[Mark, ...] = ("forwarded", "chain_message", "pasted_wall", "bot", "quote", "command", "code")


class Dataset(Section):
    """`window_tokens`: longest training example; `min_replies`: fewest in each of train, validation and test."""

    window_tokens: Annotated[int, Field(ge=32, le=131072)] = 256
    min_replies: Annotated[int, Field(ge=1)] = 20


class Persona(Section):
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


class Mlflow(Section):
    """`tracking_uri`: where runs are recorded; the home's own database if left out."""

    tracking_uri: str | None = None
