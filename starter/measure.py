"""Bits per byte of a model on people it has never met, beside what a text compressor needs; and what LoRA gains on
them.

    python -m starter.measure --corpora ../shared/corpora                 the base beside PPMd (1 minute)
    python -m starter.measure --corpora ../shared/corpora --adapt         with LoRA on three people and on drawn styles

Bits are those of what the person says with the end of each turn; bytes are UTF-8 and one for each message, as a
compressor's newline counts. The model sees the channel before a reply, the compressor only the person's own messages
before it."""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - the name everybody reads
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

from chatclone_dagster.datasets.formats import ChatMessage, Turn, split_bubbles
from chatclone_dagster.datasets.tokens import IGNORED, encode
from chatclone_dagster.datasets.windows import Spoken, windows
from starter.corpus import Dialogue, excluded_speakers, is_held_out, read_topical, read_ubuntu, surrogate_urls, without
from starter.generator import chat, chats
from starter.styles import draw_style, random_style
from starter.windows import to_messages, turns_of, turns_to_messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from transformers import PreTrainedModel

PEOPLE = ("ActionParsnip", "ikonia", "Dr_Willis")
SCENE_TOKENS = 24  # what the system line and the markers take
EPOCHS, PATIENCE, BATCH, RANK = 10, 1, 16, 16


@dataclass(frozen=True, slots=True)
class Case:
    """One window: its ids, the labels of what is scored, and the bytes and messages that this spells."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]
    size: int
    messages: int


def clean(dialogue: Dialogue) -> list[tuple[str, str]]:
    """Take the addresses out of a dialogue, the same way every time."""
    rng = random.Random(dialogue.name)
    return [(speaker, surrogate_urls(text, rng)) for speaker, text in dialogue.lines]


def cases_of(tokenizer: PreTrainedTokenizerFast, found: Sequence[Sequence[ChatMessage]]) -> list[Case]:
    """Encode windows; what is scored are the persona's turns of weight 1, each with its end."""
    cases = []
    for messages, encoded in zip(found, encode(tokenizer, found), strict=True):
        said = [bubble for one in messages if one.get("weight") for bubble in split_bubbles(one["content"])]
        size = sum(len(bubble.encode()) for bubble in said)
        cases.append(Case(tuple(encoded.input_ids), tuple(encoded.labels), size, len(said)))
    return cases


def person_cases(
    tokenizer: PreTrainedTokenizerFast, logs: Iterable[Dialogue], person: str, share: tuple[float, float], tokens: int
) -> list[Case]:
    """Tile this person's turns within a share of their messages with windows, each turn scored in one of them."""
    logs = list(logs)
    total = sum(speaker == person for one in logs for speaker, _ in one.lines)
    found, number = [], 0
    for one in logs:
        turns: list[Spoken] = []
        for turn in turns_of(clean(one), person):
            # A turn that straddles a border belongs to the side that its first message is on.
            target = turn.is_persona and share[0] * total <= number < share[1] * total
            number += len(turn.bubbles) * turn.is_persona
            length = len(tokenizer(f"{turn.speaker}: " + "\n\n".join(turn.bubbles)).input_ids) + 2
            turns.append(Spoken("", Turn(turn.speaker, turn.bubbles, turn.is_persona, target), (), length))
        for window in windows(turns, tokens - SCENE_TOKENS):
            found.append(turns_to_messages(one.name, one.is_group, [spoken.turn for spoken in window.turns], person))
    return cases_of(tokenizer, found)


def chat_cases(tokenizer: PreTrainedTokenizerFast, dialogues: Iterable[Dialogue], tokens: int) -> list[Case]:
    """One case a chat, cut at so many tokens: what the one it is named after says, else whoever answers first."""
    found = []
    for one in dialogues:
        speakers = list(dict.fromkeys(speaker for speaker, _ in one.lines))
        persona = one.name if one.name in speakers else speakers[1]
        found.append(to_messages(one.name, one.is_group, clean(one), persona))
    cases = []
    for case in cases_of(tokenizer, found):
        labels = case.labels[:tokens]
        text = str(tokenizer.decode([label for label in labels if label != IGNORED]))
        said = [bubble for turn in text.split("<|end|>") for bubble in split_bubbles(turn)]
        if said:
            cases.append(Case(case.ids[:tokens], labels, sum(len(bubble.encode()) for bubble in said), len(said)))
    return cases


