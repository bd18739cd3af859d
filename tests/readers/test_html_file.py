"""Pages taken apart into blocks, and the text of a block."""

from __future__ import annotations

import contextlib
import html
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster.readers.contract import Out, UnreadableError
from chatclone_dagster.readers.files import html_file
from tests.readers.reading import export

_text = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n"), max_size=30
).filter(lambda text: text == text.strip() and html.unescape(html.escape(text)) == text)


def texts(page: str, class_name: str = "message") -> list[str]:
    return [html_file.text_of(block) for block in html_file.blocks(export(page, "x.html"), class_name)]


@settings(max_examples=60)
@given(st.lists(_text, max_size=8))
def test_what_was_written_is_read(written: list[str]) -> None:
    lines = "".join(
        f'\n <div class="a message b">\n  <div class="text">\n{html.escape(text)}\n   </div>\n </div>'.replace(
            html.escape(text), "<br>".join(html.escape(text).split("\n")), 1 if text else 0
        )
        for text in written
    )
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body><div class='page'>{lines}</div></body></html>"
    assert texts(page) == written


def test_blocks_are_the_outermost_of_their_class() -> None:
    page = '<div class="message">a<div class="message">b</div></div><div class="messages">no</div><div class="message">c</div>'
    assert texts(page) == ["a\nb", "c"]


def test_text_keeps_blanks_and_folds_the_lines_of_the_source() -> None:
    page = '<div class="message">  \n a  b\n   c<br>\n  d <b>e</b> &lt;3<span class="note">no</span><p>f</p>g\n</div>'
    block = next(html_file.blocks(export(page, "x.html"), "message"))
    assert html_file.text_of(block, skip=["note"]) == "a  b c\nd e <3\nf\ng"
    block = next(html_file.blocks(export('<div class="message"> a\n\n b<br> c</div>', "x.html"), "message"))
    assert html_file.text_of(block, verbatim=True) == " a\n\n b\n c"


def test_a_long_page_is_never_held_whole() -> None:
    page = "<body>" + '<div class="message"><p>hello</p></div>\n' * 50_000
    kept = []
    for number, block in enumerate(html_file.blocks(export(page, "x.html"), "message")):
        if number % 10_000 == 0:
            parent = block.getparent()
            assert parent is not None
            kept.append(len(parent))
    assert number == 49_999
    assert max(kept) < 20_000  # what one piece of the page holds


def test_a_page_that_breaks_off_gives_what_is_whole() -> None:
    out = Out("x", "0" * 16, "x.html", lambda _: None)
    page = '<div class="message">a</div><div class="message">b'
    assert [html_file.text_of(block) for block in html_file.blocks(export(page, "x.html"), "message", out)] == ["a"]
    assert out.issues()["is_row"].to_list() == [True]


@pytest.mark.parametrize(
    "page", ["", "\0" * 99, "<div>" * 100_000, "&#x0;&bogus;" * 1000, "\ufeff<div class=message>", "<!DOCTYPE"]
)
def test_whatever_comes_in_ends(page: str) -> None:
    with contextlib.suppress(UnreadableError):
        assert texts(page) == []


def test_no_entity_is_fetched_or_expanded() -> None:
    page = (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]><div class="message">&a;&b;x</div>'
    )
    (text,) = texts(page)
    assert "root:" not in text


def test_the_text_of_many_empty_blocks_takes_no_longer_than_that_of_full_ones() -> None:
    content = '<div class="message">' + "<div></div>" * 30_000 + "x<div>y</div></div>"
    started = time.process_time()
    assert texts(content) == ["x\ny"]
    assert time.process_time() - started < 5
