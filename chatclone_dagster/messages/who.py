"""Who sent every raw row: by what the settings, the exports and the address book say, and by the copies of messages."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from chatclone_dagster.messages.duplicates import mark_copies
from chatclone_dagster.messages.identity import identities, with_people
from chatclone_dagster.messages.merging import Link
from chatclone_dagster.messages.one_person import WHO, kept_apart, one_name_each, told_by_copies, with_owner_of_home
from chatclone_dagster.messages.same_messages import links
from chatclone_dagster.phones import regions_in_use
from chatclone_dagster.settings import Settings


@dataclass(frozen=True, slots=True)
class Who:
    """For every raw row which message it is (`marks`, see duplicates.mark_copies) and who sent it (`senders`).

    `senders` has `sender_id`, `sender_name` and `is_owner`; `identities` is tables.IDENTITIES; `rows` are the raw rows, with
    `from_owner` as it is in this home.
    """

    rows: pl.DataFrame
    marks: pl.DataFrame
    senders: pl.DataFrame
    identities: pl.DataFrame


def who_sent(
    rows: pl.DataFrame, settings: Settings, contacts: pl.DataFrame | None = None, *, owner_needed: bool = True
) -> Who:
    """Tell of raw rows (tables.RAW_ROWS) who sent them; `contacts` (tables.CONTACTS) are the cards of address books.

    Whose phone is the owner's, and who goes by which name on each, is asked of who they are without what the copies tell.

    Raises:
        OwnerUnknownError: no row is the owner's, and one is needed.
    """
    marks, told = mark_copies(rows), links(rows, regions_in_use(settings))
    more: list[Link] = []

    def known() -> tuple[pl.DataFrame, pl.DataFrame]:
        people = identities(rows, settings, contacts, [*told, *more])
        return people, with_people(rows, people, settings, owner_needed=owner_needed).select(WHO)

    people, senders = known()
    if marks["person"].is_not_null().any():
        as_told, rows = rows, with_owner_of_home(rows, marks, senders, settings)
        if rows is not as_told:
            people, senders = known()
        cards = [] if contacts is None else contacts["name"].to_list()
        more = told_by_copies(rows, marks, senders, cards, settings)
        if more:
            people, senders = known()
    apart = kept_apart(more, people, settings)
    return Who(rows, marks, one_name_each(senders, marks, rows, settings, apart), people)
