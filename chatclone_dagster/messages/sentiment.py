"""How glad or sad a message sounds: VADER's lexicon and rules (Hutto and Gilbert 2014), which know English and emoji.

VADER was made for short English messages. A text in another language, or in English and another (German "die" would sound like
death), is scored by its emoji alone; a text with neither is not scored, since a null would be mistaken for calm.
"""

from __future__ import annotations

import string
from collections.abc import Collection

import polars as pl

from chatclone_dagster import tables

_EMOJI = r"[\p{So}\x{FE0F}\x{200D}\x{1F3FB}-\x{1F3FF}]"
_WORD = r"[^\s\x1c-\x1f]+"  # what Python's str.split leaves whole
_NO_EMOJI = r"[^\p{So}\x{FE0F}\x{200D}\x{1F3FB}-\x{1F3FF}]+"


def sentiment(messages: pl.LazyFrame, languages: pl.LazyFrame) -> pl.DataFrame:
    """Score every text that VADER understands.

    Args:
        messages: tables.MESSAGES_SAFE.
        languages: tables.MESSAGE_LANGUAGES; of a message without a row, or in several languages, emoji alone are read.

    Returns:
        tables.MESSAGE_SENTIMENT, by message_id.
    """
    texts = messages.filter(pl.col("kind") == "text", pl.col("text") != "").select("message_id", "text")
    english = languages.filter(pl.col("languages") == ["en"]).select("message_id", basis=pl.lit("text"))
    read = (
        texts.join(english, on="message_id", how="left")
        .with_columns(pl.col("basis").fill_null("emoji"))
        .filter((pl.col("basis") == "text") | pl.col("text").str.contains(_EMOJI))
        .select(
            "message_id",
            "basis",
            read=pl.when(pl.col("basis") == "text")
            .then("text")
            .otherwise(pl.col("text").str.replace_all(_NO_EMOJI, " ")),
        )
        .collect()
    )
    scores = _scores(read["read"].unique())
    return read.join(scores, on="read").select(tables.MESSAGE_SENTIMENT.schema.names()).sort("message_id")


def _scores(texts: pl.Series) -> pl.DataFrame:
    """VADER's compound score of distinct texts, -1 to 1; some 35,000 a core-second of those that hold a word it knows."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415  brings requests along

    analyzer = SentimentIntensityAnalyzer()
    told = texts.filter(_tells(texts, analyzer.lexicon, analyzer.emojis))
    scores = [float(analyzer.polarity_scores(text)["compound"]) for text in told]
    known = pl.DataFrame({"read": told, "score": scores}, schema={"read": pl.String, "score": pl.Float64})
    return texts.to_frame("read").join(known, on="read", how="left").with_columns(pl.col("score").fill_null(0.0))


def _tells(texts: pl.Series, lexicon: Collection[str], emoji: Collection[str]) -> pl.Series:
    """Whether a text holds an emoji, or a word of the lexicon as VADER cuts words out: all others have the score 0."""
    rows = texts.to_frame("text").with_row_index("row")
    words = rows.select("row", word=pl.col("text").str.to_lowercase().str.extract_all(_WORD)).explode("word")
    bare = pl.col("word").str.strip_chars(string.punctuation)
    word = pl.when(bare.str.len_chars() > 2).then(bare).otherwise("word")  # two signs may be an emoticon
    by_word = words.filter(word.is_in(list(lexicon)))["row"].unique()
    by_emoji = rows.filter(pl.col("text").str.contains_any(list(emoji)))["row"]
    return rows["row"].is_in(pl.concat([by_word, by_emoji]).implode())
