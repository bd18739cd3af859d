"""Names of one alphabet in the other: Evgeny is written Евгений, and Катя katya."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from chatclone_dagster.privacy.normal import fold
from chatclone_dagster.privacy.words import listed_in

_LATIN, _CYRILLIC = regex.compile(r"[a-z]+"), regex.compile(r"[а-яіїєґ]+")
_SHORTEST = 5  # letters of a name that is no other word when it is put into the other alphabet

# Without marks: й and ё are и and е here (normal.fold).
_LETTERS = (
    "а:a б:b в:v г:g д:d е:e ж:zh з:z и:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:shch ъ: ы:y ь: "
    "э:e ю:yu я:ya і:i ї:i є:ie ґ:g"
)
_TO_LATIN = str.maketrans(dict(pair.split(":") for pair in regex.split(" ", _LETTERS)))
_TO_CYRILLIC = (
    *(("shch", "щ"), ("sch", "ш"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("ph", "ф")),
    *(("th", "т"), ("ck", "к"), ("ya", "я"), ("yu", "ю"), ("ye", "е"), ("yo", "е"), ("ia", "ия"), ("x", "кс")),
    *(("j", "дж"), ("qu", "кв"), *zip("abcdefghiklmnopqrstuvwyz", "абкдефгхиклмнопкрстуввиз", strict=True)),
)


def transliterated(name: str) -> Iterator[str]:
    """A folded name, and what people so called are called for short, in the other alphabet."""
    if _LATIN.fullmatch(name):
        listed = _spelled_so().get(_sound(name), ())
        yield from listed
        if not listed and len(name) >= _SHORTEST:
            yield from _cyrillic(name)
    elif _CYRILLIC.fullmatch(name):
        for word in {name, *_together().get(name, ())}:
            yield from _latin(word)


def _cyrillic(name: str) -> Iterator[str]:
    for latin, letter in _TO_CYRILLIC:
        name = name.replace(latin, letter)
    yield name
    if name[-1] == "л":
        yield name + "ь"
    if name[0] == "е":
        yield "э" + name[1:]


def _latin(name: str) -> Iterator[str]:
    made = name.translate(_TO_LATIN)
    if len(made) < _SHORTEST - 1:
        return
    yield made
    for ending, others in (("ii", ("y", "iy", "i")), ("ei", ("ey",)), ("ya", ("ia", "ja")), ("iya", ("ia",))):
        if made.endswith(ending):
            yield from (made.removesuffix(ending) + other for other in others)


def _sound(latin: str) -> str:
    """What the spellings of a Russian name in Latin letters share: Yuliya, Julia and Iulia."""
    for letters, others in (("y", "i"), ("j", "i"), ("x", "ks"), ("kh", "h"), ("w", "v"), ("ii", "i")):
        latin = latin.replace(letters, others)
    return latin.removeprefix("i") if latin.startswith("ie") else latin


@cache
def _together() -> dict[str, frozenset[str]]:
    """The names in Cyrillic letters of nicknames.yaml, each with the names and short forms beside it."""
    found: dict[str, set[str]] = {}
    for language in ("ru", "uk"):
        for whole, short in listed_in("known_names/nicknames.yaml")[language].items():
            for name in map(fold, whole.split()):
                found.setdefault(name, {name}).update(map(fold, short.split()))
    return {name: frozenset(others) for name, others in found.items()}


@cache
def _spelled_so() -> dict[str, frozenset[str]]:
    """By sound the names in Cyrillic letters with their short forms."""
    found: dict[str, frozenset[str]] = {}
    for name, others in _together().items():
        sound = _sound(name.translate(_TO_LATIN))
        found[sound] = found.get(sound, frozenset()) | others
    return found
