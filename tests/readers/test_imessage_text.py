"""The text of a message: typedstreams, archives, versions of what was edited, and what stands in a text for attachments."""

from __future__ import annotations

import contextlib
import plistlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers.imessage.attributed import read
from chatclone_dagster.readers.imessage.body import body_of, decode
from chatclone_dagster.readers.imessage.typedstream import BrokenStreamError
from tests.readers.writing.imessage import summary
from tests.readers.writing.typedstream import FILE, PART, Run, archived, attributed, plain

TEXTS = (
    "",
    "hi",
    "x" * 127,
    "x" * 128,
    "é" * 127,
    "😀" * 100,
    "x" * 40_000,
    "é" * 40_000,
    "a\nb\r\n\tc",
    "NSNumber NSDictionary iI +",
)


@pytest.mark.parametrize("text", TEXTS, ids=len)
@pytest.mark.parametrize("mutable", [False, True])
@pytest.mark.parametrize("width", [1, 2, 4])
def test_every_length_is_read(text: str, width: int, mutable: bool) -> None:
    assert read(plain(text, width=width, mutable=mutable)).text == text
    assert [run.end for run in read(plain("\ufffc" + text, width=width)).runs] == [len(text) + 1]


_text = st.text(st.characters(codec="utf-8"), max_size=20)
_values = st.dictionaries(
    st.sampled_from((PART, FILE, "x")), st.one_of(st.integers(-(1 << 31), (1 << 31) - 1), _text), max_size=3
)


@given(st.lists(st.tuples(_text, _values), max_size=6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_runs_are_read_back(runs: list[Run], mutable: bool) -> None:
    runs = [("\ufffc", {}), *[(text, values) for text, values in runs if text]]
    found = read(attributed(runs, mutable=mutable))
    assert found.text == "".join(text for text, _ in runs)
    assert [(found.text[run.start : run.end], run.attributes) for run in found.runs] == runs


def test_a_stream_that_breaks_off_keeps_its_text() -> None:
    stream = attributed([("one\ufffc", {PART: 0}), ("two", {PART: 1})])
    found = []
    for length in range(len(stream)):
        with contextlib.suppress(BrokenStreamError):
            found.append(read(stream[:length]).text.rstrip("\ufffd"))
    assert set(found) == {"one\ufffctwo"[:length] for length in range(8)}


def test_a_length_that_is_not_true() -> None:
    assert read(plain("x" * 200).replace(b"\x81\xc8\x00", b"\x81\xff\xff", 1)).text == "x" * 200


@pytest.mark.parametrize("seed", range(30))
def test_noise_is_refused(seed: int) -> None:
    noise = random.Random(seed)
    stream = bytearray(attributed([("\ufffc", {PART: 0, FILE: "at_0"}), ("two", {PART: 1})]))
    for _ in range(noise.randrange(1, 8)):
        stream[noise.randrange(len(stream))] = noise.choice(
            (0x81, 0x82, 0x84, 0x85, 0x86, 0x92, 0xFF, noise.randrange(256))
        )
    for blob in (
        bytes(stream),
        noise.randbytes(200),
        b"\x04\x0bstreamtyped" + b"\x84" * 500,
        b"bplist00" + noise.randbytes(80),
    ):
        assert body_of("", blob, blob).holes <= len(blob)


def test_objects_in_objects_without_end() -> None:
    deep = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@" + b"\x84\x84\x84\x01x\x00\x85\x92" * 5000
    with pytest.raises(BrokenStreamError):
        read(deep)


def test_archives() -> None:
    assert decode(archived("héllo 😀")).text == "héllo 😀"
    assert body_of(None, archived("one\ufffctwo"), None).text == "one\ntwo"
    assert body_of(None, plistlib.dumps({"$objects": [1, "x"]}, fmt=plistlib.FMT_BINARY), None).damaged
    endless = {"$objects": [{"NSString": plistlib.UID(0)}, {"NSString": plistlib.UID(7_000_000)}]}
    assert body_of(None, plistlib.dumps(endless, fmt=plistlib.FMT_BINARY), None).damaged


def test_the_column_text_counts_where_it_is_filled() -> None:
    assert body_of("typed", plain("other"), None).text == "typed"
    assert body_of("", plain("other"), None).text == "other"
    assert body_of(b"bytes", plain("other"), None).text == "other"
    assert body_of("typed", b"noise", None).damaged is False
    assert body_of(None, None, None).text == ""


PARTS: list[Run] = [
    ("\ufffc", {PART: 0, FILE: "b"}),
    ("first", {PART: 1}),
    ("\ufffc", {PART: 2, FILE: "a"}),
    ("second", {PART: 3}),
]


def test_parts_are_lines() -> None:
    body = body_of(None, attributed(PARTS), None)
    assert (body.text, body.files, body.holes) == ("first\nsecond", ["b", "a"], 2)
    inline: list[Run] = [("hi ", {PART: 0}), ("\ufffc", {PART: 0, FILE: "e"}), (" you", {PART: 0})]
    assert body_of(None, attributed(inline), None).text == "hi  you"
    assert body_of("one\ufffctwo \ufffc \ufffc", None, None).text == "one\ntwo "
    assert body_of("\ufffd", None, None).text == ""
    assert body_of("a \ufffd b", None, None).text == "a \ufffd b"


def test_edits_and_what_was_taken_back() -> None:
    versions = [plain("one"), plain("two"), archived("three")]
    body = body_of(None, plain("three"), summary({0: versions}, parts=[0]))
    assert (body.text, body.edited, body.taken_back) == ("three", True, False)
    assert body_of(None, None, summary({1: versions, 0: [plain("zero")]}, parts=[0, 1])).text == "zero\nthree"
    assert body_of(None, None, summary(taken_back=[0], parts=[0])).taken_back
    assert body_of(None, plain("left"), summary(taken_back=[0], parts=[0, 1])).taken_back is False
    assert body_of(None, None, summary({0: versions}, taken_back=[0], parts=[0])).text == ""
    assert body_of("typed", None, b"bplist00 Rec Rrp").text == "typed"
