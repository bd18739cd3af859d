"""Telegram's pages as wholes: events, times, what is joined across them, what the other pages of an account tell."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime

import pytest

from chatclone_dagster.readers import registry, telegram
from chatclone_dagster.readers.contract import COMPANION, ReadOptions, UnreadableError
from chatclone_dagster.readers.telegram.html_times import read_day, read_time
from tests.readers.reading import export, read
from tests.readers.telegram_samples import DAY, event, message, reading_of_page
from tests.readers.writing.telegram_html import div, page, tag


def test_events_stand_at_the_time_of_what_is_near() -> None:
    reading = reading_of_page(
        DAY,
        event("Ada created group &laquo;Chess&raquo;"),
        message(div("text", "a")),
        event("Ada pinned this message"),
        div("message service", div("body details", "24 August 2023"), id="message-2"),
        event("Ada invited Bo"),
    )
    assert reading.column("kind") == ["system", "text", "system", "system"]
    assert reading.column("text")[0] == "Ada created group «Chess»"
    assert reading.column("position") == [1, 2, 3, 5]
    noon = datetime(2023, 8, 23, 11, 11, 23)  # noqa: DTZ001
    assert reading.column("sent_local") == [noon, noon, noon, datetime(2023, 8, 24)]  # noqa: DTZ001
    assert reading.column("tz_known") == [True, True, True, False]


def test_events_that_look_like_days_and_messages_from_before_a_group_grew_up() -> None:
    reading = reading_of_page(
        DAY, event("23 August 2023"), event("Ada left", -999_999_870), event("No exported messages", -2)
    )
    assert reading.column("text") == ["23 August 2023", "Ada left"]
    strange = "This message is not supported by this version of Telegram Desktop. Please update the application."
    assert reading_of_page(DAY, event(strange)).column("kind") == ["unavailable"]


def test_many_events_in_a_row() -> None:
    reading = reading_of_page(DAY, *[event("x")] * 2500)
    assert len(reading.rows) == 2500
    assert reading_of_page(event("x")).reasons == ["an event without a day"]


def test_a_page_goes_on_where_the_one_before_ended() -> None:
    first = page("Ada", message(div("text", "a"), sender="Bo"))
    second = page("Ada", message(div("text", "b"), sender=None))
    third = page("Ada", message(div("text", "c"), sender=None) + event("x"))
    beside = {"messages.html": first, "messages2.html": second}
    reading = read(telegram, export(third, "messages3.html", beside))
    assert (reading.column("sender_name"), reading.issues) == (["Bo", None], [])
    alone = read(telegram, export(third, "messages3.html"))
    assert alone.reasons == ["a message without a sender: the page before it is missing"]
    assert alone.column("sender_name") == [None, None]


@pytest.mark.parametrize(
    ("written", "order", "sent", "known"),
    [
        ("23.08.2023 13:11:23 UTC-08:00", None, datetime(2023, 8, 23, 21, 11, 23), True),  # noqa: DTZ001
        ("23.08.2023 13:11:23 UTC+05:45", None, datetime(2023, 8, 23, 7, 26, 23), True),  # noqa: DTZ001
        ("23.08.2023 13:11:23 UTC", None, datetime(2023, 8, 23, 13, 11, 23), True),  # noqa: DTZ001
        ("03.08.2023 13:11:23", None, datetime(2023, 8, 3, 13, 11, 23), False),  # noqa: DTZ001
        ("2023-08-03 13:11:23", None, datetime(2023, 8, 3, 13, 11, 23), False),  # noqa: DTZ001
        ("2023-08-03T13:11:23Z", None, datetime(2023, 8, 3, 13, 11, 23), True),  # noqa: DTZ001
        ("08/23/2023, 1:11:23 PM", None, datetime(2023, 8, 23, 13, 11, 23), False),  # noqa: DTZ001
        ("08/03/2023 12:11 am", "mdy", datetime(2023, 8, 3, 0, 11), False),  # noqa: DTZ001
        ("08/03/2023 12:11", None, datetime(2023, 3, 8, 12, 11), False),  # noqa: DTZ001
    ],
)
def test_times(written: str, order: str | None, sent: datetime, known: bool) -> None:
    clock = read_time(written, order)
    assert clock is not None
    assert (clock.at, clock.is_utc) == (sent, known)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "30.02.2023 10:00:00",
        "01.01.0001 10:00:00",
        "01.01.2023 25:00:00",
        "9" * 5000,
        "01.01.2023 10:00:00 UTC+99:99:99",
    ],
)
def test_no_times(written: str) -> None:
    assert read_time(written) is None
    reading = reading_of_page(message(div("text", "a")), message("", title=written), message(div("text", "b")))
    assert (reading.column("text"), [issue["is_row"] for issue in reading.issues]) == (["a", "b"], [True])


def test_days() -> None:
    assert str(read_day("3 August 2023")) == "2023-08-03"
    assert [
        read_day(text) for text in ("30 February 2023", "3 Augur 2023 x", "August 2023", "99 May 2023", "3 May 0000")
    ] == [None] * 5


def test_the_way_round_of_day_and_month_may_be_said() -> None:
    file = export(page("Ada", message("", title="03/08/2023 10:00:00")), "messages.html")
    assert read(telegram, file, ReadOptions(date_order="mdy")).column("sent_local") == [datetime(2023, 3, 8, 10)]  # noqa: DTZ001


def entry(folder: int, name: str, kind: str) -> str:
    inside = div("body", div("pull_right info details", kind) + div("name bold", name))
    return tag(
        "a", inside, class_="entry block_link clearfix", href=f"../chats/chat_{folder:03}/messages.html#allow_back"
    )


LISTS = page(
    "Chats",
    entry(1, "Bo", "private")
    + entry(2, "Club", "group")
    + entry(3, "Bo", "bot")
    + entry(4, "Saved messages", "private"),
)
LISTS = LISTS.replace("chat_page", "list_page")
RESULTS = page(
    "",
    div(
        "personal_info",
        "".join(
            div("row", div("label details", label) + div("value bold", value))
            for label, value in (("First name", "Ada"), ("Last name", "Lovelace"), ("Phone number", "+1 555 0100"))
        ),
    ),
).replace("chat_page", "")
ACCOUNT = {"../../lists/chats.html": LISTS, "../../export_results.html": RESULTS}


@pytest.mark.parametrize(
    ("folder", "key", "is_group"),
    [
        ("chat_001", "Bo (chat_001)", False),
        ("chat_002", "Bo", True),
        ("chat_003", "Bo (chat_003)", False),
        ("chat_009", "Bo", None),
    ],
)
def test_a_whole_account_tells_more(folder: str, key: str, is_group: bool | None) -> None:
    photo = tag("a", "", class_="photo_wrap clearfix pull_left", href="../../chats/chat_001/photos/a.jpg")
    blocks = message(div("text", "a"), sender="Ada Lovelace") + message(div("media_wrap", photo), sender="Bo")
    reading = read(telegram, export(page("Bo", blocks), f"x.zip!DataExport/chats/{folder}/messages.html", ACCOUNT))
    assert reading.issues == []
    assert reading.column("from_owner") == [True, False]
    assert {(row["conversation_key"], row["is_group"]) for row in reading.rows} == {(key, is_group)}
    assert reading.rows[1]["attachments"] == ["chats/chat_001/photos/a.jpg"]


def test_what_others_said_among_saved_messages_is_forwarded() -> None:
    blocks = message(div("text", "a"), sender="Ada Lovelace") + message(div("text", "b"), sender="Eve")
    reading = read(telegram, export(page("Ada Lovelace", blocks), "chats/chat_004/messages.html", ACCOUNT))
    assert reading.column("forwarded") == [False, True]


RESULT = '{\n "name": "Ada",\n "type": "personal_chat", "id": 1, "messages": []}'
ACCOUNT_RESULT = '{"about": "", "personal_information": {"user_id": 1}}'


@pytest.mark.parametrize(
    ("name", "beside", "variant"),
    [
        ("messages.html", {}, "html"),
        ("messages.html", {"result.json": RESULT}, COMPANION),
        ("messages.html", {"result.json": RESULT.replace("Ada", "Bo")}, "html"),
        ("messages.html", {"result.json": RESULT.replace("Ada", "\\x01")}, COMPANION),
        ("messages.html", {"result.json": "{}"}, "html"),
        ("messages.html", {"../../result.json": ACCOUNT_RESULT}, "html"),
        ("chats/chat_001/messages2.html", {"../../result.json": ACCOUNT_RESULT}, COMPANION),
        ("chats/chat_001/messages2.html", {"../../result.json": RESULT}, "html"),
    ],
)
def test_json_is_preferred_where_it_says_the_same(name: str, beside: dict[str, str], variant: str) -> None:
    sniff = telegram.sniff(export(page("Ada", message("")), name, beside))
    assert sniff is not None
    assert sniff.variant == variant


def test_other_pages_are_companions() -> None:
    for content in (LISTS, RESULTS):
        found = registry.detect(export(content, "lists/chats.html"))
        assert found is not None
        assert (found[0], found[1].variant) == (telegram, COMPANION)


def test_a_page_that_breaks_off_keeps_what_is_before() -> None:
    content = page("Ada", message(div("text", "a")) + message(div("text", "b")))
    reading = read(telegram, export(content[: content.rindex('class="text"')], "messages.html"))
    assert (reading.column("text"), len(reading.issues)) == (["a"], 1)


@pytest.mark.parametrize(
    "junk",
    ["<div class='message default'>", "<div>" * 600, "</div>" * 500, "<br>" * 50_000, "<a href='" + "x" * 100_000],
)
def test_junk(junk: str) -> None:
    content = re.sub("(?=</div>)", junk.replace("\\", ""), page("Ada", message(div("text", "a"))), count=3)
    with suppress(UnreadableError):
        assert len(read(telegram, export(content, "messages.html")).rows) <= 2
