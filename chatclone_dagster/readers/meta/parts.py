"""What an HTML page shows of a message, as the message that it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml.etree import _Element as Element

from chatclone_dagster.readers.files.html_file import has_class, text_of
from chatclone_dagster.readers.meta.schema import Message
from chatclone_dagster.readers.times.written import is_written_time

_WRAPPERS = frozenset(("div", "p", "section", "span"))
_NOT_TYPED = ("div", "p", "section", "ul", "table", "img", "video", "audio")
_TYPED = slice(1, 2)  # of three parts and more, the one that holds what was typed, however many of the others are empty
_FOLDER = re.compile(r"(?:^|/)(audio|gifs|photos|stickers_used|videos)/[^/]+$")
_BY_FOLDER = {
    "audio": "audio_files",
    "gifs": "gifs",
    "photos": "photos",
    "stickers_used": "sticker",
    "videos": "videos",
}
_BY_TAG = {"img": "photos", "video": "videos", "audio": "audio_files", "a": "files"}
_NO_PATH = ("#", "data:", "javascript:")
_DURATION = "_idm"  # the class of how long a call took
_SHOWN = r"[^\w\s\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"
_TONE = r"[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_EMOJI = re.compile(rf"[\U0001f1e6-\U0001f1ff]{{2}}|[#*0-9]\ufe0f?\u20e3|{_SHOWN}{_TONE}(?:\u200d{_SHOWN}{_TONE})*")
_LEFT_AT = re.compile(r"\(([^()]*)\)$")


def message_of(sender: str | None, body: Sequence[Element]) -> Message:
    """One message, without its time; `body` are the elements between the sender and the time."""
    parts, has_layout = _parts(body)
    typed = [part for part in (parts[_TYPED] if has_layout else parts) if _is_typed(part, anything=has_layout)]
    message = Message(sender_name=sender, content="\n".join(map(_text, typed)))
    seen: set[str] = set()
    for part in parts:
        for kind, path in () if part in typed else _paths(part):
            if path not in seen:
                seen.add(path)
                _attach(message, kind, path)
    message.reactions = [reaction for part in parts for reaction in _reactions(part)] or None
    if any(has_class(inner, _DURATION) for part in parts for inner in part.iter("span")) and not seen:
        message.call_duration = 0
    return message


def _parts(body: Sequence[Element]) -> tuple[list[Element], bool]:
    """The parts of a message, and whether they are laid out in fixed places."""
    if len(body) == 1:
        inner = [found for found in _unwrapped(body[0]) if isinstance(found.tag, str)]
        if any(found.tag in _WRAPPERS for found in inner):
            has_layout = len(inner) > 2 and any(not len(found) and not found.text for found in inner)
            return list(map(_unwrapped, inner)), has_layout
    return list(map(_unwrapped, body)), False


def _unwrapped(element: Element) -> Element:
    """The innermost element that holds all that one holds."""
    while len(element) == 1 and element[0].tag in _WRAPPERS:
        if (element.text or "").strip() or (element[0].tail or "").strip():
            break
        element = element[0]
    return element


def _is_typed(part: Element, *, anything: bool) -> bool:
    """Whether a part is text, and not only a link, unless a link may have been typed in that place."""
    if part.tag in _NOT_TYPED[3:] or next(part.iterdescendants(*_NOT_TYPED), None) is not None:
        return False
    text = "".join(part.itertext()).strip()
    links = "".join("".join(link.itertext()).strip() for link in part.iter("a"))
    return bool(text) and (anything or text != links)


def _text(part: Element) -> str:
    """What was typed: line ends as `<br>`, or as they are in the page where it has none of those; not those around it."""
    text = text_of(part, verbatim=next(part.iter("br"), None) is None)
    begin, end = text.lstrip(), text.rstrip()
    after = "" if "\n" in text[len(end) :] else text[len(end) :]
    before = "" if "\n" in text[: len(text) - len(begin)] else text[: len(text) - len(begin)]
    return f"{before}{text.strip()}{after}"


def _paths(part: Element) -> Iterator[tuple[str, str]]:
    """The member of a message that a file or link belongs to, and its path."""
    for element in part.iter(*_BY_TAG):
        inner = next(element.iter("source"), None)
        path = element.get("src") or element.get("href") or ("" if inner is None else inner.get("src")) or ""
        if path and not path.startswith(_NO_PATH):
            folder = _FOLDER.search(path)
            link = "share" if element.tag == "a" and "://" in path else _BY_TAG[str(element.tag)]
            yield (_BY_FOLDER[folder[1]] if folder else link), path


def _attach(message: Message, kind: str, path: str) -> None:
    if kind == "sticker" and message.sticker is None:
        message.sticker = {"uri": path}
    elif kind == "share" and message.share is None:
        message.share = {"link": path}
    else:
        name = "files" if kind in ("sticker", "share") else kind
        if getattr(message, name) is None:
            setattr(message, name, [])
        getattr(message, name).append({"uri": path})


def _reactions(part: Element) -> Iterator[dict[str, str]]:
    """Reactions, written as emoji, name and sometimes a time in brackets."""
    for line in part.iter("li"):
        text = text_of(line)
        left_at = _LEFT_AT.search(text)
        if left_at and is_written_time(left_at[1]):
            text = text[: left_at.start()].rstrip()
        emoji = _EMOJI.match(text)
        end = emoji.end() if emoji else 0
        yield {"reaction": text[:end] or text, "actor": text[end:].strip() if end else ""}
