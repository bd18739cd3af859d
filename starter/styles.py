"""How a fictional person writes: a style is a sampled vector of habits.

Most people of the generator get a style of their own that is drawn afresh and never seen again, with a catchphrase or
two put together from word lists (`inventories/tics.yaml`); the others are one of forty fixed characters. That share
matters: a base that has seen nine styles moved 6 % of its replies to an unseen style under LoRA; with half of its
text in drawn ones, 92 %."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from starter.topics import LANGUAGES, inventory

RANDOMISED_SHARE = 0.7
_MOODS = ("n", "f", "h", "l", "s", "a", "t")
_PALETTE = {"n": "things", "f": "funny", "h": "happy", "l": "love", "s": "sad", "a": "angry", "t": "think"}
_OWN_WORDS = frozenset({"yes", "no", "ok", "thanks", "hi", "bye", "wow", "ugh", "great"})
_KINDS = (
    "yes",
    "no",
    "ok",
    "thanks",
    "welcome",
    "sorry",
    "hi",
    "bye",
    "laugh",
    "wow",
    "ugh",
    "hmm",
    "idk",
    "great",
    "very",
)


@dataclass(frozen=True, slots=True)
class Tic:
    """A phrase that only this person says: where in a message, how often, and in which moods."""

    text: str
    place: str
    rate: float
    moods: str


@dataclass(frozen=True, slots=True)
class Style:
    """One person's habits; rates are per message or, for `typo_rate`, per word."""

    randomised: bool
    casing: str
    statement: str
    question: str
    exclamation: str
    comma: str
    apostrophe: str
    umlaut: str
    spaces: str
    joiner: str
    newline: float
    bubble_rate: float
    break_rate: float
    talkative: float
    emoji: dict[str, tuple[str, ...]]
    emoji_rate: float
    emoji_repeat: float
    emoji_place: str
    faces_only: float
    laugh_rate: float
    laugh_place: str
    stretch_rate: float
    stretch: int
    shout_rate: float
    typo_rate: float
    correct_rate: float
    correction: str
    abbreviation_share: float
    abbreviations: dict[str, dict[str, str]]
    forms: dict[str, dict[str, tuple[str, ...]]]
    form_loyalty: float
    addr_rate: float
    filler_rate: float
    tag_rate: float
    opener_rate: float
    openers: dict[str, tuple[str, ...]]
    action_rate: float
    actions: tuple[str, ...]
    tic_rate: float
    tics: tuple[Tic, ...]
    signoff_rate: float
    signoff: str
    clock: str
    numerals: str
    switch_rate: float


def _mostly_zero(rng: random.Random, chance: float, low: float, high: float) -> float:
    """Draw a habit that most people do not have at all."""
    return round(rng.uniform(low, high), 2) if rng.random() < chance else 0.0


def _invented_word(rng: random.Random) -> str:
    parts = inventory("tics")
    return "".join(rng.choices(parts["syllables"], k=rng.choice([1, 2, 2, 3]))) + str(rng.choice(parts["endings"]))


def catchphrase(rng: random.Random, language: str) -> str:
    """Put together a phrase nobody else is likely to have."""
    parts = inventory("tics")
    phrase = str(rng.choice(parts[f"frames_{language}"]))
    while "{" in phrase:
        start, stop = phrase.index("{"), phrase.index("}")
        name = phrase[start + 1 : stop]
        word = _invented_word(rng) if name == "invented" else str(rng.choice(parts[name]))
        phrase = phrase[:start] + word + phrase[stop + 1 :]
    return phrase


def _tics(rng: random.Random, rate: float) -> tuple[Tic, ...]:
    tics = []
    for _ in range(rng.choice([1, 1, 2, 2, 3, 4])):
        language = rng.choices(("en", "de", "es"), (6, 3, 1))[0]
        place = rng.choices(("end", "start", "alone"), (4, 3, 3))[0]
        # Half of them belong to a mood or two, as people say one thing to good news and another to bad.
        moods = "".join(rng.sample(_MOODS, rng.choice([1, 2]))) if rng.random() < 0.5 else "".join(_MOODS)
        often = rate * rng.uniform(0.4, 1.0) * (1 if len(moods) > 2 else 2)
        tics.append(Tic(catchphrase(rng, language), place, round(min(1.0, often), 2), moods))
    return tuple(tics)


def _forms(rng: random.Random) -> dict[str, dict[str, tuple[str, ...]]]:
    listed = inventory("forms")
    forms: dict[str, dict[str, tuple[str, ...]]] = {}
    for language in LANGUAGES:
        own = {}
        for kind in (*_KINDS, "addr", "filler", "tag"):
            choices = [*listed[kind].get(language, []), *listed[kind].get("all", [])]
            own[kind] = tuple(rng.sample(choices, min(len(choices), rng.choice([1, 2, 2, 3, 4]))))
            if kind in _OWN_WORDS and rng.random() < 0.12:  # and some say yes in a way nobody else does
                own[kind] = (catchphrase(rng, rng.choice((language, "en", "de"))), *own[kind])
        own["laugh"] = forms["en"]["laugh"] if forms else own["laugh"]  # people laugh alike in all their languages
        forms[language] = own
    return forms


def _abbreviations(rng: random.Random, share: float) -> dict[str, dict[str, str]]:
    listed = inventory("manner")["abbreviations"]
    return {
        language: {word: rng.choice(short) for word, short in listed[language].items() if rng.random() < share}
        for language in LANGUAGES
    }


