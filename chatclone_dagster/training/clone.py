"""A trained clone: base model and adapter loaded together, to answer with either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatclone_dagster.datasets.formats import ChatMessage
from chatclone_dagster.datasets.tokens import render
from chatclone_dagster.training.base_models import load_model, load_tokenizer
from chatclone_dagster.training.package import Manifest, read_manifest

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedTokenizerBase

MAX_NEW_TOKENS = 120
TEMPERATURE = 0.8
"""Below 1 the model takes fewer risks than the person; at 0.8 small models stay coherent and keep the habits."""
TOP_P = 0.95


@dataclass(frozen=True)
class Clone:
    """An adapter on its base model. `with clone.base():` answers without the adapter."""

    manifest: Manifest
    model: PeftModel
    tokenizer: PreTrainedTokenizerBase

    @classmethod
    def load(cls, folder: Path) -> Clone:
        """Load an adapter folder and the base model its manifest names, on the best device there is.

        Raises:
            BaseModelError: the base model cannot be loaded.
        """
        import torch  # noqa: PLC0415  2 s to import
        from peft import PeftModel  # noqa: PLC0415  3 s to import

        manifest = read_manifest(folder)
        cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
        dtype = torch.bfloat16 if cuda and torch.cuda.is_bf16_supported() else torch.float32
        model = load_model(manifest.base, dtype)
        adapted = PeftModel.from_pretrained(model, str(folder)).to("cuda" if cuda else "mps" if mps else "cpu").eval()
        return cls(manifest, adapted, load_tokenizer(manifest.base))

    @contextmanager
    def base(self) -> Iterator[None]:
        """Answer and score as the base model alone, inside the block."""
        with self.model.disable_adapter():
            yield

    def answers(
        self,
        chats: Sequence[Sequence[ChatMessage]],
        *,
        seed: int,
        temperature: float = TEMPERATURE,
        max_new_tokens: int = MAX_NEW_TOKENS,
        batch: int = 32,
    ) -> list[str]:
        """Answer each chat, which ends with a user message; the same seed gives the same answers."""
        import torch  # noqa: PLC0415

        prompts = [render(self.tokenizer, chat, ask=True) for chat in chats]
        answers = [""] * len(prompts)
        torch.manual_seed(seed)
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))  # one length, little padding
        for at in range(0, len(order), batch):
            rows = order[at : at + batch]
            inputs = self._padded([prompts[i] for i in rows])
            with torch.inference_mode():
                out = self.model.generate(
                    **inputs,
                    max_new_tokens=max_new_tokens,
                    do_sample=temperature > 0,
                    **({"temperature": temperature, "top_p": TOP_P} if temperature > 0 else {}),
                    eos_token_id=self.stops,
                    pad_token_id=self.tokenizer.pad_token_id,
                )
            new = out[:, inputs["input_ids"].shape[1] :]
            for i, text in zip(rows, self.tokenizer.batch_decode(new, skip_special_tokens=True), strict=True):
                answers[i] = text.strip()
        return answers

    def _padded(self, prompts: list[str]) -> Any:
        self.tokenizer.padding_side = "left"
        room = getattr(self.model.config, "max_position_embeddings", 2048) - MAX_NEW_TOKENS
        ids = [tokens[-room:] for tokens in self.tokenizer(prompts, add_special_tokens=False)["input_ids"]]
        return self.tokenizer.pad({"input_ids": ids}, return_tensors="pt").to(self.model.device)

    @cached_property
    def stops(self) -> list[int]:
        """Tokens that end an answer: the end of a turn in the chat template, and the tokenizer's own end."""
        from chatclone_dagster.datasets.tokens import end_of_turn  # noqa: PLC0415

        probe: list[ChatMessage] = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "bcd"}]
        text = render(self.tokenizer, probe)
        ending = end_of_turn(self.tokenizer, text[text.rindex("bcd") + 3 :]).strip()
        return sorted({self.tokenizer.convert_tokens_to_ids(ending), self.tokenizer.eos_token_id})
