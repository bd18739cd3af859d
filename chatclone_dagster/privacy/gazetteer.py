"""Where a text says one of the names it is given: whole names, first names, nicknames, surnames, in every script.

A first name or nickname counts in any case ("ask anna"), a surname alone only with a capital. A name that is also an everyday
word of a language the text may be in (gazetteer.yaml: Will, Rose, Hope in English, Luz in Spanish, Wolf in German …) counts only
where it is evident: the whole name is said; or it has a capital and stands inside a sentence, not behind an article and not in a
line of capitals; or it has a capital and somebody does what people do ("Penny says"), has something ("Will's car"), is greeted,
thanked, or addressed (between
a comma and the edge of the line); or it is @mentioned. Words that have a capital anyway (May, Paris, German nouns) need more
than that capital. In scripts without capitals only being addressed or a particle behind the name counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import polars as pl
import regex
import yaml

from chatclone_dagster.privacy.inflection import inflected, with_prefixes, without_prefix
from chatclone_dagster.privacy.normal import fold, fold_column, normal

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_JOINED = regex.compile(r"[\s'.·-]{1,2}")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_HAS_CASE = regex.compile(r"[\p{Lu}\p{Ll}]")
_NO_NAME = regex.compile(r"@|://|^[\W\d_]*$|\d{5}")
_CLOSING = regex.compile(r"\s*(?:[.!?,…]|$|\p{So})")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_POSSESSIVE = regex.compile(r"'s\s\w")
_COUNTED = regex.compile(r"\.?\s?\d")
_SPOKEN_ON = regex.compile(r"\s\w")
_SLAVIC = regex.compile(r"[ąćęłńśźżěřůčšž]", regex.IGNORECASE)
_SENTENCE_END = regex.compile(r"(?:^|[.!?…:\n\"“„«(\[]|\p{So})[\s*_~]*$")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a name: its words after the first, what it is short for, its score, and when it counts."""

    rest: tuple[str, ...]
    canonical: str
    score: float
    needs: str = ""  # "", "capital" or "slavic" (a capital, in a text of a language that declines names)


@cache
def _words() -> dict[str, frozenset[str]]:
    """The lists of gazetteer.yaml that are of no one language."""
    return {key: frozenset(map(fold, words.split())) for key, words in _lists().items() if isinstance(words, str)}


