"""WhatsApp exports: headers, dates, pasted pieces, names, and what is only decided when the whole file is known."""

from __future__ import annotations

from datetime import datetime

import pytest

from chatclone_dagster.readers import whatsapp
from chatclone_dagster.readers.contract import ReadOptions
from tests.readers.reading import export, read

LRM = "\u200e"


def rows(content: str, name: str = "WhatsApp Chat with Ada.txt", **options: object) -> list[dict[str, object]]:
    return read(whatsapp, export(content, name), ReadOptions(**options)).rows  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        ("06/03/2017, 00:45 - ", "2017-03-06T00:45:00"),
        ("[06.03.17, 00:45:12] ", "2017-03-06T00:45:12"),
        ("06.03.17, 00:45:12: ", "2017-03-06T00:45:12"),
        ("13.6.2018 klo 21.25.15 - ", "2018-06-13T21:25:15"),
        ("13/12/2017 à 22:35 - ", "2017-12-13T22:35:00"),
        ("13. 6. 2018. 21:25:15 ", "2018-06-13T21:25:15"),
        ("30/08/25 18.00 - ", "2025-08-30T18:00:00"),
        ("13.01.2020 г., 12:30 - ", "2020-01-13T12:30:00"),
        ("2020. 1. 13. 오후 3:05 - ", "2020-01-13T15:05:00"),
        ("2023/5/14 下午3:05 - ", "2023-05-14T15:05:00"),
        ("[2023/5/14 上午12:05:09] ", "2023-05-14T00:05:09"),
        ("2023/5/14 午後0:05 - ", "2023-05-14T12:05:00"),
        ("8/22/23, 5:25\u202fPM - ", "2023-08-22T17:25:00"),
        ("22/8/23, 1:55 p.\u00a0m. - ", "2023-08-22T13:55:00"),
        ("1/23/23, 3:22_AM - ", "2023-01-23T03:22:00"),
        ("09/17/19, 8:30:52 AM – ", "2019-09-17T08:30:52"),
        ("٢٤\u200f/٤\u200f/٢٠٢٢، ٢:٠٧ م - ", "2022-04-24T14:07:00"),
        ("[२४/४/२०२२, १४:०७:००] ", "2022-04-24T14:07:00"),
        ("13/6/2018, 23:59 PM - ", "2018-06-13T23:59:00"),
        ("13/6/2018, 00:04 AM - ", "2018-06-13T00:04:00"),
        ("13/6/2018, 12:04 AM - ", "2018-06-13T00:04:00"),
        ("13/6/2561, 12:04 - ", "2018-06-13T12:04:00"),
        ("2017-07-12 22 h 35 - ", "2017-07-12T22:35:00"),
        (f"{LRM}[\ufeff13/6/2018, 12:04:05] ", "2018-06-13T12:04:05"),
    ],
)
def test_every_form_of_header(header: str, sent: str) -> None:
    (row,) = rows(f"{header}Ada: hi\n")
    assert (row["sent_local"], row["sender_name"], row["text"]) == (datetime.fromisoformat(sent), "Ada", "hi")


@pytest.mark.parametrize(
    "line",
    [
        "2016-04-29 10:30:00",
        "12/12/19: Departure",
        "2/11/19, 14:48 Ada: no separator",
        "99/99/2019, 14:48 - Ada: no date",
        "13/06/2018, 25:00 - Ada: no time",
        "31/06/2018, 10:00 - Ada: no such day",
        "10:30 - Ada: no date",
    ],
)
def test_what_looks_like_a_header_and_is_none_goes_on_with_the_message(line: str) -> None:
    (row,) = rows(f"13/06/2018, 10:00 - Ada: first\n{line}\n")
    assert row["text"] == f"first\n{line}"


def test_bodies_keep_their_lines_blanks_and_strange_line_ends() -> None:
    content = "[13/06/2018, 10:00:00] Ada: a\r\n\r\n  b\u2028c\rd\x0b\r\n[13/06/2018, 10:01:00] Ada:  e \r\n"
    assert [row["text"] for row in rows(content)] == ["a\n\n  b\u2028c\rd\x0b", " e "]
    assert [row["position"] for row in rows(content)] == [1, 4]


