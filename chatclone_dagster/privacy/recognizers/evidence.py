"""Codes by evidence that adds up, whatever the wording and the distance.

A number (or capitals and digits) that nothing else in the message explains is a code if what speaks for it weighs 2:

- 2: a word for a code, for what asks for one, for who may know it (`code`, `enough`); beside four or five digits it shares
  their clause, or they open one ("which was it? 4402"), or something else speaks for them too
- 1: a form hardly anything else has: six digits, 4-19-33, 14B72
- 1 each: a thing that may have a code, how it came, who sends it, what is done with it, what it is for (`opened`, `came`, `bank`,
  `entered`, `used`); beside four or five digits, which may as well be money, the first three share their clause

Where several numbers stand, those count that share a clause with one of these words, and others of the same form. What explains a
number otherwise: a unit or a counted thing behind it, what is numbered before it, a time, a year, a round sum; and a message about
programs or vouchers is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from chatclone_dagster.privacy import triggers
from chatclone_dagster.privacy.recognizers.looks import Looks
from chatclone_dagster.privacy.words import any_of

_REACH = 120  # characters between a word and its number
_FREE = r"(?<![\w.,/:#€$£₹+*@-]|\d\s)"
_END = r"(?![\w%€$£₹@°]|[.,:/'’-]\d|-\p{L}|\s\d)"
_CANDIDATE = regex.compile(
    rf"{_FREE}(?:(?P<digits>[#*]?(?:\d{{3}}[ -]\d{{3}}|\d\d \d\d \d\d|\d{{4,8}})[#*]?)"
    r"|(?P<mixed>\d{1,2}(?:-\d{1,2}){2}|\d(?:-\d){3,5}|[A-Z]-\d{4,6}|\d{1,3}[A-ZА-Яа-я]\d{2,5}"
    r"|(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])(?![A-Z]{2}\d{3,4}\b)(?:[A-Z0-9]{6,8}|[A-Z0-9]{3,4}(?:-[A-Z0-9]{3,4}){1,2})"
    rf"|(?=[a-z0-9-]*\d[a-z])(?=[a-z-]*\d)[a-z0-9]{{4}}-[a-z0-9]{{4}})){_END}"
)
_NO_CODE = regex.compile(
    r"[#*]?(?:\d*00|(?:19|20)\d\d)[#*]?|(?:0?[1-9]|[12]\d|3[01])-(?:0?[1-9]|[12]\d|3[01])-(?:[01]\d|2[0-5])"
)
_COUNTED_BEFORE = regex.compile(rf"(?<!\p{{L}}){any_of('counted.before')}[\s:]*$", regex.IGNORECASE)
_NUMBERED = regex.compile(rf"(?<!\p{{L}}){any_of('counted.numbered')}[^\d\n,.!?]{{0,15}}$", regex.IGNORECASE)
_REACHED = regex.compile(rf"(?<!\p{{L}}){any_of('counted.reached')}\s$", regex.IGNORECASE)
_COUNTED_BEHIND = regex.compile(rf"\s?{any_of('counted.behind')}(?!\p{{L}})", regex.IGNORECASE)
_TIMED = regex.compile(
    r"(?<!\p{L})(?:at|by|for|until|till?|before|after|around|from|um|ab|bis|gegen|vor|nach|(?:a |son )?las?|desde|hasta|vers|à|"
    r"alle|dopo le|às|om|o|w|в|до|после|saat)\s*$",
    regex.IGNORECASE,
)
_CLOCK = regex.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_OTHERWISE = regex.compile(rf"(?<!\p{{L}}){any_of('counted.anywhere')}(?!\p{{L}})", regex.IGNORECASE)
_OTHER_CODE = regex.compile(
    rf"(?<!\p{{L}}){any_of('other_code.before')}[\s-]?(?:code|kode?|koodi|c[óo]digo|codice|kodu)"
    rf"|(?<!\p{{L}})(?:code|kode?|c[óo]digo|codice|код)\s{any_of('other_code.behind')}(?!\p{{L}})",
    regex.IGNORECASE,
)
_OWN_FORM = regex.compile(
    r"[#*]?(?:\d{3}[ -]?\d{3}|\d\d \d\d \d\d)[#*]?|\d{4,5}[#*]|\d{1,2}(?:-\d{1,2}){2,5}|[A-Z]-\d{4,6}|[A-Z]?\d{2,5}[A-ZА-Я]\d{0,5}"
)
_OPENS_CLAUSE = regex.compile(r"(?:^|[.!?;,:\n]\s*)(?:[\p{L}']{1,5}[\s,]+)?$")
_SAID = regex.compile(
    r"(?<!\p{L})(?:is|it'?s|c'?est|es|son|è|é|são|ist|lautet|sind|это|to|just do|with|mit|auf|con|avec|com|met|op|na|на)\s$",
    regex.IGNORECASE,
)
_CLAUSE = regex.compile(r"[.!?;,\n]+(?=\s|$)")


# What speaks for a code: words of which one is enough, then those of which several are.
_SPEAKING = [
    any_of("code", "sent_code", "enough"),
    any_of("opened", "lock"),
    any_of("entered", "typed", "tried"),
    any_of("came", "arrived"),
    any_of("bank"),
    any_of("used", "digits", "shown"),
]
_UNSPACED = any_of("code.zh", "code.ja", "code.ko")
_WORDS = [regex.compile(rf"(?<![\p{{L}}@#/]){words}(?!\p{{L}})", regex.IGNORECASE) for words in _SPEAKING]
_WORDS[0] = regex.compile(f"{_WORDS[0].pattern}|{_UNSPACED}", regex.IGNORECASE)
_LOOKS = Looks(f"{_SPEAKING[0]}|{_UNSPACED}", *_SPEAKING[1:])


def by_evidence(text: str) -> Iterator[tuple[int, int, regex.Match[str]]]:
    """Start and end of each such code, and the match: of `digits`, or `mixed`."""
    text = triggers.without_links(text)
    if not triggers.triggered(text, ["code"]):
        return
    free = [match for match in _CANDIDATE.finditer(text) if not counted(text, *match.span())]
    if not free or of_something_else(text):
        return
    seen = _LOOKS.seen(text)
    kinds = [
        [word.span() for word in pattern.finditer(text)] if at in seen else [] for at, pattern in enumerate(_WORDS)
    ]
    near = [match for match in free if _weighs(match, kinds, text)]
    if len(free) > 1:
        told = [
            match for match in near if any(_one_clause(text, match.span(), word) for kind in kinds for word in kind)
        ]
        shapes = {_shape(match[0]) for match in told}
        near = [match for match in near if _shape(match[0]) in shapes]
    for match in near:
        yield *match.span(), match


def of_something_else(text: str) -> bool:
    """Whether a message is about programs, vouchers, or codes of goods and places."""
    return bool(_OTHERWISE.search(text) or _OTHER_CODE.search(text))


def counted(text: str, start: int, end: int, *, sure: bool = False) -> bool:
    """Whether the number there is a count, a time, a year, a round sum, or the number of something; if sure: a count only."""
    value, before = text[start:end], text[max(0, start - 32) : start]
    if _COUNTED_BEHIND.match(text, end) or _REACHED.search(before):
        return True
    return not sure and bool(
        _NO_CODE.fullmatch(value)
        or _COUNTED_BEFORE.search(before)
        or _NUMBERED.search(before)
        or (_CLOCK.fullmatch(value) and _TIMED.search(before))
    )


def _weighs(match: regex.Match[str], kinds: list[list[tuple[int, int]]], text: str) -> bool:
    """Whether what speaks for a number weighs enough."""
    at, (enough, *some) = match.span(), kinds
    near = [word for word in enough if _gap(at, word) <= _REACH]
    weak = sum(any(_gap(at, word) <= _REACH for word in kind) for kind in some)
    if _OWN_FORM.fullmatch(match[0]):
        return bool(near) or weak > 0
    if match["mixed"]:
        return bool(near) or weak > 1
    if any(_one_clause(text, at, word) for word in near) or (near and (weak or _OPENS_CLAUSE.search(text, 0, at[0]))):
        return True
    things, entered, *came, used = some
    entered = [word for word in entered if _gap(at, word) < 20 and _one_clause(text, at, word)]
    beside = sum(any(_one_clause(text, at, word) for word in kind) for kind in (came if entered else [things, *came]))
    beside += bool(used) + (1 + bool(things) if entered else 0)
    beside += bool(things and _SAID.search(text, 0, at[0]))
    return beside > 1 and len(match[0]) < 6 and not match[0].endswith("0")


def _gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[0] - other[1], other[0] - one[1])


def _one_clause(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    return _CLAUSE.search(text, min(one[1], other[1]), max(one[0], other[0])) is None


def _shape(value: str) -> str:
    return regex.sub(r"\p{L}", "A", regex.sub(r"\d", "0", value))
