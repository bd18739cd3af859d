"""Any slices of a chat, of two phones and before and after edits, are the chat: each message once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cleaning import cleaned
from tests.rows import START, raw_rows


@st.composite
def chats(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What Ann and Bo say: most of it once, some of it again and again, several times a minute, some of it edited.

    In some chats nearly all of it is said when the minute begins, so that a slice can look like an export without seconds; of
    the whole some second tells that it is none.
    """
    minute, said = 0, []
    seconds = draw(st.sampled_from((st.integers(0, 59), st.sampled_from((0,) * 9 + (1,)))))
    for number in range(draw(st.integers(30, 45))):
        minute += draw(st.sampled_from((0, 0, 1, 2, 60)))
        second = draw(seconds if number else st.integers(1, 59))
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
