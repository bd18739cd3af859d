"""The starter model as it is shipped, what it was trained on, and the training itself on a tiny scale."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoTokenizer

from chatclone_dagster.datasets.formats import Scene, Turn, to_chat
from starter import measure, styles, topics
from starter.corpus import (
    Dialogue,
    excluded_speakers,
    read_topical,
    read_ubuntu,
    same_person,
    speaker_counts,
    surrogate_urls,
    without,
)
from starter.generator import chat, chats
from starter.material import Material
from starter.network import Recipe
from starter.tokenizer import SPECIAL, render, train_tokenizer
from starter.topics import Line
from starter.train import Run, train
from starter.voice import speak
from starter.windows import rows, texts_of_pass

MODEL = Path(__file__).parents[1] / "starter" / "model"
CORPORA = Path(os.environ.get("CHATCLONE_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))
# They belong to the sample person alone: a base that knew them would make any adapter look good.
FORBIDDEN = (
    "hashtag blessed",
    "plot twist",
    "na logo",
    "kein stress bro",
    "i literally cannot",
    "tiny violin",
    "okidoki",
    "🦦",
    "🫠",
    "🧃",
    "hehe nö",
    "spicy take",
    "bin dabei wie nix",
)
SMALL = Recipe(
    vocabulary=400,
    hidden=64,
    layers=1,
    feed_forward=64,
    heads=1,
    key_value_heads=1,
    tokens=128,
    rows=2,
    processes=1,
    chats=2,
    passes=2,
    topical=0,
)
torch.set_num_threads(1)  # two threads wait for each other at each of a thousand small operations


@cache
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(MODEL)


@cache
def model() -> Any:
    return AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)


def chat_of(*turns: tuple[str, str], me: str = "Mia") -> list[Any]:
    return to_chat(Scene(me, "Jonas", False), [Turn(who, tuple(text.split("|")), who == me) for who, text in turns])


# -- the people who are left out ---------------------------------------------------------------------------------------


def test_twenty_are_named_and_their_other_nicks_are_known() -> None:
    twenty = excluded_speakers()
    assert len(twenty) == 20
    assert {"ActionParsnip", "ikonia", "Dr_Willis"} <= twenty
    for nick in ("dr_willis", "Dr_Willis_", "ActionParsnip1", "bazhang_", "EriC^_", "Seveas-train"):
        assert same_person(nick, twenty), nick
    for nick in ("ericthered", "bobby", "picipici2", "Gneastar", "willis"):
        assert not same_person(nick, twenty), nick


def test_lines_of_the_excluded_vanish() -> None:
    log = Dialogue("2010-01-01", True, (("a", "x"), ("Pici", "secret"), ("b", "y"), ("pici_", "secret")))
    assert without([log], excluded_speakers())[0].lines == (("a", "x"), ("b", "y"))


@pytest.mark.slow
def test_twenty_most_frequent_are_in_no_training_text() -> None:
    logs = read_ubuntu(CORPORA)
    counts = speaker_counts(logs)
    assert {nick for nick, _ in counts.most_common(20)} == excluded_speakers()
    kept = without(logs, excluded_speakers())
    assert sum(speaker_counts(kept).values()) > 190_000
    assert not [nick for nick in speaker_counts(kept) if same_person(nick, excluded_speakers())]
    # What they alone ever said stands in no window either.
    said = Counter(text for one in logs for text in {text for _, text in one.lines})
    theirs = {text for one in logs for nick, text in one.lines if nick in excluded_speakers() and said[text] == 1}
    others = "\n".join(text for one in kept for _, text in one.lines)  # who may quote them
    theirs = {text for text in theirs if len(text) > 60 and "http" not in text and text not in others}
    windows = "\n".join(Material(CORPORA, Recipe(chats=0, topical=0.0)).texts(0))
    assert len(theirs) > 2_000
    assert not [text for text in theirs if text in windows]
    assert len(read_topical(CORPORA)) == 2_156


# -- the model that is shipped -----------------------------------------------------------------------------------------


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


def test_bubble_break_and_common_emoji_are_single_tokens() -> None:
    for piece in ("\n\n", "😂", "❤️", *SPECIAL):
        assert len(tokenizer()(piece, add_special_tokens=False).input_ids) == 1, piece


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


# -- the generator -----------------------------------------------------------------------------------------------------


def test_generator_repeats_itself_with_the_same_seed_only() -> None:
    assert list(chats(5, "a")) == list(chats(5, "a"))
    assert list(chats(5, "a")) != list(chats(5, "b"))
    assert styles.random_style(random.Random(3)) == styles.random_style(random.Random(3))


def test_most_of_what_is_invented_is_in_drawn_styles() -> None:
    rng, drawn, fixed = random.Random(5), 0, 0
    line = Line(0, "<hi>! Are you coming to the park {day}? I am <very> tired.", "n", "en")
    for _ in range(600):
        style = styles.draw_style(rng)
        size = sum(len(bubble) for bubble in speak(style, line, rng))
        drawn, fixed = drawn + size * style.randomised, fixed + size * (not style.randomised)
    assert drawn / (drawn + fixed) > 0.6
    assert len(styles.archetypes()) >= 36


def test_styles_are_many_and_kept() -> None:
    rng = random.Random(8)
    phrases = {styles.catchphrase(rng, "en") for _ in range(3_000)}
    assert len(phrases) > 2_000
    shouting = styles.archetypes()[list(topics.inventory("manner")["archetypes"]).index("shouter")]
    one = chat(random.Random(2), [shouting, styles.random_style(rng)])
    said = [text for speaker, text in one.lines if speaker == one.name]
    assert len(said) > 10
    assert np.mean([text == text.upper() for text in said]) > 0.9


def test_the_sample_persons_words_never_occur() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in topics.INVENTORIES.glob("*.yaml")).lower()
    invented = [text for one in chats(400, "forbidden?") for _, text in one.lines]
    for phrase in FORBIDDEN:
        assert phrase not in written, phrase
        assert not [text for text in invented if phrase in text.lower()], phrase


def test_every_sentence_of_every_scene_can_be_said() -> None:
    rng = random.Random(1)
    styles_of_all = [styles.random_style(rng) for _ in range(8)]
    for language in topics.LANGUAGES:
        for name, rules in topics.inventory(f"scenes_{language}").items():
            steps = {step.split(":")[1] for path in rules.get("paths", []) for step in path.split()}
            common = topics.inventory(f"scenes_{language}")["common"]
            assert steps <= rules.keys() | common.keys(), name
            for rule in steps & rules.keys():
                for template in rules[rule]:
                    scene = topics.Scene(language, rng, {**common, **rules})
                    text = scene.fill(template[3:] if template[0] == "@" else template, 1.0)
                    said = speak(rng.choice(styles_of_all), Line(0, text, "n", language), rng)
                    assert said
                    assert not set("{}[]|") & set(text), (name, rule, text)
                    assert "<n" not in "".join(said), said


# -- windows and training ----------------------------------------------------------------------------------------------


def test_addresses_are_replaced() -> None:
    text = surrogate_urls("see http://paste.ubuntu.com/12345/ or www.foo.org/a?b=c now", random.Random(1))
    assert text.count("https://example.com/") == 2
    assert "foo" not in text
    assert text.endswith(" now")


def test_each_pass_shows_the_same_lines_from_other_sides() -> None:
    log = Dialogue("2010-01-01", True, tuple((f"nick{i % 5}", f"message number {i}") for i in range(300)))
    first, second = (list(texts_of_pass([log], 128, random.Random(seed))) for seed in (1, 2))
    assert first != second
    for text in first:
        assert text.startswith("<|bos|><|system|>You are nick")
        assert "<|assistant|>" in text
    table = rows(train_tokenizer(first, 300), first, 128)
    assert table.shape == (len(first), 128)


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """A folder as the real corpora lie in it, with invented lines."""
    log = tmp_path / "ubuntu-irc" / "data" / "train" / "2010-01-01.raw.txt"
    log.parent.mkdir(parents=True)
    people = ("ActionParsnip", "ikonia", "Dr_Willis", "zoe", "yan", "ubottu")
    log.write_text("".join(f"[10:{i % 60:02}] <{people[i % 6]}> line {i} of the log, sir\n" for i in range(400)))
    (tmp_path / "topical-chat").mkdir()
    talk = {"id": "t_0064", "turns": [["agent_1", "Do you like films?"], ["agent_2", "I do!"]]}
    (tmp_path / "topical-chat" / "conversations.jsonl").write_text(json.dumps(talk) + "\n")
    return tmp_path


def test_training_goes_on_where_it_was_stopped(corpora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "compile", lambda function: function)
    monkeypatch.setattr(Material, "watched", lambda *_: {})
    material = Material(corpora, SMALL)
    assert not [text for text in material.texts(0) if "<|user|>ikonia" in text or "You are ikonia" in text]
    small = train_tokenizer(material.texts(0), SMALL.vocabulary)

    whole = Run(SMALL, small)
    train(whole, material, corpora)
    halted, shown = Run(SMALL, small), 0
    really_step = halted.step

    def step_or_stop(ids: torch.Tensor, progress: float) -> float:
        nonlocal shown
        if shown == 4:
            raise KeyboardInterrupt
        shown += 1
        return really_step(ids, progress)

    monkeypatch.setattr(halted, "step", step_or_stop)
    with pytest.raises(KeyboardInterrupt):
        train(halted, material, corpora)
    halted.save(corpora)

    resumed = Run(SMALL, small)
    resumed.load(corpora)
    assert resumed.place["step"] == 4
    train(resumed, material, corpora)
    assert resumed.place["step"] == whole.place["step"] > 8
    for (name, one), other in zip(whole.model.named_parameters(), resumed.model.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5), name
    resumed.export(corpora / "model")
    loaded = AutoModelForCausalLM.from_pretrained(corpora / "model")
    assert loaded.dtype == torch.bfloat16
