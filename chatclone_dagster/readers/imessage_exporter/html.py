"""The HTML form.

    <div class="message" id="r-GUID">                   the id only of replies at their own time
      <div class="sent iMessage">                       or `received`: who is the owner needs no guess
        <p><span class="timestamp"><a href="sms://open?message-guid=GUID">May 17, 2022  5:29:42 PM</a> (Read by …)</span>
           <span class="sender">Me</span></p>
        <div class="message_part"><span class="bubble">the text</span></div>
        <div class="tapbacks"><div class="tapback"><span class="tapback"><b>Loved</b> by Ada</span></div></div>
        <div class="replies"><div class="reply" id="GUID"><div class="message">the reply again</div></div></div>

`<div class="announcement">` holds a time and a sentence. The first versions know no guids, call tapbacks reactions, and have
replies only below what they answer. A part is a bubble, the versions of an edited text, a file, a sticker, or an app's card; of a
link's card the link is what was typed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, Sniff, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.html_file import all_of, blocks, first, has_class, text_of
from chatclone_dagster.readers.imessage_exporter.body import Body, kind_of
from chatclone_dagster.readers.imessage_exporter.chat import DATE, ME, Chat, is_about_group
from chatclone_dagster.readers.imessage_exporter.parts import read_part

_BLOCK = re.compile(r'<div class ?="(?:message|announcement)"')
_MOMENT = re.compile(rf'class="timestamp">\s*(?:<a [^>]{{0,300}}>)?\s*{DATE}')
_STYLE = ("span.timestamp", "span.sender", "span.bubble")  # of a page that no message was written to
_SURVEYED = re.compile(
    rb'<div class="(?P<direction>sent|received)\b[^"]*">|class="sender">(?P<name>[^<]{1,400})<'
    rb'|class="message",? id="r-(?P<reply>[^"]{1,100})"|(?P<note>class="reply_context")'
    rb'|class ?="announcement">(?=(?P<said>[^\x00]{0,600}))'
)
_TAG = re.compile(r"<[^>]*>")
_DATE = re.compile(DATE)
_GUID = re.compile(r"message-guid=([^&]+)")
_NOT_OWN = ("replies", "tapbacks", "reactions")
_UNKNOWN = "Unknown"


def sniff(file: ExportFile) -> Sniff | None:
    """Claim pages with messages as this program writes them; one without any has nothing to read."""
    head = text.head_text(file)
    if _BLOCK.search(head) and _MOMENT.search(head):
        return Sniff(0.95, "html")
    return Sniff(0.9, COMPANION) if all(sign in head for sign in _STYLE) and not _BLOCK.search(head) else None


def read(file: ExportFile, out: Out) -> None:
    """Read a conversation; positions count its messages.

    Raises:
        UnreadableError: there is no message in it.
    """
    page = _Page(*_survey(file), out)
    for block in blocks(file, ("message", "announcement"), out):
        page.read(block)
    if not page.position and not out.issues().height:
        raise UnreadableError("no message of imessage-exporter")
    out.fact(variant="html")


@dataclass
class _Replies:
    """Which replies stand at their own time: those with these guids, and whether those without one do."""

    guids: set[str] = field(default_factory=set)
    unnamed: bool = False


def _survey(file: ExportFile) -> tuple[Chat, _Replies]:
    """First pass: who sends and who receives, and what is only said of groups; which replies stand at their own time."""
    names: dict[str, set[str]] = {"sent": set(), "received": set()}
    replies = _Replies()
    direction, group = "", False
    for block in text.blocks(file):
        for match in _SURVEYED.finditer(block):
            found = match[match.lastgroup or 0].decode(errors="replace")
            match match.lastgroup:
                case "direction":
                    direction = found
                case "name" if direction:
                    names[direction].add(html.unescape(found).strip())
                case "reply":
                    replies.guids.add(found)
                case "note":
                    replies.unnamed = True
                case "said":
                    said = html.unescape(_TAG.sub("", found.split("</p>", 1)[0]))
                    group = group or is_about_group(_DATE.sub("", said, count=1).strip())
    others = frozenset(names["received"] - {_UNKNOWN})
    return Chat.of(file, others, frozenset(names["sent"] | {ME}), is_group=group), replies


class _Page:
    """Reads blocks one after the other; a reply says only that it is one, so what it answers is kept until it comes."""

    def __init__(self, chat: Chat, replies: _Replies, out: Out) -> None:
        self.position = 0
        self._chat, self._replies, self._out = chat, replies, out
        self._answered: dict[str, str] = {}

    def read(self, block: Element) -> None:
        """Hand on a message with the replies below it, or an announcement."""
        if has_class(block, "announcement"):
            said = " ".join(text_of(block).split())
            found = _DATE.search(said)
            written, said = (found[0], said[found.end() :].strip()) if found else ("", said)
            self._chat.announcement(self._next(), written, said, self._out)
            return
        answered = self._message(block, answers=None, is_below=False)
        for reply in all_of(block, "message"):
            self._message(reply, answers=answered, is_below=True)

    def _next(self) -> int:
        self.position += 1
        return self.position - 1

    def _message(self, message: Element, *, answers: str | None, is_below: bool) -> str | None:
        """Hand on one message, `is_below` the one it answers; its guid."""
        position = self._next()
        own = list(_own(message))
        named = {name: element for element in reversed(own) for name in (element.get("class") or "").split()}
        stamp, sender = named.get("timestamp"), named.get("sender")
        written = _DATE.search(text_of(stamp)) if stamp is not None else None
        if stamp is None or written is None or sender is None:
            self._out.issue(position, "a message without a time or a sender", is_row=True)
            return None
        guid = next((found[1] for a in stamp.iter("a") if (found := _GUID.search(a.get("href") or ""))), None)
        is_copy = is_below and (guid in self._replies.guids if guid else self._replies.unnamed)
        if is_copy and guid and answers:
            self._answered[guid] = answers
        self._chat.message(
            position,
            written[0],
            text_of(sender).strip(),
            _body(own, named),
            self._out,
            from_owner="sent" in named,
            platform_id=None if is_copy else guid,
            reply_to=answers or (self._answered.pop(guid, None) if guid else None),
            folded="reply_copy" if is_copy else None,
        )
        return guid


def _own(message: Element) -> Iterator[Element]:
    """The elements of a message, those of replies and tapbacks left out; of these only the element that holds them all."""
    for inner in message:
        if isinstance(inner.tag, str):
            yield inner
            if not any(has_class(inner, name) for name in _NOT_OWN):
                yield from _own(inner)


def _body(own: list[Element], named: dict[str, Element]) -> Body:
    body = Body()
    typed = [text_of(named["subject"], verbatim=True)] if "subject" in named else []
    kinds = [kind for name, kind in (("shareplay", "call"), ("shared_location", "location")) if name in named]
    for element in own:
        if has_class(element, "message_part"):
            part = read_part(element)
            typed += part.text
            kinds += part.kinds
            body.attachments += part.files
            body.edited |= part.edited
        elif any(has_class(element, name) for name in ("tapbacks", "reactions")) and element.tag == "div":
            body.reactions += _tapbacks(element)
    body.text = "\n".join(typed)
    only_stickers = bool(body.text.strip()) and {*kinds} == {"sticker"}
    body.kind = kind_of([] if only_stickers else kinds, has_text=bool(body.text.strip()), is_deleted="deleted" in named)
    return body


def _tapbacks(section: Element) -> Iterator[tuple[str, str]]:
    """(reaction, who) of each tapback below a part; a sticker is a picture."""
    for element in section:
        if element.tag != "div" or not (has_class(element, "tapback") or has_class(element, "reaction")):
            continue
        said = first(element, "sticker_tapback")
        if said is None:
            said = next((inner for inner in element if inner.tag == "span"), element)
        name = next((text_of(inner).strip() for inner in said.iter("b")), "Sticker")
        who = re.search(r"(?:^|\s)(?:by|from) (.+?)(?: not found!)?\s*$", text_of(said).replace("\u00a0", " "))
        yield name, who[1] if who else _UNKNOWN
