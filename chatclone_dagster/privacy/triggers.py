"""The cheap first look: without a match for a kind's triggers, a text holds nothing of that kind.

The patterns are run by polars over whole columns and by RE2 over single texts: both look at a character once, so hundreds of
words cost what one costs. They use what both engines know: no look-around.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl
import re2

from chatclone_dagster.privacy.words import AGE, any_of, listed_in
from chatclone_dagster.settings import PrivateKind

_DIGIT = r"\d"
_EDGE = r"(?:^|[^\p{L}])"
_END = r"(?:$|[^\p{L}])"
AT_SIGN = r"(?:at|ät|arroba|arobase|chiocciola|собака|apenstaartje|małpa|klammeraffe)"
DOT_SIGN = "dot|punkt|punto|ponto|point|punt|kropka|точка"
_SIX_APART = r"(?:[^\w@]{0,3}\d)"

# A code that no word for one announces: beside what it opens, how it came, who shows it, how long it is good for.
VALID = (
    r"(?:valid for|expires in|good for|do(?:n'?t| not) share|never share|g[üu]ltig|v[áa]lido|valable|valido|caduca|scade|expira|"
    r"действует|не сообщайте|no lo compartas|nicht weitergeben|geldig|wa[żz]ny)"
)
OPENED = rf"{_EDGE}{any_of('opened')}{_END}|{any_of('arrived', 'shown', 'digits')}"
# A phone unlocked, a code by what only such codes are called, six digits to be tried.
HANDED = (
    rf"{_EDGE}{any_of('unlock', 'sent_code')}{_END}|{_EDGE}{any_of('tried', 'typed')}{_END}[^\d\n]*\d{{3}}[ -]?\d{{3}}|"
    r"\d\s+zeby\s|\d{3},?\s(?:it )?(?:just |only )?(?:came |arrived|vient |kam |acaba |è appena|acabou |geldi|только )"
)
# A number as codes have it and words that weigh something beside it (recognizers/evidence.py).
_WEIGHED = any_of("code", "enough", "entered", "came", "bank", "used")
_NUMBER = r"(?:\d{4}|\d{3}[ -]\d{3}|\d\d \d\d \d|\d-\d|\d\p{L}|\p{L}-?\d)"
WEIGHED = rf"{_EDGE}{_WEIGHED}{_END}[^\n]*{_NUMBER}|{_NUMBER}[^\n]*[^\p{{L}}]{_WEIGHED}{_END}"
LASTING = (
    rf"\d\s[^\n]{{0,4}}{VALID}|(?:g|fb)-\d{{5}}|"
    r"\d\d\d\s(?:is|was|es|ist|c'est)\s(?:what|the one|the number|lo que|was|ce que)\s"
)


@cache
def triggers() -> Mapping[PrivateKind, tuple[bool, *tuple[str, ...]]]:
    """By kind: whether a text needs a digit, and patterns one of which must match somewhere in it (in normal form).

    Several: what one automaton has no room for in polars' memory would be ten times slower.
    """
    streets = _streets()
    return {
        "url": (False, r"(?i)://|www\.|[\p{L}\p{M}\p{N}]\.\p{L}"),
        "email": (False, rf"(?i)@|[(\[{{]\s?{AT_SIGN}\s?[)\]}}]|\s(?:{DOT_SIGN})\s|\s{AT_SIGN}\s[^\s]+\."),
        "iban": (True, r"(?i)[a-z]{2}[ -]?\d\d[ .-]?[a-z0-9]{4}(?:[ .-]{0,2}[a-z0-9]){7}"),
        "card": (True, rf"\d{_SIX_APART}{{12}}"),
        "phone": (True, rf"\d{_SIX_APART}{{6}}"),
        "ip": (True, r"(?i)\d\.\d{1,3}\.\d{1,3}\.\d|[\da-f]?::?[\da-f]{0,4}:"),
        "secret": (
            False,
            rf"(?i)-----BEGIN|{_KEYS}|{_ASSIGNED}|://[^\s/:@]+:[^\s/]{{4}}|://[^\s/]+@|{any_of('password', 'network_key')}{_END}|"
            rf"{any_of('password.zh', 'password.ja', 'password.ko')}|{_LOGIN}",
        ),
        "code": (
            True,
            rf"(?i){_EDGE}{any_of('code')}{_END}|{any_of('code.zh', 'code.ja', 'code.ko')}|\d\s+(?:{_VERIFY})|"
            rf"{_EDGE}{any_of('lock')}{_END}|"
            rf"{_EDGE}{any_of('typed')}\s(?:[a-z]-?)?\d",
            rf"(?i){OPENED}",
            rf"(?i){LASTING}",
            rf"(?i){HANDED}",
            rf"(?i){WEIGHED}",
        ),
        "birth_date": (
            True,
            rf"(?i){_EDGE}{any_of('birth')}(?:['’]?s)?{_END}|\sbaby(?:$|[^\p{{L}}])|{any_of('birth.zh', 'birth.ja', 'birth.ko')}|"
            rf"(?:werde|wirst|wird|werden)\s[^\n]{{0,40}}{AGE}",
        ),
        "address": (True, rf"(?i){streets}"),
        "id_number": (True, *_documents()),
    }


# Twelve signs of a token one of which is a digit; or what vendors put at the front.
_SIGN = "[a-z0-9_+/~-]"
_KEYS = "|".join(f"{_SIGN}{{{before}}}" + r"\d" + f"{_SIGN}{{{11 - before}}}" for before in range(12))
_KEYS += "|[a-z0-9]{2,12}[-_.][a-z0-9_-]{10}|(?:akia|asia|abia|acca|aroa|aida|aiza|eaa|eyj)[a-z0-9_-]{8}"
_ASSIGNED = r"(?:key|token|secret|passwo?r?d|pwd)['\"]?\s?="
_LOGIN = r"(?:wi-?fi|wlan|log(?:-?in| in as| in with)|user(?:name)?|usr|creds|credentials|usuario|benutzer|benutzername)[\s:=']"
_VERIFY = (
    "för att|for å|untuk|as|at|do|pa|pra|when|on|for|zur|to|um|zum|ein|para|pour|per|om|aby|żeby|для|чтобы|लॉगिन|لتسجيل"
)


def _documents() -> tuple[str, ...]:
    """Words for documents and scripts without spaces between words; and the shapes known without words, a few in each pattern."""
    entries = listed_in("documents.yaml")
    told = "|".join(sorted({word.replace(" ", r"\s") for entry in entries for word in entry["told"]}))
    shapes = [entry["shape"] for entry in entries if "shape" in entry]
    return (
        rf"(?i)(?:{_EDGE}(?:{told}){_END})|\p{{Han}}|\p{{Hangul}}|\p{{Katakana}}",
        *("(?i)" + "|".join(shapes[at : at + 8]) for at in range(0, len(shapes), 8)),
    )


def _streets() -> str:
    """The words for streets with a number where they have it, and postcodes with what comes before them."""
    words = listed_in("streets.yaml")
    before = "|".join(word.replace(" ", r"\s") for said in words["before"].values() for word in said)
    first, behind = (
        "|".join([*words[key], *words[more]])
        for key, more in (("number_first", "number_first_weak"), ("behind", "weak"))
    )
    number = r"\d[\w/-]*,?\s+"
    return "|".join(
        [
            rf"(?:{'|'.join([*words['joined'], *words['joined_weak']])})\s?\d",
            rf"(?:{'|'.join(words['apart'])})\s?(?:no:?\s?|nr\.?\s?|,?\s?(?:д\.?|дом)\s?)?\d",
            rf"(?:^|[^\w])(?:{before})[^\n]*\d",
            rf"{number}(?:\S+\s+)?(?:{first})\s",
            rf"{number}(?:\S+\s+){{1,6}}(?:{behind})(?:$|[^\w])",
            rf"{number}(?:\S+\s+){{0,6}}(?:{'|'.join(words['estate'])})(?:$|[^\w])",
            r"(?-i:\p{Lu}\p{L}{3,}\s\d)|(?:na|przy)\s\p{L}+(?:iej|ej|ego)\s\d",
            r"[路街道巷同]\d|丁目|[로길]\s?\d",
            rf"(?:{any_of('live')})[^\n]*(?:\d{{4}}|\d\d-\d\d\d|\d\d\d\s\d\d|\d[a-z\d]?\s?\d)",
            r"[a-z]\d[a-z\d]?\s\d[a-z]|\d{2}-\d{3}|\d{4}-\d{3}|\d{4}\s?[a-z]{2}\s|,\s[a-z]{2}\s\d{5}|(?:d|a|ch|f|i)-\d{4}",
        ]
    )


@cache
def _compiled() -> Mapping[PrivateKind, tuple[bool, list[Any]]]:
    """One by one: an automaton for several has more states than theirs together, and each costs time when it is first met."""
    return {
        kind: (needs_digit, [together(one) for one in patterns])
        for kind, (needs_digit, *patterns) in triggers().items()
    }


def together(*patterns: str) -> Any:
    """These patterns as RE2 looks for them in one pass; its `Match` says which there are, for a third of what a search costs."""
    found = re2.Set.SearchSet(options())
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return found


def options() -> Any:
    """How RE2 compiles here: with room for long lists of words (its default of 8 MB makes some of them slow)."""
    wide = re2.Options()
    wide.max_mem = 64 << 20
    return wide


_A_DIGIT = re.compile(_DIGIT)
LINK = r"""\b[a-z][a-z0-9+]{1,12}://[^\s<>"«»„“”]+"""
_LINK = re.compile(LINK, re.IGNORECASE)
_IN_LINKS = frozenset({"url", "email", "secret", "ip"})


