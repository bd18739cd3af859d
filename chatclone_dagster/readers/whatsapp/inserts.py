"""What WhatsApp writes in the place of something that is no text: a file, a place, a poll, a call, a message that is gone."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from chatclone_dagster.readers.whatsapp.locales import (
    BLANK,
    LRM,
    MARK,
    folded,
    placeholders,
    strings,
    typed_too,
    unmarked,
    words,
)

_LONGEST = 160  # characters of a placeholder
_LONGEST_PLACE = 800
_WHATSAPP_FILE = r"(?:IMG|VID|AUD|PTT|STK|DOC|GIF)-\d{8}-WA\d{4,}\.\w{0,5}"
_COLON = rf"{BLANK}?[:：]"  # French has a blank before it, Chinese a wide one
_VOTES = re.compile(r"\s*\(\d+[^()]*\)\s*$")
_FILES = {"bracketed": "<", "marked_file": "<", "named": "(", "following": "(", "old": "<", "wrapped": "<"}
"""The forms of an exported file in the order in which they are tried, and a sign that each of them has."""
_VOICE = re.compile(r"^ptt-|-audio-\d")


class Body(NamedTuple):
    """A body taken apart; the fields are columns of tables.RAW_ROWS."""

    kind: str = "text"
    text: str = ""
    edited: bool = False
    attachments: tuple[str, ...] = ()
    from_owner: bool | None = None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    m, before, after = f"{MARK}*", words("attached_before"), words("attached_after")
    maps = r"(?P<link>https?://(?:www\.)?(?:maps\.google\.[a-z.]+|google\.com/maps)/?\S*)"
    foursquare = r"(?P<link>https?://(?:www\.)?foursquare\.com/v/\S+)"
    patterns = {
        "bracketed": rf"{m}<\s*{m}(?:{before}){_COLON}\s*{m}(?P<file>[^<>\n]+?)\s*{m}>",
        "marked_file": rf"{LRM}<[^<>:：\n]{{2,30}}(?:: |：)(?P<file>[^<>\n]+\.\w{{2,5}})>",
        "following": rf"^{m}(?P<file>[^\n]*?\S){m} \({m}(?:{after}){m}\){m}[ ]*(?=\n|$)",
        "named": rf"^{m}(?P<file>{_WHATSAPP_FILE}){m} \([^()\n]{{2,40}}\){m}[ ]*(?=\n|$)",
        "old": rf"^{m}(?P<file>[^\n<>]+\.\w{{2,5}}) <{m}(?:{before})>(?=\n|$)",
        "wrapped": rf"^{m}<{m}(?P<file>[^\n<>]+\.\w{{2,5}}) (?:{words('attached_inside')})>(?=\n|$)",
        "location": rf"^{m}(?:{words('location_words')})(?:(?:{_COLON})?\s|：){m}{maps}\s*$",
        "marked_location": rf"^{LRM}(?P<place>[^\n]{{1,200}}?):?\s{maps}\s*$",
        "place": rf"^{m}(?P<place>.{{1,300}}?):?\s{m}{foursquare}\s*$",
        "poll": rf"^{m}(?:{words('poll_words')}){_COLON}{m}\s*\n",
        "option": rf"^{m}(?:{words('poll_options')}){_COLON}\s*",
        "call": rf"^(?:{words('call_words')})(?P<how>[,.] .{{1,60}})?$",
    }
    return {name: re.compile(pattern, re.IGNORECASE | re.DOTALL) for name, pattern in patterns.items()}


# A poll in a language that strings.yaml lacks: words in capitals behind the app's mark.
_MARKED_POLL = re.compile(rf"^{LRM}[^\W\d_a-z]{{2,20}}{_COLON}\s*\n.+\n{LRM}[^\n:：]{{2,20}}[:：]", re.DOTALL)
_MARKED_OPTION = re.compile(rf"^{LRM}[^\W\d_a-z]{{2,20}}{_COLON}\s*")


def kind_of_file(name: str) -> str:
    """What kind of message a file is, from its name."""
    plain = name.casefold()
    if plain.endswith(".webp"):
        return "sticker"
    if plain.endswith(".vcf"):
        return "contact"
    return "voice" if plain.endswith(".opus") or _VOICE.search(plain) else "media"


def read_file(text: str) -> Body | None:
    """A file that was exported: `<attached: F>`, `F (file attached)`, and a caption before or below it."""
    if ">" not in text and ")" not in text:
        return None
    patterns = _patterns()
    for name, sign in _FILES.items():
        if sign in text and (match := patterns[name].search(text)):
            file = unmarked(match["file"]).strip()
            around = (unmarked(text[: match.start()]).strip(), text[match.end() :].strip())
            return Body(kind_of_file(file), "\n".join(filter(None, around)), attachments=(file,))
    return None


def read_placeholder(text: str, key: str) -> Body | None:
    """Something that was not exported, alone or with a caption: below it (Android), or before it on a document (iOS)."""
    table = placeholders()
    marked = text[:1] in ("<", LRM)
    if len(text) <= _LONGEST and (whole := table.get(key)) and (marked or key not in typed_too()):
        return Body("deleted", from_owner=True) if whole == "deleted_by_owner" else Body(whole)
    if marked and "\n" in text:
        first, _, below = text.partition("\n")
        if (kind := table.get(folded(first))) in ("media", "voice", "sticker"):
            return Body(kind, below)
    if LRM in text:
        before, _, last = text.rpartition(LRM)
        if table.get(folded(last)) in ("media", "unavailable") and unmarked(before).strip():
            return Body("media", unmarked(before).strip())
    return next((Body(kind) for kind in ("deleted", "unavailable") if key.startswith(_starts(kind))), None)


@cache
def _starts(kind: str) -> tuple[str, ...]:
    return tuple(folded(start) for start in strings()[f"{kind}_starts"])


def read_place(text: str) -> Body | None:
    """A place: `Location: LINK`, or a name and address and the link."""
    if "://" not in text or len(text) > _LONGEST_PLACE:
        return None
    patterns = _patterns()
    if match := patterns["location"].match(text):
        return Body("location", attachments=(match["link"],))
    if match := patterns["marked_location"].match(text) or patterns["place"].match(text):
        return Body("location", unmarked(match["place"]).strip(), attachments=(match["link"],))
    return None


def read_poll(text: str) -> Body | None:
    """A poll: the question and the options, each on a line, without the votes."""
    if "\n" not in text or not (":" in text[:40] or "：" in text[:40]):
        return None
    patterns = _patterns()
    lines = text.split("\n")
    if patterns["poll"].match(text) and any(patterns["option"].match(line) for line in lines):
        option = patterns["option"]
    elif _MARKED_POLL.match(text):
        option = _MARKED_OPTION
    else:
        return None
    typed = (unmarked(option.sub("", line)).strip() for line in lines[1:])
    return Body("poll", "\n".join(_VOTES.sub("", line) for line in typed).strip())


def read_call(text: str) -> Body | None:
    """A call that was taken or not; without the mark of the app only if it says how the call went."""
    if len(text) > _LONGEST or "\n" in text:
        return None
    plain = unmarked(text).strip()
    match = _patterns()["call"].match(plain)
    if match and (match["how"] or text.startswith(LRM)):
        return Body("call")
    what, separator, _ = plain.replace(". ", ", ").partition(", ")
    return Body("call") if separator and placeholders().get(folded(what)) == "call" else None
