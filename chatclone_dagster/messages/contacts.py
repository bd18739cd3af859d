"""Address books: the people of `.vcf` files (vCard 2.1, 3.0 and 4.0), with their numbers, e-mail addresses and nicknames."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl
import vobject

from chatclone_dagster import tables
from chatclone_dagster.home import Home
from chatclone_dagster.phones import email_of, phone_of, regions_in_use
from chatclone_dagster.readers.contract import ExportFile, UnreadableError, redact
from chatclone_dagster.readers.files import archive
from chatclone_dagster.readers.files.text import lines
from chatclone_dagster.readers.forgotten import Forgetting
from chatclone_dagster.readers.survey import ADDRESS_BOOK, named_address_books

SOURCE = "contacts"
"""The source under which issues of address books are reported."""

# Pictures are most of an address book and say nothing here; vobject takes ten times as long with them.
_WANTED = re.compile(r"(?i)(?:[\w-]+\.)?(?:VERSION|N|FN|NICKNAME|ORG|TEL|EMAIL)\b")
_SOFT_BREAKS = re.compile(r"(?i)[^:]*\bQUOTED-PRINTABLE\b[^:]*:")
_COMMA = re.compile(r"(?<!\\),")  # of several values vobject would give the first, and of `Weber, Anna` the surname
_SEPARATORS = re.compile(r"[,;]")
_AROUND_NUMBER = re.compile(r"(?i)^tel:|;.*$")

logging.getLogger("vobject").setLevel(logging.CRITICAL)  # it prints the lines that it does not understand


class _BrokenError(Exception):
    """A card that cannot be read; the message says why, `excerpt` holds what is to be masked and shown."""

    def __init__(self, reason: str, excerpt: str = "") -> None:
        super().__init__(reason)
        self.excerpt = excerpt


def read(home: Home, exports: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read every address book that `exports` (tables.EXPORTS) lists.

    Returns the contacts (tables.CONTACTS) but for the forgotten, and the cards that could not be read (tables.PARSE_ISSUES).
    """
    books = dict(exports.filter(pl.col("reason") == ADDRESS_BOOK).select("file", "export_id").iter_rows())
    files = (*archive.files(home.exports, home.exports), *named_address_books(home)) if books else ()
    contacts: list[dict[str, Any]] = []
    broken: list[tuple[Any, ...]] = []
    for file in files:
        if isinstance(file, ExportFile) and file.name in books:
            book = (SOURCE, books[file.name], file.name)
            contacts += _contacts(file, regions_in_use(home.settings), book, broken)
    forgetting = Forgetting.of(home)
    found = pl.DataFrame([card for card in contacts if not _is_forgotten(card, forgetting)], tables.CONTACTS.schema)
    return found, pl.DataFrame(broken, schema=tables.PARSE_ISSUES.schema, orient="row")


def _is_forgotten(card: dict[str, Any], forgetting: Forgetting) -> bool:
    called = (card["name"], *card["nicknames"], *card["phones"], *card["emails"])
    return bool(forgetting.hashes) and any(map(forgetting.is_named, called))


def known(home: Home) -> pl.DataFrame:
    """The contacts as last read into the home's lake (tables.CONTACTS); none before the first run."""
    return _kept(home, "contacts", tables.CONTACTS)


def issues(home: Home) -> pl.DataFrame:
    """The cards that could not be read then (tables.PARSE_ISSUES)."""
    return _kept(home, "contacts_issues", tables.PARSE_ISSUES)


def _kept(home: Home, name: str, table: tables.Table) -> pl.DataFrame:
    path = home.table(name)
    return pl.read_parquet(path) if path.is_file() else table.empty()


def known_names(home: Home) -> list[str]:
    """Every name, nickname and phone number in the address books, for whoever looks for them in texts."""
    found = known(home)
    return sorted({*found["name"], *found["nicknames"].explode().drop_nulls(), *found["phones"].explode().drop_nulls()})


def _contacts(
    file: ExportFile, regions: tuple[str, ...], book: tuple[str, str, str], broken: list[tuple[Any, ...]]
) -> Iterator[dict[str, Any]]:
    """The people of one address book; cards that cannot be read go to `broken`."""
    found = False
    try:
        for line, card in _cards(lines(file, fallback="cp1252")):
            found = True
            try:
                yield {"file": file.name, "position": line, **_contact(card, regions)}
            except _BrokenError as error:
                broken.append((*book, line, f"{error}; the card is skipped", redact(error.excerpt), False))
    except (OSError, UnreadableError) as error:
        broken.append((*book, 0, f"it cannot be read to its end: {type(error).__name__}", "", False))
    else:
        if not found:
            broken.append((*book, 0, "no contact is in it", "", False))


def _cards(written: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The cards of a file: the line where each begins (from 1), and its lines that are of use here."""
    card: list[str] | None = None
    begun, keep, soft = 0, False, False
    for number, line in enumerate(written, start=1):
        mark = line.strip().upper().replace(" ", "")
        if mark == "BEGIN:VCARD":
            if card is not None:
                yield begun, card
            card, begun, keep, soft = [line.strip()], number, False, False
        elif card is not None and mark == "END:VCARD":
            yield begun, [*card, line.strip()]
            card = None
        elif card is not None:
            goes_on = soft or line[:1] in (" ", "\t")
            if not goes_on:
                keep = _WANTED.match(line) is not None
            soft = line.endswith("=") and (soft or _SOFT_BREAKS.match(line) is not None)
            if keep:
                card.append(_COMMA.sub(r"\,", line))
    if card is not None:
        yield begun, card


def _contact(card: list[str], regions: tuple[str, ...]) -> dict[str, Any]:
    """A card as columns of tables.CONTACTS, but for file and position."""
    if not card[-1].upper().startswith("END"):
        raise _BrokenError("a card that does not end")
    try:
        read_card = vobject.readOne("\r\n".join(card) + "\r\n", allowQP=True)
    except Exception as error:  # vobject raises what its parts raise, from binascii.Error to AttributeError
        line = getattr(error, "lineNumber", None)
        excerpt = card[line - 1] if isinstance(line, int) and 0 < line <= len(card) else ""
        raise _BrokenError(f"a card with a line that is no vCard ({type(error).__name__})", excerpt) from None
    fields = {name: [_text(line.value) for line in found] for name, found in read_card.contents.items()}
    nicknames = [part.strip() for line in fields.get("nickname", ()) for part in _SEPARATORS.split(line)]
    called = [*fields.get("fn", ()), *fields.get("n", ()), *nicknames, *fields.get("org", ())]
    name = next(filter(None, called), None)
    if name is None:
        raise _BrokenError("a card without a name")
    phones = [phone_of(_AROUND_NUMBER.sub("", line), regions) for line in fields.get("tel", ())]
    emails = [email_of(line) for line in fields.get("email", ())]
    return {
        "name": name,
        "nicknames": sorted({nickname for nickname in nicknames if nickname} - {name}),
        "phones": sorted({phone for phone in phones if phone}),
        "emails": sorted({email for email in emails if email}),
    }


def _text(value: object) -> str:
    """A field as people write it: one line, of a structured name the given name first."""
    if isinstance(value, vobject.vcard.Name):
        value = f"{_text(value.given)} {_text(value.additional)} {_text(value.family)}"
    elif isinstance(value, list):
        value = " ".join(map(str, value))
    return " ".join(str(value).split())
