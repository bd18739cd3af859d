"""Numbers of people in registers: passports, identity cards, tax and social security numbers."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType
from typing import Any

import regex

from chatclone_dagster.privacy import triggers
from chatclone_dagster.privacy.recognizers.base import Recognizer
from chatclone_dagster.privacy.words import listed_in, one_of

_IS = (
    r"(?:is|was|ist|lautet|es|est|è|é|jest|to|är|er|on|हैं?|هو|هي|是|は|no|nr|n[º°o.]|number|num|nummer|"
    r"numer|número|numero|numéro|номер|رقم|नंबर|:|=|#|-|\.|\()"
)
_NEAR = rf"[\s\"'*«„“.:]*(?:{_IS}[\s.:\"'*«„“]*){{0,3}}(?:(?:(?!\s(?:cap|plz|cep|zip|cp)\s)[^\d\n.!?]){{0,24}}[\s:])??"
# Told by name alone, a number must at least look like one: of five digits or more, no date, no amount.
_VALUE = (
    r"(?P<value>(?<!\w)(?:(?:[A-Z]{1,4}[ -]?)?\d(?:[ ./-]?[A-Z0-9]){4,19}(?!\w|[.,]\d|\s?[€$£%])|"
    r"(?-i:(?=(?:[A-Z]*\d){3})[A-Z][A-Z0-9]{6,17})(?!\w)))"
)
_DATE = regex.compile(
    r"[0-3]?\d[./-][0-3]?\d[./-](?:\d{4}|\d\d)|(?:19|20)\d\d[./-][01]?\d[./-][0-3]?\d|(?:19|20)\d\d[-/](?:19|20)?\d\d"
)
_END = regex.compile(r"[A-Z0-9](?![A-Z0-9])", regex.IGNORECASE)  # of a group
_LAST = regex.compile(r"\d[A-Z]{0,3}$|(?<=\d[ -])[A-Z]{1,2}$")


@dataclass(frozen=True)
class Document:
    """One sort of number: the words for it, and a shape known without words; `checked` is whether the words alone do not do."""

    name: str
    words: tuple[str, ...]
    written: str | None
    checked: bool

    @property
    def look(self) -> str:
        """A pattern without which a text has none of them."""
        words = "|".join(word.replace(" ", r"\s") for word in self.words)
        return f"(?i){words}" + (f"|{self.written}" if self.written else "")

    @cached_property
    def check(self) -> ModuleType | None:
        """Its check; None: python-stdnum has none."""
        try:
            return importlib.import_module(f"stdnum.{self.name}")
        except ModuleNotFoundError:
            return None

    @cached_property
    def told(self) -> regex.Pattern[str]:
        """A word and the number behind it."""
        words = sorted((word.replace(" ", r"\s") for word in self.words), key=len, reverse=True)
        return regex.compile(
            rf"(?:(?<![\p{{L}}]){one_of(words)}(?!\p{{L}})|{_unspaced(self.words)}){_NEAR}{_VALUE}", regex.IGNORECASE
        )

    @cached_property
    def shape(self) -> regex.Pattern[str] | None:
        """The number by itself."""
        pattern = rf"(?<![\w.-])(?:{self.written})(?![\w]|[.-]\d)"
        return regex.compile(pattern, regex.IGNORECASE) if self.written else None


@cache
def documents() -> tuple[Document, ...]:
    """All of documents.yaml."""
    return tuple(
        Document(entry["name"], tuple(entry["told"]), entry.get("shape"), bool(entry.get("checked")))
        for entry in listed_in("documents.yaml")
    )


@cache
def _looks() -> Any:
    return triggers.together(*(document.look for document in documents()))


def _unspaced(words: Iterable[str]) -> str:
    """The words of scripts that put no blanks between words; what matches nothing if there are none."""
    found = [word for word in words if regex.match(r"[\p{Han}\p{Katakana}\p{Hiragana}\p{Hangul}]", word)]
    return "(?:" + "|".join(found) + ")" if found else r"(?!)"


class Documents(Recognizer):
    """Numbers of identity: by the words before them, or by a shape whose check digits hold."""

    kind = "id_number"

    def spans(self, text: str) -> Iterable[tuple[int, int, float]]:
        """Told and checked 0.95, only told 0.6; a shape that is checked 0.75, one without a check 0.5."""
        for document in (documents()[index] for index in _looks().Match(text) or ()):
            for match in document.told.finditer(text):
                if found := _told(document, match["value"]):
                    yield match.start("value"), match.start("value") + found[0], found[1]
            if document.shape:
                for match in document.shape.finditer(text):
                    if document.check is None:
                        yield *match.span(), 0.5 if regex.search(r"\p{L}", match[0]) else 0.2
                    elif _holds(document.check, match[0]):
                        yield *match.span(), 0.75


def _holds(check: ModuleType, number: str) -> bool:
    """Whether the check digits and the parts of a number are right; some of python-stdnum's checks trip over wrong ones."""
    try:
        return bool(check.is_valid(number))
    except (KeyError, IndexError, ValueError):
        return False


def _told(document: Document, value: str) -> tuple[int, float] | None:
    """How much of what follows the word is the number, and the score."""
    if _DATE.fullmatch(value):
        return None
    ends = [match.end() for match in _END.finditer(value)]
    if document.check:
        for end in reversed(ends):
            if _holds(document.check, value[:end]):
                return end, 0.95
    if document.checked:
        return None
    # Words that follow look like more of it: the number ends with its last group that has a digit or stands in capitals.
    end = max((end for end in ends if _LAST.search(value[:end])), default=0)
    digits = sum(char.isdigit() for char in value[:end])
    mixed = digits >= 3 and regex.fullmatch(r"[A-Z0-9]{7,}", value[:end])
    return (end, 0.6) if digits >= 5 or mixed else None
