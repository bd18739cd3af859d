"""Train the starter model: once, seeded, on two CPU cores.

    python -m starter.train --corpora ../shared/corpora --out starter/model

One process a core, which share their gradients once a step: two threads of one process wait for each other at every
operation, and with one core taken by somebody else came down to a tenth, where a single thread keeps its whole speed.

Two real corpora without the twenty most frequent speakers, and fictional chats that are new in each pass. Everything
a pass shows follows from the seed and the number of the pass; a checkpoint is written every ten minutes, and
`--resume` goes on from it. `--start-from` gives a finished model another round."""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, distributed
from torch.multiprocessing.spawn import spawn
from torch.nn import functional as F  # noqa: N812 - the name everybody reads
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from starter import measure
from starter.material import Material
from starter.network import Recipe, build_model
from starter.tokenizer import train_tokenizer
from starter.topics import inventory
from starter.windows import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger("starter")
IGNORED = -100
SAVE_EVERY, WATCH_EVERY = 200, 1000  # steps, of 1 to 3 seconds
EMOJI_WEIGHT = 500  # times that the tokenizer sees each usual emoji besides, enough to make a token of it


def flatten(tensors: Sequence[Tensor]) -> Tensor:
    """Put tensors into one, to send them at once."""
    return torch.cat([one.detach().flatten() for one in tensors])


def unflatten(flat: Tensor, tensors: Sequence[Tensor]) -> None:
    """Undo `flatten`, in place."""
    for one, values in zip(tensors, flat.split([one.numel() for one in tensors]), strict=True):
        one.detach().copy_(values.view_as(one))