def test_a_byte_order_mark_may_stand_anywhere_in_a_header() -> None:
    content = "\ufeff[13/06/2018, 10:00:00] Ada: a\n\ufeff[13/06/2018, 10:01:00] \ufeffBo: b\n"
    assert [(row["sender_name"], row["text"]) for row in rows(content)] == [("Ada", "a"), ("Bo", "b")]


# --- dates -------------------------------------------------------------------------------------------------------------------


def test_the_order_of_dates_follows_time() -> None:
    content = "3/4/24, 10:00 - Ada: a\n4/4/24, 10:00 - Bo: b\n1/5/24, 10:00 - Ada: c\n"
    reading = read(whatsapp, export(content))
    assert reading.facts["date_order"] == "dmy"
    assert reading.column("sent_local")[2] == datetime(2024, 5, 1, 10)  # noqa: DTZ001


def test_where_nothing_else_tells_the_number_that_leaps_is_the_day() -> None:
    content = "3/4/24, 10:00 - Ada: a\n4/8/24, 10:00 - Bo: b\n5/12/24, 10:00 - Ada: c\n"
    reading = read(whatsapp, export(content))
    assert (reading.facts["date_order"], reading.issues) == ("mdy", [])


def test_of_dates_that_contradict_each_other_the_first_counts() -> None:
    content = "3/4/24, 10:00 - Ada: a\n4/25/24, 10:00 - Bo: b\n25/6/24, 10:00 - Ada: c\n"
    assert read(whatsapp, export(content)).facts["date_order"] == "mdy"


def test_a_date_that_tells_nothing_is_read_day_first_with_a_warning_and_can_be_overruled() -> None:
    reading = read(whatsapp, export("3/4/24, 10:15 AM - Ada: hi\n"))
    assert reading.rows[0]["sent_local"] == datetime(2024, 4, 3, 10, 15)  # noqa: DTZ001
    assert reading.facts["date_order_confidence"] == 0.5
    assert ["date_order" in reason for reason in reading.reasons] == [True]
    assert rows("3/4/24, 10:15 AM - Ada: hi\n", date_order="mdy")[0]["sent_local"] == datetime(2024, 3, 4, 10, 15)  # noqa: DTZ001


def test_each_shape_has_its_own_order_and_an_undecided_one_follows_the_file() -> None:
    old = "".join(f"1/{day}/19, 9:00 PM - Ada: {day}\n" for day in range(10, 31))
    new = "".join(f"[2/{day}/19, 9:00:00 PM] Ada: {day}\n" for day in range(1, 7))
    reading = read(whatsapp, export(old + new))
    assert len(reading.rows) == 27
    assert reading.rows[-1]["sent_local"] == datetime(2019, 2, 6, 21)  # noqa: DTZ001
    assert reading.issues == []


def test_years_of_another_calendar_are_reported() -> None:
    reading = read(whatsapp, export("۱۴۰۲/۵/۲۹, ۱۴:۰۷ - Ada: hi\n"))
    assert ["calendar" in reason for reason in reading.reasons] == [True]


def test_an_unknown_half_of_the_day_is_reported() -> None:
    reading = read(whatsapp, export("13/06/2018, 10:00 xyz - Ada: hi\n"))
    assert reading.rows[0]["sent_local"] == datetime(2018, 6, 13, 10)  # noqa: DTZ001
    assert ["word beside the time" in reason for reason in reading.reasons] == [True]


# --- pasted pieces of other chats --------------------------------------------------------------------------------------------

CHAT = "".join(f"[{day:02}.06.18, 10:00:00] Ada: day {day}\n" for day in range(1, 25))


