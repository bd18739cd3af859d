"""Writers of exports: what the property tests write, so that what is read back can be compared with what was meant."""

from __future__ import annotations

import csv
import io
import json
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from chatclone_dagster.readers.whatsapp.bodies import read_body

# --- WhatsApp ----------------------------------------------------------------------------------------------------------------

SHAPES = (
    # date, clock, what the header is
    ("%d/%m/%Y", "%H:%M", "{date}, {clock} - "),
    ("%d.%m.%y", "%H:%M", "{date}, {clock} - "),
    ("%Y-%m-%d", "%H:%M:%S", "{date}, {clock} - "),
    ("%m/%d/%y", "%I:%M\u202f%p", "{date}, {clock} - "),
    ("%d/%m/%Y", "%I:%M %p", "{date} {clock} - "),
    ("%d.%m.%y", "%H:%M:%S", "[{date}, {clock}] "),
    ("%m/%d/%y", "%I:%M:%S %p", "[{date}, {clock}] "),
    ("%Y/%m/%d", "%H:%M:%S", "[{date} {clock}] "),
    ("%d/%m/%Y", "%H:%M", "{date} à {clock} - "),
    ("%d.%m.%Y", "%H.%M", "{date} klo {clock} - "),
    ("%d.%m.%y", "%H:%M:%S", "{date}, {clock}: "),
)

_NAMES = ("Ada", "Zoë Müller", "John-John", "~\u202fPia", "+49 170 5550123", "Dr. No", "אבי", "🤓", "O'Neil 3")
# What people type, look-alikes of headers and of what the app writes included; none of it is what the app writes.
_LINES = (
    "ok",
    "see you at 10:30",
    "2/11/19: Arrival",
    "12/12/2019 is the day",
    "2016-04-29 10:30:00",
    "[not a header] Ada: hi",
    "note: this, too: yes",
    "image omitted? no!",
    "he said: <Media omitted> lol",
    "https://example.org/a?b=c",
    "🎉🎉",
    "مرحبا",
    "a\u2028b\x0bc\rd",
    "  leading blanks",
    "(file attached) is what it said",
)


@dataclass
class Line:
    """A message as it was meant: `text` for what was typed, else what the app writes in its place."""

    at: datetime
    sender: str | None
    text: str
    kind: str = "text"
    written: str | None = None
    edited: bool = False
    attachments: tuple[str, ...] = ()


# Hypothesis also tries the strings of the code under test: some are what the app writes.
_words = st.text(alphabet=string.ascii_letters + " äß日🙂'!?.,", min_size=1, max_size=30).filter(
    lambda text: read_body(text, frozenset(), android=True).kind == "text"
)
_typed = st.lists(st.one_of(st.sampled_from(_LINES), _words), min_size=1, max_size=4).map("\n".join)


def _line(at: datetime, sender: str, what: tuple[str, str]) -> Line:
    kind, typed = what
    file = f"IMG-{at:%Y%m%d}-WA0001.jpg"
    match kind:
        case "media":
            return Line(at, sender, "", "media", "<Media omitted>")
        case "file":
            return Line(
                at, sender, typed.strip(), "media", f"{file} (file attached)\n{typed.strip()}", attachments=(file,)
            )
        case "deleted":
            return Line(at, sender, "", "deleted", "This message was deleted")
        case "edited":
            return Line(at, sender, typed, "text", f"{typed} <This message was edited>", edited=True)
        case "event":
            return Line(at, None, f"{sender} left", "system", f"{sender} left")
    return Line(at, sender, typed)


_what = st.tuples(st.sampled_from(("text",) * 8 + ("media", "file", "deleted", "edited", "event")), _typed)


@st.composite
def whatsapp_chats(draw: st.DrawFn) -> tuple[str, list[Line]]:
    """A chat as a file, and what it means. Dates run over more than a month, so that day and month can be told apart."""
    date, clock, header = draw(st.sampled_from(SHAPES))
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=4, unique=True))
    newline = draw(st.sampled_from(("\n", "\r\n")))
    at = datetime(2018, 11, 20, 9, 0, 30)  # noqa: DTZ001 (exports have no zone)
    lines = []
    for _ in range(draw(st.integers(14, 30))):
        at += timedelta(days=draw(st.integers(1, 5)), minutes=draw(st.integers(0, 600)))
        line = _line(at, draw(st.sampled_from(names)), draw(_what))
        line.at = at if "%S" in clock else at.replace(second=0)
        lines.append(line)
    file = ""
    for line in lines:
        begin = header.format(date=line.at.strftime(date), clock=line.at.strftime(clock))
        who = f"{line.sender}: " if line.sender else ""
        file += begin + who + (line.written if line.written is not None else line.text) + "\n"
    return file.replace("\n", newline), lines


# --- Messenger and Instagram -------------------------------------------------------------------------------------------------

_any_text = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40)


def broken(text: str) -> str:
    """UTF-8 whose bytes are each written as a character, as the export does."""
    return text.encode().decode("latin-1")


@st.composite
def meta_threads(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A thread as a file, and its messages in the order of the file."""
    people = draw(st.lists(_any_text.filter(lambda name: name.strip()), min_size=2, max_size=4, unique=True))
    messages, means = [], []
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(("text", "media", "voice", "sticker", "call", "deleted", "unavailable")))
        sender, text = draw(st.sampled_from(people)), draw(_any_text)
        at = draw(st.integers(1_300_000_000_000, 1_900_000_000_000))
        message: dict[str, Any] = {"sender_name": broken(sender), "timestamp_ms": at}
        if kind in ("text", "media"):
            message["content"] = broken(text)
        extra: dict[str, dict[str, Any]] = {
            "media": {"photos": [{"uri": "messages/inbox/x/photos/1.jpg"}]},
            "voice": {"audio_files": [{"uri": "messages/inbox/x/audio/1.mp4"}]},
            "sticker": {"sticker": {"uri": "messages/stickers_used/1.png"}},
            "call": {"call_duration": 12},
            "deleted": {"is_unsent": True},
        }
        reactions = draw(st.lists(st.tuples(st.sampled_from("❤😂👍"), st.sampled_from(people)), max_size=2))
        if reactions:
            message["reactions"] = [{"reaction": broken(emoji), "actor": broken(who)} for emoji, who in reactions]
        messages.append(message | extra.get(kind, {}))
        means.append(
            {
                "sender": sender,
                "ms": at,
                "kind": kind,
                "text": text if kind in ("text", "media") else "",
                "reactions": reactions,
            }
        )
    thread = {
        "participants": [{"name": broken(name)} for name in people],
        "messages": messages,
        "title": broken(people[0]),
    }
    return json.dumps(thread, ensure_ascii=draw(st.booleans())), means


# --- tables ------------------------------------------------------------------------------------------------------------------

_cell = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t"), max_size=30
)
_cell = _cell.map(lambda text: text.replace("\r", ""))


@st.composite
def tables(draw: st.DrawFn, columns: tuple[str, ...]) -> tuple[str, list[dict[str, str]]]:
    """A table with some of its cells in quotes, and what it holds."""
    delimiter, newline = draw(st.sampled_from(",;\t")), draw(st.sampled_from(("\n", "\r\n")))
    rows = []
    for n in range(draw(st.integers(1, 12))):
        row = {name: draw(_cell) for name in columns}
        rows.append(row | {"n": str(n)})
    out = io.StringIO()
    writer = csv.DictWriter(out, [*columns, "n"], delimiter=delimiter, lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return draw(st.sampled_from(("", "\ufeff"))) + out.getvalue(), rows
