"""How much a clone repeats what it was trained on, word for word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chatclone_dagster.evaluation.style import texts_of

LONG_ENOUGH = 20
"""Characters from which a text said again counts as copied; below, everybody repeats themselves ("ok, see you")."""


def copy_rate(replies: Sequence[str], trained_on: Iterable[str]) -> float:
    """The share of long texts among `replies` that stand word for word among the texts of the training replies.

    The same share of the person's real held-out replies says how much they repeat themselves.
    """
    known = {_plain(text) for reply in trained_on for text in texts_of(reply)}
    long = [text for reply in replies for text in texts_of(reply) if len(text) >= LONG_ENOUGH]
    return sum(_plain(text) in known for text in long) / len(long) if long else 0.0


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
