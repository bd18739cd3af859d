"""Which client or bot wrote a log, as far as its form tells: the shape of the times, and how a nick is set off from the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatclone_dagster.readers.irc import lines
from chatclone_dagster.readers.irc.calendar import CONVERSATION, day_in
from chatclone_dagster.readers.irc.stamps import IN_PARENTHESES, shape_of

_ENOUGH = 400  # lines
_PROTOCOLS = "irc|jabber|xmpp|aim|icq|msn|yahoo|gg|gadu-gadu|groupwise|novell|sametime|simple|bonjour|qq|zephyr|mxit|prpl-[\\w-]+"
PIDGIN = re.compile(rf"Conversation with (?P<title>.+?) at .{{5,60}} on (?P<account>\S.*) \((?:{_PROTOCOLS})\)\s*")
_PIDGIN_ABROAD = re.compile(rf"{CONVERSATION}.{{5,200}} \((?P<protocol>{_PROTOCOLS})\)\s*")
_HEADER = re.compile(r"Session (?:Ident|Close)|IRC log |\*{4} |--- |Logfile |Log (?:opened|closed|file)")
_WITHOUT_TIME = ("===", "-!-", "***")  # some bots put no time before what the network reports
_MARKUP = re.compile(r"</\w+>|<!DOCTYPE|<\?xml|^\s*[{\[]\s*[{\"]", re.IGNORECASE)


@dataclass(frozen=True)
class Form:
    """`shapes` of the times, if there are any; how the rest is read; whether a line without a time goes on with the last."""

    name: str
    shapes: tuple[re.Pattern[str], ...]
    style: lines.Style
    goes_on: bool = False
    confidence: float = 0.95

    def stamp_in(self, line: str) -> re.Match[str] | None:
        """The time at the start of a line."""
        return next((found for shape in self.shapes if (found := shape.match(line))), None)


def is_header(line: str) -> bool:
    """Whether a line without a time only says that a log begins or ends."""
    return _HEADER.match(line) is not None


def form_of(head: str) -> Form | None:
    """Recognise a log by its first lines; None if they are none of a log."""
    written = [line for raw in head.split("\n") if (line := lines.plain(raw.rstrip("\r"))).strip()][:_ENOUGH]
    if not written or _MARKUP.search(written[0]):
        return None
    dated = any(day_in(line, None) for line in written)
    body = [line for line in written if day_in(line, None) is None and not is_header(line)]
    timed = [line for line in body if not line.startswith(_WITHOUT_TIME)]
    shape = shape_of(timed) if timed else None
    headed = _PIDGIN_ABROAD.fullmatch(written[0])
    if headed and shape in IN_PARENTHESES:
        style = lines.pidgin_irc if headed["protocol"].endswith("irc") else lines.pidgin
        return Form("pidgin", IN_PARENTHESES, style, goes_on=True)  # what came late has its day too
    if not body:
        return Form("irc", (), lines.angle, confidence=0.9) if dated else None
    if shape is None:
        return _without_times(body, dated=dated)
    stamps = [found for line in body if (found := shape.match(line))]
    rests = [found.string[found.end() :] for found in stamps]
    unstamped = [line for line in body if not shape.match(line)]
    is_zoned = all(found.groupdict().get("zone") for found in stamps)
    return (
        _weechat(shape, rests, unstamped)
        or _usual(shape, rests, unstamped, dated=dated)
        or (_textual(shape, rests) if is_zoned else None)
    )


def _without_times(body: list[str], *, dated: bool) -> Form | None:
    """mIRC writes no times unless told to. Angles alone could be markup too."""
    found = [lines.angle(line) for line in body]
    sure = 10 * sum(line.strong for line in found) >= 9 * len(body) and any(line.strong and line.nick for line in found)
    if not sure or any(_MARKUP.search(line) for line in body):
        return None
    return Form("irc without times", (), lines.angle, confidence=0.95 if dated else 0.5)


def _weechat(shape: re.Pattern[str], rests: list[str], unstamped: list[str]) -> Form | None:
    """A whole date and two tabs. So may a table be, unless nicks have their modes or signs stand in their place."""
    tabs = [lines.tabbed(rest) for rest in rests if "\t" in rest]
    angles = sum(lines.SAID.match(rest) is not None for rest in rests)
    if "m" not in shape.groupindex or 3 * len(tabs) < 2 * (len(rests) + len(unstamped)) or 2 * angles >= len(tabs):
        return None
    sure = any(line.strong for line in tabs)
    return Form("weechat", (shape,), lines.tabbed, goes_on=True, confidence=0.95 if sure else 0.5)


def _usual(shape: re.Pattern[str], rests: list[str], unstamped: list[str], *, dated: bool) -> Form | None:
    """Nicks in angles, or signs, in most lines."""
    found = [lines.angle(line) for line in (*rests, *unstamped)]
    strong = sum(line.strong for line in found)
    said = any(line.strong and line.nick for line in found)
    if 2 * strong >= len(found) and (said or dated or strong == len(found)):
        return Form("irc", (shape,), lines.angle)
    return Form("irc", (shape,), lines.angle, confidence=0.8) if dated and 4 * strong >= len(found) else None


def _textual(shape: re.Pattern[str], rests: list[str]) -> Form | None:
    """Nicks and colons, but only behind times with a zone: other apps write nearly the same."""
    colons = sum(lines.coloned(rest).strong for rest in rests)
    return Form("textual", (shape,), lines.coloned) if 3 * colons >= 2 * len(rests) else None
