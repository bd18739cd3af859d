"""The quick ways of the WhatsApp reader find what the slow ones do: moulds, words of eight bytes, first bytes of bodies."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers.whatsapp import bodies, headers, words
from chatclone_dagster.readers.whatsapp.scan import Scan

_NUMBER = st.integers(0, 61)
_FORMS = (
    "{:02}/{:02}/20{:02}, {:02}:{:02} - ",
    "{}/{}/{:02}, {}:{:02} PM - ",
    "{}/{}/{:02}, {}:{:02}\u202fam - ",
    "[{:02}.{:02}.{:02}, {:02}:{:02}:11] ",
    "\u200e[{:02}.{:02}.{:02}, {:02}:{:02}:11]",
    "{}. {}. 20{:02}. {:02}:{:02}: ",
    "{}/{}/{:02} {:02}:{:02} -\n",
    "20{}/{}/{} 下午{}:{:02} - ",
    "[{}/{}/{:02} {}:{:02} p. m.]  ",
)
_SCRIPTS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९")
_REST = st.text("a: -]é5\u200e\u00a0", max_size=12)


@st.composite
def _line(draw: st.DrawFn) -> str:
    """A line with a header, perhaps with one sign too many or too few, or a line without."""
    header = draw(st.sampled_from(_FORMS)).format(*(draw(_NUMBER) for _ in range(5)))
    header = header.translate(str.maketrans(_SCRIPTS[0], draw(st.sampled_from(_SCRIPTS))))
    at = draw(st.integers(0, len(header)))
    header = header[:at] + draw(st.sampled_from(("", "", "", " ", "7", "x", ":"))) + header[at:]
    return (header if draw(st.booleans()) else "") + draw(_REST)


def _by_pattern(line: str) -> tuple[str, str, str, str] | None:
    """The parts of a line's header, one by one."""
    match = re.match(headers.HEADER, line)
    clock = match and re.match(headers.CLOCK, match[3])
    if match is None or clock is None or headers.read_lead(match[1]) is None or headers.read_time(clock[1]) is None:
        return None
    if clock[2] and int(clock[2][1:]) > 59:
        return None
    unknown = clock[3] is not None and headers.read_half(clock[3]) is None
    return None if unknown and headers.read_sep(match[4]) in ":; " else (match[1], match[2], match[3], match[4])


@settings(max_examples=60, deadline=None)
@given(st.lists(_line(), min_size=1, max_size=40), st.integers(1, 3))
def test_moulds_cut_headers_where_the_pattern_does(lines: list[str], blocks: int) -> None:
    texts = [line + "\n" for content in lines for line in content.split("\n")]
    _check([texts[number::blocks] for number in range(blocks)])


@pytest.mark.parametrize("form", [form for form in _FORMS if not form.endswith("\n")])
@pytest.mark.parametrize("script", _SCRIPTS)
def test_a_header_with_one_sign_changed_is_cut_as_the_pattern_says(form: str, script: str) -> None:
    header = form.format(5, 6, 17, 8, 9).translate(str.maketrans(_SCRIPTS[0], script))
    changed = [
        header[:at] + sign + header[at + kept :]
        for at in range(len(header) + 1)
        for sign in ("", " ", ":", "/", "7", "x", "\u0661")
        for kept in (0, 1)
    ]
    _check([[f"{line}Ada: hi\n" for line in (header, *changed)]])


def _check(blocks: list[list[str]]) -> None:
    """Compare what a scan of blocks of lines finds with what the pattern finds line by line."""
    scan = Scan()
    before = 0
    for part in blocks:
        found = scan.block("".join(part).encode())
        expected = {before + at: parts for at, line in enumerate(part, 1) if (parts := _by_pattern(line))}
        assert found["line"].tolist() == list(expected)
        gaps, seps, clocks = list(scan.gaps), list(scan.seps), scan.clock_texts()
        for row, (lead, gap, clock, sep) in enumerate(expected.values()):
            assert scan.leads[found["lead"][row]] == headers.read_lead(lead)
            assert gaps[found["gap"][row]] == gap
            assert clocks[found["clock"][row]] == clock
            assert seps[found["sep"][row]] == sep
            assert found["head"][row] == len((lead + gap + clock + sep).encode())
        before += len(part)


def test_many_lines_of_many_shapes_are_all_found() -> None:
    lines = [form.format(n % 28 + 1, n % 12 + 1, 19, n % 12 + 1, n % 60) for n in range(3000) for form in _FORMS]
    found = Scan().block("".join(f"{line}Ada: hi\n" for line in lines).encode())
    assert len(found["line"]) == len(lines)


@given(st.binary(max_size=60), st.lists(st.integers(0, 70), max_size=20))
def test_a_sign_is_found_where_it_stands_first(data: bytes, places: list[int]) -> None:
    places = sorted(place for place in places if place <= len(data))
    expected = [data.find(b":", place, place + 24) for place in places]
    found = words.find(data, np.array(places, np.int64), ":", 3).tolist()
    assert found == [at - place if at >= 0 else -1 for at, place in zip(expected, places, strict=True)]


@pytest.mark.parametrize("change", [str, str.upper, str.swapcase, lambda text: text[:3], lambda text: " " + text])
def test_the_first_bytes_of_a_body_rule_out_nothing_that_begins_like_the_app_s(change: type[str]) -> None:
    texts = ["", " ", "\t\n", "null", "NULL ", "ſticker w", "Location: https://x", *bodies._beginnings()]
    texts = [change(text) + rest for text in texts for rest in ("", "x", "\n")]
    series = pl.Series(texts)
    assert bodies._begins(series).to_list() == series.str.contains(bodies._beginning()).to_list()
    assert bodies._begins(series[3:]).to_list() == bodies._begins(series).to_list()[3:]
