"""What the finder finds, in which words, and that neither its first look nor its normal form loses anything."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench import privacy as measured
from chatclone_dagster.privacy.detect import Finder
from chatclone_dagster.privacy.known_names.gazetteer import Gazetteer
from chatclone_dagster.privacy.normal import normal
from chatclone_dagster.settings import PRIVATE_KINDS, Privacy, PrivateKind, Settings, SettingsError, Time

NAMES = (
    "Anna Keller",
    "Will Harper",
    "Rose",
    "Mark",
    "Олег Петров",
    "Marta Nowak",
    "أحمد",
    "김민수",
    "May Lin",
    "José",
    "Jürgen",
    "O'Brien",
    "Mum",
)


@cache
def finder(*names: str, region: str = "DE") -> Finder:
    return Finder((region,), Gazetteer(names))


def found(text: str, kinds: Sequence[PrivateKind] | None = None, *names: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in finder(*names).find(text, kinds)]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("code", "your code is 482913, dont share", "482913"),
        ("code", "550187 ist dein Bestätigungscode", "550187"),
        ("code", "код подтверждения 4821", "4821"),
        ("code", "use 118 220 then, that's the code", "118 220"),
        ("code", "le code porte c'est 34B12", "34B12"),
        ("code", "zip code 90210", None),
        ("code", "error code 50412", None),
        ("secret", "token ghp_16C7e42F292c6912E7710c838347Ae178B4a ok", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
        ("secret", "das wlan passwort ist Regenbogen2021", "Regenbogen2021"),
        ("secret", "SECRET_KEY=x!2k4v9@q1z7", "x!2k4v9@q1z7"),
        ("secret", "WİFİ ŞİFRESİ: karpuz42", "karpuz42"),
        ("secret", "db: postgres://me:hush77@db.example/app", "postgres://me:hush77@db.example/app"),
        ("secret", "the password is wrong again", None),
        ("secret", "commit 3f786850e387550fdab836ed7e6dc881de23001b", None),
        ("address", "wohne Hauptstr. 12, 10115 Berlin jetzt", "Hauptstr. 12, 10115 Berlin"),
        ("address", "chez moi 12 bis rue Victor Hugo, 69002 Lyon", "12 bis rue Victor Hugo, 69002 Lyon"),
        ("address", "vivo en calle Alcalá 45, 2º izq, 28014 Madrid", "calle Alcalá 45, 2º izq, 28014 Madrid"),
        ("address", "triff mich Marienplatz 1", "Marienplatz 1"),
        ("address", "p.o. box 1180 still works", "p.o. box 1180"),
        ("address", "old pc via ac97 sound", None),
        ("address", "5 minutes down the road", None),
        ("address", "auf dem weg 5 min noch", None),
        ("birth_date", "née le 3 mars 1992 à Lille", "3 mars 1992"),
        ("birth_date", "geb. 12.03.1988", "12.03.1988"),
        ("birth_date", "her birthday party is on 05/06", None),
        ("id_number", "mi dni es 12345678Z", "12345678Z"),
        ("id_number", "cpf 529.982.247-25", "529.982.247-25"),
        ("id_number", "passport no C01X00T47", "C01X00T47"),
        ("id_number", "sin 15000 euros no voy", None),
        ("id_number", "order no 8839201123", None),
        ("ip", "server is 203.0.113.77 ok", "203.0.113.77"),
        ("ip", "version 1.2.3.4 came out", None),
        ("phone", "llámame al 612 34 56 78", "612 34 56 78"),
        ("phone", "bestellung 01713920042 ist da", None),
        ("phone", "tel:+61 412 345 678", "+61 412 345 678"),
        ("iban", "de89370400440532013000 bitte", "de89370400440532013000"),
        ("iban", "BE68 5390 0754 7034", "BE68 5390 0754 7034"),
        ("email", "anna(at)gmx.de", "anna(at)gmx.de"),
    ],
)
def test_each_kind_by_its_words_and_not_without(kind: PrivateKind, text: str, value: str | None) -> None:
    assert found(text, [kind]) == ([] if value is None else [(kind, value)])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ask anna, or ANNA KELLER", ["anna", "ANNA KELLER"]),
        ("Annas Katze", ["Annas"]),
        ("Juergen sagt nein, jurgen auch", ["Juergen", "jurgen"]),
        ("will you buy a rose, mark my words", []),
        ("I saw Will yesterday, thanks Mark!", ["Will", "Mark"]),
        ("prices Rose again", ["Rose"]),
        ("Will's car, Mark isn't in, Rose not yet", ["Will", "Mark"]),
        ("mark 5 of them", []),
        ("Rose says hi", ["Rose"]),
        ("in May, or ask May Lin", ["May Lin"]),
        ("скажи Олегу про петрова", ["Олегу"]),
        ("powiedz Marcie że będę", ["Marcie"]),
        ("قلت لأحمد", ["أحمد"]),
        ("민수야 어디야", ["민수"]),
        ("jose und JOSÉ", ["jose", "JOSÉ"]),
        ("mum met O'Brien", ["O'Brien"]),
        ("the annals of banana", []),
    ],
)
def test_names_are_found_where_they_are_evident(text: str, names: list[str]) -> None:
    assert [value for _, value in found(text, ["name"], *NAMES)] == names


def test_one_value_has_one_canonical_form_however_it_is_written() -> None:
    forms = ["+49 171 3920042", "0171/3920042", "٠١٧١ ٣٩٢٠٠٤٢"]
    assert {finder().find(form, ["phone"])[0].canonical for form in forms} == {"+491713920042"}
    assert {finder().find(f"mail {form}")[0].canonical for form in ("A@x.example", "a@X.example")} == {"a@x.example"}
    assert {s.canonical for s in finder(*NAMES).find("Олегу и Олега", ["name"])} == {"олег"}


def test_of_finds_that_overlap_the_longest_counts() -> None:
    assert found("https://x.example/?mail=a@b.example&tel=01713920042") == [
        ("url", "https://x.example/?mail=a@b.example&tel=01713920042")
    ]
    assert found("via Anna Keller 5, 20121 Milano", None, *NAMES) == [("address", "via Anna Keller 5, 20121 Milano")]


def test_numbers_among_the_names_make_their_countries_known() -> None:
    made = Finder.of(Settings(time=Time(zone="Europe/Oslo")), ["+34 655 123 456", "Ann", ""])
    assert made.regions == ("NO", "ES")
    assert Finder.of(Settings(privacy=Privacy(regions=("JP",)))).regions == ("JP",)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("co\u00adde is 48\u200b29\u200d13", "code is 482913"),
        ("ｃｏｄｅ　４８２９１３", "code 482913"),
        ("٤٨٢٩١٣ ५५", "482913 55"),
        ("e\u0301 ﬁ ½", "é fi 1⁄2"),
        ("a\u2013b \ud800", "a-b \ufffd"),
    ],
)
def test_the_normal_form_is_what_people_see(written: str, plain: str) -> None:
    assert normal(written).text == plain


@given(st.text(alphabet=st.characters(), max_size=40))
@example("e\u0301\u200d\ufe0f9ﬁ")
@example("\U00010d40")  # a digit that is newer than the Unicode of some Pythons
@settings(max_examples=60)
def test_the_normal_form_leads_back_to_where_it_came_from(text: str) -> None:
    plain = normal(text)
    last = 0
    for index in range(len(plain.text)):
        start, end = plain.back(index, index + 1)
        assert last <= start < end <= len(text)
        last = start
        assert plain.text[index] in normal(text[start:end]).text, "each character is of the piece it leads back to"
    assert normal(plain.text).text == plain.text or not text.isascii()


_PIECES = """482 913|0171 3920042|code |pin |hauptstr. 5 |rue |12|.| |\u200b|١|anna|Will |@|x.de|pass |geb. |1990-05-12|dni |
12345678Z|DE89370400440532013000|https://|://|4111111111111111|ß|é|\u2013|::|1.1.1.1|tel """


