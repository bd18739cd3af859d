"""Where a text holds an e-mail address, a phone or card number, an IBAN or a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import phonenumbers
import polars as pl
from stdnum import iban, luhn

from chatclone_dagster.messages.phones import regions_of as regions_of  # noqa: PLC0414 (known from here)
from chatclone_dagster.settings import PRIVATE_KINDS, PrivateKind, Settings

# Bare domains (no scheme, no www) count only under endings that are not also the start of a sentence somebody typed
# without a space ("yes.no", "fine.it"); other endings need a path behind them.
_PLAIN_ENDINGS = "com|org|net|edu|gov|info|io|de|co\\.uk|app|dev|eu"
_URL = re.compile(
    rf"""(?xi)
      \b(?:https?|ftp)://[^\s<>"]+
    | \bwww\.[^\s<>"]+
    | (?<![@\w.-])(?:[a-z0-9-]+\.)+(?:{_PLAIN_ENDINGS})\b(?:/[^\s<>"]*)?(?![@\w])
    | (?<![@\w.-])(?:[a-z0-9-]+\.)+[a-z]{{2,6}}/[^\s<>"]+
    """
)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]+\.)+[a-zA-Z]{2,}")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
_CARD = re.compile(r"(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)")

MIGHT_HOLD = r"@|\d[^\w@]{0,3}(?:\d[^\w@]{0,3}){5,}\d|://|www\.|\w\.\w"
"""A text without a match for this pattern holds nothing private of these kinds: a cheap first look, the same recall."""


@dataclass(frozen=True, slots=True)
class Span:
    """A private value: `text[start:end]`, its kind, and the canonical form in which its spellings are equal."""

    kind: PrivateKind
    start: int
    end: int
    canonical: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds private values as the settings ask, and the words of `names` where they stand alone."""

    regions: tuple[str, ...]
    names: re.Pattern[str] | None

    @classmethod
    def of(cls, settings: Settings, names: Iterable[str] = ()) -> Finder:
        """A finder for these settings and these people's names."""
        words = {word for name in names for word in re.findall(r"[^\W\d_]{2,}", name)}
        pattern = rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})(?!\w)"
        return cls(regions_of(settings.time.zone), re.compile(pattern, re.IGNORECASE) if words else None)

    def find(self, text: str, kinds: Sequence[PrivateKind] | None = None) -> list[Span]:
        """Private values of these kinds (all if none are given), left to right, none inside another."""
        spans = find(text, PRIVATE_KINDS if kinds is None else kinds, self.regions)
        for match in self.names.finditer(text) if self.names and (kinds is None or "name" in kinds) else ():
            if all(match.end() <= span.start or span.end <= match.start() for span in spans):
                spans.append(Span("name", match.start(), match.end(), match[0].casefold()))
        return sorted(spans, key=lambda span: span.start)

    def might_hold(self, texts: pl.Series) -> pl.Series:
        """Whether a text is worth looking at; one for which this is false holds nothing private."""
        named = texts.str.contains(f"(?i){self.names.pattern[7:-6]}") if self.names else False
        return texts.str.contains(MIGHT_HOLD) | named


def find(text: str, kinds: Sequence[PrivateKind], regions: Sequence[str] = ()) -> list[Span]:
    """Find private values, left to right, none inside another.

    `regions` (ISO 3166, e.g. DE) are the countries whose phone numbers are recognised without a country code. Cards
    must satisfy the Luhn check, IBANs ISO 13616, phone numbers the numbering plan of their country.
    """
    spans: list[Span] = []
    for kind, finder in _FINDERS.items():
        if kind in kinds:
            for span in finder(text, regions):
                if all(span.end <= other.start or other.end <= span.start for other in spans):
                    spans.append(span)
    return sorted(spans, key=lambda span: span.start)


def _urls(text: str, _: Sequence[str]) -> Iterator[Span]:
    for match in _URL.finditer(text):
        link = _without_punctuation(match[0])
        yield Span("url", match.start(), match.start() + len(link), link.rstrip("/").lower())


def _emails(text: str, _: Sequence[str]) -> Iterator[Span]:
    for match in _EMAIL.finditer(text):
        yield Span("email", match.start(), match.end(), match[0].lower())


def _ibans(text: str, _: Sequence[str]) -> Iterator[Span]:
    for match in _IBAN.finditer(text):
        if account := _longest_iban(match[0]):
            yield Span("iban", match.start(), match.start() + len(account), iban.compact(account))


def _cards(text: str, _: Sequence[str]) -> Iterator[Span]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if luhn.is_valid(digits):
            yield Span("card", match.start(), match.end(), digits)


def _phones(text: str, regions: Sequence[str]) -> Iterator[Span]:
    for region in regions or (None,):
        for found in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
            written = phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
            yield Span("phone", found.start, found.end, written)


# Of overlapping finds the kind that stands first here counts.
_FINDERS = {"url": _urls, "email": _emails, "iban": _ibans, "card": _cards, "phone": _phones}


def _without_punctuation(url: str) -> str:
    """A link without the full stop, comma or bracket that belongs to the sentence around it."""
    url = url.rstrip(".,;:!?'\"*_»")
    while url.endswith((")", "]")) and url.count("(") + url.count("[") < url.count(")") + url.count("]"):
        url = url[:-1].rstrip(".,;:!?")
    return url


def _longest_iban(text: str) -> str | None:
    """The longest start of `text` that is a valid IBAN (words that follow it look like more of it)."""
    ends = (end for end in range(len(text), 14, -1) if text[end - 1].isalnum())
    return next((text[:end] for end in ends if iban.is_valid(text[:end])), None)
