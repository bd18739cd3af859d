"""Files of public projects about Messages, where they lie beside the checkout: all of them are read, and nothing is left over."""

from __future__ import annotations

import pytest

from chatclone_dagster.readers import imessage, imessage_exporter
from chatclone_dagster.readers.imessage.body import body_of, decode
from tests.readers.conformance.vectors import FIXTURES
from tests.readers.reading import on_disk, read
from tests.readers.writing.typedstream import plain

EXPORTER = FIXTURES / "ReagentX__imessage-exporter"
DATA = EXPORTER / "imessage-database" / "test_data"
LOADERS = FIXTURES / "langchain-ai__langchain-community/libs/community/tests/unit_tests/chat_loaders/data"
pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="no fixtures beside the checkout")


@pytest.mark.parametrize("name", ["imessage_chat.db", "imessage_chat_upgrade_osx_11.db"])
def test_databases(name: str) -> None:
    reading = read(imessage, on_disk(LOADERS / name))
    assert reading.issues == []
    assert len(reading.rows) == 23
    assert [row["kind"] for row in reading.said] == ["text"] * 22
    assert all(row["text"] for row in reading.said)
    assert len({row["conversation_key"] for row in reading.rows}) == 1


@pytest.mark.parametrize(
    ("name", "characters"),
    [
        ("AttributedBodyTextOnly", 10),
        ("AttributedBodyTextOnly2", 6),
        ("Blank", 0),
        ("ExtraData", 17),  # its length is not true
        ("MultiPart", 22),
        ("URL", 34),
        ("WeirdText", 11),
    ],
)
def test_texts(name: str, characters: int) -> None:
    assert len(decode((DATA / "streamtyped" / name).read_bytes()).text) == characters


def test_the_writer_of_these_tests_writes_as_the_system_does() -> None:
    blob = (DATA / "streamtyped" / "AttributedBodyTextOnly").read_bytes()
    assert plain(decode(blob).text, mutable=True) == blob


@pytest.mark.parametrize(
    ("name", "length", "edited", "taken_back"),
    [
        ("Edited", 14, True, False),
        ("EditedToLink", 55, True, False),
        ("EditedToLinkAndBack", 39, True, False),
        ("Deleted", 0, False, True),
    ],
)
def test_edits(name: str, length: int, edited: bool, taken_back: bool) -> None:
    body = body_of(None, None, (DATA / "edited_message" / f"{name}.plist").read_bytes())
    assert (len(body.text), body.edited, body.taken_back) == (length, edited, taken_back)


def test_a_page() -> None:
    reading = read(imessage_exporter, on_disk(EXPORTER / "imessage-exporter/src/exporters/resources/example.html"))
    assert reading.issues == []
    assert [row["kind"] for row in reading.rows] == [
        "text",
        "text",
        "system",
        "text",
        "text",
        "text",
        "media",
        *["text"] * 4,
    ]
    assert [row["from_owner"] for row in reading.said] == [
        True,
        True,
        False,
        True,
        False,
        True,
        False,
        True,
        False,
        True,
    ]
    assert {row["folded"] for row in reading.rows} == {None}  # in this one replies stand only below what they answer
    assert sum(len(row["reactions"]) for row in reading.rows) == 8
