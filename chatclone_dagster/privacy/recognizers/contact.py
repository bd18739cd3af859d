"""E-mail addresses, links and IP addresses: Presidio's recognizers, with patterns for chat where theirs do not fit."""

from __future__ import annotations

from typing import Any

import regex
import tldextract
from presidio_analyzer import EntityRecognizer, Pattern, RecognizerResult
from presidio_analyzer.predefined_recognizers import EmailRecognizer, IpRecognizer

from chatclone_dagster.privacy.recognizers.base import LANGUAGE, Recognizer
from chatclone_dagster.privacy.triggers import AT_SIGN, DOT_SIGN, LINK

# The list of suffixes that comes with the package: never fetched, never cached. Reserved endings (RFC 2606) are no
# public suffixes, but whoever writes example texts uses them.
_DOMAIN = tldextract.TLDExtract(
    cache_dir=None, suffix_list_urls=(), extra_suffixes=("example", "test", "invalid", "localhost", "local", "onion")
)
_AT = rf"(?:@|\s?[(\[{{]\s?{AT_SIGN}\s?[)\]}}]\s?)"
_DOT = rf"(?:\.|\s?[(\[{{]\s?(?:{DOT_SIGN})\s?[)\]}}]\s?)"
_EMAIL = rf"(?<![\w.+%-])(?<!://[^\s/@]*:)[\w.+%'-]{{1,64}}(?<![.'-]){_AT}(?:\w(?:[\w-]*\w)?{_DOT})+[\p{{L}}\p{{M}}]{{2,24}}(?![\w@])"
# "maria at sunny dot example dot org": both words must be there.
_SPOKEN_AT, _SPOKEN_DOT = rf"\s{AT_SIGN}\s", rf"\s(?:{DOT_SIGN})\s"
_SPOKEN = (
    rf"(?<![\w.+%-])[\w.+%-]{{2,64}}{_SPOKEN_AT}[\w-]+(?:(?:{_SPOKEN_DOT}|\.)[\w-]+)*{_SPOKEN_DOT}[a-z]{{2,6}}(?!\w)"
)
# "kat arroba gmail.com"; with "at", which is a word, only where people have their mail.
_HALF_SPOKEN = (
    r"(?<![\w.+%-])(?!(?:look|me|mail|go|is|are|it|us|not|up|here|and|or)\s)[\w.+%-]{2,64}\s(?:"
    rf"(?!at\s){AT_SIGN}\s(?:[\w-]+\.)+[a-z]{{2,6}}|at\s(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|gmx|web|proton(?:mail)?|"
    r"live|aol|me)\.(?:com?|de|net|fr|es|it|me|ch|at|nl|co\.uk|com\.br))(?![\w@]|\.\w)"
)
_WRITTEN_OUT = regex.compile(rf"{_AT}|{_DOT}|{_SPOKEN_AT}|{_SPOKEN_DOT}", regex.IGNORECASE)


class Emails(EmailRecognizer):
    """E-mail addresses of a domain that can exist, `name (at) domain` too."""

    def __init__(self) -> None:
        """Set up Presidio's with patterns of ours."""
        patterns = [
            Pattern("address", _EMAIL, 0.5),
            Pattern("spoken", _SPOKEN, 0.5),
            Pattern("half spoken", _HALF_SPOKEN, 0.5),
        ]
        super().__init__(patterns=patterns, supported_language=LANGUAGE, supported_entity="email")

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the domain has a public suffix; the list is the package's own, never fetched."""
        domain = plain_email(pattern_text).rpartition("@")[2]
        return _DOMAIN(domain).top_domain_under_public_suffix != ""


def plain_email(text: str) -> str:
    """An address as mail programs write it."""
    return _WRITTEN_OUT.sub(lambda part: "@" if _is_at(part[0]) else ".", text).lower()


def _is_at(part: str) -> bool:
    return part == "@" or regex.search(AT_SIGN, part, regex.IGNORECASE) is not None


