"""HTML exports: the blocks that hold a message each, one at a time, however long the page is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lxml import etree
from lxml.etree import _Element as Element

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files.text import utf8_chunks

_CHUNK = 256 << 10
_LONGEST_BLOCK = 32 << 20  # bytes; no message is longer
_LINES = frozenset(("p", "div", "li", "tr", "blockquote", "pre"))
_LINE = "\x0c"  # a line end that is shown, while those of the source are folded; HTML knows no other use of it
_BLANK = (
    "\0"  # what a line end of the source is folded to, until it is known whether it stands beside one that is shown
)
# From the start of a run of blanks only: tried from each of them, a long run would take quadratic time.
_FOLD = re.compile(r"(?<![ \t])[ \t]*[\r\n][ \t\r\n]*")
_AROUND_LINES = re.compile(f"{_BLANK}*{_LINE}{_BLANK}*")


def blocks(
    file: ExportFile, class_names: str | Collection[str], out: Out | None = None, tag: str | tuple[str, ...] = "div"
) -> Iterator[Element]:
    """Every outermost element of a class (or of one of several), whole and in the order of the page.

    It is emptied when the next one is asked for.

    HTML is read past its faults as browsers do; where a page ends inside a block, `out` gets one issue.

    Raises:
        UnreadableError: a page that cannot be read at all, or with a block beyond all bounds.
    """
    parser = etree.HTMLPullParser(events=("start", "end"), tag=tag, recover=True, no_network=True, encoding="utf-8")
    wanted = {class_names} if isinstance(class_names, str) else {*class_names}
    inside: Element | None = None
    ahead = count = 0
    with file.open() as stream:
        for chunk in utf8_chunks(stream, _CHUNK):
            ahead = ahead + len(chunk) if inside is not None else 0
            try:
                parser.feed(chunk.replace(b"\0", b""))
            except etree.LxmlError:
                raise UnreadableError("no HTML, or nested too deep") from None
            if ahead > _LONGEST_BLOCK:
                raise UnreadableError(f"HTML with a block of more than {_LONGEST_BLOCK >> 20} MiB")
            for event, element in parser.read_events():
                if inside is None and event == "start" and wanted & {*_classes(element)}:
                    inside = element
                elif inside is not None and element is inside and event == "end":
                    yield inside
                    _forget(inside)
                    inside, count = None, count + 1
    if inside is not None and out is not None:
        out.issue(count, "the page breaks off here; everything before is read", is_row=True)


def has_class(element: Element, class_name: str) -> bool:
    """Whether an element has a class among its classes."""
    return class_name in _classes(element)


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def all_of(element: Element, class_name: str) -> Iterator[Element]:
    """The elements inside one that have a class, in the order of the page."""
    return (inner for inner in element.iterdescendants() if isinstance(inner.tag, str) and has_class(inner, class_name))


def first(element: Element, class_name: str) -> Element | None:
    """The first element inside one that has a class."""
    return next(all_of(element, class_name), None)


def text_of(element: Element, skip: Collection[str] = (), *, verbatim: bool = False) -> str:
    """The text of an element without that of inner elements of the classes in `skip`; `<br>` is a newline, as are blocks' ends.

    Line ends in the source are folded as browsers do, other blanks are kept; `verbatim` (`white-space: pre-wrap`) keeps them all.
    """
    parts: list[str] = []
    _collect(element, frozenset(skip), parts)
    text = "".join(parts)
    if verbatim:
        return text.replace(_LINE, "\n")
    text = _AROUND_LINES.sub("\n", _FOLD.sub(_BLANK, text))
    return text.strip(f"\n{_BLANK}").replace(_BLANK, " ")


def _collect(element: Element, skip: frozenset[str], parts: list[str], shown: bool = False) -> bool:
    """Add an element's text to `parts`; `shown`, and what is returned, is whether they hold anything to be seen."""
    parts.append(element.text or "")
    shown = shown or bool(parts[-1].strip())
    for inner in element:
        if isinstance(inner.tag, str) and not skip.intersection(_classes(inner)):
            if inner.tag in _LINES and shown and not parts[-1].endswith(_LINE):
                parts.append(_LINE)
            if inner.tag == "br":
                parts.append(_LINE)
            shown = _collect(inner, skip, parts, shown)
            if inner.tag in _LINES and (inner.tail or "").strip():
                parts.append(_LINE)
        parts.append(inner.tail or "")
        shown = shown or bool(parts[-1].strip())
    return shown


def _forget(element: Element) -> None:
    """Free a block that was read, and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and parent[0] is not element:
        del parent[0]
