"""Codes handed over, corrected or sent again: some words after what announces them, or with no such word at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from chatclone_dagster.privacy.recognizers.base import groups
from chatclone_dagster.privacy.words import any_of

_START = r"(?<![\p{L}\p{N}_.,/#€$£₹+*-]|\d[ :])"
_END = (
    r"(?![\w%€$£₹]|[.,:/-]\d|\s?(?:€|\$|£|%|k(?!\p{L})|euros?|eur|bucks|quid|dollars?|rs|rupees?|people|times|steps?|hours?|years?|rating|games?|calories|mal|miles?|"
    r"points?|followers|users|views|likes|lines|km|kg|g|mb|gb|tl|zł|руб|reais|pesos)(?!\p{L}))"
)
# No round sum and no year.
_DIGITS = rf"(?:{_START}(?!\d*00(?!\d)|(?:19|20)\d\d(?!\d))(?:\d{{3}}[ -]\d{{3}}|\d{{4,8}}){_END})"
_SIX = rf"(?:{_START}(?!\d*000(?!\d))(?:\d{{3}}[ -]\d{{3}}|\d{{6}}){_END})"
# 14B72, 34К1580: of digits with one capital among them, as doors have them.
_DOOR = rf"(?:{_START}(?-i:\d{{1,4}}[\p{{Lu}}]\d{{1,5}})(?<=\d\D?\d\D?\d){_END})"
_OPENING = (
    r"(?:to (?:get (?:in|into|inside|through)|open|unlock|log|sign|enter)|pour (?:entrer|rentrer|ouvrir|d[ée]bloquer)|"
    r"para (?:entrar|abrir|desbloquear)|per (?:entrare|aprire|sbloccare)|om (?:binnen|in te)|zum (?:[öo]ffnen|aufmachen|entsperren)|"
    r"um rein|чтобы (?:войти|открыть)|[żz]eby wej[śs][ćc])"
)
_NO_LONGER = r"(?<!(?<!\p{L})(?:at|in|since|until|by|before|after|around|about|over|under|room|line|page|bus|um|vor|ab|gegen|für|nach)\s)"
_HANDED = [
    # unlock my phone its 258014, mein handy entsperrst du mit 190573
    regex.compile(rf"(?<!\p{{L}}){any_of('unlock')}(?!\p{{L}})[^\d\n]{{0,45}}?(?P<value>{_DIGITS})", regex.IGNORECASE),
    # try 664201... no wait new one just came 118937
    regex.compile(
        rf"(?<!\p{{L}}){any_of('tried', 'typed')}(?!\p{{L}})[^\d\n.!?;]{{0,25}}?(?P<value>{_SIX})", regex.IGNORECASE
    ),
    # otp aaya kya? haan 5618
    regex.compile(
        rf"(?<!\p{{L}}){any_of('sent_code')}(?!\p{{L}})[^\d\n]{{0,40}}?{_NO_LONGER}(?P<value>{_DIGITS})",
        regex.IGNORECASE,
    ),
    # first otp was 302188 then it resent 774905
    regex.compile(rf"(?<!\p{{L}}){any_of('sent_code')}(?!\p{{L}})[^\n]{{0,60}}?(?P<value>{_SIX})", regex.IGNORECASE),
    # code?? oh wait here 90417
    regex.compile(
        rf"(?<!\p{{L}}){any_of('code')}(?!\p{{L}})[^\d\n]{{0,40}}?(?<!\p{{L}}){any_of('handed')}[\s,:]+(?P<value>{_DIGITS})"
        r"(?=\s*(?:$|[,.!?;)\n]|\p{So}))",
        regex.IGNORECASE,
    ),
    # whatsapp kod attı mı? attı 615-208, скажи код / ща.. 7204
    regex.compile(
        rf"(?<!\p{{L}}){any_of('code')}(?!\p{{L}})[^\d\n]{{0,30}}[?!/…—][^\d\n]{{0,20}}?(?P<value>{_SIX})",
        regex.IGNORECASE,
    ),
    regex.compile(
        rf"(?<!\p{{L}}){any_of('code')}(?!\p{{L}})[^\d\n]{{0,30}}[.?!/…—]\s*(?P<value>{_DIGITS})(?=\W*$)",
        regex.IGNORECASE,
    ),
    # its 3906 to get into the flats
    regex.compile(
        rf"(?<!\p{{L}})(?:it'?s|c'?est|es|ist|è|é|это|to)\s(?P<value>{_DIGITS}|{_DOOR})\s{_OPENING}(?!\p{{L}})",
        regex.IGNORECASE,
    ),
    # домофон 34К1580 заходи, le digicode cest 46B02, le code a changé maintenant c'est 27A51
    regex.compile(
        rf"(?<!\p{{L}}){any_of('lock', 'opened')}(?!\p{{L}})\s?(?:[:=-]\s?|(?:is|c'?est|ist|es|è|é|to)\s)?(?P<value>{_DOOR})",
        regex.IGNORECASE,
    ),
    # al citofono fai 21C8, interphone B12 non pardon c'est 12B07
    regex.compile(
        rf"(?<!\p{{L}}){any_of('lock', 'opened')}(?!\p{{L}})[^\n.;]{{0,40}}?\s(?:is|c'?est|ist|es|è|é|to|{any_of('typed')})\s"
        rf"(?P<value>{_DOOR})",
        regex.IGNORECASE,
    ),
    regex.compile(
        rf"(?<!\p{{L}}){any_of('code')}(?!\p{{L}})[^\d\n.!?;]{{0,30}}?\s(?:is|it'?s|c'?est|ist|es|è|é|to|jest|now)\s(?P<value>{_DOOR})",
        regex.IGNORECASE,
    ),
]


def handed(text: str) -> Iterator[tuple[int, int, Any]]:
    """Start and end of each such code, and the match."""
    for pattern in _HANDED:
        yield from groups(pattern, text)
