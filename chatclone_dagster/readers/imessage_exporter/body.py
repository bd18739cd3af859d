"""What a message says, and what kind of message its parts make it, whichever form it was exported in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_VOICE = re.compile(r"audio message[^/]*$")


@dataclass
class Body:
    """A message without its header."""

    kind: str = "text"
    text: str = ""
    edited: bool = False
    attachments: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)


def kind_of_file(path: str) -> str:
    """The kind of a message that is one file."""
    name = path.casefold()
    voice = name.endswith((".caf", ".amr")) or _VOICE.search(name)
    return "voice" if voice else "contact" if name.endswith(".vcf") else "media"


def kind_of(kinds: list[str], *, has_text: bool, is_deleted: bool) -> str:
    """The kind of a message from those of its parts that are no text."""
    if is_deleted:
        return "deleted"
    there = [kind for kind in kinds if kind != "deleted"]
    if there:
        return there[0] if len({*there}) == 1 else "media"
    return "text" if has_text else "deleted" if kinds else "unavailable"
