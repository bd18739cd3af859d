"""What is dropped for what is in it leaves nothing of itself, and cuts: nothing is joined or answered across it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatclone_dagster.privacy.safe import make_safe
from chatclone_dagster.settings import parse_settings
from chatclone_dagster.sql_models import Project
from tests.cleaning import cleaned
from tests.history import ask, built
from tests.rows import in_turn, raw_rows

CARD = "4111 1111 1111 1111"
DROP = parse_settings('[me]\nname = "Ann"\n[privacy]\ncard = "drop"')


def history(*rows: dict[str, Any]) -> pl.DataFrame:
    return cleaned(raw_rows(*in_turn(*rows)), DROP).messages


def test_a_dropped_message_leaves_nothing_of_itself() -> None:
    messages = history(
        {
            "who": "Bo",
            "text": f"pay with {CARD}",
            "attachments": ["a.jpg"],
            "reactions": [{"emoji": "👍", "sender": "Ann"}],
        },
        {"who": "Ann", "text": "ok"},
    )
    safe = make_safe(messages, DROP, b"k" * 32)
    row = safe.row(0, named=True)
    assert (row["text"], row["attachments"], row["reactions"], row["replaced"]) == ("", [], [], 0)
    assert row["removed"] == "dropped_private_card"
    assert safe["removed"].to_list()[1] is None
    assert safe.select("message_id", "sender_id", "sent_at", "kind").equals(
        messages.select("message_id", "sender_id", "sent_at", "kind")
    )


def test_a_dropped_message_cuts_and_is_neither_answered_nor_joined(tmp_path: Path) -> None:
    home = built(
        tmp_path,
        *in_turn(
            {"who": "Bo", "text": "guess what"},
            {"who": "Ann", "text": "before"},
            {"who": "Ann", "text": f"my card is {CARD}"},
            {"who": "Ann", "text": "after"},
            {"who": "Bo", "text": "ok"},
            {"who": "Bo", "text": f"or {CARD}"},
            {"who": "Ann", "text": "no"},
            {"who": "Bo", "text": "sure?"},
            {"who": "Ann", "text": "that one", "reply_to": "5"},
        ),
        settings=DROP,
    )
    turns = ask(home, "select bubbles, block from turns order by started_at")
    assert turns == [
        (["guess what"], 0),
        (["before"], 0),
        (["after"], 1),
        (["ok"], 1),
        (["no"], 2),
        (["sure?"], 2),
        (["that one"], 2),
    ]
    pairs = ask(home, "select prompt_bubbles[1], reply_bubbles[1] from conversation_pairs order by replied_at")
    assert pairs == [("guess what", "before"), ("after", "ok"), ("no", "sure?")], (
        "what answered it answers nothing else"
    )
    assert ask(home, "select count(*) from stg_messages where removed is not null and (is_bubble or text != '')") == [
        (0,)
    ]


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(["Ann", "Bo"]), st.booleans()), min_size=2, max_size=24))
def test_no_turn_reaches_over_a_dropped_message(
    tmp_path_factory: pytest.TempPathFactory, talk: list[tuple[str, bool]]
) -> None:
    talk = [("Ann", False), ("Bo", False), *talk]
    messages = history(*({"who": who, "text": CARD if gone else f"says {i}"} for i, (who, gone) in enumerate(talk)))
    safe = make_safe(messages, DROP, b"k" * 32).sort("sent_at")
    assert safe["removed"].is_not_null().to_list() == [gone for _, gone in talk]
    models = Project.of(DROP).models
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.register("messages_safe", safe.to_arrow())
        for name in ("stg_messages", "session_messages", "turns", "conversation_pairs"):
            con.execute(f'create view "{name}" as {models[name].sql}')
        turns = con.execute("select turn_id, message_ids from turns").fetchall()
        pairs = con.execute("select prompt_turn_id, reply_turn_id from conversation_pairs").fetchall()
    at = {message_id: i for i, message_id in enumerate(safe["message_id"])}
    places = {turn_id: sorted(at[message_id] for message_id in ids) for turn_id, ids in turns}
    kept = [i for i, (_, gone) in enumerate(talk) if not gone]
    assert sorted(i for turn in places.values() for i in turn) == kept, "every other message is in one turn"
    for turn in places.values():
        assert turn == list(range(turn[0], turn[-1] + 1)), "a turn has no holes"
    for prompt, reply in pairs:
        assert places[prompt][-1] + 1 == places[reply][0], "nothing is answered across what is gone"
