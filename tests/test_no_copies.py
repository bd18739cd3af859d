"""What looks like a copy and is none: wishes, songs and greetings said again, and chats that must not become one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl

from tests.cleaning import cleaned, reasons, texts
from tests.rows import START, raw_rows, talk


def chat(name: str, rows: list[dict[str, Any]], export: str | None = None) -> list[dict[str, Any]]:
    return [row | {"conversation_key": name, "conversation_name": name, "export": export or name} for row in rows]


def own(who: str, count: int, seed: str = "") -> list[dict[str, Any]]:
    return [
        {"who": who, "text": f"{who}{seed} says thing number {n}", "sent_local": START + timedelta(minutes=3 * n + 1)}
        for n in range(count)
    ]


def test_a_wish_sent_to_every_friend_does_not_join_their_chats() -> None:
    wish = "Happy new year to all of you, see you soon!"
    rows = []
    for friend in ("Bo", "Cy"):
        of_two: dict[str, Any] = {"conversation_key": friend, "conversation_name": friend, "export": friend}
        rows += [
            {"who": "Ann", "text": wish, **of_two},
            {"who": friend, "text": f"and to you, {friend} here", **of_two},
        ]
        rows += [{"who": friend, "text": f"{friend} says thing {i}", "at": f"2 12:{i:02}", **of_two} for i in range(20)]
    made = cleaned(raw_rows(*rows))
    assert made.messages["conversation_id"].n_unique() == 2
    assert texts(made).count(wish) == 2


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
