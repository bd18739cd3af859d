"""One person behind several senders: by settings, keys, address books and what exports tell; and what is only suggested."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chatclone_dagster import tables
from chatclone_dagster.defs import definitions
from chatclone_dagster.defs.plan import observe, plan
from chatclone_dagster.home import Home
from chatclone_dagster.messages import decisions
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.messages.identity import identities
from chatclone_dagster.messages.people import People, WhoError, people_of
from chatclone_dagster.messages.suggestions import suggest
from chatclone_dagster.settings import Identity, Me, Settings, SettingsError, Time
from tests.conftest import Chatclone
from tests.rows import raw_rows

ME = {"who": "Ann", "text": "hello from me"}
BERLIN = Settings(me=Me(name="Ann"), time=Time(zone="Europe/Berlin"))


def known(rows: pl.DataFrame, settings: Settings = BERLIN, cards: list[dict[str, Any]] | None = None) -> pl.DataFrame:
    plain: dict[str, Any] = {"nicknames": [], "phones": [], "emails": []}
    made = [{**plain, "file": "book.vcf", "position": line, **card} for line, card in enumerate(cards or [], start=1)]
    found = identities(rows, settings, pl.DataFrame(made, schema=tables.CONTACTS.schema))
    assert found.schema == tables.IDENTITIES.schema
    assert found.select(tables.IDENTITIES.key).is_duplicated().sum() == 0
    return found


def persons(found: pl.DataFrame) -> set[frozenset[str]]:
    """Who is one person, each sender as `source:key`."""
    of = found.group_by("sender_id").agg(pl.concat_str("source", pl.coalesce("sender_key", "chat"), separator=":"))
    return {frozenset(row) for row in of["source"]}


def rules(found: pl.DataFrame) -> dict[str, tuple[str, str]]:
    rows = found.select(pl.coalesce("sender_key", "sender_name"), "name", "rule").iter_rows()
    return {key: (name, rule) for key, name, rule in rows}


def row(source: str, key: str, name: str | None = None, **more: Any) -> pl.DataFrame:
    return raw_rows({"sender_key": key, "sender_name": name or key, "text": "x", **more}, source=source)


def test_one_number_in_any_writing_and_one_address_are_one_person() -> None:
    rows = pl.concat(
        [
            raw_rows(ME, {"who": "\u202a+49 170 5550123\u202c", "text": "a"}, {"who": "Bo", "text": "b"}),
            row("imazing", "0170 5550123", "Anna Weber"),
            row("signal", "+491705550123", "Anni"),
            row("google_chat", "bo@example.org", "B. Lund"),
            row("imessage", "Bo@Example.org"),
        ]
    )
    found = known(rows)
    assert rules(found) == {
        "Ann": ("Ann", "owner"),
        "\u202a+49 170 5550123\u202c": ("Anna Weber", "phone"),
        "0170 5550123": ("Anna Weber", "phone"),
        "+491705550123": ("Anna Weber", "phone"),
        "Bo": ("Bo", "alone"),
        "bo@example.org": ("B. Lund", "email"),
        "Bo@Example.org": ("B. Lund", "email"),
    }
    assert set(found.filter(pl.col("rule") == "phone")["evidence"]) == {"+49 170 5550123"}


def test_a_card_makes_its_numbers_and_addresses_one_person_with_its_name() -> None:
    rows = pl.concat([raw_rows(ME, {"who": "+49 170 5550123", "text": "a"}), row("imessage", "anna@example.org")])
    card = {"name": "Anna Weber", "phones": ["+491705550123"], "emails": ["anna@example.org"]}
    found = known(rows, cards=[card])
    assert rules(found)["+49 170 5550123"] == rules(found)["anna@example.org"] == ("Anna Weber", "contact")
    assert "+49 170 5550123 is Anna Weber's in book.vcf:1" in set(found["evidence"])
    other = {**card, "name": "Otto Weber", "emails": []}
    shared = known(rows, cards=[card, other])
    assert rules(shared)["+49 170 5550123"] == ("+49 170 5550123", "alone"), (
        "a number on two people's cards is nobody's"
    )
    own = {"name": "Ann", "phones": ["+491705550123"], "emails": []}
    mine = Settings(me=Me(name="Ann", aliases=("+49 170 5550123",)), time=Time(zone="Europe/Berlin"))
    assert rules(known(rows, mine, [{**own, "emails": ["anna@example.org"]}]))["anna@example.org"] == ("Ann", "contact")
    friend = known(rows, cards=[own])
    assert rules(friend)["+49 170 5550123"] == ("Ann", "contact")
    assert friend["sender_id"].n_unique() == 3, "a friend with the owner's first name is not the owner"


def test_equal_names_are_one_person_unless_numbers_or_accounts_differ() -> None:
    one = pl.concat([raw_rows(ME), row("slack", "U1", "Anna Weber"), row("messenger", "anna  weber")])
    assert len(persons(known(one))) == 2
    accounts = pl.concat([one, row("slack", "U2", "Anna Weber")])
    assert persons(known(accounts)) == {
        frozenset(keys) for keys in (["whatsapp:Ann"], ["slack:U1"], ["slack:U2"], ["messenger:anna  weber"])
    }
    assert set(known(accounts).filter(pl.col("source") != "whatsapp")["name"].str.to_lowercase()) >= {"anna weber"}
    numbers = pl.concat(
        [raw_rows(ME), row("imazing", "+49 170 5550123", "Jo"), row("imazing", "+49 171 5550199", "Jo")]
    )
    assert len(persons(known(numbers))) == 3
    card = {"name": "Jo", "phones": ["+491705550123", "+491715550199"]}
    assert len(persons(known(numbers, cards=[card]))) == 2, "the address book knows better"


def test_what_a_stranger_calls_himself_is_not_the_friend_of_that_name() -> None:
    rows = raw_rows(ME, *({"who": who, "text": "x"} for who in ("Anna", "~ Anna", "~Anna", "~ Bo Lund", "Bo Lund")))
    assert persons(known(rows)) == {
        frozenset(f"whatsapp:{who}" for who in group)
        for group in (["Ann"], ["Anna"], ["~ Anna", "~Anna"], ["~ Bo Lund", "Bo Lund"])
    }


def test_an_account_that_changes_its_name_stays_one_person() -> None:
    rows = pl.concat([raw_rows(ME), *(row("discord", "77", name) for name in ("bo", "bo", "Bo the Great"))])
    found = known(rows).filter(pl.col("source") == "discord")
    assert found.select("sender_name", "name", "rule").rows() == [
        ("bo", "bo", "account"),
        ("Bo the Great", "bo", "account"),
    ]


def test_closed_accounts_are_somebody_else_in_every_chat() -> None:
    gone = [row("messenger", "Facebook user", conversation_key=chat) for chat in ("a", "b")]
    deleted = [row("telegram", key, "Deleted Account", conversation_key="c") for key in ("user1", "user2")]
    found = known(pl.concat([raw_rows(ME), *gone, *deleted]))
    assert found["sender_id"].n_unique() == 5
    assert found["chat"].drop_nulls().to_list() == ["a", "b"]
    named = BERLIN.model_copy(update={"people": {"Zoe": ("messenger:b",)}})
    assert known(pl.concat([raw_rows(ME), *gone]), named)["name"].to_list() == ["Ann", "Facebook user", "Zoe"]


def saved_later(count: int = 6, **more: Any) -> list[dict[str, Any]]:
    said = [f"a message long enough, number {i}" for i in range(count)]
    old = [
        {"who": "+49 170 5550123", "text": text, "at": f"1 10:{i:02}", "export": "old"} for i, text in enumerate(said)
    ]
    return [ME, *old, *({**line, "who": "Anna", "export": "new", "conversation_key": "Anna", **more} for line in old)]


def test_the_same_messages_under_a_number_and_later_under_a_name() -> None:
    rows = raw_rows(*saved_later())
    assert rules(known(rows))["+49 170 5550123"] == ("Anna", "same_messages")
    assert "6 messages said by '+49 170 5550123' in one export and by 'Anna' in another" in set(known(rows)["evidence"])
    assert len(persons(known(raw_rows(*saved_later(4))))) == 3, "a few may happen to be the same"
    both = raw_rows(*saved_later(), {"who": "Anna", "text": "me too", "export": "old"})
    assert len(persons(known(both))) == 3, "who writes beside the number in one export is somebody else"


def test_the_mum_of_another_phone_is_not_the_mum_of_this_one(berlin: Home) -> None:
    old = [*saved_later()[1:7], *({"who": "Bo", "text": f"Bo says something {i}", "export": "old"} for i in range(6))]
    theirs = {"+49 170 5550123": "Mum", "Bo": "Bobby"}
    new = [{**line, "who": theirs[line["who"]], "export": "theirs", "conversation_key": "theirs"} for line in old]
    mine = {"who": "Mum", "text": "come home", "conversation_key": "Mum", "export": "mum"}
    rows = raw_rows(ME, *old, *new, mine)
    assert len(persons(known(rows))) == 5, "what holds in the chat does not hold elsewhere"
    told = [suggestion.reasons[0] for suggestion in suggest(people(berlin, rows), berlin.settings)]
    assert len([reason for reason in told if "in one export and by" in reason]) == 2


def test_a_number_changed_for_another() -> None:
    line = {"text": "+49 170 5550123 changed to +49 171 5550199", "kind": "system"}
    rows = raw_rows(ME, {"who": "+49 170 5550123", "text": "a"}, {"who": "+49 171 5550199", "text": "b"}, line)
    assert len(persons(known(rows))) == 2
    assert rules(known(rows))["+49 171 5550199"][1] == "new_number"
    typed = rows.with_columns(kind=pl.lit("text"))
    assert len(persons(known(typed))) == 3, "anybody can type that"


def test_different_keeps_apart_what_speaks_for_one() -> None:
    rows = pl.concat([raw_rows(ME, {"who": "Anna", "text": "a"}), row("messenger", "Anna")])
    assert len(persons(known(rows))) == 2
    apart = BERLIN.model_copy(update={"identity": Identity(different=(("whatsapp:Anna", "messenger:Anna"),))})
    found = known(rows, apart)
    assert len(persons(found)) == 3
    assert set(found.filter(pl.col("sender_id") != "me")["name"]) == {"Anna"}


def test_merging_never_changes_an_id_and_every_sender_is_listed_once() -> None:
    rows = pl.concat([raw_rows(ME, {"who": "Anna", "text": "a"}), row("slack", "U1", "annie")])
    merged = BERLIN.model_copy(update={"people": {"Anna": ("slack:U1",)}})
    plain, told = (clean(rows.lazy(), tables.PARSE_ISSUES.empty(), settings) for settings in (BERLIN, merged))
    assert plain.ledger["message_id"].to_list() == told.ledger["message_id"].to_list()
    assert plain.messages["message_id"].to_list() == told.messages["message_id"].to_list()
    assert told.identities["rule"].to_list() == ["owner", "alias", "alias"]


# Suggestions


def people(home: Home, rows: pl.DataFrame, cards: list[dict[str, Any]] | None = None) -> People:
    plain: dict[str, Any] = {"nicknames": [], "phones": [], "emails": []}
    made = [{**plain, "file": "book.vcf", "position": 1, **card} for card in cards or []]
    contacts = pl.DataFrame(made, schema=tables.CONTACTS.schema)
    return people_of(rows, identities(rows, home.settings, contacts), contacts, home)


@pytest.fixture
def berlin(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create(
        '# who I am\n[me]\nname = "Ann"  # me\n\n[time]\nzone = "Europe/Berlin"\n\n[people]\n# from school\n"Zoe" = ["Zo"]\n'
    )
    return home


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Anna Weber", "Anna Webber", "'anna webber' and 'anna weber' are spelled alike"),
        ("Anna W.", "Anna Weber", "'anna w' is short for 'anna weber'"),
        ("~ Anna", "Anna Weber", "'anna' is short for 'anna weber'"),
        ("anna.weber92", "Anna Weber", "'anna.weber92' reads like 'anna weber'"),
        ("2025550143", "+1 202 555 0143", "the numbers +12025550143 and 2025550143 end alike"),
    ],
)
def test_what_is_likely_is_suggested_and_not_done(berlin: Home, one: str, other: str, reason: str) -> None:
    rows = pl.concat([raw_rows(ME), row("whatsapp", one, conversation_key="b"), row("signal", other)])
    found = people(berlin, rows)
    assert len(found.everyone) == 3
    (suggestion,) = suggest(found, berlin.settings)
    assert reason in suggestion.reasons
    assert {suggestion.one.name, suggestion.other.name} >= {found.find(other).name}
    assert 0.5 <= suggestion.score <= 1
    decisions.refuse(berlin, found, suggestion.one, suggestion.other)
    assert not suggest(people(berlin, rows), berlin.settings), "a refusal is remembered"


def test_two_who_talk_with_each_other_are_not_suggested(berlin: Home) -> None:
    rows = raw_rows(
        ME, *({"who": who, "text": "x", "at": f"1 1{i}:00"} for i, who in enumerate(["Anna W", "Anna Weber"] * 2))
    )
    assert not suggest(people(berlin, rows), berlin.settings)
    apart = raw_rows(
        ME, *({"who": who, "text": "x", "at": f"{day} 10:00"} for day, who in ((1, "Anna W"), (2, "Anna Weber")))
    )
    (suggestion,) = suggest(people(berlin, apart), berlin.settings)
    assert "in 1 chat one falls silent before the other begins" in suggestion.reasons


def test_nicknames_of_the_address_book_and_new_numbers_are_suggested(berlin: Home) -> None:
    rows = pl.concat([raw_rows(ME, {"who": "+49 170 5550123", "text": "x"}), row("instagram", "Anni")])
    card = {"name": "Anna Weber", "nicknames": ["Anni"], "phones": ["+491705550123"]}
    (suggestion,) = suggest(people(berlin, rows, [card]), berlin.settings)
    assert suggestion.reasons == ("'Anni' is a nickname of 'Anna Weber' in the address book",)
    changed = {
        "text": "Bo changed their phone number to a new number. Tap to message.",
        "kind": "system",
        "at": "2 10:00",
    }
    lines = [ME, {"who": "Bo", "text": "x"}, changed, {"who": "+49 171 5550199", "text": "y", "at": "3 10:00"}]
    (suggestion,) = suggest(people(berlin, raw_rows(*lines)), berlin.settings)
    assert "'Bo' changed the number on 2024-01-02" in suggestion.reasons[0]


# Decisions

NAMES = ["Anna", "Bert", "Cleo", "Dora", "Emil", "Ann"]


def names_row() -> pl.DataFrame:
    return raw_rows(*({"who": name, "text": "x"} for name in NAMES))


pairs = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=5)


@hypothesis_settings(max_examples=10)
@given(pairs, st.randoms(use_true_random=False))
def test_merging_commutes_is_idempotent_and_can_be_undone(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, str]], order: Any
) -> None:
    text = (
        '# mine\n[me]\nname = "Ann"\n[people]\n# from school\n"Zoe" = ["Zo"]\r\n[time] # here\nzone = "Europe/Berlin"\n'
    )
    home = Home(tmp_path_factory.mktemp("merge"))
    home.create(text)
    home.settings_file.write_bytes(text.encode())
    results = []
    shuffled = [(b, a) for a, b in said]
    order.shuffle(shuffled)
    for merges in (said, shuffled, [*said, *said]):
        home.write_settings(text)
        home.people_history.unlink(missing_ok=True)
        for one, other in merges:
            found = people(home, names_row())
            first, second = found.find(one), found.find(other)
            if first.id != second.id:
                decisions.merge(home, found, first, second)
        results.append(persons(identities(names_row(), home.settings)))
        decisions.undo(home, 100)
        assert home.settings_file.read_bytes() == text.encode()
    assert results[0] == results[1] == results[2]


def test_merge_rename_split_and_their_undoing(berlin: Home) -> None:
    rows = pl.concat(
        [raw_rows(ME, {"who": "Anna", "text": "a"}), row("slack", "U1", "annie"), row("messenger", "Anna")]
    )
    before = berlin.settings_file.read_bytes()

    def now() -> People:
        return people(berlin, rows)

    assert (
        decisions.merge(berlin, now(), now().find("annie"), now().find("Anna"), "Anna Weber")
        == "merged 'Anna' into 'Anna Weber'"
    )
    assert berlin.settings.people["Anna Weber"] == ("annie", "Anna")
    assert "# from school" in berlin.settings_text
    decisions.rename(berlin, now(), now().find("Anna Weber"), "Anna W")
    assert [person.name for person in now().everyone] == ["Anna W", "Ann"]
    decisions.split(berlin, now(), now().find("Anna W"), "messenger:Anna")
    assert {person.name for person in now().everyone} == {"Anna W", "Ann", "Anna"}
    decisions.rename(berlin, now(), now().find("Ann"), "Ann Lee")
    assert (berlin.settings.me.name, berlin.settings.me.aliases) == ("Ann Lee", ("Ann",))
    with pytest.raises(WhoError, match="is called 'Ann Lee' too"):
        decisions.rename(berlin, now(), now().find("Anna W"), "Ann Lee")
    berlin.change(sessions__gap_minutes=60)
    assert decisions.undo(berlin) == ["renamed 'Ann' to 'Ann Lee'"]
    assert berlin.settings.sessions.gap_minutes == 60, "what was changed since stays"
    berlin.change(people={"Anna W": ("somebody",)})
    with pytest.raises(SettingsError, match="edited since"):
        decisions.undo(berlin, 3)
    berlin.settings_file.write_bytes(before)
    assert berlin.people_history.stat().st_mode & 0o777 == 0o600


def test_a_stranger_is_merged_without_the_friend_of_that_name(berlin: Home) -> None:
    rows = raw_rows(ME, *({"who": who, "text": "x"} for who in ("Anna", "~ Anna", "Anna Weber")))
    found = people(berlin, rows)
    with pytest.raises(WhoError, match="'Anna' is 2 people"):
        found.find("Anna")
    decisions.merge(berlin, found, found.find("Anna Weber"), found.find("~ Anna"))
    assert berlin.settings.people["Anna Weber"] == ("~ Anna",)
    assert persons(identities(rows, berlin.settings)) == {
        frozenset(keys) for keys in (["whatsapp:Ann"], ["whatsapp:Anna"], ["whatsapp:~ Anna", "whatsapp:Anna Weber"])
    }


def test_a_renamed_person_stays_the_one_to_clone(berlin: Home) -> None:
    berlin.change(personas__anna__who="Anna")
    found = people(berlin, raw_rows(ME, {"who": "Anna", "text": "a"}))
    decisions.rename(berlin, found, found.find("anna"), "Anna Weber")
    assert berlin.settings.personas["anna"].who == "Anna Weber"


# The command line

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
    assert Home(dropped.root).settings.people["Bo Lund"] == ("Bo", "Anna Weber")


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
