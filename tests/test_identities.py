"""One person behind several senders: by settings, numbers, accounts, address books, and what exports tell."""

from __future__ import annotations

from typing import Any

import polars as pl

from chatclone_dagster import tables
from chatclone_dagster.home import Home
from chatclone_dagster.messages.identity import identities
from chatclone_dagster.messages.suggestions import suggest
from chatclone_dagster.settings import Identity, Me, Settings, Someone, Time
from tests.cleaning import cleaned
from tests.rows import raw_rows
from tests.senders import ME, address_book, people, persons, row

BERLIN = Settings(me=Me(name="Ann"), time=Time(zone="Europe/Berlin"))


def known(rows: pl.DataFrame, settings: Settings = BERLIN, cards: list[dict[str, Any]] | None = None) -> pl.DataFrame:
    found = identities(rows, settings, address_book(*cards or []))
    assert found.schema == tables.IDENTITIES.schema
    assert found.select(tables.IDENTITIES.key).is_duplicated().sum() == 0
    return found


def rules(found: pl.DataFrame) -> dict[str, tuple[str, str]]:
    rows = found.select(pl.coalesce("sender_key", "sender_name"), "name", "rule").iter_rows()
    return {key: (name, rule) for key, name, rule in rows}


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
    named = BERLIN.model_copy(update={"people": {"Zoe": Someone(aliases=("messenger:b",))}})
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
    assert [reason for reason in told if "on one phone and by" in reason] == [
        "6 messages of one chat said by '+49 170 5550123' on one phone and by 'Mum' on another"
    ]
    by_name = {person.name: person.names for person in people(berlin, rows).everyone}
    assert by_name["Bo"] == ["Bobby"], "who has that name nowhere else is sure"


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
    merged = BERLIN.model_copy(update={"people": {"Anna": Someone(aliases=("slack:U1",))}})
    plain, told = (cleaned(rows, settings) for settings in (BERLIN, merged))
    assert plain.ledger["message_id"].to_list() == told.ledger["message_id"].to_list()
    assert plain.messages["message_id"].to_list() == told.messages["message_id"].to_list()
    assert told.identities["rule"].to_list() == ["owner", "alias", "alias"]
