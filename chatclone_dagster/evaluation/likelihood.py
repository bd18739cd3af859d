"""How well a model expects what the person really wrote: bits per byte, perplexity, next-token accuracy.

Bits per byte do not depend on the tokenizer, so models can be compared with each other and with a text compressor. The
end of a message is information too: its token counts, and so does one byte for it, as a newline does in a file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from chatclone_dagster.datasets.tokens import IGNORED, encode

if TYPE_CHECKING:
    from chatclone_dagster.training.clone import Clone

BATCH = 16
LOGITS = 2**26  # at a time: 256 MB of fp32; vocabularies of 150,000 would take ten times that
FEWEST_CLUSTERS = 10
RESAMPLES = 2000


def score(clone: Clone, windows: pl.DataFrame) -> pl.DataFrame:
    """Score the replies of each window (tables.TRAINING_DATASET) with the model as it stands.

    Returns:
        One row per window: `session_id`, `bits` (negative log2-likelihood of the replies), `bytes` (UTF-8, with one for
        the end of each reply), `tokens` scored, `hits` (tokens the model ranks first).
    """
    import torch  # noqa: PLC0415  2 s to import

    chats = windows["messages"].to_list()
    encoded = encode(clone.tokenizer, chats)
    sums = np.zeros((len(encoded), 3))
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].input_ids))
    vocabulary = len(clone.tokenizer)
    at = 0
    while at < len(order):
        longest = len(encoded[order[min(at + BATCH, len(order)) - 1]].input_ids)  # they are sorted by length
        rows = order[at : at + max(1, min(BATCH, LOGITS // (longest * vocabulary)))]
        at += len(rows)
        width = max(len(encoded[i].input_ids) for i in rows)
        ids = torch.full((len(rows), width), clone.tokenizer.pad_token_id)
        labels = torch.full((len(rows), width), IGNORED)
        for row, i in enumerate(rows):
            length = len(encoded[i].input_ids)
            ids[row, :length] = torch.tensor(encoded[i].input_ids)
            labels[row, :length] = torch.tensor(encoded[i].labels)
        device = clone.model.device
        ids, labels = ids.to(device), labels[:, 1:].to(device)
        # Padding stands at the end, where a causal model cannot see it: no attention mask is needed.
        with torch.inference_mode():
            logits = clone.model(input_ids=ids).logits[:, :-1].float()
        learned = labels != IGNORED
        loss = torch.nn.functional.cross_entropy(logits.transpose(1, 2), labels, ignore_index=IGNORED, reduction="none")
        hits = (logits.argmax(-1) == labels) & learned
        for column, values in enumerate((loss.sum(1) / math.log(2), learned.sum(1), hits.sum(1))):
            sums[rows, column] = values.cpu().double().numpy()
    sizes = [sum(len(m["content"].encode()) + 1 for m in chat if m["weight"]) for chat in chats]
    return windows.select("session_id").with_columns(
        bits=pl.Series(sums[:, 0]),
        bytes=pl.Series(sizes, dtype=pl.Int64),
        tokens=pl.Series(sums[:, 1]),
        hits=pl.Series(sums[:, 2]),
    )


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What a model makes of the held-out replies."""

    bits_per_byte: float
    perplexity: float
    next_token_accuracy: float

    @classmethod
    def of(cls, scores: pl.DataFrame) -> Likelihood:
        """Sum up the rows of `score`."""
        sums = scores.select(pl.col("bits", "bytes", "tokens", "hits").sum()).row(0, named=True)
        return cls(
            bits_per_byte=sums["bits"] / sums["bytes"],
            perplexity=2 ** (sums["bits"] / sums["tokens"]),
            next_token_accuracy=sums["hits"] / sums["tokens"],
        )


def interval_of_gain(base: pl.DataFrame, adapter: pl.DataFrame, seed: int = 0) -> tuple[float, float, float]:
    """By which share the adapter needs fewer bits than the base: (gain, low, high) of a 95 % interval.

    Replies of one session are alike, so whole sessions are drawn (a clustered percentile bootstrap, 2,000 resamples);
    of fewer than ten sessions the windows, since a few clusters give no interval to speak of.
    """
    pairs = pl.DataFrame({"session": base["session_id"], "base": base["bits"], "adapter": adapter["bits"]})
    clustered = pairs.group_by("session").agg(pl.col("base", "adapter").sum()).sort("session")
    sums = clustered if clustered.height >= FEWEST_CLUSTERS else pairs
    before, after = sums["base"].to_numpy(), sums["adapter"].to_numpy()
    drawn = np.random.default_rng(seed).integers(0, len(before), (RESAMPLES, len(before)))
    gains = 1 - after[drawn].sum(1) / before[drawn].sum(1)
    low, high = np.quantile(gains, [0.025, 0.975])
    return float(1 - after.sum() / before.sum()), float(low), float(high)
