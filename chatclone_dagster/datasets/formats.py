"""How a stretch of chat is written down for a language model.

The persona is the `assistant`; everybody else is the `user`. This is the one place that decides how bubbles, speakers
and the scene are spelled, so that training, evaluation and the live chat always show a model the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

BUBBLE_BREAK = "\n\n"
"""Stands between the bubbles of one turn. A single newline stays what it is: a line break inside a bubble."""

_BLANK_LINES = re.compile(r"\n\s*\n")


class ChatMessage(TypedDict):
    """One message in the role-and-content form every chat template reads.

    `weight` (only on `assistant`, as in OpenAI's fine-tuning format) is 1 where the loss counts and 0 where the
    persona's own words are only context.
    """

    role: Literal["system", "user", "assistant"]
    content: str
    weight: NotRequired[int]


@dataclass(frozen=True, slots=True)
class Turn:
    """Consecutive messages of one sender, oldest first, one string a bubble."""

    speaker: str
    bubbles: tuple[str, ...]
    is_persona: bool
    is_target: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """Who texts where: the line a model is told before the first turn."""

    persona: str
    conversation: str
    is_group: bool

    def line(self) -> str:
        """The system prompt, e.g. `You are Mia, texting with Jonas.`"""
        place = f"in the group {self.conversation}" if self.is_group else f"with {self.conversation}"
        return f"You are {self.persona}, texting {place}."


def join_bubbles(bubbles: Iterable[str]) -> str:
    """Write bubbles as one string. Blank lines inside a bubble close up, since a blank line means the next bubble.

    White space around a bubble goes: most chat templates cut it off, and nobody sees it.
    """
    tidy = (_BLANK_LINES.sub("\n", bubble.strip()) for bubble in bubbles)
    return BUBBLE_BREAK.join(bubble for bubble in tidy if bubble)


def split_bubbles(content: str) -> list[str]:
    """Undo `join_bubbles`: the bubbles a model's answer is to be shown as."""
    return [part.strip() for part in _BLANK_LINES.split(content) if part.strip()]


def to_chat(scene: Scene, turns: Sequence[Turn]) -> list[ChatMessage]:
    """Render turns, oldest first, as a system line followed by strictly alternating user and assistant messages.

    In a group every turn of the others carries its speaker's name (`Jonas: hi`), and neighbouring turns of several
    people share one user message. Turns of the persona before the first user turn are left out: most chat templates
    demand the user first, and in a live chat it is always the other side that opens.

    Raises:
        ValueError: two turns of the persona in a row, only one of them a target; such turns belong to two windows.
    """
    messages: list[ChatMessage] = [{"role": "system", "content": scene.line()}]
    for turn in turns:
        content = join_bubbles(turn.bubbles)
        if not content or (turn.is_persona and len(messages) == 1):
            continue
        if scene.is_group and not turn.is_persona:
            content = f"{turn.speaker}: {content}"
        last = messages[-1]
        if last["role"] == ("assistant" if turn.is_persona else "user"):
            if turn.is_persona and last["weight"] != int(turn.is_target):
                raise ValueError("a target turn directly follows a context turn of the same persona")
            last["content"] += BUBBLE_BREAK + content
        elif turn.is_persona:
            messages.append({"role": "assistant", "content": content, "weight": int(turn.is_target)})
        else:
            messages.append({"role": "user", "content": content})
    return messages
