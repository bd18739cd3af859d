"""The seeded generator of fictional chats: who meets, how each of them writes, what they talk about.

python -m starter.generator --seed 1 --count 5      prints some
"""

from __future__ import annotations

import argparse
import random
from typing import TYPE_CHECKING

from starter.corpus import Dialogue
from starter.styles import Style, draw_style
from starter.topics import LANGUAGES, group_name, people, scene_lines
from starter.voice import speak

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LANGUAGE_WEIGHTS = (60, 30, 10)  # of 100 chats: English, German, Spanish
BYTES = 2_400  # about two windows of 384 tokens


def chat(rng: random.Random, styles: Sequence[Style] | None = None, size: int = BYTES) -> Dialogue:
    """Invent one chat: two people, or three to six in a group, and scene after scene until it is long enough."""
    if styles is None:
        styles = [draw_style(rng) for _ in range(2 if rng.random() < 0.75 else rng.randint(3, 6))]
    names = people(len(styles), rng)
    language = rng.choices(LANGUAGES, LANGUAGE_WEIGHTS)[0]
    bilingual = rng.random() < 0.15
    lines: list[tuple[str, str]] = []
    said = 0
    while said < size:
        now = rng.choice(("en", "de")) if bilingual else language
        for line in scene_lines(now, len(styles), [style.talkative for style in styles], rng):
            bubbles = speak(styles[line.who], line, rng)
            said += sum(len(bubble.encode()) + 3 for bubble in bubbles)
            lines += [(names[line.who], bubble) for bubble in bubbles]
    is_group = len(styles) > 2
    return Dialogue(group_name(rng) if is_group else names[0], is_group, tuple(lines))


def chats(count: int, seed: str) -> Iterator[Dialogue]:
    """Invent so many chats; the same seed gives the same ones."""
    for number in range(count):
        yield chat(random.Random(f"{seed} {number}"))


def main() -> None:
    """Print some chats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--count", type=int, default=3)
    arguments = parser.parse_args()
    for dialogue in chats(arguments.count, arguments.seed):
        print(f"== {dialogue.name}{' (group)' if dialogue.is_group else ''}")
        print("\n".join(f"{speaker}: {text}" for speaker, text in dialogue.lines))


if __name__ == "__main__":
    main()
