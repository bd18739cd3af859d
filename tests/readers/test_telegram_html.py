"""Blocks of Telegram's pages: what is typed, what hangs on it, what is forwarded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.readers.telegram_samples import message, one_block, reading_of_page
from tests.readers.writing.telegram_html import div, generic, tag


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("plain", "plain"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("a &amp; &lt;b&gt; &quot;c&quot; &apos;d&apos;", "a & <b> \"c\" 'd'"),
        ('see <a href="https://example.org/?x">example.org</a>!', "see example.org!"),
        ("<strong>a</strong><em>b</em><code>c</code> <u>d</u><s>e</s>", "abc de"),
        ("x <pre>code<br>more</pre> y", "x code\nmore y"),
        ("said<br><blockquote>quote</blockquote><br>answer", "said\nquote\nanswer"),
        ('<span class="spoiler hidden"><span aria-hidden="true">secret</span></span>', "secret"),
        ('<a href="" onclick="return ShowNotLoadedEmoji();">🙂</a>', "🙂"),
        ('<a href="" onclick="return ShowHashtag(&quot;x&quot;)">#x</a>', "#x"),
    ],
)
def test_texts(inside: str, text: str) -> None:
    assert one_block(div("text", inside))["text"] == text


def test_a_rich_message_is_read_line_by_line() -> None:
    blocks = '<h2 class="rich_heading">Trip</h2><p class="rich_paragraph">to <b>Rome</b></p><ul><li><span>tickets</span></li></ul>'
    lines = one_block(f'<div class="text rich_message" dir="auto">{blocks}</div>')["text"].split("\n")
    assert [line.strip() for line in lines if line.strip()] == ["Trip", "to Rome", "tickets"]


@pytest.mark.parametrize(
    ("media", "kind", "paths"),
    [
        (generic("media_photo", "Photo", "1x1, 5 KB"), "media", []),
        (generic("media_photo", "Sticker", "🙂, 5 KB"), "sticker", []),
        (generic("media_photo", "Sticker", "🙂", "stickers/a.tgs"), "sticker", ["stickers/a.tgs"]),
        (generic("media_photo", "Self-destructing photo", "Expired"), "unavailable", []),
        (generic("media_video", "Self-destructing video", "Please view it on your mobile"), "unavailable", []),
        (generic("media_video", "Video message", "00:03", "round/a.mp4"), "media", ["round/a.mp4"]),
        (generic("media_voice_message", "Voice message", "00:03"), "voice", []),
        (generic("media_audio_file", "Voice message", "00:03", "a.mp3"), "voice", ["a.mp3"]),
        (generic("media_live_location", "Live location", ""), "location", []),
        (
            generic("media_venue", "Park", "", "https://maps.google.com/maps?q=1,2"),
            "location",
            ["https://maps.google.com/maps?q=1,2"],
        ),
        (generic("media_contact", "Bo ", "+1 555 0100 - vCard", "contacts/1.vcf"), "contact", ["contacts/1.vcf"]),
        (generic("media_game", "Chess", "x", "https://t.me/x?game=y"), "media", ["https://t.me/x?game=y"]),
        (generic("media_invoice", "Tea", "$1.00"), "media", []),
        (div("media_wrap clearfix", div("media_giveaway", div("section_title bold", "Giveaway Prize"))), "media", []),
        (div("media_wrap clearfix", div("media_giveaway", '<a href="#go_to_message3">Giveaway</a>')), "media", []),
        (div("media_wrap clearfix", div("title bold", "Voice message")), "voice", []),
        ("", "unavailable", []),
    ],
)
def test_kinds(media: str, kind: str, paths: list[str]) -> None:
    row = one_block(media)
    assert (row["kind"], row["text"], row["attachments"]) == (kind, "", paths)
    if kind != "unavailable":
        captioned = one_block(media + div("text", "look"))
        assert (captioned["kind"], captioned["text"]) == (kind, "look")


def test_polls_and_lists_to_tick_off() -> None:
    question = div("question bold", 'Tea at <a href="https://example.org">ours</a>?') + div("details", "Final results")
    answers = div("answer", '- yes <span class="details">2 votes, chosen vote</span>') + div("answer", "- - no")
    row = one_block(
        div("media_wrap clearfix", div("media_poll", question + answers + div("total details\t", "2 votes")))
    )
    assert (row["kind"], row["text"], row["attachments"]) == ("poll", "Tea at ours?\nyes\n- no", [])


@pytest.mark.parametrize(
    ("status", "owner"),
    [
        ("Outgoing (5 seconds)", True),
        ("Cancelled", True),
        ("Incoming (5 seconds)", False),
        ("Missed", False),
        ("Declined", False),
        ("Ongoing", None),
    ],
)
def test_calls_tell_who_the_owner_is(status: str, owner: bool | None) -> None:
    row = one_block(generic("media_call", "Bo", status))
    assert (row["kind"], row["from_owner"], row["text"]) == ("call", owner, "")


def test_answers() -> None:
    def answer(inside: str) -> Any:
        return one_block(div("reply_to details", inside) + div("text", "a"))["reply_to"]

    assert answer('In reply to <a href="#go_to_message12">this message</a>') == "12"
    assert answer('In reply to <a href="messages3.html#go_to_message-999999870">this message</a>') == "-999999870"
    assert answer("In reply to a message in another chat") is None


def test_forwards_hold_a_name_of_their_own() -> None:
    origin = div("from_name", 'Eve via @bot<span class="date details" title="x"> 01.01.2020</span>')
    reply = div("reply_to details", '<a href="#go_to_message3">this message</a>')
    reading = reading_of_page(
        message(div("forwarded body", origin + reply + div("text", "words"))),
        message(div("forwarded body", origin + div("text", "more")), sender=None),
        message(div("forwarded body", div("text", "joined")), sender=None),
        message(div("text", "own")),
    )
    assert reading.column("sender_name") == ["Ada"] * 4
    assert reading.column("forwarded") == [True, True, True, False]
    assert reading.column("text") == ["words", "more", "joined", "own"]
    assert reading.column("reply_to") == ["3", None, None, None]


def test_reactions() -> None:
    def reaction(emoji: str, names: tuple[str, ...], count: str) -> str:
        pictures = "".join(div("userpic userpic1", div("initials", "x", title=name)) for name in names)
        shown = tag("span", emoji, class_="emoji") + tag("span", pictures, class_="userpics")
        return tag("span", shown + (tag("span", count, class_="count") if count else ""), class_="reaction active")

    custom = '<a href="../stickers/e.webp">👋</a>'
    parts = [reaction("❤", ("Bo", "Cy & Co"), "4"), reaction(custom, (), "1"), reaction("👍", (), "9" * 50)]
    row = one_block(div("text", "a") + tag("span", "".join(parts), class_="reactions"))
    found = [(item["emoji"], item["sender"]) for item in row["reactions"]]
    assert found == [("❤", "Bo"), ("❤", "Cy & Co"), ("❤", ""), ("❤", ""), ("custom_emoji", "")]


def test_names() -> None:
    assert one_block(div("text", "a"), sender="Ada Lovelace via @gif ")["sender_name"] == "Ada Lovelace"
    assert one_block(div("text", "a"), sender="Deleted Account")["sender_key"] == "Deleted Account"