# Bare domains (no scheme, no www) count only under endings that are not also the start of a sentence somebody typed
# without a space ("yes.no", "fine.it") nor of a file ("notes.md"); others need a path behind them or a word like
# "visit" before them.
_PLAIN = (
    r"com|org|net|edu|gov|info|io|de|eu|fr|nl|pl|ru|ch|cz|ua|jp|kr|cn|pt|dk|fi|hu|gr|ie|uk|tr|br|au|"
    r"nz|xyz|online|shop|store|blog|tech|"
    r"cloud|app|dev|gg|tv|fm|(?:co|com|org|gov|ac|gob|gouv|net)\.[a-z]{2}|рф|भारत"
)
_ALSO_WORDS = r"it|es|in|at|be|se|no|us|me|la|is|so|to|ai|ca|mx|ar|ro|sk|si|hr|id|my|by|ag|li|lu"
_BEFORE = regex.compile(
    r"\b(?:on|at|via|see|visit|check|check out|website|site|web|link|auf|bei|über|unter|seite|en|por|"
    r"página|pagina|visita|mira|su|sul sito|sito|"
    r"sur|chez|site web|voir|op|strona|på|hos|на|сайт|साइट|موقع|adlı)(?:\s(?:is|ist|es|est|è|é|:))?[: ]\s?$",
    regex.IGNORECASE,
)
_LABEL = r"[\p{L}\p{M}\p{N}-]++"
_PATH = r"""[^\s<>"«»„“”]"""
_ANNOUNCED = 0.5
# Scores and what has them: with a scheme, with www, a domain, one that needs a word before it.
_URLS = [
    (score, regex.compile(pattern, regex.IGNORECASE))
    for score, pattern in [
        (0.9, LINK),
        (0.9, rf"\bwww\.{_PATH}+"),
        (
            0.6,
            rf"(?<![@\w.-])(?:{_LABEL}\.)+(?:(?:{_PLAIN})\b(?::\d{{2,5}})?(?:[/?]{_PATH}*)?(?![@\w])|[a-z]{{2,6}}(?::\d{{2,5}})?/{_PATH}+)",
        ),
        (_ANNOUNCED, rf"(?<![\w.@-])[a-z0-9-]{{4,}}\.(?:{_ALSO_WORDS})(?![@\w-]|\.\w)(?:/{_PATH}*)?"),
    ]
]


class Urls(Recognizer):
    """Links, without the punctuation of the sentence around them. Chat is full of them: Presidio's takes three times as long."""

    kind = "url"

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """What Presidio asks for."""
        found = [self.result(*match.span(), score) for score, pattern in _URLS for match in pattern.finditer(text)]
        links = EntityRecognizer.remove_duplicates(found)
        for link in links:
            link.end = link.start + len(_without_punctuation(text[link.start : link.end]))
        return [link for link in links if link.score != _ANNOUNCED or _BEFORE.search(text[: link.start])]


def _without_punctuation(url: str) -> str:
    """A link without the full stop, comma or bracket that belongs to the sentence around it."""
    url = url.rstrip(".,;:!?'\"*_»…。，،؟")
    while url.endswith((")", "]")) and url.count("(") + url.count("[") < url.count(")") + url.count("]"):
        url = url[:-1].rstrip(".,;:!?")
    return url


_VERSION = regex.compile(
    r"(?:\bv|version|vers\.?|release|firmware|build|driver|update|android|ios|chrome|§|kapitel|"
    r"chapter|section)\W{0,3}(?:\w+ )?$",
    regex.IGNORECASE,
)


class Ips(IpRecognizer):
    """IPv4 and IPv6 addresses; `version 1.2.3.4` is none."""

    def __init__(self) -> None:
        """Set up Presidio's with patterns of ours."""
        super().__init__(supported_language=LANGUAGE, supported_entity="ip")

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """What Presidio asks for."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        return [ip for ip in found if not _VERSION.search(text[: ip.start]) and _stands_alone(text, ip.start, ip.end)]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Not a part of a longer dotted number."""
    return not (regex.match(r"\.\d", text[end : end + 2]) or regex.search(r"[\d.]\.$|\d$", text[:start]))
