"""Names in small letters: short forms that rules make, and everyday words where somebody is spoken of."""

from __future__ import annotations

import string

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster.privacy.known_names.gazetteer import Gazetteer
from chatclone_dagster.privacy.known_names.short_forms import everyday, shortened

NAMES = (
    "Katharina Vogel",
    "Sebastian Lange",
    "Valentina Cruz",
    "Carlos Mendez",
    "Thiago Rocha",
    "Will Foster",
    "Rose Tan",
    "Hope Larson",
    "June Park",
    "Luz Prado",
    "Deniz Kaya",
    "Mehmet Demir",
    "Viktoria Stern",
    "Agnieszka Mazur",
    "Вера Мороз",
    "Катя Белова",
)
GAZETTEER = Gazetteer(NAMES)


def said(text: str) -> list[str]:
    return [text[start:end] for start, end, _, _ in GAZETTEER.find(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("kath and sebi, or val", ["kath", "sebi", "val"]),
        ("sebs place", ["sebs"]),
        ("the car of carl", ["carl"]),
        ("thiaguinho chegou com mehmetcim", ["thiaguinho", "mehmetcim"]),
        ("vicky kommt", ["vicky"]),
        ("zapytaj agnieszkę", ["agnieszkę"]),
        ("катюха приедет", ["катюха"]),
        ("mehmete söyle", ["mehmete"]),
    ],
)
def test_short_forms_are_made_by_rule(text: str, names: list[str]) -> None:
    assert said(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("im with will at the pub", ["will"]),
        ("will you come with me", []),
        ("i will, promise", []),
        ("rose is here already", ["rose"]),
        ("the rose is here", []),
        ("prices rose so much", []),
        ("went to wills place after", ["wills"]),
        ("hope said no", ["hope"]),
        ("i hope so", []),
        ("with hope in my heart", []),
        ("tell june to call", ["june"]),
        ("see you in june then", []),
        ("june is almost over", []),
        ("está luz en casa?", ["luz"]),
        ("se fue la luz en todo el barrio", []),
        ("поехали с верой на дачу", ["верой"]),
        ("вера в людей пропала", []),
        ("deniz nerede", ["deniz"]),
        ("deniz çok güzel bugün", []),
    ],
)
def test_everyday_words_are_people_where_somebody_is_spoken_of(text: str, names: list[str]) -> None:
    assert said(text) == names


@given(st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_short_form_is_a_word_of_its_own(name: str) -> None:
    made = set(shortened(name))
    assert name not in made
    assert all(len(short) > 2 and short.isalpha() for short in made)
    if made:
        known = Gazetteer([name])
        for short in sorted(made)[:3]:
            if not everyday(short):
                assert not list(known.find(short)) or known.column(pl.Series([short])).all()


def test_other_peoples_names_are_no_short_forms() -> None:
    known = Gazetteer(["Christopher Dunn", "Chris Hall"])
    assert [canonical for *_, canonical in known.find("chris called")] == ["chris"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("José Manuel Iriarte", "josema dice q no", ["josema"]),
        ("Juan Pablo Cisneros", "viene juampa?", ["juampa"]),
        ("María Dolores Carrasco", "hoy viene lola", ["lola"]),
        ("Oluwaseun Adeyemi", "seun sent the pics", ["seun"]),
        ("Zeynep Karabulak", "zeyneplerde toplanıyoruz", ["zeyneplerde"]),
        ("Rajesh Tannani", "raj bhai nikal gaye", ["raj"]),
        ("Khushi Malvankar", "khushi ne bola", ["khushi"]),
        ("Khushi Malvankar", "bahut khushi hui", []),
        ("خالد المنصوب", "كلمت خالد امبارح", ["خالد"]),
        ("خالد المنصوب", "ذكراه خالد في قلوبنا", []),
    ],
)
def test_names_are_drawn_together_cut_and_joined(name: str, text: str, said: list[str]) -> None:
    assert [text[start:end] for start, end, _, _ in Gazetteer([name]).find(text)] == said


