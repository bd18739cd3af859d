"""Codes handed over: some words after what announces them, or with no such word at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from chatclone_dagster.privacy.recognizers.base import groups
from chatclone_dagster.privacy.recognizers.looks import Looks
from chatclone_dagster.privacy.words import any_of

_START = r"(?<![\p{L}\p{N}_.,/#€$£₹+*-]|\d[ :])"
_END = (
    r"(?![\w%€$£₹]|[.,:/-]\d|\s?(?:€|\$|£|%|k(?!\p{L})|euros?|eur|bucks|quid|dollars?|rs|rupees?|tl|zł|руб|reais|pesos|"
    r"people|times|mal|steps?|hours?|years?|rating|games?|calories|miles?|km|kg|g|mb|gb|"
    r"points?|followers|users|views|likes|lines)(?!\p{L}))"
)
# No round sum and no year.
_DIGITS = rf"(?:{_START}(?!\d*00(?!\d)|(?:19|20)\d\d(?!\d))(?:\d{{3}}[ -]\d{{3}}|\d{{4,8}}){_END})"
# 14B72, 34К1580: of digits with one capital among them, as doors have them.
_DOOR = rf"(?:{_START}(?-i:\d{{1,4}}[\p{{Lu}}]\d{{1,5}})(?<=\d\D?\d\D?\d){_END})"
_OPENING = (
    r"(?:to (?:get (?:in|into|inside|through)|open|unlock|log|sign|enter)|pour (?:entrer|rentrer|ouvrir|d[ée]bloquer)|"
    r"para (?:entrar|abrir|desbloquear)|per (?:entrare|aprire|sbloccare)|om (?:binnen|in te)|"
    r"zum (?:[öo]ffnen|aufmachen|entsperren)|um rein|чтобы (?:войти|открыть)|[żz]eby wej[śs][ćc])"
)
# Behind these a number is a time, a place, a count.
_NOT_AT = (
    r"(?<!(?<!\p{L})(?:at|in|since|until|by|before|after|around|about|over|under|room|line|level|page|bus|"
    r"um|vor|ab|gegen|für|nach)\s)"
)


def _word(*keys: str) -> str:
    return rf"(?<!\p{{L}}){any_of(*keys)}(?!\p{{L}})"


_IS = r"(?:is|it'?s|c'?est|ist|es|è|é|to|jest|now)"
_FORMS = [
    # unlock my phone its 258014, mein handy entsperrst du mit 190573
    rf"{_word('unlock')}[^\d\n]{{0,45}}?{_NOT_AT}(?P<value>{_DIGITS})",
    # code?? oh wait here 90417
    rf"{_word('code')}[^\d\n]{{0,40}}?{_word('handed')}[\s,:]+(?P<value>{_DIGITS})(?=\s*(?:$|[,.!?;)\n]|\p{{So}}))",
    # its 3906 to get into the flats
    rf"(?<!\p{{L}})(?:это|{_IS})\s(?P<value>{_DIGITS}|{_DOOR})\s{_OPENING}(?!\p{{L}})",
    # домофон 34К1580 заходи, le digicode cest 46B02
    rf"{_word('lock', 'opened')}\s?(?:[:=-]\s?|{_IS}\s)?(?P<value>{_DOOR})",
    # al citofono fai 21C8, interphone B12 non pardon c'est 12B07
    rf"{_word('lock', 'opened')}[^\n.;]{{0,40}}?\s(?:{_IS}|{any_of('typed')})\s(?P<value>{_DOOR})",
]
_HANDED = [regex.compile(form, regex.IGNORECASE) for form in _FORMS]
_A_DOOR = r"\d\p{L}\d"
_LOOKS = Looks(any_of("unlock"), any_of("handed"), rf"\d\s{_OPENING}", _A_DOOR, _A_DOOR)


def handed(text: str) -> Iterator[tuple[int, int, Any]]:
    """Start and end of each such code, and the match."""
    for index in _LOOKS.seen(text):
        yield from groups(_HANDED[index], text)
