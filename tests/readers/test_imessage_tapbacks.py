"""Messages' database: tapbacks, as rows of their own kind and as texts that quote a message."""

from __future__ import annotations

import pytest

from chatclone_dagster.readers import imessage
from tests.readers.reading import read
from tests.readers.writing.imessage import ADA, Direct


def test_tapbacks_are_reactions_and_rows_that_are_folded() -> None:
    chat = Direct()
    root, other = chat.say("root"), chat.say("other")
    chat.tapback(2000, root)
    chat.tapback(2006, root, is_from_me=1, associated_message_emoji="🎉")
    chat.tapback(1000, root)
    last = chat.tapback(2001, other, place="bp:", text="Liked “other”")
    rows = read(imessage, chat.file()).rows
    assert rows[0]["reactions"] == [
        {"emoji": "❤️", "sender": ADA},
        {"emoji": "🎉", "sender": "Me"},
        {"emoji": "Sticker", "sender": ADA},
    ]
    assert rows[1]["reactions"] == [{"emoji": "👍", "sender": ADA}]
    assert [row["folded"] for row in rows] == [None, None] + ["pseudo_reaction"] * 4
    assert (rows[5]["reply_to"], rows[5]["platform_id"], rows[5]["text"]) == (other, last, "Liked “other”")


def test_tapbacks_are_replaced_and_taken_back() -> None:
    chat = Direct()
    root = chat.say("root")
    for code in (2000, 2003, 3003, 2004):
        chat.tapback(code, root)
    chat.tapback(2000, root, place="p:1/")
    chat.tapback(3001, root, is_from_me=1)
    chat.tapback(2000, "gone")
    rows = read(imessage, chat.file()).rows
    assert [reaction["emoji"] for reaction in rows[0]["reactions"]] == ["‼️", "❤️"]
    assert len(rows) == 8


@pytest.mark.parametrize(
    ("text", "service", "emoji", "folded"),
    [
        ("Loved “see you  soon”", "SMS", "❤️", True),
        ("Le dio risa “see you soon”", "RCS", "😂", True),
        ("A aimé « see you soon »", "SMS", "👍", True),
        ("Понравилось «see you soon»", "SMS", "👍", True),
        ("Reacted 🔥 to “see you soon”", "iMessage", "🔥", True),
        ("\u200a\u200b😂\u200b to “\u200asee you soon\u200a”\u200a", "SMS", "😂", True),
        ('Liked "see you soon"', "SMS", "👍", True),
        ("Emphasized “see y…”", "SMS", "‼️", True),
        ("Liked “what nobody wrote”", "SMS", None, True),
        ("Liked “what nobody wrote”", "iMessage", None, False),
        ('Liked "what nobody wrote"', "SMS", None, False),
        ("Loved an image", "SMS", None, True),
        ("Liked it", "SMS", None, False),
        ("You said “see you soon”", "SMS", None, False),
    ],
)
def test_tapbacks_that_come_as_texts(text: str, service: str, emoji: str | None, folded: bool) -> None:
    chat = Direct()
    root = chat.say("see you soon", is_from_me=1)
    chat.say("yes")
    chat.say(text, service=service)
    rows = read(imessage, chat.file()).rows
    assert rows[0]["reactions"] == ([{"emoji": emoji, "sender": ADA}] if emoji else [])
    assert rows[2]["folded"] == ("pseudo_reaction" if folded else None)
    assert rows[2]["reply_to"] == (root if emoji else None)


def test_a_text_takes_a_tapback_back() -> None:
    chat = Direct()
    for text in ("ok", "Loved “ok”", "ok", "Loved “ok”", "Removed a heart from “ok”"):
        chat.say(text, service="SMS")
    assert [len(row["reactions"]) for row in read(imessage, chat.file()).rows] == [1, 0, 0, 0, 0]
