"""The sentences that Messenger and Instagram write as if the sender had typed them (strings.yaml)."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

import polars as pl

from chatclone_dagster.readers.sentences import strings

_DISTINCT = 12  # characters; with so many in common with a sentence of the app, nobody typed it
_LONGEST = 300  # characters; no sentence of the app is longer, save the names in it


class Sentence(Enum):
    """What a sentence of the app stands for."""

    REACTION = "reactions"
    PLACEHOLDER = "placeholders"
    CALL = "calls"
    UNSENT = "unsent"
    SYSTEM = "system"


@cache
def headings() -> frozenset[str]:
    """What stands above an HTML page in the place of a sender, in lower case."""
    return frozenset(heading.casefold() for heading in strings(__package__)["headings"])


@cache
def _patterns() -> list[tuple[str, re.Pattern[str], Sentence]]:
    """A fixed part of each sentence (to rule it out quickly), its pattern, and what it stands for."""
    slots = {r"\{a\}": r"(?P<a>[^\n]{1,120}?)", r"\{b\}": r"[^\n]{1,120}?", r"\{e\}": r"\S{1,16}", "…": ".*"}
    out = []
    for section in Sentence:
        for template in strings(__package__)[section.value]:
            folded = template.casefold()
            pattern = re.escape(folded)
            for slot, meaning in slots.items():
                pattern = pattern.replace(slot, meaning)
            fixed = max(re.split(r"\{[abe]\}|…", folded), key=len)
            out.append((fixed, re.compile(pattern, re.DOTALL), section))
    return out


@cache
def _any_fixed() -> str:
    """A pattern of polars' that finds any of the fixed parts."""
    fixed = sorted({re.sub(r"([\\.+*?()|\[\]{}^$#&~-])", r"\\\1", part.strip()) for part, _, _ in _patterns()})
    return f"(?i){'|'.join(fixed)}"


def suspects(texts: pl.Series) -> pl.Series:
    """Which texts may be a sentence of the app (a superset)."""
    return texts.str.contains(_any_fixed())


def sentence_of(text: str, sender: str | None) -> Sentence | None:
    """Which sentence of the app a text is, if any. A short one that names a doer must name the sender, or `You`."""
    if len(text) > _LONGEST:
        return None
    folded = text.casefold().strip().removesuffix(".")
    doers = {"you", (sender or "").casefold(), (sender or "").casefold().split(" ")[0]}
    for fixed, pattern, sentence in _patterns():
        if fixed in folded and (match := pattern.fullmatch(folded)):
            doer = match.groupdict().get("a")
            if doer is None or doer in doers or len(fixed) >= _DISTINCT or sentence is Sentence.PLACEHOLDER:
                return sentence
    return None
