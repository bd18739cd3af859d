"""Plots out of letters, for terminals and for Dagster: counts alone, no words."""

from __future__ import annotations

from collections.abc import Sequence

from chatclone_dagster.profile.drawings import DAYS

_BLOCKS = " ▁▂▃▄▅▆▇█"
_SHADES = " ·░▒▓█"
HOURS = "    " + "".join(f"{hour:<6}" for hour in range(0, 24, 3)).rstrip()
"""What stands under a heat strip."""


def blocks(values: Sequence[int]) -> str:
    """One upright bar a value."""
    return _drawn(values, max(values, default=0), _BLOCKS)


def heat_strip(week: Sequence[Sequence[int]]) -> list[str]:
    """A line each weekday, two letters each hour, the more the darker: 52 letters wide."""
    top = max(map(max, week))
    return [
        f"{day} {_drawn([count for count in row for _ in range(2)], top, _SHADES)}"
        for day, row in zip(DAYS, week, strict=True)
    ]


def _drawn(values: Sequence[int], top: int, letters: str) -> str:
    """Each value as a letter; the first of them is for 0 alone."""
    return "".join(letters[-(-value * (len(letters) - 1) // (top or 1))] for value in values)
