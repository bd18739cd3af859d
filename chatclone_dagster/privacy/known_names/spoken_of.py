"""Whether a word in small letters that is also a name is a person: by what stands around it (spoken_of.yaml)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import regex

from chatclone_dagster.privacy.normal import fold
from chatclone_dagster.privacy.words import listed_in

_FILE = "known_names/spoken_of.yaml"
_PAUSE = regex.compile(r"\s*(?:[,.!?;:…\n()\"“”„«»]|\p{So}|(?<=\s)-(?=\s))[\s\p{P}\p{S}]*")
_APOSTROPHE, _BLANKS = regex.compile(r"(?<=\w)'(?=\w)"), regex.compile(r"[^\w|]+")
_OWNED = regex.compile(r"'s?(?= \w)|'s(?=\s*(?:$|[,.!?\n]))")
_PART = regex.compile(r"<(\w+)>")
_PLAIN = str.maketrans("łıøđ", "liod")  # letters with a stroke, which are no letters with a mark
_SEEN = 60  # characters on either side that have a say


def is_spoken_of(text: str, place: tuple[int, int], name: str, languages: Iterable[str]) -> bool:
    """Whether the word at `place`, a form of the folded `name` that is also a word of these languages, is a person here."""
    context = _context(text, place, genitive=fold(text[slice(*place)]) == name + "s")
    return any(
        _pattern(language, _sort(name)).search(context) for language in languages if language in spoken_languages()
    )


@cache
def spoken_languages() -> frozenset[str]:
    """The languages for which there are patterns."""
    return frozenset(listed_in(_FILE)) - {"sorts"}


def _context(text: str, place: tuple[int, int], genitive: bool) -> str:
    """The words around, "N" for the name, "|" for pauses and the ends of the text."""
    start, end = place
    ahead, behind = text[max(0, start - _SEEN) : start], text[end : end + _SEEN]
    if owned := _OWNED.match(behind) is not None:
        behind = behind.lstrip("'s")
    ahead = ahead.partition(" ")[2] if start > _SEEN else f"| {ahead}"
    behind = behind.rpartition(" ")[0] if end + _SEEN < len(text) else f"{behind} |"
    left, right = (
        _BLANKS.sub(" ", _PAUSE.sub(" | ", _APOSTROPHE.sub("", fold(side).translate(_PLAIN))))
        for side in (ahead, behind)
    )
    return f"{left.strip()} N {'s ' if genitive or owned else ''}{right.strip()}"


@cache
def _sorts() -> dict[str, str]:
    return {fold(word): sort for sort, words in listed_in(_FILE)["sorts"].items() for word in words.split()}


def _sort(name: str) -> str:
    return _sorts().get(name, "thing")


@cache
def _pattern(language: str, sort: str) -> Any:
    """Any of a language's patterns for such names; `<key>` in them stands for one of its words."""
    parts = listed_in(_FILE)[language]

    def filled(part: Any) -> str:
        words = parts[part[1]]
        return _PART.sub(filled, "(?:" + "|".join(words.split("," if "," in words else None)) + ")")

    patterns = (_PART.sub(filled, pattern) for kind in parts["for"][sort].split() for pattern in parts[kind])
    return regex.compile(r"(?<!\S)(?:" + "|".join(patterns) + r")(?!\S)")
