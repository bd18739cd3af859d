"""The lines of one message in a text: what was typed, and what the program adds around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chatclone_dagster.readers.imessage_exporter.body import Body, kind_of, kind_of_file
from chatclone_dagster.readers.imessage_exporter.chat import DATE

REPLY_NOTE = "This message responded to an earlier message."
_DELETED_NOTE = "This message was deleted from the conversation!"
_REPLY = re.compile(rf"    +{DATE}(?: \([^)]*\))?\s*")
_FIRST_VERSION = re.compile(rf"{DATE} (.*)")
_NEXT_VERSION = re.compile(r"Edited .{1,80}? later: ?(.*)")
_TAPBACK = re.compile(r"\s*(Loved|Liked|Disliked|Laughed|Emphasized|Questioned|[^\x00-\x7f]\S*(?: \S+)?) by (.+?)\s*")
_STICKER_TAPBACK = re.compile(r"\s*Sticker (?:by|from) (.+?)(?:: .*| not found!)?")
_EFFECT = re.compile(
    r"Sent with (?:Balloons|Celebration|Confetti|Echo|Fireworks|Gentle|Heart|Invisible Ink|Lasers|Loud|Shooting Star|Slam|Sparkles"
    r"|Spotlight)"
)
_SUFFIXES = (
    "jpe?g|png|gif|heics?|heif|tiff?|bmp|webp|svg|mov|mp4|m4v|avi|3gpp?|mkv|m4a|mp3|wav|aac|aiff?|caf|amr|opus|pdf|vcf|ics|txt|rtf"
    "|docx?|xlsx?|pptx?|pages|numbers|key|csv|html?|zip|gz|rar|7z|json|xml|epub|pkpass|usdz|webarchive|pluginPayloadAttachment"
)
_PATH = re.compile(rf"(?:~?/|[A-Za-z]:\\|[^\s/:]+/).*\.(?:{_SUFFIXES})", re.IGNORECASE)
UNSENT_PART = re.compile(r".+ unsent this message part(?: .*after sending)?!")
_PARTS = (
    ("deleted", UNSENT_PART),
    ("location", re.compile(r"(?:Started|Stopped) sharing location!")),
    ("call", re.compile(r"SharePlay Message")),
    (
        "media",
        re.compile(
            r"Attachment (?:missing(?: name metadata)?|does not exist)!|(?:Digital Touch|Handwritten) [Mm]essage"
        ),
    ),
    ("sticker", re.compile(r"Sticker from .+?: (?P<file>.+?)(?: \((?:App|Prompt|Effect)[^)]*\))?")),
)


@dataclass
class Lines(Body):
    """A body as its lines tell it; `replies` are (offset in lines, lines) of the replies repeated below it."""

    replies: list[tuple[int, list[str]]] = field(default_factory=list)


def tapback(line: str) -> tuple[str, str] | None:
    """A line below `Tapbacks:` as (reaction, who): `Loved by Me`, `☕️ by Ada`, `Sticker from Ada: path`."""
    if match := _TAPBACK.fullmatch(line):
        return match[1], match[2]
    sticker = _STICKER_TAPBACK.fullmatch(line)
    return ("Sticker", sticker[1]) if sticker else None


def read_body(lines: list[str], *, is_copy: bool = False) -> Lines:
    """Take apart the lines below the sender; `is_copy`: of a reply repeated below what it answers, its first line indented."""
    body = Lines()
    lines = _without_replies(lines, body)
    lines = _without_tapbacks(lines, body)
    while lines and (not lines[-1].strip() or lines[-1].strip() == REPLY_NOTE or _EFFECT.fullmatch(lines[-1].strip())):
        lines.pop()
    deleted = bool(lines) and lines[0].strip() == _DELETED_NOTE
    lines = _last_version(lines[1:] if deleted else lines, body)
    kinds: list[str] = []
    typed: list[str] = []
    for line in lines:
        kind = _part(line.strip(), body)
        if kind:
            kinds.append(kind)
        elif not (kinds and (line.startswith("Transcription: ") or (kinds[-1] == "call" and line == "Ended"))):
            typed.append(line)
    body.text = "\n".join(typed)
    if is_copy:
        body.text = body.text.removeprefix("    ")
    body.kind = kind_of(kinds, has_text=bool(body.text.strip()), is_deleted=deleted)
    return body


def _part(line: str, body: Lines) -> str | None:
    """The kind of a part that is not text; its file goes to the attachments."""
    for kind, pattern in _PARTS:
        if match := pattern.fullmatch(line):
            body.attachments += [file for file in match.groupdict().values() if file]
            return kind
    if not _PATH.fullmatch(line) or "://" in line:
        return None
    body.attachments.append(line)
    return kind_of_file(line)


def _without_replies(lines: list[str], body: Lines) -> list[str]:
    """Take out the indented copies of replies: from a date that is indented to the next one, or to the end of the message."""
    starts = [n for n, line in enumerate(lines[:-1]) if _REPLY.fullmatch(line) and lines[n + 1].startswith("    ")]
    if not starts:
        return lines
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        copy = lines[start:end]
        while copy and (not copy[-1].strip() or copy[-1] == REPLY_NOTE):
            copy.pop()
        body.replies.append((start, copy))
    return lines[: starts[0]]


def _without_tapbacks(lines: list[str], body: Lines) -> list[str]:
    """Take out the sections of tapbacks; older versions of the program call them reactions."""
    kept: list[str] = []
    section = False
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line.strip() in ("Tapbacks:", "Reactions:") and tapback(following):
            section = True
            continue
        found = tapback(line) if section else None
        if found:
            body.reactions.append(found)
        else:
            section = False
            kept.append(line)
    return kept


def _last_version(lines: list[str], body: Lines) -> list[str]:
    """Of a text that was edited, keep the last version: `DATE first`, then `Edited 10 seconds later: second`, …"""
    kept: list[str] = []
    first = 0  # where the version that is being read begins
    versions = False
    for line in lines:
        begins = _FIRST_VERSION.fullmatch(line.strip()) if not versions else None
        follows = _NEXT_VERSION.fullmatch(line) or _NEXT_VERSION.fullmatch(line.strip()) if versions else None
        if begins and any(_NEXT_VERSION.fullmatch(other.strip()) for other in lines):
            versions, first = True, len(kept)
            kept.append(begins[1])
        elif follows:
            body.edited = True
            del kept[first:]
            kept.append(follows[1])
        else:
            kept.append(line)
    return kept