def batches(
    cases: Sequence[Case], order: Sequence[int], pad: int
) -> Iterable[tuple[list[int], torch.Tensor, torch.Tensor]]:
    """Put cases of like length side by side; padding stands at the end, where a causal model cannot see it."""
    for start in range(0, len(order), BATCH):
        chosen = list(order[start : start + BATCH])
        width = max(len(cases[index].ids) for index in chosen)
        ids, labels = torch.full((len(chosen), width), pad), torch.full((len(chosen), width), IGNORED)
        for row, index in enumerate(chosen):
            ids[row, : len(cases[index].ids)] = torch.tensor(cases[index].ids)
            labels[row, : len(cases[index].ids)] = torch.tensor(cases[index].labels)
        yield chosen, ids, labels[:, 1:]


@torch.no_grad()
def bits(model: Any, cases: Sequence[Case], pad: int) -> np.ndarray:
    """Return the bits that the model needs for each case."""
    model.eval()
    found = np.zeros(len(cases))
    for chosen, ids, labels in batches(cases, sorted(range(len(cases)), key=lambda index: len(cases[index].ids)), pad):
        logits = model(input_ids=ids).logits[:, :-1].float()
        loss = F.cross_entropy(logits.transpose(1, 2), labels, ignore_index=IGNORED, reduction="none")
        found[chosen] = (loss.sum(1) / np.log(2)).numpy()
    return found


def bits_per_byte(needed: np.ndarray, cases: Sequence[Case], ends: bool = True) -> float:
    """Divide by the bytes; with `ends`, one more a message for its end."""
    return float(needed.sum() / sum(case.size + case.messages * ends for case in cases))


