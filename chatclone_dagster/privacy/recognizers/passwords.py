"""Passwords by being said: behind a word for one, told further on, changed to, with the name for a log-in."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from chatclone_dagster.privacy.recognizers.base import groups
from chatclone_dagster.privacy.words import any_of

_SPELLING = regex.compile(
    r"[\s,(]+(?:all |in |alles |tout |todo |tutto )?(?:lower ?case|caps|one word|no (?:caps|spaces)|klein(?:geschrieben)?|"
    r"zusammen(?:geschrieben)?|"
    r"en min[uú]sculas?|en minuscules?|min[uú]scula|minuscolo|junto|attach[ée]|attaccato|kleine letters)(?!\p{L})",
    regex.IGNORECASE,
)
_MEASURE = regex.compile(r"[\d.,:]+\p{L}+|\p{L}{1,4}-\d+|\p{L}+/\d+|.*@.*", regex.IGNORECASE)
FILE = regex.compile(
    r"(?:IMG|VID|PTT|AUD|DOC|PXL|DSC|WA|Screenshot|Screen|image|video)[-_ ]?\d|\.\w{2,4}$", regex.IGNORECASE
)
_IS = r"(?:(?:'s|it'?s|is|was|ist|lautet|war|es|c'?est|est|è|é|e'|jest|är|er|este|e|je|to|هي|هو|adalah|हैं?)(?=\s)|是|は|=|:|：|->|→)"
_STILL = (
    r"(?:(?:still|now|just|again|noch|jetzt|immer noch|ahora|toujours|maintenant|agora|ora|ancora|nu|teraz|теперь|"
    r"(?P<literally>(?:just )?(?:literally|simply)|einfach(?: nur)?|wörtlich|literal(?:mente)?|simplemente|tal cual|simplement|"
    r"littéralement|semplicemente|letteralmente|simplesmente|letterlijk|gewoon|po prostu|просто|буквально|cidden))\s+)*"
)
_WHERE = (
    r"(?:wi-?fi|wlan|router|internet|netflix|spotify|hulu|disney\+?|gmail|e?-?mail|insta(?:gram)?|"
    r"facebook|pc|laptop|login|zoom|admin|casa|maison)"
)
_PASSWORD_WORD = (
    rf"(?:(?<![\w-])(?:[\w-]*(?:wi-?fi|wlan|router|netflix)\W?)?(?:{any_of('password', 'network_key')})(?![\w])"
    rf"|{any_of('password.zh', 'password.ja', 'password.ko')})"
)
_PASSWORD = regex.compile(
    rf"{_PASSWORD_WORD}(?P<for>\s+(?:for|für|fürs|vom|von|beim|zum|del?|de la|para|du|de l'|pour|di|do|"
    rf"da|voor|van|od|do|от|к|للـ?)\s+[^\s:=]+(?:\s+(?!{_IS})[^\s:=]+)?|\s+{_WHERE})?"
    rf"\s*(?P<is>\s*{_STILL}(?:{_IS}\s*{_STILL})+|\s)[\"'`«„“*]?(?P<value>(?!\S*:\s)[^\s\"'`»”]{{4,64}})",
    regex.IGNORECASE,
)
# wifi pass at mums its Kettle-88-moon, باسورد الواي فاي koshary2024, i changed it to gr4vyTrain so log in with that pass
_FURTHER = [
    regex.compile(
        rf"{_PASSWORD_WORD}[^\n.!?;:=]{{1,40}}?\s?(?:{_IS}\s*{_STILL})(?P<value>[^\s\"'`»”]{{6,64}})", regex.IGNORECASE
    ),
    regex.compile(
        rf"{_PASSWORD_WORD}(?:\s[^\P{{L}}\p{{Latin}}]+){{1,4}}\s(?P<value>(?=\p{{Latin}})[^\s\"'`»”]{{6,64}})",
        regex.IGNORECASE,
    ),
    regex.compile(
        rf"(?<!\p{{L}}){any_of('changed')}(?!\p{{L}})\s(?P<value>[^\s\"'`»”]{{6,64}})(?=[^\n]*{_PASSWORD_WORD})",
        regex.IGNORECASE,
    ),
    regex.compile(
        rf"{_PASSWORD_WORD}[^\n]{{0,40}}?(?<!\p{{L}}){any_of('changed')}\s(?P<value>[^\s\"'`»”]{{6,64}})",
        regex.IGNORECASE,
    ),
    # jai changé le mdp pour Raclette2023
    regex.compile(
        rf"(?<!\p{{L}})(?:chang|cambi|[äa]nder|muda|mude|troc|trok|troqu|zmieni|поменя|смени|updat|set|reset|put|mis)[^\n]{{0,30}}?"
        rf"{_PASSWORD_WORD}[^\n\d.!?;]{{0,20}}?\s(?:to|pour|en|par|a|por|con|in|auf|zu|para|pra|naar|na|на)\s"
        rf"(?P<value>[^\s\"'`»”]{{6,64}})",
        regex.IGNORECASE,
    ),
]
# login: admin / Tr0ub4dor&3, wlan: Fritz!Box7590xy
_LOGIN = regex.compile(
    r"(?<!\w)(?:(?:wi-?fi|wlan)(?:\s?[:=]|'s\s|\s(?:is|ist|es|c'?est|est|è|é|to)\s)|(?:log-?in|log in (?:as|with)|"
    r"user(?:name)?|usr|creds|credentials|usuario|benutzer|benutzername)"
    r"(?:\s?[:=])?\s*[^\s/|:]+\s?(?:[/|:,]|\s)\s?)\s?(?P<value>[^\s\"'`]{6,64})",
    regex.IGNORECASE,
)
_BEHIND = regex.compile(
    rf"(?<!\S)[\"'`]?(?P<value>[^\s\"'`]{{5,64}})[\"'`]?\s+(?:is|ist|es|est|è|é)\s+(?:the|das|mein|la|"
    rf"le|my|il|a|o|mi|mon)\s+(?:[\w-]+\s)?{_PASSWORD_WORD}",
    regex.IGNORECASE,
)
_LETTER, _DIGIT = regex.compile(r"\p{L}"), regex.compile(r"\d")
_KINDS = (
    regex.compile(r"\p{Ll}"),
    regex.compile(r"(?<=.)\p{Lu}"),
    _DIGIT,
    regex.compile(r"[^\w\s'’-]|_|(?<=\d)-|-(?=\d)"),
)


def passwords(text: str) -> Iterator[tuple[int, int, float]]:
    """Start, end and score of each: said as such 0.8, else 0.7."""
    for pattern in (_PASSWORD, _BEHIND):
        for start, _, match in groups(pattern, text):
            value = match["value"].rstrip(".,;)")
            told = pattern is _PASSWORD and bool(regex.search(r"[:=：→]|->", match["is"]) or match["literally"])
            if _is_password(value, told, text[start + len(value) :]):
                yield start, start + len(value), 0.8
    for pattern in _FURTHER:
        for start, _, match in groups(pattern, text):
            value = match["value"].rstrip(".,;:)!?")
            if _is_mixed(value):
                yield start, start + len(value), 0.7
    for match in _LOGIN.finditer(text):
        value = match["value"].rstrip(".,;)!?")
        kinds = _kinds_of_signs(value) + (value[0].isupper() and regex.search(r"\p{Ll}\d", value) is not None)
        if len(value) >= 6 and kinds >= 3 and not FILE.search(value) and "://" not in value:
            yield match.start("value"), match.start("value") + len(value), 0.7


def _is_password(value: str, told: bool, rest: str) -> bool:
    """Whether a word behind "password" is one: mixed as no word of a language is, or behind a colon with nothing after it."""
    if "://" in value or regex.fullmatch(r"\W+|[\d.,]{1,3}|[(<].*", value):
        return False
    value = value.rstrip("!?")
    if value.isdecimal() and not told and len(value) < 6:
        return False
    if _kinds_of_signs(value) >= 2 or (_DIGIT.search(value) and len(value) >= 4):
        return True
    told = told or _SPELLING.match(rest) is not None
    return told and len(value) >= 5 and not _SPELLING.sub("", rest).strip(" .!?,\n\"'`»”🙈😅🔑👍🙏")


def _is_mixed(value: str) -> bool:
    """Whether letters and digits stand mixed as in no word, amount or time."""
    letters, digits = (len(form.findall(value)) for form in (_LETTER, _DIGIT))
    return (
        letters >= 3 and digits >= 1 and "://" not in value and not FILE.search(value) and not _MEASURE.fullmatch(value)
    )


def _kinds_of_signs(value: str) -> int:
    """Of small letters, capitals inside, digits and other signs: how many kinds there are."""
    return sum(kind.search(value) is not None for kind in _KINDS)
