"""How names are made short or dear: clipped ("seb", "kath"), with an ending ("jonasito", "Mehmetcim"), by rule and not by list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from chatclone_dagster.privacy.known_names.drawn import without_head
from chatclone_dagster.privacy.words import languages_by_word, listed_in

_LATIN, _CYRILLIC = regex.compile(r"[a-zßıłø]+"), regex.compile(r"\p{Cyrillic}+")
_VOWELS = "aeiouy"
_SHORTEST_CLIPPED = 5  # letters of a name that people cut
# Behind a name without its last vowel (Spanish and Portuguese, Italian, German, Polish), and behind the whole of it (Dutch, German,
# Turkish, Hindi).
_ON_STEM = (
    "ito", "ita", "cito", "cita", "inho", "inha", "zinho", "zinha", "ino", "ina", "uccio", "uccia", "etto", "etta",
    "chen", "lein", "ka", "usia", "unia", "ek", "us",
)  # fmt: skip
_ON_NAME = (
    "chen", "lein", "tje", "je", "ke", "zinho", "zinha", "cim", "cım", "cum", "cigim", "cığım", "ji", "bhai", "didi",
)  # fmt: skip
_SPELLED = {"ca": "qu", "co": "qu", "ga": "gu", "go": "gu"}  # Franca is Franquita, Thiago is Thiaguinho
_RUSSIAN = (
    "ка", "ька", "уха", "юха", "уша", "юша", "уся", "юся", "уля", "юля", "ечка", "очка", "енька", "ик", "ан", "ян",
    "он",
)  # fmt: skip


def shortened(name: str) -> Iterator[str]:
    """What people may call somebody of this folded name: cut after three letters or more, or with an ending of endearment."""
    if _LATIN.fullmatch(name) and len(name) > 3:
        clips = [
            name[:length] for length in range(3, len(name) - 1) if any(vowel in name[:length] for vowel in _VOWELS)
        ]
        clips = clips if len(name) >= _SHORTEST_CLIPPED else []
        for clip in clips:
            yield clip
            if clip[-1] not in "szxß" and not everyday(clip):
                yield clip + "s"
        for tail in (name[-5:], name[-6:]):  # Makayla is Kayla, Rigoberto Berto
            if len(name) > len(tail) + 1 and tail[0] not in _VOWELS and tail[1] in _VOWELS:
                yield tail
        yield from without_head(name)
        for clip in clips[:3]:
            yield from (form for form in _petted(clip) if form != name)
        stem, dropped = (name[:-1], name[-2:]) if name[-1] in "aeo" else (name, "")
        for ending in _ON_STEM:
            yield stem + ending
            if ending[0] == "i" and dropped in _SPELLED:
                yield stem[:-1] + _SPELLED[dropped] + ending
        for ending in _ON_NAME:
            yield name + ending
    elif _CYRILLIC.fullmatch(name) and len(name) > 3 and name[-1] in "ая":
        for ending in _RUSSIAN:
            yield name[:-1] + ending


def _petted(clip: str) -> Iterator[str]:
    """A clip with the vowel that makes it dear: seb is sebi or sebby."""
    if clip[-1] in _VOWELS:
        return
    if clip[-1] == "s" or (clip[-1] == "r" and len(clip) < 5):
        yield clip[:-1] + "z"
    for vowel in ("i", "y", "ie", "ou", *(("u", "o", "os", "ek") if len(clip) > 3 else ())):
        yield clip + vowel
        if clip[-2] in _VOWELS and vowel != "ou":
            yield clip + clip[-1] + vowel


@cache
def _everyday() -> dict[str, frozenset[str]]:
    return languages_by_word(listed_in("known_names/short_words.yaml"))


def everyday(word: str) -> frozenset[str]:
    """The languages in which a folded short form is also an everyday word."""
    return _everyday().get(word, frozenset())