def adapt(
    model: PreTrainedModel, learn: Sequence[Case], choose: Sequence[Case], pad: int, rate: float, seed: int = 0
) -> Any:
    """Train a LoRA adapter on a copy of the base until the cases to choose by get no better; return the best."""
    from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict  # noqa: PLC0415 - 3 s

    torch.manual_seed(seed)
    config = LoraConfig(
        r=RANK, lora_alpha=2 * RANK, lora_dropout=0.05, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    adapted: Any = get_peft_model(model, config)
    weights = [weight for weight in adapted.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0.0)
    rng, best, since, kept = random.Random(seed), float("inf"), 0, {}
    steps, step = EPOCHS * -(-len(learn) // BATCH), 0
    for _ in range(EPOCHS):
        adapted.train()
        for _, ids, labels in batches(learn, rng.sample(range(len(learn)), len(learn)), pad):
            factor = min(1.0, (step + 1) / (0.05 * steps)) * 0.5 * (1 + np.cos(np.pi * step / steps))
            optimizer.param_groups[0]["lr"] = rate * factor
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = adapted(input_ids=ids).logits[:, :-1]
            F.cross_entropy(logits.flatten(0, 1).float(), labels.flatten(), ignore_index=IGNORED).backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            step += 1
        now = float(bits(adapted, choose, pad).sum())
        if now < best:
            best, since = now, 0
            kept = {name: weight.clone() for name, weight in get_peft_model_state_dict(adapted).items()}
        else:
            since += 1
            if since > PATIENCE:
                break
    set_peft_model_state_dict(adapted, kept)
    return adapted


def gain(before: np.ndarray, after: np.ndarray, resamples: int = 2000) -> tuple[float, float, float]:
    """By which share fewer bits are needed, with a 95 % bootstrap interval over windows."""
    drawn = np.random.default_rng(0).integers(0, len(before), (resamples, len(before)))
    low, high = np.quantile(1 - after[drawn].sum(1) / before[drawn].sum(1), [0.025, 0.975])
    return float(1 - after.sum() / before.sum()), float(low), float(high)


def compressor(logs: Sequence[Dialogue]) -> dict[str, tuple[float, float]]:
    """Bits per byte of PPMd of order 8 on each person's last tenth: primed with the others, and with their own, too."""
    import pyppmd  # noqa: PLC0415 - the extra `bench`

    def size(text: str) -> int:
        encoder = pyppmd.Ppmd8Encoder(8, 1 << 28)
        return len(encoder.encode(text.encode())) + len(encoder.flush())

    others = "".join(f"{text}\n" for one in without(logs, excluded_speakers()) for _, text in clean(one))
    found = {}
    for person in PEOPLE:
        own = [f"{text}\n" for one in logs for speaker, text in clean(one) if speaker == person]
        border = int(len(own) * 0.9)
        head, tail = "".join(own[:border]), "".join(own[border:])
        plain, primed = (size(before + tail) - size(before) for before in (others, others + head))
        found[person] = (8 * plain / len(tail.encode()), 8 * primed / len(tail.encode()))
    return found


def style_cases(
    tokenizer: PreTrainedTokenizerFast, number: int, tokens: int
) -> tuple[list[Case], list[Case], list[Case]]:
    """Invent one person with a style never trained on and 150 chats of theirs; split them 8 : 1 : 1."""
    rng = random.Random(f"unseen style {number}")
    style = random_style(rng)
    found = [chat(rng, [style, draw_style(rng)], size=3 * tokens) for _ in range(150)]
    cases = chat_cases(tokenizer, found, tokens)
    return cases[:120], cases[120:135], cases[135:]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=Path(__file__).with_name("model"))
    parser.add_argument("--tokens", type=int, default=256, help="of a window")
    parser.add_argument("--adapt", action="store_true", help="train LoRA adapters, too")
    parser.add_argument("--rate", type=float, default=2e-3, help="learning rate of the adapters")
    parser.add_argument("--styles", type=int, default=3, help="how many drawn styles to adapt to")
    parser.add_argument("--threads", type=int, default=1, help="more are slower where a core is busy")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    logging.disable_progress_bar()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(arguments.model)
    logs = read_ubuntu(arguments.corpora)
    held_out = [one for one in read_topical(arguments.corpora) if is_held_out(one)]

    def base() -> Any:
        return AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32)

    def line(name: str, cases: Sequence[Case], *more: str) -> None:
        needed = bits(base(), cases, tokenizer.pad_token_id)
        ends, bare = bits_per_byte(needed, cases), bits_per_byte(needed, cases, ends=False)
        print(f"{name:16}{ends:8.3f}{bare:8.3f}", *more, flush=True)

    print(f"{'bits per byte':16}{'base':>8}{'bare':>8}   PPMd  and own")
    for person, (plain, primed) in compressor(logs).items():
        cases = person_cases(tokenizer, logs, person, (0.9, 1.0), arguments.tokens)
        line(person, cases, f"{plain:7.3f} {primed:7.3f}")
    line("Topical-Chat", chat_cases(tokenizer, held_out, arguments.tokens))
    line("invented chats", chat_cases(tokenizer, chats(60, "held out"), arguments.tokens))
    if not arguments.adapt:
        return
    print(f"\n{'LoRA':16}{'base':>8}{'adapted':>8}   gain, 95 % interval")
    splits = {
        person: tuple(
            person_cases(tokenizer, logs, person, share, arguments.tokens) for share in ((0, 0.8), (0.8, 0.9), (0.9, 1))
        )
        for person in PEOPLE
    } | {f"style {number}": style_cases(tokenizer, number, arguments.tokens) for number in range(arguments.styles)}
    for name, (learn, choose, test) in splits.items():
        before = bits(base(), test, tokenizer.pad_token_id)
        adapted = adapt(base(), learn, choose, tokenizer.pad_token_id, arguments.rate)
        after = bits(adapted, test, tokenizer.pad_token_id)
        share, low, high = gain(before, after)
        print(f"{name:16}{bits_per_byte(before, test):8.3f}{bits_per_byte(after, test):8.3f}"
              f"   {share:6.1%}  [{low:.1%}, {high:.1%}]", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