@given(st.lists(st.sampled_from(_PIECES.split("|")), max_size=7).map("".join))
@settings(max_examples=60, deadline=None)
def test_the_first_look_rules_nothing_out_that_is_found(text: str) -> None:
    finds = finder(*NAMES).find(text)
    assert not finds or finder(*NAMES).might_hold(pl.Series([text])).all()
    plain = normal(text)
    for result in finder(*NAMES)._analyzer.analyze(plain.text, PRIVATE_KINDS):
        start, end = plain.back(result.start, result.end)
        covered = any(span.start < end and start < span.end for span in finds)
        assert covered, "without the first look the recognizers find no more"


@cache
def _lines() -> list[dict[str, Any]]:
    return [line for file in ("privacy_tuning.jsonl", *measured.MEASURED) for line in measured.labelled(file)]


def test_the_first_look_rules_no_labelled_value_out() -> None:
    found = [(line, {kind for kind, _, _ in measured.ours(line)}) for line in _lines()]
    others = [kind for kind in PRIVATE_KINDS if kind != "name"]
    texts = pl.Series([line["text"] for line, kinds in found if kinds - {"name"}])
    assert texts.filter(~finder().might_hold(texts, others)).to_list() == []
    for line, kinds in found:
        if kinds == {"name"}:
            known = measured._finder(line.get("region"), tuple(line["names"]))
            assert known.might_hold(pl.Series([line["text"]]), ["name"]).all(), line["id"]
    texts = pl.Series([line["text"] for line in _lines()])
    assert finder().might_hold(texts, ["email"]).sum() < len(texts) / 5, "it rules something out"


