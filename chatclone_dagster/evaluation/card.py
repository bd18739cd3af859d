"""The clone card: one HTML file that tells anyone what a clone is worth, with nothing loaded from elsewhere."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chatclone_dagster.datasets.formats import split_bubbles
from chatclone_dagster.evaluation.evaluate import Evaluation

TEMPLATE = Path(__file__).with_name("card.html.jinja")
_DIMENSIONS = {
    "length": "how long, and in how many bubbles",
    "emoji": "which emoji, how often",
    "punctuation": "marks, and what texts end with",
    "casing": "small and capital letters",
    "vocabulary": "which words",
}


def card(evaluation: Evaluation) -> str:
    """Write the card as HTML."""
    env = Environment(loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined)
    env.filters["bubbles"] = split_bubbles
    return env.get_template(TEMPLATE.name).render(
        e=evaluation, dimensions=_DIMENSIONS, curves=length_curves(evaluation.lengths)
    )


def length_curves(lengths: dict[str, list[int]], bins: int = 16) -> dict[str, Any]:
    """How long texts are, as shares over lengths that double every second step: `ticks` and one `points` list each."""
    edges = [2 ** (i / 2) for i in range(2, 2 + bins)]
    curves = {}
    for name, values in lengths.items():
        counts = [0] * bins
        for value in values:
            counts[min(bins - 1, max(0, math.floor(2 * math.log2(max(value, 1))) - 2))] += 1
        curves[name] = [count / max(1, len(values)) for count in counts]
    top = max((share for curve in curves.values() for share in curve), default=0.0) or 1.0
    return {"ticks": [round(edge) for edge in edges], "curves": curves, "top": top}
