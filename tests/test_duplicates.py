"""Copies of a message in exports that overlap, of two phones, and of two tools: each message once, and none lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster.messages.duplicates import mark_copies
from chatclone_dagster.messages.one_person import same_senders
from chatclone_dagster.settings import Me, Settings
from tests.cleaning import cleaned, reasons, texts
from tests.rows import raw_rows

START = datetime(2024, 5, 1, 10)  # noqa: DTZ001 (raw rows carry local times)


@st.composite
def chats(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What Ann and Bo say: most of it once, some of it again and again, several times a minute, some of it edited."""
    minute, said = 0, []
    for number in range(draw(st.integers(30, 45))):
        minute += draw(st.sampled_from((0, 0, 1, 2, 60)))
        second = draw(st.integers(0, 59))
        who, short = draw(st.sampled_from(("Ann", "Bo"))), draw(st.sampled_from(("", "", "ok", "no", "media")))
        text = f"what {who} has to say, number {number}"
        said.append(
            {
                "who": ("Ann", "Bo")[number % 2] if not short else who,
                "text": {"": text, "media": ""}.get(short, short),
                "kind": "media" if short == "media" else "text",
                "sent_local": START + timedelta(minutes=minute, seconds=second),
                "edit": not short and draw(st.integers(0, 9)) == 0,
            }
        )
    return sorted(said, key=lambda row: row["sent_local"])


def slice_of(
    said: list[dict[str, Any]], export: str, low: int, high: int, *, edits: bool = False
) -> list[dict[str, Any]]:
    """The messages of the minutes in which the lowth to the highth message lie, as an export that knows of the edits or not."""
    first, last = (said[min(at, len(said) - 1)]["sent_local"].replace(second=0) for at in (low, high))
    rows = []
    for row in said:
        if first <= row["sent_local"].replace(second=0) <= last:
            new = {"text": f"{row['text']}, or rather not", "edited": True} if edits and row["edit"] else {}
            rows.append({key: value for key, value in (row | new).items() if key != "edit"} | {"export": export})
    return rows


def of_other_phone(rows: list[dict[str, Any]], shift: timedelta) -> list[dict[str, Any]]:
    """As Bo's phone exports it: hours away, in minutes, with Bo's name for Ann and for the chat."""
    return [
        row
        | {
            "who": {"Ann": "Annie", "Bo": "Bo B."}[row["who"]],
            "sent_local": row["sent_local"].replace(second=0) + shift,
            "conversation_key": "Annie",
            "conversation_name": "Annie",
        }
        for row in rows
    ]


def told(made: pl.DataFrame) -> list[tuple[Any, ...]]:
    return made.select(pl.col("sent_at").dt.truncate("1m").alias("minute"), "sender_name", "kind", "text").rows()


cuts = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.booleans()), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(chats(), cuts, st.randoms(use_true_random=False))
def test_any_union_of_overlapping_slices_is_the_whole(
    said: list[dict[str, Any]], slices: list[tuple[int, int, bool]], rng: Any
) -> None:
    """Exports that are cut between minutes, each with the edits that were made before it, in any order of files.

    Two edits within one minute by one person, known to some of the files, are told apart by their order.
    """
    parts = [slice_of(said, "all", 0, len(said))]
    parts += [slice_of(said, f"part{n}", low, low + high, edits=edits) for n, (low, high, edits) in enumerate(slices)]
    rng.shuffle(parts)
    rows = [row for part in parts for row in part]
    made = cleaned(raw_rows(*rows)).messages
    edited = {row["text"].removesuffix(", or rather not") for row in rows if row.get("edited")}
    meant = [(row["who"], row["text"] + ", or rather not" * (row["text"] in edited), row["edit"]) for row in said]
    assert sorted(made.select("sender_name", "text").rows()) == sorted(row[:2] for row in meant)
    assert (
        made.select("sent_at", "text").rows()
        == made.sort("sent_at", maintain_order=True).select("sent_at", "text").rows()
    )


@settings(max_examples=40, deadline=None)
@given(chats(), st.integers(0, 8), st.integers(-92, 92), cuts, st.booleans())
def test_slices_of_a_phone_hours_away_without_seconds_are_no_second_copies(
    said: list[dict[str, Any]], low: int, quarters: int, slices: list[tuple[int, int, bool]], first: bool
) -> None:
    """The other phone's part holds at least ten texts of length, of both, that this phone has; both are cut between minutes."""
    mine = slice_of(said, "mine", 0, len(said))
    other = of_other_phone(slice_of(said, "other", low, len(said)), timedelta(minutes=15 * quarters))
    common = [row for row in mine if row["text"].startswith("what") and row["sent_local"] >= said[low]["sent_local"]]
    if len(common) < 10 or len({row["who"] for row in common}) < 2:
        return
    parts = [slice_of(said, f"part{n}", low, low + high) for n, (low, high, _) in enumerate(slices)]
    exports = [other, mine, *parts] if first else [mine, *parts, other]
    made = cleaned(raw_rows(*(row for part in exports for row in part))).messages
    alone = cleaned(raw_rows(*mine)).messages
    assert told(made.sort("sent_at", "text")) == told(alone.sort("sent_at", "text"))
    assert made["conversation_id"].n_unique() == 1
    assert made["conversation_name"].unique().to_list() == ["Chat"]


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


