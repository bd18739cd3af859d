"""What apps show in a message, as lines of a text: previews of links, polls, cards. None of it was typed but the link."""

from __future__ import annotations

import re

_LINK = re.compile(r"https?://\S+")
_PREVIEW_LINES = 4  # a title and a summary, which may have lines of its own
_OPTION = re.compile(r"- .+ \((\d{1,4})\)")
_VOTER = re.compile(r"  - .+")
_APPS = (
    "Activity|Apple Cash|Fitness|Freeform|GamePigeon|Image Search|Keynote|Notes|Numbers|OpenTable|Pages|Photos|Reminders|Spotify"
    r"|[a-z]{2,6}(?:\.[\w-]+){2,}"
)
_CARD = re.compile(rf"(?:{_APPS}) message:(?: .*)?")
_TRANSLATED = "Translated from:"


def is_poll(lines: list[str]) -> bool:
    """Whether lines are the options of a poll, each with how many chose it, and below it who did. A list may look like one."""
    due = 0  # voters still to come
    for line in lines:
        option = _OPTION.fullmatch(line) if due == 0 else None
        if option:
            due = int(option[1])
        elif due and _VOTER.fullmatch(line):
            due -= 1
        else:
            return False
    return bool(lines) and due == 0


def is_card(lines: list[str]) -> bool:
    """Whether lines are what an app sent: `GamePigeon message:` and titles below it. Other names may as well have been typed."""
    return bool(lines) and _CARD.fullmatch(lines[0]) is not None


def has_preview(lines: list[str]) -> bool:
    """Whether lines are a link with title and summary below it. A text that begins with a link is sent as two messages."""
    below = lines[1:]
    if not 0 < len(below) <= _PREVIEW_LINES or not _LINK.fullmatch(lines[0]):
        return False
    return all(line.strip() and not _LINK.search(line) for line in below)


def original(lines: list[str]) -> list[str]:
    """Of a text and its translation what was typed, which stands below it."""
    return lines[lines.index(_TRANSLATED) + 1 :] if _TRANSLATED in lines[1:-1] else lines
