"""Windows: stretches of one conversation that fit a token budget, every reply to be learned in exactly one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatclone_dagster.datasets.formats import Turn

CONTEXT_SHARE = 0.5
"""Of the budget, what is kept for the turns before a window's first reply; they get what its replies leave, too."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn with what windows need to know of it: ids, whether it is to be learned, and its length in tokens."""

    turn_id: str
    turn: Turn
    message_ids: tuple[str, ...]
    tokens: int

    @property
    def is_target(self) -> bool:
        """Whether it is a reply to be learned."""
        return self.turn.is_persona and self.turn.is_target


@dataclass(frozen=True, slots=True)
class Window:
    """Turns of one block, oldest first: context, then replies to be learned with what lies between them."""

    turns: tuple[Spoken, ...]

    @property
    def targets(self) -> tuple[Spoken, ...]:
        """The replies to be learned."""
        return tuple(spoken for spoken in self.turns if spoken.is_target)


def windows(turns: Sequence[Spoken], budget: int) -> list[Window]:
    """Tile the turns of one block with windows of at most `budget` tokens.

    Every target lies in exactly one window as a target, unless nothing stands before it or it fills the budget alone;
    where a later window reads it as context its weight is 0.
    """
    found: list[Window] = []
    at = _next_target(turns, 0)
    while at is not None:
        context = _context(turns, at, min(int(budget * CONTEXT_SHARE), budget - turns[at].tokens))
        last = at
        if context:
            used = sum(spoken.tokens for spoken in (*context, turns[at]))
            for i in range(at + 1, len(turns)):
                used += turns[i].tokens
                if used > budget:
                    break
                last = i if turns[i].is_target else last
            learned = turns[at : last + 1]
            more = _context(turns, at, budget - sum(spoken.tokens for spoken in learned))
            found.append(Window((*(more or context), *learned)))
        at = _next_target(turns, last + 1)
    return found


def _next_target(turns: Sequence[Spoken], start: int) -> int | None:
    return next((i for i in range(start, len(turns)) if turns[i].is_target), None)


def _context(turns: Sequence[Spoken], at: int, room: int) -> list[Spoken]:
    """The turns before a target that fit into `room` tokens, oldest first, the first somebody else's; maybe none."""
    start, used = at, 0
    while start > 0 and used + turns[start - 1].tokens <= room:
        start -= 1
        used += turns[start].tokens
    while start < at and turns[start].turn.is_persona:
        start += 1
    if start < at:
        return [_as_context(spoken) for spoken in turns[start:at]]
    # Not even the turn right before fits: its end is what is answered, so the end is kept.
    last = turns[at - 1] if at else None
    if last is None or last.turn.is_persona or room < 16:
        return []
    return [_tail(last, room)]


def _as_context(spoken: Spoken) -> Spoken:
    return replace(spoken, turn=replace(spoken.turn, is_target=False)) if spoken.is_target else spoken


def _tail(spoken: Spoken, room: int) -> Spoken:
    """The last bubbles of a long turn, and of a single long one its last words, that should fit into `room` tokens."""
    bubbles = list(spoken.turn.bubbles)
    share = room / spoken.tokens
    keep = int(sum(map(len, bubbles)) * share * 0.9)
    while len(bubbles) > 1 and sum(map(len, bubbles)) > keep:
        bubbles.pop(0)
    text = bubbles[0]
    if sum(map(len, bubbles)) > keep:
        bubbles[0] = "…" + text[len(text) - keep :].split(" ", 1)[-1]
    return replace(spoken, turn=replace(spoken.turn, bubbles=tuple(bubbles)), tokens=room)