def talk(count: int, **columns: Any) -> list[dict[str, Any]]:
    """Ann and Bo in turn, a minute apart, each text once."""
    return [
        {
            "who": ("Ann", "Bo")[n % 2],
            "text": f"this is message number {n}",
            "sent_local": START + timedelta(minutes=n),
            **columns,
        }
        for n in range(count)
    ]


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


# --- What must never be joined -----------------------------------------------------------------------------------------------


def chat(name: str, rows: list[dict[str, Any]], export: str | None = None) -> list[dict[str, Any]]:
    return [row | {"conversation_key": name, "conversation_name": name, "export": export or name} for row in rows]


def own(who: str, count: int, seed: str = "") -> list[dict[str, Any]]:
    return [
        {"who": who, "text": f"{who}{seed} says thing number {n}", "sent_local": START + timedelta(minutes=3 * n + 1)}
        for n in range(count)
    ]


def test_the_same_long_texts_to_many_friends_at_the_same_times() -> None:
    sent = [
        {"who": "Ann", "text": f"news of the day, number {n}", "sent_local": START + timedelta(minutes=n)}
        for n in range(40)
    ]
    rows = [row for friend in ("Bo", "Cy", "Di") for row in chat(friend, [*sent, *own(friend, 15)])]
    made = cleaned(raw_rows(*rows))
    assert made.messages["conversation_id"].n_unique() == 3
    assert reasons(made) == {None: 165}


def test_two_groups_of_the_same_people_who_wish_the_same_in_both() -> None:
    people = ("Ann", "Bo", "Cy", "Di")
    wishes = [
        {"who": people[n % 4], "text": f"happy birthday, wish number {n}", "sent_local": START + timedelta(minutes=n)}
        for n in range(16)
    ]
    rows = [
        row for group in ("family", "hikers") for who in people for row in chat(group, own(who, 12, f" in {group}"))
    ]
    rows += [row for group in ("family", "hikers") for row in chat(group, wishes)]
    made = cleaned(raw_rows(*rows))
    assert made.messages["conversation_id"].n_unique() == 2
    assert reasons(made) == {None: 128}


def test_a_song_passed_on_line_by_line_is_no_copy() -> None:
    lines = [f"and this is line {n} of the long song" for n in range(20)]
    first = [
        {"who": ("Ann", "Bo")[n % 2], "text": line, "sent_local": START + timedelta(minutes=n)}
        for n, line in enumerate(lines)
    ]
    again = [
        {"who": ("Ann", "Cy")[n % 2], "text": line, "sent_local": START + timedelta(minutes=97 + n * n)}
        for n, line in enumerate(lines)
    ]
    made = cleaned(raw_rows(*chat("Bo", first), *chat("Cy", again)))
    assert reasons(made) == {None: 40}
    assert made.messages["conversation_id"].n_unique() == 2


def test_two_chats_of_one_file_are_two_chats() -> None:
    made = cleaned(raw_rows(*chat("a", talk(30), "all"), *chat("b", talk(30), "all")))
    assert made.messages["conversation_id"].n_unique() == 2
    assert reasons(made) == {None: 60}


def test_what_is_said_every_day_at_the_same_time_is_said_every_day() -> None:
    days = [
        [
            {
                "who": who,
                "text": f"{text}, my dear friend",
                "sent_local": START + timedelta(days=day, hours=hour),
                "export": f"day{day}",
            }
            for who, text, hour in (
                ("Ann", "good morning", 0),
                ("Bo", "good morning to you", 1),
                ("Ann", "good night", 12),
            )
        ]
        for day in range(8)
    ]
    assert reasons(cleaned(raw_rows(*(row for day in days for row in day)))) == {None: 24}


def test_one_id_for_what_is_sent_to_several_chats_at_once_loses_nothing() -> None:
    rows = [
        row
        for friend in ("Bo", "Cy")
        for row in chat(
            friend,
            [
                {"who": "Ann", "text": "I have moved, see you", "platform_id": "1714557600000-me"},
                {"who": friend, "text": f"good, says {friend}", "platform_id": f"1714557700000-{friend}"},
            ],
        )
    ]
    made = cleaned(raw_rows(*rows))
    assert reasons(made) == {None: 4}
    assert made.messages["message_id"].is_in(["whatsapp:1714557600000-me"]).sum() == 1
