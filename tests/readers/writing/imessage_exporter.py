"""A writer of imessage-exporter's pages, as its version 3 writes them, and random conversations with what they mean."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st

START = datetime(2022, 5, 7, 9, 5, 9)  # noqa: DTZ001 (exports have no zone)
STYLE = "span.timestamp {}\nspan.sender {}\nspan.bubble {}"
HEAD = f'<html>\n<head>\n<meta charset="UTF-8">\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n'
FOOT = "</body></html>"


def stamp(moment: datetime) -> str:
    """A time as the program writes it: the hour is padded with a blank."""
    return f"{moment:%b %d, %Y} {moment.hour % 12 or 12:2}:{moment:%M:%S %p}"


def part(content: str) -> str:
    return f'<hr><div class="message_part">\n{content}\n</div>\n'


def bubble(text: str) -> str:
    return part(f'<span class="bubble">{html.escape(text)}</span>')


def message(
    content: str,
    guid: str = "",
    sender: str = "Me",
    *,
    sent: bool | None = None,
    at: datetime = START,
    reply: bool = False,
) -> str:
    """A message; `reply`: one that stands at its own time."""
    direction = "sent iMessage" if (sender == "Me" if sent is None else sent) else "received"
    link = (
        f'<a title="Reveal in Messages app" href="sms://open?message-guid={guid}">{stamp(at)}</a> '
        if guid
        else stamp(at)
    )
    note = '<span class="reply_context">This message responded to an earlier message.</span>\n' if reply else ""
    named = f', id="r-{guid}"' if reply and guid else ""
    return (
        f'<div class="message"{named}>\n<div class="{direction}">\n<p><span class="timestamp">{link}</span>\n'
        f'<span class="sender">{html.escape(sender)}</span></p>\n{content}{note}</div>\n</div>\n'
    )


def announcement(said: str, at: datetime = START) -> str:
    return f'\n<div class ="announcement"><p><span class="timestamp">{stamp(at)}</span> {html.escape(said)}</p></div>\n'


def tapbacks(given: list[tuple[str, str]]) -> str:
    """A section of tapbacks."""
    by = '<div class="sticker_tapback">&nbsp;by {}</div>'
    lines = [
        f'<div class="tapback"><img src="a/{n}.heic" loading="lazy"> {by.format(html.escape(who))}</div>\n'
        if name == "Sticker"
        else f'<div class="tapback"><span class="tapback"><b>{name}</b> by {html.escape(who)}</span></div>\n'
        for n, (name, who) in enumerate(given)
    ]
    return f'<div class="tapbacks"><hr><p>Tapbacks:</p>\n{"".join(lines)}</div>\n' if given else ""


def replies(copies: list[tuple[str, str]]) -> str:
    """The replies below a message, each with its guid."""
    inner = "".join(f'<div class="reply" id="{guid}">{copy}</div>\n' for guid, copy in copies)
    return f'<div class="replies">\n{inner}</div>\n' if copies else ""


def page(*blocks: str) -> str:
    return HEAD + "".join(blocks) + FOOT


@dataclass
class Meant:
    """What a message of a page means."""

    sender: str | None
    text: str
    kind: str = "text"
    edited: bool = False
    guid: str | None = None
    reply_to: str | None = None
    folded: str | None = None
    at: datetime = START
    attachments: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)


_NAMES = ("Me", "Ada", "Zoë <&> Müller", "+49 170 5550123")
_TYPED = (
    "ok",
    "<b>no</b> &amp; &lt;",
    "a\n\n  b",
    "Tapbacks:\nLoved by Ada",
    f"{stamp(START)}\nMe",
    "https://example.org/a.jpg",
    "🦀 'x' \"y\"",
)
_text = st.one_of(
    st.sampled_from(_TYPED),
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff"),
        min_size=1,
        max_size=30,
    ),
).filter(lambda text: text.strip())
_reactions = st.lists(
    st.tuples(st.sampled_from(("Loved", "Liked", "☕️", "Sticker")), st.sampled_from(_NAMES)), max_size=2
)


_VERSION = '<tr><td><span class="timestamp">{}</span></td><td>{}</td></tr>'
_CARD = '<div class="app_header"><img src="https://example.org/i.png"><div class="name">Example</div></div>'
_LINK = "https://example.org/?a=1&b=2"
_VOICE = '<audio controls src="a/Audio Message.caf" type="x-caf; codecs=opus" </audio>'
_WAYS: dict[str, tuple[str, str]] = {
    "text": ("text", '<span class="bubble">{text}</span>'),
    "file": ("media", '<div class="attachment"><img src="{path}" loading="lazy"></div>'),
    "film": (
        "media",
        '<div class="attachment"><video controls> <source src="{path}" type="x"> <source src="{path}"> </video></div>',
    ),
    "voice": ("voice", f'<div class="attachment">{_VOICE}</div>'),
    "sticker": (
        "sticker",
        '<div class="sticker"><img src="{path}" loading="lazy">\n<div class="sticker_name">App: Memoji</div></div>',
    ),
    "unsent": (
        "deleted",
        '<span class="unsent"><span class="unsent">You unsent this message part 5 seconds after sending!</span></span>',
    ),
    "link": ("text", f'<div class="app"><a href="{html.escape(_LINK)}">{_CARD}</a></div>'),
    "edited": (
        "text",
        f'<div class="edited"><table><tbody>{_VERSION.format("", "first")}</tbody>'
        f"<tfoot>{_VERSION.format('Edited 2 seconds later', '{text}')}</tfoot></table></div>",
    ),
}


def _content(draw: st.DrawFn, meant: Meant) -> str:
    """The part of a message that is of some kind, and for some of them a bubble before it."""
    way = draw(st.sampled_from(("text", "text", *_WAYS)))
    meant.kind, template = _WAYS[way]
    path = draw(st.sampled_from(("attachments/1/2.jpg", "/Users/me/Library/a b/é.mov")))
    before = bubble(meant.text) if way in ("file", "film") and draw(st.booleans()) else ""
    written = part(template.format(text=html.escape(meant.text), path=path))
    meant.edited = way == "edited"
    meant.attachments = ["a/Audio Message.caf"] if way == "voice" else [path] if "{path}" in template else []
    meant.text = _LINK if way == "link" else meant.text if before or way in ("text", "edited") else ""
    return before + written


@st.composite
def conversations(draw: st.DrawFn) -> tuple[str, list[Meant]]:
    """A page, and what its messages mean; with guids, or as the versions before knew none."""
    has_guids = draw(st.booleans())
    blocks: list[str] = []
    rows: list[Meant] = []
    later: list[tuple[Meant, str]] = []
    for number in range(draw(st.integers(1, 8))):
        at = START + timedelta(hours=number)
        if draw(st.integers(0, 6)) == 0:
            rows.append(Meant(None, "You named the conversation <Chess> & Go", "system", at=at))
            blocks.append(announcement(rows[-1].text, at))
            continue
        meant, content = _message(draw, f"ROOT-{number}" if has_guids else "", at)
        rows.append(meant)
        copies: list[tuple[str, str]] = []
        for count in range(draw(st.sampled_from((0, 0, 1, 2)))):
            guid = f"REPLY-{number}-{count}" if has_guids else ""
            reply, said = _message(draw, guid, at + timedelta(minutes=1 + count))
            reply.reply_to = meant.guid
            copies.append((guid, message(said, guid, reply.sender or "", at=reply.at)))
            rows.append(Meant(**{**vars(reply), "guid": None, "folded": "reply_copy"}))
            later.append((reply, said))
        blocks.append(message(content + replies(copies), meant.guid or "", meant.sender or "", at=at))
    for reply, said in later:
        rows.append(reply)
        blocks.append(message(said, reply.guid or "", reply.sender or "", at=reply.at, reply=True))
    return page(*blocks), rows


def _message(draw: st.DrawFn, guid: str, at: datetime) -> tuple[Meant, str]:
    """A message, and what stands in it."""
    meant = Meant(draw(st.sampled_from(_NAMES)), draw(_text), guid=guid or None, at=at, reactions=draw(_reactions))
    return meant, _content(draw, meant) + tapbacks(meant.reactions)
