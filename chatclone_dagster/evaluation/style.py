"""How far two sets of replies are apart in style: length, emoji, punctuation, casing, vocabulary.

Every dimension is a distribution over classes, and every distance the Jensen-Shannon distance of two of them (base 2: 0
is the same, 1 is nothing in common; Lin 1991, Endres & Schindelin 2003). A distance of small samples is never 0, so
each stands beside its floor: the person's own earlier replies against the later ones, at the same number.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from chatclone_dagster.datasets.formats import split_bubbles

EMOJI = re.compile("[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u23e9-\u23fa]")
WORD = re.compile(r"[^\W\d_][\w’'-]*")
_PLACEHOLDER = re.compile(r"^\[(media|sticker|voice|location|poll|contact)\]\s*")
_MARKS = {",": "comma", "'": "apostrophe", "’": "curly apostrophe", "...": "dots", " - ": "dash"}
_ENDINGS = (("...", "…"), ("…", "…"), (".", "."), ("?!", "?!"), ("?", "?"), ("!!", "!!"), ("!", "!"), (")", ")"))


def texts_of(reply: str) -> list[str]:
    """The bubbles of a reply that are words, without the placeholders of pictures and the like."""
    return [text for bubble in split_bubbles(reply) if (text := _PLACEHOLDER.sub("", bubble).strip())]


def _length(replies: Sequence[str]) -> Iterable[str]:
    for reply in replies:
        texts = texts_of(reply)
        yield f"{min(len(texts), 6)} bubbles"
        for text in texts:
            yield f"2^{math.log2(1 + len(text)) // 0.5 / 2} characters"


def _emoji(replies: Sequence[str]) -> Iterable[str]:
    for text in _texts(replies):
        yield from EMOJI.findall(text) or ["none"]


def _punctuation(replies: Sequence[str]) -> Iterable[str]:
    for text in _texts(replies):
        bare = EMOJI.sub("", text).rstrip()
        yield "ends with " + next((name for end, name in _ENDINGS if bare.endswith(end)), "no mark")
        for mark, name in _MARKS.items():
            yield f"{name}: {'yes' if mark in text else 'no'}"


def _casing(replies: Sequence[str]) -> Iterable[str]:
    for text in _texts(replies):
        letters = [c for c in text if c.isalpha()]
        if letters:
            yield "starts " + ("small" if letters[0].islower() else "large")
            shouts = len(letters) > 3 and all(c.isupper() for c in letters)
            yield "shouts" if shouts else "all small" if not any(c.isupper() for c in letters) else "mixed"


def _vocabulary(replies: Sequence[str]) -> Iterable[str]:
    for text in _texts(replies):
        yield from (word.casefold() for word in WORD.findall(text))


def _texts(replies: Sequence[str]) -> Iterable[str]:
    return (text for reply in replies for text in texts_of(reply))


DIMENSIONS: dict[str, Callable[[Sequence[str]], Iterable[str]]] = {
    "length": _length,
    "emoji": _emoji,
    "punctuation": _punctuation,
    "casing": _casing,
    "vocabulary": _vocabulary,
}


def distances(one: Sequence[str], other: Sequence[str]) -> dict[str, float]:
    """The distance of two sets of replies in every dimension, 0 to 1, and their `mean`."""
    found = {name: jensen_shannon(Counter(of(one)), Counter(of(other))) for name, of in DIMENSIONS.items()}
    return {**found, "mean": sum(found.values()) / len(found)}


def jensen_shannon(one: Counter[str], other: Counter[str]) -> float:
    """The Jensen-Shannon distance of two counted distributions; 1 if only one of them is empty."""
    n, m = one.total(), other.total()
    if not n or not m:
        return float(bool(n or m))
    divergence = 0.0
    for key in one.keys() | other.keys():
        p, q = one[key] / n, other[key] / m
        middle = (p + q) / 2
        divergence += sum(0.5 * share * math.log2(share / middle) for share in (p, q) if share)
    return math.sqrt(max(0.0, divergence))
