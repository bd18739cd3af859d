"""What a LINE message is: something typed, or something LINE wrote in the place of a picture, a sticker, a call."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from chatclone_dagster.readers.sentences import Sentences, strings

_BRACKETS = re.compile(r"\[([^\[\]\n]{1,30})\][ \t]*(.*)", re.DOTALL)
_PLACE = re.compile(r"\[null\].*maps\.google\.com", re.DOTALL)
_WHOLE = ("media", "sticker", "voice")  # what follows these words was typed, and they too; only the album has a name
_ALBUM = re.compile(r"(?:\(null\)|.{0,100})")


@dataclass(frozen=True, slots=True)
class Body:
    """A message's kind, what was typed, and the names of files."""

    kind: str
    text: str = ""
    attachments: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sentence:
    """What LINE itself says: the kind of the row, who is named in it, and whether it is only said in groups."""

    kind: str
    people: tuple[str, ...] = ()
    group: bool = False


def read_body(body: str, *, desktop: bool) -> Body:
    """Take apart what follows a name. `desktop`: the export was made on a computer, where placeholders have no brackets."""
    plain = body.strip()
    if not plain:
        return Body("unavailable")
    kind = _by_sign(plain) or (_bare(plain) if desktop else None)
    if kind is not None or plain in _unsent_words():
        return Body(kind or "deleted")
    found = _BRACKETS.fullmatch(plain)
    inside = _bracketed().get(found[1].casefold()) if found else None
    return _in_brackets(body, inside, found[1], found[2]) if found and inside else Body("text", body)


def _by_sign(plain: str) -> str | None:
    for sign, kind in (("☎", "call"), ("ⓘ ", "unavailable")):
        if plain.startswith(sign):
            return kind
    return "location" if _PLACE.match(plain) else None


def _in_brackets(body: str, kind: str, word: str, rest: str) -> Body:
    if kind == "file":
        return Body("media", attachments=[rest] if rest else [])
    if kind == "note":
        return Body("text", rest) if rest else Body("media")
    if rest and kind in _WHOLE and not (word.casefold() in _albums() and _ALBUM.fullmatch(rest)):
        return Body("text", body)
    return Body(kind)


def read_sentence(said: str) -> Sentence | None:
    """What a line without a name says; None if it is no sentence that LINE is known to write."""
    plain = said.strip()
    if plain.startswith("☎"):
        return Sentence("call")
    found = _sentences().match(plain)
    if found is None:
        return None
    meaning, named = found
    people = tuple(named[slot] for slot in ("a", "b") if slot in named)
    return Sentence("system" if meaning == "group" else meaning, people, group=meaning == "group")


def placeholder_at(line: str) -> int:
    """Where in a line `NAME placeholder` the name ends; -1 if it does not end with a placeholder."""
    last = line.rfind(" ")
    for place in (last, line.rfind(" ", 0, max(0, last))):  # of one word or of two
        if place > 0 and (_bare(line[place + 1 :]) or _is_bracketed(line[place + 1 :])):
            return place
    return -1


def _is_bracketed(words: str) -> bool:
    return words.startswith("[") and words.endswith("]") and words[1:-1].casefold() in _bracketed()


def _bare(plain: str) -> str | None:
    kind = _bare_words().get(plain)
    return "call" if kind is None and _call_time().fullmatch(plain) else kind


@cache
def _bracketed() -> dict[str, str]:
    return {word.casefold(): kind for kind, words in strings(__package__)["bracketed"].items() for word in words}


@cache
def _bare_words() -> dict[str, str]:
    return {word: kind for kind, words in strings(__package__)["bare"].items() for word in words}


@cache
def _albums() -> frozenset[str]:
    return frozenset(("album", "アルバム", "相册", "相簿", "앨범", "อัลบั้ม"))


@cache
def _call_time() -> re.Pattern[str]:
    words = "|".join(map(re.escape, strings(__package__)["call_times"]))
    return re.compile(rf"(?i:{words}) ?(?:\d{{1,3}}:)?\d{{1,3}}:\d\d")


@cache
def _unsent_words() -> frozenset[str]:
    return frozenset(text for text in strings(__package__)["sentences"]["deleted"] if "{" not in text)


@cache
def _sentences() -> Sentences:
    return Sentences(strings(__package__)["sentences"])
