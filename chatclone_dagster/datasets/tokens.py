"""From chat messages to token ids with a label only where the persona speaks; the same for every chat template.

Most templates cannot tell which tokens are the assistant's (the stock ones of Llama 3.1, Qwen3 and Gemma 3 give masks
of zeros), so the template is rendered once with marks in place of the words, which tells where words stand, and the
tokens are found by their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatclone_dagster.datasets.formats import ChatMessage
from chatclone_dagster.errors import UserError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

IGNORED = -100
"""The label of a token that is not learned (PyTorch's cross entropy leaves it out)."""
ALTERED = "the chat template of this model alters what is said; it cannot be learned from"


class TemplateError(UserError):
    """A chat template changes what is said, or has no token that ends a turn; the message says how."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids of a chat, and labels of the same length: the id where the loss counts, IGNORED elsewhere."""

    input_ids: list[int]
    labels: list[int]

    @property
    def targets(self) -> int:
        """How many tokens the loss counts."""
        return sum(label != IGNORED for label in self.labels)


def render(tokenizer: PreTrainedTokenizerBase, messages: Sequence[ChatMessage], *, ask: bool = False) -> str:
    """Write a chat in the model's own template; with `ask`, up to where the assistant is to speak.

    A template without a system role gets the scene in front of the first user message.
    """
    plain = [{"role": m["role"], "content": m["content"]} for m in messages]
    try:
        return _apply(tokenizer, plain, ask=ask)
    except Exception as error:  # templates refuse in their own ways; only the missing system role is mended here
        if "system" not in str(error).lower() or plain[0]["role"] != "system":
            raise TemplateError(f"the chat template of this model refuses the chat: {error}") from None
    first, second, *rest = plain
    second = {**second, "content": f"{first['content']}\n\n{second['content']}"}
    return _apply(tokenizer, [second, *rest], ask=ask)


def _apply(tokenizer: PreTrainedTokenizerBase, messages: list[dict[str, str]], *, ask: bool) -> str:
    # enable_thinking is read by Qwen3's template (no empty thoughts in front of an answer); others ignore it
    return str(
        tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=ask, enable_thinking=False)
    )


def encode(tokenizer: PreTrainedTokenizerBase, chats: Sequence[Sequence[ChatMessage]]) -> list[Encoded]:
    """Tokenize chats; labels stand on the assistant messages of weight 1 and on the token that ends each of them.

    Raises:
        TemplateError: the template alters the words, or a message to be learned has no token of its own.
    """
    texts, spans = [], []
    frames: dict[tuple[str, ...], list[str]] = {}
    for chat in chats:
        roles = tuple(message["role"] for message in chat)
        if roles not in frames:
            frames[roles] = _frame(tokenizer, chat)
        text = render(tokenizer, chat)
        texts.append(text)
        spans.append(_learned(tokenizer, text, chat, frames[roles]))
    batch: Any = tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True) if texts else None
    encoded = []
    for at, learned in enumerate(spans):
        ids, offsets = batch["input_ids"][at], batch["offset_mapping"][at]
        labels, span = [IGNORED] * len(ids), 0
        counts = [0] * len(learned)
        for i, (start, end) in enumerate(offsets):
            while span < len(learned) and start >= learned[span][1]:
                span += 1
            if span < len(learned) and learned[span][0] <= start < end <= learned[span][1]:
                labels[i] = ids[i]
                counts[span] += 1
        if not all(counts):
            raise TemplateError("a reply to be learned has no token of its own; the tokenizer joins it with its frame")
        encoded.append(Encoded(list(ids), labels))
    return encoded


def _frame(tokenizer: PreTrainedTokenizerBase, chat: Sequence[ChatMessage]) -> list[str]:
    """What the template writes before, between and behind the messages of a chat with these roles."""
    marks = [f"\ue000{number}\ue001" for number in range(len(chat))]  # private use: nobody types them
    rest, frame = render(tokenizer, [{**m, "content": mark} for m, mark in zip(chat, marks, strict=True)]), []
    for mark in marks:
        before, found, rest = rest.partition(mark)
        if not found:
            raise TemplateError(ALTERED)
        frame.append(before)
    return [*frame, rest]


def _learned(
    tokenizer: PreTrainedTokenizerBase, text: str, chat: Sequence[ChatMessage], frame: Sequence[str]
) -> list[tuple[int, int]]:
    """Where in the rendered text the replies of weight 1 stand, the token that ends a turn included.

    Words are not searched for: a short reply ("n") stands in the frame, too (`<|end|>`).
    """
    cursor, spans = 0, []
    for before, message, after in zip(frame, chat, frame[1:], strict=False):
        start = cursor + len(before)
        cursor = start + len(message["content"])
        if text[start - len(before) : cursor] != before + message["content"]:
            raise TemplateError(ALTERED)
        if message["role"] == "assistant" and message.get("weight", 1):
            spans.append((start, cursor + len(end_of_turn(tokenizer, after[:64]))))
    if text[cursor:] != frame[-1]:
        raise TemplateError(ALTERED)
    return spans


def end_of_turn(tokenizer: PreTrainedTokenizerBase, after: str) -> str:
    """The special token right behind an assistant's words (`<|im_end|>`, `</s>` …).

    Raises:
        TemplateError: there is none, so a model could not learn to stop.
    """
    specials = {*tokenizer.all_special_tokens, *map(str, tokenizer.added_tokens_decoder.values())}
    found = [token for token in specials if token and after.lstrip("\n ").startswith(token)]
    if not found:
        raise TemplateError("the chat template of this model ends a reply with no special token; it would never stop")
    token = max(found, key=len)
    return after[: after.index(token) + len(token)]
