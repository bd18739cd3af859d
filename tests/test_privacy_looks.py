"""What makes the search for private data fast finds what a plain search finds."""

from __future__ import annotations

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster.privacy.recognizers.base import groups, starts
from chatclone_dagster.privacy.recognizers.looks import Looks
from chatclone_dagster.privacy.words import one_of

_PATTERNS = st.lists(
    st.lists(
        st.sampled_from(["a", "b", "A", "ß", "ı", "σ", "ς", "b?", "a+", r"\s", "[ab]", "(?:a|ba)"]), max_size=4
    ).map("".join),
    min_size=1,
    max_size=8,
)
_TEXT = st.text("abABßıİIσςs ", max_size=12)


@settings(max_examples=60)
@given(_PATTERNS, _TEXT)
def test_alternatives_that_share_beginnings_match_like_those_that_do_not(patterns: list[str], text: str) -> None:
    plain = regex.compile("|".join(patterns), regex.IGNORECASE)
    shared = regex.compile(one_of(patterns), regex.IGNORECASE)
    assert [match.span() for match in shared.finditer(text)] == [match.span() for match in plain.finditer(text)]


def test_alternatives_share_beginnings_and_keep_their_order() -> None:
    assert one_of(["codes", "pin", "code", r"co\s?de", "c?de"]) == r"(?:co(?:de(?:s|)|\s?de)|pin|c?de)"


def test_matches_at_the_starts_of_a_word_are_those_of_the_whole_text() -> None:
    word, told = regex.compile(r"(?<!\w)code"), regex.compile(r"(?<!\w)code (?P<value>\d+)")
    text = "code code 12, decode 3, code 45"
    assert starts(word, text) == [0, 5, 24]
    everywhere = [found[:2] for found in groups(told, text)]
    assert everywhere == [(10, 12), (29, 31)]
    assert [found[:2] for found in groups(told, text, at=starts(word, text))] == everywhere


def test_looks_see_what_is_in_a_text_in_any_case() -> None:
    looks = Looks(r"pin\scode", "tür", "lock")
    assert sorted(looks.seen("TÜR: PİN\u2028code")) == [0, 1]
    assert not looks.seen("nothing of that")