@pytest.mark.parametrize(
    "pasted",
    [
        "2/11/19, 14:48 - Bo: from another phone\n",
        "[1.2.2018, 00:00:00] Bo: another year\n",
        "[1.6.18, 00:00:00] Bo: no zeros\n",
        "[03.04.18, 10:00:00] Bo: the same shape, long ago\n[03.04.18, 10:05:00] Ada: yes\n",
    ],
)
def test_a_pasted_excerpt_stays_in_the_message(pasted: str) -> None:
    head, tail = CHAT[: CHAT.index("[13")], CHAT[CHAT.index("[13") :]
    reading = read(whatsapp, export(head + pasted + tail))
    assert len(reading.rows) == 24
    assert reading.rows[11]["text"] == "day 12\n" + pasted.strip()
    assert len(reading.issues) == 1


def test_a_changed_region_is_no_excerpt() -> None:
    other = "".join(f"2018-07-{day:02}, 10:00 - Ada: later\n" for day in range(1, 4))
    assert len(rows(CHAT + other)) == 27


def test_a_clock_that_ran_ahead_once_swallows_nothing() -> None:
    content = CHAT.replace("[13.06.18", "[13.06.19")
    assert len(rows(content)) == 24


def test_late_delivery_is_no_excerpt() -> None:
    content = CHAT.replace("[13.06.18, 10:00:00]", "[12.06.18, 09:58:00]")
    assert len(rows(content)) == 24


# --- names -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "name", "text"),
    [
        ("Ada: hi: there", "Ada", "hi: there"),
        ("~\u202fPia: hi", "~\u202fPia", "hi"),
        ("\u202a+49 170 5550123\u202c: hi", "+49 170 5550123", "hi"),
        ("\u200fסבתא\u200f: שלום", "סבתא", "שלום"),
        ("Ada - work: hi", "Ada - work", "hi"),
        ("Ada:", "Ada", ""),
        ('Dwayne "Rock": hi', None, 'Dwayne "Rock": hi'),
        ("19:00: that is when", None, "19:00: that is when"),
        ("https://example.org/a: b", None, "https://example.org/a: b"),
        ("Ada:no blank on a phone that writes one", None, "Ada:no blank on a phone that writes one"),
    ],
)
def test_names_before_the_colon(line: str, name: str | None, text: str) -> None:
    (row,) = rows(f"13/06/2018, 10:00 - {line}\n")
    assert (row["sender_name"], row["text"]) == (name, text)


def test_a_name_with_quotes_is_a_name_when_it_comes_up_again() -> None:
    content = '13/06/2018, 10:00 - Dwayne "Rock": hi\n13/06/2018, 10:01 - Dwayne "Rock": you\n'
    assert [row["sender_name"] for row in rows(content)] == ['Dwayne "Rock"'] * 2


def test_chinese_phones_may_leave_out_the_blank() -> None:
    content = "[2026/7/9 02:28:09] Ada: a\n[2026/7/9 02:28:37] Bo:b\n[2026/7/9 02:29:00] 19:00 ok\n"
    assert [(row["sender_name"], row["text"]) for row in rows(content)] == [
        ("Ada", "a"),
        ("Bo", "b"),
        (None, "19:00 ok"),
    ]


def test_a_colon_inside_a_name_is_found_over_the_file() -> None:
    content = "".join(
        f"{day:02}/06/2018, 10:00 - Uni: {who}: hi {day}\n" for day in range(1, 13) for who in ("Tom", "Eva")
    )
    found = rows(content)
    assert {row["sender_name"] for row in found} == {"Uni: Tom", "Uni: Eva"}
    assert found[0]["text"] == "hi 1"


def test_addressing_people_by_name_makes_no_longer_name() -> None:
    content = "".join(
        f"{day:02}/06/2018, 10:00 - Tom: Eva: hi\n{day:02}/06/2018, 10:01 - Eva: ok\n" for day in range(1, 13)
    )
    assert {row["sender_name"] for row in rows(content)} == {"Tom", "Eva"}


def test_one_person_with_and_without_marks_is_one() -> None:
    content = "13/06/2018, 10:00 - ~\u202fPia: a\n13/06/2018, 10:01 - \u200e~ Pia: b\n"
    assert len({row["sender_key"] for row in rows(content)}) == 1
