"""Which day a line is of. Most logs give a clock at every line, and the day once: above, at midnight, or in the file's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chatclone_dagster.readers.contract import DateOrder, ExportFile, UnreadableError
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.irc.dates import date_of_file, find_clock, find_date, year_of_file
from chatclone_dagster.readers.irc.lines import plain
from chatclone_dagster.readers.irc.stamps import Stamp, midnight, read_stamp

NO_DATE = (
    "the log has times but no date; put the day into the file's name, such as #channel_2004-12-25.log, or into a line"
    " `--- Log opened Sat Dec 25 00:00:00 2004` above it"
)
StampIn = Callable[[str], re.Match[str] | None]
"""Finds the time at the start of a line."""
CONVERSATION = (
    "(?:Conversation (?:with|avec)|Unterhaltung mit|Gespräch mit|Conversación con|Conversazione con|Conversa com|Gesprek met"
    "|Rozmowa z|Konversation med|Samtale med|Беседа с|Разговор с) "
)
"""How Pidgin heads a log."""
_OPENS = re.compile(rf"--- |\*{{4}} |Session |IRC log |Start of |{CONVERSATION}")
_OPENS_BEHIND_TIME = re.compile("--- ")
_ENDS_DAY = re.compile(r"--- (?!Log opened)|Session Time")
_BACK = 3600  # seconds; a clock set back for winter is no new day
_HALF = 43_200  # seconds
_NOON = 12
_SEASON = 60  # days; whoever comes back from December to January is in the next year
_LONGEST_HEADER = 300  # characters


def day_in(line: str, order: DateOrder | None, *, timed: bool = False) -> date | None:
    """The day that a line between messages gives: `--- Day changed Thu Dec 13 2018`; None for any other line.

    `timed`: it stands behind a time, as eggdrop's do at midnight.
    """
    opens = _OPENS_BEHIND_TIME if timed else _OPENS
    return find_date(line, order) if len(line) < _LONGEST_HEADER and opens.match(line) else None


@dataclass
class Calendar:
    """The day in hand, and the last clock in seconds; `twelve`: that runs to 12 twice a day without saying which half it is in."""

    day: date | None
    order: DateOrder | None = None
    twelve: bool = False
    last: int | None = None
    _half: int = 0

    def open(self, line: str, day: date) -> None:
        """A line that gives a day was met."""
        self.day, self.last, self._half = day, find_clock(line), 0

    def moment(self, stamp: Stamp) -> datetime:
        """When a line was written. Times that go back are of the next day, a month and day that do of the next year.

        Raises:
            ValueError, OverflowError: there is no such day, or it is not known.
        """
        day = stamp.day or self.day
        if day is None:
            raise ValueError("no day")
        seconds = stamp.seconds % _HALF if self.twelve else stamp.seconds
        if stamp.month_day is not None:
            day = _following(day, *stamp.month_day)
        elif stamp.day is None and self.last is not None and seconds < self.last - _BACK:
            self._half = _HALF - self._half if self.twelve else 0
            day = day if self._half else day + timedelta(days=1)
        moment = midnight(day) + timedelta(seconds=seconds + self._half, minutes=-(stamp.offset or 0))
        self.day, self.last = day, seconds
        return moment

    def again(self) -> datetime | None:
        """The time of the line before, for one that has none."""
        return midnight(self.day) + timedelta(seconds=self._half + (self.last or 0)) if self.day else None


def _following(day: date, month: int, day_of_month: int) -> date:
    """The day of this month and number in the year of `day`, or in the next one if that is much earlier."""
    is_past = (date(2000, day.month, day.day) - date(2000, month, day_of_month)).days > _SEASON
    return date(day.year + is_past, month, day_of_month)


def calendar_of(file: ExportFile, stamp_in: StampIn, order: DateOrder | None) -> Calendar:
    """The calendar at the start of a file: it is read as far as the first line that gives a day.

    Raises:
        UnreadableError: nothing says which day it is.
    """
    named = date_of_file(file.name, order)
    clock = _Clock()
    for line in map(plain, text.lines(file)):
        found = stamp_in(line)
        rest = line[found.end() :] if found else line
        if (day := day_in(rest, order, timed=found is not None)) is not None:
            before = clock.midnights + (clock.last is not None and _ENDS_DAY.match(rest) is not None)
            return Calendar(named or day - timedelta(days=before), order)
        stamp = read_stamp(found, order, named) if found else None
        if stamp and stamp.day:
            return Calendar(named, order)
        if stamp:
            clock.take(stamp)
    year = year_of_file(file.name)
    day = named or (date(year, 1, 1) if clock.has_months and year else None)
    if day is None:
        raise UnreadableError(NO_DATE)
    twelve = clock.goes_round and clock.latest <= _NOON
    return Calendar(day, order, twelve, last=(clock.first or 0) % _HALF if twelve else clock.first)


@dataclass
class _Clock:
    """What the clocks of a log show: how often they pass midnight, the latest hour, whether one comes after twelve."""

    first: int | None = None
    last: int | None = None
    midnights: int = 0
    latest: int = 0
    goes_round: bool = False
    has_months: bool = False

    def take(self, stamp: Stamp) -> None:
        """Look at one more line's."""
        hour = stamp.seconds // 3600
        if self.last is not None and stamp.seconds < self.last - _BACK:
            self.midnights += 1
            self.goes_round = self.goes_round or (self.last // 3600 in (_NOON - 1, _NOON) and hour in (0, 1))
        self.has_months = self.has_months or stamp.month_day is not None
        self.first = stamp.seconds if self.first is None else self.first
        self.last, self.latest = stamp.seconds, max(self.latest, hour)