class Run:
    """Model, optimisers and the place in the data: all that a checkpoint holds."""

    def __init__(self, recipe: Recipe, tokenizer: PreTrainedTokenizerFast, rank: int = 0) -> None:
        """Start at the beginning. Each process keeps Muon for its share of the matrices, which halves that work."""
        self.recipe, self.tokenizer, self.rank = recipe, tokenizer, rank
        self.model = build_model(recipe, tokenizer)
        inner = [p for name, p in self.model.named_parameters() if p.ndim == 2 and "embed" not in name]
        outer = [p for name, p in self.model.named_parameters() if p.ndim != 2 or "embed" in name]
        self.shares = [inner[first :: recipe.processes] for first in range(recipe.processes)]
        muon = torch.optim.Muon(self.shares[rank], lr=recipe.muon_rate, weight_decay=recipe.decay)
        adam = torch.optim.AdamW(outer, lr=recipe.adam_rate, betas=(0.9, 0.95), weight_decay=0.0)
        self.optimizers: list[torch.optim.Optimizer] = [muon, adam]
        self.place: dict[str, float] = {"pass": 0, "row": 0, "step": 0, "tokens": 0, "seconds": 0.0}
        self.loss = torch.compile(self._loss)

    def _loss(self, ids: Tensor) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.model.model(input_ids=ids, use_cache=False).last_hidden_state
            logits = F.linear(hidden, self.model.lm_head.weight)
        goal = ids[:, 1:].masked_fill(ids[:, 1:] == self.tokenizer.pad_token_id, IGNORED)
        return F.cross_entropy(logits[:, :-1].flatten(0, 1).float(), goal.flatten(), ignore_index=IGNORED)

    def step(self, ids: Tensor, progress: float) -> float:
        """Learn from one batch at this share of the whole training."""
        recipe, total = self.recipe, 0.0
        falling = min(1.0, (1 - progress) / (1 - recipe.hold))
        factor = min(1.0, progress / recipe.warmup + 0.01) * max(0.0, falling)
        for optimizer, rate in zip(self.optimizers, (recipe.muon_rate, recipe.adam_rate), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
        for part in ids.split(recipe.rows):
            loss = self.loss(part) / recipe.accumulate
            loss.backward()
            total += loss.item()
        if recipe.processes > 1:
            flat = flatten([weight.grad for weight in self.model.parameters() if weight.grad is not None])
            distributed.all_reduce(flat)
            flat /= recipe.processes
            unflatten(flat, [weight.grad for weight in self.model.parameters() if weight.grad is not None])
        for optimizer in self.optimizers:
            optimizer.step()
        self.model.zero_grad()
        for owner, weights in enumerate(self.shares if recipe.processes > 1 else []):
            flat = flatten(weights)
            distributed.broadcast(flat, owner)
            unflatten(flat, weights)
        return total

    def save(self, work: Path) -> None:
        """Write a checkpoint, whole or not at all: a file for each process."""
        path = work / f"checkpoint-{self.rank}.pt"
        state = {
            "place": self.place,
            "model": self.model.state_dict(),
            "optimizers": [one.state_dict() for one in self.optimizers],
        }
        torch.save(state, path.with_suffix(".new"))
        if self.recipe.processes > 1:
            distributed.barrier()
        path.with_suffix(".new").replace(path)

    def load(self, work: Path) -> None:
        """Go on from a checkpoint."""
        state = torch.load(work / f"checkpoint-{self.rank}.pt", weights_only=True)
        self.place = state["place"]
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)

    def export(self, folder: Path) -> None:
        """Write the model as it is shipped: bf16, with tokenizer and template; a model card in the folder stays."""
        fresh = folder.with_name(folder.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        copy = LlamaForCausalLM(self.model.config)
        copy.load_state_dict(self.model.state_dict())
        copy.config._attn_implementation = "sdpa"  # the reader chooses anew
        copy.bfloat16().save_pretrained(fresh)
        self.tokenizer.save_pretrained(fresh)
        if (folder / "README.md").exists():
            shutil.copy(folder / "README.md", fresh)
        shutil.rmtree(folder, ignore_errors=True)
        for file in fresh.iterdir():
            file.chmod(0o644)
        fresh.rename(folder)

    def watch(self, cases: dict[str, list[measure.Case]]) -> dict[str, float]:
        """Measure bits per byte on what is held out."""
        pad = self.tokenizer.pad_token_id
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = {
                name: round(measure.bits_per_byte(measure.bits(self.model, some, pad), some), 4)
                for name, some in cases.items()
            }
        self.model.train()
        return found


def train(run: Run, material: Material, work: Path) -> None:
    """Train to the end of the passes, from wherever the run stands."""
    recipe, place, rank = run.recipe, run.place, run.rank
    cases = material.watched(run.tokenizer) if rank == 0 else {}
    batch = recipe.rows * recipe.accumulate * recipe.processes
    last = time.monotonic()
    losses: list[float] = []
    while place["pass"] < recipe.passes:
        table = rows(run.tokenizer, material.texts(int(place["pass"])), recipe.tokens)
        log.info("pass %d: %d rows", place["pass"], len(table))
        run.model.train()
        while place["row"] + batch <= len(table):
            progress = (place["pass"] + place["row"] / len(table)) / recipe.passes
            if progress >= 1:
                break
            mine = table[int(place["row"]) + rank : int(place["row"]) + batch : recipe.processes]
            losses.append(run.step(torch.from_numpy(mine.astype(np.int64)), progress))
            now = time.monotonic()
            place["seconds"] += now - last
            place["tokens"] += batch * recipe.tokens
            place["row"] += batch
            place["step"] += 1
            last = now
            if rank == 0 and place["step"] % 50 == 0:
                speed = place["tokens"] / place["seconds"]
                log.info("%.4f step %d loss %.4f %.0f tokens/s", progress, place["step"], np.mean(losses[-50:]), speed)
            if place["step"] % SAVE_EVERY == 0:
                run.save(work)
            if rank == 0 and place["step"] % WATCH_EVERY == 0:
                log.info("%s", json.dumps({"step": place["step"], **run.watch(cases)}))
        place["pass"], place["row"] = place["pass"] + 1, 0
    run.save(work)
    if rank == 0:
        log.info("%s", json.dumps({**place, **run.watch(cases)}))


def work_on(rank: int, recipe: Recipe, arguments: argparse.Namespace, meeting: str) -> None:
    """Be one of the processes."""
    logging.basicConfig(level=logging.INFO if rank == 0 else logging.WARNING, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    if recipe.processes > 1:
        distributed.init_process_group(
            "gloo", init_method=f"file://{meeting}", rank=rank, world_size=recipe.processes, timeout=timedelta(hours=2)
        )
    run = Run(recipe, PreTrainedTokenizerFast.from_pretrained(arguments.work), rank)
    if arguments.start_from:
        run.model.load_state_dict(LlamaForCausalLM.from_pretrained(arguments.start_from).state_dict())
    if arguments.resume:
        run.load(arguments.work)
    train(run, Material(arguments.corpora, recipe), arguments.work)
    if rank == 0:
        run.export(arguments.out)
    if recipe.processes > 1:
        distributed.destroy_process_group()


def main() -> None:
    """Read the arguments, train, write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="the folder with ubuntu-irc/ and topical-chat/")
    parser.add_argument("--out", type=Path, required=True, help="where the model goes; replaced when the training ends")
    parser.add_argument(
        "--work", type=Path, default=Path("build/starter"), help="checkpoint and tokenizer in the making"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument(
        "--start-from", type=Path, metavar="MODEL", help="its weights and tokenizer, instead of new ones"
    )
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="change the recipe")
    arguments = parser.parse_args()
    recipe = Recipe.of(arguments.set)
    print(recipe, flush=True)
    arguments.work.mkdir(parents=True, exist_ok=True)
    if arguments.start_from:
        PreTrainedTokenizerFast.from_pretrained(arguments.start_from).save_pretrained(arguments.work)
    elif not arguments.resume:
        texts = Material(arguments.corpora, recipe).texts(0)
        train_tokenizer(texts + inventory("emoji")["usual"] * EMOJI_WEIGHT, recipe.vocabulary).save_pretrained(
            arguments.work
        )
    with tempfile.TemporaryDirectory() as folder:
        spawn(work_on, (recipe, arguments, f"{folder}/meeting"), nprocs=recipe.processes)


if __name__ == "__main__":
    main()
