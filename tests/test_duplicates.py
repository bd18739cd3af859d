"""Copies of a message in exports that overlap, of two phones, and of two tools: each message once, and none lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl

from chatclone_dagster.messages.duplicates import mark_copies
from chatclone_dagster.messages.one_person import same_senders
from chatclone_dagster.settings import Me, Settings
from tests.cleaning import cleaned, reasons, texts
from tests.rows import START, raw_rows, talk


def test_real_repetitions_stay_and_copies_in_another_export_go() -> None:
    said = [
        {"who": "Ann", "text": "ok"},
        {"who": "Ann", "text": "ok"},
        {"who": "Bo", "text": "see you", "at": "1 12:01"},
    ]
    later = [*said[1:], {"who": "Bo", "text": "new", "at": "2 09:00"}]
    made = cleaned(raw_rows(*({**row, "export": "old"} for row in said), *({**row, "export": "new"} for row in later)))
    assert texts(made) == ["ok", "ok", "see you", "new"]
    assert reasons(made) == {None: 4, "duplicate": 2}
    assert made.aliases.height == 2
    assert set(made.ledger.drop_nulls("kept_as")["kept_as"]) == set(made.messages["message_id"])


def test_an_edit_and_a_withdrawal_between_two_exports_keep_the_first_id() -> None:
    base = [{"who": "Bo", "text": "hi", "at": "1 10:00"}, {"who": "Bo", "text": "meet at 5", "at": "1 12:00"}]
    base += [{"who": "Ann", "text": "forget it", "at": "1 12:05"}]
    new: list[dict[str, Any]] = [
        base[0],
        {"who": "Bo", "text": "meet at 6", "at": "1 12:00", "edited": True},
        {"who": "Ann", "text": "", "kind": "deleted", "at": "1 12:05"},
        {"who": "Ann", "text": "fine", "at": "1 12:30"},
    ]
    first = cleaned(raw_rows(*({**row, "export": "old"} for row in base)))
    made = cleaned(raw_rows(*({**row, "export": "old"} for row in base), *({**row, "export": "new"} for row in new)))
    assert texts(made) == ["hi", "meet at 6", "", "fine"]
    assert made.messages["kind"].to_list() == ["text", "text", "deleted", "text"]
    assert made.messages["message_id"].to_list()[:3] == first.messages["message_id"].to_list()
    assert reasons(made) == {None: 4, "duplicate": 3}


def test_a_platform_id_is_the_id_and_the_last_export_has_the_last_word() -> None:
    old = {"who": "Bo", "text": "helo", "platform_id": "7", "export": "old"}
    new = {"who": "Bo", "text": "hello", "platform_id": "7", "export": "new", "edited": True}
    reply = {"who": "Ann", "text": "hey", "at": "2 12:00", "platform_id": "9", "reply_to": "7", "export": "new"}
    made = cleaned(raw_rows(old, new, reply))
    assert made.messages["message_id"].to_list() == ["whatsapp:7", "whatsapp:9"]
    assert texts(made) == ["hello", "hey"]
    assert made.messages["reply_to"].to_list() == [None, "whatsapp:7"]


def test_an_id_that_counts_in_every_chat_tells_the_chat_and_not_what_it_is_called() -> None:
    chats = ({"conversation_key": name, "conversation_name": name, "who": name, "text": "hi"} for name in ("Bo", "Cy"))
    first = [{**row, "platform_id": "5", "at": f"{day} 12:00"} for day, row in enumerate(chats, 1)]
    mine = [
        {**row, "who": "Ann", "platform_id": "6", "reply_to": "5", "at": f"{day} 13:00"}
        for day, row in enumerate(first, 1)
    ]
    made = cleaned(raw_rows(*first, *mine)).messages.sort("sent_at")
    ids = made["message_id"].to_list()
    assert len(set(ids)) == 4
    assert made["reply_to"].to_list() == [None, ids[0], None, ids[2]]
    assert not [one for one in ids if "Bo" in one or "Cy" in one]


def test_a_change_to_summer_time_of_one_phone_alone() -> None:
    """London and New York are four hours apart in some weeks of March, else five."""
    here = talk(60, export="here")
    there = [
        row | {"sent_local": row["sent_local"] - timedelta(hours=5 if n < 30 else 4), "export": "there"}
        for n, row in enumerate(talk(60))
    ]
    repeated = [{"who": "Bo", "text": "ok", "sent_local": START + timedelta(minutes=29), "export": "here"}]
    repeated += [{"who": "Bo", "text": "ok", "sent_local": START + timedelta(minutes=29, hours=-5), "export": "there"}]
    made = cleaned(raw_rows(*here, *there, *repeated))
    assert made.messages.height == 61


def test_two_phones_whose_clocks_swing_by_some_seconds() -> None:
    here = [row | {"sent_local": row["sent_local"] + timedelta(seconds=7), "export": "here"} for row in talk(60)]
    there = [
        row | {"sent_local": row["sent_local"] + timedelta(hours=2, seconds=7 + n % 5), "export": "there"}
        for n, row in enumerate(talk(60, conversation_key="x", conversation_name="x"))
    ]
    said = [row | {"text": "ok"} if n % 7 == 0 else row for n, row in enumerate(here)]
    also = [row | {"text": "ok"} if n % 7 == 0 else row for n, row in enumerate(there)]
    made = cleaned(raw_rows(*said, *also))
    assert made.messages.height == 60
    assert texts(made) == [row["text"] for row in said]


def test_a_short_export_of_whole_minutes_by_chance_has_seconds_and_one_in_minutes_has_none() -> None:
    whole = [row | {"export": "whole", "text": "ok" if n > 9 else row["text"]} for n, row in enumerate(talk(30))]
    seconds = [row | {"sent_local": row["sent_local"] + timedelta(seconds=n % 3)} for n, row in enumerate(whole)]
    again = [row | {"export": "again"} for row in seconds[12:18:3]]
    made = cleaned(raw_rows(*seconds, *again))
    assert reasons(made) == {None: 30, "duplicate": 2}
    assert made.messages["sent_at"].dt.second().sum() == 30
    minutes = [row | {"export": "minutes"} for row in whole]
    later = cleaned(raw_rows(*seconds, *minutes))
    assert reasons(later) == {None: 30, "duplicate": 30}


def test_utc_and_seconds_go_before_local_times_and_minutes_and_the_first_id_stays() -> None:
    berlin = Settings(me=Me(name="Ann"), time={"zone": "Europe/Berlin"})
    local = [
        row | {"sent_local": row["sent_local"] + timedelta(hours=9), "attachments": ["a.jpg"] if n == 3 else []}
        for n, row in enumerate(talk(20, export="far"))
    ]
    utc = [
        row
        | {
            "tz_known": True,
            "sent_local": row["sent_local"] + timedelta(seconds=11),
            "reactions": [{"emoji": "❤", "sender": "Bo"}],
        }
        for row in talk(20)
    ]
    new = {
        "who": "Bo",
        "text": "said after the other export",
        "sent_local": START + timedelta(hours=10),
        "export": "far",
    }
    rows = pl.concat([raw_rows(*local, new), raw_rows(*utc, source="imazing", export="near")])
    made = cleaned(rows, berlin)
    assert made.messages.height == 21
    assert made.messages["sent_at"].dt.hour().to_list() == [*[10] * 20, 11]
    assert made.messages["sent_at"].dt.second().to_list()[:20] == [11] * 20
    assert made.messages["tz_known"].all()
    assert made.messages["reactions"].list.len().to_list() == [*[1] * 20, 0]
    assert made.messages["attachments"].to_list()[3] == ["a.jpg"]
    ids = cleaned(raw_rows(*utc, source="imazing", export="near"), berlin).messages["message_id"].to_list()
    assert made.messages["message_id"].to_list()[:20] == ids, "the export that begins first has the first id"


def test_what_phones_call_things_and_what_apps_say_is_no_second_copy() -> None:
    lines = ("added Bo", "You changed the icon")
    here, there = talk(20, export="here"), talk(20, export="there", conversation_key="x", conversation_name="x")
    for rows, word, kind, files in ((here, lines[0], "voice", []), (there, lines[1], "media", ["PTT-1.opus"])):
        rows.insert(
            5, {"text": word, "kind": "system", "sent_local": rows[4]["sent_local"], "export": rows[0]["export"]}
        )
        rows.append(rows[-1] | {"text": "", "kind": kind, "attachments": files, "export": rows[0]["export"]})
        rows[5] |= {key: rows[0][key] for key in ("conversation_key", "conversation_name") if key in rows[0]}
    there[7] |= {"text": "", "kind": "unavailable"}
    there[8] |= {"text": "*this is message* number\n7"}
    made = cleaned(raw_rows(*here, *there)).messages
    assert made.height == 22
    assert made["kind"].to_list()[-1] == "voice"
    assert made["attachments"].to_list()[-1] == ["PTT-1.opus"]
    assert "this is message number 6" in made["text"].to_list(), "what never arrived there is here"


def test_somebody_renamed_between_two_exports_of_a_group_is_one_person() -> None:
    old = talk(20, export="old")
    new = [row | {"export": "new", "who": {"Bo": "Bo ❤"}.get(row["who"], row["who"])} for row in talk(25)]
    made = cleaned(raw_rows(*old, *new))
    assert made.messages.height == 25
    assert texts(made) == [row["text"] for row in new]


def test_two_exports_of_one_chat_under_two_names_are_one_chat() -> None:
    one = talk(25, export="a", conversation_key="Bo", conversation_name="Bo")
    two = talk(30, export="b", conversation_key="Bo ❤", conversation_name="Bo ❤")[10:]
    made = cleaned(raw_rows(*one, *two))
    assert made.messages.height == 30
    assert made.messages["conversation_id"].n_unique() == 1
    assert {*made.messages["conversation_name"]} == {"Bo ❤"}, "the name of the latest export"


def test_owner_and_names_are_those_of_the_phone_with_the_owners_name() -> None:
    """Both phones call their owner "You"."""
    mine = [row | {"export": "mine", "from_owner": row["who"] == "Ann"} for row in talk(20)]
    his = [
        row
        | {
            "export": "his",
            "who": {"Ann": "Annie", "Bo": "You"}[row["who"]],
            "from_owner": row["who"] == "Bo",
            "conversation_key": "Annie",
            "conversation_name": "Annie",
            "sent_local": row["sent_local"] - timedelta(hours=3),
        }
        for row in talk(24)
    ]
    made = cleaned(raw_rows(*mine, *his)).messages
    assert made["sender_name"].to_list() == ["Ann", "Bo"] * 12
    assert made["is_owner"].to_list() == [True, False] * 12
    rows = raw_rows(*mine, *his)
    found = same_senders(rows, mark_copies(rows))
    assert found.select("sender_key", "other_key", "messages").rows() == [("Ann", "Annie", 10), ("Bo", "You", 10)]
