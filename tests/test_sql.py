"""dbt_like_sql: what sessions, turns, pairs and habits mean, and what the runner refuses."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
import pytest

from chatclone_dagster import tables, warehouse
from chatclone_dagster.home import Home, bundled
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.privacy.safe import make_safe
from chatclone_dagster.settings import Me, Sessions, Settings
from chatclone_dagster.sql_models import Project
from chatclone_dagster.sql_tests import ModelError
from tests.history import lay_out
from tests.rows import raw_rows

ME = Settings(me=Me(name="Ann"), sessions=Sessions(gap_minutes=60))


def built(folder: Path, *rows: dict[str, Any], settings: Settings = ME) -> Home:
    """A home whose warehouse holds these rows, every model built and every test passed."""
    home = Home(folder / "home")
    home.create()
    messages = clean(raw_rows(*rows).lazy(), tables.PARSE_ISSUES.empty(), settings).messages
    lay_out(home, make_safe(messages, settings, b"k" * 32), settings)
    return home


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.query(home, sql)[1]


def pairs(home: Home) -> list[tuple[str, str, str]]:
    return [
        (" / ".join(prompt), " / ".join(reply), how)
        for prompt, reply, how in ask(
            home, "select prompt_bubbles, reply_bubbles, answered_by from conversation_pairs order by replied_at"
        )
    ]


def test_a_silence_ends_a_session_and_bubbles_stay_apart(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "hi", "at": "1 10:00"},
        {"who": "Bo", "text": "free tonight?", "at": "1 10:01"},
        {"who": "Ann", "text": "yes", "at": "1 10:30"},
        {"who": "Ann", "text": "and you?", "at": "1 11:30"},
        {"who": "Bo", "text": "sure", "at": "1 12:31"},
    )
    assert ask(home, "select messages, turns, people from sessions order by started_at") == [(4, 2, 2), (1, 1, 1)]
    assert pairs(home) == [("hi / free tonight?", "yes / and you?", "adjacent")], "nothing is answered across a silence"


def test_a_reply_by_link_goes_on_across_a_silence(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "where do we meet?", "at": "1 10:00", "platform_id": "1"},
        {"who": "Ann", "text": "let me think", "at": "1 10:01", "platform_id": "2"},
        {"who": "Ann", "text": "morning!", "at": "2 10:00", "platform_id": "3"},
        {"who": "Ann", "text": "at the pier", "at": "2 10:01", "platform_id": "4", "reply_to": "1"},
        {"who": "Bo", "text": "good", "at": "2 10:02", "platform_id": "5"},
        {"who": "Bo", "text": "I said it was good", "at": "3 10:00", "platform_id": "6", "reply_to": "5"},
        {"who": "Ann", "text": "you did", "at": "4 10:00", "platform_id": "7", "reply_to": "1"},
    )
    asked = (
        "select messages, turns, opened_by = 'me', is_answered, silent_seconds_before from sessions order by started_at"
    )
    silence = 24 * 60 * 60 - 2 * 60
    assert ask(home, asked) == [
        (5, 3, False, True, None),  # Ann's second evening goes on with Bo's question
        (1, 1, False, False, silence),  # nobody answers himself
        (1, 1, True, False, 24 * 60 * 60),  # what is answered lies further back than the session before
    ]
    assert pairs(home)[0] == ("where do we meet?", "let me think / morning! / at the pier", "reply_to")


def test_an_opening_is_nobodys_answer_and_no_answer_is_in_its_prompt(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "anyone?", "at": "1 10:00"},
        {"who": "Ann", "text": "guess who", "at": "2 10:00"},
        {"who": "Bo", "text": "you", "at": "2 10:01"},
        {"who": "Ann", "text": "right", "at": "2 10:02"},
        {"who": "Ann", "text": "hello?", "at": "3 10:00"},
    )
    assert pairs(home) == [("guess who", "you", "adjacent"), ("you", "right", "adjacent")]
    asked = "select opened_by = 'me', is_answered from sessions order by started_at"
    assert ask(home, asked) == [(False, False), (True, True), (True, False)]


@pytest.mark.parametrize(
    ("does", "found"),
    [
        ("show", [("look / [voice]", "sure", "adjacent")]),
        ("skip", [("look", "sure", "adjacent")]),
        ("cut", []),
    ],
)
def test_what_has_no_words_is_shown_skipped_or_cuts(
    tmp_path: Path, does: Literal["show", "skip", "cut"], found: list[tuple[str, str, str]]
) -> None:
    settings = Settings(me=Me(name="Ann"), sessions=Sessions(kinds={"voice": does, "media": "skip"}))
    home = built(
        tmp_path,
        {"who": "Bo", "text": "look", "at": "1 10:00"},
        {"who": "Bo", "text": "", "kind": "voice", "at": "1 10:01"},
        {"who": "Ann", "text": "sure", "at": "1 10:02"},
        {"who": "Ann", "text": "", "kind": "media", "at": "1 10:03"},
        {"who": "Ann", "text": "my cat", "kind": "media", "at": "2 10:03"},
        settings=settings,
    )
    assert pairs(home) == found
    assert ask(home, "select bubbles from turns order by started_at desc limit 1") == [(["[media] my cat"],)]


def test_a_withdrawn_message_cuts_and_its_neighbours_are_never_joined(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "guess what", "at": "1 10:00"},
        {"who": "Ann", "text": "before", "at": "1 10:01"},
        {"who": "Ann", "text": "", "kind": "deleted", "at": "1 10:02"},
        {"who": "Ann", "text": "after", "at": "1 10:03"},
        {"who": "Bo", "text": "ok", "at": "1 10:04"},
    )
    assert ask(home, "select bubbles, block from turns order by turn_no") == [
        (["guess what"], 0),
        (["before"], 0),
        (["after"], 1),
        (["ok"], 1),
    ]
    assert pairs(home) == [("guess what", "before", "adjacent"), ("after", "ok", "adjacent")]


def test_app_lines_and_calls_neither_speak_nor_cut(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "look", "at": "1 10:00"},
        {"who": None, "text": "Bo changed the icon", "kind": "system", "at": "1 10:01"},
        {"who": "Bo", "text": "Missed voice call", "kind": "call", "at": "1 10:02"},
        {"who": "Bo", "text": "cat.jpg", "kind": "media", "at": "1 10:03", "attachments": ["cat.jpg"]},
        {"who": "Ann", "text": "aww", "at": "1 10:04"},
    )
    assert pairs(home) == [("look / [media] cat.jpg", "aww", "adjacent")]


def test_in_groups_a_name_or_a_reply_link_says_what_is_answered(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Bo", "text": "who has the key?", "at": "1 10:00", "platform_id": "1"},
        {"who": "Cy Day", "text": "what is for dinner?", "at": "1 10:01", "platform_id": "2"},
        {"who": "Ann", "text": "Bo: me", "at": "1 10:02", "platform_id": "3"},
        {"who": "Dee", "text": "hello all", "at": "1 10:03", "platform_id": "4"},
        {"who": "Ann", "text": "@\u2068Cy Day\u2069 soup", "at": "1 10:04", "platform_id": "5"},
        {"who": "Dee", "text": "where was it?", "at": "1 10:05", "platform_id": "6", "reply_to": "3"},
        {"who": "Bo", "text": "note: bring bread", "at": "1 10:06", "platform_id": "7"},
    )
    assert pairs(home) == [
        ("who has the key?", "what is for dinner?", "adjacent"),
        ("who has the key?", "Bo: me", "mention"),
        ("Bo: me", "hello all", "adjacent"),
        ("what is for dinner?", "@\u2068Cy Day\u2069 soup", "mention"),
        ("Bo: me", "where was it?", "reply_to"),
        ("where was it?", "note: bring bread", "adjacent"),
    ]


def test_habits_say_what_they_say(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        {"who": "Ann", "text": "sooo good 🦦🦦"},
        {"who": "Ann", "text": "OK FINE."},
        {"who": "Bo", "text": "What?", "at": "1 12:01"},
    )
    asked = "select texts, bubbles_per_turn, starts_lower_case, all_capitals, has_emoji, emoji_per_text, "
    asked += "ends_with_full_stop, stretches_letters, favourite_emoji, mean_words from texting_habits where is_owner"
    assert ask(home, asked) == [(2, 2.0, 0.5, 0.5, 0.5, 1.0, 0.5, 0.5, "🦦", 2.0)]
    assert ask(home, "select sender_name, replies, median_reply_seconds from people order by 1") == [
        ("Ann", 0, None),
        ("Bo", 1, 60.0),
    ]


def test_a_report_that_looks_wrong_warns(tmp_path: Path) -> None:
    start = datetime(2024, 1, 1)  # noqa: DTZ001
    rows = [
        {"who": "Ann" if i % 2 else "Bo", "text": "cut up", "sent_local": start + timedelta(minutes=i)}
        for i in range(240)
    ]
    home = built(tmp_path, *rows)
    habits = Project.of(ME).models["texting_habits"]
    (test,) = [test for test in habits.tests if test.name == "habits_look_right"]
    assert test.warns
    assert warehouse.failures(home, habits, test)[0] == 2


def test_any_duckdb_client_reads_the_warehouse_while_it_is_replaced(tmp_path: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b"})
    assert "turns" in warehouse.publish(home)
    with duckdb.connect(str(home.warehouse), read_only=True) as reader:
        warehouse.publish(home)
        assert reader.execute("select count(*) from messages_safe").fetchall() == [(2,)]
    with pytest.raises(warehouse.QueryError, match="nowhere"):
        warehouse.query(home, "select * from nowhere")


def test_the_order_of_rows_does_not_change_a_version(tmp_path: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b", "at": "1 12:01"})
    model = Project.of(ME).models["stg_messages"]
    before = warehouse.build(home, model)
    pl.read_parquet(home.table("messages_safe")).reverse().write_parquet(home.table("messages_safe"))
    assert warehouse.build(home, model) == before


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the SQL project that a test may spoil."""
    return Path(shutil.copytree(bundled("dbt_like_sql"), tmp_path / "sql"))


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        (
            "models/marts/people.sql",
            "select * from {{ ref('peple') }}",
            r"models/marts/people.sql: ref\('peple'\) is no model",
        ),
        ("models/marts/extra.sql", "select 1", "models/marts/extra.sql: no .yml describes the model"),
        (
            "models/marts/extra.yml",
            "models: [{name: extra}]",
            "extra.yml: describes 'extra', of which there is no extra.sql",
        ),
        ("models/marts/extra.yml", "models: [extra]", "models/marts/extra.yml: is not laid out as dbt has it"),
        ("models/marts/people.sql", "select * from {{ ref('people') }}", "in a circle: people -> people"),
        (
            "models/marts/people.sql",
            "select * from {{ source('lake', 'x') }}",
            r"source\('lake', 'x'\) is in no sources.yml",
        ),
        ("models/marts/people.sql", "select {{ oops }}", "models/marts/people.sql: 'oops' is undefined"),
        ("models/marts/people.sql", "select {{ var('x') }}", "there is no variable 'x' in dbt_project.yml"),
        ("models/intermediate/turns.sql", "select * from {{ ref('people') }}", "in a circle: .*people"),
        ("models/marts/people.yml", "models: [", "models/marts/people.yml"),
        ("tests/t.sql", "select 1", "tests/t.sql: a test must ref"),
        ("tests/t.sql", "select 1 from {{ ref('people') }}, {{ ref('sessions') }}", "is not built after"),
        (
            "models/marts/people.yml",
            "models: [{name: people, columns: [{name: a, data_tests: [shiny]}]}]",
            "people.yml: 'shiny' is no test",
        ),
        (
            "models/marts/people.yml",
            "models: [{name: people, columns: [{name: a, data_tests: [accepted_values: {}]}]}]",
            "people.yml: the test accepted_values of a says no 'values'",
        ),
        (
            "models/marts/people.yml",
            "models: [{name: people, data_tests: [unique]}]",
            "people.yml: the test unique of the model says no 'column_name'",
        ),
        (
            "models/marts/people.yml",
            "models: [{name: people, columns: [{name: a, data_tests: [relationships: {to: ref('who'), field: b}]}]}]",
            "test relationships_a: people is not built after 'who'",
        ),
        ("tests/t.sql", "select 1 from {{ ref('peple') }}", r"tests/t.sql: ref\('peple'\) is no model"),
    ],
)
def test_a_wrong_model_is_a_clear_error(project: Path, file: str, text: str, fault: str) -> None:
    (project / file).write_text(text)
    with pytest.raises(ModelError, match=fault):
        _ = Project.of(ME, project).models


