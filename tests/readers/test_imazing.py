"""iMazing's tables: dialects, types, dates, broken records."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from chatclone_dagster.readers import imazing
from chatclone_dagster.readers.contract import UnreadableError
from chatclone_dagster.readers.files.delimited import delimiter_of, records
from tests.readers.reading import Reading, export, read
from tests.readers.writers import tables

COLUMNS = [
    "Chat Session",
    "Message Date",
    "Delivered Date",
    "Read Date",
    "Edited Date",
    "Deleted Date",
    "Service",
    "Type",
    "Sender ID",
    "Sender Name",
    "Status",
    "Replying to",
    "Subject",
    "Text",
    "Reactions",
    "Attachment",
    "Attachment type",
]


def table(*rows: dict[str, str], delimiter: str = ",", mark: str = "") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter, lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(
        {"Chat Session": "Ada", "Message Date": "2024-06-01 12:00:00", "Type": "Incoming", **row} for row in rows
    )
    return mark + out.getvalue()


def messages(content: str) -> Reading:
    return read(imazing, export(content, "Messages - Ada.csv"))


def one(**row: str) -> dict[str, Any]:
    return messages(table({name.replace("_", " "): value for name, value in row.items()})).rows[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_dialects(delimiter: str, mark: str) -> None:
    reading = messages(
        table({"Text": 'a "b", c;\td\n\ne', "Sender Name": "Ada"}, {"Type": "Outgoing"}, delimiter=delimiter, mark=mark)
    )
    assert reading.column("text") == ['a "b", c;\td\n\ne', ""]
    assert reading.column("position") == [2, 5]
    assert reading.column("from_owner") == [False, True]
    assert reading.issues == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(("Chat Session", "Text", "Sender ID")))
def test_a_written_table_is_read_back(written: tuple[str, list[dict[str, str]]]) -> None:
    content, cells = written
    head, _, rest = content.partition("\n")
    rows = [
        record.fields
        for record in records(iter(rest.replace("\r\n", "\n").split("\n")), delimiter_of(head.lstrip("\ufeff")))
    ]
    assert rows == [list(row.values()) for row in cells]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"Text": "hi"}, "text"),
        ({"Text": ""}, "unavailable"),
        ({"Type": "Notification", "Text": "Ada left"}, "system"),
        ({"Attachment": "IMG 1.heic", "Attachment_type": "Image"}, "media"),
        ({"Attachment": "IMG 1.heic", "Text": "look"}, "media"),
        ({"Attachment": "a.opus"}, "voice"),
        ({"Attachment": "a.webp", "Attachment_type": "Sticker"}, "sticker"),
        ({"Attachment": "Ada.vcf"}, "contact"),
        ({"Attachment_type": "Location"}, "location"),
        ({"Deleted_Date": "2024-06-01 12:00:01"}, "deleted"),
        ({"Text": "https://example.org", "Attachment_type": "url"}, "text"),
    ],
)
def test_kinds(row: dict[str, str], kind: str) -> None:
    found = one(**row)
    assert found["kind"] == kind
    assert found["text"] == row.get("Text", "")
    assert found["attachments"] == ([row["Attachment"]] if "Attachment" in row else [])


@pytest.mark.parametrize(
    ("written", "sent", "known"),
    [
        ("2024-06-01 12:00:00", datetime(2024, 6, 1, 12), False),  # noqa: DTZ001
        ("2024-06-01T12:00:00Z", datetime(2024, 6, 1, 12), True),  # noqa: DTZ001
        ("2024-06-01T12:00:00+02:00", datetime(2024, 6, 1, 10), True),  # noqa: DTZ001
        ("01.06.2024 12:00", datetime(2024, 6, 1, 12), False),  # noqa: DTZ001
        (" 2024-06-01 12:00 ", datetime(2024, 6, 1, 12), False),  # noqa: DTZ001
    ],
)
def test_dates(written: str, sent: datetime, known: bool) -> None:
    row = one(**{"Message_Date": written})
    assert (row["sent_local"], row["tz_known"]) == (sent, known)


@pytest.mark.parametrize(
    "row",
    [
        {"Message Date": "yesterday"},
        {"Message Date": "2024-06-01"},
        {"Message Date": ""},
        {"Type": "Sideways"},
        {"Chat Session": " "},
    ],
)
def test_records_that_cannot_be_read_are_issues(row: dict[str, str]) -> None:
    reading = messages(table({"Text": "a"}, row, {"Text": "b"}))
    assert reading.column("text") == ["a", "b"]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(3, True)]


def test_a_quote_that_never_closes_costs_one_record() -> None:
    good = table({"Text": "a"}, {"Text": "b"}).splitlines(keepends=True)
    bad = good[1].replace("a,", '"a,')
    reading = messages("".join([good[0], good[1], bad, good[2], good[1]]))
    assert reading.column("text") == ["a", "b", "a"]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(3, True)]


def test_quotes_inside_a_plain_cell_are_text() -> None:
    content = table({"Text": "x"}).replace(",x,", ',a 5" disk,')
    assert messages(content + content.splitlines()[1] + "\r\n").column("text") == ['a 5" disk'] * 2


def test_too_few_cells_are_empty_and_too_many_are_reported() -> None:
    lines = table({"Text": "a"}).splitlines()
    reading = messages("\n".join([lines[0], lines[1].rstrip(","), lines[1] + ",x", ""]))
    assert reading.column("text") == ["a"]
    assert ["cells" in reason for reason in reading.reasons] == [True]


def test_edits_forwards_reactions_and_ids() -> None:
    row = one(
        Edited_Date="2024-06-01 12:00:05", Reactions="❤️ Ada, 😂 Bo C", Sender_ID="+1555", Sender_Name="Ada", Text=" a "
    )
    assert (row["edited"], row["sender_key"], row["sender_name"], row["text"]) == (True, "+1555", "Ada", " a ")
    assert row["reactions"] == [{"emoji": "❤️", "sender": "Ada"}, {"emoji": "😂", "sender": "Bo C"}]


def test_several_chats_in_one_file() -> None:
    rows = messages(
        table(
            {"Chat Session": "Ada", "Sender ID": "1"},
            {"Chat Session": "Club", "Sender ID": "1"},
            {"Chat Session": "Club", "Sender ID": "2"},
            {"Chat Session": "A & B & C", "Type": "Outgoing"},
        )
    ).rows
    assert [(row["conversation_name"], row["is_group"]) for row in rows] == [
        ("Ada", None),
        ("Club", True),
        ("Club", True),
        ("A & B & C", None),
    ]


@pytest.mark.parametrize(
    "header", ["Chat Session,Chat Session,Message Date,Type,Sender ID,Text", "a,b,c", "Chat Session,Type,Text"]
)
def test_headers_that_are_not_imazings(header: str) -> None:
    with pytest.raises(UnreadableError):
        messages(header + "\nA,A,A,A,A,A\n")
