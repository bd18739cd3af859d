"""The texting profile: one HTML file about how somebody texts, with nothing loaded from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chatclone_dagster import lake
from chatclone_dagster.profile import drawings, traits
from chatclone_dagster.profile.enough import ENOUGH, HELD_OUT, PLENTY
from chatclone_dagster.profile.facts import Profile
from chatclone_dagster.wording import counted, lasting

TEMPLATE = Path(__file__).with_name("page.html.jinja")
WORDS_ON_A_PAGE = 250
_TIMES = ((1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h"), (14_400, "4 h"), (86_400, "a day"))
_SCORED = 30  # texts under which nothing is said about moods


def page(profile: Profile) -> str:
    """Write the profile as HTML."""
    env = Environment(loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined)
    env.filters.update(
        counted=counted, lasting=lasting, day=lambda at: f"{at.day} {at:%B %Y}", month=lambda at: f"{at:%b %Y}"
    )
    return env.get_template(TEMPLATE.name).render(
        p=profile,
        name=profile.person["sender_name"],
        traits=traits.traits(profile),
        habits=traits.telling_habits(profile),
        pages=round(profile.person["words"] / WORDS_ON_A_PAGE),
        plots=_plots(profile),
        soon=drawings.LogScale.around(_medians(profile), _TIMES),
        replies=_replies(profile),
    )


def write(profile: Profile, path: Path) -> str:
    """Write the profile to a file in one step and return what was written."""
    html = page(profile)
    with lake.replacing(path) as aside:
        aside.write_text(html, encoding="utf-8")
    return html


def _plots(profile: Profile) -> dict[str, Any]:
    name = profile.person["sender_name"]
    months = [f"{row['month']:%B %Y}" for row in profile.months]
    sent = [row["messages"] for row in profile.months]
    moods = [row for row in profile.sentiment if row["scored"]]
    plots = {
        "week": drawings.heat_map(profile.week, f"Messages of {name} by weekday and hour"),
        "months": drawings.columns(
            sent,
            [f"{month}: {count:,}" for month, count in zip(months, sent, strict=True)],
            f"Messages of {name} by month",
        ),
        "lengths": drawings.curves(
            [row["share"] for row in profile.lengths],
            [row["others_share"] for row in profile.lengths],
            f"How long the texts of {name} and of everyone else are",
        ),
    }
    if sum(row["scored"] for row in moods) >= _SCORED:
        titles = [f"{row['month']:%B %Y}: {row['share_glad']:.0%} glad, {row['share_sad']:.0%} sad" for row in moods]
        glad, sad = ([row[share] for row in moods] for share in ("share_glad", "share_sad"))
        plots["moods"] = drawings.up_and_down(glad, sad, titles, f"Glad and sad texts of {name} by month")
    return plots


def _medians(profile: Profile) -> list[float]:
    both = (row[way] for row in profile.replies for way in ("median_seconds", "their_median_seconds"))
    return [seconds for seconds in both if seconds is not None]


def _replies(profile: Profile) -> drawings.LogScale:
    """The scale of the verdict: how many replies are good for what."""
    least, enough, plenty = profile.verdict.fewest, round(ENOUGH / HELD_OUT), round(PLENTY / HELD_OUT)
    marks = sorted([(least, "can be trained"), (enough, "can be judged"), (plenty, "closely")])
    return drawings.LogScale([(marks[0][0] / 4, ""), *marks, (marks[-1][0] * 2.5, "")])
