"""Fills the slots of a line: things of the world (animals, dishes, films), numbers, days, and a scene's own cases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import yaml

from samples.cast import is_away
from samples.script import SCENES

SLOT = re.compile(r"\{([^{}]+)\}")
CHOICE = re.compile(r"<([^<>]*\|[^<>]*)>")
NUMBER = re.compile(r"^(?:(\w+):)?(\d+)\.\.(\d+)$")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TAGE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


@dataclass
class World:
    """The inventories. What was told once is told again only when all the rest has been told."""

    seed: str
    inventories: dict[str, list[Any]]
    told: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, seed: str) -> World:
        """Read `scenes/world.yaml`."""
        return cls(seed, yaml.safe_load((SCENES / "world.yaml").read_text("utf-8")))

    def next_of(self, name: str, stock: list[Any], shuffled: bool = True) -> Any:
        """The next entry of an inventory, round after round; a scene's cases keep the order of the file."""
        turn = self.told.get(name, 0)
        self.told[name] = turn + 1
        order = list(range(len(stock)))
        if shuffled:
            Random(f"{self.seed}:{name}:{turn // len(stock)}").shuffle(order)
        return stock[order[turn % len(stock)]]


@dataclass
class Filling:
    """The slots of one scene as it is played: a slot that has a name keeps its value to the end of the scene."""

    world: World
    rng: Random
    day: date
    scene: str
    cases: list[Any]
    kept: dict[str, Any] = field(default_factory=dict)

    def value(self, slot: str) -> str:
        """What a slot says, e.g. `{3..9}`, `{a:3..9}`, `{day}`, `{pet.name}`, `{pet2.name}`, `{case.why}`."""
        if number := NUMBER.match(slot):
            name = number[1]
            if name and name in self.kept:
                return str(self.kept[name])
            drawn = self.rng.randint(int(number[2]), int(number[3]))
            if name:
                self.kept[name] = drawn
            return str(drawn)
        name, _, attribute = slot.partition(".")
        if name not in self.kept:
            self.kept[name] = self._draw(name)
        kept = self.kept[name]
        return str(kept[attribute]) if attribute else str(kept)

    def _draw(self, name: str) -> Any:
        if name in {"day", "tag"}:
            if "ahead" not in self.kept:
                home = [days for days in range(2, 7) if not is_away(self.day + timedelta(days=days))]
                self.kept["ahead"] = self.rng.choice(home or [4])
            ahead = self.kept["ahead"]
            return (DAYS if name == "day" else TAGE)[(self.day + timedelta(days=ahead)).weekday()]
        if name == "case":
            return self.world.next_of(self.scene, self.cases, shuffled=False)
        stock = name.rstrip("0123456789")
        return self.world.next_of(stock, self.world.inventories[stock])

    def fill(self, text: str) -> str:
        """A line with its choices made and its slots filled; a value may itself hold choices and slots."""
        for _ in range(4):
            text = CHOICE.sub(lambda match: self.rng.choice(match[1].split("|")), text)
            text = SLOT.sub(lambda match: self.value(match[1]), text)
        return re.sub(r"  +", " ", text).strip()
