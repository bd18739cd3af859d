"""Dates of birth: a date beside a word that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

import regex
import yaml

from chatclone_dagster.privacy.recognizers.base import Recognizer, groups, starts
from chatclone_dagster.privacy.words import AGE, any_of


def _months() -> list[str]:
    """The names of months in all languages, whole and cut to three letters or more."""
    text = resources.files("chatclone_dagster.readers.times").joinpath("calendar.yaml").read_text(encoding="utf-8")
    names = {form for months in yaml.safe_load(text)["months"].values() for month in months for form in month.split()}
    return sorted(
        names | {form[:length] for form in names for length in (3, 4) if len(form) > length and form.isalpha()}
    )


_MONTH = r"\L<month>\.?"  # a list with a name: two thousand alternatives would be compiled anew for every pattern

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"
_DATE = (
    rf"(?:(?:19|20)\d\d\s?[-./年]\s?(?:0?[1-9]|1[0-2])\s?[-./月]\s?{_DAY}日?"
    rf"|{_DAY}\s?[-./]\s?{_DAY}\s?[-./]\s?{_YEAR}|{_DAY} {_DAY} (?:19|20)\d\d|"
    rf"{_DAY}\s?[-./]\s?[IVX]{{1,4}}\s?[-./]\s?{_YEAR}"
    rf"|{_DAY}(?:st|nd|rd|th|\.|º|°|er|ste|e|-го|-е)?\s?(?:of|de|di|d'|"
    rf"-)?\s?(?<!\p{{L}}){_MONTH}(?!\p{{L}})(?:,?\s?(?:de|del|of|di)?\s?{_YEAR}(?!\d|:))?"
    rf"|(?<!\p{{L}}){_MONTH}\s(?:the\s)?{_DAY}(?:st|nd|rd|th)?(?:,?\s(?:19|20)\d\d)?"
    rf"|{_DAY}\.\s?{_DAY}\.|{_DAY}\.(?:0[1-9]|1[0-2])(?![\d.])|{_DAY}/{_DAY}"
    r"|(?:19|20)\d{6}|\d{1,2}月\d{1,2}日|(?:19|20)?\d\d년\s?\d{1,2}월\s?\d{1,2}일)"
)
_WORD = rf"(?:(?<!\p{{L}})(?:{any_of('birth')})(?:['’]?s)?(?!\p{{L}})|{any_of('birth.zh', 'birth.ja', 'birth.ko')})"
# Between the word and the date: whose, is, on, at most a few words and no other clause.
_BETWEEN = (
    r"[\s:=>,(*«\"'/|?-]*(?:(?:is|was|on|the|a|am|ist|war|wurde|bin|hat|habe|ich|er|sie|es|el|día|dia|"
    r"fue|soy|la|le|est|était|du|il|in|data|è|era|é|e|o|no|em|foi|"
    r"op|de|den|dem|dnia|w|to|jest|moje|si[ęe]|это|у меня|у [а-яё]+|была?|числа|мой|моя|моё|my|mein|mi|mon|ma|"
    r"mio|meu|mijn|meine|minha|mia|of|hers?|his|c'est|mum's|dad's|"
    r"je|suis|yo|nací|sono|nasci|i'm|tarihi|tarihim|g[üu]n[üu]|är|er|den|هو|هي|في|بتاريخ|يوم|है|को|की|"
    r"का|मेरा|मेरी|उसका|तारीख|是|は|은|는|이|pe|este|"
    r"this year|coming up|next|again|officially|finally|years?|old|am|at|this|will be|would be|falls|fällt|auf|"
    r"cae|tombe|cade|cai|"
    r"valt|wypada|dniu|dzień|kommende[nr]?|nächste[nr]?|diesen|próximo|prochain|prossimo|einen|actually|"
    r"eigentlich|en realidad|\p{Lu}[\p{L}]+|de [a-zé]+|of [a-z]+|d'[\w]+)[\s:=,'’-]+){0,5}"
)
# Forms begun by a word are asked where one stands, others where they can be: a date may be so many things that it is slow to find.
_BEHIND = (
    # born on 3 May 1990
    rf"{_WORD}{_BETWEEN}(?<![\d.,/-])(?P<value>{_DATE})(?![\d]|[./-]\d|:\d)",
    # bday twins! 9/14
    rf"{_WORD}(?:\s\p{{L}}+){{0,2}}[!:]+\s*(?P<value>{_DATE})(?=\W*$)",
)
# 3 May 1990 is my birthday
_BEFORE = (
    rf"(?<![\d.,/-])(?P<value>{_DATE})(?!\d)(?:\s(?:in|en|à|a|em|te|w|в)\s\p{{Lu}}[\p{{L}}-]+)?"
    r"[\s,)]*(?:is|ist|es|est|è|é|to|-|this is|das ist|c'est|"
    r"इस दिन|को|पर|में|-|—|is when|tarihinde|में ही|=|में)?"
    r"\s*(?:(?:i was|your|ur|their|our|dein|deine|ihr|sein|tu|su|ton|ta|votre|tua|teu|seu|sua|twoje|его|её|"
    r"твой|\p{L}+'s|(?:when |the day |wenn |cuando |quand )?(?:i|she|he|we|ich|er|sie|yo|je|elle|il)|my|"
    r"mein|meine|mi|mon|ma|il mio|la mia|meu|mijn|moja|moje|я|мой|моя|моё|her|his|"
    rf"ich wurde|bin ich|wurde ich|मेरा|मेरी|उसका)\s+)?(?:date of )?{_WORD}"
)
# sie wird am 12.6. dreißig, on 3/4/96 she turns 30: the date stands before what is said of the age, or in its middle
_TURNS = (
    rf"(?<!\p{{L}})(?:werde|wirst|wird|werden)\s(?:\p{{L}}+\s){{0,2}}am\s(?P<value>{_DATE})(?!\d)\s(?:\p{{L}}+\s){{0,2}}{AGE}(?!\p{{L}}|\d)"
    rf"|(?<!\p{{L}})(?:on|am|el|le|il|dia|no dia|"
    rf"op)\s(?:the\s)?(?P<value>{_DATE})(?!\d)[\s,]*(?:\p{{L}}+\s){{0,3}}?{_WORD}"
)
# im a 12/12/2001 baby; whats ur dob? mine's 03.11.92
_ASKED = (
    rf"(?<!\p{{L}})(?:i'?m|he'?s|she'?s|i am|she is|he is|you'?re|ur)\s(?:a|an)\s(?P<value>{_DATE})\s(?:baby|"
    rf"kid|child)(?!\p{{L}})"
    rf"|{_WORD}[^\d\n?]{{0,40}}\?[\s?]*(?:\p{{L}}+\s)?(?:mine|mine'?s|moi|m[íi]o|il mio|o meu|a minha|"
    rf"mein\w*|mój|moje|мой|it'?s|its|is|on|am|el|le|il|dia)"
    rf"(?:'s|\sis|\sist|\ses|\sc'est|\sè|\sé)?(?:\s(?:on|am|el|le|il|dia|the|to))?\s(?P<value>{_DATE})(?!\d)"
)
# A party, a shop's opening: a day near a birthday that is not the day of birth.
_PARTY = regex.compile(
    r"part(?:y|ies)|feier\w*|fiesta|fête(?!r|s? [ms]es)|festa|feestje|impre[zs]\w*|вечеринк\w*|celebr\w*|geschenk|"
    r"present|gift|regal\w*|cadeau",
    regex.IGNORECASE,
)


_A_WORD = regex.compile(_WORD, regex.IGNORECASE)
_DIGIT = regex.compile(r"\d")
_WITH_YEAR = regex.compile(r"\d{4}|\d\D+\d+\D+\d")
_WILL_BE = regex.compile(r"werde|wir[sd]", regex.IGNORECASE)
_CHILD_OR_ASKED = regex.compile(r"baby|kid|child|\?", regex.IGNORECASE)


@cache
def _patterns() -> dict[str, regex.Pattern[str]]:
    """By form; compiled when a text first needs one: it takes two seconds, and most runs of the command line never do."""
    forms = (*_BEHIND, _BEFORE, _TURNS, _ASKED)
    months = _months()
    return {form: regex.compile(form, regex.IGNORECASE, month=months) for form in forms}


def _told(text: str) -> Iterator[tuple[int, int, regex.Match[str]]]:
    """Where a date may be told as one of birth, and the match."""
    words = starts(_A_WORD, text)
    date_before = words and _DIGIT.search(text, 0, words[-1])
    if words:
        for form in _BEHIND:
            yield from groups(_patterns()[form], text, at=words)
    if date_before:
        yield from groups(_patterns()[_BEFORE], text)
    if date_before or _WILL_BE.search(text):
        yield from groups(_patterns()[_TURNS], text)
    if _CHILD_OR_ASKED.search(text):
        yield from groups(_patterns()[_ASKED], text)


class Births(Recognizer):
    """Dates of birth told as such."""

    kind = "birth_date"

    def spans(self, text: str) -> Iterable[tuple[int, int, float]]:
        """Dates with a year 0.85, without one 0.6."""
        for start, _, match in _told(text):
            if not (_PARTY.search(match[0]) or _PARTY.match(text, match.end() + 1)):
                value = match["value"].rstrip(" ,")
                whole = _WITH_YEAR.search(value)
                yield start, start + len(value), 0.85 if whole else 0.6
