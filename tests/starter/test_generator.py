"""The fictional chats that the starter model is trained on."""

from __future__ import annotations

import random

import numpy as np

from samples.voices import CATCHPHRASES
from starter import styles, topics
from starter.generator import chat, chats
from starter.topics import Line
from starter.voice import speak

# They belong to the sample person alone: a base that knew them would make any adapter look good.
FORBIDDEN = (*CATCHPHRASES, "🦦", "🫠", "🧃")


def test_generator_repeats_itself_with_the_same_seed_only() -> None:
    assert list(chats(5, "a")) == list(chats(5, "a"))
    assert list(chats(5, "a")) != list(chats(5, "b"))
    assert styles.random_style(random.Random(3)) == styles.random_style(random.Random(3))


def test_most_of_what_is_invented_is_in_drawn_styles() -> None:
    rng, drawn, fixed = random.Random(5), 0, 0
    line = Line(0, "<hi>! Are you coming to the park {day}? I am <very> tired.", "n", "en")
    for _ in range(600):
        style = styles.draw_style(rng)
        size = sum(len(bubble) for bubble in speak(style, line, rng))
        drawn, fixed = drawn + size * style.randomised, fixed + size * (not style.randomised)
    assert drawn / (drawn + fixed) > 0.6
    assert len(styles.archetypes()) >= 36


def test_styles_are_many_and_kept() -> None:
    rng = random.Random(8)
    phrases = {styles.catchphrase(rng, "en") for _ in range(3_000)}
    assert len(phrases) > 2_000
    shouting = styles.archetypes()[list(topics.inventory("manner")["archetypes"]).index("shouter")]
    one = chat(random.Random(2), [shouting, styles.random_style(rng)])
    said = [text for speaker, text in one.lines if speaker == one.name]
    assert len(said) > 10
    assert np.mean([text == text.upper() for text in said]) > 0.9


def test_the_sample_persons_words_never_occur() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in topics.INVENTORIES.glob("*.yaml")).lower()
    invented = [text for one in chats(400, "forbidden?") for _, text in one.lines]
    for phrase in FORBIDDEN:
        assert phrase not in written, phrase
        assert not [text for text in invented if phrase in text.lower()], phrase


def test_every_sentence_of_every_scene_can_be_said() -> None:
    rng = random.Random(1)
    styles_of_all = [styles.random_style(rng) for _ in range(8)]
    for language in topics.LANGUAGES:
        for name, rules in topics.inventory(f"scenes_{language}").items():
            steps = {step.split(":")[1] for path in rules.get("paths", []) for step in path.split()}
            common = topics.inventory(f"scenes_{language}")["common"]
            assert steps <= rules.keys() | common.keys(), name
            for rule in steps & rules.keys():
                for template in rules[rule]:
                    scene = topics.Scene(language, rng, {**common, **rules})
                    text = scene.fill(template[3:] if template[0] == "@" else template, 1.0)
                    said = speak(rng.choice(styles_of_all), Line(0, text, "n", language), rng)
                    assert said
                    assert not set("{}[]|") & set(text), (name, rule, text)
                    assert "<n" not in "".join(said), said
