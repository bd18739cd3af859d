"""A column of times, however written, as UTC or as local time: ISO 8601, a pattern, seconds or milliseconds since 1970."""

from __future__ import annotations

import polars as pl

_ISO = (
    r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*(?:(Z|z|UTC|GMT)|([+-])(\d{2}):?(\d{2})?)?\s*$"
)
_MILLISECONDS = 1e11  # as seconds this is the year 5138, as milliseconds 1973
_LOCAL = pl.Datetime("us")


def read_times(values: pl.Series, pattern: str | None = None) -> pl.DataFrame:
    """Two columns: `sent_local` (null where a value cannot be read) and `tz_known` (whether it is UTC).

    `pattern` is a strptime pattern for times that are not ISO 8601; with `%z` in it, times become UTC.
    """
    dtype = values.dtype
    if isinstance(dtype, pl.Datetime):
        local = values.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if dtype.time_zone else values
        return _frame(local.cast(_LOCAL), pl.Series([dtype.time_zone is not None] * len(values), dtype=pl.Boolean))
    if dtype == pl.Date:
        return _frame(values.cast(_LOCAL), pl.Series([False] * len(values), dtype=pl.Boolean))
    if dtype.is_numeric():
        return _epoch(values.cast(pl.Float64))
    text = values.cast(pl.String)
    if pattern is not None:
        return _by_pattern(text, pattern)
    numbers = text.str.strip_chars().cast(pl.Float64, strict=False)
    if len(text) and numbers.null_count() < len(text):
        numeric, iso = _epoch(numbers), _iso(text)
        is_number = numbers.is_not_null()
        return pl.DataFrame({name: numeric[name].zip_with(is_number, iso[name]) for name in numeric.columns})
    return _iso(text)


def _frame(local: pl.Series, known: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"sent_local": local, "tz_known": known})


def _epoch(numbers: pl.Series) -> pl.DataFrame:
    """Seconds, or milliseconds where the number is too large for seconds; always UTC."""
    value = pl.col("n")
    seconds = pl.when(value.abs() >= _MILLISECONDS).then(value / 1e3).otherwise(value)
    sane = seconds.is_between(0, 4_102_444_800)
    local = pl.when(sane).then((seconds * 1e6).round().cast(pl.Int64, strict=False)).cast(_LOCAL)
    return pl.DataFrame({"n": numbers}).select(sent_local=local, tz_known=pl.lit(value=True))


def _by_pattern(text: pl.Series, pattern: str) -> pl.DataFrame:
    zoned = "%z" in pattern or "%#z" in pattern
    parsed = text.str.strip_chars().str.strptime(pl.Datetime("us", "UTC") if zoned else _LOCAL, pattern, strict=False)
    local = parsed.dt.replace_time_zone(None) if zoned else parsed
    return _frame(local, pl.Series([zoned] * len(text), dtype=pl.Boolean))


def _iso(text: pl.Series) -> pl.DataFrame:
    """ISO 8601 with `T` or a blank, with or without seconds, fraction and zone; a day alone is its midnight."""
    parts = text.str.extract_groups(_ISO).struct.unnest()
    day, clock, second, fraction, utc, sign, hours, minutes = (pl.col(str(n)) for n in range(1, 9))
    written = pl.concat_str(day, pl.lit(" "), clock.fill_null("00:00"), pl.lit(":"), second.fill_null("00"))
    local = written.str.strptime(_LOCAL, "%Y-%m-%d %H:%M:%S", strict=False)
    micros = pl.concat_str(fraction.fill_null("0"), pl.lit("00000")).str.head(6).cast(pl.Int64)
    ahead = hours.cast(pl.Int64) * 60 + minutes.fill_null("00").cast(pl.Int64)
    ahead = pl.when(sign == "-").then(-ahead).otherwise(ahead).fill_null(0)
    return parts.select(
        sent_local=local + pl.duration(microseconds=micros) - pl.duration(minutes=ahead),
        tz_known=utc.is_not_null() | sign.is_not_null(),
    )
