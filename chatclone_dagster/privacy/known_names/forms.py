"""The forms in which names are said: whole, first names, nicknames, short forms, cases, in every script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from chatclone_dagster.privacy.known_names.drawn import are_given, drawn_together
from chatclone_dagster.privacy.known_names.inflection import inflected
from chatclone_dagster.privacy.known_names.lists import languages_of, listed, nicknames, word_of
from chatclone_dagster.privacy.known_names.short_forms import everyday, shortened
from chatclone_dagster.privacy.known_names.transliteration import transliterated
from chatclone_dagster.privacy.normal import fold, normal

NAME_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_NO_NAME = regex.compile(r"@|://|^[\W\d_]*$|\d{5}")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_HAN = regex.compile(r"\p{Han}+")
_NOTE = regex.compile(r"[(\[].*?(?:[)\]]|$)")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a name: its words after the first, what it is short for, its score, and when it counts.

    `needs` is "" (nothing), "capital", "capitals" (all of them), "slavic" or "turkish" (a text of such a language), "evident" or
    "genitive" (`base` is an everyday word), "rare" (no everyday word), "surname" (a capital, or somebody is spoken of).
    """

    rest: tuple[str, ...]
    canonical: str
    score: float
    needs: str = ""
    base: str = ""  # the word of which it is a form


