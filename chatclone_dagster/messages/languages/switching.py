"""Texts that change between languages, cut up and read piece by piece."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from chatclone_dagster.messages.languages.model import LABEL, LETTERS, NOISE, guess

_PART_SURE, _PART_LETTERS, _PART_WORDS = 0.75, 8, 3
_HALF_SURE, _HALF_LETTERS = 0.9, 12  # where the cut itself is a guess
_SURE_OF_ALL, _IN_DOUBT = 0.95, 0.6
_UNHEARD_SURE, _UNHEARD_LETTERS = 0.98, 25  # of a language nobody else here speaks
_TWO_PARTS = (
    r"\p{L}{2}\P{L}\p{L}{2,}[^\p{L}\p{N}]*[.!?…,;:\n][^\p{L}]*\p{L}+\P{L}+\p{L}{2}"  # words, a sentence's end, words
)
_OTHER_SCRIPT = 0.4  # a script that the rest is not in leaves few languages
_SENTENCE = re.compile(r"[.!?…,;:()\n\"“”]+|\s[-–—]\s|[^\w\s'’.,!?-]+")
_MIXED: dict[str, Any] = {"original_id": pl.UInt32, "mixed": pl.List(pl.String), "mixed_score": pl.Float64}
_OF_NO_LANGUAGE = re.compile(NOISE)
_OTHER_SCRIPTS = (
    r"[\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]"
)
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’ ]*")


def mixed_texts(texts: pl.DataFrame, guesses: pl.DataFrame, home: set[str]) -> pl.DataFrame:
    """Which texts (`original_id`, `original`, `text`, `text_id`) change between languages: `original_id`, `mixed`, `mixed_score`.

    Cut up are only those the model is not sure of, and where several languages are spoken all longer ones: it is sure of
    the larger half, too.
    """
    best = guesses.group_by("text_id").agg(p=pl.col("p").max(), letters=pl.col("letters").first())
    doubt = pl.lit(value=True) if len(home) > 1 else (pl.col("p") < _IN_DOUBT) & (pl.col("letters") >= 2 * LETTERS)
    open_ = best.filter(doubt, pl.col("letters") >= 2 * _PART_LETTERS).select("text_id", "p")
    two_scripts = pl.col("text").str.contains(r"\p{Latin}{3}") & pl.col("text").str.contains(_OTHER_SCRIPTS)
    long = texts.join(open_, on="text_id").filter(
        (pl.col("p") < _SURE_OF_ALL) | pl.col("original").str.contains(_TWO_PARTS)
    )
    scripts = texts.filter(two_scripts).with_columns(p=pl.lit(0.0))
    suspects = pl.concat([frame.select("original_id", "original", "p") for frame in (scripts, long)])
    found = [
        (number, *parts)
        for number, text, p in suspects.unique("original_id", keep="first", maintain_order=True).iter_rows()
        if (parts := _parts(text, home, sure=p >= _SURE_OF_ALL))
    ]
    return pl.DataFrame(found, schema=_MIXED, orient="row")


def _parts(text: str, home: set[str], *, sure: bool) -> tuple[list[str], float] | None:
    """The languages of a text that changes between them, most of it first, and the least sure of them; None if it does not.

    It is cut by script, else by sentence, else (unless the model is `sure` of the whole) wherever both sides come out best.
    """
    bare = _OF_NO_LANGUAGE.sub(" ", text)
    latin, other = " ".join(_LATIN.findall(bare)), _LATIN.sub(" ", bare)
    if _count(latin) >= 3 <= _count(other):
        found = _spoken([latin], home) | _spoken([other], home, _OTHER_SCRIPT, 3)
    else:
        pieces = [piece for piece in _SENTENCE.split(bare) if piece.strip()]
        found = _spoken(pieces, home) if len(pieces) > 1 else {}
        if len(found) < 2 and not sure and len(words := bare.split()) >= 2 * _PART_WORDS:
            found = _best_cut(words, home) or found
    return (sorted(found, key=lambda lang: -found[lang][1]), _least(found)) if len(found) > 1 else None


def _best_cut(words: list[str], home: set[str]) -> dict[str, tuple[float, int]]:
    """The languages on both sides of the cut at which they are surest; none if beginning and end are alike."""
    third = max(_PART_WORDS, len(words) // 3)
    if _top(" ".join(words[:third]))[1] == _top(" ".join(words[-third:]))[1]:
        return {}
    cuts = range(_PART_WORDS, len(words) - _PART_WORDS + 1)
    pairs = [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in cuts]
    halves = [_spoken(pair, home, _HALF_SURE, _HALF_LETTERS) for pair in pairs]
    return max((half for half in halves if len(half) > 1), key=_least, default={})


def _spoken(
    pieces: list[str], home: set[str], sure: float = _PART_SURE, fewest: int = _PART_LETTERS
) -> dict[str, tuple[float, int]]:
    """The languages that pieces of a text are surely in: language to (probability, letters).

    A language nobody speaks here needs more than one that somebody does.
    """
    found: dict[str, tuple[float, int]] = {}
    for piece in pieces:
        letters = _count(piece)
        if letters < fewest:
            continue
        p, lang = _top(piece)
        if p >= sure and (lang in home or (p >= _UNHEARD_SURE and letters >= _UNHEARD_LETTERS)):
            known_p, known_letters = found.get(lang, (0.0, 0))
            found[lang] = (max(known_p, min(p, 1.0)), known_letters + letters)
    return found


def _top(text: str) -> tuple[float, str]:
    """The likeliest language of a text, and how likely."""
    p, label = guess([" ".join(text.lower().split())], 1, 0.0)[0][0]
    return p, label.removeprefix(LABEL)


def _least(found: dict[str, tuple[float, int]]) -> float:
    return min(p for p, _ in found.values())


def _count(text: str) -> int:
    return sum(map(str.isalpha, text))
