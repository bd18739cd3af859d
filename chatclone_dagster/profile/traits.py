"""What stands out about how somebody texts, each in two words with the number it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from chatclone_dagster.profile.facts import Profile, Row
from chatclone_dagster.wording import lasting

OFTENER = 1.5
"""How many times as often as the others somebody must do a thing for it to stand out."""
NIGHT = (22, 23, 0, 1, 2, 3)
MORNING = (5, 6, 7, 8)
FEWEST = 50
"""Texts under which nothing is said about anybody's ways."""

HABITS = {
    "starts_lower_case": "start in lower case",
    "ends_with_full_stop": "end with a full stop",
    "ends_with_question_mark": "ask a question",
    "ends_with_exclamation_mark": "end with an exclamation mark",
    "ends_bare": "end without any mark",
    "has_emoji": "hold an emoji",
    "laughs": "hold a laugh",
    "stretches_letters": "streeetch a letter",
    "piles_up_marks": "pile up marks?!",
    "has_ellipsis": "trail off …",
    "all_capitals": "SHOUT",
}
"""Habits as the end of "of 100 texts so many …"; columns of the mart texting_habits."""


@dataclass(frozen=True, slots=True)
class Trait:
    """An emoji, what somebody is, and why that is said."""

    sign: str
    name: str
    why: str


def telling_habits(profile: Profile, most: int = 6) -> list[tuple[str, float, float | None]]:
    """The habits that tell this person from the others best: (what, share, share of the others), the most telling first."""
    shares = [
        (what, profile.habits[key], profile.others.get(key)) for key, what in HABITS.items() if key in profile.habits
    ]
    shares = [(what, own, other) for what, own, other in shares if max(own, other or 0) >= 0.01]
    return sorted(shares, key=lambda habit: -abs(habit[1] - (habit[2] or 0)))[:most]


def traits(profile: Profile, most: int = 6) -> list[Trait]:
    """What stands out, at most so many; nothing where somebody wrote too little to have ways."""
    if not profile.habits or profile.habits["texts"] < FEWEST:
        return []
    found = (_hours(profile), _answers(profile), _languages(profile), _writing(profile.habits, profile.others))
    return list(chain.from_iterable(found))[:most]


def _hours(profile: Profile) -> Iterator[Trait]:
    hours = [sum(day[hour] for day in profile.week) for hour in range(24)]
    total = sum(hours)
    night, morning = (sum(hours[hour] for hour in span) / total for span in (NIGHT, MORNING))
    weekend = sum(map(sum, profile.week[5:])) / total
    peak = max(range(24), key=hours.__getitem__)
    if night >= 0.2 and night > OFTENER * morning:
        yield Trait("🦉", "Night owl", f"{night:.0%} of the messages go out between 22:00 and 4:00")
    elif morning >= 0.15 and morning > OFTENER * night:
        yield Trait("🐦", "Early bird", f"{morning:.0%} of the messages go out between 5:00 and 9:00")
    else:
        yield Trait("☀️", "Neither owl nor lark", f"busiest from {peak}:00 to {peak + 1}:00")
    if weekend >= 0.4:  # two days of seven are 29 %
        yield Trait("🛋️", "Weekend texter", f"{weekend:.0%} of the messages fall on Saturdays and Sundays")


def _answers(profile: Profile) -> Iterator[Trait]:
    median = profile.person["median_reply_seconds"]
    if median is not None and median <= 60:
        yield Trait("⚡", "Lightning thumbs", f"half of the answers come within {lasting(median)}")
    elif median is not None and median >= 1800:
        yield Trait("🐢", "All in good time", f"half of the answers take {lasting(median)} or longer")
    sessions, opened = (sum(chat[what] for chat in profile.firsts) for what in ("sessions", "opened"))
    if sessions and opened >= 0.6 * sessions:
        yield Trait("👋", "Texts first", f"opens {opened / sessions:.0%} of the talks between two")
    several, others = (
        sum(row[share] for row in profile.bursts if row["bubbles"] > 1) for share in ("share", "others_share")
    )
    if several >= 0.15 and several > OFTENER * others:
        yield Trait("💬", "Double texter", f"sends two messages in a row or more in {several:.0%} of the turns")


def _languages(profile: Profile) -> Iterator[Trait]:
    spoken = [row for row in profile.languages if row["share"] >= 0.05]
    if len(spoken) > 1:
        name = "Two languages" if len(spoken) == 2 else f"{len(spoken)} languages"
        shares = ", ".join(f"{row['language'].upper()} in {row['share']:.0%}" for row in spoken[:4])
        yield Trait("🗣️", name, f"{shares} of the texts")


def _writing(own: Row, others: Row) -> Iterator[Trait]:
    def often(habit: str, least: float) -> bool:
        return bool(own[habit] >= least and own[habit] > OFTENER * others.get(habit, 0))

    if own["starts_lower_case"] >= 0.7:
        yield Trait("🔡", "Lower-case soul", f"{own['starts_lower_case']:.0%} of the texts start small")
    if often("has_emoji", 0.1):
        yield Trait(own["favourite_emoji"], "Emoji person", f"in {own['has_emoji']:.0%} of the texts")
    if often("laughs", 0.05):
        yield Trait("😄", "Laughs a lot", f"out loud in {own['laughs']:.0%} of the texts")
    if own["ends_with_full_stop"] >= 0.4:
        yield Trait("🎯", "Full stop.", f"{own['ends_with_full_stop']:.0%} of the texts end with one")
    if often("ends_with_question_mark", 0.2):
        yield Trait("🔎", "Wants to know", f"{own['ends_with_question_mark']:.0%} of the texts are questions")
    if often("ends_with_exclamation_mark", 0.15):
        yield Trait(
            "🎉", "Exclaims!", f"{own['ends_with_exclamation_mark']:.0%} of the texts end with a mark like that"
        )
    if own["mean_characters"] >= 60 and often("mean_characters", 60):
        yield Trait("📖", "Novelist", f"{own['mean_characters']:.0f} characters a text")
    elif own["mean_characters"] <= 20:
        yield Trait("📨", "Telegram style", f"{own['mean_characters']:.0f} characters a text")
