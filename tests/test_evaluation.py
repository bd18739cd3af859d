"""Evaluation: every number against a value worked out by hand, and the card."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from peft import LoraConfig, get_peft_model

from chatclone_dagster.datasets.tokens import encode
from chatclone_dagster.evaluation.card import card, length_curves
from chatclone_dagster.evaluation.evaluate import MOST_ANSWERS, Evaluation, evaluate, situations
from chatclone_dagster.evaluation.likelihood import Likelihood, interval_of_gain, score
from chatclone_dagster.evaluation.memorization import copy_rate
from chatclone_dagster.evaluation.style import DIMENSIONS, distances, jensen_shannon, texts_of
from chatclone_dagster.training.base_models import find_base, load_model, load_tokenizer
from chatclone_dagster.training.clone import Clone
from chatclone_dagster.training.package import Manifest
from chatclone_dagster.training.recipes import Recipe
from tests.conftest import TINY_RECIPE
from tests.windows import windows

REPLIES = {
    "train": ["see you there", "ok then"],
    "validation": ["ok"],
    "test": ["see you soon 🦦", "no", "fine\n\nthen"],
}


@pytest.fixture(scope="module")
def clone(tiny_base: Path) -> Clone:
    """The tiny base with an adapter of random weights: not the base, and nothing sensible either."""
    base = find_base(str(tiny_base))
    manifest = Manifest(
        persona="me",
        persona_name="Ann",
        base=base,
        recipe=Recipe(name="tiny", **TINY_RECIPE),
        dataset_version="d",
        code_version="c",
        window_tokens=256,
    )
    torch.manual_seed(1)
    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False)
    model = get_peft_model(load_model(base, torch.float32), config)
    return Clone(manifest, model.eval(), load_tokenizer(base))


def test_bits_per_byte_are_what_the_model_says_token_by_token(clone: Clone) -> None:
    test = windows({"test": REPLIES["test"]})
    scores = score(clone, test)
    bits, hits, tokens = 0.0, 0, 0
    for encoded in encode(clone.tokenizer, test["messages"].to_list()):
        with torch.inference_mode():
            logits = clone.model(input_ids=torch.tensor([encoded.input_ids])).logits[0].log_softmax(-1)
        for at, label in enumerate(encoded.labels):
            if label >= 0:
                bits -= logits[at - 1, label].item() / math.log(2)
                hits += int(logits[at - 1].argmax().item() == label)
                tokens += 1
    size = sum(len(reply.encode()) + 1 for reply in REPLIES["test"])
    found = Likelihood.of(scores)
    assert scores["bytes"].to_list() == [len(reply.encode()) + 1 for reply in REPLIES["test"]]
    assert found.bits_per_byte == pytest.approx(bits / size, rel=1e-4)
    assert found.perplexity == pytest.approx(2 ** (bits / tokens), rel=1e-4)
    assert found.next_token_accuracy == pytest.approx(hits / tokens)
    with clone.base():
        assert Likelihood.of(score(clone, test)).bits_per_byte != found.bits_per_byte


def test_a_gain_is_zero_for_the_same_and_clear_where_every_session_gains() -> None:
    base = pl.DataFrame({"session_id": list("aabbcc"), "bits": [10.0, 20, 30, 40, 50, 60]})
    assert interval_of_gain(base, base) == (0, 0, 0)
    gain, low, high = interval_of_gain(base, base.with_columns(pl.col("bits") * 0.8))
    assert [gain, low, high] == pytest.approx([0.2, 0.2, 0.2])
    mixed = base.with_columns(
        bits=pl.when(pl.col("session_id") == "a").then(pl.col("bits") * 3).otherwise(pl.col("bits") * 0.8)
    )
    gain, low, high = interval_of_gain(base, mixed)
    assert low < 0 < high, "one bad session of three leaves room for doubt"


counts = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9), min_size=1).map(Counter)


@given(counts, counts, counts)
def test_jensen_shannon_is_a_distance(one: Counter[str], two: Counter[str], three: Counter[str]) -> None:
    d = jensen_shannon
    assert d(one, one) == pytest.approx(0, abs=1e-7)
    assert d(one, two) == pytest.approx(d(two, one))
    assert 0 <= d(one, two) <= 1
    assert d(one, three) <= d(one, two) + d(two, three) + 1e-9


def test_known_distances() -> None:
    assert jensen_shannon(Counter("a"), Counter("b")) == 1
    assert jensen_shannon(Counter("ab"), Counter("a")) == pytest.approx(math.sqrt(0.311278), abs=1e-5)
    assert jensen_shannon(Counter(), Counter("a")) == 1
    assert jensen_shannon(Counter(), Counter()) == 0


@pytest.mark.parametrize(
    ("dimension", "one", "other"),
    [
        ("length", "ok", "a much longer answer than that, in one go"),
        ("length", "one\n\ntwo", "one"),
        ("emoji", "fine 🦦", "fine"),
        ("punctuation", "fine.", "fine"),
        ("casing", "fine", "Fine"),
        ("casing", "FINE", "fine"),
        ("vocabulary", "fine", "good"),
    ],
)
def test_each_dimension_sees_its_own(dimension: str, one: str, other: str) -> None:
    assert distances([one], [other])[dimension] > 0.2
    assert distances([one], [one])["mean"] == 0
    assert set(distances([one], [other])) == {*DIMENSIONS, "mean"}


def test_placeholders_are_no_words() -> None:
    assert texts_of("look\n\n[media] cat\n\n[voice]") == ["look", "cat"]


def test_copies_count_long_texts_word_for_word() -> None:
    learned = ["I will be there at five, promise\n\nok", "never mind about that thing"]
    assert copy_rate(["i will be there at  FIVE, promise", "ok", "something else entirely now"], learned) == 0.5
    assert copy_rate(["ok", "short"], learned) == 0


def test_situations_stop_right_before_each_held_out_reply() -> None:
    chat = [
        {"role": role, "content": str(i), "weight": w}
        for i, (role, w) in enumerate(
            [("system", 0), ("user", 0), ("assistant", 0), ("user", 0), ("assistant", 1), ("user", 0), ("assistant", 1)]
        )
    ]
    asked, real = situations([chat])
    assert [[m["content"] for m in one] for one in asked] == [["0", "1", "2", "3"], ["0", "1", "2", "3", "4", "5"]]
    assert real == ["4", "6"]
    assert len(situations([chat] * 300)[0]) == MOST_ANSWERS


@pytest.fixture(scope="module")
def evaluation(clone: Clone) -> Evaluation:
    pairs = pl.DataFrame(
        [
            {"split": split, "reply": reply, "replied_at": i}
            for split, said in REPLIES.items()
            for i, reply in enumerate(said)
        ]
    )
    return evaluate(clone, windows(REPLIES), pairs, lambda _: None)


def test_an_evaluation_holds_every_number_and_survives_its_file(evaluation: Evaluation) -> None:
    assert evaluation.replies == {"test": 3, "train": 2, "validation": 1}
    assert evaluation.samples[0].real == "see you soon 🦦"
    assert Evaluation.model_validate_json(evaluation.model_dump_json()) == evaluation
    assert all(math.isfinite(value) for value in evaluation.metrics().values())
    assert evaluation.gain_low <= evaluation.gain <= evaluation.gain_high


def test_the_verdict_says_what_the_numbers_say(evaluation: Evaluation) -> None:
    def verdict(**changes: Any) -> str:
        return evaluation.model_copy(update=changes).verdict

    assert "has not learned to text like Ann" in verdict(gain=0.3, gain_low=-0.1)
    assert "texts clearly more like Ann" in verdict(gain=0.1, gain_low=0.05)
    far, near = (dict.fromkeys((*DIMENSIONS, "mean"), value) for value in (0.5, 0.2))
    assert "its style has gone 100% of the way" in verdict(
        gain=0.1, gain_low=0.05, style_base=far, style_clone=near, style_floor=near
    )
    at_the_floor = evaluation.model_copy(
        update={"gain": 0.1, "gain_low": 0.05, "style_base": near, "style_clone": near, "style_floor": far}
    )
    assert "as near already as can be told" in at_the_floor.verdict
    assert "as near already as can be told" in card(at_the_floor)
    assert "it recites more than it should" in verdict(copies_clone=0.5, copies_real=0.1)
    assert "recites" not in verdict(copies_clone=0.1, copies_real=0.1)


def test_the_card_is_one_file_and_harmless(evaluation: Evaluation) -> None:
    nasty = evaluation.samples[0].model_copy(update={"clone": "<script>alert(1)</script>"})
    html = card(evaluation.model_copy(update={"samples": [nasty]}))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"""(src|href)=|url\(|@import|https?://""", html), "nothing is loaded from anywhere"
    assert evaluation.verdict.split(":")[0] in html.replace("&#39;", "'")
    assert html.count("<svg") == 2
    assert "prefers-color-scheme: dark" in html


def test_length_curves_are_shares() -> None:
    curves = length_curves({"real": [1, 3, 3, 100000], "none": []})
    assert sum(curves["curves"]["real"]) == pytest.approx(1)
    assert curves["curves"]["none"] == [0] * len(curves["ticks"])


def test_one_busy_session_gives_an_interval_too() -> None:
    rng = np.random.default_rng(0)
    base = pl.DataFrame({"session_id": ["s"] * 25, "bits": rng.uniform(50, 150, 25)})
    gain, low, high = interval_of_gain(base, base.with_columns(pl.col("bits") * rng.uniform(0.5, 1.5, 25)))
    assert low < gain < high
