"""Marks on quotes: which lines are somebody else's, and what is left of a message without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatclone_dagster.messages.content.quotes import quoted_lines, without_lines
from tests.marked import kinds, marked


@pytest.mark.parametrize(
    ("text", "lines", "rest"),
    [
        ("> see you at 8?\nyes!", "1-1", "yes!"),
        ("> see you at 8?\n> or 9\n\n9 is fine", "1-2", "9 is fine"),
        ("fine by me\n\n> see you at 8?", "3-3", "fine by me"),
        ("On 3 Jan 2024, Bo wrote:\n> see you at 8?\n> Bo\n\nyes", "1-4", "yes"),
        ("yes\n\nAm 03.01.2024 um 10:00 schrieb Bo <bo@example.org>:\nsehen wir uns um 8?", "3-4", "yes"),
        ("ja klar\n-----Ursprüngliche Nachricht-----\nVon: Bo\nkommst du?", "2-4", "ja klar"),
        ("「Bo：晚上来吗？」\n- - - - - - - - - -\n来", "1-2", "来"),
    ],
)
def test_quotes_are_cut_off_where_they_are_lines_of_their_own(text: str, lines: str, rest: str) -> None:
    assert marked({"who": "Ann", "text": text}) == [(text, "quote", lines)]
    assert without_lines(text, lines) == rest


@pytest.mark.parametrize(
    "text", ["> somebody's words", "> one\nmine\n> two\nmine again", "On 3 Jan 2024, Bo wrote:\nsee you at 8?\nyes"]
)
def test_a_quote_that_cannot_be_told_from_the_rest_is_marked_whole(text: str) -> None:
    assert marked({"who": "Ann", "text": text}) == [(text, "quote", None)]


@pytest.mark.parametrize(
    "text",
    [
        ">_<",
        ">:( why",
        "-> this way",
        ">be me\n>late again",
        "5 > 3",
        "> 100 € for that?",
        "a quote: -----",
        "who wrote: that",
    ],
)
def test_other_uses_of_the_signs_are_no_quotes(text: str) -> None:
    assert kinds(text) == set()


def test_a_reply_that_repeats_what_it_answers_is_cut_and_a_short_echo_is_not() -> None:
    rows = [
        {"who": "Bo", "text": "are we still on for the lake?", "platform_id": "a"},
        {"who": "Ann", "text": "are we still on for the lake?\nof course we are", "reply_to": "a", "platform_id": "b"},
        {"who": "Bo", "text": "oh ok", "platform_id": "c"},
        {"who": "Ann", "text": "oh ok\noh ok indeed", "reply_to": "c", "platform_id": "d"},
    ]
    assert marked(*rows) == [(rows[1]["text"], "quote", "1-1")]


@given(st.text(alphabet="> \nab-:「」1wrote", max_size=60))
def test_cutting_a_quote_leaves_words_and_takes_nothing_else(text: str) -> None:
    found = quoted_lines(text)
    if found and found[0]:
        lines = text.split("\n")
        assert 1 <= found[0] <= found[1] <= len(lines)
        rest = without_lines(text, f"{found[0]}-{found[1]}")
        assert rest
        assert rest in text or "\n" in rest
