"""Any table of messages: CSV, JSON lines and Parquet by a mapping of columns, times however written, broken rows."""

from __future__ import annotations

import io
import json
from datetime import datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from chatclone_dagster.readers import table
from chatclone_dagster.readers.contract import ExportFile, ReadOptions, TableMapping, UnreadableError
from chatclone_dagster.readers.times.moments import read_times
from chatclone_dagster.settings import SettingsError, parse_settings
from tests.readers.reading import Reading, export, read
from tests.readers.writers import tables

NOON = datetime(2024, 6, 1, 12)  # noqa: DTZ001


def rows(
    content: str | bytes, name: str = "chat.csv", mapping: dict[str, str] | None = None, time_format: str | None = None
) -> Reading:
    options = ReadOptions(table=TableMapping("*", mapping, time_format=time_format) if mapping else None)
    return read(table, export(content, name), options)


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("written", "sent", "known"),
    [
        ("2024-06-01T12:00:00Z", NOON, True),
        ("2024-06-01 12:00:00", NOON, False),
        ("2024-06-01T12:00", NOON, False),
        ("2024-06-01T14:00:00+02:00", NOON, True),
        ("2024-06-01T07:30:00-0430", NOON, True),
        ("2024-06-01 12:00:00 UTC", NOON, True),
        ("2024-06-01T12:00:00.250Z", NOON.replace(microsecond=250_000), True),
        ("2024-06-01T12:00:00.1234567Z", NOON.replace(microsecond=123_456), True),
        ("1717243200", NOON, True),
        ("1717243200.5", NOON.replace(microsecond=500_000), True),
        ("1717243200000", NOON, True),
        ("2024-06-01", datetime(2024, 6, 1), False),  # noqa: DTZ001
        ("", None, None),
        ("soon", None, None),
        ("2024-13-01 12:00:00", None, None),
        ("-5", None, None),
    ],
)
def test_times(written: str, sent: datetime | None, known: bool | None) -> None:
    found = read_times(pl.Series([written])).row(0)
    assert found[0] == sent
    if known is not None:
        assert found[1] is known


def test_times_by_a_pattern() -> None:
    assert read_times(pl.Series(["01.06.24 12:00", "x"]), "%d.%m.%y %H:%M").rows() == [(NOON, False), (None, False)]
    assert read_times(pl.Series(["01.06.24 14:00 +0200"]), "%d.%m.%y %H:%M %z").rows() == [(NOON, True)]


def test_times_that_have_a_type() -> None:
    naive = pl.Series([NOON])
    assert read_times(naive).rows() == [(NOON, False)]
    assert read_times(naive.dt.replace_time_zone("Europe/Berlin")).rows() == [(NOON.replace(hour=10), True)]
    assert read_times(pl.Series([1717243200])).rows() == [(NOON, True)]


def test_our_names_need_no_mapping() -> None:
    content = "sent_at,sender,text,conversation,message_id,reply_to,is_owner\n2024-06-01T12:00:00Z,Ada,hi,c,m1,m0,yes\n"
    (row,) = rows(content).rows
    assert (row["conversation_name"], row["platform_id"], row["reply_to"], row["from_owner"]) == ("c", "m1", "m0", True)
    assert (row["position"], row["kind"], row["tz_known"]) == (2, "text", True)
    sniff = table.sniff(export(content, "x.csv"))
    assert sniff is not None
    assert sniff.variant == "csv"


MAPPING = {"sent_at": "when", "sender": "who", "text": "what"}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(("what", "who")))
def test_a_written_table_is_read_back(written: tuple[str, list[dict[str, str]]]) -> None:
    content, cells = written
    reading = rows(content, mapping={"sent_at": "n", "sender": "who", "text": "what"})
    assert reading.issues == []
    assert [row["text"] for row in reading.rows] == [row["what"] for row in cells]
    assert [row["sender_name"] for row in reading.rows] == [row["who"].strip() or None for row in cells]
    lines = content.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    assert len({row["position"] for row in reading.rows}) == len(cells)
    assert all(1 < row["position"] <= len(lines) for row in reading.rows)


def test_the_three_forms_hold_the_same() -> None:
    cells = [
        {"when": "2024-06-01T12:00:00Z", "who": "Ada", "what": "hä\nlines"},
        {"when": "2024-06-01T12:00:01Z", "who": "Bo", "what": "x"},
    ]
    csv_ = 'when;who;what\n2024-06-01T12:00:00Z;Ada;"hä\nlines"\n2024-06-01T12:00:01Z;Bo;x\n'
    lines = "".join(json.dumps(cell) + "\n" for cell in cells)
    readings = [
        rows(csv_, "a.csv", MAPPING),
        rows(lines, "a.jsonl", MAPPING),
        rows(parquet(pl.DataFrame(cells)), "a.parquet", MAPPING),
    ]
    positions = [reading.column("position") for reading in readings]
    assert positions == [[2, 4], [1, 2], [0, 1]]
    for reading in readings[1:]:
        for row, same in zip(reading.rows, readings[0].rows, strict=True):
            assert {**row, "position": 0, "conversation_key": ""} == {**same, "position": 0, "conversation_key": ""}


