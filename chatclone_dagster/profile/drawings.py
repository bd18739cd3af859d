"""Plots as inline SVG. They hold shapes alone and stretch to any width; words stand in the page around them, at reading size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from markupsafe import Markup

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
GAP = 0.08
"""Of a cell's width, left free on each side."""


def heat_map(week: Sequence[Sequence[int]], label: str) -> Markup:
    """Messages by weekday (a row each) and hour (a column each), the more the deeper."""
    top = max(map(max, week)) or 1
    cells = [
        _rect(
            hour + GAP,
            day + GAP,
            1 - 2 * GAP,
            1 - 2 * GAP,
            f"{DAYS[day]} {hour}:00: {count:,}",
            0.06 + 0.94 * count / top,
        )
        for day, row in enumerate(week)
        for hour, count in enumerate(row)
    ]
    return _svg("heat", len(week[0]), len(week), label, cells)


def columns(values: Sequence[float], titles: Sequence[str], label: str) -> Markup:
    """One upright bar a value."""
    top = max(values, default=0) or 1
    bars = [
        _rect(i + GAP, 100 - 100 * value / top, 1 - 2 * GAP, 100 * value / top, title)
        for i, (value, title) in enumerate(zip(values, titles, strict=True))
    ]
    return _svg("columns", max(len(values), 1), 100, label, bars)


def up_and_down(ups: Sequence[float], downs: Sequence[float], titles: Sequence[str], label: str) -> Markup:
    """Two bars a value, one up and one down from a line between them."""
    highest = max(ups, default=0)
    scale = 98 / (highest + max(downs, default=0) or 1)
    line = scale * highest
    bars: list[Markup] = []
    for i, (up, down, title) in enumerate(zip(ups, downs, titles, strict=True)):
        bars.append(_rect(i + GAP, line - scale * up, 1 - 2 * GAP, scale * up, title))
        bars.append(_rect(i + GAP, line + 2, 1 - 2 * GAP, scale * down, title, colour="--base"))
    return _svg("columns", max(len(ups), 1), 100, label, bars)


def curves(own: Sequence[float], others: Sequence[float], label: str) -> Markup:
    """Two curves over the same steps: the person's, filled, and everyone else's."""
    top = max((*own, *others), default=0) or 1
    last = max(len(own) - 1, 1)

    def points(values: Sequence[float]) -> str:
        return " ".join(f"{100 * i / last:.2f},{98 - 96 * value / top:.2f}" for i, value in enumerate(values))

    shapes = [Markup('<polygon points="0,98 {} 100,98" fill="var(--clone)" fill-opacity=".16"/>').format(points(own))]
    for values, colour in ((others, "--base"), (own, "--clone")):
        shapes.append(
            Markup('<polyline points="{}" fill="none" stroke="var({})" stroke-width="3" vector-effect="non-scaling-stroke"/>')
            .format(points(values), colour)
        )  # fmt: skip
    return _svg("curves", 100, 100, label, shapes)


@dataclass(frozen=True, slots=True)
class LogScale:
    """A logarithmic scale between the first and the last of its ticks, which are (value, what it is called)."""

    ticks: Sequence[tuple[float, str]]

    @classmethod
    def around(cls, values: Sequence[float], ticks: Sequence[tuple[float, str]]) -> LogScale:
        """Of a row of ticks those that hold all values, with a little room; at least two."""
        low, high = min(values, default=1) / 1.2, max(values, default=1) * 1.2
        first = max((i for i, (tick, _) in enumerate(ticks[:-1]) if tick <= low), default=0)
        last = min((i for i, (tick, _) in enumerate(ticks) if tick >= high and i > first), default=len(ticks) - 1)
        return cls(ticks[first : last + 1])

    def at(self, value: float) -> float:
        """Where a value stands, in percent; what lies outside stands at the edge."""
        low, high = self.ticks[0][0], self.ticks[-1][0]
        return round(100 * (log10(min(max(value, low), high)) - log10(low)) / (log10(high) - log10(low)), 2)


def _rect(
    x: float, y: float, width: float, height: float, title: str, opacity: float = 1, colour: str = "--clone"
) -> Markup:
    return Markup(
        '<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" fill="var({})" fill-opacity="{:.2f}"><title>{}</title></rect>'
    ).format(x, y, width, height, colour, opacity, title)


def _svg(kind: str, width: float, height: float, label: str, shapes: Sequence[Markup]) -> Markup:
    """Shapes that stretch to whatever size the page gives the class `kind`."""
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(kind, width, height, label, Markup("").join(shapes))
