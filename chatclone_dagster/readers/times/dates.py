"""Day, month, year: which number of a date is which. An export never says; its dates together usually do.

The rules, for all dates of one shape (whatsapp exports keep one order per phone setting):
1. A number of three or four digits, or above 31, is the year. A year in front means year-month-day, unless the middle exceeds 12.
2. A number above 12 is no month. Where dates contradict each other, the more of them count, else the first.
3. Time runs forward: the order in which the dates step back least often; if that is a draw, the number that changes most often is
   the day, or the one that changes by more. If that is a draw too, the day comes first, which most of the world writes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ORDERS = ("dmy", "mdy", "ymd", "ydm", "dym", "myd")  # the last two only occur in made-up files
NO_DAY = np.iinfo(np.int64).min
FIRST_YEAR, LAST_YEAR = 2009, 2039  # of two digits; WhatsApp began in 2009, and what ends later is more likely a day


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a shape's dates, how sure it is (0 to 1), and by which rule it was found."""

    order: str
    confidence: float
    rule: str


def years_of(numbers: np.ndarray) -> np.ndarray:
    """Four-digit years. Two digits are of this century; a year of the Buddhist calendar (Thai phones) is 543 ahead."""
    years = np.where(numbers < 100, numbers + 2000, numbers)
    return np.where((years > 2400) & (years < 2700), years - 543, years)


def days(fields: np.ndarray, order: str) -> np.ndarray:
    """Days since 1970 of dates given as rows of three numbers; NO_DAY where there is no such day."""
    year, month, day = (fields[:, order.index(part)] for part in "ymd")
    year = years_of(year)
    good = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1) & (year <= 9999)
    months = ((np.where(good, year, 1970) - 1970) * 12 + np.where(good, month, 1) - 1).astype("datetime64[M]")
    found = months.astype("datetime64[D]") + np.where(good, day - 1, 0).astype("timedelta64[D]")
    good &= found.astype("datetime64[M]") == months  # no 31st of June
    return np.where(good, found.astype(np.int64), NO_DAY)


def possible(fields: np.ndarray, widths: np.ndarray, order: str) -> np.ndarray:
    """Which dates can be read in an order, as far as the size and the width of their numbers tell."""
    year, month, day = (order.index(part) for part in "ymd")
    small = widths <= 2
    fit: np.ndarray = (fields[:, month] <= 12) & small[:, month] & (fields[:, day] <= 31) & small[:, day]
    fit &= widths[:, year] > 1
    return fit


def by_size(fields: np.ndarray, widths: np.ndarray) -> list[str]:
    """Rules 1 and 2: the orders in which the most dates are possible, and of those the most plausible."""
    scores = []
    for order in ORDERS:
        fit = possible(fields, widths, order)
        year = order.index("y")
        written = years_of(fields[:, year])
        plausible = (widths[:, year] > 2) | ((written >= FIRST_YEAR) & (written <= LAST_YEAR))
        scores.append((int(fit.sum()), int((fit & plausible).sum())))
    best = max(scores)
    orders = [order for order, score in zip(ORDERS, scores, strict=True) if score == best and best[0]]
    return _by_first(fields, widths, orders) if len(orders) > 1 else orders


def _by_first(fields: np.ndarray, widths: np.ndarray, orders: list[str]) -> list[str]:
    """Of orders in which equally many dates are possible, those that the first date fits which does not fit them all."""
    fit = np.array([possible(fields, widths, order) for order in orders])
    telling = np.flatnonzero(fit.any(axis=0) & ~fit.all(axis=0))[:1]
    return [order for order, fits in zip(orders, fit, strict=True) if fits[telling].all()]


def steps_back(fields: np.ndarray, order: str) -> int:
    """How often a date lies before the one above it."""
    when = days(fields, order)
    return int((np.diff(when[when > NO_DAY]) < 0).sum())


def by_steps(fields: np.ndarray, orders: list[str]) -> list[str]:
    """Rule 3, first half: the orders in which the dates step back least often."""
    steps = [steps_back(fields, order) for order in orders]
    return [order for order, count in zip(orders, steps, strict=True) if count == min(steps)]


def by_change(fields: np.ndarray, orders: list[str]) -> list[str]:
    """Rule 3, second half: the orders whose day changes most often, then whose year changes least, then whose day leaps most."""
    steps = np.abs(np.diff(fields, axis=0))
    changes = (steps != 0).sum(axis=0)
    scores = []
    for order in orders:
        day, year = order.index("d"), order.index("y")
        leaps = steps[steps[:, year] == 0, day]  # at the turn of a year the month leaps too
        scores.append((int(changes[day]), -int(changes[year]), int(leaps.sum())))
    return [order for order, score in zip(orders, scores, strict=True) if score == max(scores)]


def find_order(
    fields: np.ndarray, widths: np.ndarray, wanted: str | None = None, otherwise: str | None = None
) -> Order | None:
    """The order of dates given in the order of the file; None if they are dates in no order.

    `wanted` is what the user says; `otherwise` the order that the rest of the file has, for dates that do not tell.
    """
    orders = by_size(fields, widths)
    if not orders:
        return None
    if wanted in ORDERS and possible(fields, widths, wanted).mean() > 0.5:
        return Order(wanted, 1.0, "option")
    if len(orders) == 1 or ("ymd" in orders and (widths[:, 0] > 2).all()):
        return Order("ymd" if "ymd" in orders else orders[0], 1.0, "size")
    fields = fields[np.append(True, (np.diff(fields, axis=0) != 0).any(axis=1))]  # one row for each change of date
    forward = by_steps(fields, orders)
    changing = by_change(fields, forward)
    year_last = [order for order in changing if order[2] == "y"]
    if len(forward) == 1:
        order, confidence, rule = forward[0], 0.9, "steps"
    elif otherwise in forward:
        order, confidence, rule = str(otherwise), 0.8, "file"
    elif len(changing) == 1:
        order, confidence, rule = changing[0], 0.7, "change"
    elif len(year_last) == 1:  # two digits in front may be a year, but next to no phone writes it so
        order, confidence, rule = year_last[0], 0.9, "size"
    else:
        order, confidence, rule = changing[0], 0.5, "default"
    return Order(order, confidence, rule)
