"""What is left out: people who said no, chats and days; what goes with them, what is not joined, and how it is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from chatclone_dagster import lake, tables, warehouse
from chatclone_dagster.defs import definitions
from chatclone_dagster.defs.exports import FOLDER
from chatclone_dagster.defs.plan import observe, plan
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.messages.known import people_in
from chatclone_dagster.privacy.exclude import Exclusion
from chatclone_dagster.privacy.safe import ledger, make_safe
from chatclone_dagster.settings import SettingsError, parse_settings
from chatclone_dagster.sql_models import Project
from tests.conftest import Chatclone
from tests.history import lay_out
from tests.rows import raw_rows

GROUP: dict[str, Any] = {"conversation_key": "g", "conversation_name": "Rowing club", "is_group": True}
TWO: dict[str, Any] = {"conversation_key": "cy", "conversation_name": "Cy Day"}
ROWS: tuple[dict[str, Any], ...] = (
    {**GROUP, "who": "Bo", "text": "who brings the boat", "at": "1 10:00", "platform_id": "1"},
    {**GROUP, "who": "Ann", "text": "me", "at": "1 10:01", "platform_id": "2"},
    {**GROUP, "who": "Cy Day", "text": "zanzibar", "at": "1 10:02", "platform_id": "3", "attachments": ["cy.jpg"]},
    {**GROUP, "who": "Ann", "text": "lovely", "at": "1 10:03", "platform_id": "4"},
    {**GROUP, "who": "Bo", "text": "ok", "at": "2 10:04", "reactions": [{"emoji": "👍", "sender": "Cy Day"}]},
    {**GROUP, "who": "Ann", "text": "fine", "at": "2 10:05", "reactions": [{"emoji": "👍", "sender": None}]},
    {**TWO, "who": "Cy Day", "text": "come to zanzibar", "at": "3 10:00"},
    {**TWO, "who": "Ann", "text": "your cousin again?", "at": "3 10:01"},
)


CYRIL = "'Cyril Day' = ['Cy Day', '+49 171 3920042']"


def safe(exclude: str, *rows: dict[str, Any], known: str = CYRIL) -> pl.DataFrame:
    settings = parse_settings(f"[me]\nname = 'Ann'\n[people]\n{known}\n{exclude}")
    raw = raw_rows(*(rows or ROWS))
    made = clean(raw.lazy(), tables.PARSE_ISSUES.empty(), settings)
    people = people_in(raw.lazy(), made, settings)
    return make_safe(Exclusion(made.messages.lazy(), people, settings).apply(made.messages), settings, b"k" * 32)


def built(folder: Path, messages: pl.DataFrame) -> Home:
    home = Home(folder)
    home.create("[me]\nname = 'Ann'\n")
    lay_out(home, messages, home.settings)
    return home


def test_whoever_is_shown_without_a_tilde_is_named_so() -> None:
    left = safe("[exclude]\npeople = ['Pia']", *ROWS, {**GROUP, "who": "~ Pia", "text": "hi", "at": "4 10:00"})
    assert left.filter(pl.col("removed").is_not_null())["sender_name"].to_list() == ["Pia"]


@pytest.mark.parametrize("name", ["Cy Day", "cy  day", "Cyril Day", "+49 1713920042"])
def test_a_person_goes_by_any_name_with_the_chat_of_the_two_and_their_reactions(name: str) -> None:
    left = safe(f"[exclude]\npeople = ['{name}']")
    gone = left.filter(pl.col("removed").is_not_null())
    assert gone["removed"].to_list() == ["excluded_person"] * 3
    assert gone.select("text", "reply_to").unique().rows() == [("", None)]
    assert gone.select(pl.col("reactions", "attachments").list.len().sum()).row(0) == (0, 0)
    assert gone["sender_name"].to_list() == ["Cyril Day", "Cyril Day", "Ann"]
    stays = left.filter(pl.col("removed").is_null())
    assert stays["text"].to_list() == ["who brings the boat", "me", "lovely", "ok", "fine"]
    assert stays["reactions"].list.len().to_list() == [0, 0, 0, 0, 1], "theirs is gone, one of nobody known stays"


def test_consent_false_among_the_people_is_the_same_by_every_alias() -> None:
    aliases = "aliases = ['Cy Day', '+49 171 3920042']"
    marked = safe("", known=f"'Cyril Day' = {{ {aliases}, consent = false }}")
    assert marked.equals(safe("[exclude]\npeople = ['Cy Day']"))
    assert marked["removed"].drop_nulls().len() == 3
    agreed = safe("", known=f"'Cyril Day' = {{ {aliases}, consent = true }}")
    assert agreed.equals(safe(""))
    by_name_alone = safe("", known="'Cy Day' = { consent = false }")
    assert by_name_alone["removed"].equals(marked["removed"])


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC"])
@pytest.mark.parametrize(
    ("written", "named"), [("+49 171 3920042", "0171 3920042"), ("0171 3920042", "+49 171 3920042")]
)
def test_a_number_is_one_with_and_without_its_country(zone: str, written: str, named: str) -> None:
    rows = [row | {"who": row["who"].replace("Cy Day", written)} for row in ROWS]
    rows[4] |= {"reactions": [{"emoji": "👍", "sender": written}]}
    settings = f"[exclude]\npeople = ['{named}']\n[time]\nzone = '{zone}'"
    left = safe(settings, *rows, known="'Zed' = []")
    assert left["removed"].drop_nulls().to_list() == ["excluded_person"] * 3
    assert left["reactions"].list.len().sum() == 1


@pytest.mark.parametrize(
    ("exclude", "gone", "reason"),
    [
        ("conversations = ['rowing CLUB']", 6, "excluded_conversation"),
        ("conversations = ['row*']", 6, "excluded_conversation"),
        ("conversations = ['nothing like*']", 0, None),
        ("ranges = [{ from = 2024-01-02, to = 2024-01-02 }]", 2, "excluded_dates"),
        ("ranges = [{ from = 2024-01-02 }]", 4, "excluded_dates"),
        ("ranges = [{ to = 2024-01-02, person = 'Bo' }]", 2, "excluded_dates"),
        ("ranges = [{ from = 2024-01-01, conversation = 'Cy Day' }]", 2, "excluded_dates"),
    ],
)
def test_chats_and_days(exclude: str, gone: int, reason: str | None) -> None:
    removed = safe(f"[exclude]\n{exclude}")["removed"].drop_nulls()
    assert removed.to_list() == [reason] * gone


def test_days_are_the_owners() -> None:
    """A message at 23:30 in Auckland belongs to the day there, whatever day it is in UTC."""
    row = {"tz_known": True, "at": "1 10:30", "text": "late"}
    zone = "[time]\nzone = 'Pacific/Auckland'\n[exclude]\nranges = [{{ from = 2024-01-{0:02}, to = 2024-01-{0:02} }}]"
    rows = ({**row, "who": "Ann"}, {**row, "who": "Bo", "at": "1 11:30"})
    assert safe(zone.format(1), *rows)["removed"].to_list() == ["excluded_dates", None]
    assert safe(zone.format(2), *rows)["removed"].to_list() == [None, "excluded_dates"]


def test_neighbours_are_not_joined_and_nothing_counts_what_is_gone(tmp_path: Path) -> None:
    left = safe("[exclude]\npeople = ['Cy Day']")
    home = built(tmp_path / "cut", left)
    turns = warehouse.query(home, "select bubbles, block from turns order by started_at")[1]
    assert turns[:3] == [(["who brings the boat"], 0), (["me"], 0), (["lovely"], 1)]
    assert warehouse.query(home, "select messages from people order by sender_id")[1] == [(3,), (2,)]
    # What is gone lies between sessions here, so without its rows every mart must come out the same.
    apart = left.filter(pl.col("removed").is_null() | (pl.col("conversation_name") != "Rowing club"))
    without = built(tmp_path / "without", apart.filter(pl.col("removed").is_null()))
    home = built(tmp_path / "with", apart)
    for name, model in Project.of(home.settings).models.items():
        if model.layer == "marts":
            assert lake.version(home.table(name)) == lake.version(without.table(name)), name


def test_every_message_has_an_outcome() -> None:
    became = ledger(safe("[exclude]\npeople = ['Cy Day']\nranges = [{ to = 2024-01-01 }]").lazy()).collect()
    assert became.schema == tables.LEDGER.schema
    outcomes = dict(became.group_by(pl.coalesce("reason", "outcome")).len().iter_rows())
    assert outcomes == {"excluded_person": 3, "excluded_dates": 3, "used": 2}


@pytest.mark.parametrize(
    ("exclude", "told"),
    [
        ("people = ['Cy Dya']", "exclude.people: nobody called 'Cy Dya' wrote anything; did you mean 'Cyril Day'?"),
        ("people = ['Ann']", "exclude.people: 'Ann' is you; leave out chats or days instead"),
        (
            "conversations = ['Rowng club']",
            "exclude.conversations: no chat is called 'Rowng club'; did you mean 'Rowing",
        ),
        (
            "ranges = [{ to = 2024-01-01, person = 'Zed' }]",
            "exclude.ranges.0.person: nobody called 'Zed' wrote anything",
        ),
        (
            "ranges = [{ from = 2024-02-01, to = 2024-01-01 }]",
            "exclude.ranges.0: from 2024-02-01 is after to 2024-01-01",
        ),
        ("ranges = [{ person = 'Bo' }]", "exclude.ranges.0: say from, to or both"),
    ],
)
def test_what_concerns_nobody_is_one_line(exclude: str, told: str) -> None:
    with pytest.raises((UserError, SettingsError)) as error:
        safe(f"[exclude]\n{exclude}")
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (
            "'Cy Dya' = { consent = false }",
            "people.Cy Dya.consent: nobody called 'Cy Dya' wrote anything; did you mean",
        ),
        ("'Annie' = { aliases = ['Ann'], consent = false }", "people.Annie.consent: 'Annie' is you; leave out chats"),
        ("'Cy' = { consent = 'no' }", "people.Cy.consent: Input should be a valid boolean"),
        ("'Cy' = { by = 'Cy' }", "people.Cy.by: there is no such setting"),
        ("'Cy' = 'Cyril'", "people.Cy: a list of names, as in"),
        ("'Cy' = { aliases = 'Cyril' }", "people.Cy.aliases: Input should be a valid tuple"),
        (
            "'Cy' = { consent = { by = 'Cy' } }",
            "people.Cy: consent: true or false; the consent to be cloned stands under [personas.…]",
        ),
    ],
)
def test_what_is_wrong_among_the_people_is_one_line(known: str, told: str) -> None:
    with pytest.raises((UserError, SettingsError)) as error:
        safe("", known=known)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.fixture
def club(home: Home) -> Home:
    lines = ("09:00 - Bo: boat?", "09:01 - Cy Day: zanzibar", "09:02 - Ann: me")
    text = "".join(f"{day:02}/03/2024, {line}\n" for day in range(1, 4) for line in lines)
    (home.exports / "WhatsApp Chat with Rowing club.txt").write_text(text)
    return home


def test_the_command_line_keeps_comments_and_says_what_it_concerns(chatclone: Chatclone, club: Home) -> None:
    club.settings_file.write_text("# mine\n" + club.settings_file.read_text())
    said = chatclone("exclude", "person", "cy day", "--home", club.root)
    assert said.code == 0, said.words
    assert "Cy Day excluded_person 3 1" in said.words
    assert chatclone("exclude", "range", "--from", "2024-03-02", "--person", "Bo", "--home", club.root).code == 0
    said = chatclone("exclude", "conversation", "Row*", "--home", club.root)
    assert "from 2024-03-02 by Bo excluded_dates 2 1" in said.words
    assert "Row* excluded_conversation 9 1" in said.words
    assert club.settings_file.read_text().startswith("# mine\n")
    club = Home(club.root)
    assert club.settings.exclude.people == ("Cy Day",)
    assert chatclone("exclude", "person", "CY DAY", "--undo", "--home", club.root).code == 0
    assert chatclone("exclude", "conversation", "row*", "--undo", "--home", club.root).code == 0
    undo = ("exclude", "range", "--from", "2024-03-02", "--person", "Bo", "--undo", "--home", club.root)
    assert "Nothing is left out." in chatclone(*undo).words
    assert chatclone(*undo).code == 2
    assert "'Cy Day' is not left out; nothing is" in chatclone(*undo[:1], "person", "Cy Day", *undo[6:]).words


def test_consent_false_is_listed_and_marked_and_counts_from_the_next_run_on(
    chatclone: Chatclone, club: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(club.dagster))

    def planned(instance: dg.DagsterInstance) -> set[str]:
        observe(club, instance)
        steps = {str(step) for step in plan(definitions(club), instance, ["me"]).steps}
        return steps & {"messages", "messages_safe"}

    club.change(people={"Cyril": {"aliases": ["Cy Day"], "consent": True}})
    with dg.DagsterInstance.get() as instance:
        observe(club, instance)
        job = definitions(club).resolve_implicit_global_asset_job_def()
        chosen = dg.AssetSelection.assets("messages_safe").upstream().required_multi_asset_neighbors()
        keys = sorted(chosen.resolve(job.asset_layer.asset_graph) - {FOLDER})
        assert job.execute_in_process(instance=instance, asset_selection=keys).success
        assert planned(instance) == set()
        club.change(people={"Cyril": {"aliases": ["Cy Day"], "consent": False}})
        assert planned(instance) == {"messages_safe"}, "the history itself stays"
    assert "Cyril excluded_person 3 1" in chatclone("exclude", "--home", club.root).words
    assert "Cyril (left out)" in chatclone("people", "--home", club.root).words
    said = chatclone("people", "--home", club.root, "--format", "json").out.splitlines()
    assert {one["name"]: one["left_out"] for one in map(json.loads, said)} == {"Bo": False, "Cyril": True, "Ann": False}
    undo = chatclone("exclude", "person", "cy day", "--undo", "--home", club.root)
    assert (undo.code, "is left out by people.Cyril.consent in chatclone.toml; change it there" in undo.words) == (
        2,
        True,
    )


def test_nobody_is_left_out_by_a_slip(chatclone: Chatclone, club: Home) -> None:
    before = club.settings_file.read_text()
    said = chatclone("exclude", "person", "Cy Dai", "--home", club.root)
    assert said.code == 2
    assert "nobody called 'Cy Dai' wrote anything; did you mean 'Cy Day'?" in said.words
    said = chatclone("exclude", "range", "--home", club.root)
    assert (said.code, said.words) == (2, "✗ exclude range: say from, to or both")
    assert club.settings_file.read_text() == before
