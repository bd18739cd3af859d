"""What WhatsApp writes itself, from strings.yaml, in a form to look up: placeholders, markers, sentences of the app."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml

MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Direction marks and the byte-order mark, which WhatsApp strews over headers, names and what it writes itself."""
MARK = f"[{MARKS}]"
LRM = "\u200e"
BLANK = "[ \u00a0\u2009\u202f]"

_MARKS = re.compile(MARK)
_BLANKS = re.compile(r"[ \u00a0\u2009\u202f]+")


def unmarked(text: str) -> str:
    """The text without direction marks."""
    return text if text.isascii() else _MARKS.sub("", text)


def folded(text: str) -> str:
    """A form to compare by: no marks, single blanks, no case, no final full stop, no angle brackets around the whole."""
    plain = _BLANKS.sub(" ", unmarked(text)).strip().removesuffix(".").removesuffix("。")
    if plain.startswith("<") and plain.endswith(">"):
        plain = plain[1:-1].strip().removesuffix(".")
    return plain.casefold()


@cache
def strings() -> dict[str, Any]:
    """The content of strings.yaml."""
    text = resources.files(__package__).joinpath("strings.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (safe: both are)
    return loaded


@cache
def placeholders() -> dict[str, str]:
    """Folded whole body → kind."""
    return {folded(body): kind for kind, bodies in strings()["placeholders"].items() for body in bodies}


@cache
def typed_too() -> frozenset[str]:
    """Placeholders (folded) that people type as well."""
    return frozenset(folded(body) for body in strings()["typed_too"])


@cache
def words(section: str) -> str:
    """One section of strings.yaml as a regular expression of alternatives, the longest first."""
    return "|".join(re.escape(word) for word in sorted(strings()[section], key=len, reverse=True))


@cache
def halves() -> dict[str, str]:
    """Half of the day as written, without blanks, dots and case → am, pm, noon or none."""
    return {half_key(word): half for half, words_ in strings()["clock"].items() for word in words_}


def half_key(word: str) -> str:
    """The form in which halves of the day are compared: `p. m.` and `PM` are one."""
    return re.sub(r"[\s._,،]", "", unmarked(word)).casefold()
