"""From raw rows to one history: ids, copies, chats, people, time, and a ledger that closes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatclone_dagster import tables
from chatclone_dagster.messages.clean import Cleaned, clean
from chatclone_dagster.messages.identity import (
    OwnerUnknownError,
    normal_name,
    owner_candidates,
    owner_is_known,
    rows_without_owner,
    unmatched_names,
)
from chatclone_dagster.readers.inspect import who_wrote
from chatclone_dagster.settings import Me, Settings, Time
from tests.rows import raw_rows

ME = Settings(me=Me(name="Ann"))


def cleaned(rows: pl.DataFrame, settings: Settings = ME, issues: pl.DataFrame | None = None) -> Cleaned:
    issues = tables.PARSE_ISSUES.empty() if issues is None else issues
    made = clean(rows.lazy(), issues, settings)
    assert made.messages.schema == tables.MESSAGES.schema
    assert made.ledger.schema == tables.LEDGER.schema
    assert made.ledger.height == rows.height + issues["is_row"].sum(), "every raw row is in the ledger once"
    assert made.ledger.filter(pl.col("outcome") == "used").height == made.messages.height
    return made


def texts(made: Cleaned) -> list[str]:
    return made.messages["text"].to_list()


def reasons(made: Cleaned) -> dict[str | None, int]:
    return dict(made.ledger.group_by("reason").len().iter_rows())


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


def test_settings_never_change_an_id() -> None:
    rows = raw_rows({"who": "Ann", "text": "a"}, {"who": "Bo", "text": "b"})
    other = Settings(me=Me(name="Bo"), time=Time(zone="Asia/Tokyo"), people={"Annette": ("Ann",)})
    assert cleaned(rows).messages["message_id"].to_list() == cleaned(rows, other).messages["message_id"].to_list()


messages = st.lists(
    st.tuples(
        st.sampled_from(["Ann", "Bo", "Cy"]),
        st.integers(0, 40),
        st.sampled_from(["ok", "no", "a longer text, really", ""]),
    ),
    min_size=4,
    max_size=30,
)


@given(messages, st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), min_size=1, max_size=4))
def test_any_union_of_overlapping_slices_is_the_whole(
    said: list[tuple[str, int, str]], slices: list[tuple[int, int]]
) -> None:
    """Exports that each hold a stretch of the chat (cut between minutes, as phones do) give each message once."""
    said = sorted([("Ann", 0, "first"), ("Bo", 0, "second"), *said], key=lambda row: row[1])
    start = datetime(2024, 5, 1, 10)  # noqa: DTZ001
    rows = [{"who": who, "text": text, "sent_local": start + timedelta(minutes=m)} for who, m, text in said]
    whole = cleaned(raw_rows(*rows)).messages.drop("export_id", "position")
    parts = [{**row, "export": "all"} for row in rows]
    for number, (low, length) in enumerate(slices):
        minutes = range(low, low + length)
        parts += [{**row, "export": f"part{number}"} for row, (_, m, _) in zip(rows, said, strict=True) if m in minutes]
    union = cleaned(raw_rows(*parts)).messages.drop("export_id", "position")
    assert union.sort("sent_at", "tie").equals(whole.sort("sent_at", "tie"))


def test_two_exports_of_one_chat_under_two_names_are_one_chat() -> None:
    said = [
        {"who": "Ann" if i % 2 else "Bo", "text": f"this is message number {i}", "at": f"1 12:{i:02}"}
        for i in range(30)
    ]
    one = [{**row, "export": "a", "conversation_key": "Bo", "conversation_name": "Bo"} for row in said[:25]]
    two = [{**row, "export": "b", "conversation_key": "Bo ❤", "conversation_name": "Bo ❤"} for row in said[10:]]
    made = cleaned(raw_rows(*one, *two))
    assert made.messages.height == 30
    assert made.messages["conversation_id"].n_unique() == 1
    assert set(made.messages["conversation_name"]) == {"Bo ❤"}, "the name of the latest export"


def test_a_wish_sent_to_every_friend_does_not_join_their_chats() -> None:
    wish = "Happy new year to all of you, see you soon!"
    rows = []
    for friend in ("Bo", "Cy"):
        chat: dict[str, Any] = {"conversation_key": friend, "conversation_name": friend, "export": friend}
        rows += [{"who": "Ann", "text": wish, **chat}, {"who": friend, "text": f"and to you, {friend} here", **chat}]
        rows += [{"who": friend, "text": f"{friend} says thing {i}", "at": f"2 12:{i:02}", **chat} for i in range(20)]
    made = cleaned(raw_rows(*rows))
    assert made.messages["conversation_id"].n_unique() == 2
    assert texts(made).count(wish) == 2


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


def test_ids_that_an_app_gives_out_anew_in_every_chat_are_no_copies() -> None:
    rows = [
        {"who": who, "text": f"{chat} {i}", "at": f"{day} 10:{i:02}", "platform_id": str(i), "conversation_key": chat}
        for day, chat in ((1, "a"), (2, "b"))
        for i, who in enumerate(["Ann", "Bo"] * 3)
    ]
    rows.append({"who": "Ann", "text": "re", "at": "3 10:00", "conversation_key": "b", "reply_to": "1"})
    made = cleaned(raw_rows(*rows))
    assert made.messages.height == 13
    answered = made.messages.filter(pl.col("text") == "re")["reply_to"][0]
    assert made.messages.filter(pl.col("message_id") == answered)["text"].to_list() == ["b 1"]
    again = [{**row, "export": "e2", "at": row["at"].replace("1 ", "5 ", 1)} for row in rows[:6]]
    assert cleaned(raw_rows(*rows[:6], *again)).messages.height == 12, "numbered anew in every file"
