"""Names in the safe copy: one person stays one, everywhere, in one home and its next run; the owner stays themself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from chatclone_dagster import lake, tables, warehouse
from chatclone_dagster.datasets.personas import find_persona
from chatclone_dagster.home import Home
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.privacy.detect import Finder, Span
from chatclone_dagster.privacy.people import People
from chatclone_dagster.privacy.replacer import Replacer
from chatclone_dagster.privacy.safe import make_safe, safe_batches, safe_copy, write
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.settings import Settings, parse_settings
from tests.history import lay_out
from tests.rows import raw_rows

PSEUDONYMS = """
[me]
name = "Mira Solberg"
[privacy]
name = "pseudonym"
[people]
"Anna Weber" = ["Anni"]
[personas.anna]
who = "Anna Weber"
consent = { by = "Anna Weber", date = 2026-01-31, how = "in writing" }
"""
TALK: tuple[dict[str, Any], ...] = (
    {"who": "Anna Weber", "text": "did you call Frau Weber?", "conversation_name": "Anna Weber"},
    {"who": "Mira Solberg", "text": "no, Anna! ask Anni or ANNA", "conversation_name": "Anna Weber"},
    {"who": "Jonas Weber", "text": "anna is here", "conversation_key": "g", "conversation_name": "Anna's party"},
    {"who": "Anna Weber", "text": "hi", "conversation_key": "g", "conversation_name": "Anna's party"},
    {
        "who": "Mira Solberg",
        "text": "@Anna: hi from Mira",
        "conversation_key": "g",
        "conversation_name": "Anna's party",
        "reactions": [{"emoji": "👍", "sender": "Jonas Weber"}],
    },
)


def history(settings: Settings, rows: tuple[dict[str, Any], ...] = TALK) -> pl.DataFrame:
    timed = [{"at": f"1 10:{i:02}", **row} for i, row in enumerate(rows)]
    return clean(raw_rows(*timed).lazy(), tables.PARSE_ISSUES.empty(), settings).messages


def said(safe: pl.DataFrame) -> list[str]:
    return safe.sort("sent_at")["text"].to_list()


def test_one_person_stays_one_in_texts_names_titles_and_reactions() -> None:
    settings = parse_settings(PSEUDONYMS)
    messages = history(settings)
    safe = make_safe(messages, settings, b"k" * 32)
    first, last = safe.sort("sent_at")["sender_name"][0].split(" ")
    texts = said(safe)
    assert texts[0] == f"did you call Frau {last}?"
    called = re.fullmatch(r"no, (\w+)! ask (\w+) or (\w+)", texts[1])
    assert called is not None
    assert (called[1], called[3]) == (first, first.upper())
    assert called[2] not in ("Anni", first)
    assert texts[2] == f"{first.lower()} is here"
    assert texts[4] == f"@{first}: hi from Mira"
    jonas, jonas_last = safe.sort("sent_at")["sender_name"][2].split(" ")
    assert jonas_last == last, "one family"
    assert jonas not in ("Jonas", first)
    assert safe.sort("sent_at")["reactions"].to_list()[4][0]["sender"] == f"{jonas} {last}"
    assert set(safe["conversation_name"]) == {f"{first} {last}", f"{first}'s party"}
    assert set(safe.filter("is_owner")["sender_name"]) == {"Mira Solberg"}
    real = {"anna", "anni", "weber", "jonas"}
    shown = " ".join([*texts, *safe["sender_name"], *safe["conversation_name"]]).casefold()
    assert not real & set(re.findall(r"\w+", shown))


def test_names_are_kept_unless_asked() -> None:
    settings = parse_settings(PSEUDONYMS.replace('name = "pseudonym"', ""))
    messages = history(settings)
    assert make_safe(messages, settings, b"k" * 32).select(messages.columns).equals(messages)


def test_the_owner_too_if_asked() -> None:
    settings = parse_settings(PSEUDONYMS.replace("[people]", 'own_name = "pseudonym"\n[people]'))
    safe = make_safe(history(settings), settings, b"k" * 32)
    (own,) = set(safe.filter("is_owner")["sender_name"])
    assert not {"Mira", "Solberg"} & set(own.split(" "))
    assert said(safe)[4].endswith(f"hi from {own.split(' ')[0]}")


def test_masked_people_stay_two() -> None:
    settings = parse_settings(PSEUDONYMS.replace('"pseudonym"', '"mask"'))
    safe = make_safe(history(settings), settings, b"k" * 32)
    assert said(safe)[2] == "[name] is here"
    others = set(safe.filter(~pl.col("is_owner"))["sender_name"])
    assert len(others) == 2
    assert all(re.fullmatch(r"\[name [0-9a-f]{8}\]", name) for name in others)
    assert set(safe.filter("is_owner")["sender_name"]) == {"Mira Solberg"}


def test_a_persona_is_found_by_the_real_name() -> None:
    for policy in ("pseudonym", "mask", "drop", "keep"):
        settings = parse_settings(PSEUDONYMS.replace('"pseudonym"', f'"{policy}"'))
        stand_ins = StandIns(b"k" * 32)
        safe = safe_copy(history(settings), settings, stand_ins).messages
        found = find_persona(settings, "anna", safe.lazy(), stand_ins)
        assert found.name == safe.sort("sent_at")["sender_name"][0], "as the system prompt calls her"
        assert (found.name == "Anna Weber") == (policy == "keep")
        assert find_persona(settings, "me", safe.lazy(), stand_ins).name == "Mira Solberg"


def test_mentions_still_lead_to_the_turn_they_mean(tmp_path: Path) -> None:
    settings = parse_settings(PSEUDONYMS)
    home = Home(tmp_path / "home")
    home.create()
    lay_out(home, make_safe(history(settings), settings, b"k" * 32), settings)
    asked = "select prompt_bubbles, answered_by from conversation_pairs where reply_is_owner and is_group"
    assert warehouse.query(home, asked)[1] == [(["hi"], "mention")]


def test_stand_ins_stay_when_further_exports_arrive(tmp_path: Path) -> None:
    settings = parse_settings(PSEUDONYMS)
    home = Home(tmp_path / "home")
    home.create()

    def run(rows: tuple[dict[str, Any], ...]) -> dict[str, str]:
        stand_ins = StandIns.open(home)
        messages = history(settings, rows)
        safe = safe_copy(messages, settings, stand_ins).messages
        stand_ins.save()
        return dict(zip(messages["sender_name"], safe["sender_name"], strict=True))

    before = run(TALK)
    more = tuple({"who": f"Gast {chr(97 + i)}{chr(97 + i)}", "text": "hey", "conversation_key": "g"} for i in range(20))
    after = run((*more, *TALK))
    assert {name: after[name] for name in before} == before
    taken = before["Anna Weber"].split(" ")[0]
    newcomer = ({"who": taken, "text": "I am new", "conversation_key": "g"},)
    last = run((*TALK, *newcomer))
    assert last["Anna Weber"].split(" ")[0] != taken, "somebody really is called that"
    assert last["Anna Weber"].split(" ")[1] == before["Anna Weber"].split(" ")[1]


NAMES = st.lists(
    st.sampled_from(["Anna", "Jonas", "Ида", "Олег", "Noor", "王小明", "김민수", "Ελένη", "Weber", "Petrov", "أحمد"]),
    min_size=1,
    max_size=2,
    unique=True,
).map(" ".join)


@given(st.lists(NAMES, min_size=2, max_size=8, unique=True), st.binary(min_size=4, max_size=4))
def test_people_never_share_a_name_nor_bear_a_real_one(people: list[str], key: bytes) -> None:
    settings = parse_settings('[me]\nname = "Mira"\n[privacy]\nname = "pseudonym"')
    rows = tuple({"who": who, "text": f"I am {who}"} for who in (*people, "Mira"))
    messages = history(settings, rows)
    safe = make_safe(messages, settings, key)
    pairs = set(zip(messages["sender_name"], safe["sender_name"], strict=True))
    assert len(pairs) == len({new for _, new in pairs}) == len({old for old, _ in pairs})
    real = {word for who in people for word in re.findall(r"\w+", who)}
    finder = Finder.of(settings, People.of(messages.lazy(), settings).names)
    for was, (who, text) in zip(messages["text"], safe.select("sender_name", "text").iter_rows(), strict=True):
        assert who == "Mira" or not real & set(re.findall(r"\w+", who))
        assert text == (f"I am {who}" if finder.find(was) else was)


def test_an_inflected_name_keeps_its_ending() -> None:
    settings = parse_settings(PSEUDONYMS)
    replacer = Replacer(settings, StandIns(b"k" * 32), history(settings).lazy())
    (name,) = {replacer.name("Anna")}
    for written, wanted in (("Annas", f"{name}s"), ("ANNAS", f"{name}s".upper()), ("Annę", name)):
        assert replacer._stand_in(Span("name", 0, len(written), "anna", 1.0), written) == wanted


@pytest.mark.parametrize("policy", ["pseudonym", "mask", "keep"])
@pytest.mark.parametrize("size", [1, 3])
def test_batches_of_any_size_make_the_same_copy(policy: str, size: int) -> None:
    settings = parse_settings(PSEUDONYMS.replace('"pseudonym"', f'"{policy}"', 1))
    messages = history(settings)
    whole = safe_copy(messages, settings, StandIns(b"k" * 32))
    replacer = Replacer(settings, StandIns(b"k" * 32), messages.lazy())
    parts = list(safe_batches(lambda: messages.iter_slices(size), replacer))
    assert pl.concat(part.messages for part in parts).equals(whole.messages)
    assert pl.concat(part.finds for part in parts).sort(pl.all()).equals(whole.finds.sort(pl.all()))


# What is searched in another spelling than it is written in: apostrophes, dots, signs nobody sees, wide digits, capital İ.
_PIECES = """Anna’s |İrem |IREM'e |call me… |❤️ |zero\u200bwidth |+49 171 5550123|＋４９ 171 5550123|anna＠x.example|
 code 482913|｢x｣|Ⅳ |mail jo@x.example |tc kİmlİk no 10000000146 |½ |Weber’s|An\u200bna |J\xado\xadn\xada\xads |code ٥٥١ ٩٠٢ |
