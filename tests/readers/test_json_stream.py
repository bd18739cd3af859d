"""Lists of records in JSON files, streamed: the same as parsing the file whole, and over damage."""

from __future__ import annotations

import io
import json
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files import json_list
from chatclone_dagster.readers.files.json_stream import records
from tests.readers.reading import export

_text = st.text(alphabet=st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ('"},\n{"id"', '},{"id":', "]}", "\\", '\\"', '"messages": [', "\u2028", "é" * 20)
)
_value = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**12) | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=6,
)
_record = st.builds(
    lambda id_, rest: {"id": id_, **rest}, st.integers(0, 99), st.dictionaries(_text, _value, max_size=3)
)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few records, so that files of a few kilobytes meet what large ones do."""
    monkeypatch.setattr(json_list, "_FIRST_PIECE", 64)
    monkeypatch.setattr(json_list, "PIECE", 256)
    monkeypatch.setattr(json_list, "LARGEST_RECORD", 4096)


def stream(file: ExportFile, key: str | None = "messages", **given: Any) -> tuple[list[tuple[Any, Any]], list[str]]:
    """(name of the head, record) of every record, and the reasons of issues."""
    out = Out("x", "0" * 16, file.name, lambda _: None)
    found, expected = [], 0
    for batch in records(file, key, out, **given):
        assert batch.start >= expected
        expected = batch.start + len(batch.items)
        found += [(batch.head.get("name"), item) for item in batch.items]
    return found, out.issues()["reason"].to_list()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(_text, st.lists(_record, max_size=9)), min_size=1, max_size=4), st.sampled_from((None, 1, "\t"))
)
def test_lists_at_any_depth_are_what_parsing_the_whole_file_gives(
    chats: list[tuple[str, list[dict[str, Any]]]], indent: int | str | None
) -> None:
    whole = {"about": "x", "chats": {"list": [{"name": name, "messages": found} for name, found in chats]}}
    text = json.dumps(whole, ensure_ascii=False, indent=indent)
    assert stream(export(text)) == ([(name, item) for name, found in chats for item in found], [])
    one = json.dumps({"name": "x", "messages": chats[0][1], "after": [1, {"y": "z"}]}, indent=indent)
    assert stream(export(one)) == ([("x", item) for item in chats[0][1]], [])
    assert stream(export(json.dumps(chats[0][1], indent=indent)), None) == ([(None, item) for item in chats[0][1]], [])


def test_members_behind_the_list_are_there_if_they_are_needed() -> None:
    whole = [{"messages": [{"id": n}], "name": f"chat {n}"} for n in range(5)]
    file = export(json.dumps({"list": whole}))
    assert [name for name, _ in stream(file, needs=("name",))[0]] == [f"chat {n}" for n in range(5)]
    assert [name for name, _ in stream(file)[0]] == [None] * 5


def test_the_objects_around_a_head() -> None:
    file = export('{"me": {"id": 7}, "chats": {"about": "x", "list": [{"name": "a", "messages": [1]}]}}')
    batch = next(iter(records(file, "messages", Out("x", "0", "x", lambda _: None))))
    assert batch.head["name"] == "a"
    assert [sorted(item) for item in batch.around] == [["chats", "me"], ["about", "list"]]


@settings(max_examples=60)
@given(st.lists(_record, min_size=3, max_size=30), st.data())
def test_damage_costs_the_record_it_is_in(found: list[dict[str, Any]], data: st.DataObject) -> None:
    hit = data.draw(st.integers(0, len(found) - 1))
    pieces = [json.dumps({"id": 1, "body": [item]}) for item in found]
    pieces[hit] = pieces[hit].replace(":", " ", 1)
    read, reasons = stream(export('{"name": "x", "messages": [' + ", ".join(pieces) + "]}"))
    kept = [("x", {"id": 1, "body": [item]}) for n, item in enumerate(found) if n != hit]
    assert reasons
    assert len(reasons) < 12  # the rest of a damaged record may look like the beginnings of others
    assert [item for item in read if item in kept] == kept


@settings(max_examples=40)
@given(st.lists(_record, min_size=1, max_size=12), st.data())
def test_a_file_that_breaks_off_gives_what_is_whole(found: list[dict[str, Any]], data: st.DataObject) -> None:
    text = json.dumps({"name": "x", "messages": found}).encode()
    start = text.index(b"[") + 1
    cut = data.draw(st.integers(start, len(text) - 1))
    read, reasons = stream(export(text[:cut]))
    assert [item for _, item in read] == found[: len(read)]
    assert len(read) == len(found) or len(json.dumps({"name": "x", "messages": found[: len(read) + 1]})) > cut
    assert reasons == [json_list.GIVEN_UP]


def test_half_characters_broken_bytes_and_control_characters_are_replaced_or_kept() -> None:
    text = b'{"messages": [{"a": "\\ud800x"}, {"a": "\xff"}, {"a": "tab\there"}, {"a": "ok"}]}'
    read, reasons = stream(export(text))
    assert [item["a"] for _, item in read] == ["\ufffdx", "\ufffd", "tab\there", "ok"]
    assert reasons == [json_list.REPLACED]


@pytest.mark.parametrize("hit", [0, 7, 98])
def test_what_an_app_writes_that_is_no_json_is_mended(hit: int) -> None:
    """In the first record too, of which it is learned what stands between records; the list is longer than a piece."""
    records = [{"a": f"b{n}.", "c": "x" * 2000} for n in range(99)]
    text = json.dumps({"messages": records}).replace(f"b{hit}.", r"\x41")
    read, reasons = stream(export(text), mend=lambda raw: re.sub(rb"\\x(..)", rb"\\u00\1", raw))
    assert [item["a"] for _, item in read] == [
        *(f"b{n}." for n in range(hit)),
        "A",
        *(f"b{n}." for n in range(hit + 1, 99)),
    ]
    assert reasons == []


def test_numbers_are_not_cut_where_a_piece_ends() -> None:
    numbers = list(range(10**12, 10**12 + 9000))
    assert stream(export(json.dumps(numbers)), None) == ([(None, number) for number in numbers], [])


def test_utf_16_and_a_byte_order_mark() -> None:
    text = '{"messages": [{"a": "é"}]}'
    for content in (text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert stream(export(content))[0] == [(None, {"a": "é"})]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "{}",
        '{"messages": 3}',
        '{"messages"',
        "[" * 5000,
        '{"a":' * 5000,
        '["messages", [1]]',
        '{"a": [}',
        "}",
    ],
)
def test_what_holds_no_records_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        stream(export(text))


@pytest.mark.parametrize(
    "record",
    ['{"a": [', '{"a": "', '{"a": {"b": ', '{"a" "b"},', "{" * 50 + ",", '{"a": "\\', "}, {", '{"a": 1}} ,{', "[[[["],
)
def test_damage_everywhere_takes_no_more_than_linear_time(record: str) -> None:
    before = time.process_time()
    stream(export('{"messages": [' + record * 20_000))
    assert time.process_time() - before < 20


def test_a_large_list_is_never_held_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    count = 200_000
    one = b'{"id": 1, "text": "' + b"x" * 80 + b'"},\n'

    class Endless(io.RawIOBase):
        """Twenty megabytes that are made while they are read."""

        left = count

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            n = min(max(size // len(one), 1), self.left)
            self.left -= n
            return (b'{"messages": [' if self.left + n == count else b"") + one * n

    sizes = [
        len(batch.items)
        for batch in records(ExportFile("x", 0, Endless), "messages", Out("x", "0", "x", lambda _: None))  # type: ignore[arg-type]
    ]
    assert sum(sizes) == count
    assert max(sizes) < count / 3
