"""The written form of a chat, and the labels on the persona's words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerBase

from chatclone_dagster.datasets.formats import ChatMessage, Scene, Turn, join_bubbles, split_bubbles, to_chat
from chatclone_dagster.datasets.tokens import IGNORED, TemplateError, encode, render

PAIR = Scene("Ann", "Bo", is_group=False)
GROUP = Scene("Ann", "Flat", is_group=True)
bubbles = st.lists(
    st.text(alphabet="ab \n.", min_size=1, max_size=8).filter(lambda t: t.strip()), min_size=1, max_size=4
)


@given(bubbles)
def test_bubbles_come_back_as_they_were_but_for_blank_lines_inside(said: list[str]) -> None:
    back = split_bubbles(join_bubbles(said))
    assert len(back) == len(said)
    assert [b.split() for b in back] == [b.split() for b in said]


def test_white_space_around_a_bubble_goes() -> None:
    chat = to_chat(PAIR, [Turn("Bo", (" hi ", "\n"), False), Turn("Ann", ("  ok\n", " so "), True)])
    assert [m["content"] for m in chat[1:]] == ["hi", "ok\n\nso"]


def test_a_line_break_inside_a_bubble_is_no_new_bubble() -> None:
    assert split_bubbles(join_bubbles(["milk\neggs", "thanks"])) == ["milk\neggs", "thanks"]


def test_in_a_group_everybody_but_the_persona_is_named() -> None:
    turns = [Turn("Bo", ("hi", "all"), False), Turn("Cy", ("yo",), False), Turn("Ann", ("hey",), True)]
    assert to_chat(GROUP, turns) == [
        {"role": "system", "content": "You are Ann, texting in the group Flat."},
        {"role": "user", "content": "Bo: hi\n\nall\n\nCy: yo"},
        {"role": "assistant", "content": "hey", "weight": 1},
    ]
    assert to_chat(PAIR, [Turn("Ann", ("me first",), True), *turns[:1]])[1]["content"] == "hi\n\nall"
    with pytest.raises(ValueError, match="directly follows"):
        to_chat(PAIR, [turns[0], turns[2], Turn("Ann", ("x",), True, is_target=False)])


# Chat templates as widespread models have them (their structure, not their text): none marks what the assistant says.
TEMPLATES = {
    "chatml": "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
    "thinking": "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' and loop.last %}"
    "<think>\n\n</think>\n\n{% endif %}{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}",
    "headers": "<|bos|>{% for m in messages %}<|start|>{{ m.role }}<|stop|>\n\n{{ m.content | trim }}<|eot|>{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant<|stop|>\n\n{% endif %}",
    "no system": "<|bos|>{% for m in messages %}{% if m.role == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}"
    "<|turn|>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|turn|>model\n{% endif %}",
    "plain end": "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{{ eos_token }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}",
}
MARKS = ["<|im_start|>", "<|im_end|>", "<|start|>", "<|stop|>", "<|eot|>", "<|turn|>"]
CHAT: list[ChatMessage] = [
    {"role": "system", "content": "You are Ann, texting with Bo."},
    {"role": "user", "content": "say hey"},
    {"role": "assistant", "content": "hey", "weight": 0},
    {"role": "user", "content": "hey you"},
    {"role": "assistant", "content": "hey\n\nyou 🦦", "weight": 1},
    {"role": "user", "content": "ok"},
    {"role": "assistant", "content": "bye", "weight": 1},
]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_loss_counts_on_the_personas_words_and_their_end_in_every_template(
    name: str, tokenizer: PreTrainedTokenizerBase
) -> None:
    tokenizer.add_special_tokens({"additional_special_tokens": MARKS})
    tokenizer.chat_template = TEMPLATES[name]
    (encoded,) = encode(tokenizer, [CHAT])
    learned = tokenizer.decode([label for label in encoded.labels if label != IGNORED])
    end = {"chatml": "<|im_end|>", "thinking": "<|im_end|>", "headers": "<|eot|>"}.get(name, "<|end|>")
    assert learned == f"hey\n\nyou 🦦{end}bye{end}"
    assert tokenizer.decode(encoded.input_ids).count("hey") == 4
    asked = render(tokenizer, CHAT[:4], ask=True)
    whole = render(tokenizer, CHAT[:5])
    assert whole.startswith(asked), "what is asked of the model is what stands before the answer it learned"


def test_our_labels_agree_with_generation_markers(tokenizer: PreTrainedTokenizerBase) -> None:
    every: list[ChatMessage] = [m if m["role"] != "assistant" else {**m, "weight": 1} for m in CHAT]
    (ours,) = encode(tokenizer, [every])
    every_: Any = every
    theirs: Any = tokenizer.apply_chat_template(
        every_, return_assistant_tokens_mask=True, return_dict=True, tokenize=True
    )
    assert ours.input_ids == theirs["input_ids"]
    assert [int(label != IGNORED) for label in ours.labels] == theirs["assistant_masks"]


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{% for m in messages %}{{ m.content | upper }}{{ eos_token }}{% endfor %}", "alters what is said"),
        ("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}", "would never stop"),
        ("{{ raise_exception('no chats today') }}", "no chats today"),
    ],
)
def test_a_template_that_cannot_be_learned_from_is_refused(
    template: str, fault: str, tokenizer: PreTrainedTokenizerBase
) -> None:
    tokenizer.chat_template = template
    with pytest.raises(TemplateError, match=fault):
        encode(tokenizer, [CHAT])


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("word", ["a", "n", "s", "im", "end", "is", "user", ">", "t"])
def test_a_short_reply_is_not_looked_for_in_the_frame(name: str, word: str, tokenizer: PreTrainedTokenizerBase) -> None:
    tokenizer.add_special_tokens({"additional_special_tokens": MARKS})
    tokenizer.chat_template = TEMPLATES[name]
    chat: list[ChatMessage] = [
        {"role": "system", "content": "You are Ann, texting with Bo."},
        {"role": "user", "content": word},
        {"role": "assistant", "content": word, "weight": 1},
    ]
    (encoded,) = encode(tokenizer, [chat])
    learned = str(tokenizer.decode([label for label in encoded.labels if label != IGNORED]))
    assert learned.startswith(word)
    assert learned.removeprefix(word) in {"<|im_end|>", "<|eot|>", "<|end|>"}
    assert [i for i, label in enumerate(encoded.labels) if label != IGNORED][-1] >= len(encoded.labels) - 2
