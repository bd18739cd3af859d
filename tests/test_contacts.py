"""Address books: cards of three versions, broken ones, and which `.vcf` is the owner's."""

from __future__ import annotations

import logging
import zipfile
from pathlib import Path

import polars as pl
import pytest

from chatclone_dagster import lake, tables
from chatclone_dagster.home import Home
from chatclone_dagster.messages import contacts
from chatclone_dagster.phones import email_of, phone_of, regions_of
from chatclone_dagster.readers import survey
from chatclone_dagster.readers.collect import collect

OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg =\r\nM=C3=BCller\r\nTEL;CELL:0170 5550123\r\n"
    "TEL;HOME;PREF:+49 30 5550 1234\r\nPHOTO;ENCODING=BASE64;JPEG:AAAABBBB\r\n CCCC\r\n\r\nEND:VCARD\r\n"
)
NEW = (
    "BEGIN:VCARD\nVERSION:3.0\nN:Weber;Anna;;;\nFN:Anna Weber\nNICKNAME:Anni,Ännchen\nitem1.TEL;type=CELL:+49 171 5550\n"
    " 199\nEMAIL;type=INTERNET:Anna@Example.org\nNOTE:folded\n  over lines\nEND:VCARD\n"
    'BEGIN:VCARD\nVERSION:4.0\nFN:Bo Lund\nTEL;VALUE=uri;TYPE="voice,home":tel:+1-202-555-0143;ext=5\nEND:VCARD\n'
)


def read(home: Home) -> tuple[pl.DataFrame, list[tuple[str, int, str]]]:
    found, issues = contacts.read(home, survey.exports(home))
    assert found.schema == tables.CONTACTS.schema
    assert issues.schema == tables.PARSE_ISSUES.schema
    return found, issues.select("file", "position", "reason").rows()


def test_cards_of_all_versions(berlin: Home) -> None:
    (berlin.exports / "phone.vcf").write_bytes(OLD.encode())
    (berlin.exports / "Contacts").mkdir()
    (berlin.exports / "Contacts" / "cloud.vcf").write_text(NEW)
    found, issues = read(berlin)
    assert not issues
    assert found.select("file", "position", "name", "nicknames", "phones", "emails").rows() == [
        ("Contacts/cloud.vcf", 1, "Anna Weber", ["Anni", "Ännchen"], ["+491715550199"], ["anna@example.org"]),
        ("Contacts/cloud.vcf", 12, "Bo Lund", [], ["+12025550143"], []),
        ("phone.vcf", 1, "Jörg Müller", [], ["+491705550123", "+493055501234"], []),
    ]


def test_a_broken_card_is_reported_and_the_others_are_read(berlin: Home, caplog: pytest.LogCaptureFixture) -> None:
    cards = [
        "BEGIN:VCARD\nVERSION:3.0\nFN:Cy\nBEGIN:VCARD\nVERSION:3.0\nFN:Dee\nTEL:+1 202 555 0143\nEND:VCARD",
        "BEGIN:VCARD\nVERSION:3.0\nFN secret words without a colon\nEND:VCARD",
        "BEGIN:VCARD\nVERSION:3.0\nTEL:+1 202 555 0144\nEND:VCARD",
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=no-such;ENCODING=QUOTED-PRINTABLE:=C3\nEND:VCARD",
        "BEGIN:VCARD\nVERSION:3.0\nFN:Eve\nEND:VCARD",
    ]
    (berlin.exports / "book.vcf").write_text("\n".join(cards))
    (berlin.exports / "empty.vcf").write_text("nothing\n")
    with caplog.at_level(logging.DEBUG):
        found, issues = read(berlin)
    assert found["name"].to_list() == ["Dee", "Eve"]
    assert [(file, line, reason.split(" (")[0]) for file, line, reason in issues] == [
        ("book.vcf", 1, "a card that does not end; the card is skipped"),
        ("book.vcf", 9, "a card with a line that is no vCard"),
        ("book.vcf", 13, "a card without a name; the card is skipped"),
        ("book.vcf", 17, "a card with a line that is no vCard"),
        ("empty.vcf", 0, "no contact is in it"),
    ]
    assert "secret" not in caplog.text + str(contacts.read(berlin, survey.exports(berlin))[1].rows())


