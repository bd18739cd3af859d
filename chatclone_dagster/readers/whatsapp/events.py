"""Sentences that the app itself writes: who came and went, who changed what, that the chat is encrypted."""

from __future__ import annotations

import re
from functools import cache

from chatclone_dagster.readers.whatsapp.locales import folded, strings, unmarked

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
    for fixed, template, group in _sentences():
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
    quoted = re.search('["“„«]([^"“”„«»]{1,120})["”“»]$', unmarked(text).strip())
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
