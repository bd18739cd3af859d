"""Names: the words they are made of, and fictional ones of the same script, part, gender (where it shows) and rough length."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Literal

import regex
import yaml

from chatclone_dagster.privacy.normal import normal
from chatclone_dagster.privacy.stand_ins import Draw

Part = Literal["first", "last"]
FICTION: dict[str, str] = yaml.safe_load(Path(__file__).with_name("fiction.yaml").read_text(encoding="utf-8"))
WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")

# Whose lists of names (Faker's) a script draws from. A script that is not here gets Latin names.
_LOCALES = {
    "LATIN": ("de_DE", "en_GB", "es_ES", "fr_FR", "it_IT", "nl_NL", "pl_PL", "pt_BR", "sv_SE", "tr_TR"),
    "CYRILLIC": ("ru_RU", "uk_UA", "bg_BG"),
    "GREEK": ("el_GR",),
    "ARABIC": ("ar_SA", "ar_PS", "fa_IR"),
    "HEBREW": ("he_IL",),
    "DEVANAGARI": ("hi_IN", "ne_NP", "mr_IN"),
    "BENGALI": ("bn_BD",),
    "TAMIL": ("ta_IN",),
    "GUJARATI": ("gu_IN",),
    "ORIYA": ("or_IN",),
    "SINHALA": ("si_LK",),
    "ARMENIAN": ("hy_AM",),
    "GEORGIAN": ("ka_GE",),
    "THAI": ("th_TH",),
    "HANGUL": ("ko_KR",),
    "CJK": ("zh_CN", "zh_TW", "ja_JP"),
    "KATAKANA": ("ja_JP",),
    "HIRAGANA": ("ja_JP",),
}
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}

_NOBODY = frozenset(FICTION["nobody"].split())


def words(name: str, known: Collection[str] = ()) -> Iterator[tuple[str, Part]]:
    """The words of a name that name somebody, in lower case, each with the part it most likely is.

    The last of several is the surname, but before a comma ("Weber, Anna"). Chinese, Japanese and Korean names are taken
    apart where they are written as one word, surname first, unless the word is `known` as a whole. The name is read in its
    normal form (normal.py), as the finder reads it: with a sign nobody sees in the middle Anna is still Anna.
    """
    name = normal(name).text
    found = [match[0] for match in WORD.finditer(name)]
    found = [word for word in found if word.casefold() not in _NOBODY and not _is_initial(word)]
    turned = regex.search(r"\p{L}\s*,", name) is not None
    for i, word in enumerate(found):
        pieces = split(word, known)
        if len(pieces) == 2:
            yield from zip(pieces, ("last", "first"), strict=True)
        else:
            last = len(found) > 1 and i == (0 if turned or script(word) in ("CJK", "HANGUL") else len(found) - 1)
            yield pieces[0], "last" if last else "first"


def split(word: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """A word in lower case, in two where it is a surname and a given name without a space (王小明, 김민수)."""
    word = word.casefold()
    if word in known or script(word) not in ("CJK", "HANGUL") or not 2 <= len(word) <= 4:
        return (word,)
    surnames = _pool(script(word), "last")
    for length in (2, 1):
        if len(word) > length and len(word) - length <= 2 and word[:length] in surnames:
            return word[:length], word[length:]
    return (word,)


def names_nobody(word: str) -> bool:
    """Whether a word of a name says nothing about who it is: a title, kin, "van", an initial."""
    return word.casefold() in _NOBODY or _is_initial(word)


def fictional(word: str, part: Part, draw: Draw, n: int) -> str:
    """A fictional name for a word of a name; after many tries (`n`) two of them in one, of which there are enough."""
    pool = _pool(script(word), part, _gender(word) if part == "first" else None)
    reach = 0 if script(word) in ("CJK", "HANGUL") else 2
    near = [name for name in pool if abs(len(name) - len(word)) <= reach] or list(pool)
    name = draw.one(near)
    return name if n < 100 else name + draw.one(pool).lower()


def nickname(word: str, base: str, stand_in: str) -> str | None:
    """The short form of a stand-in that is to it what `word` is to `base`: Anni to Anna as Mili to Mila; None if there is none."""
    shared = next((i for i, (a, b) in enumerate(zip(word, base, strict=False)) if a != b), min(len(word), len(base)))
    if shared < 2 or word == base:
        return None
    stem = stand_in[: max(2, round(shared / len(base) * len(stand_in)))]
    ending = word[shared:]
    if ending and ending[0] in "aeiouy":
        stem = stem.rstrip("aeiouy") or stem
    made = stem + ending
    return made if made.casefold() != stand_in.casefold() else None


def in_case_of(stand_in: str, written: str) -> str:
    """A stand-in in capitals or small letters where what it stands for is written so."""
    if written.islower():
        return stand_in.lower()
    return stand_in.upper() if written.isupper() and len(written) > 1 else stand_in


@cache
def script(word: str) -> str:
    """The script of a word's first letter as Unicode names it, one of those with names to draw from."""
    name = unicodedata.name(unicodedata.normalize("NFKC", word)[:1] or "A", "LATIN").split()[0]
    return name if name in _LOCALES else "LATIN"


def _is_initial(word: str) -> bool:
    return len(word) == 1 and script(word) not in ("CJK", "HANGUL")


@cache
def _gender(word: str) -> str | None:
    """`female` or `male` if the lists know the name as one of these only."""
    lists = {g: {name.casefold() for name in _pool(script(word), "first", g)} for g in ("female", "male")}
    known = [g for g, names in lists.items() if word.casefold() in names]
    return known[0] if len(known) == 1 else None


@cache
def _pool(script_: str, part: Part, gender: str | None = None) -> tuple[str, ...]:
    """Every single-word name of a script's locales, sorted."""
    kana = script_ in ("KATAKANA", "HIRAGANA")
    field = f"{part}_kana_names" if kana else f"{part}_names" + (f"_{gender}" if gender and part == "first" else "")
    found: set[str] = set()
    for locale in _LOCALES[script_]:
        provider = import_module(f"faker.providers.person.{locale}").Provider  # imported only where names are replaced
        listed = getattr(provider, field, None) or getattr(provider, f"{part}_names")
        found |= {name.translate(_TO_HIRAGANA) if script_ == "HIRAGANA" else name for name in listed}
    fitting = {name for name in found if WORD.fullmatch(name) and script(name) == script_}
    return tuple(sorted(name for name in fitting if name.casefold() not in _NOBODY and (kana or not _is_initial(name))))
