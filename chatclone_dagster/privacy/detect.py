"""Where a text holds something private: twelve kinds, found by Presidio, after a cheap first look that rules most texts out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType
from typing import TYPE_CHECKING, cast

import phonenumbers
import polars as pl
import regex

from chatclone_dagster.phones import regions_in_use
from chatclone_dagster.privacy import triggers
from chatclone_dagster.privacy.known_names.gazetteer import Gazetteer
from chatclone_dagster.privacy.normal import fold, normal, normal_column
from chatclone_dagster.settings import PRIVATE_KINDS, PrivateKind, Settings

if TYPE_CHECKING:
    from presidio_analyzer import RecognizerResult

    from chatclone_dagster.privacy.engine import Analyzer

# Of finds that cover the same the kind that stands first here counts.
_ORDER: dict[str, int] = {
    kind: rank
    for rank, kind in enumerate(
        ["email", "iban", "card", "id_number", "code", "secret", "url", "birth_date", "ip", "phone", "address", "name"]
    )
}


@dataclass(frozen=True, slots=True)
class Span:
    """A private value: `text[start:end]`, its kind, the canonical form in which its spellings are equal, and a score (0 to 1)."""

    kind: PrivateKind
    start: int
    end: int
    canonical: str
    score: float = 1.0


@dataclass(frozen=True)
class Finder:
    """Finds private values with the countries and names of one home.

    `regions` (ISO 3166, e.g. DE) are the countries whose phone numbers are recognised without a country code. Cards must
    satisfy the Luhn check, IBANs ISO 13616, phone numbers the numbering plan of their country.
    """

    regions: tuple[str, ...]
    gazetteer: Gazetteer
    threshold: float = 0.4
    ner: str | None = None

    @classmethod
    def of(cls, settings: Settings, names: Iterable[str] = ()) -> Finder:
        """As the settings have it, knowing these names; an international number among them makes its country one in use."""
        names = [name for name in names if name]
        seen = filter(None, map(_country, names))
        regions = dict.fromkeys((*regions_in_use(settings), *sorted(set(seen))))
        return cls(tuple(regions), Gazetteer(names), settings.privacy.threshold, settings.privacy.ner)

    def find(self, text: str, kinds: Sequence[PrivateKind] | None = None) -> list[Span]:
        """Find private values of these kinds (all if None), left to right, none overlapping another.

        Of finds that overlap the longest counts, of equally long ones the kind that is told or checked
        most closely (`_ORDER`), then the one with the best score.
        Offsets are code points of `text` as it is; canonical forms are of its normal form (NFKC, ASCII digits).

        Raises:
            SettingsError: the model of `privacy.ner` is not installed.
        """
        plain = normal(text)
        wanted = PRIVATE_KINDS if kinds is None else kinds
        entities = triggers.triggered(plain.text, wanted)
        if "name" in wanted and (self.gazetteer or self.ner):
            entities.append("name")
        if not entities:
            return []
        found = self._analyzer.analyze(plain.text, entities)
        return [
            Span(
                cast("PrivateKind", result.entity_type),
                *plain.back(result.start, result.end),
                _canonical(result, plain.text),
                result.score,
            )
            for result in _apart(found)
        ]

    def might_hold(self, texts: pl.Series, kinds: Sequence[PrivateKind] | None = None) -> pl.Series:
        """Whether each text may hold such a value (bool): false only where `find` finds nothing, at a fraction of its cost."""
        wanted = PRIVATE_KINDS if kinds is None else kinds
        plain = normal_column(texts)
        found = triggers.column(plain, wanted)
        if "name" in wanted and self.ner:
            found |= plain.str.contains(r"\p{L}").fill_null(False)
        elif "name" in wanted and self.gazetteer:
            found |= self.gazetteer.column(plain).fill_null(False)
        return found.alias(texts.name)

    @cached_property
    def _analyzer(self) -> Analyzer:
        with nullcontext() if self.ner else _without("torch", "transformers"):
            from chatclone_dagster.privacy.engine import Analyzer  # noqa: PLC0415 (seconds of imports)

        return Analyzer(self.regions, self.gazetteer, self.ner, self.threshold)


@contextmanager
def _without(*modules: str) -> Iterator[None]:
    """Import as if these were not installed: Presidio brings them along for models, three seconds of imports for nothing here."""
    absent = dict.fromkeys(name for name in modules if name not in sys.modules)
    sys.modules.update(cast("dict[str, ModuleType]", absent))  # None there means that there is none
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def _apart(found: Iterable[RecognizerResult]) -> list[RecognizerResult]:
    """The best finds that do not overlap, left to right."""
    kept: list[RecognizerResult] = []
    for result in sorted(found, key=lambda one: (one.start - one.end, _ORDER[one.entity_type], -one.score, one.start)):
        if all(result.end <= other.start or other.end <= result.start for other in kept):
            kept.append(result)
    return sorted(kept, key=lambda one: one.start)


def _canonical(result: RecognizerResult, text: str) -> str:
    """The form in which the spellings of one value are equal."""
    from chatclone_dagster.privacy.recognizers.base import CANONICAL  # noqa: PLC0415 (Presidio is loaded only here)
    from chatclone_dagster.privacy.recognizers.contact import plain_email  # noqa: PLC0415

    known = (result.recognition_metadata or {}).get(CANONICAL)
    if known:
        return str(known)
    value = text[result.start : result.end]
    forms: dict[str, Callable[[str], str]] = {
        "email": plain_email,
        "url": lambda url: url.rstrip("/").lower(),
        "secret": str,
        "card": lambda card: regex.sub(r"\D", "", card),
        **dict.fromkeys(("iban", "id_number", "code"), lambda number: regex.sub(r"\W", "", number).upper()),
    }
    return forms.get(result.entity_type, _words_of)(value)


def _words_of(value: str) -> str:
    return " ".join(regex.findall(r"[\p{L}\p{M}\p{N}]+", fold(value)))


@cache
def _country(name: str) -> str | None:
    """The country of a name that is an international phone number."""
    if not name.lstrip().startswith(("+", "00", "~+")):
        return None
    try:
        number = phonenumbers.parse("+" + regex.sub(r"\D", "", name).removeprefix("00"))
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.region_code_for_number(number) or None
