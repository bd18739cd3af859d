"""What somebody shared or answered, in the XML of WeChat's database, and how exporters write that.

The XML comes from other people's phones. It is read without entities, network and files, and nothing that declares its own document
type is read at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

_LONGEST = 1 << 20  # characters; a record of a hundred forwarded messages takes a tenth
_STARTS = re.compile(r"\s*(?:[A-Za-z0-9_@.-]{1,64}:\s*)?(?P<xml><(?:\?xml|msg|appmsg|sysmsg|revokemsg|voipmsg)\b)")
_DECLARES = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_QUOTED_BELOW = re.compile(r"\s*\n\s*(?:\[引用\]\(\d{4}[^()\n]{0,40}\)|引用：)")
_ANNOUNCED = re.compile(r"\[(?:群公告|接龙)\] ?")


@dataclass(frozen=True, slots=True)
class Shared:
    """The second number of its type (see kinds), what was typed, links and files, and the id of the message that is answered."""

    second: int = 0
    typed: str = ""
    attachments: list[str] = field(default_factory=list)
    reply_to: str | None = None


def is_xml(content: str) -> bool:
    """Whether a content is XML of WeChat's, after the sender's id at most."""
    return _STARTS.match(content[:200]) is not None


def read_xml(content: str) -> Shared | None:
    """Take apart what was shared; None if the XML cannot be read."""
    start = _STARTS.match(content)
    if start is None or len(content) > _LONGEST or _DECLARES.search(content):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        found = etree.fromstring(_DECLARATION.sub("", content[start.start("xml") :], count=1).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    root = cast("etree._Element | None", found)  # nothing is left of some, whatever the library's types say
    if root is None:
        return None
    app = root if root.tag == "appmsg" else root.find(".//appmsg")
    if app is None:
        return Shared()
    written = _text(app, "type")
    number = int(written) if written.isdecimal() and len(written) < 6 else 0
    title = _text(app, "title")
    if number == 6:
        return Shared(number, attachments=[title] if title else [])
    typed = title if number in (1, 53, 57) else _text(app, "textannouncement") if number == 87 else ""
    link = _text(app, "url") if not typed else ""
    return Shared(number, typed, [link] if link else [], _text(app, "refermsg/svrid") or None)


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def typed_in(content: str, sender: str = "", quoted: str = "") -> str:
    """What was typed of an answer or an announcement as exporters write it: without the quote behind it, or the word before it.

    `sender` and `quoted` are those of the quote, if the export gives them by themselves.
    """
    for quote in (f"[引用 {sender}：{quoted}]", f"[引用 {quoted}]"):
        if quoted and content.endswith(quote):
            return content.removesuffix(quote)
    if content.endswith("]") and (place := content.rfind("[引用 ")) >= 0:
        return content[:place]
    below = _QUOTED_BELOW.search(content)
    plain = content[: below.start()] if below else content
    return _ANNOUNCED.sub("", plain, count=1) if _ANNOUNCED.match(plain) else plain