@cache
def _lists() -> dict[str, Any]:
    text = resources.files("chatclone_dagster.privacy").joinpath("gazetteer.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@cache
def _languages_of(key: str) -> dict[str, frozenset[str]]:
    """Word by word, the languages in whose list of this name it stands."""
    found: dict[str, set[str]] = {}
    for language, words in _lists()[key].items():
        for word in words.split():
            found.setdefault(fold(word), set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


def _word_of(name: str) -> frozenset[str]:
    """The languages in which a folded name is an everyday word."""
    return _languages_of("common").get(name, frozenset()) | _languages_of("function").get(name, frozenset())


def _languages(folded: list[str], but: str) -> frozenset[str] | None:
    """The languages whose small words a text has most of, without the word in question; None if it has none."""
    counts = Counter(language for word in folded if word != but for language in _languages_of("function").get(word, ()))
    most = max(counts.values(), default=0)
    return frozenset(language for language, count in counts.items() if count == most) if most else None


class Gazetteer:
    """The names of a chat's people, to be looked up word by word: the cost of a text does not grow with the names."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take names as people are called: whole, first or nicknames; numbers, addresses and words like "Mum" are left out."""
        self._forms: dict[str, list[Form]] = {}
        self._unspaced: dict[str, Form] = {}
        self._spelled: dict[str, str] = {}
        for name in sorted(set(names)):
            self._add(normal(name).text)
        for forms in self._forms.values():
            forms.sort(key=lambda form: (-len(form.rest), -form.score))
        self._has_prefixes = any(with_prefixes(form) for form in self._forms)
        parts = sorted(map(regex.escape, self._unspaced), key=len, reverse=True)
        self._unspaced_pattern = regex.compile("|".join(parts)) if parts else None

    def __bool__(self) -> bool:
        """Whether there is any name to look for."""
        return bool(self._forms or self._unspaced)

    def _add(self, name: str) -> None:
        if _NO_NAME.search(name):
            return
        self._spelled |= {fold(word): word.casefold() for word in _WORD.findall(name)}
        parts = [[fold(word) for word in _WORD.findall(part)] for part in name.split()]
        parts = [part for part in parts if part]
        known = [part for part in parts if part[0] not in _words()["never"]]
        for whole in (parts, known, known[:2]):
            said = [word for part in whole for word in part]
            if known and len(whole) > 1:
                self._form(said[0], Form(tuple(said[1:]), self._canonical(said), 0.95))
        for index, part in enumerate(known):
            if len(part) > 1:
                self._form(part[0], Form(tuple(part[1:]), self._canonical(part), 0.85 if index == 0 else 0.7))
            elif _UNSPACED.search(part[0]):
                self._add_unspaced(part[0])
            elif len(part[0]) > (1 if index == 0 else 2) and not part[0].isdecimal():
                self._add_word(part[0], is_first=index == 0)

    def _add_word(self, word: str, is_first: bool) -> None:
        needs = "" if is_first else "capital"
        self._form(word, Form((), self._canonical([word]), 0.85 if is_first else 0.7, needs))
        spelled = self._spelled.get(word, word)
        if (latin := spelled.translate(_UMLAUTS)) != spelled:
            self._form(fold(latin), Form((), spelled, 0.8, needs))
        for other, slavic in inflected(word) if not _word_of(word) else ():
            if not _word_of(other):
                needs = "slavic" if slavic else "" if is_first and len(word) > 3 else "capital"
                self._form(other, Form((), self._canonical([word]), 0.65, needs))

    def _add_unspaced(self, word: str) -> None:
        if len(word) > 1:
            self._unspaced.setdefault(word, Form((), word, 0.85))
        if regex.fullmatch(r"\p{Han}{3,4}|\p{Hangul}{3}", word):  # a surname of one or two signs and a given name
            for part in (word[1:],) if len(word) == 3 else (word[:2], word[2:]):
                self._unspaced.setdefault(part, Form((), part, 0.7))

    def _canonical(self, words: list[str]) -> str:
        """Folded words as the names spell them, in lower case."""
        return " ".join(self._spelled.get(word, word) for word in words)

    def _form(self, first: str, form: Form) -> None:
        forms = self._forms.setdefault(first, [])
        if not any(other.rest == form.rest and other.canonical == form.canonical for other in forms):
            forms.append(form)

    def column(self, texts: pl.Series) -> pl.Series:
        """Whether each text (in normal form) may say a name: the same words, looked up for all texts at once."""
        padded = (" " + fold_column(texts).str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ") + " ").rename("")
        spaced = [f" {form} " for word in self._forms for form in (word, *with_prefixes(word))]
        return padded.str.contains_any([*spaced, *self._unspaced])

    def find(self, text: str) -> Iterator[tuple[int, int, float, str]]:
        """Start, end, score and canonical form of each name in a text in normal form, left to right."""
        if not self._has_prefixes and self._forms.keys().isdisjoint(_WORD.findall(fold(text))):
            words = []
        else:
            words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
        folded = [fold(text[start:end]) for start, end in words]
        at = 0
        while at < len(words):
            found = self._at(text, words, folded, at)
            if found:
                yield found[:4]
            at += found[4] if found else 1
        if self._unspaced_pattern:
            bare = fold(text)
            if len(bare) == len(text):
                for match in self._unspaced_pattern.finditer(bare):
                    form = self._unspaced[match[0]]
                    yield match.start(), match.end(), form.score, form.canonical

    def _at(
        self, text: str, words: list[tuple[int, int]], folded: list[str], at: int
    ) -> tuple[int, int, float, str, int] | None:
        """The longest name that begins with this word, and of how many words it is."""
        start, skipped = words[at][0], 0
        forms = self._forms.get(folded[at])
        if forms is None and self._has_prefixes and (bare := without_prefix(folded[at])):
            skipped = len(folded[at]) - len(bare)
            forms = self._forms.get(bare)
        for form in forms or ():
            last = at + len(form.rest)
            if form.rest and tuple(folded[at + 1 : last + 1]) != form.rest:
                continue
            gaps = (text[words[i][1] : words[i + 1][0]] for i in range(at, last))
            if not all(map(_JOINED.fullmatch, gaps)):
                continue
            end = words[last][1]
            if self._counts(text, (start, end), form, folded, at):
                return start + skipped, end, form.score, form.canonical, len(form.rest) + 1
        return None

    @staticmethod
    def _counts(text: str, place: tuple[int, int], form: Form, folded: list[str], at: int) -> bool:
        """Whether the name is evident enough here; the rule stands at the head of this module."""
        word = text[slice(*place)]
        has_case = _HAS_CASE.search(word) is not None
        capital = word[0].isupper() or word[0].istitle()
        counted = folded[at] in _words()["abbreviations"] and not form.rest and _COUNTED.match(text[place[1] :])
        if counted or (form.needs and has_case and not capital):
            return False
        if form.needs == "slavic" and "pl" not in (_languages(folded, "") or ()) and not _SLAVIC.search(text):
            return False
        if form.rest or not (of := _word_of(folded[at])) or text[: place[0]].endswith("@"):
            return True
        languages = _languages(folded, folded[at])
        if languages is not None and not of & languages:
            return True
        if not has_case:
            before, after = folded[at - 1] if at else "", folded[at + 1] if at + 1 < len(folded) else ""
            return before in _words()["greetings"] or after in _words()["particles"]
        return capital and not _all_capitals(text, word) and _is_evident(text, place, folded, at)


def _is_evident(text: str, place: tuple[int, int], folded: list[str], at: int) -> bool:
    """Whether a word with a capital is a person here."""
    before, after = folded[at - 1] if at else "", folded[at + 1] if at + 1 < len(folded) else ""
    ahead, behind = text[: place[0]], text[place[1] :]
    inside = not _SENTENCE_END.search(ahead)
    if after in _words()["negations"] and at + 2 < len(folded):
        after = folded[at + 2]
    if before in _words()["fillers"] and at > 1:
        before = folded[at - 2]
    has_capital_anyway = folded[at] in _words()["capitals"]
    if inside and (before in _words()["greetings"] | _words()["person_before"]):
        return True
    if inside and before in _words()["connectives"]:
        return not has_capital_anyway
    if inside and ahead.rstrip().endswith(",") and _CLOSING.match(behind):
        return True
    acts = after in _words()["person_after"] or (after in _words()["pronouns"] and at + 2 < len(folded))
    acts = acts or (after in _words()["person_is"] and not has_capital_anyway)
    acts = acts and before not in _words()["determiners"] and _SPOKEN_ON.match(behind) is not None
    if acts or (_POSSESSIVE.match(behind) and not has_capital_anyway):
        return True
    if not inside:
        return behind.startswith(", ") and folded[at] not in _languages_of("function")
    expected = has_capital_anyway or before in _words()["determiners"] or before.isdecimal()
    return not expected


def _all_capitals(text: str, word: str) -> bool:
    return text.isupper() and len(text) > len(word)
