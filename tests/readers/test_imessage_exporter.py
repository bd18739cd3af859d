"""imessage-exporter's text files: blocks, what belongs to a body, and what the program adds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from chatclone_dagster.readers import imessage_exporter
from chatclone_dagster.readers.contract import UnreadableError
from tests.readers.reading import Reading, export, read

AT = "May 17, 2022  5:29:42 PM"


def conversation(content: str, name: str = "Ada Lovelace.txt") -> Reading:
    return read(imessage_exporter, export(content, name))


def body(lines: str, sender: str = "Me") -> dict[str, Any]:
    reading = conversation(f"{AT}\n{sender}\n{lines}\n\n")
    assert reading.issues == []
    return reading.rows[0]


@pytest.mark.parametrize(
    ("lines", "kind", "text", "attachments"),
    [
        ("hi", "text", "hi", []),
        ("a\n\nb\n  c", "text", "a\n\nb\n  c", []),
        ("hi\nSent with Slam", "text", "hi", []),
        ("Sent with love", "text", "Sent with love", []),
        ("hi\nThis message responded to an earlier message.", "text", "hi", []),
        (
            "/Users/me/Library/Messages/Attachments/a b/IMG 1.HEIC",
            "media",
            "",
            ["/Users/me/Library/Messages/Attachments/a b/IMG 1.HEIC"],
        ),
        ("look\nattachments/1/2.jpg", "media", "look", ["attachments/1/2.jpg"]),
        ("a/1.jpg\na/2.mov", "media", "", ["a/1.jpg", "a/2.mov"]),
        ("attachments/1/Audio Message.caf\nTranscription: hi there", "voice", "", ["attachments/1/Audio Message.caf"]),
        ("attachments/1/Ada.vcf", "contact", "", ["attachments/1/Ada.vcf"]),
        ("Sticker from Me: a/b.heic (App: Free People)", "sticker", "", ["a/b.heic"]),
        ("Attachment missing!", "media", "", []),
        ("Attachment missing name metadata!", "media", "", []),
        ("You unsent this message part!", "deleted", "", []),
        ("Started sharing location!", "location", "", []),
        ("Find My:  Sharing Location", "location", "", []),
        ("You unsent this message part 5 seconds after sending!", "deleted", "", []),
        ("left\nYou unsent this message part 5 seconds after sending!", "text", "left", []),
        ("", "unavailable", "", []),
        ("he/she went to example.com", "text", "he/she went to example.com", []),
        ("https://example.org/a.jpg", "text", "https://example.org/a.jpg", []),
        ("This message was deleted from the conversation!\ngone", "deleted", "gone", []),
        ("Outline Sticker from Ada: a/b.heic", "sticker", "", ["a/b.heic"]),
        ("Sticker from Me: a/b.heic (Genmoji prompt: a cat (red))", "sticker", "", ["a/b.heic"]),
        ("Sticker from Me:", "sticker", "", []),
        ("Audio Message.caf\nTranscription: hi there", "voice", "", ["Audio Message.caf"]),
        ("IMG_0001.HEIC", "media", "", ["IMG_0001.HEIC"]),
        ("did you get IMG_0001.HEIC", "text", "did you get IMG_0001.HEIC", []),
        (f"/backup/0a/0a{'1b' * 19}", "media", "", [f"/backup/0a/0a{'1b' * 19}"]),
        ("bonjour\nTranslated from:\nhello", "text", "hello", []),
        ("Translated from:\nhello", "text", "Translated from:\nhello", []),
        ("They deleted a message.", "deleted", "", []),
        ("I am sorry.\nThey deleted a message.", "text", "I am sorry.\nThey deleted a message.", []),
        ("hi\nSent with Shooting Start", "text", "hi", []),
        ("- Tea (1)\n  - Ada\n- Rum (0)", "poll", "", []),
        ("- Tea (1)\n- Milk (2)", "text", "- Tea (1)\n- Milk (2)", []),
        ("Digital Touch Kiss (1 kiss)", "media", "", []),
        (f"Check\xa0In: Timer Started\nExpected at {AT}", "media", "", []),
        ("Photo album: Lake https://example.org/1", "media", "", []),
        ("Unable to format app message: No payload", "media", "", []),
        ("GamePigeon message:\nYour move", "media", "", []),
        ("Her message:\nYour move", "text", "Her message:\nYour move", []),
    ],
)
def test_bodies(lines: str, kind: str, text: str, attachments: list[str]) -> None:
    row = body(lines)
    assert (row["kind"], row["text"], row["attachments"]) == (kind, text, attachments)


def test_edits_keep_the_last_version() -> None:
    row = body(f"{AT} first\nover two lines\nEdited 10 seconds later: second\nEdited 2 minutes later: third\nand more")
    assert (row["text"], row["edited"]) == ("third\nand more", True)


def test_previews_of_links_are_left_out_and_told_of() -> None:
    link = "https://example.org/tea"
    reading = conversation(
        f"{AT}\nMe\n{link}\nTea\nAll about it\n\n{AT}\nMe\nlook\n{link}\nlater\n\n{AT}\nMe\n{link}\n\n"
    )
    assert reading.column("text") == [link, f"look\n{link}\nlater", link]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(1, False)]


def test_headers() -> None:
    receipt = f"{AT} (Read by Zoë (Mum) after 5 seconds)"
    for header in (AT, f"{AT} (Read by you after 1 hour, 49 seconds)", receipt, "May 07, 2022 11:29:42 AM (Delivered)"):
        (row,) = conversation(f"{header}\nAda Lovelace\nhi\n\n").rows
        assert row["sender_name"] == "Ada Lovelace"
    assert conversation(f"{AT}\nMe\nhi\n\n").rows[0]["sent_local"] == datetime(2022, 5, 17, 17, 29, 42)  # noqa: DTZ001


def test_me_is_the_owner() -> None:
    rows = conversation(f"{AT}\nMe\nhi\n\n{AT}\nAda Lovelace\nyo\n\n").rows
    assert [(row["from_owner"], row["is_group"]) for row in rows] == [(True, False), (False, False)]
    renamed = conversation(f"{AT}\nGrace\nhi\n\n{AT}\nAda Lovelace\nyo\n\n").rows
    assert [row["from_owner"] for row in renamed] == [None, None]


def test_replies_stand_twice_and_count_once() -> None:
    reading = conversation(
        f"{AT}\nAda Lovelace\nroot\nTapbacks:\n    Loved by Me\n    ☕️ by Bo Diddley\n    Sticker from Me: a/b.heic\n\n"
        f"    {AT}\n    Me\n    the reply\n    Reactions:\n    Liked by Ada Lovelace\n\n"
        f"    {AT} (Read by you)\n    Bo Diddley\n    second\n\n\n"
        f"{AT}\nMe\nthe reply\nThis message responded to an earlier message.\n\n"
        f"{AT}\nBo Diddley\nsecond\nThis message responded to an earlier message.\n\n"
    )
    assert [(row["text"], row["folded"]) for row in reading.rows] == [
        ("root", None),
        ("the reply", "reply_copy"),
        ("second", "reply_copy"),
        ("the reply", None),
        ("second", None),
    ]
    assert [reaction["emoji"] for reaction in reading.rows[0]["reactions"]] == ["Loved", "☕️", "Sticker"]
    assert reading.rows[1]["reactions"] == [{"emoji": "Liked", "sender": "Ada Lovelace"}]
    assert reading.column("position") == [1, 9, 15, 20, 25]


def test_a_body_may_look_like_a_block() -> None:
    rows = conversation(f"{AT}\nMe\nI wrote:\n\n{AT}\nThat was when it happened, I think.\n\n{AT}\nMe\nyes\n\n").rows
    assert [row["text"] for row in rows] == [f"I wrote:\n\n{AT}\nThat was when it happened, I think.", "yes"]


def test_typed_headings_are_no_tapbacks() -> None:
    assert body("Tapbacks:\nI stand by you")["text"] == "Tapbacks:\nI stand by you"


def test_a_sticker_that_is_gone() -> None:
    assert body("hi\nTapbacks:\nSticker from Ada not found!")["reactions"] == [{"emoji": "Sticker", "sender": "Ada"}]


def test_emoji_that_begin_with_a_digit() -> None:
    assert body("hi\nTapbacks:\n1️⃣ by Ada")["reactions"] == [{"emoji": "1️⃣", "sender": "Ada"}]


def test_replies_that_stand_only_below_what_they_answer() -> None:
    reading = conversation(f"{AT}\nAda Lovelace\nroot\n\n    {AT}\n    Me\n    the reply\n\n\n")
    assert [(row["text"], row["folded"]) for row in reading.rows] == [("root", None), ("the reply", None)]


@pytest.mark.parametrize(
    "what", ["You named the conversation Chess", "Bo left the conversation.", "You kept an audio message."]
)
def test_announcements(what: str) -> None:
    reading = conversation(f"{AT} {what}\n\n{AT}\nMe\nhi\n\n")
    assert [(row["kind"], row["text"], row["sender_name"]) for row in reading.rows] == [
        ("system", what, None),
        ("text", "hi", "Me"),
    ]


def test_group_announcements_make_a_group() -> None:
    assert conversation(f"{AT} You named the conversation Chess\n\n").rows[0]["is_group"] is True
    assert conversation(f"{AT}\nAda\nhi\n\n", "Ada, Bo.txt").rows[0]["is_group"] is True
    assert conversation(f"{AT}\nAda\nhi\n\n", "Ada - 12.txt").rows[0]["conversation_name"] == "Ada"


def test_unsent_messages() -> None:
    rows = conversation(f"{AT} You unsent a message!\n\n{AT} Ada unsent a message!\n\n").rows
    assert [(row["kind"], row["sender_name"], row["from_owner"]) for row in rows] == [
        ("deleted", "Me", True),
        ("deleted", "Ada", None),
    ]


def test_what_has_no_time_is_an_issue_that_counts_as_a_row() -> None:
    reading = conversation(f"Unable to format announcement!\n\n{AT}\nMe\nhi\n\n")
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(1, True)]
    assert len(reading.rows) == 1


def test_text_before_the_first_message() -> None:
    reading = conversation(f"hello\nworld\n\n{AT}\nMe\nhi\n\n")
    assert len(reading.rows) == 1
    assert len(reading.issues) == 1


def test_other_files() -> None:
    assert imessage_exporter.sniff(export("13/06/2018, 10:00 - Ada: hi\n", "a.txt")) is None
    with pytest.raises(UnreadableError):
        conversation("\n\n", "a.txt")