def test_which_card_is_the_owners(berlin: Home, tmp_path: Path) -> None:
    """A card that somebody sent in a chat may call other people by the names of the owner's friends."""
    chat = berlin.exports / "WhatsApp Chat - Bo"
    chat.mkdir()
    (chat / "00000012-Mum.vcf").write_text(NEW)
    with zipfile.ZipFile(berlin.exports / "takeout.zip", "w") as archive:
        archive.writestr("Takeout/Kontakte/Alle Kontakte/Alle Kontakte.vcf", NEW.replace("Anna Weber", "Anna"))
        archive.writestr("Takeout/Chat/Mum.vcf", NEW + "\n")
    outside = tmp_path / "elsewhere.vcf"
    outside.write_text(OLD)
    berlin.change(identity__contacts=[str(outside), "none.vcf"])
    listed = dict(survey.exports(berlin).select("file", "reason").iter_rows())
    assert listed == {
        "WhatsApp Chat - Bo/00000012-Mum.vcf": "media",
        "takeout.zip!Takeout/Chat/Mum.vcf": "media",
        "takeout.zip!Takeout/Kontakte/Alle Kontakte/Alle Kontakte.vcf": survey.ADDRESS_BOOK,
        str(outside): survey.ADDRESS_BOOK,
        str(berlin.root / "none.vcf"): "identity.contacts of chatclone.toml: there is no such file",
    }
    found, issues = read(berlin)
    assert found["name"].to_list() == ["Anna", "Bo Lund", "Jörg Müller"]
    assert not issues


def test_an_address_book_given_by_name_is_copied_and_one_in_a_folder_is_named(berlin: Home, tmp_path: Path) -> None:
    folder = tmp_path / "Downloads"
    (folder / "Contacts").mkdir(parents=True)
    for name in ("mine.vcf", "Contacts/all.vcf"):
        (folder / name).write_text(NEW + name)
    done = collect(berlin, [folder])
    assert [path.relative_to(berlin.exports).as_posix() for path in done.copied] == ["Downloads/Contacts/all.vcf"]
    assert done.left == [("mine.vcf", "an address book, if it is yours; to have it read, name it by itself")]
    collect(berlin, [folder / "mine.vcf"])
    assert read(berlin)[0].height == 4


def test_known_names_are_those_of_the_last_run(berlin: Home) -> None:
    assert contacts.known_names(berlin) == []
    (berlin.exports / "book.vcf").write_text(NEW)
    lake.write(tables.CONTACTS, read(berlin)[0], berlin.table("contacts"))
    numbers = ["+12025550143", "+491715550199"]
    assert contacts.known_names(berlin) == [*numbers, "Anna Weber", "Anni", "Bo Lund", "Ännchen"]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+49 170 5550123", "+491705550123"),
        ("\u202a+49\u00a0170\u00a05550123\u202c", "+491705550123"),
        ("0170/555 01-23", "+491705550123"),
        ("0049 170 5550123", "+491705550123"),
        ("170 5550123", "+491705550123"),
        ("Anna +49 170 5550123", None),
        ("12345", None),
        ("1705550123", None),
    ],
)
def test_a_number_has_one_form(written: str, number: str | None) -> None:
    assert phone_of(written, regions_of("Europe/Berlin")) == number


def test_without_a_country_only_whole_numbers_are_known() -> None:
    assert phone_of("0170 5550123") is None
    assert phone_of("+1 555-010-0123") == "+15550100123", "possible, if nobody's"
    assert email_of(" Anna@Example.ORG ") == "anna@example.org"
    assert email_of("write to anna@example.org") is None
