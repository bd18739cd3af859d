"""How glad or sad a message sounds: VADER's lexicon and rules (Hutto and Gilbert 2014), which know English and emoji.

VADER was made for English short messages. A text in another language is scored by its emoji alone, a text that mixes
English with another language too (German "die" would sound like death), and what has neither is not scored: null would be
mistaken for calm.
"""

from __future__ import annotations

import polars as pl

from chatclone_dagster import tables

_EMOJI = r"[\p{So}\x{FE0F}\x{200D}\x{1F3FB}-\x{1F3FF}]"
_NO_EMOJI = r"[^\p{So}\x{FE0F}\x{200D}\x{1F3FB}-\x{1F3FF}]+"


def sentiment(messages: pl.LazyFrame, languages: pl.LazyFrame) -> pl.DataFrame:
    """Score every text that VADER understands (tables.MESSAGES_SAFE and MESSAGE_LANGUAGES to MESSAGE_SENTIMENT)."""
    english = pl.col("languages").list.eval(pl.element() != "en").list.any().not_().fill_null(value=False)
    texts = (
        messages.filter(pl.col("kind") == "text")
        .select("message_id", "text")
        .join(languages.select("message_id", english.alias("english")), on="message_id", how="left")
        .with_columns(pl.col("english").fill_null(value=False))
        .filter("english" | pl.col("text").str.contains(_EMOJI))
        .select(
            "message_id",
            basis=pl.when("english").then(pl.lit("text")).otherwise(pl.lit("emoji")),
            read=pl.when("english").then("text").otherwise(pl.col("text").str.replace_all(_NO_EMOJI, " ")),
        )
        .collect()
    )
    distinct = texts["read"].unique()
    scores = pl.DataFrame({"read": distinct, "score": _scores(distinct.to_list())}, schema_overrides={"score": pl.Float64})
    scored = texts.join(scores, on="read").select(tables.MESSAGE_SENTIMENT.schema.names())
    return scored.sort("message_id")


def _scores(texts: list[str]) -> list[float]:
    """VADER's compound score of each text, -1 to 1; some 40,000 texts a core-second."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415  brings requests along

    analyzer = SentimentIntensityAnalyzer()
    return [float(analyzer.polarity_scores(text)["compound"]) for text in texts]
