"""The mart of catchphrases: what its formula says, whom it leaves out, and that nothing is miscounted."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log, sqrt
from pathlib import Path
from typing import Any

import pytest

from chatclone_dagster.home import Home
from tests.history import IN_BERLIN, ask, built


def said(who: str, text: str, times: int, every: int = 2) -> list[dict[str, Any]]:
    """The same text again after so many days."""
    start = datetime(2024, 1, 1, 12)  # noqa: DTZ001
    return [
        {"who": who, "text": text, "sent_local": start + timedelta(days=every * i, seconds=len(who + text))}
        for i in range(times)
    ]


def test_catchphrases_are_what_the_formula_says(tmp_path: Path) -> None:
    """Six "holy moly", every other day, among 12 of Ann's word pairs, none among Bo's 20; computed here by hand."""
    home = built(
        tmp_path,
        *said("Ann", "Holy moly!", 6),
        *said("Ann", "good morning", 6),
        *said("Bo", "good morning", 10),
        *said("Bo", "fine by", 10),
        settings=IN_BERLIN,
    )
    asked = "select phrase, words, uses, uses_by_others, log_odds, z_score from catchphrases where sender_id = 'me'"
    prior, weight = 0.1 * 6, 0.1 * 32
    log_odds = log((6 + prior) / (12 + weight - 6 - prior)) - log((0 + prior) / (20 + weight - 0 - prior))
    z_score = log_odds / sqrt(1 / (6 + prior) + 1 / (0 + prior))
    assert ask(home, asked) == [("holy moly", 2, 6, 0, pytest.approx(log_odds), pytest.approx(z_score))]


def test_catchphrases_of_a_talkative_person(tmp_path: Path) -> None:
    everyday = [f"{a}a {a}b {a}c" for a in "abcdefghijklmnopqrst"]
    ann = [row for text in everyday for row in said("Ann", text, 24)]
    bo = [row for text in everyday for row in said("Bo", text, 24)]
    home = built(
        tmp_path,
        *ann,
        *bo,
        *said("Ann", "oh my stars", 90),
        *said("Ann", "my stars", 4),  # mostly part of the longer one
        *said("Ann", "yikes", 30),
        *said("Ann", "哈哈哈", 80),
        *said("Ann", "only this week", 7, every=1),
        *said("Ann", "seldom", 4),
        *said("Bo", "yikes", 30),  # nobody's own
        settings=IN_BERLIN,
    )
    found = ask(
        home, "select phrase, words, uses, uses_by_others from catchphrases where sender_id = 'me' order by place"
    )
    assert found == [("oh my stars", 3, 90, 0), ("哈哈哈", 3, 80, 0)]
    assert ask(home, "select phrase from catchphrases where sender_id != 'me'") == []


def counted_by_brute_force(home: Home, least: int) -> dict[tuple[str, str], tuple[int, int]]:
    counts: dict[tuple[str, str], int] = {}
    for sender, words in ask(home, "select sender_id, words from texts"):
        for size in range(1, 5):
            for i in range(len(words) - size + 1):
                key = (sender, " ".join(words[i : i + size]))
                counts[key] = counts.get(key, 0) + 1
    totals: dict[str, int] = {}
    for (_, phrase), uses in counts.items():
        totals[phrase] = totals.get(phrase, 0) + uses
    return {key: (uses, totals[key[1]] - uses) for key, uses in counts.items() if uses >= least}


def test_no_phrase_is_miscounted(sample_history: Home) -> None:
    """Frequent beginnings first is a short cut; every phrase that is kept has the count of counting them all."""
    counts = counted_by_brute_force(sample_history, 5)
    found = ask(sample_history, "select sender_id, phrase, uses, uses_by_others from catchphrases")
    assert len(found) > 50
    assert [row for row in found if counts.get((row[0], row[1])) != (row[2], row[3])] == []
    sizes = {row[0] for row in ask(sample_history, "select distinct words from catchphrases where sender_id = 'me'")}
    assert sizes == {1, 2, 3, 4}
    parts = """
        select part.phrase from catchphrases part join catchphrases whole using (sender_id)
        where whole.words > part.words and whole.uses * 2 >= part.uses
            and contains(' ' || whole.phrase || ' ', ' ' || part.phrase || ' ')
    """
    assert ask(sample_history, parts) == []
