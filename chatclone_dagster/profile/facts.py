"""What the marts know of one person, gathered for people to read: `chatclone stats` and the page both show this."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from chatclone_dagster import warehouse
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.profile import questions
from chatclone_dagster.profile.enough import Verdict, judge
from chatclone_dagster.settings import SETTINGS_FILE

Row = dict[str, Any]


class UnknownPersonError(UserError):
    """Nobody of that name wrote anything, or there is no history to look into; the message says who there is."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's facts; lists of rows have the columns of the mart they are named after (see dbt_like_sql/models/marts)."""

    person: Row  # of people
    verdict: Verdict
    zone: str
    months: list[Row]  # month, messages: every month from the first to the last
    week: list[list[int]]  # messages by weekday (from Monday) and hour
    habits: Row  # of texting_habits, null where they wrote no texts
    others: Row  # the same of everyone else together, weighed by their texts; empty where there is nobody
    lengths: list[Row]  # characters_from, share, others_share
    bursts: list[Row]  # bubbles, share, others_share
    replies: list[Row]  # of reply_times, whom they answer most first
    emoji: list[Row]
    catchphrases: list[Row]
    firsts: list[Row]  # of who_texts_first, chats of two, the busiest first
    languages: list[Row]  # the one they write most first
    sentiment: list[Row]
    records: Row  # busiest_day, streak, silence, longest_text, longest_burst; each null or a row


def gather(home: Home, sender_id: str) -> Profile:
    """The facts of a person who wrote something; `find` gives ids for names."""
    with _asking(home, sender_id) as ask:
        (person,) = ask.rows("from people where sender_id = $who")
        return Profile(
            person=person,
            verdict=judge(
                person["sender_name"], ask.row("from replies_to_learn where sender_id = $who"), home.settings.dataset
            ),
            zone=home.settings.time.zone,
            months=ask.rows(questions.MONTHS),
            week=week_of(ask.rows("select weekday, hour, messages from hours_of_week where sender_id = $who")),
            habits=ask.row("from texting_habits where sender_id = $who") or {},
            others=ask.row(questions.OTHERS) or {},
            lengths=ask.rows(questions.LENGTHS),
            bursts=ask.rows(questions.BURSTS),
            replies=ask.rows(
                "from reply_times where sender_id = $who order by replies desc, counterpart_name limit 10"
            ),
            emoji=ask.rows("from emoji where sender_id = $who order by place limit 12"),
            catchphrases=ask.rows(questions.CATCHPHRASES),
            firsts=ask.rows(questions.FIRSTS),
            languages=ask.rows("from languages where sender_id = $who order by texts desc, language"),
            sentiment=ask.rows("from sentiment where sender_id = $who order by month"),
            records={name: ask.row(sql) for name, sql in questions.RECORDS.items()},
        )


def find(home: Home, name: str | None = None) -> str:
    """The id of the person of that name, or whose name alone begins so; the owner's if no name is given.

    Raises:
        UnknownPersonError: there is no history yet, or nobody of that name wrote in it.
    """
    if not home.table("people").exists():
        raise UnknownPersonError(
            f"there is no history in {home.root} yet; drop exports into {home.exports} and run again"
        )
    with _asking(home) as ask:
        people = ask.rows("from people order by messages desc, sender_id")
    if name is None:
        if own := [person for person in people if person["is_owner"]]:
            return str(own[0]["sender_id"])
        raise UnknownPersonError(
            f"{SETTINGS_FILE}: me.name: '{home.settings.me.name}' wrote nothing here; write your name as the exports have "
            f'it, or say --person "NAME": {_listed(people)}'
        )
    wanted = name.casefold().strip()
    whole = [person for person in people if person["sender_name"].casefold() == wanted]
    begun = [person for person in people if person["sender_name"].casefold().startswith(wanted)]
    if whole or len(begun) == 1:
        return str((whole or begun)[0]["sender_id"])
    close = difflib.get_close_matches(wanted, [p["sender_name"].casefold() for p in people], n=5, cutoff=0.4)
    likely = begun or [person for person in people if person["sender_name"].casefold() in close] or people
    which = f"several are called '{name}'" if begun else f"nobody called '{name}' wrote anything here"
    raise UnknownPersonError(f"--person: {which}; there are {_listed(likely)}")


def week_of(rows: list[Row]) -> list[list[int]]:
    """Messages by weekday (from Monday) and hour, out of rows of hours_of_week; those of several people are summed."""
    grid = [[0] * 24 for _ in range(7)]
    for row in rows:
        grid[row["weekday"] - 1][row["hour"]] += row["messages"]
    return grid


def _listed(people: list[Row], most: int = 5) -> str:
    more = f" and {len(people) - most} more" if len(people) > most else ""
    return ", ".join(person["sender_name"] for person in people[:most]) + more


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks the lake about one person: `$who` in the SQL is their id."""

    con: duckdb.DuckDBPyConnection
    who: str

    def rows(self, sql: str) -> list[Row]:
        self.con.execute(sql, {"who": self.who} if "$who" in sql else None)
        names = [column[0] for column in self.con.description or []]
        return [dict(zip(names, row, strict=True)) for row in self.con.fetchall()]

    def row(self, sql: str) -> Row | None:
        return next(iter(self.rows(sql)), None)


@contextmanager
def _asking(home: Home, who: str = "") -> Iterator[_Asker]:
    with warehouse.connected(home) as con:
        con.execute("set TimeZone = ?", [home.settings.time.zone])
        yield _Asker(con, who)
