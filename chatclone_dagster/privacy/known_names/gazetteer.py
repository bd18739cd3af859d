"""Where a text says one of the names it is given: whole names, first names, nicknames, surnames, in every script.

A first name or nickname counts in any case ("ask anna") and with stretched letters ("annaaaa"), a surname alone with a
capital, or where it is no everyday word and somebody is spoken of. A name that is also an everyday word of a language the text
may be in (gazetteer.yaml: Will, Rose, Hope in English, Luz in Spanish, Wolf in German …) counts only where it is evident: the
whole name is said; or it has a capital and stands inside a sentence, not behind an article and not in a line of capitals; or
it has a capital and somebody does what people do ("Penny says"), has something ("Will's car"), is greeted, thanked, or
addressed (between a comma and the edge of the line); or it is @mentioned. Words that have a capital anyway (May, Paris, German
nouns) need more than that capital. In small letters it counts where somebody is spoken of (spoken_of.py: "im with will at the
pub", "rose is here already"). Short forms that the rules make (short_forms.py: "kath", "sebi") count unless they are everyday
words of the text's language. In scripts without capitals only being addressed or a particle behind the name counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl
import regex

from chatclone_dagster.privacy.known_names.forms import NAME_WORD, Form, NameForms
from chatclone_dagster.privacy.known_names.inflection import with_prefixes, without_prefix
from chatclone_dagster.privacy.known_names.lists import (
    all_capitals,
    home_of,
    is_evident,
    is_slavic,
    languages_in,
    languages_of,
    listed,
    word_of,
)
from chatclone_dagster.privacy.known_names.short_forms import everyday
from chatclone_dagster.privacy.known_names.spoken_of import is_spoken_of, spoken_languages
from chatclone_dagster.privacy.known_names.stretched import Stretched, is_stretched
from chatclone_dagster.privacy.normal import fold, fold_column

_JOINED = regex.compile(r"[\s'.·-]{1,2}")
_HAS_CASE = regex.compile(r"[\p{Lu}\p{Ll}]")
_ALONE = regex.compile(r"\s*(?:$|[,!.?…\n]|\p{So})")
_COUNTED = regex.compile(r"\.?\s?\d|\.\s\p{Ll}")
_TURKISH = regex.compile(
    r"[ığş]|(?<!\p{L})(?:s[öo]yle|gel|git|nas[ıi]l|nerede|sor|ara|yaz|ver|iste|bekle|abi|canım|m[ıiuü]s[ıi]n|misin)(?!\p{L})",
    regex.IGNORECASE,
)
_AND = "وו"  # Arabic and Hebrew write "and" onto the word behind it
_TELLING = 5  # letters from which a form of a name in small letters is hardly another word
_SLAVIC = regex.compile(r"[ąćęłńśźżěřůčšž]", regex.IGNORECASE)


class Gazetteer:
    """The names of a chat's people, to be looked up word by word: the cost of a text does not grow with the names."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take names as people are called; see NameForms."""
        forms = NameForms(names)
        self._forms, self._unspaced = forms.spaced, forms.unspaced
        self._stretched = Stretched(self._forms)
        self._has_prefixes = any(with_prefixes(form) for form in self._forms)
        parts = sorted(map(regex.escape, self._unspaced), key=len, reverse=True)
        self._unspaced_pattern = regex.compile("|".join(parts)) if parts else None

    def __bool__(self) -> bool:
        """Whether there is any name to look for."""
        return bool(self._forms or self._unspaced)

    def column(self, texts: pl.Series) -> pl.Series:
        """Whether each text (in normal form) may say a name: the same words, looked up for all texts at once."""
        folded = fold_column(texts)
        forms = [form for word in self._forms for form in (word, *with_prefixes(word))]
        inside = folded.str.contains_any([*forms, *self._unspaced])
        near = inside.arg_true()  # names inside words too, few enough to be looked at word by word
        padded = (" " + folded.gather(near).str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ") + " ").rename("")
        found = inside.scatter(near, padded.str.contains_any([*(f" {form} " for form in forms), *self._unspaced]))
        return found | self._stretched.column(folded)

    def find(self, text: str) -> Iterator[tuple[int, int, float, str]]:
        """Start, end, score and canonical form of each name in a text in normal form, left to right."""
        bare = fold(text)
        stretched = is_stretched(bare)
        if not (self._has_prefixes or stretched) and self._forms.keys().isdisjoint(NAME_WORD.findall(bare)):
            words = []
        else:
            words = [(match.start(), match.end()) for match in NAME_WORD.finditer(text)]
        folded = [fold(text[start:end]) for start, end in words]
        if stretched:
            folded = [word if word in self._forms else self._stretched.back(word) for word in folded]
        at = 0
        while at < len(words):
            found = self._at(text, words, folded, at)
            if found:
                yield found[:4]
            at += found[4] if found else 1
        if self._unspaced_pattern and len(bare) == len(text):
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
            if not form.rest and _is_something_else(text[end:], folded, at):
                continue
            if self._counts(text, (start, end), form, folded, at):
                return start + skipped, end, form.score, form.canonical, len(form.rest) + 1
        return None

    def _counts(self, text: str, place: tuple[int, int], form: Form, folded: list[str], at: int) -> bool:
        """Whether the name is evident enough here; the rule stands at the head of this module."""
        word = text[slice(*place)]
        has_case = _HAS_CASE.search(word) is not None
        capital = word[0].isupper() or word[0].istitle()
        if form.needs == "rare":
            return self._rare_counts(text, place, form, folded, at)
        lower = has_case and not capital
        if form.needs == "surname" and lower:
            return self._surname_counts(text, place, folded, at)
        if form.needs == "capitals" and self._is_one_of_two(text, place, folded, at):
            return True
        if self._lacks(text, word, form, folded) or (form.needs == "capital" and lower):
            return False
        if form.needs in {"evident", "genitive"} and (lower or form.needs == "genitive"):
            of = word_of(form.base) & (languages_in(folded, folded[at]) or word_of(form.base))
            return lower and is_spoken_of(text, place, form.base, of)
        return self._is_person(text, place, form, folded, at)

    def _is_person(self, text: str, place: tuple[int, int], form: Form, folded: list[str], at: int) -> bool:
        """Whether a form that stands where it may is no everyday word here."""
        word = text[slice(*place)]
        has_case, lower = _HAS_CASE.search(word) is not None, word[0].islower()
        bare = folded[at] if folded[at] in self._forms or folded[at][0] not in _AND else folded[at][1:]
        of = word_of(form.base if form.needs == "evident" else bare)
        here = of & (languages_in(folded, folded[at]) or of)
        if form.rest or not here or text[: place[0]].endswith("@"):
            return True
        if not has_case:
            before, after = folded[at - 1] if at else "", folded[at + 1] if at + 1 < len(folded) else ""
            told = before in listed()["greetings"] or after in listed()["particles"]
            return told or self._is_one_of_two(text, place, folded, at) or is_spoken_of(text, place, folded[at], here)
        called = not form.needs and (
            (lower and self._is_called(text, place, folded, at)) or self._is_one_of_two(text, place, folded, at)
        )
        if called or (not form.needs and is_spoken_of(text, place, folded[at], here)):
            return True
        return not lower and not all_capitals(text, word) and is_evident(text, place, folded, at)

    def _rare_counts(self, text: str, place: tuple[int, int], form: Form, folded: list[str], at: int) -> bool:
        """Whether a short form that the rules made is one here, and no everyday word of the text's language."""
        word = folded[at]
        words = everyday(word) | word_of(word) | everyday(form.base)
        home = home_of(word) | home_of(form.base)
        here = words & (languages_in(folded, word) or (home | {"en"} if home else words))
        behind = folded[at + 1] if at + 1 < len(folded) else ""
        if not here or behind in listed()["particles"] or self._is_one_of_two(text, place, folded, at):
            return True
        written = text[slice(*place)]
        if not written[0].islower():
            return bool(home) and not all_capitals(text, written) and is_evident(text, place, folded, at)
        telling = len(word) >= _TELLING or word in languages_of("common") or bool(home)
        called = bool(home) and (text[: place[0]].endswith("@") or self._is_called(text, place, folded, at))
        return called or (telling and is_spoken_of(text, place, word, here))

    def _surname_counts(self, text: str, place: tuple[int, int], folded: list[str], at: int) -> bool:
        """Whether a surname in small letters is one: behind a title, or no everyday word and somebody is spoken of."""
        word = folded[at]
        if (at and folded[at - 1] in listed()["titles"]) or self._is_one_of_two(text, place, folded, at):
            return True
        here = languages_in(folded, word) or spoken_languages()
        return not (everyday(word) | word_of(word)) & here and is_spoken_of(text, place, word, here)

    @staticmethod
    def _lacks(text: str, word: str, form: Form, folded: list[str]) -> bool:
        """Whether a form stands where it needs capitals or another language."""
        match form.needs:
            case "capitals":
                return not word.isupper()
            case "slavic":
                told = len(word) >= _TELLING or word[0].isupper() or not everyday(fold(word)) & {"pl"}
                return not told or not (_SLAVIC.search(text) or is_slavic(folded))
            case "turkish":
                return not _TURKISH.search(text) and "tr" not in (languages_in(folded, "") or ())
            case _:
                return False

    def _is_called(self, text: str, place: tuple[int, int], folded: list[str], at: int) -> bool:
        """Whether a word in small letters is a person here: greeted and nothing more, addressed or told something."""
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
        return called

    def _is_one_of_two(self, text: str, place: tuple[int, int], folded: list[str], at: int) -> bool:
        """Whether a name that is no word stands beside: "olly and poppy", "Ben/Lena"."""
        ahead, behind = text[: place[0]].rstrip(), text[place[1] :].lstrip()
        steps = (
            (-1, ahead.endswith(("&", "+", "/"))),
            (1, behind.startswith(("&", "+", "/"))),
            (-2, at > 0 and folded[at - 1] in listed()["connectives"]),
            (2, at + 1 < len(folded) and folded[at + 1] in listed()["connectives"]),
            (1, at + 1 < len(folded) and folded[at + 1][0] in _AND),
            (-1, folded[at][0] in _AND and folded[at] not in self._forms),
        )
        if any(told and 0 <= at + step < len(folded) and self._is_sure(folded[at + step]) for step, told in steps):
            return True
        # Angel y Luz: two people where a message begins, though both are words.
        joined = at in (0, 2) and len(folded) > 3 and folded[1] in listed()["ands"] and folded[3] in listed()["they"]
        return joined and all(self._is_first(folded[i]) for i in (0, 2))

    def _is_first(self, word: str) -> bool:
        return any(not form.rest and not form.needs for form in self._forms.get(word, ()))

    def _is_sure(self, word: str) -> bool:
        """Whether a word is a name and no everyday word."""
        if word not in self._forms and word[0] in _AND:
            word = word[1:]
        return any(not form.rest and not form.needs for form in self._forms.get(word, ())) and not word_of(word)


def _is_something_else(behind: str, folded: list[str], at: int) -> bool:
    """Whether a word is short for another before a number ("max. 5") or of a phrase ("headphone jack")."""
    if folded[at] in listed()["abbreviations"] and _COUNTED.match(behind):
        return True
    pairs = {"_".join(folded[max(0, at - 1) : at + 1]), "_".join(folded[at : at + 2])}
    return not pairs.isdisjoint(listed()["phrases"])
