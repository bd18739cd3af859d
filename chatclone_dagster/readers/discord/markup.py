"""Mentions and emoji in a text as Discord keeps it (`<@123>`, `<:wave:123>`), which exports without markdown hold as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"<(?:(?P<sign>@[!&]?|#)(?P<id>\d{1,20})|a?:(?P<emoji>\w{1,40}):\d{1,20}|(?P<command>/[^<>:\n]{1,100}):\d{1,20})>"
)
_CUSTOM = re.compile(r"\w+", re.ASCII)
_COUNTED = re.compile(r"([^\s,]+)(?: \((\d{1,9})\))?")
_MOST = 100  # reactions of one kind that are listed one by one where nobody is named; a post may have thousands


@dataclass
class Names:
    """Names by id, as far as an export has them."""

    people: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)


def plain(text: str, names: Names, mentioned: Mapping[str, str] | None = None) -> str:
    """The text as the app shows it, and as exports with markdown have it: `@Ada`, `#general`, `:wave:`, `/roll`.

    `mentioned` are the people that the message itself names. A mention of somebody unknown is left as it is.
    """
    if "<" not in text:
        return text

    def shown(match: re.Match[str]) -> str:
        if match["emoji"]:
            return f":{match['emoji']}:"
        if match["command"]:
            return match["command"]
        known = names.channels if match["sign"] == "#" else names.roles if match["sign"] == "@&" else names.people
        name = (mentioned or {}).get(match["id"]) if known is names.people else None
        name = name or known.get(match["id"])
        return match["sign"][0] + name if name else match[0]

    return _TOKEN.sub(shown, text)


def emoji(name: str) -> str:
    """An emoji of a reaction as texts have it: a server's own emoji goes by a name in ASCII."""
    return f":{name}:" if _CUSTOM.fullmatch(name) else name


def nameless(shown: str, count: int) -> list[tuple[str, str]]:
    """So many reactions of people whom the export does not name."""
    return [(shown, "")] * min(count, _MOST)


def counted(written: str) -> list[tuple[str, str]]:
    """Reactions as CSV and plain text have them: `😀 (3),wave (1)`, `😀 (3) wave`."""
    return [
        reaction for name, count in _COUNTED.findall(written) for reaction in nameless(emoji(name), int(count or 1))
    ]
