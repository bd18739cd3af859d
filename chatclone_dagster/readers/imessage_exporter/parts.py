"""The parts of a message in HTML: bubbles, versions of an edited text, files, stickers and the cards of apps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from chatclone_dagster.readers.files.html_file import first, text_of
from chatclone_dagster.readers.imessage_exporter.body import kind_of_file

_NAMED = re.compile(
    r"(?:Unknown attachment type|Unable to embed .{1,80}? attachments|Unable to locate attachment): (.+)"
)
_NAMELESS = "Attachment missing name metadata!"
_SOURCES = (("img", "src"), ("video", "src"), ("source", "src"), ("audio", "src"), ("a", "href"))


@dataclass
class Part:
    """A part: what was typed in it, the kinds of what else there is, and files."""

    text: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    edited: bool = False


def read_part(element: Element) -> Part:
    """Read a `message_part`."""
    readers = {
        "edited": _edited,
        "unsent": lambda _: Part(kinds=["deleted"]),
        "app": _app,
        "app_error": lambda _: Part(kinds=["media"]),
        "sticker": lambda sticker: Part(kinds=["sticker"], files=_files(sticker)),
        "bubble": _bubble,
    }
    for name, reader in readers.items():
        if (found := first(element, name)) is not None:
            return reader(found)
    return _file(element)


def _bubble(bubble: Element) -> Part:
    """What was typed. Emoji that are pictures stand in it."""
    pictures = _files(bubble, only="img")
    return Part([text_of(bubble, verbatim=True)], ["sticker"] * bool(pictures), pictures)


def _file(element: Element) -> Part:
    """A file that is shown or linked to, or only named where it is missing or of a kind that is not shown."""
    said = [text_of(inner).strip() for inner in element.iter("p", "span")]
    named = [match[1] for text in said if (match := _NAMED.fullmatch(text)) and match[1] != _NAMELESS]
    found = [*_files(element), *named]
    nothing = not found and not text_of(element).strip()
    return Part(kinds=[] if nothing else [*map(kind_of_file, found)] or ["media"], files=list(dict.fromkeys(found)))


def _edited(versions: Element) -> Part:
    """The last version; a version stands in the second cell of its row, behind the time."""
    cells = [cell for row in versions.iter("tr") for cell in list(row.iter("td"))[1:2]]
    if not cells:
        return Part(kinds=["deleted"]) if first(versions, "unsent") is not None else Part(edited=True)
    pictures = _files(cells[-1], only="img")
    typed = text_of(cells[-1], verbatim=True)
    return Part(
        [typed.strip() if typed.startswith("\n") else typed], ["sticker"] * bool(pictures), pictures, edited=True
    )


def _app(card: Element) -> Part:
    """A card. What a link shows was typed as that link; what other apps show was not typed."""
    link = next(
        (href for a in card.iter("a") if (href := a.get("href") or "").startswith(("http://", "https://"))), None
    )
    if link:
        return Part([link])
    if first(card, "poll-container") is not None:
        return Part(kinds=["poll"])
    name = first(card, "name")
    return Part(kinds=["location" if name is not None and text_of(name).strip() == "Find My" else "media"])


def _files(element: Element, only: str | None = None) -> list[str]:
    """The files that an element shows or links to, each once."""
    wanted = [(tag, name) for tag, name in _SOURCES if only in (None, tag)]
    found = [inner.get(name) for tag, name in wanted for inner in element.iter(tag)]
    return list(dict.fromkeys(path for path in found if path))
