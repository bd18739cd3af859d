"""How glad or sad a message sounds: VADER's lexicon and rules (Hutto and Gilbert 2014), which know English and emoji.

VADER was made for short English messages. A text in another language, or in English and another (German "die" would sound like
death), is scored by its emoji alone; a text with neither is not scored, since a null would be mistaken for calm.
"""

from __future__ import annotations

import string
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from chatclone_dagster import lake, tables

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

_EMOJI = r"[\p{So}\x{FE0F}\x{200D}\x{1F3FB}-\x{1F3FF}]"
_WORD = r"[^\s\x1c-\x1f]+"  # what Python's str.split leaves whole
_EMPHASIS = r"!|\?[^?]*\?"
_ALPHA = 15
"""VADER's constant of normalisation: a sum of x is the score x / sqrt(x² + 15)."""
_NO_EMOJI = r"[^\p{So}\x{FE0F}\x{200D}\x{1F3FB}-\x{1F3FF}]+"


def sentiment(messages: pl.LazyFrame, languages: pl.LazyFrame) -> pl.DataFrame:
    """Score every text that VADER understands.

    Args:
        messages: tables.MESSAGES_SAFE.
        languages: tables.MESSAGE_LANGUAGES; of a message without a row, or in several languages, emoji alone are read.

    Returns:
        tables.MESSAGE_SENTIMENT, by message_id.
    """
    texts = messages.filter(pl.col("kind") == "text", pl.col("text") != "").select("message_id", read="text")
    english = languages.filter(pl.col("languages") == ["en"]).select("message_id", english=pl.lit(value=True))
    known = texts.join(english, on="message_id", how="left").collect()
    whole = known.filter("english")
    emoji = known.filter(pl.col("english").is_null(), pl.col("read").str.contains(_EMOJI))
    read = pl.concat(
        [
            whole.select("message_id", "read", basis=pl.lit("text")),
            emoji.select("message_id", pl.col("read").str.replace_all(_NO_EMOJI, " "), basis=pl.lit("emoji")),
        ]
    )
    scores = _scores(read["read"].unique())
    return read.join(scores, on="read").select(tables.MESSAGE_SENTIMENT.schema.names()).sort("message_id")


def _scores(texts: pl.Series) -> pl.DataFrame:
    """VADER's compound score of distinct texts, -1 to 1 (`read`, `score`).

    VADER itself reads some 30,000 texts a core-second. Its score of a text where none of its rules applies is the normalised sum
    of what its lexicon says of the words, and for most texts that is all there is to it: their sums are made at once.
    """
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415  brings requests along

    analyzer = SentimentIntensityAnalyzer()
    rows = texts.to_frame("read")
    return pl.concat(_scored(batch, analyzer) for batch in list(rows.iter_slices(lake.BATCH)) or [rows])


def _scored(texts: pl.DataFrame, analyzer: SentimentIntensityAnalyzer) -> pl.DataFrame:
    """Add the column `score` to some texts (`read`)."""
    rows, row = texts.with_row_index("row"), pl.col("row")
    words = _words(rows, analyzer)
    follows = pl.any_horizontal((pl.col("near") & (row == row.shift(-n))).shift(n) for n in (1, 2, 3))
    told = (
        words.with_columns(ruled=pl.col("anywhere") | (pl.col("valence").is_not_null() & (pl.col("shouted") | follows)))
        .filter(pl.col("ruled") | pl.col("valence").is_not_null())
        .group_by("row")
        .agg(pl.col("valence").sum(), pl.col("ruled").any(), told=pl.col("valence").is_not_null().any())
        .filter("told")
    )
    sums = rows.join(told, on="row", how="left", maintain_order="left").select(
        hard=pl.col("ruled") | (pl.col("told") & pl.col("read").str.contains(_EMPHASIS)),
        score=(pl.col("valence") / (pl.col("valence").pow(2) + _ALPHA).sqrt()).round(4).fill_null(0.0),
    )
    hard = sums["hard"].fill_null(value=False)
    scores = [float(analyzer.polarity_scores(text)["compound"]) for text in texts["read"].filter(hard)]
    return texts.with_columns(sums["score"].scatter(hard.arg_true(), scores))


def _words(rows: pl.DataFrame, analyzer: SentimentIntensityAnalyzer) -> pl.DataFrame:
    """The words of texts (`row`, `read`) as VADER cuts them out, in their order; an emoji is read as what it is called.

    Columns: `row`, `valence` (in the lexicon; else null), `near` and `anywhere` (of _rule_words), `shouted` (in capitals).
    """
    named = {sign: f" {name}" for sign, name in analyzer.emojis.items() if len(sign) == 1}
    cut = rows.select("row", cut=pl.col("read").str.replace_many(named).str.extract_all(_WORD)).explode("cut")
    near, anywhere = _rule_words()
    bare, word = pl.col("cut").str.strip_chars(string.punctuation), pl.col("lower")
    different = (
        cut.select("cut")
        .unique()
        .with_columns(
            word=pl.when(bare.str.len_chars() > 2).then(bare).otherwise("cut")
        )  # two signs may be an emoticon
        .with_columns(lower=pl.col("word").str.to_lowercase())
        .select(
            "cut",
            valence=word.replace_strict(analyzer.lexicon, default=None, return_dtype=pl.Float64),
            near=word.is_in(near) | word.str.contains("n't", literal=True),
            anywhere=word.is_in(anywhere),
            shouted=(pl.col("word") == pl.col("word").str.to_uppercase()) & (pl.col("word") != word),
        )
    )
    return cut.join(different, on="cut", how="left", maintain_order="left").drop("cut")


@cache
def _rule_words() -> tuple[list[str], list[str]]:
    """Words without which no rule of VADER's applies: up to three words before a word of the lexicon, and anywhere.

    The first strengthen, weaken or deny it; the latter turn what was said ("but"), say nothing in "kind of", or are of an idiom.
    """
    from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES  # noqa: PLC0415  see above

    strength, idioms = ({max(phrase.split(), key=len) for phrase in said} for said in (BOOSTER_DICT, SPECIAL_CASES))
    return sorted({*NEGATE, *strength, "no", "least", "so", "this"}), sorted({*idioms, "but", "kind"})