turn it to 4–19–33 |b–day: sept 4th |\u1100\u1175\u11b7\u1106\u1175\u11ab\u1109\u116e """


@given(st.lists(st.lists(st.sampled_from(_PIECES.split("|")), min_size=1, max_size=4).map("".join), max_size=8))
@examples(max_examples=40, deadline=None)
def test_all_that_is_found_is_replaced_however_the_text_is_spelled(texts: list[str]) -> None:
    settings = parse_settings(PSEUDONYMS)
    rows = tuple({"who": who, "text": "hi"} for who in ("Mira Solberg", "İrem Şahin", "Jonas Weber", "김민수"))
    rows += tuple({"who": "Anna Weber", "text": text} for text in texts)
    messages = history(settings, rows)
    replacer = Replacer(settings, StandIns(b"k" * 32), messages.lazy())
    (made,) = safe_batches(lambda: iter([messages]), replacer)
    wanted = [replacer.text(text) for text in messages["text"]]
    assert made.messages.select("text", "replaced", "removed").rows() == wanted
    left = {span.canonical for text, *_ in wanted for span in replacer.finder.find(text) if span.kind == "name"}
    assert not left & {"anna", "jonas", "weber", "i̇rem", "irem", "김민수", "민수"}
    assert made.finds.height == sum(len(replacer.finder.find(text)) for text in messages["text"])


def test_a_history_without_messages_has_an_empty_safe_copy(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    lake.write(tables.MESSAGES, tables.MESSAGES.empty(), home.table("messages"))
    _, finds = write(home)
    assert finds.is_empty()
    assert pl.read_parquet(home.table("messages_safe")).equals(tables.MESSAGES_SAFE.empty())


def test_no_stand_in_is_a_name_somebody_speaks_of() -> None:
    settings = parse_settings(PSEUDONYMS)
    safe = make_safe(history(settings), settings, b"k" * 32)
    first = safe.sort("sent_at")["sender_name"][0].split(" ")[0]
    spoken = (*TALK, {"who": "Mira Solberg", "text": f"and {first} from work", "conversation_key": "g"})
    again = make_safe(history(settings, spoken), settings, b"k" * 32)
    assert again.sort("sent_at")["sender_name"][0].split(" ")[0] != first


@pytest.mark.parametrize(
    ("text", "policies"),
    [
        ('replace = ["email", "phone"]', {"email": "pseudonym", "phone": "pseudonym", "card": "keep", "url": "keep"}),
        ("replace = []", {"email": "keep", "iban": "keep", "secret": "drop", "name": "keep"}),
        (
            'replace = ["name"]\nemail = "mask"',
            {"name": "pseudonym", "email": "mask", "card": "keep", "ip": "pseudonym"},
        ),
        ("", {"email": "pseudonym", "secret": "drop", "name": "keep"}),
    ],
)
def test_the_older_way_to_say_it_goes_on_working(text: str, policies: dict[str, str]) -> None:
    privacy = parse_settings(f"[privacy]\n{text}").privacy
    assert {kind: getattr(privacy, kind) for kind in policies} == policies
    assert privacy.threshold == 0.4
