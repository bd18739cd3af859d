"""Marks on what programs say, and on what people say to programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from chatclone_dagster.messages.content import marks
from tests.marked import START, history, kinds, marked


@pytest.mark.parametrize(
    "name", ["@weather_bot", "@WeatherBot", "WeatherBot", "poll-bot", "Standup Bot", "Jobs [bot]", "MEE6"]
)
def test_bots_are_told_by_their_names(name: str) -> None:
    assert marked({"who": name, "text": "it will rain"}) == [("it will rain", "bot", "name")]


@pytest.mark.parametrize("name", ["Talbot", "Anna Abbot", "Yann Le Bot", "Robot", "bottle", "Botond", "Lisbeth Chabot"])
def test_people_whose_names_sound_like_a_bot_are_people(name: str) -> None:
    assert kinds("it will rain", who=name) == set()


def sender_of(texts: list[str], minutes: list[int]) -> list[dict[str, Any]]:
    day = timedelta(days=1)
    return [
        {"who": "Dee", "text": text, "sent_local": START.replace(minute=minute) + (2 + i) * day}
        for i, (text, minute) in enumerate(zip(texts, minutes, strict=True))
    ]


def test_a_program_writes_the_same_sentences_by_the_clock_and_nobody_else_does() -> None:
    reminder = [f"Reminder: stand-up number {i} starts in 15 minutes" for i in range(30)]
    found = marked(*sender_of(reminder, [45] * 30))
    assert {(mark, detail) for _, mark, detail in found} == {("bot", "pattern")}
    assert len(found) == 30
    assert not marked(*sender_of(reminder, [i * 2 for i in range(30)])), "at any minute: somebody's joke"
    alone = history(*sender_of(reminder, [45] * 30)).with_columns(is_group=pl.lit(value=False))
    assert marks(alone).is_empty(), "whoever answers in a chat of two talks with it"
    mornings = [
        f"good morning my dear {'❤️' * (i % 4)}" if i % 3 else f"slept {i} hours, how about you?" for i in range(30)
    ]
    assert not marked(*sender_of(mornings, [i * 2 for i in range(30)]))
    assert not marked(*sender_of(["ok"] * 30, [45] * 30)), "short words are everybody's"


@pytest.mark.parametrize("text", ["/start", "/remind me tomorrow", "/play@music_bot", "!play never again", "!roll"])
def test_orders_to_bots(text: str) -> None:
    assert kinds(text) == {"command"}


@pytest.mark.parametrize(
    "text",
    [
        "/s",
        "/srs",
        "/var is full",
        "/home/ann/notes",
        "!!!",
        "!important",
        "/shrug then",
        "and/or",
        "/ whatever",
        "10/10",
    ],
)
def test_other_slashes_and_exclamations_are_no_orders(text: str) -> None:
    assert kinds(text) == set()


def test_a_word_behind_an_exclamation_mark_is_an_order_once_it_is_a_habit() -> None:
    assert {
        mark for _, mark, _ in marked(*[{"who": "Bo", "text": "!kudos", "platform_id": str(i)} for i in range(3)])
    } == {"command"}
