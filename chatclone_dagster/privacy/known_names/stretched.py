"""Words with stretched letters ("annaaaa", "MARGOOOO"), and the word that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

import polars as pl
import regex

_RUN = regex.compile(r"(\p{L})\1+")
_STRETCHED = regex.compile(r"(\p{L})\1\1")
_THRICE = re.compile(r"(.)\1\1")  # asked of every text, at a quarter of the cost
_NO_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_SHORTEST = 3  # letters of a word that is known again


class Stretched:
    """Folded words, to be known again where a letter stands three times or more."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words."""
        self._words: dict[str, list[str]] = {}
        for word in words:
            if len(word) >= _SHORTEST:
                self._words.setdefault(_once(word), []).append(word)
        letters = sorted({letter for word in self._words for letter in word if letter.isalpha()})
        self._runs = [letter * 3 for letter in letters]

    def back(self, word: str) -> str:
        """The word that a folded word with stretched letters stands for; itself if it is none of these."""
        if not _STRETCHED.search(word):
            return word
        fitting = [other for other in self._words.get(_once(word), ()) if _stretches(other, word)]
        return min(fitting, key=lambda other: (len(other), other), default=word)

    def column(self, folded: pl.Series) -> pl.Series:
        """Whether a stretched word of each folded text may be one of these."""
        if not self._words:
            return pl.repeat(False, len(folded), eager=True)
        odd = folded.str.contains_any(self._runs).fill_null(False)
        once = pl.Series([f" {_once(_NO_WORD.sub(' ', text))} " for text in folded.filter(odd)], dtype=pl.String)
        held = once.str.contains_any([f" {word} " for word in self._words])
        return odd.scatter(odd.arg_true(), held) if len(held) else odd


def is_stretched(text: str) -> bool:
    """Whether anything stands three times in a row."""
    return _THRICE.search(text) is not None


def _once(text: str) -> str:
    return _RUN.sub(r"\1", text)


def _stretches(word: str, stretched: str) -> bool:
    """Whether letters of `word` stand as often in `stretched`, or three times and more."""
    pairs = zip(groupby(word), groupby(stretched), strict=True)
    counts = ((len(list(one)), len(list(other))) for (_, one), (_, other) in pairs)
    return all(one == other or other > max(one, 2) for one, other in counts)
