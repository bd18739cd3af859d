"""Which chat a file holds: its channel's id, name and kind, from what the export says or from the name of the file.

DiscordChatExporter names its files `Server - Category - channel [1234567890] (after 2024-01-01) [part 2].json`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from chatclone_dagster.readers.contract import ExportFile

DIRECT = "Direct Messages"
"""What DiscordChatExporter calls the server of chats that are in none."""
NO_NUMBER = r"#0{1,4}$"
"""What some exports add to the name of an account that has no number."""
_ADDED = re.compile(r"(?: \[part \d+\]| \((?:\d{1,3}|(?:after |before )?\d{4}-\d\d-\d\d(?: to \d{4}-\d\d-\d\d)?)\))$")
_NAMED = re.compile(r"(?:(?P<title>.*?) ?\[(?P<id>\d{15,20})\]|(?P<only>\d{15,20}))")
_PAIR = frozenset(("DirectTextChat", "DM", "1"))
_PRIVATE, _GROUP = "Private", "Group"


@dataclass(frozen=True, slots=True)
class Chat:
    """What is the same for all messages of a file: the channel's id, if known, its name, and in which server it is."""

    id: str | None
    name: str
    is_group: bool | None
    server: str = ""

    @property
    def key(self) -> str:
        """What tells it from other chats."""
        return self.id or (f"{self.server} / {self.name}" if self.server else self.name)


def is_group(kind: Any) -> bool | None:
    """Whether a channel of this kind holds more than two people: by the exporter's name of it, the package's, or its number."""
    return str(kind) not in _PAIR if isinstance(kind, str | int) and str(kind) else None


def is_group_in(server: str, category: str) -> bool | None:
    """The same by the names of the server and the category that an export gives a channel."""
    if server != DIRECT:
        return True if server else None
    return {_PRIVATE: False, _GROUP: True}.get(category)


def of_name(file: ExportFile) -> Chat:
    """The chat by the name of its file; the same for all parts of an export."""
    stem = file.stem
    while (shorter := _ADDED.sub("", stem)) != stem:
        stem = shorter
    named = _NAMED.fullmatch(stem)
    if named is None or named["only"]:
        return Chat(named["only"] if named else None, stem, None)
    server, *between = (named["title"] or named["id"]).split(" - ")
    if not between:
        return Chat(named["id"], server, None)
    return Chat(named["id"], between[-1], is_group_in(server, between[0] if len(between) > 1 else ""))
