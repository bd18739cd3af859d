"""Names drawn together from two ("josema", "majo"), cut at the front ("seun" of Oluwaseun) or doubled ("lulu")."""

from __future__ import annotations

from collections.abc import Iterator

import regex

_LATIN = regex.compile(r"[a-zßıłø]+")
_VOWELS = "aeiouy"
_DOUBLED = "fgjklmrtv"
# What Yoruba, Igbo and Arabic names begin with and people leave out.
_HEADS = (
    *("oluwa", "olu", "baba", "bami", "ade", "ola", "omo", "akin", "ife", "temi"),
    "chukwu",
    *("abdul", "abdel"),
)
# First names that a second one often follows.
_FOLLOWED = frozenset(
    (
        *("jose", "juan", "maria", "ana", "luis", "miguel", "carlos", "pedro", "francisco", "luz"),
        *("marco", "gian", "giovanni", "pier", "pietro", "anna", "joao", "jean", "marie"),
    )
)


def are_given(first: str) -> bool:
    """Whether a second given name often follows this folded one."""
    return first in _FOLLOWED


def drawn_together(first: str, second: str) -> Iterator[str]:
    """What somebody of two folded given names is called: Juanma, Josean, Malu."""
    if not are_given(first) or len(second) < 4 or not _LATIN.fullmatch(second):
        return
    heads = {first, first[:4], first[:3], first[:2]}
    if second[0] in "bp":  # Juan Pablo is Juampa
        heads = {head[:-1] + "m" if head[-1] == "n" else head for head in heads}
    for head in sorted(heads):
        for length in (2, 3):
            if len(head) + length > 3 and (head[-1] in _VOWELS or second[length - 1] in _VOWELS):
                yield head + second[:length]


def without_head(name: str) -> Iterator[str]:
    """A folded name of Latin letters without what such names begin with, and its first syllable twice: Lucie is Lulu."""
    for head in _HEADS:
        if name.startswith(head) and len(name) > len(head) + 3:
            yield name.removeprefix(head)
    if name[0] in _DOUBLED and name[1] in "iu" and name != name[:2] * 2:
        yield name[:2] * 2
