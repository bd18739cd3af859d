"""Dates and times in words: many languages, and what only a whole file can tell."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers.times import written as written_times
from chatclone_dagster.readers.times.written import is_written_time, read_written

AFTERNOON = datetime(2019, 10, 19, 14, 37)  # noqa: DTZ001 (what is written has no zone)


@pytest.mark.parametrize(
    "text",
    [
        "Oct 19, 2019, 2:37 PM",
        "Oct 19, 2019 at 2:37 PM",
        "October 19, 2019 2:37pm",
        "Oct 19, 2019 2:37:00 pm",
        "Saturday, October 19, 2019 at 2:37pm UTC+02",
        "19 Oct 2019, 14:37",
        "Sat, 19 Oct 19, 14:37",
        "19.10.2019, 14:37",
        "19/10/2019 14:37",
        "2019-10-19 14:37",
        "19. Okt. 2019, 14:37 Uhr",
        "19. Oktober 2019 um 14:37",
        "oct 19, 2019 2:37:00 pm",
        "19 oct. 2019 à 14 h 37",
        "19 de octubre de 2019, 14:37",
        "out 19, 2019 2:37 da tarde/noite",
        "19 de out. de 2019 14:37",
        "paź 19, 2019 2:37:00 po południu",
        "19 окт. 2019 г., 14:37",
        "19 жовт. 2019 р., 14:37",
        "19 Eki 2019 14:37",
        "Eki 19, 2019 2:37 ÖS",
        "2019. okt. 19. 14:37",
        "19. lokakuuta 2019 kello 14.37",
        "19. oktober 2019 kl. 14.37",
        "19 octombrie 2019 la 14:37",
        "19 d’oct. 2019, 14:37",
        "19 Οκτ 2019, 2:37 μ.μ.",
        "19 באוק׳ 2019, 14:37",
        "١٩ أكتوبر ٢٠١٩، ٢:٣٧ م",
        "ต.ค. 19, 2019 2:37 pm",
        "19 ต.ค. 2562 14:37",
        "14:37 19 thg 10, 2019",
        "2019年10月19日 下午2:37",
        "10月 19, 2019 2:37 下午",
        "2019/10/19 14:37",
        "2019. 10. 19. 오후 2:37",
        "2019년 10월 19일 오후 2:37",
    ],
)
def test_languages(text: str) -> None:
    assert is_written_time(text)
    assert read_written([text]).to_list() == [AFTERNOON]


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("12:05 AM", 0),
        ("12:05 PM", 12),
        ("11:05 pm", 23),
        ("0:05", 0),
        ("12:05 de la noche", 0),
        ("9:05 de la noche", 21),
    ],
)
def test_halves_of_the_day(text: str, hour: int) -> None:
    assert read_written([f"Oct 19, 2019, {text}"])[0].hour == hour


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "see you at 10:30",
        "Oct 19, 2019",
        "Ada\nOct 19, 2019, 2:37 PM",
        "Feb 30, 2019, 2:37 PM",
        "Oct 19, 2019, 25:37",
        "99999 Oct 2019, 2:37 PM",
        "wat 19, 2019 2:37 pm",
        "Oct 19, 2019 2:37 xx",
        "1 2 3 4 5 6:07",
        "x" * 10_000,
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert read_written([text]).to_list() == [None]


def test_a_word_that_is_two_months_is_read_as_the_other_words_are() -> None:
    croatian = read_written(["1. lis 2019. 10:00", "1. stu 2019. 10:00", "1. ruj 2019. 10:00"])
    polish = read_written(["1 lis 2019 10:00", "1 paź 2019 10:00"])
    assert (croatian.dt.month().to_list(), polish.dt.month().to_list()) == ([10, 11, 9], [11, 10])


def test_a_word_behind_the_clock_is_no_half_of_the_day_if_afternoons_have_it_too() -> None:
    assert None not in read_written(["Oct 19, 2019 2:37 xx", "Oct 19, 2019 14:37 xx"]).to_list()


@pytest.mark.parametrize("backwards", [False, True])
def test_numbers_are_read_in_the_order_in_which_time_runs(backwards: bool) -> None:
    day_first = ["05/01/2020 10:00", "07/01/2020 10:00", "02/02/2020 10:00"]
    month_first = ["01/05/2020 10:00", "01/07/2020 10:00", "02/02/2020 10:00"]
    for texts in (day_first, month_first):
        assert sorted(read_written(texts[:: -1 if backwards else 1]).dt.month().to_list()) == [1, 1, 2]
    assert read_written(["01/02/2020 10:00"], "mdy").dt.month().to_list() == [1]


_NAMES = [(language, year) for language, year in written_times._calendar()[0].items()]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_NAMES), st.datetimes(datetime(2005, 1, 1), datetime(2029, 12, 31)), st.data())  # noqa: DTZ001
def test_every_month_of_every_language(
    language: tuple[str, list[list[str]]], at: datetime, data: st.DataObject
) -> None:
    _, year = language
    name = data.draw(st.sampled_from(year[at.month - 1]))
    others = [f"1 {forms[0]} 2019 10:00" for forms in year]
    found = read_written([*others, f"{at.day} {name} {at.year}, {at:%H:%M}"])
    assert found.dt.month().to_list() == [*range(1, 13), at.month]
    assert found[-1] == at.replace(second=0, microsecond=0)
