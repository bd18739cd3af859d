"""What fictional people chat about: scenes with coherent questions and answers, in English, German and Spanish.

A scene is a path of steps (`A:ask B:answer A:react`); each step draws one of its sentences and fills it in. `(a|b)`
is a choice, `[x]` is said by the talkative, `{slot}` keeps its value for the whole scene so that an answer fits its
question, `{slot*}` is drawn anew, `{Slot}` begins a sentence. What depends on the speaker's manner (`<yes>`,
`<t19:30>`, `<n3>`) stays in for `styles`."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

INVENTORIES = Path(__file__).with_name("inventories")
LANGUAGES = ("en", "de", "es")
_CHOICE = re.compile(r"\(([^()\[\]]*\|[^()\[\]]*)\)")
_OPTION = re.compile(r"\[([^\[\]()]*)\]")
_SLOT = re.compile(r"\{(\w+)(\*?)\}")
_GROUP_ONLY = frozenset({"group_plan", "gruppe"})
_PAIR_ONLY = frozenset({"flirt", "flirten", "comfort", "trost", "argument"})


@cache
def inventory(name: str) -> dict[str, Any]:
    """Load one of the word and scene lists; every scalar in them is text, `no` and `2007` too."""
    with (INVENTORIES / f"{name}.yaml").open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.load(file, yaml.CBaseLoader)  # noqa: S506 - builds nothing but text, lists and mappings
    return loaded


@dataclass(frozen=True, slots=True)
class Line:
    """One turn as it is meant, before anybody's manner: who of the cast, what, in which mood and language."""

    who: int
    text: str
    mood: str
    language: str


@dataclass(slots=True)
class Scene:
    """The values that a scene's slots have taken."""

    language: str
    rng: random.Random
    rules: dict[str, list[str]]
    bound: dict[str, str] = field(default_factory=dict)

    def fill(self, template: str, talkative: float) -> str:
        """Expand one template to a sentence or several."""
        text = template
        while match := _CHOICE.search(text):
            text = text[: match.start()] + self.rng.choice(match[1].split("|")) + text[match.end() :]
        text = _OPTION.sub(lambda match: match[1] if self.rng.random() < talkative else "", text)
        text = _SLOT.sub(lambda match: self._value(match[1], fresh=bool(match[2])), text)
        return " ".join(text.split())

    def _value(self, slot: str, fresh: bool) -> str:
        name = slot[0].lower() + slot[1:] if slot not in {"Name", "Surname", "Noun", "Adj"} else slot
        capital = slot != name
        if not fresh and name in self.bound:
            value = self.bound[name]
        else:
            value = self._value_of(name)
            if not fresh:
                self.bound[name] = value
        return value[:1].upper() + value[1:] if capital else value

    def _value_of(self, name: str) -> str:
        if name == "Name":
            return str(self.rng.choice(inventory("names")["first"]))
        if name == "Surname":
            return str(self.rng.choice(inventory("names")["surname"]))
        # The language's own words first: a scene may have a step called `place` that speaks of a {Place}.
        for source in (inventory(f"words_{self.language}"), self.rules, inventory("words_en")):
            if source.get(name):
                return self.fill(self.rng.choice(source[name]), 0.5)
        raise KeyError(f"no word list called {name}")


def scene_lines(language: str, cast: int, talkative: list[float], rng: random.Random) -> list[Line]:
    """Play one scene; the cast is numbered, and who of them takes which part is drawn."""
    scenes = inventory(f"scenes_{language}")
    leave_out = _GROUP_ONLY if cast == 2 else _PAIR_ONLY
    name = rng.choice([name for name in scenes if name != "common" and name not in leave_out])
    rules = {**scenes["common"], **scenes[name]}
    if cast > 2 and rng.random() < 0.35:
        name = next(name for name in scenes if name in _GROUP_ONLY or name == "vida")
        rules = {**scenes["common"], **scenes[name]}
    scene = Scene(language, rng, rules)
    parts = dict(zip("ABC", rng.sample(range(cast), 3) if cast > 2 else rng.sample(range(2), 2), strict=False))
    lines = []
    for step in rng.choice(rules["paths"]).split():
        part, rule = step.split(":")
        who = parts[part]
        template, mood = rng.choice(rules[rule]), "n"
        if template[0] == "@":
            mood, template = template[1], template[3:]
        lines.append(Line(who, scene.fill(template, talkative[who]), mood, language))
        if cast > 2 and part != "A" and rng.random() < 0.2:  # in a group a third one throws something in
            reply = rng.choice(["funny", "k"] if mood == "f" else ["k", "funny", "nice"] if mood == "h" else ["k"])
            other = rng.choice([one for one in range(cast) if one != who])
            template, mood = rng.choice(scenes["common"][reply]), "n"
            if template[0] == "@":
                mood, template = template[1], template[3:]
            lines.append(Line(other, scene.fill(template, talkative[other]), mood, language))
    return lines


def group_name(rng: random.Random) -> str:
    """Invent what a group is called."""
    return Scene("en", rng, {}).fill(rng.choice(inventory("names")["group"]), 0.5)


def people(count: int, rng: random.Random) -> list[str]:
    """Invent so many different people; some show a surname, a nickname or a small letter."""
    names: list[str] = rng.sample(inventory("names")["first"], count)
    for index, name in enumerate(names):
        kind = rng.random()
        if kind < 0.1:
            names[index] = f"{name} {rng.choice(inventory('names')['surname'])}"
        elif kind < 0.15:
            names[index] = name.lower()
        elif kind < 0.2:
            names[index] = f"{name}{rng.choice(['i', 'o', ' K.', 'chen', 'y', '_', '99', ' ☀️', ' (work)', 's'])}"
    return names
