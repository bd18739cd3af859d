"""Senders as tests write them down, and who of them is one person."""

from __future__ import annotations

from typing import Any

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.home import Home
from chatclone_dagster.messages.people import People, people_of
from chatclone_dagster.messages.who import who_sent
from tests.rows import raw_rows

ME = {"who": "Ann", "text": "hello from me"}


def persons(found: pl.DataFrame) -> set[frozenset[str]]:
    """Who is one person, each sender as `source:key`."""
    of = found.group_by("sender_id").agg(pl.concat_str("source", pl.coalesce("sender_key", "chat"), separator=":"))
    return {frozenset(row) for row in of["source"]}


def row(source: str, key: str, name: str | None = None, **more: Any) -> pl.DataFrame:
    """One raw row of somebody in an export of `source`."""
    return raw_rows({"sender_key": key, "sender_name": name or key, "text": "x", **more}, source=source)


def address_book(*cards: dict[str, Any]) -> pl.DataFrame:
    """Rows of tables.CONTACTS; each card may name any column."""
    plain: dict[str, Any] = {"nicknames": [], "phones": [], "emails": []}
    made = [{**plain, "file": "book.vcf", "position": line, **card} for line, card in enumerate(cards, start=1)]
    return pl.DataFrame(made, schema=tables.CONTACTS.schema)


def people(home: Home, rows: pl.DataFrame, *cards: dict[str, Any]) -> People:
    """Everyone who wrote, as the home's settings and these cards tell."""
    contacts = address_book(*cards)
    return people_of(who_sent(rows, home.settings, contacts, owner_needed=False), contacts, home)