def test_one_column_may_serve_twice() -> None:
    cells = [{"when": "2024-06-01T12:00:00Z", "who": "Ada", "what": "hi"}]
    mapping = {**MAPPING, "conversation": "who"}
    for content, name in (
        ("when,who,what\n2024-06-01T12:00:00Z,Ada,hi\n", "a.csv"),
        (json.dumps(cells[0]) + "\n", "a.jsonl"),
        (parquet(pl.DataFrame(cells)), "a.parquet"),
    ):
        (row,) = rows(content, name, mapping).rows
        assert (row["conversation_name"], row["sender_name"], row["text"]) == ("Ada", "Ada", "hi")


def test_a_message_is_not_shown_where_a_header_is_missing() -> None:
    said = "a long and private message that stands where a header should be"
    with pytest.raises(UnreadableError) as error:
        rows(f"2024-06-01T12:00:00Z,Ada,{said}\n", mapping=MAPPING)
    assert "'who' (for sender)" in str(error.value)
    assert "Ada" not in str(error.value)
    assert "private" not in str(error.value)


def test_parquet_in_an_archive() -> None:
    data = parquet(pl.DataFrame({"sent_at": [NOON], "sender": ["Ada"], "text": ["hi"]}))
    file = ExportFile("a.zip!b.parquet", len(data), lambda: io.BytesIO(data))
    assert read(table, file).column("sent_local") == [NOON]


def test_bad_rows_are_issues_with_their_lines() -> None:
    content = (
        "when,who,what\n"
        "2024-06-01 12:00,Ada,first\n"
        "never,Ada,bad time\n"
        '2024-06-01 12:00,Ada,"over\ntwo lines"\n'
        "2024-06-01 12:00,Ada\n"
        "\n"
        '2024-06-01 12:00,Ada,"open\n'
        "2024-06-01 12:00,Bo,last\n"
    )
    reading = rows(content, mapping=MAPPING)
    assert [(row["position"], row["text"]) for row in reading.rows] == [
        (2, "first"),
        (4, "over\ntwo lines"),
        (9, "last"),
    ]
    assert sorted((issue["position"], issue["is_row"]) for issue in reading.issues) == [(3, True), (6, True), (8, True)]


def test_bad_json_lines() -> None:
    reading = rows(
        '{"when": 1717243200, "who": "Ada", "what": "hi"}\n\nnot json\n[1]\n{"who": "Bo"}\n', "a.jsonl", MAPPING
    )
    assert reading.column("text") == ["hi"]
    assert sorted((issue["position"], issue["is_row"]) for issue in reading.issues) == [(3, True), (4, True), (5, True)]


def test_a_missing_column_is_one_clear_line() -> None:
    with pytest.raises(UnreadableError, match=r"no column 'what' \(for text\); there are 'when', 'who', 'body'"):
        rows("when,who,body\n1,2,3\n", mapping=MAPPING)
    with pytest.raises(
        SettingsError, match=r"reading\.tables\.0\.columns\.author: Input should be 'sent_at', 'sender'"
    ):
        parse_settings('[[reading.tables]]\nmatch = "*"\ncolumns = { author = "who" }\n')


def test_times_that_none_can_read_are_one_clear_line() -> None:
    with pytest.raises(UnreadableError, match="time_format"):
        rows("when,who,what\n1.6.24,Ada,hi\n", mapping=MAPPING)
    assert rows("when,who,what\n1.6.24 12:00,Ada,hi\n", mapping=MAPPING, time_format="%d.%m.%y %H:%M").column(
        "sent_local"
    ) == [NOON]


def test_kinds_and_empty_cells() -> None:
    content = "sent_at,sender,text,kind\n1717243200,Ada,,\n1717243200,,joined,\n1717243200,Ada,,Media\n1717243200,Ada,hi,shout\n"
    reading = rows(content)
    assert reading.column("kind") == ["unavailable", "system", "media", "text"]
    assert ["not known" in reason for reason in reading.reasons] == [True]


def test_a_table_longer_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    content = "sent_at,sender,text\n" + "".join(f'1717243200,Ada,"line {n}\nmore, ""quoted"""\n' for n in range(2000))
    whole = rows(content).rows
    from chatclone_dagster.readers.files import text  # noqa: PLC0415

    monkeypatch.setattr(text.blocks, "__defaults__", (None, 777))
    assert rows(content).rows == whole
    assert [row["position"] for row in whole] == list(range(2, 4002, 2))
