"""Writers of IRC logs, one for each client or bot, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hypothesis import strategies as st


@dataclass
class Event:
    """What happened: `what` is say, do, notice, join, rename or topic."""

    at: datetime
    nick: str
    what: str
    text: str


@dataclass
class Client:
    """How a client writes: `stamp` in front of `says`, `does`, …; `opens` above the first line; `day` at midnight."""

    stamp: str
    opens: str = ""
    day: str = ""
    says: str = "<{nick}> {text}"
    does: str = "* {nick} {text}"
    notice: str = "-{nick}:#chess- {text}"
    join: str = "* {nick} (~a@example.org) has joined #chess"
    rename: str = "* {nick} is now known as {nick}_"
    topic: str = "* {nick} changes topic to '{text}'"
    file: str = "#chess.log"
    unstamped: tuple[str, ...] = ()
    nicks: Callable[[str], str] = field(default=lambda nick: nick)


ENERGYMECH = Client(
    "[%H:%M] ",
    notice="-{nick}- {text}",
    join="*** Joins: {nick} (~a@example.org)",
    rename="*** {nick} is now known as {nick}_",
    topic="*** {nick} changes topic to '{text}'",
    file="#chess_%Y%m%d.log",
)
CLIENTS = {
    "irssi": Client(
        "%H:%M ",
        "--- Log opened %a %b %d %H:%M:%S %Y\n",
        "--- Day changed %a %b %d %Y\n",
        does=" * {nick} {text}",
        join="-!- {nick} [~a@example.org] has joined #chess",
        rename="-!- {nick} is now known as {nick}_",
        topic="-!- {nick} changed the topic of #chess to: {text}",
        nicks=lambda nick: f"@{nick}",
    ),
    "irssi without day changes": Client(
        "%H:%M:%S ", "--- Log opened %a %b %d %H:%M:%S %Y\n", nicks=lambda nick: f" {nick}"
    ),
    "WeeChat": Client(
        "%Y-%m-%d %H:%M:%S\t",
        says="{nick}\t{text}",
        does=" *\t{nick} {text}",
        notice="--\tNotice({nick}) -> #chess: {text}",
        join="-->\t{nick} (~a@example.org) has joined #chess",
        rename="--\t{nick} is now known as {nick}_",
        topic='--\t{nick} has changed topic for #chess to "{text}"',
        file="irc.example.#chess.weechatlog",
        nicks=lambda nick: f"@{nick}",
    ),
    "HexChat": Client(
        "%b %d %H:%M:%S ",
        "**** BEGIN LOGGING AT %a %b %d %H:%M:%S %Y\n\n",
        says="<{nick}>\t{text}",
        does="*\t{nick} {text}",
        notice="-{nick}-\t{text}",
        join="*\t{nick} (~a@example.org) has joined",
        rename="*\t{nick} is now known as {nick}_",
        topic="*\t{nick} has changed the topic to: {text}",
        file="Example-#chess.log",
    ),
    "mIRC": Client(
        "[%H:%M] ",
        "Session Start: %a %b %d %H:%M:%S %Y\nSession Ident: #chess\n",
        "Session Time: %a %b %d 00:00:00 %Y\n",
        says="\x0303<{nick}>\x0f {text}",
        file="log.txt",
    ),
    "ZNC": replace(ENERGYMECH, stamp="[%H:%M:%S] ", file="example/#chess/%Y-%m-%d.log"),
    "energymech": ENERGYMECH,
    "Ubuntu": Client(
        "[%H:%M] ",
        does=" * {nick} {text}",
        join="=== {nick} [n=a@example.org]  has joined #chess",
        rename="=== {nick} is now known as {nick}_",
        topic="=== {nick} changed the topic of #chess to: {text}",
        file="%Y/%m/%d/%23chess.txt",
        unstamped=("join", "rename", "topic"),
    ),
    "eggdrop": Client(
        "[%H:%M] ",
        day="[00:00] --- %a %b %d %Y\n",
        does="Action: {nick} {text}",
        join="{nick} (~a@example.org) joined #chess.",
        rename="Nick change: {nick} -> {nick}_",
        topic="Topic changed on #chess by {nick}!~a@example.org: {text}",
        file="#chess.log.%d%b%Y",
    ),
    "Limnoria": Client(
        "%Y-%m-%dT%H:%M:%S  ",
        join="*** {nick} <~a@example.org> has joined #chess",
        rename="*** {nick} is now known as {nick}_",
        topic='*** {nick} changes topic to "{text}"',
    ),
    "The Lounge": Client("[%Y-%m-%d %H:%M:%S] "),
    "Konversation": Client("[%A %d %B %Y] [%H:%M:%S] ", says="<{nick}>\t{text}", does="*\t{nick} {text}"),
    "Pidgin": Client(
        "(%H:%M:%S) ",
        "Conversation with #chess at %Y-%m-%d %H:%M:%S on ada@irc.example.org (irc)\n",
        says="{nick}: {text}",
        does="***{nick} {text}",
        notice="{nick}: {text}",
        join="{nick} [~a@example.org] entered the room.",
        rename="{nick} is now known as {nick}_",
        topic="{nick} has changed the topic to: {text}",
        file="irc/ada@irc.example.org/#chess.chat/2018-12-13.txt",
    ),
}
NICKS = ("ada", "Bo|away", "[linus]", "grace_", "zoë", "^x^", "d-503")
_LINES = (
    "hello",
    "12:00 <bo> hi",
    "<bo> hi",
    "* bo waves",
    "--- Day changed Fri Dec 14 2018",
    "[10:00] so it began",
    "bo: see https://example.org/a?b=c",
    "  indented",
    "a\ttab",
    "what is -ada- about?",
    "=== bo has joined #chess",
    "日本 🎉 مرحبا",
    "a\u2028b",
)
_typed = st.one_of(
    st.sampled_from(_LINES),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40),
)
_what = st.sampled_from(("say",) * 8 + ("do", "notice", "join", "rename", "topic"))


@st.composite
def logs(draw: st.DrawFn, name: str) -> tuple[str, str, list[Event]]:
    """(file name, text, events) of one client; events come in order, less than a day apart."""
    client = CLIENTS[name]
    one_day = "%d" in client.file and not client.day
    at = datetime(2018, 12, 13, 9, 0, 30) if one_day else datetime(2018, 12, 30, 21, 0, 30)  # noqa: DTZ001
    start, events = at, []
    for _ in range(draw(st.integers(4, 25))):
        at += timedelta(minutes=draw(st.integers(1, 25 if one_day else 1300)))
        nick, what, text = draw(st.sampled_from(NICKS)), draw(_what), draw(_typed)
        events.append(
            Event(
                at, nick, what, "waves at all" if what == "do" else text.replace("'", "") if what == "topic" else text
            )
        )
    events.insert(0, Event(start, "ada", "say", "first"))
    return start.strftime(client.file.replace("%23", "%%23")), write(client, events), events


def write(client: Client, events: list[Event]) -> str:
    """The log of these events."""
    out = events[0].at.strftime(client.opens)
    day: date = events[0].at.date()
    for event in events:
        while client.day and day < event.at.date():
            day += timedelta(days=1)
            out += day.strftime(client.day)
        form = {"say": client.says, "do": client.does}.get(event.what) or getattr(client, event.what)
        nick = client.nicks(event.nick) if event.what == "say" else event.nick
        stamp = "" if event.what in client.unstamped else event.at.strftime(client.stamp)
        out += stamp + form.format(nick=nick, text=event.text) + "\n"
    return out
