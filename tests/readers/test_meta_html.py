"""Messenger and Instagram in HTML: pages of all years, times of many languages, and what is no thread."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers import messenger, registry
from chatclone_dagster.readers.contract import ReadOptions
from tests.readers.reading import Reading, export, read
from tests.readers.writing import meta_html as writing
from tests.readers.writing.meta_html import SHAPES, TIMES, Said

PATH = "your_activity_across_facebook/messages/inbox/adaandbo_123/message_1.html"
AT = datetime(2019, 10, 19, 14, 37)  # noqa: DTZ001 (exports have no zone)
SHAPE = SHAPES["2023"]


def read_page(content: str, path: str = PATH, options: ReadOptions | None = None) -> Reading:
    file = export(content, path)
    found = registry.detect(file)
    assert found is not None
    assert found[0] is messenger
    assert found[1].variant == "html"
    return read(messenger, file, options)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(writing.chats(), st.sampled_from(sorted(SHAPES)), st.sampled_from(sorted(TIMES)))
def test_what_was_written_is_read(said: list[Said], shape: str, time: str) -> None:
    reading = read_page(writing.page(said, SHAPES[shape], time))
    assert reading.issues == []
    for row, one in zip(reversed(reading.rows), said, strict=True):
        to_the_minute = one.at.replace(second=0)
        assert row["sent_local"] == (one.at if time in ("seconds", "French") else to_the_minute)
        assert row["tz_known"] is False
        assert (row["sender_name"], row["kind"], row["text"]) == (one.sender, one.kind, one.text)
        assert [(item["emoji"], item["sender"]) for item in row["reactions"]] == one.reactions
        assert (row["attachments"], row["folded"], row["is_group"]) == (one.attachments, one.folded, True)
        assert (row["conversation_key"], row["conversation_name"]) == ("adaandbo_123", "Zoë & Ada")


def page(*blocks: str, head: str = "<title>Zoë</title>") -> str:
    return f'<html><head>{head}</head><body><div role="main">{"".join(blocks)}</div></body></html>'


def block(body: str, sender: str | None = "Ada", time: str = "Oct 19, 2019, 2:37 PM") -> str:
    return SHAPE.block(sender, body, time)


def one(body: str) -> dict[str, object]:
    return read_page(page(block(body))).rows[0]


def places(typed: str = "", shared: str = "") -> str:
    return f"<div><div></div><div>{typed}</div><div>{shared}</div><div></div></div>"


PICTURE = '<a href="messages/inbox/x_1/photos/1.jpg"><img src="messages/inbox/x_1/photos/1.jpg"/></a>'
LINK = '<a href="https://e.org/">https://e.org/</a>'


@pytest.mark.parametrize(
    ("body", "kind", "text", "attachments"),
    [
        (places("hi"), "text", "hi", []),
        ("hi", "text", "hi", []),
        ("<div>hi</div>", "text", "hi", []),
        (places("two<br />lines"), "text", "two\nlines", []),
        (places("two\nlines"), "text", "two\nlines", []),
        (places(f"see {LINK}"), "text", "see https://e.org/", []),
        (places(LINK, f"<div>{LINK}</div>"), "text", "https://e.org/", ["https://e.org/"]),
        (
            places("", f"<div><div>a caption</div><div>who</div><div>{LINK}</div></div>"),
            "media",
            "",
            ["https://e.org/"],
        ),
        (places("Ada sent an attachment.", f"<div><div>cap</div>{LINK}</div>"), "media", "", ["https://e.org/"]),
        (places("look", PICTURE), "media", "look", ["messages/inbox/x_1/photos/1.jpg"]),
        (places("", '<audio src="audio/1.aac"></audio>'), "voice", "", ["audio/1.aac"]),
        (places("", '<video src="m/audio/1.mp4"></video>'), "voice", "", ["m/audio/1.mp4"]),
        (places("", '<video><source src="videos/1.mp4"/></video>'), "media", "", ["videos/1.mp4"]),
        (places("", '<img src="messages/stickers_used/1.png"/>'), "sticker", "", ["messages/stickers_used/1.png"]),
        (places("", '<a href="x_1/files/a.pdf">a.pdf</a>'), "media", "", ["x_1/files/a.pdf"]),
        (places("", '<div><span class="_idm">Duration: 5 minutes</span></div>'), "call", "", []),
        (places("Oct 19, 2019, 2:37 PM"), "text", "Oct 19, 2019, 2:37 PM", []),
        (places("Liked a message"), "system", "Liked a message", []),
        (places("Ada unsent a message."), "deleted", "", []),
        (places("This message was unsent."), "deleted", "", []),
        (places("IP Address: 127.0.0.1"), "text", "IP Address: 127.0.0.1", []),
        (places(), "unavailable", "", []),
        ("", "unavailable", "", []),
    ],
)
def test_bodies(body: str, kind: str, text: str, attachments: list[str]) -> None:
    row = one(body)
    assert (row["kind"], row["text"], row["attachments"]) == (kind, text, attachments)


@pytest.mark.parametrize(
    ("written", "emoji", "sender"),
    [
        ("<span>❤️zoe</span>", "❤️", "zoe"),
        ("<span>❤️zoe<span> (Apr 23, 2022 5:32 pm)</span></span>", "❤️", "zoe"),
        ("👍🏽Zoë (work)", "👍🏽", "Zoë (work)"),
        ("🤷‍♀️🤓 Pia", "🤷‍♀️", "🤓 Pia"),
        ("🇩🇪Ada", "🇩🇪", "Ada"),
        ("1️⃣Ada", "1️⃣", "Ada"),
    ],
)
def test_reactions(written: str, emoji: str, sender: str) -> None:
    assert one(places("hi") + f"<ul><li>{written}</li></ul>")["reactions"] == [{"emoji": emoji, "sender": sender}]


def test_a_path_that_leads_out_is_left_out_and_reported() -> None:
    reading = read_page(page(block(places("", '<img src="../../etc/passwd"/>'))))
    assert reading.rows[0]["attachments"] == []
    assert ["leads out" in reason for reason in reading.reasons] == [True]


def test_a_sender_that_is_left_out_is_that_of_the_message_above() -> None:
    reading = read_page(page(block("a", "Ada"), block("b", None), block("c", "Bo"), block("d", "")))
    assert reading.column("sender_name") == ["Ada", "Ada", "Bo", None]


@pytest.mark.parametrize(
    ("line", "is_group"),
    [
        ("Participants: Ada, Bo and Cy", True),
        ("Teilnehmer: Ada und Zoë", False),
        ("Participants: Ada, Zoë", False),
        ("Участники: Ada, Bo и Cy", True),
        ("參與者：Ada、Bo、Cy", True),
        ("Remember: milk, eggs and bread", None),
    ],
)
def test_participants(line: str, is_group: bool | None) -> None:
    reading = read_page(page(f'<div class="_a6-g"><h2 class="_a6-h">{line}</h2></div>', block("hi")))
    assert reading.column("is_group") == [is_group]


def test_what_stands_above_the_messages_is_none_of_them() -> None:
    photo = block(places("", PICTURE), "Group photo")
    assert read_page(page(photo, block("hi"))).column("text") == ["hi"]


def test_names_of_classes_do_not_matter() -> None:
    said = [Said(AT, "Ada", "hi"), Said(AT, "Zoë Müller", "ho", reactions=[("😂", "Ada")])]
    known = writing.page(said, SHAPE, "comma")
    other = known.replace("_a6-", "zz-").replace("_3-9", "yy-").replace("_2p", "xx-")
    for path in (PATH, "chat.html"):
        assert read_page(other, path).column("text") == ["ho", "hi"]


def test_an_unknown_language_is_reported_with_the_way_out() -> None:
    reading = read_page(page(block("hi", time="wat 1, 2019 1:00:00 am"), block("ho", time="wat 1, 2019 1:00:00 am")))
    assert reading.rows == []
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(0, False), (0, True), (1, True)]
    assert "JSON" in reading.reasons[0]


def test_numbers_are_read_as_the_user_says() -> None:
    content = page(block("hi", time="01/02/2020, 10:00"))
    assert read_page(content).column("sent_local")[0].month == 2
    assert read_page(content, options=ReadOptions(date_order="mdy")).column("sent_local")[0].month == 1