def test_the_goals_hold_on_lines_that_no_rule_was_tuned_on() -> None:
    counts = measured.count(measured.labelled("privacy_held_out.jsonl"), measured.ours)
    assert counts.touched <= counts.clean / 100
    goals = dict.fromkeys(PRIVATE_KINDS, 0.95) | dict.fromkeys(("address", "id_number", "birth_date"), 0.8)
    assert {kind: counts.recall(kind) for kind, goal in goals.items() if counts.recall(kind) < goal} == {}


def test_the_labels_are_where_they_say() -> None:
    assert len(measured.labelled("privacy_held_out.jsonl")) >= 300
    assert len({line["id"] for line in _lines()}) == len(_lines())
    for line in _lines():
        for span in line["spans"]:
            assert span["type"] in PRIVATE_KINDS
            assert 0 <= span["start"] < span["end"] <= len(line["text"]), line["id"]


def test_a_model_finds_more_names_and_a_missing_one_is_said(tmp_path: Path) -> None:
    model = spacy.blank("en")
    ruler = model.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Zebedee"}, {"label": "ORG", "pattern": "Acme"}])  # type: ignore[attr-defined]
    model.to_disk(tmp_path / "model")
    made = Finder.of(Settings(privacy=Privacy(ner=str(tmp_path / "model"))), ["Ann"])
    text = "Zebedee and ann of Acme, call 0171"
    assert [text[span.start : span.end] for span in made.find(text)] == ["Zebedee", "ann"]
    assert made.find(text, ["email"]) == []
    assert made.might_hold(pl.Series([text, "1 + 1", None])).to_list() == [True, False, False]
    with pytest.raises(SettingsError, match=r"privacy\.ner: there is no spaCy model 'en_core_none' here"):
        Finder.of(Settings(privacy=Privacy(ner="en_core_none"))).find("Ann")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match=r"privacy\.ner: .* cannot be loaded"):
        Finder.of(Settings(privacy=Privacy(ner=str(tmp_path / "empty")))).find("Ann")


def test_nothing_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert found("ann@post.co.uk and bo@nowhere.example and www.x.de") != []


def test_the_command_line_starts_without_presidio() -> None:
    code = "import sys, chatclone_dagster.cli, chatclone_dagster.privacy.detect; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", f"import json; {code}"], capture_output=True, text=True, check=True)
    assert not {"presidio_analyzer", "spacy"} & set(json.loads(done.stdout))
