"""Pasted walls: long texts that are unlike everything else the person writes.

Length alone proves nothing: people do write long messages. A wall is far longer than what the person usually writes and
bears two signs more of another hand: a source or copyright, the typography of print where the person has none, verses,
hashtags, a link.
"""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from chatclone_dagster.messages.content.shapes import URL

SHORTEST = 400
"""Characters below which nothing is a wall."""
TIMES_LONGER = 2.0
"""Times the length that 99 of 100 messages of the person stay under."""
ENOUGH = 50
"""Messages from which a person's usual length is known; of others only what has three signs is a wall."""

_SOURCE = (
    r"(?im)^\W*(?:source|quelle|fuente|fonte|bron|källa|źródło|kaynak|источник)\s*:|\((?:reuters|ap|afp|dpa|ansa|efe|tass|apa)\)|©|"
    r"all rights reserved|copyright \d{4}|read more (?:at|:|here)|weiterlesen|leer más|lire la suite|continua a leggere|"
    r"^\W*\[?(?:chorus|verse \d|refrain|bridge|strophe \d|coro|estribillo|ritornello)\b[^\n]{0,12}$|"
    r"^\W*(?:published|updated|by|von|por|par|di) [A-ZÀ-Þ]\w+ [A-ZÀ-Þ]\w+[^\n]{0,40}\d{4}|^lyrics\b|wikipedia"
)
_PRINT = r"[“”„«»—–•▪‣]"
_SENTENCE = r"(?:^|[.!?…]\s+)[“\"„«(]?\p{Lu}\p{Ll}*"
_LOWER_START = r"(?:^|[.!?…]\s+|\n\s*)[“\"„«(]?\p{Ll}"
_VERSE = r"^\W*\p{Lu}[^\d/]{12,70}$"
_LEAST_VERSES = 12


def pasted_walls(said: pl.DataFrame) -> pl.DataFrame:
    """Pasted walls; `message_id`, `detail`: the signs by which it was told, e.g. `print source`."""
    typed = said.filter(pl.col("kind") == "text").select("message_id", "sender_id", "text")
    typed = typed.with_columns(length=pl.col("text").str.len_chars())
    ways = typed.group_by("sender_id").agg(
        usual=pl.col("length").quantile(0.99, "nearest"),
        messages=pl.len(),
        print_share=pl.col("text").str.contains(_PRINT).mean(),
        careless=pl.col("text").str.contains(_LOWER_START).mean(),
        unstopped=(~pl.col("text").str.strip_chars().str.contains(r"[.!?…]$")).mean(),
    )
    long = typed.filter(pl.col("length") >= SHORTEST).join(ways, on="sender_id", maintain_order="left")
    known = pl.col("messages") >= ENOUGH
    beyond = pl.col("length") > TIMES_LONGER * pl.col("usual")
    long = long.filter(beyond | ~known).with_columns(**_signs()).drop("text")
    marked = [pl.when(name).then(weight).otherwise(0) for name, weight in _WEIGHTS.items()]
    told = pl.concat_str([pl.when(name).then(pl.lit(name)) for name in _WEIGHTS], separator=" ", ignore_nulls=True)
    score = reduce(add, marked)
    return long.filter(score >= pl.when(known).then(2).otherwise(3)).select("message_id", detail=told)


_WEIGHTS = {"source": 2, "verse": 1, "print": 1, "careful": 1, "hashtags": 1, "link": 1}


def _signs() -> dict[str, pl.Expr]:
    """For every sign whether a text bears it; what the person does every day is none."""
    text = pl.col("text")
    lines = (
        text.str.split("\n")
        .list.eval(pl.element().str.strip_chars())
        .list.eval(pl.element().filter(pl.element() != ""))
    )
    verses = lines.list.eval(pl.element().str.contains(_VERSE).cast(pl.UInt32)).list.sum()
    sentences = text.str.count_matches(_SENTENCE)
    written_well = (sentences >= 4) & (text.str.count_matches(_LOWER_START) == 0)
    return {
        "source": text.str.contains(_SOURCE),
        "verse": (verses >= _LEAST_VERSES) & (verses >= 0.8 * lines.list.len()),
        "print": (text.str.count_matches(_PRINT) >= 2) & (pl.col("print_share") < 0.02),
        "careful": written_well & (pl.col("careless") > 0.5) & (pl.col("unstopped") > 0.5),
        "hashtags": text.str.count_matches(r"(?:^|\s)#\p{L}\w+") >= 3,
        "link": text.str.contains(URL),
    }
