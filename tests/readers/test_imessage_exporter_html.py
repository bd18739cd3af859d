"""imessage-exporter's pages: who wrote what, parts, replies, and what older versions do otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from chatclone_dagster.readers import imessage_exporter
from chatclone_dagster.readers.contract import COMPANION, UnreadableError
from tests.readers.reading import Reading, export, read
from tests.readers.writing.imessage_exporter import (
    FOOT,
    HEAD,
    START,
    Meant,
    announcement,
    bubble,
    conversations,
    message,
    page,
    part,
    replies,
    tapbacks,
)

DELETED = '<span class="deleted">This message was deleted from the conversation!</span></p>'
SPOKEN = '<div><audio controls src="a/b.m4a" type="x" </audio></div> <hr><span class="transcription">Transcription: hi</span>'
TRANSLATED = '<span class="bubble">salut</span>\n<div class="translated"><span class="bubble">hi</span></div>'
NAMELESS = '<span class="attachment_error">Unable to locate attachment: Attachment missing name metadata!</span>'
TXT = "May 17, 2022  5:29:42 PM\nMe\nhi\n\n"


def reading_of(content: str, name: str = "Ada.html") -> Reading:
    file = export(content, name)
    found = imessage_exporter.sniff(file)
    assert found is not None
    assert found.variant == "html"
    return read(imessage_exporter, file)


@given(conversations())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(written: tuple[str, list[Meant]]) -> None:
    content, meant = written
    reading = reading_of(content, "Chess - 7.html")
    assert reading.issues == []
    found = [
        Meant(
            row["sender_name"],
            row["text"],
            row["kind"],
            row["edited"],
            row["platform_id"],
            row["reply_to"],
            row["folded"],
            row["sent_local"],
            row["attachments"],
            [(reaction["emoji"], reaction["sender"]) for reaction in row["reactions"]],
        )
        for row in reading.rows
    ]
    has_guids = any(row.guid for row in meant)
    assert found == [row if has_guids else Meant(**{**vars(row), "reply_to": None}) for row in meant]
    assert [row["from_owner"] for row in reading.rows] == [row.sender and row.sender == "Me" for row in meant]
    assert reading.column("position") == list(range(len(meant)))


def only(content: str) -> dict[str, Any]:
    reading = reading_of(page(message(content)))
    assert reading.issues == []
    (row,) = reading.rows
    return row


@pytest.mark.parametrize(
    ("content", "kind", "text", "attachments"),
    [
        (bubble("a") + bubble("b"), "text", "a\nb", []),
        (part('<span class="bubble jumbo">🎉</span>'), "text", "🎉", []),
        (part('<span class="bubble">hi <img class="inline_sticker" src="z.heic"> you</span>'), "text", "hi  you", ["z.heic"]),
        (part('<span class="bubble"><img class="inline_sticker" src="z.heic"></span>'), "sticker", "", ["z.heic"]),
        (part('<span class="bubble"><b>so</b> <a href="https://x.org">x.org</a></span>'), "text", "so x.org", []),
        (part(TRANSLATED), "text", "salut", []),
        ('<p>Subject: <span class="subject">About</span></p>' + bubble("hi"), "text", "About\nhi", []),
        (bubble("hi") + '<span class="expressive">Sent with Slam</span>', "text", "hi", []),
        (DELETED + bubble("gone"), "deleted", "gone", []),
        ('<span class="shareplay"><hr>SharePlay Message Ended</span>', "call", "", []),
        ('<span class="shared_location"><hr>Started sharing location!</span>', "location", "", []),
        (part('<img src="a/1.jpeg" loading="lazy">'), "media", "", ["a/1.jpeg"]),
        (part('<a href="a/Ada.vcf">Click to download Ada.vcf (1.00 KB)</a>'), "contact", "", ["a/Ada.vcf"]),
        (part('<p>Unknown attachment type: a/x</p> <a href="a/x">Download (1.00 B)</a>'), "media", "", ["a/x"]),
        (part("<p>Unable to embed model/gltf attachments: a/scene.glb</p>"), "media", "", ["a/scene.glb"]),
        (part('<p>Folder: <i>x</i> (1.00 B) <a href="a/x">Click to open</a></p>'), "media", "", ["a/x"]),
        (part('<span class="attachment_error">Unable to locate attachment: 1.jpg</span>'), "media", "", ["1.jpg"]),
        (part(NAMELESS), "media", "", []),
        (part('<span class="attachment_error">Attachment does not exist!</span>'), "media", "", []),
        (part(SPOKEN), "media", "", ["a/b.m4a"]),
        (part('<div class="app"><div class="app_header"><div class="name">Game</div></div></div>'), "media", "", []),
        (part('<div class="app"><div class="app_header"><div class="name">Find My</div></div></div>'), "location", "", []),
        (part('<div class="app"><div class="poll-container"></div></div>'), "poll", "", []),
        (part('<div class="app"><svg><text>x</text></svg></div>'), "media", "", []),
        (part('<div class="app_error">Unable to format</div>'), "media", "", []),
        (bubble("left") + part('<span class="unsent">You unsent this message part!</span>'), "text", "left", []),
        ("", "unavailable", "", []),
    ],
)  # fmt: skip
def test_parts(content: str, kind: str, text: str, attachments: list[str]) -> None:
    row = only(content)
    assert (row["kind"], row["text"], row["attachments"]) == (kind, text, attachments)


def test_the_first_versions() -> None:
    """No guids, reactions for tapbacks, and replies only below what they answer."""
    below = message(bubble("reply"), sender="Ada")
    old = '<div class="reactions"><hr><p>Reactions:</p>\n{}</div>'.format(
        '<div class="reaction"><img src="a/s.png"><span class="reaction">from Me</span></div>'
        '<div class="reaction"><span><b>Loved</b> by Bo by Bo</span></div>'
    )
    reading = reading_of(page(message(bubble("root") + old + replies([("", below)]))))
    assert [(row["text"], row["folded"]) for row in reading.rows] == [("root", None), ("reply", None)]
    assert reading.rows[0]["reactions"] == [
        {"emoji": "Sticker", "sender": "Me"},
        {"emoji": "Loved", "sender": "Bo by Bo"},
    ]


def test_a_reply_whose_own_time_was_left_out_counts() -> None:
    copies = [(guid, message(bubble(guid), guid, "Ada")) for guid in ("R1", "R2")]
    reading = reading_of(
        page(message(bubble("root") + replies(copies), "ROOT"), message(bubble("R1"), "R1", "Ada", reply=True))
    )
    assert [(row["text"], row["folded"], row["reply_to"]) for row in reading.rows] == [
        ("root", None, None),
        ("R1", "reply_copy", "ROOT"),
        ("R2", None, "ROOT"),
        ("R1", None, "ROOT"),
    ]


def test_who_is_the_owner() -> None:
    reading = reading_of(
        page(
            message(bubble("a"), sender="Grace", sent=True),
            message(bubble("b"), sender="Ada"),
            announcement("Grace unsent a message."),
        )
    )
    assert [(row["sender_name"], row["from_owner"], row["is_group"]) for row in reading.rows] == [
        ("Grace", True, False),
        ("Ada", False, False),
        ("Grace", True, False),
    ]


def test_groups_and_names() -> None:
    several = page(message(bubble("a"), sender="Ada"), message(bubble("b"), sender="Bo"))
    assert {(row["conversation_name"], row["is_group"]) for row in reading_of(several, "Chess - 12.html").rows} == {
        ("Chess", True)
    }
    for said in ("You named the conversation Chess", "Ada added Bo to the conversation."):
        assert reading_of(page(announcement(said), message(bubble("a"), sender="Ada"))).rows[0]["is_group"] is True
    assert reading_of(page(announcement("You kept an audio message."))).rows[0]["is_group"] is None


def test_what_cannot_stand_in_the_table_is_an_issue() -> None:
    broken = message(bubble("x")).replace("May 07, 2022", "Feb 30, 2022")
    timeless = message(bubble("x")).replace("May 07, 2022", "never")
    unformatted = '<div class ="announcement"><p>Unable to format announcement!</p></div>'
    reading = reading_of(page(message(bubble("hi")), broken, timeless, unformatted, announcement("Ada left", START)))
    assert reading.column("text") == ["hi", "Ada left"]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(1, True), (2, True), (3, True)]


def test_a_page_that_breaks_off() -> None:
    content = page(message(bubble("one")), message(bubble("two")))
    reading = reading_of(content[: content.index("two") + 2])
    assert reading.column("text") == ["one"]
    assert [issue["is_row"] for issue in reading.issues] == [True]


def test_the_text_of_the_same_chat_is_a_companion() -> None:
    html = page(message(bubble("hi")))
    found = imessage_exporter.sniff(export(TXT, "x/Ada.txt", beside={"Ada.html": html}))
    assert found is not None
    assert found.variant == COMPANION
    for others in ({}, {"Ada.html": "<html>something else</html>"}, {"Ada.html": HEAD + FOOT}, {"Bo.html": html}):
        found = imessage_exporter.sniff(export(TXT, "x/Ada.txt", beside=others))
        assert found is not None
        assert found.variant == "txt"


def test_a_page_without_messages() -> None:
    found = imessage_exporter.sniff(export(HEAD + FOOT, "orphaned.html"))
    assert found is not None
    assert found.variant == COMPANION
    assert imessage_exporter.sniff(export("<html><body><p>hi</p></body></html>", "x.html")) is None
    with pytest.raises(UnreadableError):
        read(imessage_exporter, export(HEAD + FOOT, "orphaned.html"))


def test_tapbacks_of_a_message_are_not_those_of_its_replies() -> None:
    below = message(bubble("reply") + tapbacks([("Liked", "Me")]), "R", "Ada")
    reading = reading_of(page(message(bubble("root") + tapbacks([("Loved", "Ada")]) + replies([("R", below)]), "ROOT")))
    assert [[reaction["emoji"] for reaction in row["reactions"]] for row in reading.rows] == [["Loved"], ["Liked"]]
