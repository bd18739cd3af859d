"""What the outputs of sigtop (tbvdm/sigtop, `export-messages`) share: names of chats and people, which it writes with a detail."""

from __future__ import annotations

import re

_DETAIL = re.compile(
    r"(.*\S) \((group|\+\d{4,20}|[0-9a-f]{8}-[0-9a-f-]{27}|[^\s()]+\.\d{2,})\)", re.IGNORECASE | re.DOTALL
)
OWNER = "You"


def name_and_key(written: str) -> tuple[str, str]:
    """`Ada (+15550100)` → the name, and what the person or chat is told by: the detail unless that only says `group`."""
    found = _DETAIL.fullmatch(written.strip())
    if found is None:
        return written.strip(), written.strip()
    return found[1], written.strip() if found[2] == "group" else found[2]


def is_group(written: str) -> bool | None:
    """What a chat's name with its detail says; None if it has none."""
    found = _DETAIL.fullmatch(written.strip())
    return found[2] == "group" if found else None


def kind_of_type(type_: str) -> str | None:
    """What a message is whose type is not `incoming` or `outgoing`; None for those two."""
    if type_ in ("incoming", "outgoing"):
        return None
    return "call" if type_ == "call-history" else "system"
