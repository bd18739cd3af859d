"""Two phones tell one group by other names: who is who in the messages, in `identities` and for `chatclone people` is the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chatclone_dagster import tables
from chatclone_dagster.home import Home
from chatclone_dagster.messages import decisions
from chatclone_dagster.messages.clean import Cleaned, clean
from chatclone_dagster.messages.people import People, look
from chatclone_dagster.messages.suggestions import suggest
from chatclone_dagster.readers import ingest, survey
from chatclone_dagster.settings import Me, Settings
from tests.conftest import Chatclone
from tests.rows import raw_rows

START = datetime(2024, 3, 1, 10)  # noqa: DTZ001  raw rows carry local times
TALK = [(who, f"{who} tells the club a story, number {n}") for n in range(12) for who in ("ann", "bo", "rosa")]
MINE = {"ann": "Ann", "bo": "Bo Lund", "rosa": "Rosa Berg"}
BOS = {"ann": "Annie", "bo": "Robert", "rosa": "Mum"}  # Rosa is Bo's mother
ALONE = [
    ("Mum", "will you come on sunday"),
    ("Ann", "yes mum"),
    ("Mum", "good"),
    ("Ann", "see you"),
]  # Ann has one, too
TWO = [("Bo Lund", "did you see what they wrote"), ("Ann", "i did"), ("Bo Lund", "and"), ("Ann", "well")]


def told(said: list[tuple[str, str]], names: dict[str, str], **columns: Any) -> list[dict[str, Any]]:
    return [
        {"who": names[who], "text": text, "sent_local": START + timedelta(minutes=n), **columns}
        for n, (who, text) in enumerate(said)
    ]


def exported(said: list[tuple[str, str]], names: dict[str, str]) -> str:
    lines = ((START + timedelta(minutes=n), names.get(who, who), text) for n, (who, text) in enumerate(said))
    return "".join(f"{at:%d/%m/%Y, %H:%M} - {who}: {text}\n" for at, who, text in lines).replace("01/03", "28/03")


@pytest.fixture
def home(home: Home) -> Home:
    """Ann's home: her three chats, and the group as Bo's phone has it, which goes on for longer."""
    home.change(me__name="Ann")
    for name, said, names in (
        ("WhatsApp Chat with Club.txt", TALK[:30], MINE),
        ("WhatsApp Chat with Mum.txt", ALONE, {}),
        ("WhatsApp Chat with Bo Lund.txt", TWO, {}),
        ("from bo/WhatsApp Chat with Club.txt", TALK, BOS),
    ):
        path = home.exports / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(exported(said, names))
    return home


def made(home: Home) -> Cleaned:
    raw = ingest.raw_rows(home, ingest.read_everything(home, survey.exports(home)))
    return clean(raw, tables.PARSE_ISSUES.empty(), home.settings)


def of_the_club(history: Cleaned) -> dict[str, set[str]]:
    """The names under which everybody's stories stand."""
    stories = history.messages.filter(pl.col("text").str.contains("tells the club"))
    stories = stories.group_by(pl.col("text").str.split(" ").list.first()).agg(pl.col("sender_name").unique())
    return {who: set(names) for who, names in stories.iter_rows()}


def names(found: People) -> set[str]:
    return {person.name for person in found.everyone}


def agree(history: Cleaned) -> None:
    """Everybody in the messages is in identities, by the same id and name."""
    senders = history.messages.select("sender_id", name="sender_name").drop_nulls().unique()
    assert senders.join(history.identities, on=["sender_id", "name"], how="anti").is_empty()


def test_two_phones_names_are_one_person_where_that_is_sure_and_asked_about_elsewhere(home: Home) -> None:
    history, found = made(home), look(home)
    agree(history)
    assert of_the_club(history) == {"ann": {"Ann"}, "bo": {"Bo Lund"}, "rosa": {"Rosa Berg"}}
    assert names(found) == {"Ann", "Bo Lund", "Rosa Berg", "Mum"}
    ids = {person.name: person.id for person in found.everyone}
    senders = history.identities.select("sender_key", "sender_id", "rule").rows()
    assert ("Annie", "me", "same_messages") in senders
    assert ("Robert", ids["Bo Lund"], "same_messages") in senders
    assert found.find("Robert") is found.find("Bo Lund")
    (suggestion,) = suggest(found, home.settings)
    assert {suggestion.one.name, suggestion.other.name} == {"Rosa Berg", "Mum"}
    assert suggestion.reasons[0] == "10 messages of one chat said by 'Mum' on one phone and by 'Rosa Berg' on another"
    mums = history.messages.filter(pl.col("conversation_name") == "Mum")
    assert set(mums["sender_name"]) == {"Ann", "Mum"}, "Ann's own mother is not Rosa"


