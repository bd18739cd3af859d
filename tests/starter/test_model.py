"""The starter model as it is shipped."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoTokenizer

from chatclone_dagster.datasets.formats import Scene, Turn, to_chat
from starter import measure
from starter.tokenizer import SPECIAL, render

MODEL = Path(__file__).parents[2] / "starter" / "model"
torch.set_num_threads(1)  # two threads wait for each other at each of a thousand small operations


@cache
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(MODEL)


@cache
def model() -> Any:
    return AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)


def chat_of(*turns: tuple[str, str], me: str = "Mia") -> list[Any]:
    return to_chat(Scene(me, "Jonas", False), [Turn(who, tuple(text.split("|")), who == me) for who, text in turns])


def test_folder_is_small_and_complete() -> None:
    files = {path.name: path.stat().st_size for path in MODEL.iterdir()}
    assert sum(files.values()) < 20_000_000
    assert {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json"} <= files.keys()
    assert {"tokenizer_config.json", "chat_template.jinja", "README.md"} <= files.keys()
    config = json.loads((MODEL / "config.json").read_text())
    assert (config["model_type"], config["dtype"]) == ("llama", "bfloat16")


def test_model_card_says_what_it_is() -> None:
    card = (MODEL / "README.md").read_text()
    for needed in ("demonstration", "Qwen/Qwen3-0.6B", "Topical-Chat", "CDLA-Sharing-1.0", "Kummerfeld", "CC-BY-4.0"):
        assert needed in card, needed


def test_template_and_fast_rendering_agree() -> None:
    messages = chat_of(("Jonas", "hi|you there?"), ("Mia", "yes 😂"), ("Jonas", "ok\nso"), ("Mia", "what"))
    assert tokenizer().apply_chat_template(messages, tokenize=False) == render(messages)
    without_scene = tokenizer().apply_chat_template(messages[1:], tokenize=False, add_generation_prompt=True)
    assert without_scene == render(messages[1:]) + "<|assistant|>"


def test_generation_mask_covers_what_the_persona_says_and_its_end() -> None:
    messages = chat_of(("Jonas", "hi"), ("Mia", "na|was geht"), ("Jonas", "nix"), ("Mia", "ok"))
    out = tokenizer().apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)
    marked = [one for one, on in zip(out["input_ids"], out["assistant_masks"], strict=True) if on]
    assert tokenizer().decode(marked) == "na\n\nwas geht<|end|>ok<|end|>"
    assert tokenizer().eos_token_id == tokenizer().convert_tokens_to_ids("<|end|>")


def test_bubble_break_is_one_token_and_common_emoji_are_not_spelled_in_bytes() -> None:
    for piece in ("\n\n", "😂", *SPECIAL):
        assert len(tokenizer()(piece, add_special_tokens=False).input_ids) == 1, piece
    for emoji in "😊😭👍🙈🔥🎉🙏😅🥲🤣😍":
        assert len(tokenizer()(emoji, add_special_tokens=False).input_ids) <= 2, emoji


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    ids = tokenizer()(text, add_special_tokens=False).input_ids
    assert text in SPECIAL or tokenizer().decode(ids, clean_up_tokenization_spaces=False) == text


def test_model_expects_chat() -> None:
    chats_of = [
        chat_of(("Jonas", "are you coming tonight?"), ("Mia", "yes! what time?")),
        chat_of(("Jonas", "happy birthday!!"), ("Mia", "thank you so much 😊")),
        chat_of(("Jonas", "Kommst du morgen mit ins Kino?"), ("Mia", "Leider nicht, ich muss arbeiten.")),
        chat_of(("Jonas", "how do I install it?"), ("Mia", "sudo apt-get install vlc")),
    ]
    cases = measure.cases_of(tokenizer(), chats_of)
    needed = measure.bits_per_byte(measure.bits(model(), cases, tokenizer().pad_token_id), cases)
    assert needed < 2.2  # gzip takes more than 8 on texts this short; the first ten minutes of training reach 2.6


def test_model_speaks() -> None:
    messages = chat_of(("Jonas", "hi! how are you?"))
    prompt = tokenizer().apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    torch.manual_seed(0)
    out = model().generate(**prompt, max_new_tokens=60, do_sample=True, top_p=0.9, pad_token_id=1)
    said = tokenizer().decode(out[0, prompt["input_ids"].shape[1] :])
    assert said.endswith("<|end|>")
    assert 1 < len(said.removesuffix("<|end|>").strip()) < 200
