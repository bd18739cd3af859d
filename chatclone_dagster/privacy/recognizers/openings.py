"""Codes that no word for a code announces: by what they open, or how long they are good for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import re2
import regex

from chatclone_dagster.privacy.recognizers.base import groups
from chatclone_dagster.privacy.triggers import LASTING, OPENED, VALID, options
from chatclone_dagster.privacy.words import any_of

_START = r"(?<![\w.,/#€$£+*-]|\d[ :])"
_END = r"(?![\w%€$£]|[.,:/-]\d|\s?(?:€|\$|£|%|euros?|eur|bucks|quid|dollars?|km|kg|mal|times|people|zł|руб)(?!\p{L}))"
# No round sum and no year.
_DIGITS = rf"(?:{_START}[#*]?(?!\d*00(?!\d)|(?:19|20)\d\d(?!\d))(?:\d{{3}}[ -]\d{{3}}|\d{{4,8}})[#*]?{_END})"
_APART = rf"(?:{_START}\d(?:-\d){{3,5}}(?!-?\d))"
_MINGLED = rf"(?:{_START}(?:[A-Z]\d{{3,5}}[A-Z]?|\d{{1,5}}[A-Z]\d{{0,5}})(?<=\d.*\d.*){_END})"
_THING = rf"(?<!\p{{L}}){any_of('opened')}(?!\p{{L}})"
_THE = (
    r"(?:(?:the|my|our|ur|your|this|die|das|der|den|dem|el|la|los|le|les|l'|il|lo|o|a|as|os|de|het|mi|mon|ma|meu|"
    r"minha)\s?)?"
    r"(?:[\p{L}'-]+\s){0,2}?"
)
_LOOK = re2.compile(f"(?i){OPENED}|{LASTING}", options())
_OPENINGS = [
    # the keypad on the garage takes 6628, el portal se abre con 1947, die tür geht mit 9021# auf
    regex.compile(
        rf"{_THING}[^\d\n.!?;]{{0,30}}?\s{any_of('opens')}\s(?:the |la |el |den |die )?(?P<value>{_DIGITS}|"
        rf"{_MINGLED}|{_APART})",
        regex.IGNORECASE,
    ),
    # the gate's 4471#, buzzer is #0415, alarmanlage ausschalten: 3317
    regex.compile(
        rf"{_THING}(?:[^\d\n.!?;:]{{0,20}}?)(?:'s|\sis(?: now)?|\sist(?: jetzt)?|\ses|\sc'est|\s[èé]|"
        rf"\s?[:=])\s?(?P<value>{_DIGITS}|{_MINGLED})(?!\s\p{{L}}+\s?(?:euro|eur))",
        regex.IGNORECASE,
    ),
    # 4471 opens the gate, 4471# for the front door
    regex.compile(
        rf"(?P<value>{_DIGITS}|{_MINGLED})\s(?:opens?|unlocks?|works (?:on|for)|gets you (?:in|into|through)|"
        rf"lets you in|[öo]ffnet|abre|apre|ouvre|"
        rf"otwiera|opent|открывает|for|f[üu]r|zum|para|pra|pour|per|voor|do|na|для|от|at|on|an|en|sur|sul|sulla|"
        rf"op|no)\s{_THE}{_THING}",
        regex.IGNORECASE,
    ),
    # 449210 valid for 10 mins
    regex.compile(rf"(?P<value>{_DIGITS})\s(?:(?:is|ist|es|est|è|é)\s)?{VALID}", regex.IGNORECASE),
    regex.compile(r"(?<![\w-])(?P<value>(?:G|FB)-\d{5,6})(?![\w-])"),
]


def openings(text: str) -> Iterator[tuple[int, int, Any]]:
    """Start and end of each such code, and the match."""
    if _LOOK.search(text):
        for pattern in _OPENINGS:
            yield from groups(pattern, text)