class NameForms:
    """By first word the forms of some names (`spaced`), and those of scripts without blanks (`unspaced`)."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take names as people are called: whole, first or nicknames; numbers, addresses and words like "Mum" are left out."""
        names = set(names)
        self.spaced: dict[str, list[Form]] = {}
        self.unspaced: dict[str, Form] = {}
        self._spelled: dict[str, str] = {}
        self._added: set[tuple[str, str, str]] = set()
        self._given = {fold(word) for name in names for word in NAME_WORD.findall(normal(name).text)}
        for name in sorted(names):
            self._add(normal(name).text)
        for forms in self.spaced.values():
            forms.sort(key=lambda form: (-len(form.rest), -form.score))

    def _add(self, name: str) -> None:
        if _NO_NAME.search(name):
            return
        self._spelled |= {fold(word): word.casefold() for word in NAME_WORD.findall(name)}
        noted = {fold(word) for note in _NOTE.findall(name) for word in NAME_WORD.findall(note)}
        parts = [[fold(word) for word in NAME_WORD.findall(part)] for part in name.split()]
        parts = [part for part in parts if part]
        known = [part for part in parts if part[0] not in listed()["never"] and not _is_initial(part)]
        self._add_wholes(parts, known, noted)
        # María Dolores Carrasco has two given names, Zhang Xiaomei and Nguyễn Minh Anh have them behind the surname.
        given = 2 if len(known) > 2 and len(known[0]) == 1 and are_given(known[0][0]) else 1
        if len(known) > 1 and known[0][0] in listed()["before_given"]:
            given = len(known)
            for index in range(1, len(known) - 1):
                said = [word for part in known[index:] for word in part]
                self._form(said[0], Form(tuple(said[1:]), self._canonical(said), 0.9))
        elif given == 2 and len(known[1]) == 1:
            for short in drawn_together(known[0][0], known[1][0]):
                if short not in self._given:
                    self._form(short, Form((), self._canonical([known[0][0], known[1][0]]), 0.55, "rare"))
        for index, part in enumerate(known):
            if len(part) > 1 and index == 0:  # Jean-Baptiste is JB
                initials = "".join(word[0] for word in part)
                for needs in ("capitals", "rare"):
                    self._form(initials, Form((), self._canonical(part), 0.5, needs))
            if len(part) > 1:
                self._form(part[0], Form(tuple(part[1:]), self._canonical(part), 0.85 if index == 0 else 0.7))
            elif _UNSPACED.search(part[0]):
                self._add_unspaced(part[0])
            elif len(part[0]) > (1 if index == 0 else 2) and not part[0].isdecimal():
                needs = "" if index < given else "surname"
                self._add_word(part[0], "capital" if part[0] in noted | listed()["notes"] else needs)

    def _add_wholes(self, parts: list[list[str]], known: list[list[str]], noted: set[str]) -> None:
        """The forms of several words: the whole name, and a short form with the surname."""
        for whole in (parts, known, known[:2]):
            said = [word for part in whole for word in part]
            if known and len(whole) > 1:
                self._form(said[0], Form(tuple(said[1:]), self._canonical(said), 0.95))
        if len(known) > 1 and len(known[0]) == 1:  # Maggie O'Dowd
            first, last = known[0][0], known[-1]
            for short in nicknames(first) - noted:
                self._form(short, Form(tuple(last), self._canonical([first, *last]), 0.9))

    def _add_word(self, word: str, needs: str) -> None:
        """The forms of one word of a name; it needs nothing where it is a first name."""
        is_first = not needs
        spelled = self._spelled.get(word, word)
        if (word, spelled, needs) in self._added:  # an address book has many an Anna
            return
        self._added.add((word, spelled, needs))
        self._form(word, Form((), self._canonical([word]), 0.85 if is_first else 0.7, needs))
        if (latin := spelled.translate(_UMLAUTS)) != spelled:
            self._form(fold(latin), Form((), spelled, 0.8, needs))
        self._add_inflected(word, word, needs)
        if not is_first:
            return
        shorts = sorted(nicknames(word) - self._given)
        for short in shorts:
            self._form(
                short, Form((), self._canonical([word]), 0.6, "rare" if len(short) < 3 or everyday(short) else "")
            )
        for short in shorts:
            self._add_inflected(short, word, needs)
        for short in self._rare(word, shorts):
            self._form(short, Form((), self._canonical([word]), 0.55, "rare"))
        for other in transliterated(word):
            if other not in self._given:
                self._form(other, Form((), self._canonical([word]), 0.6, "rare"))
                self._add_inflected(other, word, needs)

    def _rare(self, word: str, shorts: list[str]) -> set[str]:
        """The short forms that the rules make; small words of a language are none of them."""
        called = (word, *shorts) if not word.isascii() else (word,)
        made = {short for name in called for short in shortened(name)} - self._given
        return {short for short in made if not languages_of("function").get(short)}

    def _add_inflected(self, word: str, of: str, wanting: str) -> None:
        """The cases of a word that stands for a name (`of`: the name itself, or what it is short for) and needs `wanting`."""
        common = word_of(word)
        for other, condition in inflected(word):
            needs = condition or wanting or ("" if len(word) > 3 and not everyday(word) else "rare")
            if common and (condition != "slavic" or common & {"pl"}):
                needs = (
                    "genitive"
                    if other == word + "s"
                    else "turkish"
                    if other in {word + "la", word + "le"}
                    else "evident"
                )
            if not word_of(other) and not (needs == "evident" and other.isascii() and not common & {"pl"}):
                self._form(other, Form((), self._canonical([of]), 0.65, needs, word))

    def _add_unspaced(self, word: str) -> None:
        if len(word) > 1:
            self.unspaced.setdefault(word, Form((), word, 0.85))
        if regex.fullmatch(r"\p{Han}{3,4}|\p{Hangul}{3}", word):  # a surname of one or two signs and a given name
            surname = (word[:2],) if _HAN.fullmatch(word) else ()
            for part in (word[1:], *surname) if len(word) == 3 else (word[:2], word[2:]):
                self.unspaced.setdefault(part, Form((), part, 0.7))

    def _canonical(self, words: list[str]) -> str:
        """Folded words as the names spell them, in lower case."""
        return " ".join(self._spelled.get(word, word) for word in words)

    def _form(self, first: str, form: Form) -> None:
        forms = self.spaced.setdefault(first, [])
        if not any(
            (other.rest, other.canonical, other.needs) == (form.rest, form.canonical, form.needs) for other in forms
        ):
            forms.append(form)


def _is_initial(part: list[str]) -> bool:
    return len(part) == 1 and len(part[0]) == 1 and not _UNSPACED.match(part[0])
