"""`chatclone people`: who is who, deciding it on the command line, and what a decision makes anew."""

from __future__ import annotations

import json

import dagster as dg
import polars as pl
import pytest

from chatclone_dagster.defs import definitions
from chatclone_dagster.defs.plan import observe, plan
from chatclone_dagster.home import Home
from chatclone_dagster.messages.people import WhoError
from tests.conftest import Chatclone
from tests.rows import raw_rows
from tests.senders import ME, people, row

CHAT = "".join(
    f"0{day}/12/2024, 10:{minute:02} - {who}: {text} {minute}\n"
    for day in (1, 2)
    for minute, (who, text) in enumerate([("Ann", "how is it going"), ("+49 170 5550123", "fine and how are you")] * 4)
)


@pytest.fixture
def dropped(berlin: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("COLUMNS", "200")
    (berlin.exports / "WhatsApp Chat with old.txt").write_text(CHAT)
    (berlin.exports / "WhatsApp Chat with Anna.txt").write_text(
        CHAT.replace("+49 170 5550123", "Anna W") + "03/12/2024, 11:00 - Anna W: and one more\n"
    )
    (berlin.exports / "Notes about Bo.txt").write_text(
        "01/01/2024, 10:00 - Bo: hi\n01/01/2024, 10:01 - Anna Weber: ho\n"
    )
    return berlin


def test_the_list_shows_who_is_who_before_the_first_run(chatclone: Chatclone, dropped: Home) -> None:
    said = chatclone("people", "--home", dropped.root, "--all")
    assert said.code == 0
    for told in ("Ann (you)", "Anna W", "+49 170 5550123", "8 messages said by '+49 170 5550123'", "Bo", "One person?"):
        assert told in said.words, told
    assert "Anna Weber = Anna W" in said.words or "Anna W = Anna Weber" in said.words
    rows = [
        json.loads(line) for line in chatclone("people", "--home", dropped.root, "--format", "json").out.splitlines()
    ]
    assert [row["name"] for row in rows] == ["Anna W", "Ann", "Anna Weber", "Bo"]
    assert rows[0]["messages"] == 17
    assert {sender["rule"] for sender in rows[0]["senders"]} == {"same_messages"}


def test_decisions_on_the_command_line(chatclone: Chatclone, dropped: Home) -> None:
    at = ("--home", dropped.root)
    before = dropped.settings_file.read_bytes()
    said = chatclone("people", "suggest", *at)
    assert "1 Anna W = Anna Weber 75%" in said.words
    assert (
        "Merged 'Anna Weber' into 'Anna W'. It counts from the next run on"
        in chatclone("people", "suggest", "--apply", 1, *at).words
    )
    assert chatclone("people", "rename", "Anna W", "Anna Weber", *at).code == 0
    assert "Split 'Anna W' off 'Anna Weber'" in chatclone("people", "split", "Anna Weber", "Anna W", *at).words
    assert "Undone: split" in chatclone("people", "undo", *at).words
    assert chatclone("people", "undo", 2, *at).out.count("Undone") == 2
    assert dropped.settings_file.read_bytes() == before
    assert "There is nothing to undo" in chatclone("people", "undo", *at).words
    assert chatclone("people", "suggest", "--refuse", 1, *at).code == 0
    assert not chatclone("people", "suggest", *at).out
    assert chatclone("people", "merge", "Bo", "anna weber", "--as", "Bo Lund", *at).code == 0
    assert Home(dropped.root).settings.aliases["Bo Lund"] == ("Bo", "Anna Weber")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("merge", "Ana Weber", "Bo"), "nobody is called 'Ana Weber'; did you mean Anna Weber"),
        (("merge", "Bo", "bo"), "'Bo' and 'Bo' are one person already"),
        (("merge", "Bo", "Ann", "--as", "Anna W"), "is called 'Anna W' too; choose another name, or merge the two"),
        (("split", "Bo", "Ann"), "'Bo' is whatsapp:Bo; name one or some of these, not 'Ann'"),
        (("suggest", "--apply", "9"), "there is no suggestion 9; there are 1"),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    chatclone: Chatclone, dropped: Home, words: tuple[str, ...], told: str
) -> None:
    before = dropped.settings_file.read_bytes()
    said = chatclone("people", *words, "--home", dropped.root)
    assert said.code == 2
    assert told in said.words
    assert said.err.count("\n") == 1
    assert dropped.settings_file.read_bytes() == before


def test_an_ambiguous_name_and_an_empty_home(chatclone: Chatclone, berlin: Home) -> None:
    assert "drop in an export" in chatclone("people", "--home", berlin.root).words
    rows = pl.concat([raw_rows(ME), row("slack", "U1", "Jo"), row("slack", "U2", "Jo")])
    found = people(berlin, rows)
    ids = [person.id for person in found.everyone if person.name == "Jo"]
    with pytest.raises(
        WhoError, match=rf"'jo' is 2 people: Jo \({ids[0]}, slack\); Jo \({ids[1]}, slack\). Say which by the id"
    ):
        found.find("jo")
    assert found.find(ids[0]).id == ids[0]
    assert found.find("slack:U2").id == found.find("U2").id


def stale(home: Home, instance: dg.DagsterInstance) -> set[str]:
    observe(home, instance)
    steps = {str(step) for step in plan(definitions(home), instance, ["me"]).steps}
    return steps & {"exports", "contacts", "messages", "identities"}


def make(home: Home, instance: dg.DagsterInstance) -> None:
    observe(home, instance)
    graph = definitions(home)
    wanted = [key for key in graph.resolve_asset_graph().materializable_asset_keys if key.path[0] in KEYS]
    job = graph.resolve_implicit_global_asset_job_def()
    assert job.execute_in_process(instance=instance, asset_selection=wanted).success
    assert stale(home, instance) == set()


KEYS = {"exports", "raw", "contacts", "messages", "identities", "message_aliases", "parse_issues", "ledger_messages"}


def test_an_alias_or_an_address_book_makes_the_history_anew_and_nothing_else_does(
    dropped: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(dropped.dagster))
    with dg.DagsterInstance.ephemeral() as instance:
        make(dropped, instance)
        ids = pl.read_parquet(dropped.table("messages"))["message_id"].to_list()
        dropped.change(people__Otto=["Bo"])
        assert stale(dropped, instance) == {"messages", "identities"}
        book = dropped.exports / "contacts.vcf"
        book.write_text(
            "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Vogt\nTEL:0170 5550123\nEND:VCARD\nBEGIN:VCARD\nTEL:1\nEND:VCARD\n"
        )
        assert stale(dropped, instance) == {"exports"}
        make(dropped, instance)
        found = pl.read_parquet(dropped.table("identities"))
        assert found.filter(pl.col("rule") == "contact").select("sender_key", "name").rows() == [
            ("+49 170 5550123", "Anna Vogt")
        ]
        issues = pl.read_parquet(dropped.table("parse_issues")).filter(pl.col("source") == "contacts")
        assert issues.select("file", "position").rows() == [("contacts.vcf", 6)]
        assert pl.read_parquet(dropped.table("messages"))["message_id"].to_list() == ids
