"""What is shown in each pass of the training, and what is watched on the way."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from starter import measure
from starter.corpus import excluded_speakers, is_held_out, read_topical, read_ubuntu, without
from starter.generator import chats
from starter.windows import texts_of_pass

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedTokenizerFast

    from starter.corpus import Dialogue
    from starter.network import Recipe


class Material:
    """The texts of each pass, and the cases to watch."""

    def __init__(self, corpora: Path, recipe: Recipe) -> None:
        """Read the corpora; the twenty stay out of what is trained on and are what is watched."""
        self.recipe = recipe
        self.logs = read_ubuntu(corpora)
        topical = read_topical(corpora)
        self.ubuntu = without(self.logs, excluded_speakers())
        self.topical = [one for one in topical if not is_held_out(one)]
        self.topical_held_out = [one for one in topical if is_held_out(one)]

    def texts(self, number: int) -> list[str]:
        """Write the windows of one pass, in the order they are shown."""
        recipe, rng = self.recipe, random.Random(f"{self.recipe.seed} pass {number}")
        few = rng.sample(self.topical, int(len(self.topical) * recipe.topical))
        invented = chats(recipe.chats, f"{recipe.seed} train {number}")
        texts = [text for part in (self.ubuntu, few, invented) for text in texts_of_pass(part, recipe.tokens, rng)]
        rng.shuffle(texts)
        return texts

    def watched(self, tokenizer: PreTrainedTokenizerFast) -> dict[str, list[measure.Case]]:
        """Encode what bits per byte are printed for on the way."""
        invented: list[Dialogue] = list(chats(60, "held out"))
        return {
            **{who: measure.person_cases(tokenizer, self.logs, who, (0.9, 1.0), 256) for who in measure.PEOPLE},
            "topical": measure.chat_cases(tokenizer, self.topical_held_out, self.recipe.tokens),
            "invented": measure.chat_cases(tokenizer, invented, self.recipe.tokens),
        }
