"""The words that tell what a value is, in the languages of `words.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

import regex
import yaml

from chatclone_dagster.privacy.normal import fold

# A year of life, in figures or as it ends in words: 30, thirty, trente, dreißig, "30 años".
AGE = (
    r"(?:\d{1,2}|[a-zäöüßáéíóú]+(?:teen|ty|zig|ßig|enta|ente|inte|anta|ante)"
    r"(?:[- ]?(?:one|two|three|four|five|six|seven|eight|nine))?)"
    r"(?: (?:years?|jahre?|a[ñn]os|ans|anni|anos|jaar|lat|лет|год|år)(?: old)?)?(?:th)?"
)


@cache
def listed_in(file: str) -> Any:
    """A YAML file of this room, parsed once; nobody changes what it holds."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads the long lists many times faster
    text = resources.files("chatclone_dagster.privacy").joinpath(file).read_text(encoding="utf-8")
    return yaml.load(text, loader)  # noqa: S506 (both loaders are safe)


def languages_by_word(lists: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Folded word by word the languages in whose list (words between blanks) it stands."""
    found: dict[str, set[str]] = {}
    for language, words in lists.items():
        for word in map(fold, words.split()):
            found.setdefault(word, set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


def any_of(*keys: str) -> str:
    """A pattern for any word of these lists (or of one language's list: `code.en`), longest first; blanks may be several."""
    words = sorted({word for key in keys for word in _listed(key)}, key=lambda word: (-len(word), word))
    return one_of(word.replace(" ?", r"\s?").replace(" ", r"\s+") for word in words)


# What begins with different ones of these cannot match at one place, whatever the case; with capitals, or σ and ς, it can.
_LETTER = regex.compile(r"(?![ıſς])[\p{Ll}\p{Lo}](?![?*+{])")


def one_of(patterns: Iterable[str]) -> str:
    """A pattern for any of these, of which the first that matches counts; those with the same beginning share it.

    A search that backtracks (`regex`) tries alternatives one after the other: of hundreds it tries a few.
    """
    return "(?:" + "|".join(_sharing(patterns)) + ")"


def _sharing(patterns: Iterable[str]) -> Iterator[str]:
    for has_letter, group in groupby(patterns, lambda pattern: _LETTER.match(pattern) is not None):
        if not has_letter:
            yield from group
            continue
        behind: dict[str, list[str]] = {}
        for pattern in group:
            behind.setdefault(pattern[0], []).append(pattern[1:])
        for letter, rests in behind.items():
            shared = list(_sharing(rests))
            yield letter + (shared[0] if len(shared) == 1 else f"(?:{'|'.join(shared)})")


def _listed(key: str) -> list[str]:
    found = listed_in("words.yaml")
    for part in key.split("."):
        found = found[part]
    lists = found.values() if isinstance(found, dict) else [found]
    return [word.replace("{age}", AGE) for words in lists for word in words]
