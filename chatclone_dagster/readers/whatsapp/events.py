"""Sentences that the app itself writes: who came and went, who changed what, that the chat is encrypted."""

from __future__ import annotations

import re
from functools import cache

from chatclone_dagster.readers.whatsapp.locales import folded, strings, unmarked

_CLOSING = '"”“»'
_QUOTED = re.compile(f'["“„«]([^"“”„«»]{{1,120}})[{_CLOSING}]$')
_GAPS = re.compile(r"\{[ab]\}|…")
_SHORT = 4  # characters; so few at the beginning of a sentence tell nothing
_LONGEST = 400  # characters; no sentence of the app is longer


@cache
def _sentences() -> list[tuple[str, str, bool]]:
    """Of each sentence a fixed part (to rule it out quickly), its template, and whether it only occurs in groups."""
    out = []
    for where, templates in strings()["events"].items():
        for template in templates:
            fixed = max(_GAPS.split(folded(template.removesuffix("…"))), key=len)
            out.append((fixed, template, where == "group"))
    return out


@cache
def _by_word(is_ascii: bool, has_blank: bool) -> tuple[dict[str, list[int]], list[int]]:
    """The places in `_sentences` of those that have a certain whole word between blanks, and of those without such a word.

    Without the sentences that a text cannot be if it is all ASCII, or has no blank.
    """
    by_word: dict[str, list[int]] = {}
    wordless = []
    for number, (fixed, template, _) in enumerate(_sentences()):
        if (is_ascii and not fixed.isascii()) or (not has_blank and " " in template.strip()):
            continue
        whole = fixed.split(" ")[1:-1]  # a name may stand directly before the first or behind the last
        if whole:
            by_word.setdefault(max(whole, key=len), []).append(number)
        else:
            wordless.append(number)
    return by_word, wordless


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pattern = re.escape(folded(template.removesuffix("…")))
    for slot in "ab":
        pattern = pattern.replace(rf"\{{{slot}\}}", rf"(?P<{slot}>[^\n]{{1,60}}?)")
    return re.compile(pattern.replace("…", ".{1,120}") + (".*" if template.endswith("…") else ""), re.DOTALL)


def _match(text: str) -> tuple[re.Match[str], bool] | None:
    """The sentence a text is, and whether it only occurs in groups."""
    if len(text) > _LONGEST:
        return None
    key = folded(text)
    by_word, wordless = _by_word(key.isascii(), " " in key)
    numbers = [number for word in {*key.split(" ")} & by_word.keys() for number in by_word[word]]
    for number in sorted(numbers + wordless):
        fixed, template, group = _sentences()[number]
        if fixed in key and (match := _pattern(template).fullmatch(key)):
            return match, group
    return None


def is_event(text: str) -> bool:
    """Whether a text is one of the app's sentences, whoever is named in it."""
    return _match(text) is not None


def is_group_event(text: str) -> bool:
    """Whether a text is a sentence of the app that only occurs in group chats."""
    found = _match(text)
    return found is not None and found[1]


def is_event_of(text: str, author: str, *, group_itself: bool) -> bool:
    """Whether a body under an author's name is a sentence of the app all the same, though the app's mark is missing.

    Recent exports put a name before the app's sentences: the group's, or that of whoever the sentence is about. People type "Tom
    left" too, so the author must be named in the sentence, or be the group, or the sentence must be one that names nobody.
    """
    found = _match(text)
    if found is None:
        return False
    named = [name.strip() for name in found[0].groupdict().values() if name]
    return group_itself or not named or author.casefold() in named


def group_name(text: str) -> str | None:
    """The name a group got, if a text says so: `Ada created group “Chess”`."""
    plain = unmarked(text).strip()
    quoted = _QUOTED.search(plain) if plain[-1:] in _CLOSING else None
    return quoted[1] if quoted and is_group_event(text) else None


def phrases() -> list[str]:
    """Text of which at least one piece is in every sentence of the app, as written; for a quick first look over many bodies."""
    found = set()
    for templates in strings()["events"].values():
        for template in templates:
            pieces = [piece.strip() for piece in _GAPS.split(unmarked(template))]
            found.add(max(pieces, key=len))
    return sorted(found)


def beginnings() -> list[str]:
    """How the sentences begin that do not begin with a name."""
    return [
        start
        for templates in strings()["events"].values()
        for text in templates
        if len(start := _GAPS.split(text)[0]) > _SHORT
    ]
