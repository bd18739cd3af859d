"""Tapbacks: reactions, which stand in the database as messages of their own.

`associated_message_type` is 2000 to 2005 for the six that there always were, 2006 for any emoji, 2007 or 1000 for a sticker; a
thousand more where it was taken back. `associated_message_guid` is the message's guid after `p:PART/` or `bp:`. Only the last
tapback of a person on a part stands. Over SMS, and from old systems, a tapback is only a text that quotes the message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from chatclone_dagster.readers.imessage.database import Aligned, Database

CLASSIC = {2000: "❤️", 2001: "👍", 2002: "👎", 2003: "😂", 2004: "‼️", 2005: "❓"}
STICKER = "Sticker"
_STICKERS = (1000, 2007)
_OPEN, _CLOSE = "“„«‘", "”“»’"
_EMOJI = r"(?P<emoji>[^\w\s\x00-\x7f“”„«»][^\w\s“”„«»]{0,15})"
_LONGEST_PHRASE = 80  # characters
_HIDDEN = re.compile("[\u200a-\u200c\u2060\ufeff]")  # Google's app marks the parts of such a text with them
_PREFIXED = "CASE WHEN {0} LIKE 'bp:%' THEN substr({0}, 4) WHEN instr({0}, '/') THEN substr({0}, instr({0}, '/') + 1) ELSE {0} END"


def target_of(guid: object) -> str | None:
    """The guid of the message that an `associated_message_guid` names."""
    return guid.removeprefix("bp:").rsplit("/", 1)[-1] or None if isinstance(guid, str) else None


def is_tapback(code: object) -> bool:
    """Whether an `associated_message_type` is that of a tapback, given or taken back."""
    return isinstance(code, int) and (code == 1000 or 2000 <= code < 4000)


def aligned(database: Database) -> Aligned:
    """The tapbacks on each message, by its ROWID: code, emoji, target, is_from_me, handle_id, in the order they were given."""
    if not database.has(
        "message", "guid", "associated_message_guid", "associated_message_type", "is_from_me", "handle_id"
    ):
        return Aligned(iter(()))
    emoji = "r.associated_message_emoji" if database.has("message", "associated_message_emoji") else "NULL"
    return Aligned(
        database.rows(
            f"SELECT t.ROWID, r.associated_message_type, {emoji}, r.associated_message_guid, r.is_from_me, r.handle_id"
            f" FROM message r JOIN message t ON t.guid = {_PREFIXED.format('r.associated_message_guid')}"
            " WHERE r.associated_message_guid IS NOT NULL AND r.associated_message_type BETWEEN 1000 AND 3999"
            " ORDER BY t.ROWID, r.date, r.ROWID"
        )
    )


def standing(given: list[tuple[Any, Any, Any, str]]) -> list[dict[str, str]]:
    """The reactions that are left of (code, emoji, target, who) in the order they were given."""
    left: dict[tuple[str, str], str] = {}
    for code, written_emoji, target, who in given:
        if not is_tapback(code):
            continue
        place = (who, str(target))
        kind = code - 1000 if code >= 3000 else code
        emoji = written_emoji if isinstance(written_emoji, str) and written_emoji else STICKER
        name = STICKER if kind in _STICKERS else CLASSIC.get(kind) or emoji
        if kind in _STICKERS:
            place = (who, f"{target} {STICKER}")
        if code < 3000:
            left.pop(place, None)
            left[place] = name
        elif left.get(place) == name or (kind == 2006 and emoji == STICKER):
            left.pop(place, None)
    return [{"emoji": name, "sender": who} for (who, _), name in left.items()]


@dataclass(frozen=True, slots=True)
class Written:
    """A tapback that is a text: the emoji, whether it was taken back, and the text it quotes (None for a picture and the like).

    `certain`: nobody types the like, with these quotation marks.
    """

    emoji: str
    removed: bool
    quoted: str | None
    certain: bool


def written(text: str) -> Written | None:
    """Read a text as a tapback."""
    plain = _HIDDEN.sub("", text).strip()
    if plain and (plain[-1] in _CLOSE or plain[-1] == '"'):
        for match in re.finditer(f'[{_OPEN}"]', plain[:_LONGEST_PHRASE]):
            found = _phrase(plain[: match.start()].strip())
            if found:
                quoted = plain[match.end() : -1].strip(" \u00a0\u202f")
                return Written(*found, quoted, certain=match[0] != '"')
        return None
    if len(plain) > _LONGEST_PHRASE:
        return None
    for thing in _phrases().things:
        if plain.endswith(thing) and (found := _phrase(plain.removesuffix(thing).strip())):
            return Written(*found, None, certain=True)
    return None


def quotes(quoted: str, text: str) -> bool:
    """Whether a tapback's quote is that of a text; a long one may be cut."""
    enough = 2 * len(quoted) + _LONGEST_PHRASE  # of a text without end, more needs not be looked at
    whole, part = _one_line(text[:enough]), _one_line(quoted)
    cut = part.removesuffix("…").removesuffix("...").rstrip()
    return bool(part) and (whole == part or (cut != part and len(cut) > 3 and whole.startswith(cut)))


def _one_line(text: str) -> str:
    return " ".join(_HIDDEN.sub("", text).replace("’", "'").split())


@dataclass(frozen=True)
class _Phrases:
    fixed: dict[str, tuple[str, bool]]
    open: list[tuple[re.Pattern[str], bool]]
    things: tuple[str, ...]


@cache
def _phrases() -> _Phrases:
    content = resources.files(__package__).joinpath("tapbacks.yaml").read_text(encoding="utf-8")
    table = yaml.safe_load(content)
    fixed, patterns = {}, []
    for removed in (False, True):
        for emoji, phrases in table["removed" if removed else "added"].items():
            for phrase in map(_plain_phrase, phrases):
                if emoji == "any":
                    before, after = map(re.escape, phrase.split("{emoji}"))
                    patterns.append((re.compile(before + _EMOJI + after), removed))
                else:
                    fixed[phrase] = (emoji, removed)
    return _Phrases(fixed, patterns, tuple(table["things"]))


def _plain_phrase(phrase: str) -> str:
    return phrase.casefold().replace("’", "'").replace("\u00a0", " ")


def _phrase(written_before: str) -> tuple[str, bool] | None:
    """What the words before a quote say: the emoji, and whether it was taken back."""
    plain = _plain_phrase(written_before)
    if found := _phrases().fixed.get(plain):
        return found
    for pattern, removed in _phrases().open:
        if match := pattern.fullmatch(plain):
            return match["emoji"], removed
    return None
