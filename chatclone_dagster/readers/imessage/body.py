"""What a message says: its text from the columns `text` and `attributedBody`, and what was edited or taken back since.

macOS 11 and later leave `text` empty and keep the text in `attributedBody`: a typedstream, or (rarely) what NSKeyedArchiver writes.
U+FFFC stands in a text for an attachment, U+FFFD for an app's balloon. A message has parts, shown as bubbles of their own; which
part a stretch of the text belongs to is one of its attributes.

`message_summary_info` is a property list. `ec`: part → its versions, the first one first, each with `d` (seconds since 2001) and
`t` (a typedstream); `rp`: parts that were taken back; `otr`: part → where it stood in the text as it was sent.
"""

from __future__ import annotations

import plistlib
import struct
from dataclasses import dataclass, field
from typing import Any

from chatclone_dagster.readers.imessage import attributed
from chatclone_dagster.readers.imessage.attributed import Attributed, Run

ATTACHMENT, BALLOON = "\ufffc", "\ufffd"
_PART, _FILE = "__kIMMessagePartAttributeName", "__kIMFileTransferGUIDAttributeName"
_EDITED, _TAKEN_BACK = b"\x52ec", b"\x52rp"  # the keys as a binary property list writes them
_PLIST_ERRORS = (ValueError, LookupError, TypeError, OverflowError, RecursionError, AttributeError, struct.error)


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says. `files` are the ids of the attachments in the text, in its order; `holes` how many there are."""

    text: str = ""
    edited: bool = False
    taken_back: bool = False
    holes: int = 0
    files: list[str] = field(default_factory=list)
    damaged: bool = False


def body_of(text: Any, blob: Any, summary: Any) -> Body:
    """Put together a message's body from its columns."""
    whole, damaged = _attributed(text, blob)
    versions, gone, sent = _summary(summary)
    if not whole.text and versions:
        whole = Attributed("\n".join(version for part, version in sorted(versions.items()) if part not in gone))
    plain = _typed(whole)
    return Body(
        text=plain,
        edited=bool(versions),
        taken_back=bool(gone) and (sent <= gone if sent else not whole.text),
        holes=whole.text.count(ATTACHMENT),
        files=[name for run in whole.runs if isinstance(name := run.attributes.get(_FILE), str)],
        damaged=damaged,
    )


def decode(blob: bytes) -> Attributed:
    """The text in `attributedBody`, or in a version of an edited message.

    Raises:
        ValueError: there is no text in it.
    """
    return Attributed(_archived(blob)) if blob.startswith(b"bplist") else attributed.read(blob)


def property_list(data: Any) -> Any:
    """What a binary property list holds; None for everything else."""
    if not isinstance(data, bytes) or not data.startswith(b"bplist00"):
        return None
    try:
        return plistlib.loads(data, fmt=plistlib.FMT_BINARY)
    except _PLIST_ERRORS:
        return None


def _attributed(text: Any, blob: Any) -> tuple[Attributed, bool]:
    """The text with its runs, and whether there was one that could not be read."""
    plain = text if isinstance(text, str) else ""
    if not isinstance(blob, bytes) or not blob or (plain and ATTACHMENT not in plain):
        return Attributed(plain), False
    try:
        found = decode(blob)
    except ValueError:
        return Attributed(plain), not plain
    return (found if not plain or found.text == plain else Attributed(plain)), False


def _archived(data: bytes) -> str:
    """The text of an attributed string as NSKeyedArchiver writes it."""
    archive = property_list(data)
    objects = archive.get("$objects") if isinstance(archive, dict) else None
    for item in objects if isinstance(objects, list) else ():
        text = _referred(item.get("NSString"), objects) if isinstance(item, dict) else None
        if isinstance(text, dict):
            text = _referred(text.get("NS.string", text.get("NS.bytes")), objects)
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        if isinstance(text, str):
            return text
    raise ValueError("no archive with a text")


def _referred(value: Any, objects: Any) -> Any:
    """What a reference in an archive stands for."""
    if isinstance(value, plistlib.UID):
        return objects[value.data] if value.data < len(objects) else None
    return value


def _summary(data: Any) -> tuple[dict[int, str], set[int], set[int]]:
    """By part, the last version of what was edited; the parts taken back; the parts there were when it was sent."""
    if not isinstance(data, bytes) or not (_EDITED in data or _TAKEN_BACK in data):
        return {}, set(), set()
    found = property_list(data)
    if not isinstance(found, dict):
        return {}, set(), set()
    versions = {}
    for part, history in _numbered(found.get("ec")).items():
        last = history[-1] if isinstance(history, list) and history else None
        written = last.get("t") if isinstance(last, dict) else None
        try:
            versions[part] = decode(written).text if isinstance(written, bytes) else ""
        except ValueError:
            versions[part] = ""
    taken_back = found.get("rp")
    gone = {part for part in taken_back if isinstance(part, int)} if isinstance(taken_back, list) else set()
    return versions, gone, set(_numbered(found.get("otr")))


def _numbered(value: Any) -> dict[int, Any]:
    """A dictionary whose keys are numbers as text."""
    items = value.items() if isinstance(value, dict) else ()
    return {int(key): item for key, item in items if isinstance(key, str) and key.isdecimal() and len(key) < 9}


def _typed(whole: Attributed) -> str:
    """The text without what stands in it for attachments; parts, and pieces around an attachment, on lines of their own."""
    if ATTACHMENT not in whole.text:
        return whole.text.strip(BALLOON) if whole.text.startswith(BALLOON) else whole.text
    pieces = _parts(whole) if whole.runs else whole.text.split(ATTACHMENT)
    return "\n".join(piece for piece in pieces if piece.strip())


def _parts(whole: Attributed) -> list[str]:
    """The text of each part. An emoji that is a picture stands within a part."""
    pieces: list[str] = []
    before: Any = object()
    for run in whole.runs:
        part = run.attributes.get(_PART, before)
        piece = _of(run, whole.text)
        if part == before and pieces:
            pieces[-1] += piece
        else:
            pieces.append(piece)
        before = part
    return pieces


def _of(run: Run, text: str) -> str:
    return text[run.start : run.end].replace(ATTACHMENT, "")
