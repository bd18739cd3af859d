"""The starter model's tokenizer: byte-level BPE, six special tokens and the chat template.

Byte level, so that any text comes back exactly. What the splitting rule is for: a blank line (the break between two
bubbles) is one token; digits stand in runs of up to two, so that times and prices share their pieces; emoji are split
from words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chatclone_dagster.datasets.formats import ChatMessage

BOS, PAD, SYSTEM, USER, ASSISTANT, END = SPECIAL = (
    "<|bos|>",
    "<|pad|>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|end|>",
)
# Nothing stands between a marker and the text. `generation` marks what the persona says with its end, which is what
# trainers ask the template for (`return_assistant_tokens_mask`).
CHAT_TEMPLATE = (
    "{{- bos_token -}}"
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'assistant' -%}"
    "{{- '<|assistant|>' -}}{%- generation -%}{{- message['content'] + '<|end|>' -}}{%- endgeneration -%}"
    "{%- else -%}"
    "{{- '<|' + message['role'] + '|>' + message['content'] + '<|end|>' -}}"
    "{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}"
)
_SPLIT = (
    r"\n\n"
    r"|'(?i:[sdmt]|ll|ve|re)(?!\p{L})"
    r"| ?\p{L}+"
    r"| ?\p{N}{1,2}"
    r"| ?[\p{So}\p{Sk}\p{Mn}\p{Cf}\x{1F3FB}-\x{1F3FF}]+"
    r"| ?[^\s\p{L}\p{N}\p{So}]+"
    r"|\s+(?!\S)|\s"
)


def render(messages: Iterable[ChatMessage]) -> str:
    """Write messages as the chat template does, some hundred times faster; a test holds the two together."""
    return BOS + "".join(f"<|{message['role']}|>{message['content']}{END}" for message in messages)


def train_tokenizer(texts: Iterable[str], size: int) -> PreTrainedTokenizerFast:
    """Learn a byte-level BPE of `size` entries on these texts."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_SPLIT), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[AddedToken(token, normalized=False, special=True) for token in SPECIAL],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        bos_token=BOS,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=[SYSTEM, USER, ASSISTANT],
        clean_up_tokenization_spaces=False,
        model_max_length=1024,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast
