"""sigexport's two files: what stands in a text beside what was typed, headers that are none, and which file is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chatclone_dagster.readers import signal
from chatclone_dagster.readers.contract import COMPANION
from tests.readers.reading import export
from tests.readers.signals import ODD, at, chat
from tests.readers.writing.signal import OWNER, Message, data_json, markdown

STAMP = "[2024-05-29 15:04:05]"


def one(body: str, name: str = "Aya/chat.md") -> dict[str, Any]:
    reading = chat(f"{STAMP} Aya: {body}\n\n{STAMP} Me: ok  \n\n", name)
    assert reading.issues == []
    assert len(reading.rows) == 2
    return reading.rows[0]


@pytest.mark.parametrize(
    ("body", "kind", "text", "attachments"),
    [
        ("hi  ", "text", "hi", []),
        ("hi", "text", "hi", []),
        ("  ", "unavailable", "", []),
        ("Incoming call  ", "call", "", []),
        ("Missed video call  ", "call", "", []),
        ("Incoming voice call (declined)  ", "call", "", []),
        ("Missed call from her?  ", "text", "Missed call from her?", []),
        ("look  ![a b.jpg](./media/a%20b.jpg)  ", "media", "look", ["media/a b.jpg"]),
        ("  [a (1)](x).pdf](./media/a%20(1)](x).pdf)  ", "media", "", ["media/a (1)](x).pdf"]),
        ("wow!  [a.pdf](./media/a.pdf)  [b.aac](./media/b.aac)  ", "media", "wow!", ["media/a.pdf", "media/b.aac"]),
        ("  [None.aac](./media/2024_None.aac)  ", "voice", "", ["media/2024_None.aac"]),
        ("hi  (media not exported)  (attachment not exported)  ", "media", "hi", []),
        ("see [a](https://example.org/media/a)  ", "text", "see [a](https://example.org/media/a)", []),
        ("  \n(( 🐺 ))", "sticker", "", []),
        ("  [🐺](../exported_stickers/p/1.webp)  ", "sticker", "", ["exported_stickers/p/1.webp"]),
        ("(This message was deleted)", "deleted", "", []),
        ("(This message was deleted) lol  ", "text", "(This message was deleted) lol", []),
        ("100%20 of it  [100%41.txt](./media/100%41.txt)  ", "media", "100%20 of it", ["media/100%41.txt"]),
    ],
)
def test_bodies_of_sigexport(body: str, kind: str, text: str, attachments: list[str]) -> None:
    row = one(body)
    assert (row["kind"], row["text"], row["attachments"]) == (kind, text, attachments)


def test_reactions_stand_below_the_text_and_above_files() -> None:
    row = one("hi  \n(- Me: 👍, Ada, Countess: ❤️ -)![a.jpg](./media/a.jpg)  ")
    assert row["reactions"] == [{"emoji": "👍", "sender": "Me"}, {"emoji": "❤️", "sender": "Ada, Countess"}]
    assert (row["text"], row["attachments"]) == ("hi", ["media/a.jpg"])
    assert one("well  \n(- note: later -)")["text"] == "well  \n(- note: later -)"


def test_a_quote_stands_before_the_text() -> None:
    row = one("\n\n> first\n> \n> third\n\n> mine  ")
    assert (row["reply_to"], row["text"]) == ("first\n\nthird", "> mine")
    assert one("\n\n> Photo\n\n  ")["reply_to"] == "Photo"
    assert one("> not a quote  ")["reply_to"] is None


def test_what_looks_like_a_header_inside_a_text() -> None:
    body = f"as I said:\n\n{STAMP} Bo: never\n[2024-05-29, 15:04] Bo: ever"
    assert one(body + "  ")["text"] == body


def test_an_old_export_and_one_that_an_editor_went_through() -> None:
    for content in (
        "[2019-12-24, 12:23] Me: a  \nb  \n[2019-12-24, 12:24] Aya: c  \n",
        "[2019-12-24 12:23] Me: a\nb\n[2019-12-24 12:24] Aya:\n",
    ):
        reading = chat(content, "Aya/index.md")
        assert [row["text"].split() for row in reading.rows] == [["a", "b"], ["c"] if "c" in content else []]
        assert {row["is_group"] for row in reading.rows} == {False}


def test_a_file_that_lies_outside_the_export_is_reported() -> None:
    lines = [
        LINE | {"body": "a  ", "attachments": [{"name": "x", "path": path}]}
        for path in ("../../etc/passwd", "media/a b.jpg")
    ]
    reading = chat("".join(json.dumps(line) + "\n" for line in lines), "data.json")
    assert reading.column("attachments") == [[], ["media/a b.jpg"]]
    assert ["leads out" in reason for reason in reading.reasons] == [True]


def test_a_sticker_that_was_exported() -> None:
    sticker = {"id": "1", "packId": "p", "packKey": "k", "emoji": "🐺", "extension": "webp"}
    row = chat(json.dumps(LINE | {"body": "  ", "sticker": sticker}) + "\n", "data.json").rows[0]
    assert (row["kind"], row["attachments"]) == ("sticker", ["exported_stickers/p/1.webp"])


def test_who_is_not_known_and_what_nobody_sent() -> None:
    reading = chat(f"{STAMP} No-Sender:   \n\n{STAMP} No-Sender: hi  \n\n{STAMP} Me: ok  \n\n", "Chess/chat.md")
    assert reading.column("kind") == ["system", "text", "text"]
    assert reading.column("sender_key") == [None, "No-Sender", "Me"]
    assert reading.column("from_owner") == [None, False, True]


def test_times_that_are_none() -> None:
    content = f"[2024-02-30 10:00:00] Aya: a  \n\n[1970-01-01 01:00:00] Aya: b  \n\n{STAMP} Me: c  \n\n"
    reading = chat(content, "Aya/chat.md")
    assert reading.column("text") == ["c"]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(1, True), (3, True)]


def test_more_than_two_are_a_group() -> None:
    content = "".join(f"{STAMP} {name}: hi  \n\n" for name in ("Me", "Aya", "Jim"))
    assert {row["is_group"] for row in chat(content, "Chess/chat.md").rows} == {True}


def test_of_two_outputs_the_json_is_read() -> None:
    messages = [Message(at(15, 4, 5), "Aya", text="hi"), Message(at(15, 5), OWNER, text="ho")]
    text, lines = markdown(messages), data_json(messages)
    for name in ("Aya/chat.md", "Aya/index.html"):
        sniff = signal.sniff(export(text, name, beside={"data.json": lines}))
        assert sniff is not None
        assert sniff.variant == COMPANION
    sniff = signal.sniff(export(lines, "Aya/data.json", beside={"chat.md": text}))
    assert sniff is not None
    assert sniff.variant == "sigexport json"
    assert signal.sniff(export("<p>hi</p>", "Aya/index.html")) is None


def test_a_text_with_a_former_export_merged_into_it_is_read_instead() -> None:
    messages = [Message(at(15, 4, 5), "Aya", text="hi"), Message(at(15, 5), OWNER, text="ho")]
    merged = markdown([Message(at(10, 0, day=1), OWNER, text="long ago"), *messages])
    claims = [
        signal.sniff(export(merged, "Aya/chat.md", beside={"data.json": data_json(messages)})),
        signal.sniff(export(data_json(messages), "Aya/data.json", beside={"chat.md": merged})),
    ]
    assert [claim.variant for claim in claims if claim] == ["sigexport md", COMPANION]


LINE: dict[str, Any] = {
    **{"date": "2024-05-29T15:04:05", "sender": "Aya", "body": "Incoming call  ", "quote": "", "sticker": ""},
    **{"reactions": [], "attachments": []},
}


def test_older_lines_of_sigexport_mark_no_calls_and_name_stickers_by_emoji() -> None:
    lines = [LINE, LINE | {"sticker": "🐺", "body": "  "}, LINE | {"date": "soon"}, LINE | {"call": False}]
    reading = chat("".join(json.dumps(line) + "\n" for line in lines) + "{broken\n", "Aya/data.json")
    assert reading.column("kind") == ["call", "sticker", "text"]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(3, True), (5, True)]


@pytest.mark.parametrize("value", ODD)
def test_values_of_wrong_types_end_in_rows_or_issues(value: Any) -> None:
    lines = [LINE, *(LINE | {key: value} for key in LINE)]
    reading = chat("".join(json.dumps(line) + "\n" for line in lines), "data.json")
    assert len(reading.rows) + sum(issue["is_row"] for issue in reading.issues) == 1 + len(LINE)
