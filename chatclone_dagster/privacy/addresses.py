"""Fictional addresses: the words for streets and doors stay, what is called by them gets another name, numbers change."""

from __future__ import annotations

import regex

from chatclone_dagster.privacy.names import FICTION, fictional, script
from chatclone_dagster.privacy.stand_ins import Draw

_PIECE = regex.compile(r"\p{L}[\p{L}\p{M}]*|\d+")
_PLACES = frozenset(FICTION["places"].split())
_ENDINGS = regex.compile(rf"(?:{FICTION['place_endings'].replace(' ', '|')})$")
_SIGNS = frozenset(FICTION["place_signs"])


def fictional_address(address: str, draw: Draw) -> str:
    """Another address of the same build: Hauptstraße 5, 10115 Berlin as Kochstraße 8, 40367 Alsina."""
    return str(_PIECE.sub(lambda match: _another(match[0], draw), address))


def _another(piece: str, draw: Draw) -> str:
    if piece.isdigit():
        return str(1 + draw.number(9)) + draw.digits(len(piece) - 1)
    if script(piece) in ("CJK", "HANGUL"):
        return "".join(sign if sign in _SIGNS else fictional(sign, "last", draw, 0) for sign in piece)
    if len(piece) <= 3 or piece.lower() in _PLACES:
        return piece
    ending = _ENDINGS.search(piece.lower())
    kept = piece[ending.start() :] if ending and ending.start() > 2 else ""
    return fictional(piece[: len(piece) - len(kept)], "last", draw, 0) + kept
