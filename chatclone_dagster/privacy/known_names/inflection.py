"""The forms a name takes in a sentence, without accents: Slavic cases, the Germanic genitive, Semitic prefixes."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from chatclone_dagster.privacy.normal import fold

_CYRILLIC = regex.compile(r"\p{Cyrillic}+")
_LATIN = regex.compile(r"[a-zßıł]+")
_ARABIC, _HEBREW = regex.compile(r"\p{Arabic}+"), regex.compile(r"\p{Hebrew}+")

# An ending and what may stand in its place (cases of the singular, after the tables of grammars; ё and й have lost their marks).
_RUSSIAN = {
    "ия": ("ии", "ию", "иеи"),
    "а": ("ы", "и", "е", "у", "ои", "ою", "еи", "о", "і"),
    "я": ("и", "е", "ю", "еи", "ею"),
    "и": ("я", "ю", "ем", "е"),
    "ь": ("я", "ю", "ем", "е", "и", "ью"),
    "ова": ("овои", "ову"),
    "ева": ("евои", "еву"),
    "ина": ("инои", "ину", "ины", "ине"),
    "ов": ("ова", "ову", "овым", "ове"),
    "ев": ("ева", "еву", "евым", "еве"),
    "ин": ("ина", "ину", "иным", "ином", "ине"),
    "ел": ("ла", "лу", "лом", "ле"),
    "": ("а", "у", "ом", "е", "ові", "і"),
}
_POLISH = {
    "sia": ("si", "sie", "siu"),
    "zia": ("zi", "zie", "ziu"),
    "cia": ("ci", "cie", "ciu"),
    "nia": ("ni", "nie", "niu"),
    "ia": ("ii", "ie", "ia", "io"),
    "ka": ("ki", "ce", "ke", "ka", "ko"),
    "ga": ("gi", "dze", "ge"),
    "ra": ("ry", "rze", "re", "ro", "rou"),
    "ta": ("ty", "cie", "te", "to"),
    "da": ("dy", "dzie", "de", "do"),
    "a": ("y", "i", "ie", "e", "o", "u", "ou"),
    "iek": ("ka", "kowi", "kiem", "ku"),
    "ek": ("ka", "kowi", "kiem", "ku"),
    "eł": ("ła", "łowi", "łem", "le"),
    "el": ("la", "lowi", "lem", "le"),
    "y": ("ego", "emu", "m"),
    "": ("a", "owi", "em", "ie", "iem", "u", "ze"),
}
_TURKISH = [
    "a",
    "e",
    "i",
    "ı",
    "u",
    "ü",
    "ya",
    "ye",
    "yi",
    "yı",
    "yu",
    "yü",
    "da",
    "de",
    "ta",
    "te",
    "dan",
    "den",
    "tan",
    "ten",
    "la",
    "le",
    "yla",
    "yle",
    "nin",
    "nın",
    "nun",
    "nün",
    "in",
    "ın",
    "un",
    "ün",
    # the people around somebody: at Zeynep's, to the Mehmets'
    "ler",
    "lar",
    "lere",
    "lara",
    "leri",
    "ları",
    "lerde",
    "larda",
    "lerden",
    "lardan",
    "lerle",
    "larla",
    "lerin",
    "ların",
    "gil",
    "gile",
    "gilde",
]
_PREFIXES = {"arabic": ("و", "ف", "ب", "ل", "ك"), "hebrew": ("ו", "ב", "ל", "מ", "ש", "ה", "כ")}


# Endings that names take in Finnish and Hungarian, and the Romanian genitive.
_AGGLUTINATED = ("n", "lle", "lla", "lta", "ssa", "sta", "nak", "nek", "val", "vel", "hoz", "hez")


def inflected(name: str) -> Iterator[tuple[str, str]]:
    """Other forms of a folded name, and what it takes to believe them: "", "capital", "slavic" or "turkish"."""
    if _CYRILLIC.fullmatch(name) and len(name) > 2:
        for form in _declined(name, _RUSSIAN):
            yield form, ""
    elif _LATIN.fullmatch(name) and len(name) > 2:
        if name[-1] not in "szxß":
            yield name + "s", ""
        if len(name) > 3:
            for ending in _AGGLUTINATED:
                if ending != "n" or name[-1] in "aeiouy":
                    yield name + ending, "capital"
            if name.endswith("a"):
                yield name[:-1] + ("i" if name.endswith("ea") else "ei"), "capital"
        for form in _declined(name, _POLISH):
            yield form, "slavic"
        for ending in map(fold, _TURKISH):
            if (len(ending) > 1 or name[-1] not in "aeiouyıü") and len(name) > 3:
                yield name + ending, "turkish"


def _declined(name: str, endings: dict[str, tuple[str, ...]]) -> set[str]:
    """The forms by the longest ending that fits; names on a vowel that no ending fits do not change."""
    for ending, others in sorted(endings.items(), key=lambda one: -len(one[0])):
        if ending and name.endswith(ending):
            return {name.removesuffix(ending) + other for other in others} - {name}
    return set() if name[-1] in "aeiouyоуэыеюи" else {name + other for other in endings[""]}


def with_prefixes(word: str) -> list[str]:
    """A word with the particles that Arabic and Hebrew write onto it."""
    for script, prefixes in ((_ARABIC, _PREFIXES["arabic"]), (_HEBREW, _PREFIXES["hebrew"])):
        if script.fullmatch(word):
            return [prefix + word for prefix in prefixes]
    return []


def without_prefix(word: str) -> str | None:
    """A word without such a particle, if it can have one."""
    for script, prefixes in ((_ARABIC, _PREFIXES["arabic"]), (_HEBREW, _PREFIXES["hebrew"])):
        if len(word) > 3 and word[0] in prefixes and script.fullmatch(word):
            return word[1:]
    return None
