"""The text that ChatClone writes itself (write.py) and reads back without a guess (converted.py): WhatsApp's, and a little more.

    [31/12/2019, 23:59:59] ¦Converted by ChatClone from telegram, times in Europe/Berlin, private chat “Ada”
    [31/12/2019, 23:59:59] Ada: a text, its further lines below it
    [31/12/2019, 23:59:59] Ada: a caption ¦<attached: photo.jpg>
    [31/12/2019, 23:59:59] ¦Ada changed the group's name

It is what an iPhone writes, so what reads that reads this. The first line, which no export of WhatsApp has, says that the rules
below hold; it is no message. In files without it nothing here applies: how real exports are read does not change.

U+200E (¦ above) begins what the app wrote, as on iPhones: a placeholder (PHRASES), a file, a place, a poll, the note of an edit,
or else a sentence of the app. A blank or a line end parts it from what is before it. Two things WhatsApp has no words for:
further pieces of the same message just follow, and U+2063 repeated says what kind the message is (its place in tables.KINDS,
from 1) where its pieces do not; kinds may therefore be added, but not change their places.

U+2060 (word joiner: invisible, no blank, never shown) keeps apart what was typed and what only looks like it:

- It is written twice where it was typed, and never means itself otherwise. What follows is about one that is left over.
- Before U+200E: this mark was typed. Before ␀ and ␊: a NUL, and a line end inside a name.
- Anywhere else it means nothing and is taken out. It stands before a line that looks like the beginning of a message, before
  and inside a text that looks like something of the app's ("<Media omitted>", "x.jpg (file attached)"), between a lone \\r and
  the end of the line, between the colon and the blank that would end a name too early, and for a name or text that is empty.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from chatclone_dagster.readers.whatsapp import headers
from chatclone_dagster.readers.whatsapp.inserts import Body, kind_of_file
from chatclone_dagster.readers.whatsapp.locales import LRM
from chatclone_dagster.tables import KINDS

JOINER = "\u2060"
STAMP = "%d/%m/%Y, %H:%M:%S"
"""The time in a header, for strftime; the first line says whose."""
HEADER = "^\\[[0-9]{2}/[0-9]{2}/[0-9]{4}, [0-9]{2}:[0-9]{2}:[0-9]{2}\\] "
HEADER_LENGTH = 23
SPECIAL = f"[{JOINER}{LRM}]"
"""Lines without these characters are read as they stand."""
_LINE_END = "[\n\r\x0b\x0c\x1c-\x1e\u0085\u2028\u2029]"  # by other programs' idea of a line too
LOOKALIKE = f"{_LINE_END}{headers.LEAD}"
"""A text that has a further line which begins with a date."""

PHRASES = {
    "media": "<Media omitted>",
    "sticker": "sticker omitted",
    "voice": "audio omitted",
    "contact": "Contact card omitted",
    "location": "live location shared",
    "call": "Voice call",
    "deleted": "This message was deleted.",
    "unavailable": "Waiting for this message. This may take a while.",
}
"""What stands for a message of a kind that has no words or files of its own."""
DELETED_BY_OWNER = "You deleted this message."
EDITED = "<This message was edited>"

_KIND_MARK = "\u2063"
_KINDS = {phrase: kind for kind, phrase in PHRASES.items()} | {DELETED_BY_OWNER: "deleted"}
_FILES = ("media", "sticker", "voice", "contact", "location")  # kinds whose files stand for them
_SYMBOLS = {"\0": "␀", "\n": "␊"}
_MEANT = {symbol: sign for sign, symbol in _SYMBOLS.items()}
_BY_THE_APP = re.compile(rf"(?<!{JOINER})(?:{JOINER}{JOINER})*{LRM}")
_JOINED = re.compile(f"({JOINER}+)([{LRM}␀␊]?)")
_RETURN = re.compile(r"\r(?=\n|\Z)")
_LOOKALIKE = re.compile(f"{_LINE_END}(?={headers.LEAD})")
_COLON = re.compile(r":(?= |\Z)")
_OPENING = re.compile(rf"<(?![{JOINER}␀␊])|(?<![{JOINER}<])\(")
_FIRST = re.compile(
    HEADER + rf"{LRM}Converted by ChatClone from [^\n]*?, times in (\S+), (group |private |)chat “([^\n]*)”"
)
_PIECE = re.compile(rf"(?s:<attached: (?P<file>.*)>|Location: (?P<place>.*)|POLL:\n.*|OPTION: .*)|{_KIND_MARK}{{1,99}}")


class First(NamedTuple):
    """What the first line of a written file says."""

    zone: str
    is_group: bool | None
    chat: str


def first_line(source: str, zone: str, is_group: bool | None, chat: str) -> str:
    """The first line of a file, without its header."""
    group = {True: "group ", False: "private ", None: ""}[is_group]
    return f"{LRM}Converted by ChatClone from {name(source)}, times in {zone}, {group}chat “{name(chat)}”"


def read_first(line: str) -> First | None:
    """What a first line says; None if it is not one of ours."""
    match = _FIRST.fullmatch(line.removesuffix("\r"))
    if match is None:
        return None
    return First(match[1], {"group ": True, "private ": False, "": None}[match[2]], plain(match[3]))


def name(given: str) -> str:
    """A name as it is written: on one line, not empty, and without what would end it."""
    return _COLON.sub(f":{JOINER}", _one_line(given)) or JOINER


def typed(text: str) -> str:
    """A text as it is written."""
    return _LOOKALIKE.sub(rf"\g<0>{JOINER}", _RETURN.sub(f"\r{JOINER}", _quoted(text)))


def guarded(text: str) -> str:
    """A written text that looks like something of the app's, so that it does not."""
    text = text if text[:1] in (JOINER, *_MEANT) else JOINER + text
    return _OPENING.sub(lambda match: "<" + JOINER if match[0] == "<" else JOINER + "(", text)


