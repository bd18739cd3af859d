"""Which of the lines that look like headers begin a message, and when each was sent.

A person may paste a piece of another chat into a message. Its lines look like headers, but they have another shape than the file's
own, or their time goes back. The export of a phone whose region was changed has two shapes as well; there, time runs on.
"""

from __future__ import annotations

import numpy as np

from chatclone_dagster.readers.contract import Out, ReadOptions
from chatclone_dagster.readers.times import dates
from chatclone_dagster.readers.times.dates import NO_DAY, Order
from chatclone_dagster.readers.whatsapp import headers
from chatclone_dagster.readers.whatsapp.scan import HALVES, Scan
from chatclone_dagster.readers.whatsapp.shapes import Shapes, numbers_of, padded_alike, seconds_of, shapes_of
from chatclone_dagster.wording import counted

HOUR, DAY = 3600, 86400
_SHARE = 2 / 3  # of the lines; a shape that fewer have does not dominate, and then all lines are headers
_RUN = 5  # lines; so many with one odd shape at the beginning or end of a file are no excerpt
_EXCERPT = 50  # lines of a pasted excerpt at most
_EXCERPTS = (
    0.02  # share of the lines that are excerpts at most (5 lines in any case); more, and the file is just not in order
)
_SHORT = 20  # lines; a shorter file tells too little about its time
_LATEST = np.iinfo(np.int64).max
_FIRST_PLAUSIBLE = int(np.datetime64("1995-01-01", "s").astype(np.int64))


def settle(scan: Scan, columns: dict[str, np.ndarray], options: ReadOptions, out: Out) -> tuple[np.ndarray, np.ndarray]:
    """Which lines begin a message, and the second (local, since 1970) each was sent; facts and doubts go to `out`."""
    shapes = shapes_of(scan, columns)
    when = _times(scan, columns, shapes, options, out)
    real = when > NO_DAY
    keep = real.copy()
    if (real & shapes.is_main).sum() >= _SHARE * real.sum():
        regular = real & shapes.is_main & padded_alike(scan, columns["lead"], shapes.is_main)
        keep = regular | _in_place(real & ~regular, regular, when, shapes.is_near)
    keep[np.flatnonzero(real)[:1]] = True  # the first line cannot go on with anything
    keep &= ~_excerpts(when, keep)
    lost = np.flatnonzero(~keep)
    if len(lost):
        reason = f"{counted(len(lost), 'line')} as a message begins, read as text: another shape, or out of time"
        out.issue(int(columns["line"][lost[0]]), reason)
    odd = np.flatnonzero(keep & (when < _FIRST_PLAUSIBLE))
    if len(odd):
        out.issue(int(columns["line"][odd[0]]), f"{len(odd)} messages are dated before 1995: perhaps another calendar")
    return keep, when


def _times(scan: Scan, columns: dict[str, np.ndarray], shapes: Shapes, options: ReadOptions, out: Out) -> np.ndarray:
    """Seconds since 1970, shape by shape, the main one first: an undecided shape follows it."""
    second = seconds_of(scan, columns)
    fields, widths = numbers_of(scan)
    when = np.full(len(second), NO_DAY)
    main: Order | None = None
    numbers = np.flatnonzero(np.bincount(shapes.shape)).tolist()
    for shape in sorted(numbers, key=lambda number: number != shapes.main):
        rows = np.flatnonzero(shapes.shape == shape) if len(numbers) > 1 else slice(None)
        lead = columns["lead"][rows]
        changed = lead[np.append(True, np.diff(lead) != 0)]
        order = dates.find_order(fields[changed], widths[changed], options.date_order, main.order if main else None)
        if order is None:
            continue
        if shape == shapes.main:
            main = order
            _tell(order, scan, columns, int((shapes.shape == shape).argmax()), out)
        days = dates.days(fields, order.order)
        other = dates.days(fields, order.order.translate(str.maketrans("dm", "md")))
        midnight = np.where(days == NO_DAY, other, days)
        midnight = np.where(midnight == NO_DAY, NO_DAY, midnight * DAY)[lead]
        np.add(midnight, second[rows], out=midnight, where=midnight != NO_DAY)
        when[rows] = midnight
    return when


def _in_place(odd: np.ndarray, regular: np.ndarray, when: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Which odd lines begin a message: those that stand in time between the regular ones around them.

    Those of quite another shape must also stand at the beginning or end of the file, or be many in a row.
    """
    if not odd.any():
        return odd
    index, n = np.arange(len(when)), len(when)
    before = np.maximum.accumulate(np.where(regular, index, -1))
    after = np.minimum.accumulate(np.where(regular, index, n)[::-1])[::-1]
    earliest = np.where(before < 0, NO_DAY, when[before] - HOUR)
    latest = np.where(after >= n, _LATEST, when[np.minimum(after, n - 1)] + HOUR)
    in_time = (earliest <= when) & (when <= latest)
    at_an_end = (before < 0) | (after >= n)
    in_a_row = np.bincount(before[odd] + 1, minlength=n + 1)[before + 1] >= _RUN
    begins: np.ndarray = odd & ((in_time & (near | at_an_end | in_a_row)) | (at_an_end & in_a_row))
    return begins


def _excerpts(when: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Stretches of the file's own shape whose time drops by more than a day and comes back within a few lines."""
    times = when if keep.all() else when[keep]
    out = np.zeros(len(when), bool)
    starts = np.flatnonzero(times[1:] < times[:-1] - DAY) + 1
    if not len(starts):
        return out
    rows = np.flatnonzero(keep)
    for start in starts.tolist():
        if out[rows[start]] or (start > 1 and times[start] >= times[start - 2] - DAY):
            continue  # already in one; or it is the line before that is odd, dated too late
        ahead = times[start : start + _EXCERPT]
        back = np.flatnonzero(ahead >= times[start - 1] - HOUR)
        if len(back) and (ahead[: back[0]] < times[start - 1] - DAY).all():
            out[rows[start : start + int(back[0])]] = True
    few = len(rows) >= _SHORT and out.sum() <= max(5, _EXCERPTS * len(rows))
    return out if few else np.zeros(len(when), bool)


def _tell(order: Order, scan: Scan, columns: dict[str, np.ndarray], first: int, out: Out) -> None:
    """Note the facts of the main shape, and what is doubtful about it."""
    lead = scan.leads[columns["lead"][first]]
    sep = headers.read_sep(list(scan.seps)[columns["sep"][first]])
    variant = "ios" if lead and lead.bracket else "android" if sep == "-" else "old"
    out.fact(variant=variant, date_order=order.order, date_order_confidence=order.confidence)
    line = int(columns["line"][first])
    if order.rule == "default":
        reason = f"nothing tells day and month apart; they are read as {order.order} (the option date_order changes it)"
        out.issue(line, reason)
    halves = zip(scan.clock_texts(), scan.clocks.half, strict=True)
    unknown = next((text for text, half in halves if HALVES[half] == "unknown"), None)
    if unknown:
        out.issue(line, "a word beside the time is not known; the time is read as it stands", unknown)
