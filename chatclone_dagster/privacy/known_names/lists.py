"""What tells a name from a word: lists of words, short forms, and what stands around (gazetteer.yaml, nicknames.yaml)."""

from __future__ import annotations

from collections import Counter
from functools import cache

import regex

from chatclone_dagster.privacy.normal import fold
from chatclone_dagster.privacy.words import languages_by_word, listed_in

_FILE = "known_names/gazetteer.yaml"
_CLOSING = regex.compile(r"\s*(?:[.!?,…]|$|\p{So})")
_POSSESSIVE = regex.compile(r"'s\s\w")
_SPOKEN_ON = regex.compile(r"\s\w")
_TWICE, _SPELLED = regex.compile(r"(\p{L})\1"), str.maketrans("kyz", "cis")
_SENTENCE_END = regex.compile(r"(?:^|[.!?…:\n\"“„«(\[]|\p{So})[\s*_~]*$")


@cache
def listed() -> dict[str, frozenset[str]]:
    """The lists of gazetteer.yaml that are of no one language."""
    return {
        key: frozenset(map(fold, words.split())) for key, words in listed_in(_FILE).items() if isinstance(words, str)
    }


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    """By name the short forms, and by short form the names, of nicknames.yaml."""
    found: dict[str, set[str]] = {}
    for names in listed_in("known_names/nicknames.yaml").values():
        for whole, short in names.items():
            for name in map(fold, whole.split()):
                for nickname in map(fold, short.split()):
                    found.setdefault(name, set()).add(nickname)
                    found.setdefault(nickname, set()).add(name)
    for name in list(found):
        found.setdefault(_sound(name), set()).update(found[name])
    return {name: frozenset(others) for name, others in found.items()}


def _sound(name: str) -> str:
    """A spelling that the same name has in several languages: Viktoria and Victoria, Sofia and Sophia."""
    return _TWICE.sub(r"\1", name.replace("ph", "f").replace("th", "t").translate(_SPELLED))


@cache
def _homes() -> dict[str, frozenset[str]]:
    names = listed_in("known_names/nicknames.yaml").items()
    return languages_by_word({language: " ".join(shorts.values()) for language, shorts in names})


def home_of(short: str) -> frozenset[str]:
    """The languages in which a folded word is a usual short form of a name."""
    return _homes().get(short, frozenset())


def nicknames(name: str) -> frozenset[str]:
    """What people with this folded name are called for short, or what it is short for; two letters and more."""
    others = _nicknames().get(name, frozenset()) | _nicknames().get(_sound(name), frozenset()) - {name}
    if len(name) > 4 and name.endswith("ia"):  # Sofía is Sofi
        others |= {name[:-1]}
    return frozenset(other for other in others if len(other) > 1)


@cache
def languages_of(key: str) -> dict[str, frozenset[str]]:
    """Word by word, the languages in whose list of this name it stands."""
    return languages_by_word(listed_in(_FILE)[key])


def word_of(name: str) -> frozenset[str]:
    """The languages in which a folded name is an everyday word."""
    return languages_of("common").get(name, frozenset()) | languages_of("function").get(name, frozenset())


def languages_in(folded: list[str], but: str) -> frozenset[str] | None:
    """The languages whose small words a text has most of, without the word in question; None if it has none."""
    counts = Counter(language for word in folded if word != but for language in languages_of("function").get(word, ()))
    most = max(counts.values(), default=0)
    return frozenset(language for language, count in counts.items() if count == most) if most else None


def is_slavic(folded: list[str]) -> bool:
    """Whether words are of a Polish or Czech text."""
    return "pl" in (languages_in(folded, "") or ()) or len(listed()["czech"].intersection(folded)) > 1


def is_evident(text: str, place: tuple[int, int], folded: list[str], at: int) -> bool:
    """Whether a word with a capital is a person here."""
    before, after = folded[at - 1] if at else "", folded[at + 1] if at + 1 < len(folded) else ""
    ahead, behind = text[: place[0]], text[place[1] :]
    inside = not _SENTENCE_END.search(ahead)
    if after in listed()["negations"] and at + 2 < len(folded):
        after = folded[at + 2]
    if before in listed()["fillers"] and at > 1:
        before = folded[at - 2]
    has_capital_anyway = folded[at] in listed()["capitals"]
    if inside and (before in listed()["greetings"] | listed()["person_before"]):
        return True
    if inside and before in listed()["connectives"]:
        return not has_capital_anyway
    if inside and ahead.rstrip().endswith(",") and _CLOSING.match(behind):
        return True
    acts = after in listed()["person_after"] or (after in listed()["pronouns"] and at + 2 < len(folded))
    acts = acts or (after in listed()["person_is"] and not has_capital_anyway)
    acts = acts and before not in listed()["determiners"] and _SPOKEN_ON.match(behind) is not None
    if acts or (_POSSESSIVE.match(behind) and not has_capital_anyway):
        return True
    if not inside:
        return behind.startswith(", ") and folded[at] not in languages_of("function")
    expected = has_capital_anyway or before in listed()["determiners"] or before.isdecimal()
    return not expected


def all_capitals(text: str, word: str) -> bool:
    """Whether a text of more than this word stands in capitals."""
    return text.isupper() and len(text) > len(word)
