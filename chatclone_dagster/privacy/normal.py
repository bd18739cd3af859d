"""Text as it is searched: one spelling for what people see as the same, and the way back to where it stood."""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
import regex

# What nobody sees: soft hyphens, zero-width spaces and joiners, marks of writing direction, variation selectors.
_UNSEEN = r"[\u00AD\u034F\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFE00-\uFE0F\uFEFF]"
_DASHES = r"[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]"
_APOSTROPHES = r"[\u2018\u2019\u02BC]"
_HALVES = r"[\uD800-\uDFFF]"  # of a pair that lost the other half; no text by itself
_ODD = regex.compile(rf"{_UNSEEN}|{_DASHES}|{_APOSTROPHES}|{_HALVES}|[^\P{{Nd}}0-9]")
_SYLLABLE = r"[\u1100-\u115F]+[\u1160-\u11A7]+[\u11A8-\u11FF]*"  # of Korean, taken apart as in file names of macOS
_PIECE = regex.compile(rf"{_SYLLABLE}|\P{{M}}\p{{M}}*|\p{{M}}+")
_MARKS = r"[\u0300-\u036F\u0483-\u0487\u0591-\u05C7\u0640\u064B-\u065F\u0670]"
_MARK = regex.compile(_MARKS)
_COMPOSED = r"[[\p{L}\p{M}]--[\x00-\x7F]]"  # of other signs (emoji) NFC makes the same again


@dataclass(frozen=True, slots=True)
class Normal:
    """A text in its normal form; `starts` and `ends` say where each character stood (None: nothing changed)."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normal(text: str) -> Normal:
    """The normal form: NFKC, ASCII digits, plain dashes and apostrophes, nothing unseen; of the same case."""
    if text.isascii() or (unicodedata.is_normalized("NFKC", text) and not _ODD.search(text)):
        return Normal(text)
    written: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECE.finditer(text):
        old, (start, end) = piece[0], piece.span()
        new = _plain(old)
        same_length = len(new) == len(old)
        for index in range(len(new)):
            starts.append(start + index if same_length else start)
            ends.append(start + index + 1 if same_length else end)
        written.append(new)
    return Normal("".join(written), starts, ends)


@cache  # a chat has few different characters
def _plain(piece: str) -> str:
    seen = unicodedata.normalize("NFKC", regex.sub(_UNSEEN, "", piece))
    seen = regex.sub(_HALVES, "\ufffd", seen)
    seen = regex.sub(_APOSTROPHES, "'", regex.sub(_DASHES, "-", seen))
    return regex.sub(r"[^\P{Nd}0-9]", _ascii_digit, seen)


@cache
def _digits() -> dict[str, str]:
    """Every digit of another script, and the one in ASCII."""
    known = ((chr(code), unicodedata.decimal(chr(code), None)) for code in range(0x80, sys.maxunicode + 1))
    return {digit: str(value) for digit, value in known if value is not None}


def _ascii_digit(digit: Any) -> str:
    """The digit in ASCII; itself where its script is newer than Python's Unicode."""
    return str(unicodedata.decimal(digit[0], digit[0]))


def normal_column(texts: pl.Series) -> pl.Series:
    """The normal form of every text for the first look, in which İ is I: the words it looks for are written with its small i."""
    odd = _beyond_ascii(texts)
    if not odd.any():
        return texts
    plain = texts.filter(odd).str.replace_all(_UNSEEN, "").str.normalize("NFKC")
    plain = (
        plain.str.replace_all(_APOSTROPHES, "'").str.replace_all(_DASHES, "-").str.replace_all("İ", "I", literal=True)
    )
    at = plain.str.contains(r"[\p{Nd}--0-9]").arg_true()
    if len(at):
        plain = plain.scatter(at, plain.gather(at).str.replace_many(_digits()))
    return texts.clone().scatter(odd.arg_true(), plain)  # scatter writes into the series it is asked of


def fold(text: str) -> str:
    """The form in which names are compared: lower case, without accents and vowel signs (José and jose are one)."""
    if text.isascii():
        return text.lower()
    bare = _MARK.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).lower()


def fold_column(texts: pl.Series) -> pl.Series:
    """`fold` of every text."""
    lower = texts.str.to_lowercase()
    odd = _beyond_ascii(lower)
    if not odd.any():
        return lower
    bare = texts.filter(odd).str.normalize("NFKD").str.replace_all(_MARKS, "")
    composed = bare.str.contains(_COMPOSED).arg_true()
    bare = bare.scatter(composed, bare.gather(composed).str.normalize("NFC")) if len(composed) else bare
    return lower.scatter(odd.arg_true(), bare.str.to_lowercase())


def _beyond_ascii(texts: pl.Series) -> pl.Series:
    """Whether each text has characters of several bytes."""
    return (texts.str.len_bytes() != texts.str.len_chars()).fill_null(False)
