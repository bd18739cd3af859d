"""What a body is: something typed, or something WhatsApp wrote in the place of a picture, a call, a poll, a deleted message.

Only few bodies have to be looked at closely: `suspects` finds them for a whole block at once, `read_body` takes one apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import polars as pl

from chatclone_dagster.readers.columns import string_lists
from chatclone_dagster.readers.whatsapp import events, inserts
from chatclone_dagster.readers.whatsapp.inserts import Body
from chatclone_dagster.readers.whatsapp.locales import LRM, MARK, folded, placeholders, strings, unmarked, words

_LONGEST = 1000  # characters; what is longer is typed, whatever it begins with
# Characters of a placeholder that set it apart from nearly all that is typed; more only make the pattern slower.
_TELLING = 9
_LAST = f"[{MARK[1:-1]}\\s]*$"
_UNKNOWN_EDIT = re.compile(rf"(?<=\S)[ \n]?{LRM}<[^<>:\n]{{6,60}}>\s*$")


def read_body(
    body: str, repeated: frozenset[str], *, android: bool = False, sentence_of: str | None = None, group: bool = False
) -> Body:
    """Take a body apart.

    `repeated`: the bodies that several people sent word for word and that WhatsApp marked as its own, folded: placeholders
    in a language that strings.yaml lacks. `android`: the export writes `null` for messages that could be opened once.
    `sentence_of`: the name before a body that may be a sentence of the app; `group`: that name is the group's own.
    """
    text, edited = _without_edit_note(body.lstrip("\ufeff"))
    if not unmarked(text).strip() or (android and text == "null"):
        return Body("text" if edited else "unavailable", edited=edited)
    key = folded(text) if len(text) <= _LONGEST else ""
    found = (
        inserts.read_file(text)
        or inserts.read_placeholder(text, key)
        or inserts.read_place(text)
        or inserts.read_poll(text)
        or inserts.read_call(text)
    )
    if found:
        return found._replace(edited=edited) if edited else found
    if key in repeated:
        return Body("media", edited=edited)
    by_the_app = text.startswith(LRM) or (
        sentence_of is not None and events.is_event_of(text, sentence_of, group_itself=group)
    )
    return Body("system", unmarked(text).strip(), edited) if by_the_app else Body("text", text, edited)


def read_sentence(text: str) -> Body:
    """Take apart a line that has no author: a call, or another sentence of the app."""
    plain = unmarked(text).strip()
    is_call = placeholders().get(folded(plain)) == "call" or inserts.read_call(LRM + plain)
    return Body("call") if is_call else Body("system", plain)


def _without_edit_note(body: str) -> tuple[str, bool]:
    """The body before `<This message was edited>`, and whether that was there."""
    if ">" not in body[-8:]:
        return body, False
    note = _edit_note().search(body, max(0, len(body) - 200)) or _UNKNOWN_EDIT.search(body, max(0, len(body) - 80))
    return (body[: note.start()], True) if note else (body, False)


@cache
def _edit_note() -> re.Pattern[str]:
    return re.compile(rf"[ \n]?{MARK}*<{MARK}*(?:{words('edited')})\.?{MARK}*>{_LAST}", re.IGNORECASE)


@cache
def _beginnings() -> str:
    """How a body may begin that is not what somebody typed, as a pattern for polars."""
    starts = {re.sub("^<|>$", "", text) for texts in strings()["placeholders"].values() for text in texts}
    starts |= {*strings()["unavailable_starts"], *strings()["call_words"]}
    starts |= {*(f"{word}:" for word in strings()["poll_words"]), *events.beginnings()}
    starts = {start[:_TELLING] for start in starts}
    places = "|".join(_escape(word) for word in strings()["location_words"])
    marks = r"[<\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
    return rf"(?i)^(?:{marks}|null$|\s*$|{'|'.join(map(_escape, sorted(starts)))}|(?:{places}):? https?://)"


_FILE_OR_EDIT = r"\.[A-Za-z0-9]{2,5}\S? \(|>\s*$|>\n|foursquare\.com/v/|\u200e"


@cache
def _sentences() -> str:
    """Text of which a piece stands in every sentence of the app, as a pattern for polars."""
    return "|".join(map(_escape, events.phrases()))


def suspects(bodies: pl.Series, names: pl.Series, groups: frozenset[str]) -> tuple[pl.Series, pl.Series]:
    """Which bodies of a block have to be looked at, and which of them may be a sentence of the app under somebody's name.

    `names` are the authors, null for nobody; `groups` names that are the group's own. Of the bodies with an author, all that may be
    anything but typed text are to be looked at; of the others, all that may be anything but a sentence of the app without marks.
    """
    begins = bodies.str.contains(_beginnings())
    # A sentence names its author, or stands under the group's name, or begins with words that are always the same.
    named = pl.DataFrame({"body": bodies, "name": names}).select(
        pl.col("body").str.contains(pl.col("name"), literal=True) | pl.col("name").is_in(list(groups))
    )
    rows = (named.to_series() & ~begins).arg_true()
    found = rows.filter(bodies.gather(rows).str.contains(_sentences()))
    nobody = names.is_null().arg_true()
    marked = nobody.filter(bodies.gather(nobody).str.contains(MARK))
    sentence = begins.clone().scatter(found, values=True)
    suspect = (begins | bodies.str.contains(_FILE_OR_EDIT)).scatter(pl.concat([found, marked]), values=True)
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