def test_what_is_skipped_and_what_cuts_reaches_the_models_that_say_so() -> None:
    one, two = (Project.of(Settings(sessions=Sessions(kinds=kinds))).models for kinds in ({}, {"voice": "cut"}))
    assert {name for name in one if one[name].version != two[name].version} == {"stg_messages"}


def test_a_variable_changes_only_the_models_that_use_it() -> None:
    one, two = (Project.of(Settings(sessions=Sessions(gap_minutes=gap))).models for gap in (60, 90))
    assert {name for name in one if one[name].version != two[name].version} == {"session_messages"}


@pytest.mark.parametrize(
    ("test", "failing"),
    [
        ("not_null", 1),
        ("unique", 1),
        ("accepted_values: {arguments: {values: [a, it's]}}", 1),
        ("relationships: {arguments: {to: ref('parent'), field: a}}", 2),
    ],
)
def test_a_generic_test_counts_the_rows_that_fail_it(tmp_path: Path, test: str, failing: int) -> None:
    folder = tmp_path / "sql"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: small")
    (folder / "models/parent.sql").write_text("select 'a' as a")
    (folder / "models/child.sql").write_text(
        "select * from (values ('a'), ('a'), ('b'), ('it''s'), (null)) as t (a) where exists (from {{ ref('parent') }})"
    )
    (folder / "models/all.yml").write_text(
        f"models: [{{name: parent}}, {{name: child, columns: [{{name: a, data_tests: [{test}]}}]}}]"
    )
    home = Home(tmp_path / "home")
    home.create()
    models = Project(folder).models
    assert sorted(warehouse.build_all(home, models)) == ["child", "parent"]
    (found,) = models["child"].tests
    assert warehouse.failures(home, models["child"], found)[0] == failing


