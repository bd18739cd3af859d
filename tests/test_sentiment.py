"""Sentiment: what the lexicon reads and leaves alone, and its mart by month."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

from chatclone_dagster import tables
from chatclone_dagster.messages.sentiment import sentiment
from tests.history import IN_BERLIN, ask, built

VADER = SentimentIntensityAnalyzer()


def test_sentiment_reads_english_and_emoji_and_nothing_else() -> None:
    rows = [
        ("1", "text", "I love this, great!"),
        ("2", "text", "I hate this"),
        ("3", "text", "The train is at four"),
        ("4", "text", "die Bahn ist da"),  # "die" is death in English
        ("5", "text", "die Bahn ist da 😍"),
        ("6", "text", "ok I hate die Bahn"),
        ("7", "media", "love.jpg"),
        ("8", "text", "I love it"),  # in no known language
    ]
    messages = pl.LazyFrame(rows, schema=["message_id", "kind", "text"], orient="row")
    spoken = {"1": ["en"], "2": ["en"], "3": ["en"], "4": ["de"], "5": ["de"], "6": ["en", "de"], "8": None}
    languages = pl.LazyFrame(
        list(spoken.items()), schema={"message_id": pl.String, "languages": pl.List(pl.String)}, orient="row"
    )
    found = sentiment(messages, languages)
    assert found.schema == tables.MESSAGE_SENTIMENT.schema
    assert [(row[0], row[2]) for row in found.iter_rows()] == [
        ("1", "text"),
        ("2", "text"),
        ("3", "text"),
        ("5", "emoji"),
    ]
    scores = dict(found.select("message_id", "score").iter_rows())
    assert scores["1"] > 0.5
    assert scores["2"] < -0.5
    assert scores["3"] == 0
    assert scores["5"] > 0
    none = languages.filter(pl.lit(value=False))
    assert sentiment(messages, none)["message_id"].to_list() == ["5"], "without languages only emoji are read"
    assert sentiment(messages.filter(pl.lit(value=False)), languages).is_empty()


TOLD = (
    *[
        "love",
        "LOVE!!",
        ":)",
        ":-(",
        "XD",
        "great…",
        "(nice)",
        "bus",
        "it",
        "İyi",
        "😍",
        "🫠",
        "\t",
        "\x1f",
        "\u3000",
        " ",
    ],
    *[
        "no.",
        "nice?",
        "hate",
        "nothing",
        "OK",
        "but",
        "don't",
        "VERY",
        "so",
        "this",
        "least",
        "at",
        "of",
        "the",
        "for",
        "to",
    ],
)
RULED = sorted({word for phrase in (*BOOSTER_DICT, *SPECIAL_CASES, *NEGATE) for word in phrase.split()})
SAID = st.lists(st.sampled_from(TOLD) | st.sampled_from(RULED), min_size=1, max_size=8).map(" ".join)


@settings(max_examples=60)
@given(st.lists(SAID, min_size=1, max_size=8, unique=True))
def test_scores_are_those_of_vader_whether_it_reads_a_text_or_not(texts: list[str]) -> None:
    ids = [str(number) for number in range(len(texts))]
    messages = pl.LazyFrame({"message_id": ids, "kind": ["text"] * len(texts), "text": texts})
    languages = pl.LazyFrame({"message_id": ids, "languages": [["en"]] * len(texts)})
    expected = [VADER.polarity_scores(text)["compound"] for text in texts]
    assert sentiment(messages, languages)["score"].to_list() == expected


def test_sentiment_by_month(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Ann", "text": "😍"},
        {"who": "Ann", "text": "so 😭"},
        {"who": "Ann", "text": "hm"},
        {"who": "Bo", "text": "hm"},
        settings=IN_BERLIN,
    )
    with duckdb.connect() as con:
        scores = con.execute("select score from read_parquet(?)", [str(home.table("message_sentiment"))]).fetchall()
    asked = "select month, texts, scored, mean_score, share_glad, share_sad from sentiment where sender_id = 'me'"
    mean = sum(score for (score,) in scores) / 2
    assert ask(home, asked) == [(date(2024, 1, 1), 3, 2, pytest.approx(mean), 0.5, 0.5)]
