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

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl
import regex

from chatclone_dagster.privacy.inflection import inflected, with_prefixes, without_prefix
from chatclone_dagster.privacy.name_words import (
    all_capitals,
    is_evident,
    is_slavic,
    languages_in,
    languages_of,
    listed,
    nicknames,
    word_of,
)
from chatclone_dagster.privacy.normal import fold, fold_column, normal
from chatclone_dagster.privacy.short_forms import everyday, shortened
from chatclone_dagster.privacy.spoken_of import is_spoken_of

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_JOINED = regex.compile(r"[\s'.·-]{1,2}")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_HAS_CASE = regex.compile(r"[\p{Lu}\p{Ll}]")
_NO_NAME = regex.compile(r"@|://|^[\W\d_]*$|\d{5}")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_ALONE = regex.compile(r"\s*(?:$|[,!.?…\n]|\p{So})")
_HAN = regex.compile(r"\p{Han}+")
_COUNTED = regex.compile(r"\.?\s?\d")
_TURKISH = regex.compile(r"[ığş]|(?<!\p{L})(?:s[öo]yle|gel|git|nas[ıi]l|nerede|sor|ara|yaz|ver|iste|bekle|abi|canım|m[ıiuü]s[ıi]n|misin)(?!\p{L})", regex.IGNORECASE)
_TELLING = 6  # letters from which a case of a name is no other word in small letters either
_SLAVIC = regex.compile(r"[ąćęłńśźżěřůčšž]", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a name: its words after the first, what it is short for, its score, and when it counts."""

    rest: tuple[str, ...]
    canonical: str
    score: float
    needs: str = (
        ""  # "", "capital", "slavic" or "turkish" (a text of such a language), "capitals", "evident", "rare" (no everyday word)
    )
    base: str = ""  # the word of which it is a form


class Gazetteer:
    """The names of a chat's people, to be looked up word by word: the cost of a text does not grow with the names."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take names as people are called: whole, first or nicknames; numbers, addresses and words like "Mum" are left out."""
        names = set(names)
        self._forms: dict[str, list[Form]] = {}
        self._unspaced: dict[str, Form] = {}
        self._spelled: dict[str, str] = {}
        self._given = {fold(word) for name in names for word in _WORD.findall(normal(name).text)}
        for name in sorted(names):
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
        known = [part for part in parts if part[0] not in listed()["never"]]
        for whole in (parts, known, known[:2]):
            said = [word for part in whole for word in part]
            if known and len(whole) > 1:
                self._form(said[0], Form(tuple(said[1:]), self._canonical(said), 0.95))
        for index, part in enumerate(known):
            if len(part) > 1 and index == 0:  # Jean-Baptiste is JB
                initials = "".join(word[0] for word in part)
                self._form(initials, Form((), self._canonical(part), 0.5, "capitals"))
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
        self._add_inflected(word, word, is_first)
        if is_first and len(word) > 3 and not word_of(word):
            for more in range(2, 7):  # annaaa
                self._form(word + word[-1] * more, Form((), self._canonical([word]), 0.65))
        shorts = sorted(nicknames(word) - self._given) if is_first else []
        for short in shorts:
            self._form(short, Form((), self._canonical([word]), 0.6))
        for short in shorts:
            self._add_inflected(short, word, is_first)
        for short in self._rare(word, shorts) if is_first else ():
            self._form(short, Form((), self._canonical([word]), 0.55, "rare"))

    def _rare(self, word: str, shorts: list[str]) -> set[str]:
        """The short forms that the rules make; small words of a language are none of them."""
        called = (word, *shorts) if not word.isascii() else (word,)
        made = {short for name in called for short in shortened(name)} - self._given
        return {short for short in made if not languages_of("function").get(short)}

    def _add_inflected(self, word: str, of: str, is_first: bool) -> None:
        """The forms of a word that stands for a name (`of`: the name itself, or what it is short for)."""
        common = word_of(word)
        for other, condition in inflected(word):
            needs = condition or ("" if is_first and len(word) > 3 else "capital")
            if common:
                needs = "genitive" if other == word + "s" else "turkish" if other in {word + "la", word + "le"} else "evident"
            if not word_of(other) and not (needs == "evident" and other.isascii() and not common & {"pl"}):
                self._form(other, Form((), self._canonical([of]), 0.65, needs, word))

    def _add_unspaced(self, word: str) -> None:
        if len(word) > 1:
            self._unspaced.setdefault(word, Form((), word, 0.85))
        if regex.fullmatch(r"\p{Han}{3,4}|\p{Hangul}{3}", word):  # a surname of one or two signs and a given name
            surname = (word[:2],) if _HAN.fullmatch(word) else ()
            for part in (word[1:], *surname) if len(word) == 3 else (word[:2], word[2:]):
                self._unspaced.setdefault(part, Form((), part, 0.7))

    def _canonical(self, words: list[str]) -> str:
        """Folded words as the names spell them, in lower case."""
        return " ".join(self._spelled.get(word, word) for word in words)

    def _form(self, first: str, form: Form) -> None:
        forms = self._forms.setdefault(first, [])
        if not any((other.rest, other.canonical, other.needs) == (form.rest, form.canonical, form.needs) for other in forms):
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

    def _counts(self, text: str, place: tuple[int, int], form: Form, folded: list[str], at: int) -> bool:
        """Whether the name is evident enough here; the rule stands at the head of this module."""
        word = text[slice(*place)]
        has_case = _HAS_CASE.search(word) is not None
        capital = word[0].isupper() or word[0].istitle()
        if folded[at] in listed()["abbreviations"] and not form.rest and _COUNTED.match(text[place[1] :]):
            return False
        if form.needs == "rare":
            words = everyday(folded[at]) | word_of(folded[at])
            here = words & (languages_in(folded, folded[at]) or words)
            return not here or (not capital and is_spoken_of(text, place, folded[at], here))
        if self._lacks(text, word, form, folded):
            return False
        of = word_of(form.base if form.needs in {"evident", "genitive"} else folded[at])
        if has_case and not capital and form.needs in {"evident", "genitive"}:
            return is_spoken_of(text, place, form.base, of & (languages_in(folded, folded[at]) or of))
        if form.needs == "genitive" or (form.needs == "capital" and has_case and not capital):
            return False
        languages = languages_in(folded, folded[at]) if of else None
        if form.rest or not of or text[: place[0]].endswith("@") or (languages is not None and not of & languages):
            return True
        if not has_case:
            before, after = folded[at - 1] if at else "", folded[at + 1] if at + 1 < len(folded) else ""
            return before in listed()["greetings"] or after in listed()["particles"]
        if not capital:
            return not form.needs and (
                self._is_called(text, place, folded, at) or is_spoken_of(text, place, folded[at], of & (languages or of))
            )
        one_of_two = not form.needs and self._is_one_of_two(text, place, folded, at)
        return one_of_two or (not all_capitals(text, word) and is_evident(text, place, folded, at))

    @staticmethod
    def _lacks(text: str, word: str, form: Form, folded: list[str]) -> bool:
        """Whether a form stands where it needs capitals or another language."""
        match form.needs:
            case "capitals":
                return not word.isupper()
            case "slavic":
                told = len(word) >= _TELLING or word[0].isupper()
                return not told or not (_SLAVIC.search(text) or is_slavic(folded))
            case "turkish":
                return not _TURKISH.search(text) and "tr" not in (languages_in(folded, "") or ())
            case _:
                return False

    def _is_called(self, text: str, place: tuple[int, int], folded: list[str], at: int) -> bool:
        """Whether a word in small letters is a person here: greeted and nothing more, addressed, told something, or one of two."""
        before, after = folded[at - 1] if at else "", folded[at + 1] if at + 1 < len(folded) else ""
        behind = text[place[1] :]
        asked = after in listed()["asked"]
        alone = _ALONE.match(behind) is not None
        if at == 0:
            spoken_to = behind.startswith(", ") and folded[0] not in listed()["exclaimed"]
            called = (spoken_to and (asked or after in listed()["you"])) or (asked and not behind.startswith(","))
        elif at == 1 and before in listed()["hello"]:
            called = asked or (alone and folded[1] not in listed()["endearments"])
        else:
            called = before in listed()["tell"] and (after in listed()["told"] or (at == 1 and alone))
        if called:
            return True
        return self._is_one_of_two(text, place, folded, at)

    def _is_one_of_two(self, text: str, place: tuple[int, int], folded: list[str], at: int) -> bool:
        """Whether a name that is no word stands beside: "olly and poppy", "Ben/Lena"."""
        ahead, behind = text[: place[0]].rstrip(), text[place[1] :].lstrip()
        steps = (
            (-1, ahead.endswith(("&", "+", "/"))),
            (1, behind.startswith(("&", "+", "/"))),
            (-2, at > 0 and folded[at - 1] in listed()["connectives"]),
            (2, at + 1 < len(folded) and folded[at + 1] in listed()["connectives"]),
        )
        return any(told and 0 <= at + step < len(folded) and self._is_sure(folded[at + step]) for step, told in steps)

    def _is_sure(self, word: str) -> bool:
        """Whether a word is a name and no everyday word."""
        return any(not form.rest and not form.needs for form in self._forms.get(word, ())) and not word_of(word)