def triggered(text: str, kinds: Sequence[PrivateKind]) -> list[PrivateKind]:
    """The kinds a text in normal form may hold."""
    if "url" not in kinds or "://" not in text:
        return _triggered(text, kinds)
    # What stands inside a link is found as part of it: the longer find counts.
    inside = _triggered(text, [kind for kind in kinds if kind in _IN_LINKS])
    return inside + _triggered(without_links(text), [kind for kind in kinds if kind not in _IN_LINKS])


def without_links(text: str) -> str:
    """The text with blanks for its links."""
    return _LINK.sub(lambda link: " " * len(link[0]), text) if "://" in text else text


def _triggered(text: str, kinds: Sequence[PrivateKind]) -> list[PrivateKind]:
    encoded = text.replace("İ", "I").encode()  # as in `normal.normal_column`
    has_digit, compiled = _A_DIGIT.search(text) is not None, _compiled()
    known = ((kind, *compiled[kind]) for kind in kinds if kind in compiled)
    return [
        kind
        for kind, needs_digit, patterns in known
        if (has_digit or not needs_digit) and any(pattern.Match(encoded) for pattern in patterns)
    ]


def column(texts: pl.Series, kinds: Sequence[PrivateKind]) -> pl.Series:
    """Whether each text (in normal form) may hold any of the kinds; those that need a digit look only at texts with one."""
    found = pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True)
    has_digit = texts.str.contains(_DIGIT).fill_null(False)
    for kind in kinds:
        if kind in triggers():
            needs_digit, *patterns = triggers()[kind]
            for pattern in patterns:
                at = (~found & (has_digit if needs_digit else texts.is_not_null())).arg_true()
                found = found.scatter(at.filter(texts.gather(at).str.contains(pattern)), True)
    return found
