"""DiscordChatExporter's HTML: the present page and the one before 2021, text as it was typed, what hangs on messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from chatclone_dagster.readers import discord
from tests.readers.reading import Reading, export, read

ID = "897870239797215243"
SENT = datetime(2021, 10, 13, 15, 35, 46, 790000)  # noqa: DTZ001
HEAD = """<!DOCTYPE html><html><head><title>Club - general</title><style>.chatlog__message-group {{ }}</style></head><body>
<div class="preamble"><div class="preamble__entries-container"><div class="preamble__entry">{server}</div>
<div class="preamble__entry">{channel}</div><div class="preamble__entry preamble__entry--small">a topic</div></div></div>
<div class="chatlog">"""
AUTHOR = '<span class="chatlog__author" style="" title="ada" data-user-id="1">Ada &amp; co</span>'


def container(inside: str, key: str = ID) -> str:
    return f"""<div id="chatlog__message-container-{key}" class="chatlog__message-container" data-message-id="{key}">
        <div class="chatlog__message"><div class="chatlog__message-aside"></div>
        <div class="chatlog__message-primary">{inside}</div></div></div>"""


def typed(text: str, after: str = "") -> str:
    inside = f'<span class="chatlog__markdown-preserve"><!--wmm:ignore-->{text}<!--/wmm:ignore--></span>{after}'
    return f'<div class="chatlog__content chatlog__markdown">{inside}</div>'


def page(*groups: str, server: str = "Club", channel: str = "Talk / general") -> Reading:
    body = "".join(f'<div class="chatlog__message-group">{group}</div>' for group in groups)
    end = '</div><div class="postamble"><div class="postamble__entry">Exported 1 message(s)</div></div></body></html>'
    file = export(HEAD.format(server=server, channel=channel) + body + end, "Club - general.html")
    sniff = discord.sniff(file)
    assert (sniff.variant if sniff else None) == "html"
    return read(discord, file)


def one(inside: str) -> dict[str, Any]:
    reading = page(container(AUTHOR + inside))
    assert reading.issues == []
    return reading.rows[0]


def test_a_group_has_one_author() -> None:
    second = str(int(ID) + (1 << 22))
    reading = page(
        container(AUTHOR + typed("a")) + container(typed("b"), second),
        container(AUTHOR.replace('"1"', '"2"') + typed("c")),
    )
    assert reading.column("text") == ["a", "b", "c"]
    assert reading.column("sender_key") == ["1", "1", "2"]
    assert reading.column("position") == [0, 1, 2]
    first = reading.rows[0]
    assert (first["sender_name"], first["sent_local"], first["tz_known"]) == ("Ada & co", SENT, True)
    assert (first["platform_id"], first["conversation_key"]) == (ID, "Club / general")
    assert (first["conversation_name"], first["is_group"]) == ("general", True)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a  b\n  c\n\nd", "a  b\n  c\n\nd"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<strong>b</strong> <em>i</em> <u>u</u> <s>s</s>", "**b** *i* __u__ ~~s~~"),
        ('<span class="chatlog__markdown-spoiler chatlog__markdown-spoiler--hidden">x</span>', "||x||"),
        ('<code class="chatlog__markdown-pre chatlog__markdown-pre--inline">a  b</code>', "`a  b`"),
        (
            '<code class="chatlog__markdown-pre chatlog__markdown-pre--multiline language-py">a\n b</code>',
            "```py\na\n b\n```",
        ),
        (
            '<div class="chatlog__markdown-quote"><div class="chatlog__markdown-quote-border"></div>'
            '<div class="chatlog__markdown-quote-content">a\nb</div></div>c',
            "> a\n> b\nc",
        ),
        ("<h2>a</h2>b<ul><li>c</li><li>d</li></ul>", "## a\nb- c\n- d"),
        (
            '<a href="https://x/?a=1&amp;b">https://x/?a=1&amp;b</a> <a href="https://y">y</a>',
            "https://x/?a=1&b [y](https://y)",
        ),
        ('<img loading="lazy" class="chatlog__emoji " alt="wave" title="wave" src="x">', ":wave:"),
        ('hi <img class="chatlog__emoji" alt="❤" title="heart" src="x">!', "hi ❤!"),
        ('<span class="chatlog__markdown-mention" title="bob">@Bob</span> hi', "@Bob hi"),
    ],
)
def test_text_as_it_was_typed(written: str, text: str) -> None:
    assert one(typed(written))["text"] == text


def test_edits_replies_and_reactions() -> None:
    reply = """<div class="chatlog__reply"><div class="chatlog__reply-author">Bob</div><div class="chatlog__reply-content">
        <span class="chatlog__reply-link" onclick="scrollToMessage(event, '5')">what?</span></div></div>"""
    reactions = """<div class="chatlog__reactions"><div class="chatlog__reaction" title="heart"><img class="chatlog__emoji" alt="❤">
        <span class="chatlog__reaction-count">2</span></div></div>"""
    row = one(reply + typed("hi", '<span class="chatlog__edited-timestamp" title="x">(edited)</span>') + reactions)
    assert (row["text"], row["edited"], row["reply_to"], row["sender_name"]) == ("hi", True, "5", "Ada & co")
    assert row["reactions"] == [{"emoji": "❤", "sender": ""}] * 2


@pytest.mark.parametrize(
    ("inside", "kind", "paths"),
    [
        (
            '<div class="chatlog__attachment"><a href="u/a.png"><img class="chatlog__attachment-media" src="u/a.png"></a></div>',
            "media",
            ["u/a.png"],
        ),
        (
            '<div class="chatlog__attachment"><audio><source src="u/voice-message.ogg"></audio></div>',
            "voice",
            ["u/voice-message.ogg"],
        ),
        (
            '<div class="chatlog__attachment"><svg><use href="#attachment-icon"/></svg><a href="u/a.zip"> a.zip </a></div>',
            "media",
            ["u/a.zip"],
        ),
        (
            '<div class="chatlog__sticker" title="Wave"><div class="chatlog__sticker--media" data-source="u/1.json"></div></div>',
            "sticker",
            ["u/1.json"],
        ),
        ('<div class="chatlog__sticker" title="Wave"></div>', "sticker", ["Wave"]),
        ('<div class="chatlog__embed"><a href="u/i.png"><img src="u/i.png"></a></div>', "media", ["u/i.png"]),
        ("", "unavailable", []),
    ],
)
def test_kinds_and_files(inside: str, kind: str, paths: list[str]) -> None:
    row = one(inside)
    assert (row["kind"], row["attachments"], row["text"]) == (kind, paths, "")
    assert one(typed("look") + inside)["text"] == "look"


def test_forwards_and_polls() -> None:
    forwarded = one('<div class="chatlog__forwarded"><div class="chatlog__forwarded-content">theirs</div></div>')
    assert (forwarded["forwarded"], forwarded["text"], forwarded["kind"]) == (True, "", "media")
    poll = one(
        '<div class="chatlog__poll"><div class="chatlog__poll-question">Where?</div>'
        '<span class="chatlog__poll-answer-text">Here</span></div>'
    )
    assert (poll["kind"], poll["text"]) == ("poll", "Where?\nHere")


@pytest.mark.parametrize(
    ("notice", "kind", "text"),
    [
        ("<span>joined the server.</span>", "system", "Joined the server."),
        ("<span>added </span><a>Bob</a><span> to the group.</span>", "system", "Added Bob to the group."),
        ("<span>started a call that lasted 3.25 minutes</span>", "call", ""),
    ],
)
def test_what_the_app_says(notice: str, kind: str, text: str) -> None:
    author = '<span class="chatlog__system-notification-author" data-user-id="1">Ada</span><span> </span>'
    row = page(container(f'{author}<span class="chatlog__system-notification-content">\n{notice}\n</span>')).rows[0]
    assert (row["kind"], row["text"], row["sender_key"]) == (kind, text, "1")


@pytest.mark.parametrize("label", ["chatlog__author-tag", "chatlog__bot-label", "chatlog__bot-tag"])
def test_bots_are_no_people(label: str) -> None:
    assert one(f'<span class="{label}">BOT</span>' + typed("beep"))["kind"] == "system"


def test_the_page_before_2021() -> None:
    group = f"""<div class="chatlog__messages"><span class="chatlog__author-name" title="ada#1234" data-user-id="1">Ada</span>
        <span class="chatlog__timestamp">13-Oct-21 03:35 PM</span>
        <div class="chatlog__message " data-message-id="{ID}" id="message-{ID}"><div class="chatlog__content">
            <span class="markdown">one<br />two <img class="emoji" alt="wave"><span class="pre pre--inline">x</span></span>
            <span class="chatlog__edited-timestamp" title="x">(edited)</span></div>
            <div class="chatlog__attachment"><a href="u/a.png"> Attachment: a.png (3 KB) </a></div></div>
        <div class="chatlog__message " data-message-id="{ID}1"><div class="chatlog__content"><div class="markdown">
            <span class="preserve-whitespace">a\n b</span> </div></div></div></div>"""
    reading = page(group, server="Direct Messages", channel="Private / Bob")
    assert reading.column("text") == ["one\ntwo :wave:`x`", "a\n b"]
    assert reading.column("sender_name") == ["Ada", "Ada"]
    assert (reading.rows[0]["edited"], reading.rows[0]["attachments"]) == (True, ["u/a.png"])
    assert reading.column("is_group") == [False, False]


def test_what_is_broken() -> None:
    reading = page(container(AUTHOR + typed("a"), "17"), container(typed("b")))
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(0, True)]
    assert [(row["kind"], row["sender_key"]) for row in reading.rows] == [("system", None)]
    start = HEAD.format(server="Club", channel="x")
    cut = read(
        discord,
        export(
            f'{start}<div class="chatlog__message-group">{container(AUTHOR + typed("a"))}</div>'
            '<div class="chatlog__message-group"><div',
            "x.html",
        ),
    )
    assert cut.column("text") == ["a"]
    assert read(discord, export(start, "x.html")).rows == []