def test_only_what_changed_is_built_again(tmp_path: Path, project: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b", "at": "1 12:01"})
    everything = set(Project.of(ME, project).models)
    stamps = {name: home.table(name).stat().st_mtime_ns for name in everything}
    assert warehouse.build_all(home, Project.of(ME, project).models) == []
    assert {name: home.table(name).stat().st_mtime_ns for name in everything} == stamps

    sql = project / "models/intermediate/sessions.sql"
    sql.write_text(sql.read_text().replace("count(*) as messages", "count(*) + 0 as messages"))
    assert warehouse.build_all(home, Project.of(ME, project).models) == ["sessions"], "the same came out of it"

    safe = home.table("messages_safe")
    pl.read_parquet(safe).reverse().write_parquet(safe)
    assert warehouse.build_all(home, Project.of(ME, project).models) == [], "other bytes, the same rows"
    pl.read_parquet(safe).with_columns(text=pl.col("text") + "!").write_parquet(safe)
    assert {"stg_messages", "texts", "texting_habits"} <= set(warehouse.build_all(home, Project.of(ME, project).models))
    home.table("emoji").unlink()
    assert warehouse.build_all(home, Project.of(ME, project).models) == ["emoji"]


def test_a_model_that_fails_leaves_its_table_and_stops_what_reads_it(tmp_path: Path, project: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b", "at": "1 12:01"})
    before = home.table("turns").read_bytes()
    sql = project / "models/intermediate/turns.sql"
    sql.write_text(sql.read_text().replace("min(sent_at)", "nothing(sent_at)"))
    bursts = home.table("bursts").stat().st_mtime_ns
    with pytest.raises(duckdb.Error, match="nothing"):
        warehouse.build_all(home, Project.of(ME, project).models)
    assert home.table("turns").read_bytes() == before
    assert home.table("bursts").stat().st_mtime_ns == bursts
    assert not [path for path in home.lake.iterdir() if path.name.startswith(".turns")]


def test_every_column_is_described_and_every_description_is_a_column(tmp_path: Path) -> None:
    home = built(tmp_path, {"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b"})
    for model in Project.of(ME).models.values():
        assert list(model.columns) == list(pl.read_parquet_schema(home.table(model.name))), model.name
        assert model.description.startswith("One row per"), model.name
        assert all(model.columns.values()), model.name
