"""The safe copy: what is found, what it becomes, and what stays as it was."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn

from chatclone_dagster import tables
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.phones import regions_of
from chatclone_dagster.privacy.detect import Finder
from chatclone_dagster.privacy.replacer import Replacer
from chatclone_dagster.privacy.safe import make_safe
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.settings import Me, Privacy, PrivateKind, Settings, Time, parse_settings
from tests.rows import raw_rows

ALL: tuple[PrivateKind, ...] = ("email", "phone", "card", "iban", "url")
IN_GERMANY = Settings(time=Time(zone="Europe/Berlin"))
FINDER = Finder.of(IN_GERMANY)
GERMANY = Replacer(IN_GERMANY, StandIns(b"k" * 32))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mail ann.lee+x@post.example.com!", [("email", "ann.lee+x@post.example.com")]),
        ("call +49 171 3920042 or 0171/3920042.", [("phone", "+49 171 3920042"), ("phone", "0171/3920042")]),
        ("(030) 23125 123", [("phone", "(030) 23125 123")]),
        ("card 4111-1111-1111-1111 ok", [("card", "4111-1111-1111-1111")]),
        ("to DE89 3704 0044 0532 0130 00 please", [("iban", "DE89 3704 0044 0532 0130 00")]),
        (
            "see https://a.example/x_(y)?q=1, and www.b.example.",
            [("url", "https://a.example/x_(y)?q=1"), ("url", "www.b.example")],
        ),
        ("(https://a.example/b)", [("url", "https://a.example/b")]),
        ("https://x.example/?mail=a@b.example", [("url", "https://x.example/?mail=a@b.example")]),
        ("github.com is down", [("url", "github.com")]),
        ("foo.xyz/path", [("url", "foo.xyz/path")]),
    ],
)
def test_private_values_are_found(text: str, found: list[tuple[str, str]]) -> None:
    spans = FINDER.find(text, ALL)
    assert [(span.kind, text[span.start : span.end]) for span in spans] == found
    assert FINDER.might_hold(pl.Series([text]), ALL).all(), "the cheap first look must not miss it"


@pytest.mark.parametrize(
    "text",
    [
        "yes.no maybe",
        "v1.2.3 from 2024-01-05 12:30",
        "version 1.2.3.4 came out",
        "3,5-10",
        "1234567890123456",
        "12/12/2020 10:00-11:00",
        "...",
    ],
)
def test_clean_lines_stay_clean(text: str) -> None:
    assert GERMANY.text(text) == (text, 0, None)


def test_a_stand_in_is_of_the_same_kind_consistent_and_nobodys() -> None:
    values = [
        "ann@x.example",
        "ANN@x.example",
        "+49 171 3920042",
        "0171 3920042",
        "4111 1111 1111 1111",
        "DE89370400440532013000",
    ]
    safe, count, _ = GERMANY.text(" and ".join(values))
    mail, same_mail, phone, same_phone, card, account = safe.split(" and ")
    assert count == 6
    assert mail == same_mail
    assert mail.endswith("@example.org")
    assert phone.removeprefix("+49 ") == same_phone.removeprefix("0").replace("  ", " "), (
        "one number written two ways stays one"
    )
    assert phone.startswith("+49 555")
    assert [len(group) for group in card.split(" ")] == [4, 4, 4, 4]
    assert not luhn.is_valid(card.replace(" ", ""))
    assert account.startswith("DE00")
    assert len(account) == 22
    assert not iban.is_valid(account)
    assert GERMANY.text(" and ".join(values)) == (safe, count, None), "the same home replaces alike"
    assert Replacer(IN_GERMANY, StandIns(b"q" * 32)).text(values[0])[0] != mail, "another home has other stand-ins"


def test_only_the_kinds_that_are_asked_for() -> None:
    only = Replacer(parse_settings('[privacy]\nreplace = ["email"]'), StandIns(b"k" * 32))
    assert only.text("a@b.example at https://c.example")[0].endswith("at https://c.example")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_any_text_survives(text: str) -> None:
    safe, count, removed = GERMANY.text(text)
    assert removed is None
    assert (safe == text) == (count == 0) or count > 0
    if count:
        assert FINDER.might_hold(pl.Series([text])).all()


def test_texts_names_and_attachments_are_replaced_and_nothing_else() -> None:
    rows = raw_rows(
        {"who": "Ann", "text": "write to bo@x.example", "attachments": ["https://cdn.example/a.jpg", "IMG 1.jpg"]},
        {"who": "+49 171 3920042", "text": "ok", "conversation_name": "+49 171 3920042"},
    )
    settings = Settings(me=Me(name="Ann"), time=Time(zone="Europe/Berlin"))
    messages = clean(rows.lazy(), tables.PARSE_ISSUES.empty(), settings).messages
    safe = make_safe(messages, settings, b"k" * 32)
    assert safe.schema == tables.MESSAGES_SAFE.schema
    assert safe["text"][1] == "ok"
    assert "bo@x.example" not in safe["text"][0]
    assert safe["replaced"].to_list() == [1, 0]
    assert safe["sender_name"][1].startswith("+49 555")
    assert safe["attachments"].to_list()[0][1] == "IMG 1.jpg"
    assert "cdn.example" not in safe["attachments"].to_list()[0][0]
    same = [
        name for name in messages.columns if name not in ("text", "sender_name", "conversation_name", "attachments")
    ]
    assert safe.select(same).equals(messages.select(same))
    kept = Settings(me=Me(name="Ann"), privacy=Privacy.model_validate({"replace": []}))
    assert make_safe(messages, kept, b"k" * 32).select(messages.columns).equals(messages)


def test_the_zone_names_the_countries() -> None:
    assert "DE" in regions_of("Europe/Berlin")
    assert regions_of("UTC") == ()
    assert pl.Series([*regions_of("America/New_York")]).to_list() == ["US"]


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Oslo", "NO"),
        ("Europe/Amsterdam", "NL"),
        ("Asia/Kuala_Lumpur", "MY"),
        ("Asia/Calcutta", "IN"),
        ("US/Pacific", "US"),
    ],
)
def test_every_zone_names_its_country_under_old_names_too(zone: str, country: str) -> None:
    assert regions_of(zone) == (country,)


@pytest.mark.parametrize("number", ["030–901–820–33", "+49–170–123–45–67", "0170 – 123 – 45 – 67", "+1‑415‑555‑2671"])
def test_the_first_look_lets_no_spelling_through(number: str) -> None:
    assert FINDER.find(number, ["phone"])
    assert FINDER.might_hold(pl.Series([number]), ["phone"]).all()


def test_who_reacted_is_replaced_too() -> None:
    reactions = [{"emoji": "👍", "sender": "+49 171 3920042"}, {"emoji": "😂", "sender": None}]
    rows = raw_rows({"who": "Ann", "text": "hi", "reactions": reactions}, {"who": "Bo", "text": "ho"})
    settings = Settings(me=Me(name="Ann"), time=Time(zone="Europe/Berlin"))
    safe = make_safe(clean(rows.lazy(), tables.PARSE_ISSUES.empty(), settings).messages, settings, b"k" * 32)
    first, second = safe["reactions"].to_list()[0]
    assert first["sender"].startswith("+49 555")
    assert (first["emoji"], second) == ("👍", reactions[1])
