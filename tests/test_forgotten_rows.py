"""Dropping the forgotten as an export is read: who is meant, what goes with their words, and what nobody else loses."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chatclone_dagster.readers.forgotten import Forgetting, forms_of, hashed, without_forgotten
from tests.rows import raw_rows

KEY_BYTES = b"k" * 32
IN_CLUB = {"conversation_key": "g", "conversation_name": "Club", "is_group": True}


def emptied(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    forgetting = Forgetting(frozenset({hashed("cy day", KEY_BYTES)}), KEY_BYTES)
    left = without_forgotten(raw_rows(*rows), forgetting)
    assert left is not None
    assert left.height == len(rows), "rows are counted, whoever wrote them"
    assert without_forgotten(left, forgetting) is None, "a second time there is nothing left to empty"
    return left.to_dicts()


def test_what_repeats_their_words_goes_with_them() -> None:
    left = emptied(
        {**IN_CLUB, "who": "Cy Day", "text": "zanzibar", "platform_id": "7", "attachments": ["z.jpg"]},
        {**IN_CLUB, "who": "Bo", "text": "by id", "reply_to": "7", "platform_id": "8"},
        {**IN_CLUB, "who": "Bo", "text": "by words", "reply_to": "zanzibar"},
        {**IN_CLUB, "who": "Bo", "text": "to Bo", "reply_to": "8"},
        {**IN_CLUB, "who": "Bo", "text": "Liked “zanzibar”", "folded": "pseudo_reaction"},
        {**IN_CLUB, "who": None, "text": "Cy Day left", "kind": "system"},
        {**IN_CLUB, "who": None, "text": "Bo came", "kind": "system"},
        {
            **IN_CLUB,
            "who": "Bo",
            "text": "x",
            "reactions": [{"emoji": "👍", "sender": who} for who in ("Cy Day", "Bo")],
        },
    )
    assert (left[0]["kind"], left[0]["text"], left[0]["sender_key"], left[0]["attachments"]) == (
        "forgotten",
        "",
        None,
        [],
    )
    assert left[0]["platform_id"] == left[1]["reply_to"] != "7", "a reply still answers what is gone, and nothing else"
    assert [row["reply_to"] for row in left[2:4]] == [None, "8"]
    assert [row["text"] for row in left[4:7]] == ["", "", "Bo came"]
    assert left[7]["reactions"] == [{"emoji": "👍", "sender": "Bo"}]
    assert "zanzibar" not in repr(left)
    assert "Cy Day" not in repr(left)


def test_whoever_only_reacted_goes_too_and_what_the_app_says_of_them_elsewhere() -> None:
    thumbs = [{"emoji": "👍", "sender": who} for who in ("~Cy Day", "Bo")]
    in_crew = {**IN_CLUB, "conversation_key": "c", "conversation_name": "Crew"}
    club = (
        {**IN_CLUB, "who": "Bo", "text": "boat, CY DAY?", "reactions": thumbs},
        {**IN_CLUB, "who": "Ann", "text": "bring it"},
        {**IN_CLUB, "who": "Dee", "text": "no"},
    )
    left = emptied(*club)
    assert [row["reactions"] for row in left] == [thumbs[1:], [], []]
    assert left[0]["text"] == "boat, CY DAY?", "what others say of them is the others'"
    left = emptied(
        *club,
        {**in_crew, "who": "Cy Day", "text": "zanzibar"},
        {**in_crew, "who": "Bo", "text": "hi"},
        {**in_crew, "who": "Ann", "text": "hi"},
        {**in_crew, "who": None, "text": "CY DAY left", "kind": "system"},
        {**IN_CLUB, "who": None, "text": "Cy Day came", "kind": "system"},
        {**IN_CLUB, "who": None, "text": "Bo came", "kind": "system"},
    )
    assert [row["text"] for row in left[-3:]] == ["", "", "Bo came"]
    assert left[0]["reactions"] == thumbs[1:]


def test_a_chat_of_two_goes_whole_even_if_they_never_wrote() -> None:
    of_two = {"conversation_key": "Cy Day", "conversation_name": "Cy Day"}
    left = emptied({**of_two, "who": "Ann", "text": "are you there?"}, {**IN_CLUB, "who": "Ann", "text": "hello"})
    assert (left[0]["kind"], left[0]["conversation_name"], left[0]["text"]) == ("forgotten", "", "")
    assert "Cy Day" not in repr(left)
    assert left[1]["text"] == "hello"


def test_a_bare_number_is_not_taken_for_somebody() -> None:
    """Exporters count users from 1: another user 2 in another file is somebody else."""
    assert set(forms_of("discord", "2", "Cy Day")) == {"cy day", "discord\x1f2\x1fCy Day"}
    assert "+491713920042" in set(forms_of("whatsapp", "+49 171 3920042", "Cy"))


_NAMES = st.sampled_from(("Ann", "Bo", "Cy Day", "CY  DAY"))
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "who": _NAMES,
            "text": st.sampled_from(("hm", "quokka", "no")),
            "conversation_key": st.sampled_from(("a", "b")),
            "is_group": st.sampled_from((True, None)),
            "reply_to": st.sampled_from((None, "hm", "quokka", "p1")),
            "platform_id": st.sampled_from((None, "p1", "p2")),
        }
    ),
    min_size=1,
    max_size=8,
)


@given(_ROWS)
def test_nothing_of_theirs_is_left_and_no_other_group_message_changes(rows: list[dict[str, Any]]) -> None:
    forgetting = Forgetting(frozenset({hashed("cy day", KEY_BYTES)}), KEY_BYTES)
    raw = raw_rows(*rows)
    left = without_forgotten(raw, forgetting)
    theirs = [row["who"].lower().startswith("cy") for row in rows]
    if not any(theirs):
        assert left is None
        return
    assert left is not None
    assert "cy" not in repr(left.select("sender_key", "sender_name").to_dicts()).lower()
    groups = {row["conversation_key"] for row in rows if row["is_group"]}
    by_position = {row["position"]: row for row in left.to_dicts()}
    for row, gone, after in zip(raw.to_dicts(), theirs, by_position.values(), strict=True):
        assert after["sent_local"] == row["sent_local"]
        if gone:
            assert (after["kind"], after["text"], after["sender_name"]) == ("forgotten", "", None)
        elif row["conversation_key"] in groups:
            assert (after["text"], after["sender_name"]) == (row["text"], row["sender_name"])