def _emoji(rng: random.Random, faces_only: bool) -> dict[str, tuple[str, ...]]:
    listed = inventory("emoji")
    favourites = rng.sample([one for name in _PALETTE.values() for one in listed[name]], rng.choice([1, 2, 3, 4]))
    faces, own = rng.sample(listed["faces"], rng.choice([1, 2, 3, 4])), {}
    with_faces = rng.random() < 0.2
    for mood in _MOODS:
        few = rng.sample(listed[_PALETTE[mood]], rng.choice([1, 1, 2, 3])) + rng.sample(favourites, 1)
        own[mood] = tuple(faces if faces_only else few + faces[:1] if with_faces else few)
    return own


def random_style(rng: random.Random) -> Style:
    """Draw a style; wide on purpose, since what no style shows is what LoRA cannot find later."""
    pick = rng.choice
    faces_only = rng.random() < 0.15
    share, tic_rate = pick([0.0, 0.0, 0.1, 0.3, 0.6, 0.9]), _mostly_zero(rng, 0.7, 0.05, 0.5)
    openers = {one: tuple(rng.sample(inventory("manner")["openers"][one], pick([1, 2, 3]))) for one in LANGUAGES}
    return Style(
        randomised=True,
        casing=rng.choices(("as_is", "lower", "lower_i", "first_lower", "upper", "title"), (30, 36, 8, 14, 6, 4))[0],
        statement=rng.choices(("", ".", "!", "...", "..", "~", "!!", " :)", ";"), (44, 26, 7, 8, 4, 2, 3, 2, 1))[0],
        question=rng.choices(("?", "??", "", " ?", "?!", "???", "..?"), (52, 12, 14, 6, 6, 6, 4))[0],
        exclamation=rng.choices(("!", "!!", "!!!", "", ".", " !", "!!1", "~"), (40, 15, 12, 18, 6, 4, 2, 3))[0],
        comma=rng.choices(("keep", "drop", "dots", "dash"), (50, 38, 7, 5))[0],
        apostrophe=rng.choices(("keep", "drop", "curly"), (45, 40, 15))[0],
        umlaut=rng.choices(("keep", "ae", "drop"), (78, 16, 6))[0],
        spaces=rng.choices(("single", "double"), (96, 4))[0],
        joiner=rng.choices((" ", " - ", " / ", ", ", " ... ", " | "), (86, 3, 2, 5, 3, 1))[0],
        newline=_mostly_zero(rng, 0.1, 0.3, 1.0),
        bubble_rate=pick([0.0, 0.0, 0.1, 0.3, 0.5, 0.8, 1.0]),
        break_rate=_mostly_zero(rng, 0.25, 0.1, 0.7),
        talkative=pick([0.0, 0.1, 0.3, 0.5, 0.7, 1.0]),
        emoji=_emoji(rng, faces_only),
        emoji_rate=pick([0.0, 0.0, 0.05, 0.15, 0.3, 0.5, 0.8, 1.0]),
        emoji_repeat=pick([1, 1, 1, 1, 2, 3, 4]),
        emoji_place=rng.choices(("end", "alone", "start", "instead"), (64, 12, 8, 16))[0],
        faces_only=float(faces_only),
        laugh_rate=_mostly_zero(rng, 0.7, 0.05, 0.7),
        laugh_place=pick(["start", "end", "alone", "end"]),
        stretch_rate=_mostly_zero(rng, 0.4, 0.05, 0.5),
        stretch=pick([2, 3, 4, 6]),
        shout_rate=_mostly_zero(rng, 0.15, 0.02, 0.2),
        typo_rate=_mostly_zero(rng, 0.4, 0.005, 0.08),
        correct_rate=pick([0.0, 0.0, 0.3, 0.7]),
        correction=pick(["*{}", "*{}", "{}*", "I mean {}", "{}!!", "sorry {}"]),
        abbreviation_share=share,
        abbreviations=_abbreviations(rng, share),
        forms=_forms(rng),
        form_loyalty=pick([0.5, 0.7, 0.9, 1.0]),
        addr_rate=_mostly_zero(rng, 0.5, 0.05, 0.6),
        filler_rate=_mostly_zero(rng, 0.45, 0.05, 0.5),
        tag_rate=_mostly_zero(rng, 0.3, 0.05, 0.5),
        opener_rate=_mostly_zero(rng, 0.35, 0.05, 0.6),
        openers=openers,
        action_rate=_mostly_zero(rng, 0.1, 0.05, 0.4),
        actions=tuple(rng.sample(inventory("manner")["actions"], 3)),
        tic_rate=tic_rate,
        tics=_tics(rng, tic_rate),
        signoff_rate=_mostly_zero(rng, 0.2, 0.1, 0.9),
        signoff=pick(inventory("forms")["signoff"]["all"]),
        clock=pick(["24", "24", "pm", "pm", "dot", "h", "words", "short"]),
        numerals=pick(["digits", "digits", "words"]),
        switch_rate=_mostly_zero(rng, 0.15, 0.1, 0.5),
    )


@cache
def archetypes() -> tuple[Style, ...]:
    """Return the fixed characters: what the list names is set, the rest is drawn once from the character's name."""
    types = {one.name: one.type for one in fields(Style)}
    made = []
    for name, given in inventory("manner")["archetypes"].items():
        rng = random.Random(f"archetype {name}")
        set_to: dict[str, Any] = {key: float(value) if types[key] == "float" else value for key, value in given.items()}
        style = replace(random_style(rng), randomised=False, **set_to)
        made.append(
            replace(
                style,
                abbreviations=_abbreviations(rng, style.abbreviation_share),
                emoji=_emoji(rng, bool(style.faces_only)),
                tics=_tics(rng, style.tic_rate),
            )
        )
    return tuple(made)


def draw_style(rng: random.Random) -> Style:
    """Give a fictional person a style: in seven of ten cases one that nobody has had before."""
    return random_style(rng) if rng.random() < RANDOMISED_SHARE else rng.choice(archetypes())
