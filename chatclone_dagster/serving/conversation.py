"""One conversation with a clone: what was said so far, and the next answer, bubble by bubble."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from chatclone_dagster.datasets.formats import Scene, Turn, split_bubbles, to_chat
from chatclone_dagster.datasets.tokens import render
from chatclone_dagster.training.clone import Clone

A_FRIEND = "a friend"
"""Whom a clone talks to where nobody is named."""


@dataclass
class Conversation:
    """A chat between a clone and somebody it knows. `seed` makes it repeatable."""

    clone: Clone
    partner: str
    seed: int = 0
    turns: list[Turn] = field(default_factory=list)

    def answer(self, text: str, *, as_base: bool = False) -> list[str]:
        """What the clone (or its base model) answers to a text: its bubbles; [] if it has nothing to say."""
        self.turns.append(Turn(self.partner, (text,), is_persona=False))
        scene = Scene(self.clone.manifest.persona_name, self.partner, is_group=False)
        self._forget(scene)
        chat = to_chat(scene, self.turns)
        self.seed += 1
        if as_base:
            with self.clone.base():
                (reply,) = self.clone.answers([chat], seed=self.seed)
        else:
            (reply,) = self.clone.answers([chat], seed=self.seed)
        bubbles = split_bubbles(reply)
        if bubbles:
            self.turns.append(Turn(self.clone.manifest.persona_name, tuple(bubbles), is_persona=True))
        return bubbles

    def _forget(self, scene: Scene) -> None:
        """Leave out the oldest turns until the chat is as short as those the clone was trained on."""
        most = self.clone.manifest.window_tokens
        while len(self.turns) > 1 and self._tokens(scene) > most:
            del self.turns[0]

    def _tokens(self, scene: Scene) -> int:
        text = render(self.clone.tokenizer, to_chat(scene, self.turns), ask=True)
        return len(self.clone.tokenizer(text, add_special_tokens=False)["input_ids"])


def usual_partner(windows: pl.DataFrame, persona_name: str) -> str:
    """Whom the persona texts most in chats of two (tables.TRAINING_DATASET); `a friend` if there is nobody."""
    two = windows.filter(~pl.col("is_group")).select(pl.col("messages").list.first().struct.field("content"))
    lead = f"You are {persona_name}, texting with "
    names = two["content"].drop_nulls().str.strip_prefix(lead).str.strip_suffix(".")
    return str(names.mode().sort()[0]) if len(names) else A_FRIEND
