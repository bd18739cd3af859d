"""One evaluation: held-out replies scored and answered by base and clone, set against the person's own."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl
from pydantic import BaseModel

from chatclone_dagster.datasets.formats import ChatMessage
from chatclone_dagster.evaluation.likelihood import Likelihood, interval_of_gain, score
from chatclone_dagster.evaluation.memorization import copy_rate
from chatclone_dagster.evaluation.style import distances, texts_of
from chatclone_dagster.training.clone import Clone
from chatclone_dagster.training.package import Manifest

NO_WAY = 0.02  # style distance; what is nearer to the floor than this is at it
MOST_ANSWERS = 200
"""Held-out replies that are answered anew: two minutes of a core with the starter; distances hardly move beyond."""


class Sample(BaseModel):
    """One held-out situation: what was said, what the person answered, what base and clone answer."""

    prompt: str
    real: str
    base: str
    clone: str


class Evaluation(BaseModel):
    """What is known of a clone. Shares are 0 to 1, style distances Jensen-Shannon distances (0 is the same)."""

    manifest: Manifest
    replies: dict[str, int]
    base: dict[str, float]
    clone: dict[str, float]
    gain: float
    gain_low: float
    gain_high: float
    style_base: dict[str, float]
    style_clone: dict[str, float]
    style_floor: dict[str, float]
    copies_base: float
    copies_clone: float
    copies_real: float
    lengths: dict[str, list[int]]
    samples: list[Sample]

    @property
    def style_progress(self) -> float | None:
        """How much of the way from the base to the person's own variation the clone has gone, 0 to 1.

        None where the base is as near as the person is to themselves: there is no way to go.
        """
        way = self.style_base["mean"] - self.style_floor["mean"]
        if way < NO_WAY:
            return None
        return max(0.0, min(1.0, (self.style_base["mean"] - self.style_clone["mean"]) / way))

    @property
    def recites(self) -> bool:
        """Whether it repeats training messages far more than the person repeats themselves."""
        return self.copies_clone > 0.05 + 2 * self.copies_real

    @property
    def verdict(self) -> str:
        """The evaluation in two sentences, for a lay reader."""
        name = self.manifest.persona_name
        if self.gain_low <= 0:
            first = f"This clone has not learned to text like {name}: it expects their replies no better than its base."
        else:
            progress = self.style_progress
            style = (
                "in style its base was as near already as can be told"
                if progress is None
                else f"its style has gone {progress:.0%} of the way"
            )
            how = "a little" if self.gain < 0.05 else "clearly" if self.gain < 0.2 else "much"
            first = (
                f"This clone texts {how} more like {name} than its base model: it expects unseen replies with "
                f"{self.gain:.0%} fewer bits, and {style}."
            )
        second = (
            f"Of its longer texts {self.copies_clone:.0%} repeat a training message word for word "
            f"({name}: {self.copies_real:.0%})"
        )
        return f"{first} {second}{': it recites more than it should.' if self.recites else '.'}"

    def metrics(self) -> dict[str, float]:
        """The numbers as they go to MLflow."""
        named: dict[str, float] = {}
        for who, numbers in (("base", self.base), ("clone", self.clone)):
            named.update({f"test_{who}_{key}": value for key, value in numbers.items()})
        for who, numbers in (("base", self.style_base), ("clone", self.style_clone), ("floor", self.style_floor)):
            named.update({f"style_{who}_{key}": value for key, value in numbers.items()})
        return {
            **named,
            "test_gain": self.gain,
            "test_gain_low": self.gain_low,
            "test_gain_high": self.gain_high,
            "copies_clone": self.copies_clone,
            "copies_base": self.copies_base,
            "copies_real": self.copies_real,
        }


def evaluate(clone: Clone, windows: pl.DataFrame, pairs: pl.DataFrame, say: Callable[[str], None]) -> Evaluation:
    """Evaluate a clone on the test split of its dataset (tables.TRAINING_DATASET and TRAINING_PAIRS)."""
    test = windows.filter(pl.col("split") == "test")
    say(f"scoring {test['target_turns'].sum():,} held-out replies")
    with clone.base():
        scored_base = score(clone, test)
    scored_clone = score(clone, test)
    gain, low, high = interval_of_gain(scored_base, scored_clone)

    asked, real = situations(test["messages"].to_list())
    say(f"answering {len(asked):,} of them anew, as the base and as the clone")
    with clone.base():
        by_base = clone.answers(asked, seed=1)
    by_clone = clone.answers(asked, seed=1)
    learned = pairs.filter(pl.col("split") == "train").sort("replied_at")["reply"].to_list()
    early = random.Random(0).sample(learned, min(len(real), len(learned)))  # noqa: S311  a sample, no secret
    return Evaluation(
        manifest=clone.manifest,
        replies={split: int(n) for split, n in pairs.group_by("split").len().sort("split").iter_rows()},
        base=asdict(Likelihood.of(scored_base)),
        clone=asdict(Likelihood.of(scored_clone)),
        gain=gain,
        gain_low=low,
        gain_high=high,
        style_base=distances(by_base, real),
        style_clone=distances(by_clone, real),
        style_floor=distances(early, real),
        copies_base=copy_rate(by_base, learned),
        copies_clone=copy_rate(by_clone, learned),
        copies_real=copy_rate(real, learned),
        lengths={name: _lengths(texts) for name, texts in (("real", real), ("base", by_base), ("clone", by_clone))},
        samples=_samples(asked, real, by_base, by_clone),
    )


def situations(chats: Sequence[Sequence[Any]]) -> tuple[list[list[ChatMessage]], list[str]]:
    """Every held-out reply with the chat up to it, at most MOST_ANSWERS, drawn evenly over time."""
    found = [
        (list(chat[:i]), message["content"])
        for chat in chats
        for i, message in enumerate(chat)
        if message["role"] == "assistant" and message["weight"]
    ]
    step = max(1.0, len(found) / MOST_ANSWERS)
    drawn = [found[int(i * step)] for i in range(min(len(found), MOST_ANSWERS))]
    return [chat for chat, _ in drawn], [reply for _, reply in drawn]


def _lengths(replies: Sequence[str]) -> list[int]:
    return [len(text) for reply in replies for text in texts_of(reply)]


def _samples(
    asked: Sequence[Sequence[ChatMessage]], real: Sequence[str], by_base: Sequence[str], by_clone: Sequence[str]
) -> list[Sample]:
    """Twelve situations, spread over the test split."""
    step = max(1, len(asked) // 12)
    return [
        Sample(prompt=asked[i][-1]["content"], real=real[i], base=by_base[i], clone=by_clone[i])
        for i in range(0, len(asked), step)
    ][:12]
