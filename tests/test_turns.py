"""Sessions, turns and pairs of wild chats: the SQL models against one plain loop over each chat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster import lake, tables, warehouse
from chatclone_dagster.home import Home
from chatclone_dagster.settings import Me, Sessions, Settings
from chatclone_dagster.sql_models import Project
from tests.history import ask

GAP = 60
MODELS = ("stg_messages", "session_messages", "turns", "conversation_pairs")
START = datetime(2024, 5, 1, tzinfo=UTC)
NAMES = ("Ann Lee", "Bo Hart", "Cy Moe")


@dataclass(frozen=True)
class Said:
    """A message: a bubble, or one that was withdrawn (`cut`)."""

    id: str
    who: int
    minute: int
    cut: bool
    link: str | None
    calls: int | None


@dataclass
class Turn:
    """Consecutive bubbles of one person, in a block of a session (numbered in each chat)."""

    session: int
    block: int
    who: int
    said: list[Said] = field(default_factory=list)


@st.composite
def chats(draw: st.DrawFn) -> list[list[Said]]:
    made = []
    for number in range(draw(st.integers(1, 3))):
        minute, chat = 0, list[Said]()
        for place in range(draw(st.integers(1, 24))):
            minute += draw(st.sampled_from([0, 1, 1, GAP, GAP + 1]))
            link = draw(st.none() | st.integers(max(0, place - 6), place + 1))
            chat.append(
                Said(
                    f"m{number}-{place}",
                    draw(st.integers(0, 1 if number == 0 else 2)),
                    minute,
                    draw(st.integers(0, 7)) == 0,
                    None if link is None else f"m{number}-{link}",
                    draw(st.sampled_from([None, None, None, 0, 1, 2])),
                )
            )
        made.append(chat)
    return made


def talks(chat: list[Said]) -> Iterator[list[Said]]:
    """The sessions of a chat: what no silence parts, or what a linked answer by whoever speaks first holds together."""
    stretches: list[list[Said]] = []
    for before, one in zip([None, *chat], chat, strict=False):
        if before is None or one.minute - before.minute > GAP:
            stretches.append([])
        stretches[-1].append(one)
    talk: list[Said] = []
    last: list[Said] = []
    for stretch in stretches:
        opener = next((one.who for one in stretch if not one.cut), None)
        others = next((n for n, one in enumerate(stretch) if not one.cut and one.who != opener), len(stretch))
        links = {one.link for one in stretch[:others] if one.who == opener}
        if talk and not any(one.id in links and one.who != opener for one in last):
            yield talk
            talk = []
        talk, last = talk + stretch, stretch
    yield talk


def turns_of(chat: list[Said]) -> list[Turn]:
    turns: list[Turn] = []
    spoken = [talk for talk in talks(chat) if not all(one.cut for one in talk)]
    for session, talk in enumerate(spoken):
        block = 0
        for cut, ones in groupby(talk, key=lambda one: one.cut):
            if cut:
                block += len(list(ones)) if any(turn.session == session for turn in turns) else 0
                continue
            for who, bubbles in groupby(ones, key=lambda one: one.who):
                turns.append(Turn(session, block, who, list(bubbles)))
    return turns


def answered(turns: list[Turn], chat: list[Said], place: int) -> tuple[Turn, str] | None:
    """What a turn answers, and by what that is told."""
    turn = turns[place]
    link = next((one.link for one in turn.said if one.link), None)
    if any(one.id == link and one.cut for one in chat):
        return None
    for other in turns:
        earlier = other.who != turn.who and other.said[0].minute <= turn.said[0].minute
        if earlier and any(one.id == link for one in other.said):
            return other, "reply_to"
    called = turn.said[0].calls
    if chat[0].id[1] != "0" and called is not None and called != turn.who:
        theirs = [other for other in turns[:place] if other.session == turn.session and other.who == called]
        if theirs:
            return theirs[-1], "mention"
    before = turns[place - 1] if place else None
    if before and (before.session, before.block) == (turn.session, turn.block):
        return before, "adjacent"
    return None


def laid_out(home: Home, made: list[list[Said]]) -> None:
    rows: list[dict[str, object]] = [
        {
            "message_id": one.id,
            "conversation_id": f"chat {number}",
            "conversation_name": f"Chat {number}",
            "is_group": number > 0,
            "sender_id": f"p{one.who}",
            "sender_name": NAMES[one.who],
            "is_owner": one.who == 0,
            "sent_at": START + timedelta(minutes=one.minute),
            "tie": place,
            "kind": "text",
            "text": "hm" if one.calls is None else f"@{NAMES[one.calls].split()[0]} hm",
            "reply_to": one.link,
            "removed": "excluded_person" if one.cut else None,
            **dict.fromkeys(("source", "export_id"), "x"),
            **dict.fromkeys(("tz_known", "forwarded", "edited"), False),
            "reactions": [],
            "attachments": [],
            **dict.fromkeys(("position", "replaced"), 0),
        }
        for number, chat in enumerate(made)
        for place, one in enumerate(chat)
    ]
    safe = pl.DataFrame(rows, schema=tables.MESSAGES_SAFE.schema)
    lake.write(tables.MESSAGES_SAFE, safe.sample(fraction=1, shuffle=True, seed=1), home.table("messages_safe"))
    models = Project.of(Settings(me=Me(name="Ann"), sessions=Sessions(gap_minutes=GAP))).models
    for name in MODELS:
        warehouse.build(home, models[name])


@settings(max_examples=40)
@given(made=chats())
def test_turns_and_pairs_are_those_of_a_plain_loop(
    tmp_path_factory: pytest.TempPathFactory, made: list[list[Said]]
) -> None:
    home = Home(tmp_path_factory.mktemp("turns"))
    laid_out(home, made)
    turns = [turns_of(chat) for chat in made]
    sessions = [(turn.session, turn.block, [one.id for one in turn.said]) for chat in turns for turn in chat]
    asked = """
        select (dense_rank() over (partition by conversation_id order by began) - 1)::int, block, message_ids
        from turns join (select session_id, min(started_at) as began from turns group by 1) using (session_id)
        order by message_ids[1]
    """
    assert ask(home, asked) == sorted(sessions, key=lambda turn: turn[2][0])
    pairs = [
        (turn.said[0].id, found[0].said[0].id, found[1])
        for chat, of_chat in zip(made, turns, strict=True)
        for place, turn in enumerate(of_chat)
        if (found := answered(of_chat, chat, place))
    ]
    asked = "select reply_message_ids[1], prompt_message_ids[1], answered_by from conversation_pairs order by 1"
    assert ask(home, asked) == sorted(pairs)
