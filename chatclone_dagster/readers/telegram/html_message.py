"""One block of a page: a message, or a line about an event.

    div.message.default(.joined)#message12 > div.body > div.date[title] div.from_name [div.forwarded.body >] div.reply_to
        div.media_wrap div.text span.reactions
    div.message.service#message-1 > div.body.details

The exporter writes the same English words in every language. What is forwarded stands in a body of its own, with its own
`from_name`. In a text every newline is a `<br>`, and quotes and code stand in elements of their own without any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml.etree import _Element as Element

from chatclone_dagster.readers.files.html_file import all_of, first, has_class, text_of
from chatclone_dagster.readers.telegram.json_message import CUSTOM, MOST_NAMELESS

_VIA = re.compile(r" via @\w+$")
_NUMBER = re.compile(r"message(-?\d{1,18})$")
_GOAL = re.compile(r"#go_to_message(-?\d{1,18})$")
_KINDS = {
    **dict.fromkeys(("media_voice_message",), "voice"),
    **dict.fromkeys(("sticker_wrap",), "sticker"),
    **dict.fromkeys(("media_location", "media_live_location", "media_venue"), "location"),
    **dict.fromkeys(("media_contact",), "contact"),
    **dict.fromkeys(("media_call",), "call"),
    **dict.fromkeys(("media_poll",), "poll"),
}
"""Classes of what hangs on a message → its kind; everything else (photo, film, file, game, invoice) is media."""
_TITLES = {"Sticker": "sticker", "Voice message": "voice", "Self-destructing photo": "", "Self-destructing video": ""}
"""Titles that say more than the class; nothing is there to see of what destroys itself."""
_OUTGOING = {"Outgoing": True, "Cancelled": True, "Incoming": False, "Missed": False, "Declined": False}
_STRANGE = "This message is not supported by this version of Telegram Desktop"


@dataclass
class Block:
    """What a block says. `sender` is None for an event, and for a message whose sender is that of the block before."""

    number: str | None
    written: str = ""
    sender: str | None = None
    kind: str = "text"
    text: str = ""
    reply_to: str | None = None
    forwarded: bool = False
    from_owner: bool | None = None
    reactions: list[dict[str, str]] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)


class _Media(NamedTuple):
    kind: str
    text: str
    link: str | None = None
    status: str = ""


def read_event(block: Element) -> Block:
    """A line about an event, or about a day."""
    body = next(_parts(block, "body"), block)
    text = text_of(body)
    links = [link for wrap in _parts(block, "userpic_wrap") for link in _links(wrap)]
    if text.startswith(_STRANGE):
        return Block(_number(block), kind="unavailable")
    return Block(_number(block), kind="system", text=text, attachments=links)


def read_message(block: Element) -> Block:
    """A message; `written` is its time as the page has it."""
    body = next(_parts(block, "body"), block)
    content = next((part for part in _parts(body, "body") if has_class(part, "forwarded")), body)
    dated = next(_parts(body, "date"), None)
    sender = next(_parts(body, "from_name"), None)
    read = Block(
        _number(block),
        (dated.get("title") or text_of(dated)) if dated is not None else "",
        _VIA.sub("", text_of(sender)).strip() or None if sender is not None else None,
        reply_to=_reply_to(content),
        forwarded=content is not body,
        reactions=[reaction for part in all_of(block, "reaction") for reaction in _reactions(part)],
    )
    texts = [typed(part) for part in _parts(content, "text")]
    for media in map(_media, _parts(content, "media_wrap")):
        read.kind = media.kind
        read.attachments += [media.link] if media.link else []
        read.from_owner = _OUTGOING.get(media.status.partition(" ")[0]) if media.kind == "call" else None
        texts.insert(0, media.text)
    read.text = "\n".join(filter(None, texts))
    if read.kind == "text" and not read.text:
        read.kind = "unavailable"
    return read


def typed(element: Element) -> str:
    """A text as it was typed."""
    if not has_class(element, "rich_message"):
        for inner in element.iter("pre", "blockquote"):
            inner.tag = "span"  # may stand within a line; where they do not, the newline is there too
    return text_of(element)


def _parts(element: Element, class_name: str) -> Iterator[Element]:
    """The children that have a class."""
    return (child for child in element if isinstance(child.tag, str) and has_class(child, class_name))


def _number(block: Element) -> str | None:
    found = _NUMBER.match(block.get("id") or "")
    return found[1] if found else None


def _links(element: Element) -> list[str]:
    return [link for link in (inner.get("href") for inner in element.iter("a")) if link]


def _reply_to(content: Element) -> str | None:
    """The number of what a message answers; a message in another chat has no link."""
    for part in _parts(content, "reply_to"):
        for link in _links(part):
            if found := _GOAL.search(link):
                return found[1]
    return None


def _media(wrap: Element) -> _Media:
    """What hangs on a message. A poll and a to-do list are read as their question and answers, without the votes."""
    classes = {name for inner in wrap.iterdescendants() for name in (inner.get("class") or "").split()}
    kind = next((kind for name, kind in _KINDS.items() if name in classes), "media")
    title, status = (said(wrap, name) for name in ("title", "status"))
    if title in _TITLES and kind == "media":
        kind = _TITLES[title] or "unavailable"
    if kind == "poll":
        answers = (text_of(answer, skip=("details",)).removeprefix("-").strip() for answer in all_of(wrap, "answer"))
        return _Media(kind, "\n".join(filter(None, (said(wrap, "question"), *answers))))
    link = next((link for link in _links(wrap) if not link.startswith("#")), None)
    return _Media(kind, "", link, status)


def said(element: Element, class_name: str) -> str:
    """The text of the first element inside one that has a class."""
    found = first(element, class_name)
    return text_of(found) if found is not None else ""


def _reactions(reaction: Element) -> Iterator[dict[str, str]]:
    """An emoji once for everyone who is shown, and without a name for those who are only counted."""
    shown = first(reaction, "emoji")
    if shown is None:
        return
    emoji = CUSTOM if shown.find("a") is not None else text_of(shown)
    pictures = first(reaction, "userpics")
    names = [inner.get("title", "") for inner in pictures.iter() if inner.get("title")] if pictures is not None else []
    yield from ({"emoji": emoji, "sender": name} for name in names)
    count = said(reaction, "count")
    if count.isdecimal() and len(count) < 10:
        yield from [{"emoji": emoji, "sender": ""}] * min(int(count) - len(names), MOST_NAMELESS)
