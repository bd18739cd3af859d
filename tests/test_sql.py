"""What the SQL models mean by sessions, turns, pairs and habits, and the warehouse that anybody may read."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import duckdb
import pytest

from chatclone_dagster import warehouse
from chatclone_dagster.home import Home
from chatclone_dagster.settings import Me, Sessions, Settings
from chatclone_dagster.sql_models import Project
from tests.history import ANN, ask, built


def pairs(home: Home) -> list[tuple[str, str, str]]:
    return [
        (" / ".join(prompt), " / ".join(reply), how)
        for prompt, reply, how in ask(
            home, "select prompt_bubbles, reply_bubbles, answered_by from conversation_pairs order by replied_at"
        )
    ]


def test_a_silence_ends_a_session_and_bubbles_stay_apart(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "hi", "at": "1 10:00"},
        {"who": "Bo", "text": "free tonight?", "at": "1 10:01"},
        {"who": "Ann", "text": "yes", "at": "1 10:30"},
        {"who": "Ann", "text": "and you?", "at": "1 11:30"},
        {"who": "Bo", "text": "sure", "at": "1 12:31"},
    )
    assert ask(home, "select messages, turns, people from sessions order by started_at") == [(4, 2, 2), (1, 1, 1)]
    assert pairs(home) == [("hi / free tonight?", "yes / and you?", "adjacent")], "nothing is answered across a silence"


def test_a_reply_by_link_goes_on_across_a_silence(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "where do we meet?", "at": "1 10:00", "platform_id": "1"},
        {"who": "Ann", "text": "let me think", "at": "1 10:01", "platform_id": "2"},
        {"who": "Ann", "text": "morning!", "at": "2 10:00", "platform_id": "3"},
        {"who": "Ann", "text": "at the pier", "at": "2 10:01", "platform_id": "4", "reply_to": "1"},
        {"who": "Bo", "text": "good", "at": "2 10:02", "platform_id": "5"},
        {"who": "Bo", "text": "I said it was good", "at": "3 10:00", "platform_id": "6", "reply_to": "5"},
        {"who": "Ann", "text": "you did", "at": "4 10:00", "platform_id": "7", "reply_to": "1"},
    )
    asked = (
        "select messages, turns, opened_by = 'me', is_answered, silent_seconds_before from sessions order by started_at"
    )
    silence = 24 * 60 * 60 - 2 * 60
    assert ask(home, asked) == [
        (5, 3, False, True, None),  # Ann's second evening goes on with Bo's question
        (1, 1, False, False, silence),  # nobody answers himself
        (1, 1, True, False, 24 * 60 * 60),  # what is answered lies further back than the session before
    ]
    assert pairs(home)[0] == ("where do we meet?", "let me think / morning! / at the pier", "reply_to")


def test_an_opening_is_nobodys_answer_and_no_answer_is_in_its_prompt(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "anyone?", "at": "1 10:00"},
        {"who": "Ann", "text": "guess who", "at": "2 10:00"},
        {"who": "Bo", "text": "you", "at": "2 10:01"},
        {"who": "Ann", "text": "right", "at": "2 10:02"},
        {"who": "Ann", "text": "hello?", "at": "3 10:00"},
    )
    assert pairs(home) == [("guess who", "you", "adjacent"), ("you", "right", "adjacent")]
    asked = "select opened_by = 'me', is_answered from sessions order by started_at"
    assert ask(home, asked) == [(False, False), (True, True), (True, False)]


@pytest.mark.parametrize(
    ("does", "found"),
    [
        ("show", [("look / [voice]", "sure", "adjacent")]),
        ("skip", [("look", "sure", "adjacent")]),
        ("cut", []),
    ],
)
def test_what_has_no_words_is_shown_skipped_or_cuts(
    tmp_path: Path, does: Literal["show", "skip", "cut"], found: list[tuple[str, str, str]]
) -> None:
    settings = Settings(me=Me(name="Ann"), sessions=Sessions(kinds={"voice": does, "media": "skip"}))
    home = built(
        tmp_path,
        {"who": "Bo", "text": "look", "at": "1 10:00"},
        {"who": "Bo", "text": "", "kind": "voice", "at": "1 10:01"},
        {"who": "Ann", "text": "sure", "at": "1 10:02"},
        {"who": "Ann", "text": "", "kind": "media", "at": "1 10:03"},
        {"who": "Ann", "text": "my cat", "kind": "media", "at": "2 10:03"},
        settings=settings,
    )
    assert pairs(home) == found
    assert ask(home, "select bubbles from turns order by started_at desc limit 1") == [(["[media] my cat"],)]


def test_a_withdrawn_message_cuts_and_its_neighbours_are_never_joined(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "guess what", "at": "1 10:00"},
        {"who": "Ann", "text": "before", "at": "1 10:01"},
        {"who": "Ann", "text": "", "kind": "deleted", "at": "1 10:02"},
        {"who": "Ann", "text": "after", "at": "1 10:03"},
        {"who": "Bo", "text": "ok", "at": "1 10:04"},
    )
    assert ask(home, "select bubbles, block from turns order by turn_no") == [
        (["guess what"], 0),
        (["before"], 0),
        (["after"], 1),
        (["ok"], 1),
    ]
    assert pairs(home) == [("guess what", "before", "adjacent"), ("after", "ok", "adjacent")]


def test_app_lines_and_calls_neither_speak_nor_cut(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "look", "at": "1 10:00"},
        {"who": None, "text": "Bo changed the icon", "kind": "system", "at": "1 10:01"},
        {"who": "Bo", "text": "Missed voice call", "kind": "call", "at": "1 10:02"},
        {"who": "Bo", "text": "cat.jpg", "kind": "media", "at": "1 10:03", "attachments": ["cat.jpg"]},
        {"who": "Ann", "text": "aww", "at": "1 10:04"},
    )
    assert pairs(home) == [("look / [media] cat.jpg", "aww", "adjacent")]


def test_in_groups_a_name_or_a_reply_link_says_what_is_answered(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "who has the key?", "at": "1 10:00", "platform_id": "1"},
        {"who": "Cy Day", "text": "what is for dinner?", "at": "1 10:01", "platform_id": "2"},
        {"who": "Ann", "text": "Bo: me", "at": "1 10:02", "platform_id": "3"},
        {"who": "Dee", "text": "hello all", "at": "1 10:03", "platform_id": "4"},
        {"who": "Ann", "text": "@\u2068Cy Day\u2069 soup", "at": "1 10:04", "platform_id": "5"},
        {"who": "Dee", "text": "where was it?", "at": "1 10:05", "platform_id": "6", "reply_to": "3"},
        {"who": "Bo", "text": "note: bring bread", "at": "1 10:06", "platform_id": "7"},
    )
    assert pairs(home) == [
        ("who has the key?", "what is for dinner?", "adjacent"),
        ("who has the key?", "Bo: me", "mention"),
        ("Bo: me", "hello all", "adjacent"),
        ("what is for dinner?", "@\u2068Cy Day\u2069 soup", "mention"),
        ("Bo: me", "where was it?", "reply_to"),
        ("where was it?", "note: bring bread", "adjacent"),
    ]


def test_habits_say_what_they_say(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Ann", "text": "sooo good 🦦🦦"},
        {"who": "Ann", "text": "OK FINE."},
        {"who": "Bo", "text": "What?", "at": "1 12:01"},
    )
    asked = "select texts, bubbles_per_turn, starts_lower_case, all_capitals, has_emoji, emoji_per_text, "
    asked += "ends_with_full_stop, stretches_letters, favourite_emoji, mean_words from texting_habits where is_owner"
    assert ask(home, asked) == [(2, 2.0, 0.5, 0.5, 0.5, 1.0, 0.5, 0.5, "🦦", 2.0)]
    assert ask(home, "select sender_name, replies, median_reply_seconds from people order by 1") == [
        ("Ann", 0, None),
        ("Bo", 1, 60.0),
    ]


def test_a_report_that_looks_wrong_warns(tmp_path: Path) -> None:
    start = datetime(2024, 1, 1)  # noqa: DTZ001
    rows = [
        {"who": "Ann" if i % 2 else "Bo", "text": "cut up", "sent_local": start + timedelta(minutes=i)}
        for i in range(240)
    ]
    home = built(tmp_path, *rows)
    habits = Project.of(ANN).models["texting_habits"]
    (test,) = [test for test in habits.tests if test.name == "habits_look_right"]
    assert test.warns
    assert warehouse.failures(home, habits, test)[0] == 2


def test_any_duckdb_client_reads_the_warehouse_while_it_is_replaced(tmp_path: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b"})
    assert "turns" in warehouse.publish(home)
    with duckdb.connect(str(home.warehouse), read_only=True) as reader:
        warehouse.publish(home)
        assert reader.execute("select count(*) from messages_safe").fetchall() == [(2,)]
    with pytest.raises(warehouse.QueryError, match="nowhere"):
        warehouse.query(home, "select * from nowhere")
