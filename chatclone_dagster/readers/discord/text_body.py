"""The body of a message in plain text: what was typed, and below it, each after an empty line, what hangs on it.

the text

{Attachments}
https://cdn.discordapp.com/attachments/1/2/picture.png

{Reactions}
😀 (3) wave
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chatclone_dagster.readers.discord import markup, sentences
from chatclone_dagster.readers.discord.message import kind_of_files

_SECTIONS = {
    **dict.fromkeys(("{Attachments}", "{Attachment}"), "files"),
    "{Stickers}": "stickers",
    "{Embed}": "embeds",
    "{Reactions}": "reactions",
    "{Forwarded Message}": "forwarded",
}
_CALL, _EVENT = re.compile(sentences.CALL), re.compile(sentences.EVENT)


@dataclass
class Body:
    """The text, and the lines of each kind of section that is there."""

    text: str
    sections: dict[str, list[str]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What the message is; one that says nothing was a poll or the like, which the format has no words for."""
        if _CALL.fullmatch(self.text):
            return "call"
        if _EVENT.fullmatch(self.text):
            return "system"
        if "files" in self.sections:
            return kind_of_files(self.sections["files"])
        if "stickers" in self.sections:
            return "sticker"
        if self.text:
            return "text"
        return "media" if self.sections.keys() & {"embeds", "forwarded"} else "unavailable"

    @property
    def files(self) -> list[str]:
        """Attachments and stickers as links or paths; of a message that is nothing but a preview, the link it shows."""
        found = [*self.sections.get("files", ()), *self.sections.get("stickers", ())]
        if not found and not self.text:
            found = [line for line in self.sections.get("embeds", ()) if line.startswith("http")][:1]
        return found

    @property
    def reactions(self) -> list[tuple[str, str]]:
        """Emoji; who left them is not said."""
        return markup.counted(" ".join(self.sections.get("reactions", ())))


def read_body(lines: list[str]) -> Body:
    """Take the lines below a header apart. What was forwarded is somebody else's text and is left out."""
    sections: dict[str, list[str]] = {}
    typed: list[str] = []
    target, before = typed, ""
    for number, line in enumerate(lines):
        section = _SECTIONS.get(line) if number and not before.strip() else None
        if section:
            target = sections.setdefault(section, [])
        elif target is typed or line.strip():
            target.append(line)
        before = line
    return Body("\n".join(typed).strip("\n"), sections)
