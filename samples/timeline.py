"""Lays the scenes out over the months: what has its day keeps it, what recurs is spread evenly around that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from samples.cast import CHATS, FIRST_DAY, LAST_DAY, is_away
from samples.script import Scene


@dataclass(frozen=True, slots=True)
class Appointment:
    """One performance of a scene."""

    day: date
    hour: int
    scene: Scene
    nth: int


def _hour(scene: Scene, rng: Random) -> int:
    low, high = scene.at or CHATS[scene.chat].hours
    return rng.randint(low, max(low, high - 1))


def in_season(scene: Scene, day: date) -> bool:
    """Whether a scene may happen on a day, by its window, its months and what it avoids."""
    if scene.months:
        low, high = scene.months
        if not (low <= day.month <= high if low <= high else day.month >= low or day.month <= high):
            return False
    if any(first <= day <= last for first, last in scene.avoid):
        return False
    return (scene.first or FIRST_DAY) <= day <= (scene.last or LAST_DAY)


def _nearest_free(wanted: date, taken: set[date], scene: Scene) -> date:
    """The day closest to the wanted one on which the chat is silent."""
    for distance in range(400):
        for day in (wanted + timedelta(days=distance), wanted - timedelta(days=distance)):
            if day not in taken and in_season(scene, day) and not is_away(day):
                return day
    raise ValueError(f"no free day near {wanted} for {scene.id}")


def plan(scenes: list[Scene], seed: str) -> list[Appointment]:
    """Every performance of every scene, oldest first."""
    out: list[Appointment] = []
    for key in CHATS:
        mine = [scene for scene in scenes if scene.chat == key]
        taken: set[date] = set()
        for scene in mine:
            if scene.on:
                rng = Random(f"{seed}:plan:{scene.id}")
                out.append(Appointment(scene.on, _hour(scene, rng), scene, 0))
                taken.add(scene.on)
        # The tightest windows choose first.
        loose = [scene for scene in mine if not scene.on]
        for scene in sorted(loose, key=lambda s: ((s.last or LAST_DAY) - (s.first or FIRST_DAY), s.id)):
            rng = Random(f"{seed}:plan:{scene.id}")
            first, last = scene.first or FIRST_DAY, scene.last or LAST_DAY
            slice_days = ((last - first).days + 1) / scene.times
            for nth in range(scene.times):
                wanted = first + timedelta(days=int((nth + rng.uniform(0.15, 0.85)) * slice_days))
                day = _nearest_free(wanted, taken, scene)
                taken.add(day)
                out.append(Appointment(day, _hour(scene, rng), scene, nth))
    return sorted(out, key=lambda a: (a.day, a.hour, a.scene.id))
