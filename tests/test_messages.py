"""From raw rows to one history: ids, copies, chats, people, time, and a ledger that closes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatclone_dagster import tables
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.messages.identity import (
    OwnerUnknownError,
    owner_candidates,
    owner_is_known,
    rows_without_owner,
    unmatched_names,
)
from chatclone_dagster.names import normal_name
from chatclone_dagster.readers.inspect import who_wrote
from chatclone_dagster.settings import Me, Settings, Time
from tests.cleaning import ME, cleaned, reasons, texts
from tests.rows import raw_rows


def test_settings_never_change_an_id() -> None:
    rows = raw_rows({"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b"})
    other = Settings(me=Me(name="Bo"), time=Time(zone="Asia/Tokyo"), people={"Annette": ("Ann",)})
    assert cleaned(rows).messages["message_id"].to_list() == cleaned(rows, other).messages["message_id"].to_list()


def test_a_quoted_excerpt_finds_the_message_it_quotes() -> None:
    made = cleaned(
        raw_rows(
            {"who": "Bo", "text": "pizza?", "at": "1 12:00"},
            {"who": "Bo", "text": "or pasta?", "at": "1 12:01"},
            {"who": "Ann", "text": "yes", "at": "1 12:02", "reply_to": "pizza?"},
            {"who": "Ann", "text": "no", "at": "1 12:03", "reply_to": "never said"},
        )
    )
    ids = made.messages["message_id"].to_list()
    assert made.messages["reply_to"].to_list() == [None, None, ids[0], None]


def test_folded_and_unreadable_rows_are_accounted_for() -> None:
    rows = raw_rows(
        {"who": "Ann", "text": "a"},
        {"who": "Bo", "text": "b"},
        {"who": "Bo", "text": "Liked", "folded": "pseudo_reaction"},
    )
    lost = {"source": "w", "export_id": "e1", "file": "f", "position": 9, "reason": "r", "excerpt": "", "is_row": True}
    issues = pl.DataFrame([lost, {**lost, "is_row": False}], schema=tables.PARSE_ISSUES.schema)
    assert reasons(cleaned(rows, issues=issues)) == {None: 2, "pseudo_reaction": 1, "unreadable": 1}


def test_chats_with_one_person_or_one_message_are_left_out_by_name() -> None:
    alone = [{"who": "Ann", "text": t, "conversation_key": "notes", "conversation_name": "Notes"} for t in ("a", "b")]
    single = {"who": "Bo", "text": "hello?", "conversation_key": "Bo", "conversation_name": "Bo"}
    made = cleaned(raw_rows(*alone, single, {"who": "Ann", "text": "x"}, {"who": "Cy", "text": "y"}))
    assert texts(made) == ["x", "y"]
    assert reasons(made) == {None: 2, "one_participant": 2, "one_message": 1}


def test_local_times_take_the_zone_and_a_repeated_hour_is_told_apart_by_the_order_of_the_file() -> None:
    def row(who: str, hour: int, minute: int) -> dict[str, Any]:
        return {"who": who, "text": f"{hour}:{minute}", "sent_local": datetime(2024, 10, 27, hour, minute)}  # noqa: DTZ001

    berlin = Settings(me=Me(name="Ann"), time=Time(zone="Europe/Berlin"))
    made = cleaned(raw_rows(row("Ann", 2, 10), row("Bo", 2, 50), row("Ann", 2, 5), row("Bo", 3, 0)), berlin)
    hours = [(at.hour, at.minute) for at in made.messages["sent_at"]]
    assert hours == [(0, 10), (0, 50), (1, 5), (2, 0)]
    skipped = {"who": "Bo", "text": "?", "sent_local": datetime(2024, 3, 31, 2, 30)}  # noqa: DTZ001
    made = cleaned(raw_rows({"who": "Ann", "text": "!", "at": "1 12:00"}, skipped), berlin)
    assert made.messages["sent_at"].to_list()[1] == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)


def test_a_time_that_is_utc_already_stays() -> None:
    rows = raw_rows({"who": "Ann", "text": "a", "tz_known": True}, {"who": "Bo", "text": "b", "tz_known": True})
    made = cleaned(rows, Settings(me=Me(name="Ann"), time=Time(zone="Asia/Tokyo")))
    assert made.messages["sent_at"].dt.hour().to_list() == [12, 12]


def test_a_file_that_begins_with_the_newest_is_turned_round() -> None:
    rows = [{"who": "Bo", "text": "4", "at": "1 12:02"}, {"who": "Ann", "text": "3", "at": "1 12:01"}]
    rows += [{"who": "Bo", "text": "2", "at": "1 12:01"}, {"who": "Ann", "text": "1", "at": "1 12:00"}]
    assert texts(cleaned(raw_rows(*rows))) == ["1", "2", "3", "4"]


def test_one_person_under_several_names() -> None:
    settings = Settings(me=Me(name="Ann Lee", aliases=("+1 (555) 010-0123",)), people={"Bo": ("bobby", "~ Bo!")})
    rows = raw_rows(
        {"who": "\u202a+1 555-010-0123\u202c", "text": "a"},
        {"who": "ann  lee", "text": "b"},
        {"who": "Bobby", "text": "c"},
        {"who": "~\u202fBo!", "text": "d"},
        {"who": "Me", "text": "e", "from_owner": True},
        {"who": "Ann Lee", "text": "f", "from_owner": False},
    )
    made = cleaned(rows, settings)
    assert made.messages["sender_id"].to_list()[:2] == ["me", "me"]
    assert made.messages["sender_name"].to_list() == ["Ann Lee", "Ann Lee", "Bo", "Bo", "Ann Lee", "Ann Lee"]
    assert made.messages["sender_id"].to_list()[2] == made.messages["sender_id"].to_list()[3]
    assert made.messages["is_owner"].to_list() == [True, True, False, False, True, False], "the export's word counts"


def test_an_unknown_owner_is_refused_with_those_who_could_be_meant() -> None:
    rows = raw_rows({"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b"}, {"who": "Bo", "text": "c"})
    with pytest.raises(
        OwnerUnknownError, match=r"me\.name: 'Zoe' wrote nothing here; who wrote: Bo \(2 messages in 1 chat\), Ann"
    ):
        clean(rows.lazy(), tables.PARSE_ISSUES.empty(), Settings(me=Me(name="Zoe")))
    assert not owner_is_known(rows, Settings())
    assert owner_is_known(rows, ME)
    assert owner_candidates(who_wrote(rows.lazy()))["name"].to_list() == ["Bo", "Ann"]


def test_nothing_read_is_an_empty_history() -> None:
    assert cleaned(tables.RAW_ROWS.empty()).messages.is_empty()


@given(st.text(max_size=12))
def test_a_normal_name_is_its_own_normal_name(name: str) -> None:
    assert normal_name(normal_name(name)) == normal_name(name)


def test_one_mark_of_the_owner_counts_for_everything_of_that_sender() -> None:
    """WhatsApp says who exported a chat in one sentence only: "You deleted this message"."""
    rows = raw_rows(
        {"who": "Ann", "text": "hi"},
        {"who": "Bo", "text": "hey"},
        {"who": "Ann", "text": "", "kind": "deleted", "from_owner": True},
    )
    assert owner_is_known(rows, Settings())
    assert cleaned(rows, Settings()).messages["sender_id"].to_list()[0::2] == ["me", "me"]
    both = pl.concat([rows, raw_rows({"who": "Bo", "text": "", "kind": "deleted", "from_owner": True, "at": "2 9:00"})])
    senders = cleaned(both, ME).messages["sender_id"].to_list()
    assert senders[1] != "me", "two owners of one chat are none"


def test_chats_in_which_nobody_is_the_owner_are_found() -> None:
    rows = raw_rows(
        {"who": "Me", "text": "a", "from_owner": True},
        {"who": "Bo", "text": "b", "from_owner": False},
        {"who": "Ann", "text": "c", "conversation_key": "other"},
        {"who": "Cy", "text": "d", "conversation_key": "other"},
    )
    assert rows_without_owner(rows, Settings())["text"].to_list() == ["c", "d"]
    assert rows_without_owner(rows, ME).is_empty()
    settings = Settings(me=Me(name="Ann", aliases=("Annie",)), people={"Bo": ("Bobby",), "Zed": ("Z",)})
    assert unmatched_names(rows, settings) == ["me.aliases: 'Annie'", "people.Zed: 'Zed', 'Z'"]
