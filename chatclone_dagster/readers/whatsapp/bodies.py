"""What a body is: something typed, or something WhatsApp wrote in the place of a picture, a call, a poll, a deleted message.

Only few bodies have to be looked at closely: `suspects` finds them for a whole block at once, `read_body` takes one apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl

from chatclone_dagster.readers.columns import string_lists
from chatclone_dagster.readers.whatsapp import events, inserts
from chatclone_dagster.readers.whatsapp.inserts import Body
from chatclone_dagster.readers.whatsapp.locales import (
    BLANK,
    LRM,
    MARK,
    MARKS,
    folded,
    placeholders,
    strings,
    unmarked,
    words,
)

_LONGEST = 1000  # characters; what is longer is typed, whatever it begins with
# Characters of a placeholder that set it apart from nearly all that is typed; more only make the pattern slower.
_TELLING = 9
_LAST = f"[{MARKS}\\s]*$"
_SIGN = r"[>(/\u200e]"
_FILE_OR_EDIT = r"(?:\.[A-Za-z0-9]{2,5}|-WA[0-9]{4,}\.)\S? \(|>\s*$|>\n|foursquare\.com/v/|\u200e"
_BLANK_OR_BRACKET = np.array([byte in b"<\0\t\n\x0b\x0c\r " for byte in range(256)])
"""By the first byte: whether a body may be blank, empty (then the byte is 0) or begin with a bracket."""
_UNKNOWN_EDIT = re.compile(rf"(?<=\S)[ \n]?{LRM}<[^<>:\n]{{6,60}}>\s*$")


def read_body(
    body: str,
    repeated: frozenset[str],
    *,
    android: bool = False,
    sentence_of: str | None = None,
    group: bool = False,
    marks: bool = True,
) -> Body:
    """Take a body apart.

    `repeated`: the bodies that several people sent word for word and that WhatsApp marked as its own, folded: placeholders
    in a language that strings.yaml lacks. `android`: the export writes `null` for messages that could be opened once.
    `sentence_of`: the name before a body that may be a sentence of the app; `group`: that name is the group's own. `marks`: only
    the app's own sentences begin with a mark.
    """
    text, edited = _without_edit_note(body.lstrip("\ufeff"))
    if not unmarked(text).strip() or (android and text == "null"):
        return Body("text" if edited else "unavailable", edited=edited)
    found = inserts.read_file(text)
    key = folded(text) if not found and len(text) <= _LONGEST else ""
    found = (
        found
        or inserts.read_placeholder(text, key)
        or inserts.read_place(text)
        or inserts.read_poll(text)
        or inserts.read_call(text)
    )
    if found:
        return found._replace(edited=edited) if edited else found
    if key in repeated:
        return Body("media", edited=edited)
    by_the_app = (marks and text.startswith(LRM)) or (
        sentence_of is not None and events.is_event_of(text, sentence_of, group_itself=group)
    )
    return Body("system", unmarked(text).strip(), edited) if by_the_app else Body("text", text, edited)


def read_sentence(text: str) -> Body:
    """Take apart a line that has no author: a call, or another sentence of the app."""
    plain = unmarked(text).strip()
    is_call = placeholders().get(folded(plain)) == "call" or inserts.read_call(LRM + plain)
    return Body("call") if is_call else Body("system", plain)


def read_edited(bodies: pl.Series) -> list[Body | None]:
    """What `read_body` would make of bodies that are typed text but for the note of an edit; None for all others.

    Of what `suspects` finds, that is the most, and at once it takes a quarter of the time. Sentences of the app are not looked for.
    """
    split = [_without_edit_note(body.lstrip("\ufeff")) for body in bodies.to_list()]
    places = [place for place, (_, edited) in enumerate(split) if edited]
    texts = pl.Series([split[place][0] for place in places], dtype=pl.String)
    special = _begins(texts).scatter(_signed(texts), values=True)
    found: list[Body | None] = [None] * len(split)
    for place, text, other in zip(places, texts.to_list(), special.to_list(), strict=True):
        found[place] = None if other else Body("text", text, edited=True)
    return found


def _without_edit_note(body: str) -> tuple[str, bool]:
    """The body before `<This message was edited>`, and whether that was there."""
    start = body.rfind("<") if ">" in body[-8:] else -1
    if start < 0:
        return body, False
    before = body[:start].rstrip(MARKS)
    note = _edit_note().match(body, len(before) - before.endswith((" ", "\n")))
    if note is None and body[start - 1 : start] == LRM and folded(body[start:]) not in placeholders():
        note = _UNKNOWN_EDIT.search(body, max(0, start - 3))
    return (body[: note.start()], True) if note else (body, False)


@cache
def _edit_note() -> re.Pattern[str]:
    return re.compile(rf"[ \n]?{MARK}*<{MARK}*(?:{words('edited')})\.?{MARK}*>{_LAST}", re.IGNORECASE)


@cache
def _beginnings() -> list[str]:
    """How a body begins that is not what somebody typed, in any case of its letters."""
    starts = {re.sub("^<|[>。]$", "", text) for texts in strings()["placeholders"].values() for text in texts}
    starts |= {*strings()["unavailable_starts"], *strings()["deleted_starts"], *strings()["call_words"]}
    starts |= {word + colon for word in strings()["poll_words"] for colon in (":", " :", "\u00a0:", "：")}
    starts |= {*events.beginnings()}
    return sorted({start[:_TELLING] for start in starts})


@cache
def _beginning() -> str:
    """The same and a few more that are no fixed words, as a pattern for polars."""
    places = "|".join(_escape(word) for word in strings()["location_words"])
    return rf"(?i)^(?:[<{MARKS}]|null$|\s*$|{'|'.join(map(_escape, _beginnings()))}|(?:{places})(?:{BLANK}?[:：])?{BLANK}?https?://)"


@cache
def _beginning_bytes() -> np.ndarray:
    """Of every hash of four bytes (see `_begins`) whether a body that `_beginning` finds may have it."""
    found = np.zeros(1 << 16, bool)
    for start in (*_beginnings(), *strings()["location_words"], "null"):
        found[_hashed(np.frombuffer(start.encode()[:4].ljust(4, b"\0"), "<u4"))] = True
    return found


def _hashed(first: np.ndarray) -> np.ndarray:
    """A hash of four bytes in which ASCII letters have no case."""
    hashed: np.ndarray = ((first | np.uint32(0x20202020)) * np.uint32(0x9E3779B1)) >> np.uint32(16)
    return hashed


def _begins(bodies: pl.Series) -> pl.Series:
    """Which bodies begin as `_beginning` says. Their first four bytes rule out most of them, which halves the time."""
    if not len(bodies):
        return pl.Series(dtype=pl.Boolean)
    views = bodies.to_arrow(compat_level=pl.CompatLevel.newest())  # length, first four bytes, where the whole is
    first = np.frombuffer(views.buffers()[1], "<u4")[4 * views.offset + 1 :: 4][: len(bodies)]
    opening = (first & 0xFF).astype(np.uint8)
    may = _beginning_bytes()[_hashed(first)] | (first & 0x80808080 != 0) | _BLANK_OR_BRACKET[opening]
    rows = pl.Series(np.flatnonzero(may))
    found = rows.filter(bodies.gather(rows).str.contains(_beginning()))
    return pl.Series(np.zeros(len(bodies), bool)).scatter(found, values=True)


def _signed(bodies: pl.Series) -> pl.Series:
    """The rows of bodies that have a file, a mark, a place or the note of an edit further on."""
    # The signs without which the longer pattern finds nothing are looked for first: few bodies have one, and that takes a third of
    # the time. A single class of signs, because an alternative to it would double that.
    rows = bodies.str.contains(_SIGN).arg_true()
    return rows.filter(bodies.gather(rows).str.contains(_FILE_OR_EDIT))


@cache
def _sentences() -> str:
    """Text of which a piece stands in every sentence of the app, as a pattern for polars."""
    return "|".join(map(_escape, events.phrases()))


def suspects(bodies: pl.Series, names: pl.Series, groups: frozenset[str]) -> tuple[pl.Series, pl.Series]:
    """Which bodies of a block have to be looked at, and which of them may be a sentence of the app under somebody's name.

    `names` are the authors, null for nobody; `groups` names that are the group's own. Of the bodies with an author, all that may be
    anything but typed text are to be looked at; of the others, all that may be anything but a sentence of the app without marks.
    """
    begins = _begins(bodies)
    # A sentence names its author, or stands under the group's name, or begins with words that are always the same.
    named = bodies.str.contains(pl.lit(names), literal=True)
    if groups:
        named |= names.is_in(list(groups))
    rows = (named & ~begins).arg_true()
    found = rows.filter(bodies.gather(rows).str.contains(_sentences()))
    nobody = names.is_null().arg_true()
    marked = nobody.filter(bodies.gather(nobody).str.contains(MARK))
    sentence = begins.clone().scatter(found, values=True)
    suspect = begins.scatter(pl.concat([found, marked, _signed(bodies)]), values=True)
    return suspect, sentence


def but_text(found: Sequence[Body]) -> pl.DataFrame:
    """All of these bodies but their texts, as columns of tables.RAW_ROWS."""
    return pl.DataFrame(
        {
            "kind": pl.Series([body.kind for body in found], dtype=pl.String),
            "edited": pl.Series([body.edited for body in found], dtype=pl.Boolean),
            "attachments": string_lists([body.attachments for body in found]),
            "from_owner": pl.Series([body.from_owner for body in found], dtype=pl.Boolean),
        }
    )


def _escape(text: str) -> str:
    """Escape for the regular expressions of Rust, which know fewer escapes than Python's."""
    return re.sub(r"([\\.+*?()|\[\]{}^$#&~-])", r"\\\1", text)
