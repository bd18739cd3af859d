"""The lines of one message in a text: what was typed, and what the program adds around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chatclone_dagster.readers.imessage_exporter import cards
from chatclone_dagster.readers.imessage_exporter.body import Body, kind_of, kind_of_file
from chatclone_dagster.readers.imessage_exporter.chat import DATE

REPLY_NOTE = "This message responded to an earlier message."
_DELETED_NOTE = "This message was deleted from the conversation!"
_REPLY = re.compile(rf"    +{DATE}(?: \(.*\))?\s*")
_FIRST_VERSION = re.compile(rf"{DATE} (.*)")
_NEXT_VERSION = re.compile(r"Edited .{1,80}? later: ?(.*)")
_TAPBACK = re.compile(
    r"\s*(Loved|Liked|Disliked|Laughed|Emphasized|Questioned|(?:[^\x00-\x7f]|[0-9#*]\ufe0f?\u20e3)\S*(?: \S+)?) by (.+?)\s*"
)
_STICKER_TAPBACK = re.compile(r"\s*(?:[A-Z][a-z]+ )?Sticker (?:by|from) (.+?)(?:: .*| not found!)?")
_EFFECT = re.compile(  # one was once misspelt
    r"Sent with (?:Balloons|Celebration|Confetti|Echo|Fireworks|Gentle|Heart|Invisible Ink|Lasers|Loud|Shooting Start?|Slam"
    r"|Sparkles|Spotlight)|com\.apple\.\S+\.effect\.\S+"
)
_SUFFIXES = (
    "jpe?g|png|gif|heics?|heif|tiff?|bmp|webp|svg|mov|mp4|m4v|avi|3gpp?|mkv|m4a|mp3|wav|aac|aiff?|caf|amr|opus|pdf|vcf|ics|txt|rtf"
    "|docx?|xlsx?|pptx?|pages|numbers|key|csv|html?|zip|gz|rar|7z|json|xml|epub|pkpass|usdz|webarchive|pluginPayloadAttachment"
)
_PATH = re.compile(
    rf"(?:~?/|[A-Za-z]:\\|[^\s/:]+/).*\.(?:{_SUFFIXES})|/\S.*/[0-9a-f]{{2}}/[0-9a-f]{{40}}"  # the latter in backups of phones
    r"|(?:(?:Audio Message|Screen ?Shot|Screen Recording).{0,60}|[^\s/:]{1,100})"  # of what is missing only the name is known
    r"\.(?:jpe?g|png|gif|heics?|mov|mp4|m4v|m4a|caf|amr|vcf|pdf|pluginPayloadAttachment)",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(r"(?:You|They) deleted a message\.")  # in the first versions; later it is an announcement
UNSENT_PART = re.compile(r".+ unsent this message part(?: .*after sending)?!")
_PARTS = (
    ("deleted", UNSENT_PART),
    ("location", re.compile(r"(?:(?:Started|Stopped) sharing|Shared) location!|Find My: .*")),
    ("call", re.compile(r"SharePlay Message")),
    (
        "media",
        re.compile(
            r"Attachment (?:missing(?: name metadata)?|does not exist)!|(?:Digital Touch|Handwritten) [Mm]essage"
            r"|Handwritten messages are not yet supported!"
            r"|Digital Touch [A-Z][a-z]+(?: \(.*\))?|Unable to format app message: .*|Photo album: .*"
            rf"|Check[ \xa0]In: .*|(?:Checked in|(?:Was e|E)xpected) at {DATE}|Apple (?:Cash|Pay) transaction: .*"
        ),
    ),
    (
        "sticker",
        re.compile(
            r"(?:[A-Z][a-z]+ )?Sticker from [^:]{1,99}:(?: (?P<file>.+?))??(?: \((?:App|(?:Genmoji p|P)rompt|Effect): .{0,300}\))?"
        ),
    ),
)


@dataclass
class Lines(Body):
    """A body as its lines tell it.

    `replies` are (offset in lines, lines) of the replies repeated below it. `has_preview`: what stood below a link was left out.
    """

    replies: list[tuple[int, list[str]]] = field(default_factory=list)
    has_preview: bool = False


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
    lines = cards.original(_last_version(lines[1:] if deleted else lines, body))
    kinds: list[str] = _kind_of_all(lines)
    if kinds:
        lines = []
    typed: list[str] = []
    for line in lines:
        kind = _part(line.strip(), body)
        if kind:
            kinds.append(kind)
        elif not (kinds and (line.startswith("Transcription: ") or (kinds[-1] == "call" and line == "Ended"))):
            typed.append(line)
    if not kinds and cards.has_preview(typed):
        body.has_preview, typed = True, typed[:1]
    body.text = "\n".join(typed)
    if is_copy:
        body.text = body.text.removeprefix("    ")
    body.kind = kind_of(kinds, has_text=bool(body.text.strip()), is_deleted=deleted)
    return body


def _kind_of_all(lines: list[str]) -> list[str]:
    """The kind of a message whose lines are one thing together."""
    if len(lines) == 1 and _TAKEN_BACK.fullmatch(lines[0]):
        return ["deleted"]
    return ["poll"] if cards.is_poll(lines) else ["media"] if cards.is_card(lines) else []


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
