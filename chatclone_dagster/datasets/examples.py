"""Training examples: windows of a persona's chats, written in the base model's template and counted in its tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.datasets.formats import ChatMessage, Scene, Turn, join_bubbles, to_chat
from chatclone_dagster.datasets.tokens import Encoded, encode, render
from chatclone_dagster.datasets.windows import Spoken, Window, windows

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

BATCH = 512  # windows tokenized at a time


@dataclass(frozen=True, slots=True)
class Person:
    """Who is cloned: the persona's key in the settings, and the participant's id and name in the history."""

    key: str
    sender_id: str
    name: str


def examples(
    turns: pl.DataFrame, targets: set[str], person: Person, tokenizer: PreTrainedTokenizerBase, budget: int
) -> pl.DataFrame:
    """Windows (tables.TRAINING_DATASET) of at most `budget` tokens over turns that carry their `piece` and `split`.

    `targets` are the turns to be learned; the others, the persona's too, are context.
    """
    rows = _examples(turns, targets, person, tokenizer, budget)
    return pl.DataFrame(list(rows), schema=tables.TRAINING_DATASET.schema, orient="row")


def _examples(
    turns: pl.DataFrame, targets: set[str], person: Person, tokenizer: PreTrainedTokenizerBase, budget: int
) -> Iterator[tuple[Any, ...]]:
    waiting: list[tuple[dict[str, Any], Scene, Window]] = []
    started = dict(turns.select("turn_id", "started_at").iter_rows())
    frame = _Frame(tokenizer)
    others = _others(turns, person)
    blocks = turns.sort("started_at", "session_id", "turn_no").partition_by("piece", "block", maintain_order=True)
    for block in blocks:
        first = block.row(0, named=True)
        scene = Scene(person.name, others.get(first["conversation_id"], first["conversation_name"]), first["is_group"])
        spoken = _spoken(block, targets, scene, person, frame)
        room = budget - frame.scene(scene)
        for window in windows(spoken, room):
            waiting.append(({**first, "started_at": started[window.targets[0].turn_id]}, scene, window))
        while len(waiting) >= BATCH:
            yield from _rows(waiting[:BATCH], tokenizer, budget)
            waiting = waiting[BATCH:]
    yield from _rows(waiting, tokenizer, budget)


def _others(turns: pl.DataFrame, person: Person) -> dict[str, str]:
    """For every chat of two: the name of the other one."""
    other = turns.filter(~pl.col("is_group"), pl.col("sender_id") != person.sender_id)
    return dict(other.group_by("conversation_id").agg(pl.col("sender_name").first()).iter_rows())


def _spoken(block: pl.DataFrame, targets: set[str], scene: Scene, person: Person, frame: _Frame) -> list[Spoken]:
    turns = [
        Turn(speaker, tuple(bubbles), sender == person.sender_id, turn_id in targets)
        for turn_id, speaker, bubbles, sender in block.select(
            "turn_id", "sender_name", "bubbles", "sender_id"
        ).iter_rows()
    ]
    lengths = frame.lengths(scene, turns)
    ids = zip(block["turn_id"], block["message_ids"].to_list(), strict=True)
    return [
        Spoken(turn_id, turn, tuple(message_ids), tokens)
        for turn, tokens, (turn_id, message_ids) in zip(turns, lengths, ids, strict=True)
    ]


def _rows(
    batch: Sequence[tuple[dict[str, Any], Scene, Window]], tokenizer: PreTrainedTokenizerBase, budget: int
) -> Iterator[tuple[Any, ...]]:
    chats = [to_chat(scene, [spoken.turn for spoken in window.turns]) for _, scene, window in batch]
    for (first, scene, window), chat, encoded in zip(batch, chats, encode(tokenizer, chats), strict=True):
        fitted = _fit(scene, window, chat, encoded, tokenizer, budget)
        if fitted is not None:
            yield _row(first, *fitted)


def _fit(
    scene: Scene,
    window: Window,
    chat: list[ChatMessage],
    encoded: Encoded,
    tokenizer: PreTrainedTokenizerBase,
    budget: int,
) -> tuple[Window, list[ChatMessage], Encoded] | None:
    """Lengths are estimated turn by turn; where the whole is longer after all, the oldest context goes first."""
    while len(encoded.input_ids) > budget:
        window = Window(window.turns[1:])
        while window.turns and window.turns[0].turn.is_persona and not window.turns[0].is_target:
            window = Window(window.turns[1:])
        if not window.turns or window.turns[0].is_target:
            return None
        chat = to_chat(scene, [spoken.turn for spoken in window.turns])
        (encoded,) = encode(tokenizer, [chat])
    return window, chat, encoded


def _row(first: dict[str, Any], window: Window, chat: list[ChatMessage], encoded: Encoded) -> tuple[Any, ...]:
    learned = [message_id for spoken in window.targets for message_id in spoken.message_ids]
    read = [message_id for spoken in window.turns if not spoken.is_target for message_id in spoken.message_ids]
    return (
        hashlib.blake2b("\0".join([first["split"], *learned]).encode(), digest_size=10).hexdigest(),
        first["split"],
        first["conversation_id"],
        first["session_id"],
        first["is_group"],
        first["started_at"],
        [{"role": m["role"], "content": m["content"], "weight": m.get("weight", 0)} for m in chat],
        len(encoded.input_ids),
        encoded.targets,
        len(window.targets),
        learned,
        read,
    )


class _Frame:
    """What the chat template adds to words: tokens a message, and tokens of the scene."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        one, two = self._probe(1), self._probe(2)
        self.message = (two - one + 1) // 2
        self._scenes: dict[Scene, int] = {}

    def _probe(self, exchanges: int, scene: str = "s") -> int:
        ask: list[ChatMessage] = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
        return self._count(render(self.tokenizer, [{"role": "system", "content": scene}, *(ask * exchanges)]))

    def _count(self, text: str) -> int:
        return len(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def scene(self, scene: Scene) -> int:
        """Tokens of everything that is no turn."""
        if scene not in self._scenes:
            self._scenes[scene] = self._probe(1, scene.line()) - 2 * self.message + 2
        return self._scenes[scene]

    def lengths(self, scene: Scene, turns: Sequence[Turn]) -> list[int]:
        """Tokens each turn adds: its words, and the frame unless it goes on the message of the turn before."""
        texts, frames = [], []
        for before, turn in zip((None, *turns), turns, strict=False):
            words = join_bubbles(turn.bubbles)
            texts.append(f"{turn.speaker}: {words}" if scene.is_group and not turn.is_persona else words)
            joins = before is not None and before.is_persona == turn.is_persona
            frames.append(1 if joins else self.message)
        ids = self.tokenizer(texts, add_special_tokens=False)["input_ids"] if texts else []
        return [len(tokens) + frame for tokens, frame in zip(ids, frames, strict=True)]
