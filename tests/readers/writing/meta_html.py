"""The HTML pages that Messenger and Instagram would write of a chat, in the forms they have had over the years."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.readers.writing.chats import texts

PEOPLE = ("Ada", "Zoë Müller", "O'Neil & Co", "אבי", "~Pia 🤓")
FOLDER = "messages/inbox/adaandbo_123"
_EMOJI = ("❤️", "👍🏽", "🤷‍♀️", "🇩🇪", "😂")
_FRENCH = ("janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc")
_POLISH = ("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru")


def _clock(at: datetime, seconds: str = "") -> str:
    return f"{at.hour % 12 or 12}:{at:%M}{seconds and at.strftime(seconds)}"


def _half(at: datetime, am: str, pm: str) -> str:
    return am if at.hour < 12 else pm


TIMES: dict[str, Callable[[datetime], str]] = {
    "2018": lambda at: f"{at:%b %d, %Y} {_clock(at)}{_half(at, 'am', 'pm')}",
    "comma": lambda at: f"{at:%b} {at.day}, {at.year}, {_clock(at)} {at:%p}",
    "at": lambda at: f"{at:%b} {at.day}, {at.year} at {_clock(at)} {at:%p}",
    "British": lambda at: f"{at.day} {at:%b} {at.year}, {at:%H:%M}",
    "no comma": lambda at: f"{at:%b %d, %Y} {_clock(at)} {_half(at, 'am', 'pm')}",
    "seconds": lambda at: f"{at:%b %d, %Y} {_clock(at, ':%S')} {_half(at, 'am', 'pm')}",
    "French": lambda at: f"{_FRENCH[at.month - 1]} {at:%d, %Y} {_clock(at, ':%S')} {_half(at, 'am', 'pm')}",
    "Polish": lambda at: f"{_POLISH[at.month - 1]} {at:%d, %Y} {_clock(at)} {_half(at, 'rano', 'po południu')}",
    "German": lambda at: f"{at:%d.%m.%Y, %H:%M}",
    "Chinese": lambda at: f"{at.year}年{at.month}月{at.day}日 {_half(at, '上午', '下午')}{_clock(at)}",
}
"""Ways to write a time; all but those with seconds tell it to the minute."""


@dataclass(frozen=True)
class Shape:
    """How a message is written: the tags and classes of message, sender, body and time."""

    message: str
    sender: str
    body: str
    time: str
    participants: str

    def block(self, sender: str | None, body: str, time: str) -> str:
        head = "" if sender is None else _tag(self.sender, html.escape(sender))
        return _tag(self.message, head + _tag(self.body, body) + _tag(self.time, time))


def _tag(opening: str, inside: str) -> str:
    """`section class="x"` or, one in the other, `footer class="x"|div class="y"`."""
    outer, _, inner = opening.partition("|")
    return f"<{outer}>{_tag(inner, inside) if inner else inside}</{outer.split(' ')[0]}>"


_PAM = 'div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder"'
SHAPES = {
    "2018": Shape(
        'div class="pam _3-95 _2pi0 _2lej uiBoxWhite noborder"',
        'div class="_3-96 _2pio _2lek _2lel"',
        'div class="_3-96 _2let"',
        'div class="_3-94 _2lem"',
        'div class="_3-96 _2pio _2lek"',
    ),
    "2021": Shape(
        _PAM,
        'div class="_3-95 _2pim _a6-h _a6-i"',
        'div class="_3-95 _a6-p"',
        'div class="_3-94 _a6-o"',
        'div class="_a6-h"',
    ),
    "2023": Shape(
        _PAM,
        'h2 class="_3-95 _2pim _a6-h _a6-i"',
        'div class="_3-95 _a6-p"',
        'div class="_3-94 _a6-o"',
        'h2 class="_a6-h"',
    ),
    "2025": Shape(
        'section class="_a6-g" aria-labelledby="u_0_1"',
        'h2 class="_2ph_ _a6-h _a6-i" id="u_0_1"',
        'div class="_2ph_ _a6-p"',
        'footer class="_3-94 _a6-o"|div class="_a72d"',
        'div class="_2ph_ _a6-h"',
    ),
    "other classes": Shape('div class="m"', 'div class="s"|div', 'div class="b"', 'div class="t"', "div"),
    "no classes": Shape("div", "div", "div", "div", "div"),
}


@dataclass
class Said:
    """A message as it was meant."""

    at: datetime
    sender: str
    text: str = ""
    kind: str = "text"
    attachments: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    folded: str | None = None
    written: str | None = None


def page(
    said: Sequence[Said], shape: Shape, time: str, title: str = "Zoë & Ada", people: Sequence[str] = PEOPLE
) -> str:
    """A page of a thread, newest message first."""
    *others, last = map(html.escape, people)
    about = _tag(shape.message, _tag(shape.participants, f"Participants: {', '.join(others)} and {last}"))
    blocks = "".join(shape.block(one.sender, _body(one, time), TIMES[time](one.at)) for one in reversed(said))
    style = "<style>._a6-g{padding:8px}._2lej{margin:0}</style>"
    head = f'<head><meta charset="utf-8"/><base href="../../../"/><title>{html.escape(title)}</title>{style}</head>'
    return f'<html>{head}<body class="_5vb_"><div role="main">{about}{blocks}</div></body></html>'


def _body(one: Said, time: str) -> str:
    """The five places of a message, of which the second is for what was typed."""
    typed = html.escape(one.text if one.written is None else one.written).replace("\n", "<br />")
    items = "".join(
        f"<li><span>{emoji}{html.escape(who)}<span> ({TIMES[time](one.at)})</span></span></li>"
        for emoji, who in one.reactions
    )
    places = (
        "",
        typed,
        "".join(map(_attachment, one.attachments)),
        "",
        f'<ul class="_a6-q">{items}</ul>' if items else "",
    )
    return f"<div>{''.join(f'<div>{place}</div>' for place in places)}</div>"


def _attachment(path: str) -> str:
    shown = html.escape(path)
    if "://" in path:
        return f'<div><div>a caption</div><div>its author</div><div><a target="_blank" href="{shown}">{shown}</a></div></div>'
    if path.endswith(".mp4"):
        link = f'<a target="_blank" href="{shown}"><div>Click for video:</div></a>'
        return f'<div><div><video src="{shown}" controls="1" class="_a6_o _3-96">{link}</video></div></div>'
    return f'<div><a target="_blank" href="{shown}"><img src="{shown}" class="_a6_o _3-96"/></a></div>'


_KINDS = ("text",) * 4 + ("media", "voice", "sticker", "link", "system", "call", "reaction", "unavailable")


@st.composite
def chats(draw: st.DrawFn) -> list[Said]:
    """A chat in order of time, over some months, so that numbers tell which of them is the day."""
    at = datetime(2021, 11, 20, 9, 0, 30)  # noqa: DTZ001 (exports have no zone)
    found = []
    for _ in range(draw(st.integers(1, 12))):
        at += timedelta(days=draw(st.integers(0, 40)), minutes=draw(st.integers(0, 1000)))
        one = Said(at, draw(st.sampled_from(PEOPLE)), draw(texts(("Oct 19, 2019, 2:37 PM", "Ada", "<div>", "&amp;"))))
        one.reactions = draw(st.lists(st.tuples(st.sampled_from(_EMOJI), st.sampled_from(PEOPLE)), max_size=2))
        _become(one, draw(st.sampled_from(_KINDS)), caption=draw(st.booleans()))
        found.append(one)
    return found


def _become(one: Said, kind: str, *, caption: bool) -> None:
    """Make a text into a message of another kind."""
    match kind:
        case "media" | "voice" | "sticker":
            folder = {"media": "photos/1.jpg", "voice": "audio/1.mp4", "sticker": "stickers_used/1.png"}[kind]
            one.kind, one.attachments = kind, [f"{FOLDER}/{folder}"]
            one.text = one.text if caption and kind == "media" else ""
        case "link":
            one.attachments = ["https://example.org/?a=1&b=2"]
            one.kind, one.text = ("text", one.text) if caption else ("media", "")
        case "system":
            one.kind, one.text = "system", f"{one.sender} named the group {one.sender}."
        case "call":
            one.kind, one.text, one.written = "call", "", "The video call ended."
        case "reaction":
            one.kind, one.folded, one.text = "system", "pseudo_reaction", "Reacted ❤️ to your message"
        case "unavailable":
            one.kind, one.text = "unavailable", ""
