"""Is there enough to make a clone of somebody from? A verdict on their replies, before anything is trained.

What counts as enough is what the evaluation needs to say something, since nobody can promise how good a clone will be: a
tenth of the replies, the latest, is kept for the test, and a share measured on n of them is known to about ±0.98 / √n (the
95 % interval of a proportion near one half; replies of one talk resemble each other, so the real one is somewhat wider).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any, Literal

from chatclone_dagster.datasets.split import UP_TO
from chatclone_dagster.settings import Dataset
from chatclone_dagster.wording import counted

HELD_OUT = UP_TO["test"] - UP_TO["validation"]
ENOUGH, PLENTY = 100, 400
"""Replies in the test from which a share is known to about ±10 and ±5 points."""
MANY_DAYS = 90
"""Over fewer days the last tenth of the replies is a few evenings: the test would ask about one topic."""
ONE_CHAT = 0.8
"""Share of the replies in one chat from which a clone mostly learns how somebody writes to one person or group."""
REPEATED = 0.5
"""Share of different replies under which most are repetitions, which the test leaves out."""

Level = Literal["nothing", "too little", "thin", "enough", "plenty"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether there is enough, why, and what more would buy.

    `fewest`: replies without which nothing is trained; `within`: half-width of a share's interval in the test, if there is one.
    """

    level: Level
    headline: str
    there: str
    replies: int
    test_replies: int
    fewest: int
    within: float | None
    more: tuple[str, ...]


def judge(name: str, found: Mapping[str, Any] | None, settings: Dataset) -> Verdict:
    """Judge a row of the mart replies_to_learn, None where somebody has no such row."""
    fewest = ceil(settings.min_replies / HELD_OUT - 1e-9)
    if found is None:
        headline = f"{name} answers nobody in words: there is nothing to learn."
        return Verdict("nothing", headline, "", 0, 0, fewest, None, ())
    replies = int(found["replies"])
    test = int(HELD_OUT * replies + 1e-9)
    within = 0.98 / sqrt(test) if test else None
    days = (found["last_at"] - found["first_at"]).days + 1
    there = (
        f"{_replies(replies)} to {counted(found['people_answered'], 'person', 'people')} on {counted(found['days'], 'day')} "
        f"within {_span(days)}"
    )
    level: Level = "thin"
    if replies < fewest:
        level = "too little"
    elif test >= ENOUGH and days >= MANY_DAYS:
        level = "plenty" if test >= PLENTY else "enough"
    return Verdict(
        level, _HEADLINES[level].format(name=name), there, replies, test, fewest, within, _more(found, fewest, days)
    )


_HEADLINES: dict[Level, str] = {
    "too little": "Not enough yet to make a clone of {name}.",
    "thin": "Enough to train a clone of {name}, not enough to say how good it is.",
    "enough": "Enough to make a clone of {name} and to tell whether it is any good.",
    "plenty": "Plenty to make a clone of {name}, and to measure it closely.",
}


def _more(found: Mapping[str, Any], fewest: int, days: int) -> tuple[str, ...]:
    """What more of what would buy, the most useful first."""
    replies = int(found["replies"])
    steps = [(fewest, "a clone can be trained at all")]
    steps += [
        (ceil(n / HELD_OUT - 1e-9), f"its evaluation is good to about ±{98 / sqrt(n):.0f} points")
        for n in (ENOUGH, PLENTY)
    ]
    told = [f"{_replies(goal - replies)} more, and {gain}." for goal, gain in sorted(steps) if replies < goal][:1]
    if days < MANY_DAYS:
        told.append(
            f"All of it lies within {_span(days)}; a longer time would make the test about more than the last few evenings."
        )
    if found["share_of_busiest_chat"] >= ONE_CHAT:
        told.append(
            f"{found['share_of_busiest_chat']:.0%} of the replies stand in one chat; exports of other chats would teach it "
            "how the same person writes to others."
        )
    if found["different_replies"] < REPEATED * replies:
        told.append(f"Only {found['different_replies']:,} of them differ; what is said again teaches little.")
    return tuple(told)


def _replies(number: int) -> str:
    return counted(number, "reply", "replies")


def _span(days: int) -> str:
    return counted(days, "day") if days < 60 else counted(round(days / 30.44), "month")
