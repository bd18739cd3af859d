"""The marts, on histories small enough to count by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chatclone_dagster.home import Home
from tests.history import IN_BERLIN, ask, built

WEEK = (
    # Monday 1 January 2024, 23:30 in Berlin: Bo asks, Ann answers after midnight, on Tuesday.
    {"who": "Bo", "text": "are you awake?", "at": "1 23:30"},
    {"who": "Ann", "text": "yes", "at": "2 00:20"},
    {"who": "Ann", "text": "why", "at": "2 00:20"},
    {"who": "Bo", "text": "no reason 🙂", "at": "2 00:21"},
    # Two days on, Ann writes into the silence; nobody answers. Bo breaks it after nine days.
    {"who": "Ann", "text": "lunch?", "at": "4 12:00"},
    {"who": "Bo", "text": "sorry, was away", "at": "13 12:00"},
    {"who": "Ann", "text": "no problem", "at": "13 12:10"},
    {"who": None, "text": "Bo changed the icon", "kind": "system", "at": "13 12:11"},
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return built(tmp_path_factory.mktemp("marts"), *WEEK, settings=IN_BERLIN)


def test_hours_of_week_go_by_the_owners_clock(home: Home) -> None:
    assert ask(home, "select sender_name, weekday, hour, messages from hours_of_week order by all") == [
        ("Ann", 2, 0, 2),
        ("Ann", 4, 12, 1),
        ("Ann", 6, 12, 1),
        ("Bo", 1, 23, 1),
        ("Bo", 2, 0, 1),
        ("Bo", 6, 12, 1),
    ]


def test_daily_activity(home: Home) -> None:
    asked = (
        "select day, sender_name, messages, texts, conversations, characters from daily_activity order by all limit 3"
    )
    assert ask(home, asked) == [
        (date(2024, 1, 1), "Bo", 1, 1, 1, 14),
        (date(2024, 1, 2), "Ann", 2, 2, 1, 6),
        (date(2024, 1, 2), "Bo", 1, 1, 1, 11),
    ]


def test_reply_times_go_both_ways(home: Home) -> None:
    """Ann answers Bo after 50 and 10 minutes, Bo answers Ann after one; what comes after a silence answers nothing."""
    asked = "select sender_name, counterpart_name, replies, quarter_seconds, median_seconds, three_quarters_seconds, "
    asked += "within_1_minute, within_5_minutes, within_1_hour, their_replies, their_median_seconds, replies_in_groups "
    assert ask(home, asked + "from reply_times order by 1") == [
        ("Ann", "Bo", 2, 1200.0, 1800.0, 2400.0, 0.0, 0.0, 1.0, 1, 60.0, 0),
        ("Bo", "Ann", 1, 60.0, 60.0, 60.0, 1.0, 1.0, 1.0, 2, 1800.0, 0),
    ]


def test_who_texts_first_and_who_has_the_last_word(home: Home) -> None:
    asked = "select sender_name, sessions, opened, share_opened, opened_and_answered, median_silent_hours, "
    asked += "opened_after_a_week, share_last_word from who_texts_first order by 1"
    (ann, bo) = ask(home, asked)
    assert ann == ("Ann", 3, 1, 1 / 3, 0, pytest.approx(59.65), 0, 2 / 3)
    assert bo == ("Bo", 3, 2, 2 / 3, 2, 216.0, 1, 1 / 3)


def test_conversations_have_streaks_and_silences(home: Home) -> None:
    asked = "select people, messages, messages_of_owner, texts, active_days, sessions, longest_streak_days, "
    asked += "longest_streak_from, longest_silence_days, longest_silence_from::date from conversations"
    assert ask(home, asked) == [(2, 8, 4, 7, 4, 3, 2, date(2024, 1, 1), 9.0, date(2024, 1, 4))]


def test_people(home: Home) -> None:
    asked = "select sender_name, messages, texts, words, characters, active_days, replies from people order by 1"
    assert ask(home, asked) == [("Ann", 4, 4, 5, 22, 3, 2), ("Bo", 3, 3, 8, 40, 3, 1)]


def test_bursts_and_lengths(home: Home) -> None:
    assert ask(home, "select sender_name, bubbles, turns, share from bursts order by all") == [
        ("Ann", 1, 2, 2 / 3),
        ("Ann", 2, 1, 1 / 3),
        ("Bo", 1, 3, 1.0),
    ]
    asked = "select sender_name, characters_from, characters_to, texts, share from message_lengths order by all"
    assert ask(home, asked) == [
        ("Ann", 2, 3, 2, 0.5),
        ("Ann", 4, 7, 1, 0.25),
        ("Ann", 8, 15, 1, 0.25),
        ("Bo", 8, 15, 3, 1.0),
    ]


def test_replies_to_learn(home: Home) -> None:
    asked = "select sender_name, replies, different_replies, characters, people_answered, days, share_of_busiest_chat "
    assert ask(home, asked + "from replies_to_learn order by 1") == [
        ("Ann", 2, 2, 17, 1, 2, 1.0),
        ("Bo", 1, 1, 11, 1, 1, 1.0),
    ]


def test_an_emoji_is_one_whatever_it_is_made_of(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Ann", "text": "👩‍👩‍👧🇩🇪👍🏽 1️⃣"},
        {"who": "Ann", "text": "❤️❤ ™️ 24 #1 * 🇫🇷🇩🇪"},
        {"who": "Bo", "text": "nothing", "at": "1 12:01"},
    )
    assert ask(home, "select emoji, uses, texts_with_it, per_1000_texts, place from emoji order by place") == [
        ("🇩🇪", 2, 2, 1000.0, 1),
        ("❤", 2, 1, 1000.0, 2),
        *(
            (emoji, 1, 1, 500.0, place)
            for place, emoji in enumerate(sorted(["1⃣", "™", "🇫🇷", "👍🏽", "👩‍👩‍👧"]), start=3)
        ),
    ]


def test_more_than_ten_in_a_row_are_counted_as_ten(tmp_path: Path) -> None:
    rows = [{"who": "Ann", "text": str(i), "at": f"1 12:{i:02}"} for i in range(13)]
    home = built(tmp_path, *rows, {"who": "Bo", "text": "stop", "at": "1 12:30"})
    assert ask(home, "select bubbles, turns, share from bursts where sender_id = 'me'") == [(10, 1, 1.0)]


def test_the_sums_of_the_marts_agree(sample_history: Home) -> None:
    texts, bubbles = ask(
        sample_history, "select count(*) filter (where kind = 'text'), count(*) from stg_messages where is_bubble"
    )[0]
    for mart, column, total in (
        ("hours_of_week", "messages", bubbles),
        ("daily_activity", "messages", bubbles),
        ("message_lengths", "texts", texts),
        ("sentiment", "texts", texts),
        ("texting_habits", "texts", texts),
    ):
        assert ask(sample_history, f"select sum({column}) from {mart}") == [(total,)], mart
    asked = "select conversation_id from who_texts_first group by all having sum(opened) != any_value(sessions)"
    assert ask(sample_history, asked + " or abs(sum(share_last_word) - 1) > 1e-9") == []
    shares = "select sender_id from {} group by all having abs(sum(share) - 1) > 1e-9"
    assert [mart for mart in ("bursts", "message_lengths") if ask(sample_history, shares.format(mart))] == []
    assert ask(sample_history, "select sum(turns) from bursts") == ask(sample_history, "select count(*) from turns")


def test_languages_of_a_person(tmp_path: Path) -> None:
    """Whatever the model makes of the texts, each is counted once in every language it was found to be in."""
    home = built(
        tmp_path,
        *({"who": "Ann", "text": f"see you at the station around {i} then"} for i in range(8)),
        *({"who": "Ann", "text": f"bis später, wir sehen uns dann um {i} Uhr am Bahnhof"} for i in range(4)),
        {"who": "Ann", "text": "12:30"},
        {"who": "Bo", "text": "see you later then, take care"},
        settings=IN_BERLIN,
    )
    asked = "select sender_name, language, texts, share, mixed_texts from languages order by sender_name, texts desc"
    assert ask(home, asked) == [
        ("Ann", "en", 8, pytest.approx(8 / 12), 0),
        ("Ann", "de", 4, pytest.approx(4 / 12), 0),
        ("Bo", "en", 1, 1.0, 0),
    ]
