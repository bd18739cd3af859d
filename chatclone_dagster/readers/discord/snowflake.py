"""Discord's ids hold the time they were given out: milliseconds since 2015 above the lowest 22 bits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_FIRST, _LAST = 10**16, 2**63 - 1  # smaller numbers are of before Discord began, and of made-up exports
_SLACK = timedelta(seconds=2)  # the package cuts its times off at the second


def time_of(snowflake: int) -> datetime:
    """When an id was given out (UTC)."""
    return _EPOCH + timedelta(milliseconds=snowflake >> 22)


def moment_of(key: str) -> datetime | None:
    """When an id was given out, UTC without zone; None for what is no id of Discord's."""
    is_id = key.isascii() and key.isdecimal() and len(key) < 20 and _FIRST <= int(key) <= _LAST
    return time_of(int(key)).replace(tzinfo=None) if is_id else None


def times(ids: pl.Expr) -> pl.Expr:
    """When ids (as strings) were given out, UTC without zone; null for what is no id of Discord's."""
    number = ids.cast(pl.Int64, strict=False)
    moment = (number // (1 << 22) * 1000).cast(pl.Duration("us")) + pl.lit(_EPOCH.replace(tzinfo=None))
    return pl.when(number.is_between(_FIRST, _LAST)).then(moment)


def disagree(sent: pl.Expr, told: pl.Expr) -> pl.Expr:
    """Whether a time is another than the one the message's id tells."""
    return ((sent - told).abs() > _SLACK).fill_null(value=False)