def plain(text: str) -> str:
    """A written text or name as it was typed."""
    return _JOINED.sub(_meant, text) if JOINER in text else text


def body(message: Body, *, said: bool, alike: bool = False) -> str:
    """A message as it is written, without its header and name.

    `said`: somebody's name stands before it; `alike`: its text looks like something of the app's.
    """
    text = typed(message.text)
    if not said:
        first, *further = text.split("\n")
        text = "\n".join([_COLON.sub(f":{JOINER}", first), *further])
    pieces = []
    if message.kind == "poll":
        question, *options = typed("\n" + message.text)[1:].split("\n")
        pieces = ["POLL:\n" + question, *(f"OPTION: {option}" for option in options)]
    elif message.kind == "system":
        pieces = [JOINER + text if text in _KINDS or text == EDITED or _PIECE.fullmatch(text) else text]
    elif message.kind in PHRASES and not (message.kind in _FILES and message.attachments):
        pieces = [DELETED_BY_OWNER if message.from_owner and message.kind == "deleted" else PHRASES[message.kind]]
    written = "" if message.kind in ("poll", "system") else guarded(text) if alike else text
    sign = "\n" if message.kind == "poll" else " "
    whole = " ".join(filter(None, [written, sign.join(LRM + piece for piece in pieces)]))
    for number, file in enumerate(map(_one_line, message.attachments)):
        place = message.kind == "location" and number == 0
        whole += (" " if whole else "") + LRM + (f"Location: {file}" if place else f"<attached: {file}>")
    if read_body(whole).kind != message.kind:
        whole += (" " if whole else "") + LRM + _KIND_MARK * (KINDS.index(message.kind) + 1)
    return whole + (" " if whole else "") + LRM + EDITED if message.edited else whole


def read_line(rest: str) -> tuple[str | None, Body]:
    """Take apart what stands behind a header: who wrote it, if anybody, and what."""
    before, colon, behind = rest.partition(": ")
    if colon and "\n" not in before and not _BY_THE_APP.search(before):
        return plain(before), read_body(behind)
    return None, read_body(rest)


def read_body(written: str) -> Body:
    """Take a written message apart; the inverse of `body`."""
    starts = [match.end() for match in _BY_THE_APP.finditer(written)]
    if not starts:
        return Body("text", plain(written))
    pieces = [written[start : end - 2] for start, end in pairwise(starts)] + [written[starts[-1] :]]
    text, kind, files, edited, by_owner = plain(written[: max(0, starts[0] - 2)]), "", [], False, None
    for piece in pieces:
        match = _PIECE.fullmatch(piece)
        if piece == EDITED:
            edited = True
        elif piece in _KINDS:
            kind, by_owner = kind or _KINDS[piece], True if piece == DELETED_BY_OWNER else by_owner
        elif match is None:
            kind, text = kind or "system", plain(piece)
        elif piece.startswith("POLL:"):
            kind, text = kind or "poll", plain(piece[6:])
        elif piece.startswith("OPTION:"):
            text += "\n" + plain(piece[8:])
        elif piece.startswith(_KIND_MARK):
            kind = KINDS[min(len(piece), len(KINDS)) - 1]
        else:
            files.append(plain(match["file"] if match["place"] is None else match["place"]))
            kind = kind or (kind_of_file(files[0]) if match["place"] is None else "location")
    return Body(kind or "text", text, edited, tuple(files), by_owner)


def _quoted(text: str) -> str:
    text = text.replace(JOINER, JOINER * 2) if JOINER in text else text
    return text.replace(LRM, JOINER + LRM).replace("\0", JOINER + _SYMBOLS["\0"])


def _one_line(text: str) -> str:
    return _RETURN.sub(f"\r{JOINER}", _quoted(text).replace("\n", JOINER + _SYMBOLS["\n"]))


def _meant(match: re.Match[str]) -> str:
    joiners, sign = len(match[1]), match[2]
    return JOINER * (joiners // 2) + (_MEANT.get(sign, sign) if joiners % 2 else sign)
