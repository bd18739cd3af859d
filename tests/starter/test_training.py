"""What the starter model is trained on, and the training itself on a tiny scale."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

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
from starter.material import Material
from starter.network import Recipe
from starter.tokenizer import train_tokenizer
from starter.train import Run, train
from starter.windows import rows, texts_of_pass

CORPORA = Path(os.environ.get("CHATCLONE_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
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
