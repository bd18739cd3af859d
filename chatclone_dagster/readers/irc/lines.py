"""What stands behind the time of a line: somebody says or does something, or the client reports something.

    <@ada> hello                    most clients (irssi pads the nick with a blank, HexChat puts a tab behind it)
    @ada<tab>hello                  WeeChat
    ada: hello                      Pidgin, old Textual
    * ada waves                     /me; also `Action: ada waves`, `***ada waves`, and where nothing else fits `=== ada waves`
    -ada:#chess- hello              a notice
    -!- ada [~a@host] has joined    a report; also `*** Joins: ada`, `=== ada is now known as ada_`, `<-- ada has quit`

Many clients put the same sign before what somebody does and what they report; that is told by the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_FORMATTING = re.compile(
    r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|\x1b\[[\d;]{0,20}m|[\x02\x0f\x11\x16\x1d\x1e\x1f]"
)
_FORMATTED = re.compile(r"[\x02-\x04\x0f\x11\x16\x1b\x1d-\x1f]")
FORMATTING_BYTES = bytes((2, 3, 4, 15, 17, 22, 27, 29, 30, 31))

_MODES = "~&@%+"
SAID = re.compile(rf"< ?[{_MODES}]*([^<>\s{_MODES}][^<>]{{0,80}}?)(?:[:/][#&][^<>\s]*)?>(?:[ \t](.*)|)", re.DOTALL)
_NOTICE = re.compile(r"-([^\s!()<>:-][^\s!()<>:]{0,60})(?:[(:][^\s]{1,120})?-(?: (.*)|\t(.*)|)", re.DOTALL)
_DOES = re.compile(r"(?:\*{1,2}|•)[ \t]+(\S+)(?: (.*)|)", re.DOTALL)
_ACTION = re.compile(r"Action: (\S+) (.*)", re.DOTALL)
_REPORT = re.compile(r"(?:-!-|===|=-=|=!=|---|\*\*\*|-->\|?|\|?<--\|?|->|<-|--|!!!|\|-->)(?:[ \t]+|$)(.*)", re.DOTALL)
_HOST = r"(?:[\[(<][^\s\])>]*[\])>] +)"
EVENT = re.compile(
    rf"\S+ +{_HOST}?(?:is now known as \S+$|(?:has )?(?:joined|left|quit|parted)(?: [#&+!(\[]| the (?:room|channel)| IRC|$)"
    r"|(?:Quit|quit) [(\[]|sets? (?:channel )?(?:modes?|keyword|limit)\b|(?:sets|removes) (?:ban|exempt|invite)"
    r"|(?:gives|removes) (?:channel |voice|operator|half)|(?:has )?(?:set|sets|change|changed|changes)(?: the)? topic\b"
    r"|(?:was|has been) kicked |has kicked |kicked \S+ from |\[[+-]\w+[^\]]*\] +by )"
    rf"|\S+ +{_HOST}(?:has |Quit|quit|joined|left)"
    r"|(?:Joins|Parts|Quits|Kicks|Topic|Mode|Nick change): |Now talking |Topic (?:is|for|on|set) |Set by |Users on "
    r"|(?:mode|Mode)[/ ]|(?:Dis)?[Cc]onnect(?:ed|ing)\b|Rejoined |You (?:have|are|were|left) |Attempting |Retrieving "
    r"|Looking up |Channel \S+ |Netsplit "
)
"""What clients report behind the same sign as what somebody does."""
RENAMED = re.compile(r"\bis now known as \S|^Nick change: ")
_TAB = re.compile(rf"[ {_MODES}]*([^\t]{{0,80}})\t(.*)", re.DOTALL)
_TAB_REPORTS = ("-->", "<--", "--", "=!=", "", "ℹ", "⚡", "—", "-!-")
_TAB_NOTICE = re.compile(r"(?:Notice|PvNotice)\(([^\s()]+)\)(?: -> \S+)?: (.*)", re.DOTALL)
_COLON = re.compile(r"([^\s:<>*][^\s:]{0,60}): (.*)", re.DOTALL)
_COLON_WITH_BLANKS = re.compile(r"(?!The topic for |Topic )([^\s:<>*][^:]{0,60}): (.*)", re.DOTALL)
_PIDGIN_DOES = re.compile(r"\*{3}(\S+) (.*)", re.DOTALL)
_SERVICES = re.compile(r"(?:nick|chan|memo|oper|host|bot|help|info|sasl|auth|user)serv|global|auth|[ql]", re.IGNORECASE)
ME = "/me "


@dataclass(frozen=True, slots=True)
class Line:
    """Who said what; without a nick it is a report. `strong`: only a log has lines of this form."""

    nick: str | None
    text: str
    strong: bool = True


Style = Callable[[str], Line]


def plain(line: str) -> str:
    """A line without the codes for colour, bold and the like."""
    return _FORMATTING.sub("", line) if _FORMATTED.search(line) else line


def angle(rest: str) -> Line:
    """What stands behind the time in the logs of most clients."""
    rest = rest.lstrip(" \t")
    if found := SAID.fullmatch(rest):
        return Line(found[1], found[2] or "")
    return _signed(rest) or Line(None, rest, strong=False)


def _signed(rest: str) -> Line | None:
    """What begins with a sign, or with the word of eggdrop's."""
    if found := _REPORT.fullmatch(rest):
        does = rest.startswith("===") and not EVENT.match(found[1]) and re.fullmatch(r"(\S+) (.*)", found[1], re.DOTALL)
        return Line(does[1], ME + does[2]) if does else Line(None, found[1])
    if found := _DOES.fullmatch(rest) or _ACTION.fullmatch(rest):
        is_event = rest.startswith("*") and EVENT.match(rest.lstrip("* \t"))
        return Line(None, rest.lstrip("* \t")) if is_event else Line(found[1].lstrip(_MODES), ME + (found[2] or ""))
    if (found := _NOTICE.fullmatch(rest)) and "." not in found[1]:
        return _notice(found[1], found[2] or found[3] or "")
    return None


