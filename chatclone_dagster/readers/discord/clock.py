"""When messages were sent: as the export writes it, checked against their ids, which hold a time as well."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from chatclone_dagster.readers.contract import Out
from chatclone_dagster.readers.discord import snowflake
from chatclone_dagster.readers.times.moments import read_times

_SANE = (datetime(1990, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 (columns of times have no zone)
_UNREAD = "{} times cannot be read; the times of the messages' ids are taken"
_OTHER = "{} messages have an id that tells another time than the one written, which is kept"


class Clock:
    """Turns the written times of a file into times, frame by frame."""

    def __init__(self, out: Out, *, is_utc: bool = False) -> None:
        """`is_utc`: what has no offset is UTC; otherwise it is some computer's time, and the id's is taken instead."""
        self._out, self._is_utc = out, is_utc
        self._doubts: dict[str, tuple[int, int]] = {}

    def settle(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`written` and `platform_id` (strings) become `sent_local` and `tz_known`; a message without any time becomes an issue."""
        times = read_times(frame["written"]).with_columns(
            sent_local=pl.when(pl.col("sent_local").is_between(*_SANE)).then("sent_local")
        )
        frame = frame.hstack(times).with_columns(
            tz_known=pl.col("tz_known") | self._is_utc, told=snowflake.times(pl.col("platform_id"))
        )
        lost = pl.col("sent_local").is_null() & pl.col("told").is_null()
        for position, written in frame.filter(lost).select("position", "written").iter_rows():
            self._out.issue(position, "a message without a readable time", written or "", is_row=True)
        self._note(_UNREAD, frame.filter(pl.col("sent_local").is_null() & ~lost))
        self._note(_OTHER, frame.filter(pl.col("tz_known") & snowflake.disagree(pl.col("sent_local"), pl.col("told"))))
        better = pl.col("told").is_not_null() & (pl.col("sent_local").is_null() | ~pl.col("tz_known"))
        known = frame.filter(~lost).with_columns(
            sent_local=pl.when(better).then("told").otherwise("sent_local"), tz_known=pl.col("tz_known") | better
        )
        return known.drop("written", "told")

    def _note(self, reason: str, rows: pl.DataFrame) -> None:
        if rows.height:
            first, count = self._doubts.get(reason, (rows["position"][0], 0))
            self._doubts[reason] = (first, count + rows.height)

    def tell(self) -> None:
        """Report what was doubtful, once for the whole file."""
        for reason, (position, count) in self._doubts.items():
            self._out.issue(position, reason.format(count))
