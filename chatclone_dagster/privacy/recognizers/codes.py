"""Codes that are good for one log-in or one door: digits (or capitals and digits) beside a word for such a code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import regex

from chatclone_dagster.privacy.recognizers.base import Recognizer, groups, starts
from chatclone_dagster.privacy.recognizers.evidence import by_evidence, counted, of_something_else
from chatclone_dagster.privacy.recognizers.handed import handed
from chatclone_dagster.privacy.recognizers.openings import openings
from chatclone_dagster.privacy.words import any_of

_FLAGS = regex.IGNORECASE
_WORD = rf"(?:(?<![\w@#/.-])(?:{any_of('code')})(?![\w@])|(?:{any_of('code.zh', 'code.ja', 'code.ko')}))"
# No part of a longer number, a date, a time, a price; nothing counted behind it.
_UNITS = (
    r"(?!\d|[.,:/-]\d|\s?(?:€|\$|£|¥|₹|%|(?:euros?|eur|usd|dollars?|km|kg|mb|gb|ms|min(?:utes?|uten|"
    r"utos|uti)?|sec|h|uhr|hours?|am|pm|mal|times|x|"
    r"people|lines?|loc|zeilen|l[íi]neas|lignes|righe|linhas|строк\w*|points?|users?|files?|leute|"
    r"personas?|personen|gens|days|tage|días|jours|followers)\b))"
)
_NUMBER = (
    r"(?:[A-Z]-)?(?:\d{3}[ -]\d{3}(?:[ -]\d{2,3})?|\d{2}[ -]\d{2}[ -]\d{2}|"
    r"\d{4}[ -]\d{4}|\d{4,9})[#*]?" + _UNITS
)
# Scripts without blanks between words: a number follows a word at once.
_START = r"(?<![\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{N}_.,/#€$£+-]|\d[ :])"
_DIGITS = _START + _NUMBER
# 4 8 2 1, 4-1-9-2, 48 21, 12-34-56
_APART = rf"{_START}(?:\d(?:[ -]\d){{3,7}}|\d\d(?:[ -]\d\d){{1,3}}|\d{{1,2}}(?:-\d{{1,2}}){{2,3}}){_UNITS}"
_MIXED = (
    r"(?<![\w-])(?-i:(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])"
    r"(?:[A-Z0-9]{5,10}|[A-Z0-9]{3,6}-[A-Z0-9]{3,6})(?:-[A-Z0-9]{3,6}){0,2})(?![\w-])"
)
_IS = (
    r"(?:is(?: now)?|'s|it'?s|c'est|ist|lautet|war|was|es|est|è|é|e'|to|jest|är|er|on|ay|adalah|là|हैं?|=>?|:|-|"
    r"—|→|：|،|,|هو|هي|是|は|は、|:は|은|는|は)"
)
# k7xq2, 14B72, 48К2910: neither a word nor a number.
_MINGLED = r"(?<![\w-])(?=\w{4,10}(?:-\w{3,6}){0,4}(?![\w-]))(?:\p{L}+\d+\p{L}|\d+\p{L}+\d)\w*(?:-\w{3,6}){0,4}"
_NEAR = rf"[\s\"'*_«„“(\[]*(?:{_IS}[\s:\"'*_«„“(\[]*){{0,2}}"
_LOCK = rf"(?<![\w@#/.-]){any_of('lock')}(?![\w@])"
_PURPOSE = r"to|for|zum|zur|um|für|para|pa|pra|pour|per|om|voor|aby|żeby|do|для|чтобы|till|til|untuk"
_TO_DO = (
    r"log|sign|verify|confirm|unlock|enter|reset|access|activate|authori[sz]e|complete|get in|open|register|pair|"
    r"connect|"
    r"change|approve|authenticate|join|finish|validate|continue|link|proceed"
)
_YES = (
    r"(?:yeah|yea|yes|yep|ja|jo|sí|si|sip|oui|ouais|sim|da|да|tak|sure|ok|okay|here|its|hier|aquí|toma|tiens|voici|"
    r"ecco|eccolo|вот)"
)
# Behind a word for a code, and begun by it.
_BEHIND = [
    # code: 482913, PIN ist 4711
    regex.compile(rf"{_WORD}{_NEAR}(?P<value>{_DIGITS}|(?<=\s)#{_NUMBER})", _FLAGS),
    # code 4-1-9-2, code is k7xq2
    regex.compile(
        rf"{_WORD}{_NEAR}(?P<value>{_APART}|(?:(?<={_IS}[\s\"'*(]*)|(?=\w*?(?:\d+\p{{L}}+\d+\p{{L}}|"
        rf"\p{{L}}\d+\p{{L}}+\d))){_MINGLED}(?![+/]))",
        _FLAGS,
    ),
    # the code for the door is 14B72
    regex.compile(
        rf"{_WORD}\s(?:for|to|of|on|de|du|des|der|del|della|do|da|dos|di|al|zum|zur|vom|für|fürs|van|voor|til|"
        rf"till|от|к|для|na|do)"
        rf"(?:\s(?:the|my|our|la|le|les|el|il|die|das|den|dem|de|het|a|"
        rf"o))?\s?[\p{{L}}'’]{{3,}}{_NEAR}(?P<value>{_MINGLED}|{_APART})",
        _FLAGS,
    ),
    # the code they sent me was 482913
    regex.compile(
        rf"{_WORD}(?P<between>[^\d\n.!?;]{{1,40}}?[\s:\"'*(]?)(?P<value>{_DIGITS}|(?<=\s)#{_NUMBER})", _FLAGS
    ),
    # unlock code for the bike: 618
    regex.compile(
        rf"{_WORD}[^\d\n.!?;]{{0,30}}(?::|=|\sis|\sist|\ses|\sè|\sé)\s*(?P<value>{_START}\d{{3}})(?=\s*$)", _FLAGS
    ),
    # what's the code again? 4410?
    regex.compile(
        rf"{_WORD}[^\d\n.!?;]{{0,20}}[?!]+[\s>=:→-]*(?:(?:{_IS}|{_YES})[\s,:]*){{0,3}}"
        rf"(?P<value>{_DIGITS})(?=\s*(?:$|[?.!,]|\p{{So}}))",
        _FLAGS,
    ),
]
_MIXED_BEHIND = regex.compile(rf"{_WORD}{_NEAR}(?P<value>{_MIXED})", _FLAGS)
# Before a word for a code.
_BEFORE = [
    # 482913 is your code, 482913 das ist der Code
    regex.compile(
        rf"(?P<value>{_DIGITS})[)\"'*»”]*[\s,]*(?:(?:is|ist|lautet|es|est|è|é|jest|är|er|=|-|—|:|,|\(|"
        r"that's|thats|<-|das|c'est|voilà|este|ese|eso|esse|questo|ecco|"
        r"это|вот|здесь|ваш|твой|your|dein|ihr|tu|su|votre|ton|seu|il tuo|je|uw|tw[óo]j|هو|هذا|आपका|है|यह|"
        r"as|als|como|come|как)\b|<?-|[—=:(])"
        rf"[^\d\n.!?]{{0,30}}?{_WORD}",
        _FLAGS,
    ),
    # 482913 کد
    regex.compile(rf"^\W*(?P<value>\d{{5,8}})\s+{_WORD}\W*$", _FLAGS),
    # SMS: 662019 code to confirm
    regex.compile(rf"[:!.]\s*(?P<value>\d{{4,8}})\s+{_WORD}(?=\s*(?:$|[,.!)]|(?:{_PURPOSE})(?!\p{{L}})))", _FLAGS),
    # enter 482913, that's the code
    regex.compile(
        r"\b(?:use|enter|type|put|gib|gebe|tipp|saisis|entre|tape|mets|usa|pon|mete|introduce|inserisci|metti|digita|"
        rf"digite|coloca|gebruik|vul|wpisz|введи)\s+(?P<value>{_DIGITS})(?!\d)[^\d\n]{{0,40}}?{_WORD}",
        _FLAGS,
    ),
]
_MIXED_BEFORE = regex.compile(rf"(?P<value>{_MIXED})\s+(?:is|ist|es|est|è|é)\s+[^\d\n.!?]{{0,20}}?{_WORD}", _FLAGS)
_WITHOUT = [
    # lockbox 3829, the combo is 492, verification: 19283
    regex.compile(
        rf"{_LOCK}(?:[\s\"'*(]*(?:{_IS}[\s:\"'*(]*){{1,2}}(?P<value>{_DIGITS}|{_APART}|{_MINGLED}|"
        rf"{_START}\d{{3}}{_UNITS})"
        rf"|\s(?:hat\s|has\s|a\s|tiene\s)?(?P<value>{_DIGITS}|{_APART}|"
        rf"(?-i:\d{{1,4}}[A-ZА-Я]\d{{2,5}}))(?=\s*(?:$|[,.!?;)\n]|\p{{So}}|(?:then|and|dann|und|y|luego|et|puis|"
        rf"poi|e|en|dan)\s))"
        rf"|[^\d\n.!?;]{{1,25}},\s(?P<value>{_DIGITS})(?=\s*$)"
        rf"|\s(?:hat\s|has\s|tiene\s)?(?P<value>{_START}(?!\d00)\d{{3}})(?=\s*$))",
        _FLAGS,
    ),
    # 1947#, that's for the gate
    regex.compile(rf"(?<![\w.,/€$£+-])(?P<value>[#*]?\d{{4,6}}[#*])(?!\w)(?=[^\n]{{0,60}}(?:{_WORD}|{_LOCK}))", _FLAGS),
    # type in 4821, gib mal 4821 ein, digita 55012
    regex.compile(
        rf"(?<![\w-]){any_of('typed')}\s(?!\d*00(?!\d)|(?:19|20)\d\d(?!\d))(?P<value>{_DIGITS}|"
        r"(?-i:[A-Z]?\d{3,5}[A-Z]|[A-Z]\d{3,5})(?!\w))"
        rf"(?=\s*(?:$|[,.!?;)\n]|\p{{So}}|(?:ein|in|inn|ind|et|e|y|and|und|en|then|à|al|am|an|sur|auf|sul|sulla|"
        rf"into|op|no|a la|na|when|at|"
        rf"on|{_PURPOSE})(?!\p{{L}})))",
        _FLAGS,
    ),
    # use 482913 to log in
    regex.compile(
        r"\b(?:use|enter|type(?: in)?|put(?: in)?|try|quote|nutze|nutzen sie|verwende|benutze|gib|gebe|"
        r"saisis|saisissez|entre|usa|utiliza|introduce|ingresa|pon|mete|"
        r"inserisci|digita|digite|use|usar|utilize|insira|utilisez|utilise|tape|gebruik|voer|wpisz|użyj|używaj|"
        r"введите|введи|используйте|"
        r"använd|ange|brug|bruk|kullan|gunakan|pakai|أدخل|استخدم)\s+"
        rf"(?P<value>{_DIGITS})\s+(?:to (?:{_TO_DO})|(?:as|for) (?:your|ur|the) (?:log|sign|verif|veri|two)|um |zum |"
        r"zur (?:anmeld|bestät|verif)|ein\b|when (?:it|they|u|you|prompted|asked)|"
        r"at the (?:door|gate|entrance|prompt)|on the (?:keypad|door|gate|panel)|"
        r"(?:para|pa|pra) (?:iniciar|entrar|verificar|acceder|confirmar|aceder|acessar|abrir|fazer|hacer|activar|"
        r"ativar)|pour (?:te |vous |se )?(?:connecter|"
        r"confirmer|valider|vérifier)|per (?:accedere|verificare|confermare|entrare)|om (?:in te|te)|aby|do (?:log|za)|"
        r"żeby|для|чтобы|för att|for at|for å|untuk|लॉगिन|لتسجيل)",
        _FLAGS,
    ),
]
_ENDS_IN_IS = regex.compile(rf"(?<!\p{{L}}){_IS}[\s:\"'*(]*$", _FLAGS)
_OTHER_BEFORE = regex.compile(rf"(?<!\w)(?:{any_of('other_code')})[ -]?$", _FLAGS)
_OTHER_BEHIND = regex.compile(rf"\s?(?:{any_of('other_code.behind')})(?!\w)", _FLAGS)
_OTHER = regex.compile(
    rf"(?<!\w)(?:{any_of('other_code.before')})[ -]?(?:code|kode?|koodi|c[óo]digo|codice|kodu)", _FLAGS
)
_A_WORD = regex.compile(_WORD, _FLAGS)
_BARGAIN = regex.compile(
    r"%|\b(?:off|rabatt|discount|sale|descuento|desconto|promo\w*|réduction|remise|sconto|"
    r"gutschein\w*|cup[óo]n|cupom|coupon|voucher|korting|zniżk\w*|скидк\w*|indirim|"
    r"free shipping|gratis|checkout|warenkorb|خصم|छूट)",
    _FLAGS,
)
_NETWORK = regex.compile(r"wi-?fi|wlan", regex.IGNORECASE)  # its code is a password
_YEAR = regex.compile(r"(?:19|20)\d\d")
# What makes a number that follows "code" somewhere a time, a place, a count.
_ELSE = regex.compile(
    r"\b(?:at|in|since|until|till|from|by|before|after|around|about|over|under|for|room|bus|line|"
    r"lines|page|version|build|ticket|issue|bug|pr|um|im|seit|bis|von|ab|vor|nach|gegen|"
    r"zimmer|raum|linie|seite|a las|desde|hasta|en|dans|à|depuis|vers|alle|nel|dal|às|desde|em|w|od|"
    r"do|o|в|с|до|около|more than|mehr als|über|of|de|postal|plz|cp|cep)\s*$",
    _FLAGS,
)


class Codes(Recognizer):
    """One-time codes, PINs, door codes; no postcodes, no vouchers, no error codes."""

    kind = "code"

    def spans(self, text: str) -> Iterable[tuple[int, int, float]]:
        """The codes, by how they are announced: directly 0.9, at a distance 0.6."""
        if _OTHER.search(text) and len(_A_WORD.findall(text)) < 2:
            return
        for pattern, matches in self._told(text):
            for start, end, match in matches:
                if self._is_other(text, match) or counted(text, start, end, sure=True):
                    continue
                between = match.groupdict().get("between")
                if between is not None and (
                    (_YEAR.fullmatch(match["value"]) and len(between) > 16 and not _ENDS_IN_IS.search(between))
                    or _ELSE.search(between)
                    or of_something_else(text)
                ):
                    continue
                if _NETWORK.search(text, max(0, match.start() - 8), match.end()) and regex.search(
                    r"\p{L}", match["value"]
                ):
                    continue
                if pattern in (_MIXED_BEHIND, _MIXED_BEFORE) and _BARGAIN.search(text):
                    continue
                yield start, end, 0.6 if between else 0.9
        for start, end, match in (*openings(text), *handed(text)):
            if not self._is_other(text, match) and not counted(text, start, end, sure=True):
                yield start, end, 0.6

        for start, end, match in by_evidence(text):
            if match["digits"] or not _BARGAIN.search(text):
                yield start, end, 0.5

    @staticmethod
    def _told(text: str) -> Iterator[tuple[regex.Pattern[str], Iterator[tuple[int, int, Any]]]]:
        """The forms that a text may have, and their matches."""
        if at := starts(_A_WORD, text):
            yield from ((form, groups(form, text, at=at)) for form in (*_BEHIND, _MIXED_BEHIND))
            yield from ((form, groups(form, text)) for form in (*_BEFORE, _MIXED_BEFORE))
        yield from ((form, groups(form, text)) for form in _WITHOUT)

    @staticmethod
    def _is_other(text: str, match: Any) -> bool:
        """Whether the word is of another sort of code: zip code, código postal."""
        word = _A_WORD.search(text, match.start(), match.end())
        if word is None:
            return False
        before = text[max(0, word.start() - 20) : word.start()]
        return bool(_OTHER_BEFORE.search(before) or _OTHER.match(word[0]) or _OTHER_BEHIND.match(text, word.end()))
