"""Who may be one person: what is likely is suggested, and not done."""

from __future__ import annotations

import polars as pl
import pytest

from chatclone_dagster.home import Home
from chatclone_dagster.messages import decisions
from chatclone_dagster.messages.suggestions import suggest
from tests.rows import raw_rows
from tests.senders import ME, people, row


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Anna Weber", "Anna Webber", "'anna webber' and 'anna weber' are spelled alike"),
        ("Anna W.", "Anna Weber", "'anna w' is short for 'anna weber'"),
        ("~ Anna", "Anna Weber", "'anna' is short for 'anna weber'"),
        ("anna.weber92", "Anna Weber", "'anna.weber92' reads like 'anna weber'"),
        ("2025550143", "+1 202 555 0143", "the numbers +12025550143 and 2025550143 end alike"),
    ],
)
def test_what_is_likely_is_suggested_and_not_done(berlin: Home, one: str, other: str, reason: str) -> None:
    rows = pl.concat([raw_rows(ME), row("whatsapp", one, conversation_key="b"), row("signal", other)])
    found = people(berlin, rows)
    assert len(found.everyone) == 3
    (suggestion,) = suggest(found, berlin.settings)
    assert reason in suggestion.reasons
    assert {suggestion.one.name, suggestion.other.name} >= {found.find(other).name}
    assert 0.5 <= suggestion.score <= 1
    decisions.refuse(berlin, found, suggestion.one, suggestion.other)
    assert not suggest(people(berlin, rows), berlin.settings), "a refusal is remembered"


def test_two_who_talk_with_each_other_are_not_suggested(berlin: Home) -> None:
    rows = raw_rows(
        ME, *({"who": who, "text": "x", "at": f"1 1{i}:00"} for i, who in enumerate(["Anna W", "Anna Weber"] * 2))
    )
    assert not suggest(people(berlin, rows), berlin.settings)
    apart = raw_rows(
        ME, *({"who": who, "text": "x", "at": f"{day} 10:00"} for day, who in ((1, "Anna W"), (2, "Anna Weber")))
    )
    (suggestion,) = suggest(people(berlin, apart), berlin.settings)
    assert "in 1 chat one falls silent before the other begins" in suggestion.reasons


def test_nicknames_of_the_address_book_and_new_numbers_are_suggested(berlin: Home) -> None:
    rows = pl.concat([raw_rows(ME, {"who": "+49 170 5550123", "text": "x"}), row("instagram", "Anni")])
    card = {"name": "Anna Weber", "nicknames": ["Anni"], "phones": ["+491705550123"]}
    (suggestion,) = suggest(people(berlin, rows, card), berlin.settings)
    assert suggestion.reasons == ("'Anni' is a nickname of 'Anna Weber' in the address book",)
    changed = {
        "text": "Bo changed their phone number to a new number. Tap to message.",
        "kind": "system",
        "at": "2 10:00",
    }
    lines = [ME, {"who": "Bo", "text": "x"}, changed, {"who": "+49 171 5550199", "text": "y", "at": "3 10:00"}]
    (suggestion,) = suggest(people(berlin, raw_rows(*lines)), berlin.settings)
    assert "'Bo' changed the number on 2024-01-02" in suggestion.reasons[0]
