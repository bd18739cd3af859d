"""What the header-like lines of a file look like, in numbers: lines of one shape have one number.

A shape is the bracket, the kind of separator, seconds or none, a half of the day or none, the gap, the sign in the date and where
its four-digit year stands. Two shapes are near if they only differ in the date and its gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from chatclone_dagster.readers.whatsapp import headers
from chatclone_dagster.readers.whatsapp.scan import HALVES, Scan


@dataclass
class Shapes:
    """Of each header-like line its shape, and the bracket, separator and clock of its shape as a number of their own (`near`)."""

    shape: np.ndarray
    near: np.ndarray
    main: int
    """The shape that most lines have."""

    @property
    def is_main(self) -> np.ndarray:
        """Which lines have the main shape."""
        same: np.ndarray = self.shape == self.main
        return same

    @property
    def is_near(self) -> np.ndarray:
        """Which lines have it or one near it."""
        same: np.ndarray = self.near == self.near[int(self.is_main.argmax())]
        return same


def shapes_of(scan: Scan, columns: dict[str, np.ndarray]) -> Shapes:
    """Number the shapes of the lines that the first pass found."""
    seps = _numbers(headers.read_sep(text) for text in scan.seps)
    gaps = _numbers(headers.read_gap(text)[0] for text in scan.gaps)
    brackets = _numbers(lead is not None and lead.bracket for lead in scan.leads)
    dates = _numbers((lead.separator, _year_at(lead.widths)) if lead else None for lead in scan.leads)
    clocks = np.array(scan.clocks.style, np.int64)
    near = _dense(_combined([(brackets, columns["lead"]), (seps, columns["sep"]), (clocks, columns["clock"])]))
    rest = _combined([(gaps, columns["gap"]), (dates, columns["lead"])])
    shape = _dense(near * np.int64(rest.max(initial=0) + 1) + rest)
    return Shapes(shape, near, int(np.bincount(shape).argmax()))


def seconds_of(scan: Scan, columns: dict[str, np.ndarray]) -> np.ndarray:
    """The second of the day of each line."""
    # Bytes and four-byte numbers: with ten million lines every intermediate column counts.
    of_gap = np.array([HALVES.index(headers.read_gap(text)[1]) for text in scan.gaps], np.uint8)
    of_clock = np.array(scan.clocks.half, np.uint8)
    hours = np.array([[headers.hour_of_day(hour, name) for hour in range(24)] for name in HALVES], np.int32)
    rest = np.array(scan.clocks.minute, np.int32) * 60 + np.array(scan.clocks.second, np.int32)
    # By the half of the day in the gap, which comes first, and the clock.
    halves = [np.full(len(of_clock), half, np.uint8) if half else of_clock for half in range(len(HALVES))]
    table = np.stack([hours[half, scan.clocks.hour] * np.int32(3600) + rest for half in halves])
    if not of_gap.any():
        return np.asarray(table[0][columns["clock"]])
    seconds: np.ndarray = table[of_gap[columns["gap"]], columns["clock"]]
    return seconds


def numbers_of(scan: Scan) -> tuple[np.ndarray, np.ndarray]:
    """The three numbers of each lead's date, and how many digits each was written with; zeros where there is no date."""
    fields = np.array([lead.fields if lead else (0, 0, 0) for lead in scan.leads])
    widths = np.array([lead.widths if lead else (0, 0, 0) for lead in scan.leads])
    return fields, widths


def padded_alike(scan: Scan, lead: np.ndarray, is_main: np.ndarray) -> np.ndarray:
    """Whether a line writes numbers below 10 as most lines of the main shape do, with or without a zero, place by place."""
    alike = np.ones(len(lead), bool)
    lines = np.bincount(lead[is_main], minlength=len(scan.leads))
    fields, widths = numbers_of(scan)
    for place in range(3):
        small = fields[:, place] < 10
        bare, padded = (small & (widths[:, place] == width) for width in (1, 2))
        n_bare, n_padded = int(lines[bare].sum()), int(lines[padded].sum())
        if n_bare and n_padded:
            alike &= ~(padded if n_bare > n_padded else bare)[lead]
    return alike


@cache
def _year_at(widths: tuple[int, int, int]) -> int:
    return next((place for place, width in enumerate(widths) if width > 2), -1)


def _numbers(values: Iterable[object]) -> np.ndarray:
    """Number different values in the order of their appearance."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(value, len(seen)) for value in values], np.int64)


def _combined(parts: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """One number per line from several: each part is a table of numbers and the place in it of each line."""
    combined = np.zeros(len(parts[0][1]), np.int64)
    for numbers, places in parts:
        if most := int(numbers.max(initial=0)):
            combined = combined * (most + 1) + numbers[places]
    return combined


def _dense(numbers: np.ndarray) -> np.ndarray:
    """The same numbers without gaps between them. There are few, but the largest may be large."""
    if not numbers.any():
        return np.zeros(len(numbers), np.int8)
    if numbers.max() < 1 << 22:
        used = np.bincount(numbers) > 0
        dense: np.ndarray = (np.cumsum(used) - 1).astype(np.int32)[numbers]
        return dense
    return np.unique(numbers, return_inverse=True)[1].astype(np.int32)