def _notice(nick: str, text: str) -> Line:
    """Services of the network answer by notice; they are no people."""
    return Line(None if _SERVICES.fullmatch(nick) else nick, text)


def tabbed(rest: str) -> Line:
    """WeeChat's: a nick or a sign, a tab, the text."""
    found = _TAB.fullmatch(rest)
    if found is None:
        return Line(None, rest, strong=False)
    nick, text = found[1].strip(), found[2]
    if nick in _TAB_REPORTS:
        notice = _TAB_NOTICE.fullmatch(text) if nick == "--" else None
        return _notice(notice[1], notice[2]) if notice else Line(None, text)
    if nick == "*":
        who, _, what = text.partition(" ")
        return Line(who, ME + what)
    return Line(nick.strip("<>"), text, strong=rest.lstrip(" ").startswith(tuple("@%+~&")))


def coloned(rest: str) -> Line:
    """Textual's of old: the nick and a colon."""
    found = _COLON.fullmatch(rest)
    return Line(found[1].lstrip(_MODES), found[2]) if found else _signed(rest) or Line(None, rest, strong=False)


def pidgin_irc(rest: str) -> Line:
    """Pidgin's, of an IRC channel."""
    return _pidgin(rest, _COLON)


def pidgin(rest: str) -> Line:
    """Pidgin's, of its other networks: names may have blanks there."""
    return _pidgin(rest, _COLON_WITH_BLANKS)


def _pidgin(rest: str, pattern: re.Pattern[str]) -> Line:
    if found := _PIDGIN_DOES.fullmatch(rest):
        return Line(found[1], ME + found[2])
    found = None if EVENT.match(rest) else pattern.fullmatch(rest)
    return Line(found[1].removesuffix(" <AUTO-REPLY>"), found[2]) if found else Line(None, rest, strong=False)
