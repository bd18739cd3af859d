"""Fictional names: of the same script and gender, one word for one word, and short where the name is short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatclone_dagster.privacy import names
from chatclone_dagster.privacy.stand_ins import Draw

KEY = b"k" * 32
SCRIPTS = {
    "LATIN": ("Anna", "Weber"),
    "CYRILLIC": ("Анна", "Каренина"),
    "GREEK": ("Ελένη", "Παππά"),
    "ARABIC": ("فاطمة", "الحسن"),
    "HEBREW": ("נועה", "לוי"),
    "DEVANAGARI": ("प्रिया", "शर्मा"),
    "CJK": ("小明", "王"),
    "HANGUL": ("민수", "김"),
    "THAI": ("สมชาย", "แก้ว"),
    "KATAKANA": ("アキラ", "サトウ"),
    "HIRAGANA": ("さくら", "さとう"),
    "ARMENIAN": ("Անի", "Սարգսյան"),
    "GEORGIAN": ("ნინო", "ბერიძე"),
    "BENGALI": ("অর্ক", "চৌধুরী"),
}


@given(st.sampled_from(sorted(SCRIPTS)), st.binary(min_size=8, max_size=8), st.sampled_from([0, 1, 120]))
def test_a_fictional_name_is_of_the_same_script(script: str, key: bytes, n: int) -> None:
    for part, name in zip(("first", "last"), SCRIPTS[script], strict=True):
        made = names.fictional(name.casefold(), part, Draw(key, name), n)  # type: ignore[arg-type]
        assert names.script(made) == script
        assert names.WORD.fullmatch(made), "one word stays one word"


def test_the_gender_of_a_name_is_kept_where_the_lists_tell() -> None:
    women = set(names._pool("LATIN", "first", "female"))
    made = {names.fictional("brunhilde", "first", Draw(KEY, str(i)), 0) for i in range(40)}
    assert made <= women
    assert len(made) > 20


@given(st.text(min_size=1, max_size=12))
def test_any_word_has_a_fictional_name(word: str) -> None:
    for found, part in names.words(word):
        assert names.fictional(found, part, Draw(KEY, word), 0)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Anna Weber ❤️", [("anna", "first"), ("weber", "last")]),
        ("Weber, Anna", [("weber", "last"), ("anna", "first")]),
        ("Dr. Jan van der Berg", [("jan", "first"), ("berg", "last")]),
        ("Mama", []),
        ("王小明", [("王", "last"), ("小明", "first")]),
        ("김민수", [("김", "last"), ("민수", "first")]),
        ("प्रिया शर्मा", [("प्रिया", "first"), ("शर्मा", "last")]),
        ("+49 171 3920042", []),
    ],
)
def test_names_are_taken_apart(name: str, words: list[tuple[str, str]]) -> None:
    assert list(names.words(name)) == words


@pytest.mark.parametrize(
    ("word", "base", "stand_in", "made"),
    [
        ("anni", "anna", "Mila", "Mili"),
        ("alex", "alexander", "Valentin", "Vale"),
        ("саша", "александр", "Виктор", None),
        ("anna", "anna", "Mila", None),
    ],
)
def test_a_short_form_is_short_for_the_stand_in(word: str, base: str, stand_in: str, made: str | None) -> None:
    assert names.nickname(word, base, stand_in) == made
