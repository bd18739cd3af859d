"""The pages of Messenger's and Instagram's HTML exports: where the messages are.

Class names are scrambled and have changed over the years (`_2lej` until 2021, `_a6-g` since), and so have the elements: the sender
is a `div` or, since 2023, an `h2`; a message is a `div` or, since 2025, a `section`. What has stayed is the structure, and that is
what is read here: a message is an element whose children are the sender, what was sent, and, last, the time. Classes only say where
to look, and which part is which where one is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import islice

from lxml import etree
from lxml.etree import _Element as Element

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files.html_file import blocks, has_class, text_of
from chatclone_dagster.readers.times.written import is_written_time

_BLOCKS = ("_a6-g", "_2lej")
_HEADING = "_3b0d"
_SENDERS = ("_a6-h", "_2lek")
_BODIES = ("_a6-p", "_2let")
_TIMES = ("_a6-o", "_2lem")
_KNOWN = re.compile(rf"""class=["'](?:[^"']* )?(?:{"|".join(_BLOCKS)})[ "']""")
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_START = 1 << 20  # bytes in which a page shows its classes; the style sheet takes the first hundred thousand
_LARGEST = 32 << 20  # bytes of a page of unknown classes, which is taken in one piece
_LONGEST_NAME = 200  # characters
_FEW = 1000  # elements looked at to see what another one holds
_PARTS = frozenset(
    ("div", "section", "main", "header", "footer", "article", "p", "ul", "li", "table", "tbody", "tr", "td")
)
_MEDIA = frozenset(("img", "video", "audio", "a"))


@dataclass(frozen=True, slots=True)
class Sent:
    """A message: its sender, what was sent, and its time as written.

    The sender is None where the page leaves it out, as it may where the message above has the same.
    """

    sender: str | None
    body: list[Element]
    time: str


def start_of(file: ExportFile) -> str:
    """The beginning of a page, long enough for some messages."""
    with file.open() as stream:
        return stream.read(_START).decode("utf-8", errors="replace")


def title_of(start: str) -> str:
    """The title of a page, which is that of the chat."""
    found = _TITLE.search(start)
    return unescape(found[1]).strip() if found else ""


def is_known(start: str) -> bool:
    """Whether a page has elements of the classes of these exports."""
    return _KNOWN.search(start) is not None


def contents(file: ExportFile, start: str, out: Out) -> Iterator[Sent | str]:
    """The messages of a page, and the texts that stand beside them. An element is emptied when the next one is asked for.

    Raises:
        UnreadableError: no HTML, or too large.
    """
    if is_known(start):
        for block in blocks(file, (*_BLOCKS, _HEADING), out, tag=("div", "section")):
            yield from _inside(block)
        return
    if file.size > _LARGEST:
        raise UnreadableError(f"an HTML page of more than {_LARGEST >> 20} MiB in which no messages can be made out")
    with file.open() as stream:
        yield from of_text(stream.read(_LARGEST + 1).decode("utf-8", errors="replace"))


def of_text(page: str) -> Iterator[Sent | str]:
    """The same of a page that is there in one piece."""
    try:
        root = etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8", no_network=True, recover=True))
    except (etree.LxmlError, ValueError):
        return
    body = root.find("body") if root is not None else None
    if body is not None:
        yield from _inside(body)


def _inside(element: Element) -> Iterator[Sent | str]:
    sent = _message(element)
    if sent is not None:
        yield sent
    elif any(inner.tag in _PARTS for inner in element):
        for inner in element:
            if isinstance(inner.tag, str):
                yield from _inside(inner)
    elif text := text_of(element):
        yield text


def _message(element: Element) -> Sent | None:
    """An element as a message, if it is one."""
    children = [inner for inner in element if isinstance(inner.tag, str)]
    if len(children) < 2 or (element.text or "").strip():
        return None
    full = [inner for inner in children if _is_full(inner)]
    if not full:
        return None
    time, rest = _short_text(full[-1]), full[:-1]
    if not (is_written_time(time) or (time and _is_one_of(full[-1], _TIMES))):
        return None
    named = next((inner for inner in children if _is_one_of(inner, _SENDERS)), None)
    if named is None and rest and not _is_one_of(rest[0], _BODIES):
        named = rest[0]
    sender = None if named is None else _short_text(named)
    if sender and "\n" in sender:
        return None
    body = [inner for inner in rest if inner is not named]
    return Sent(sender, body, time) if named is not None or body else None


def _is_full(element: Element) -> bool:
    """Whether an element shows anything."""
    return any(
        inner.tag in _MEDIA or (inner.text or "").strip() or (inner is not element and (inner.tail or "").strip())
        for inner in islice(element.iter(), _FEW)
    )


def _short_text(element: Element) -> str:
    """The text of an element; nothing if it is too long for a name or a time."""
    length = 0
    for text in islice(element.itertext(), _FEW):
        length += len(text.strip())
        if length > _LONGEST_NAME:
            return ""
    return text_of(element)


def _is_one_of(element: Element, class_names: tuple[str, ...]) -> bool:
    return any(has_class(element, name) for name in class_names)
