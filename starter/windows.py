"""Dialogues → rows of token ids, in the very text that a clone is trained and measured on.

A row is one window of consecutive messages as `datasets.formats.to_chat` writes it, cut at the length of the row.
Each pass draws anew who of the window is the persona, where windows begin and what addresses are called, so that ten
passes over the same logs are not ten times the same rows."""

from __future__ import annotations

import random
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from chatclone_dagster.datasets.formats import Scene, Turn, to_chat
from starter.corpus import Dialogue, surrogate_urls
from starter.tokenizer import PAD, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from transformers import PreTrainedTokenizerFast

    from chatclone_dagster.datasets.formats import ChatMessage

CHANNEL_NAMES = ("#ubuntu", "ubuntu", "Ubuntu", "#ubuntu-help", "ubuntu irc")
_BYTES_PER_TOKEN = 3.3  # rows come out about full; what is over the end of a row is lost for this pass


def turns_of(lines: Iterable[tuple[str, str]], persona: str) -> list[Turn]:
    """Merge consecutive messages of one speaker to turns."""
    return [
        Turn(speaker, tuple(text for _, text in said), speaker == persona)
        for speaker, said in groupby(lines, key=lambda line: line[0])
    ]


def turns_to_messages(name: str, is_group: bool, turns: Sequence[Turn], persona: str) -> list[ChatMessage]:
    """Render turns as the chat of `persona` in this group, or with the other of the two."""
    other = name if is_group else next((turn.speaker for turn in turns if not turn.is_persona), name)
    return to_chat(Scene(persona, other, is_group), turns)


def to_messages(name: str, is_group: bool, lines: Sequence[tuple[str, str]], persona: str) -> list[ChatMessage]:
    """Render lines likewise."""
    return turns_to_messages(name, is_group, turns_of(lines, persona), persona)


def cut(dialogue: Dialogue, tokens: int, rng: random.Random) -> Iterator[Sequence[tuple[str, str]]]:
    """Cut a dialogue into windows that fill a row of so many tokens; the first one is shorter by a random part."""
    budget = tokens * _BYTES_PER_TOKEN
    room, start = budget * (rng.random() if len(dialogue.lines) > 100 else 1.0), 0
    for position, (speaker, text) in enumerate(dialogue.lines):
        room -= len(text.encode()) + len(speaker) * dialogue.is_group + 3
        if room < 0:
            yield dialogue.lines[start : position + 1]
            room, start = budget, position + 1
    if start < len(dialogue.lines):
        yield dialogue.lines[start:]


def texts_of_pass(dialogues: Iterable[Dialogue], tokens: int, rng: random.Random) -> Iterator[str]:
    """Write every window of these dialogues once, each from the side of one of its speakers, drawn anew."""
    for dialogue in dialogues:
        name = dialogue.name
        if dialogue.is_group and name[:2] == "20":  # a log: three in four go by a name of the channel, one by its date
            name = rng.choice((*CHANNEL_NAMES, name))
        for lines in cut(dialogue, tokens, rng):
            if len({speaker for speaker, _ in lines}) < 2:
                continue
            clean = [(speaker, surrogate_urls(text, rng)) for speaker, text in lines]
            # Drawn by how much they say, the one who opens left out: their first words answer nothing.
            persona = rng.choice([speaker for speaker, _ in clean if speaker != clean[0][0]] or [clean[-1][0]])
            yield render(to_messages(name, dialogue.is_group, clean, persona))


def rows(tokenizer: PreTrainedTokenizerFast, texts: Iterable[str], tokens: int) -> np.ndarray:
    """Encode texts into rows of exactly `tokens` ids: longer ones end early, shorter ones are padded."""
    pad = tokenizer.convert_tokens_to_ids(PAD)
    encoded = tokenizer.backend_tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    table = np.full((len(encoded), tokens), pad, dtype=np.uint16)
    for row, encoding in enumerate(encoded):
        ids = encoding.ids[:tokens]
        table[row, : len(ids)] = ids
    return table