def test_the_users_word_goes_first_and_can_be_taken_back(home: Home) -> None:
    before = home.settings_text
    found = look(home)
    (suggestion,) = suggest(found, home.settings)
    decisions.refuse(home, found, suggestion.one, suggestion.other)
    assert not suggest(look(home), home.settings)
    assert of_the_club(made(home))["rosa"] == {"Rosa Berg"}, "in the club they are one all the same"
    decisions.undo(home)
    decisions.merge(home, found, found.find("Rosa Berg"), found.find("Mum"))
    assert names(look(home)) == {"Ann", "Bo Lund", "Rosa Berg"}
    agree(made(home))
    decisions.undo(home)
    decisions.split(home, found, found.find("Bo Lund"), "Robert")
    assert names(look(home)) == {"Ann", "Bo Lund", "Rosa Berg", "Mum", "Robert"}
    history = made(home)
    agree(history)
    assert of_the_club(history)["bo"] == {"Bo Lund", "Robert"}
    decisions.undo(home)
    decisions.rename(home, look(home), look(home).find("Robert"), "Bo")
    history = made(home)
    agree(history)
    assert of_the_club(history)["bo"] == {"Bo"}
    decisions.undo(home)
    assert home.settings_text == before


def test_the_command_line_shows_one_line_for_one_person(chatclone: Chatclone, home: Home) -> None:
    said = chatclone("people", "--home", home.root, "--format", "json").out.splitlines()
    assert len(said) == 4
    said_all = chatclone("people", "--all", "--home", home.root).words
    assert "10 messages said by 'Bo Lund' on one phone and by 'Robert' on another" in said_all
    assert "Mum = Rosa Berg" in said_all or "Rosa Berg = Mum" in said_all


def test_the_you_of_another_phone_is_not_the_owner() -> None:
    rows = raw_rows(
        *(row | {"from_owner": row["who"] == "Ann"} for row in told(TALK, MINE, export="mine")),
        *(row | {"from_owner": row["who"] == "You"} for row in told(TALK, BOS | {"bo": "You"}, export="bos")),
        source="messenger",
    )
    history = clean(rows.lazy(), tables.PARSE_ISSUES.empty(), Settings(me=Me(name="Ann")))
    agree(history)
    named = dict(history.identities.select("sender_key", "name").iter_rows())
    assert (named["Annie"], named["You"], named["Mum"]) == ("Ann", "Bo Lund", "Rosa Berg")
    owners = history.messages.filter("is_owner")
    assert {*owners["text"]} == {text for who, text in TALK if who == "ann"}


NUMBER = "+49 171 3920042"
POOL = ["Ann", "Bo", "Cy", "Mum", "Dad", NUMBER]
PEOPLE = ("ann", "bo", "rosa")


@hypothesis_settings(max_examples=40, deadline=None)
@given(
    st.permutations(POOL[1:]),
    st.permutations(POOL),
    st.lists(st.sampled_from(["bo", "rosa", "eve"]), unique=True),
    st.sampled_from([0, 15, 75]),
    st.booleans(),
)
def test_whatever_two_phones_call_people_no_two_are_one(
    mine: list[str], others: list[str], alone: list[str], apart: int, mine_first: bool
) -> None:
    here = dict(zip((*PEOPLE, "eve"), ["Ann", *mine], strict=False))
    there = dict(zip(PEOPLE, others, strict=False))
    if NUMBER in here.values():  # a number is one person's on every phone
        there = {who: "Zed" if name == NUMBER else name for who, name in there.items()}
    theirs = told(TALK, there, export="b")
    theirs = [row | {"sent_local": row["sent_local"] + timedelta(minutes=apart)} for row in theirs]
    chats = [
        row
        for who in alone
        for row in told([(who, f"hello {who}"), ("ann", "hi"), (who, "so"), ("ann", "yes")], here, export=who)
    ]
    chats = [row | {"conversation_key": row["export"], "conversation_name": row["export"]} for row in chats]
    group = told(TALK[6:] if mine_first else TALK[:30], here, export="a")
    rows = raw_rows(*group, *theirs, *chats)
    history = clean(rows.lazy(), tables.PARSE_ISSUES.empty(), Settings(me=Me(name="Ann")))
    agree(history)
    meant: dict[str, set[str]] = {}
    for who, name in (*here.items(), *there.items()):
        meant.setdefault(name, set()).add(who)
    ids = dict(history.identities.select("sender_key", "sender_id").iter_rows())
    clear = {name: who.copy().pop() for name, who in meant.items() if len(who) == 1 and name in ids}
    for one, who in clear.items():
        for other, somebody in clear.items():
            assert who == somebody or ids[one] != ids[other], (one, other)