def test_and_joins_two_arabic_names_but_not_two_adjectives() -> None:
    gazetteer = Gazetteer(["خالد المنصوب", "سارة المنصوب", "جميل العتيبي", "هادي القحطاني"])
    found = [[text[a:b] for a, b, _, _ in gazetteer.find(text)] for text in ("خالد وسارة وصلوا", "يوم جميل وهادي")]
    assert found == [["خالد", "وسارة"[1:]], []]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Katherine Pollard", "happy birthday kateeee", ["kateeee"]),
        ("Marguerite Joubert", "MARGOOOO OUVRE", ["MARGOOOO"]),
        ("Анна Белова", "аннааа приве-е-ет", ["аннааа"]),
        ("Ann Lee", "an annoying annnnn", ["annnnn"]),
        ("Noa Cohen", "noooo", []),
        ("J. Whitaker", "lunch w whitaker", ["whitaker"]),
        ("Lin Xiaomei", "xiaomei made dumplings", ["xiaomei"]),
        ("Nguyen Minh Anh", "minh anh passe le permis", ["minh anh"]),
        ("Доктор Шульман", "иду к шульману", ["шульману"]),
        ("Margaret O'Dowd", "maggie o'dowd is in", ["maggie o'dowd"]),
        ("Deshawn Lascelles", "dr lascelles told us", ["lascelles"]),
        ("Deshawn Lascelles", "lascelles is a village", []),
        ("Carolina Mendes", "the lines are long here", []),
        ("Edmundo Lares", "todo el mundo lo sabe", []),
        ("Tom Plumber", "the plumber says no", []),
        ("Evgeny Sokolov", "женя довезет", ["женя"]),
        ("Aigul Nurlanova", "я с айгуль", ["айгуль"]),
        ("Катя Белова", "is katya up", ["katya"]),
        ("Jean-Baptiste Morvan", "jb tu viens", ["jb"]),
        ("Mohammed Siddiqui", "mo can drive", ["mo"]),
        ("Edward Blake", "ed io non so", []),
        ("Valentina Ríos", "vale nos vemos", []),
        ("Valentina Ríos", "vale me dijo que no", ["vale"]),
        ("Joanna Cichocka", "powiedz asi żeby wzięła", ["asi"]),
        ("Jack Munro", "is there a headphone jack", []),
        ("Max Berger", "kann max. bis 5 bleiben", []),
        ("Björn Hallberg", "björn är sen som vanligt", ["björn"]),
        ("Björn Hallberg", "vi såg en björn i skogen", []),
    ],
)
def test_names_are_said_in_many_ways(name: str, text: str, said: list[str]) -> None:
    gazetteer = Gazetteer([name])
    assert [text[start:end] for start, end, _, _ in gazetteer.find(text)] == said
    assert not said or gazetteer.column(pl.Series([text])).all()


def test_two_words_are_two_people_where_they_do_something() -> None:
    gazetteer = Gazetteer(["Ángel Paz", "Luz Salcedo"])
    found = [
        [text[a:b] for a, b, _, _ in gazetteer.find(text)] for text in ("angel y luz terminaron", "angel y luz de dia")
    ]
    assert found == [["angel", "luz"], []]


@given(st.sampled_from(["anna", "otto", "lea", "саша"]), st.lists(st.integers(3, 6), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_name_is_known_however_it_is_stretched(name: str, times: list[int]) -> None:
    runs = [letter for i, letter in enumerate(name) if i == 0 or letter != name[i - 1]]
    written = "".join(letter * count for letter, count in zip(runs, times, strict=False))
    gazetteer = Gazetteer([name])
    assert [canonical for *_, canonical in gazetteer.find(f"so {written} !")] == [name]
    assert gazetteer.column(pl.Series([f"so {written} !", "so !"])).to_list() == [True, False]
