"""Stand-ins: of the same kind and shape and script, the same everywhere, nobody's own, and two of them never one."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.de import idnr
from stdnum.us import ssn

from chatclone_dagster.home import Home
from chatclone_dagster.privacy.detect import Span
from chatclone_dagster.privacy.id_numbers import is_somebodys
from chatclone_dagster.privacy.pseudonyms import make, write
from chatclone_dagster.privacy.stand_ins import Draw, StandIns, StandInsError
from chatclone_dagster.settings import PrivateKind

KEY = b"k" * 32


def stood_in(kind: PrivateKind, canonical: str, value: str | None = None, n: int = 0) -> str:
    value = canonical if value is None else value
    return write(Span(kind, 0, len(value), canonical, 1.0), value, make(kind, canonical, Draw(KEY, kind, canonical), n))


def shape(text: str) -> str:
    return re.sub(r"[^\W\d_]", lambda m: "X" if m[0].isupper() else "x", re.sub(r"\d", "9", text))


@pytest.mark.parametrize(
    ("canonical", "values"),
    [
        ("+491713920042", ["+49 171 3920042", "0171/3920042", "0049 171 3920042", "+49 (0)171 3920042"]),
        ("+14155552671", ["+1 (415) 555-2671", "415-555-2671", "1 415 555 2671"]),
        ("+390612345678", ["+39 06 1234 5678", "06 1234 5678"]),
    ],
)
def test_one_phone_number_is_one_however_it_is_dialled(canonical: str, values: list[str]) -> None:
    made = [stood_in("phone", canonical, value) for value in values]
    tails = {re.sub(r"\D", "", number)[-7:] for number in made}
    assert len(tails) == 1
    assert [shape(number) for number in made] == [shape(value) for value in values]
    assert all("555" in re.sub(r"\D", "", number) for number in made)


@given(st.integers(10**12, 10**18).map(str))
def test_a_card_is_nobodys(card: str) -> None:
    made = stood_in("card", card, f"{card[:4]} {card[4:]}")
    assert shape(made) == shape(f"{card[:4]} {card[4:]}")
    assert not luhn.is_valid(made.replace(" ", ""))


@pytest.mark.parametrize("account", ["DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606"])
def test_an_account_is_nobodys(account: str) -> None:
    spaced = " ".join(re.findall(".{1,4}", account))
    made = stood_in("iban", account, spaced)
    assert made[:2] == account[:2]
    assert shape(made) == shape(spaced)
    assert not iban.is_valid(made)


@pytest.mark.parametrize("number", ["86095742719", "536-90-4399", "X1234567L", "850605-2109876", "AB 12 34 56 C"])
def test_an_id_number_is_of_the_same_shape_and_passes_no_check(number: str) -> None:
    made = stood_in("id_number", number)
    assert made != number
    assert shape(made) == shape(number)
    assert not is_somebodys(made)


def test_the_checks_know_real_numbers() -> None:
    assert idnr.is_valid("36574261809")
    assert is_somebodys("36574261809")
    assert ssn.is_valid("536-90-4399")
    assert is_somebodys("536-90-4399")


@pytest.mark.parametrize(
    ("canonical", "value", "same"),
    [
        ("1994-03-12", "12.03.1994", r"\d\d\.03\.199[2356]"),
        ("1994-03-05", "5 March 1994", r"\d{1,2} March 199[2356]"),
        ("1994-03-12", "March 12, 94", r"March \d\d, 9[2356]"),
        ("1994-03-03", "03/03/1994", r"(0\d|1[012])/03/199[2356]"),
        ("1994", "1994", r"199[2356]"),
    ],
)
def test_a_birthday_moves_a_little(canonical: str, value: str, same: str) -> None:
    made = stood_in("birth_date", canonical, value)
    assert re.fullmatch(same, made), made
    assert made != value


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("Hauptstraße 5, 10115 Berlin", r"\p{L}+straße \d, \d{5} \p{L}+"),
        ("221b Baker Street", r"\d{3}b \p{L}+ Street"),
        ("12 rue de la Paix", r"\d\d rue de la \p{L}+"),
        ("улица Ленина 12", r"улица [\p{Cyrillic}]+ \d\d"),
        ("東京都渋谷区神南1丁目2番", r"\p{Han}+都\p{Han}+区\p{Han}+\d丁目\d番"),
    ],
)
def test_an_address_keeps_its_build(address: str, kept: str) -> None:
    import regex  # noqa: PLC0415

    made = stood_in("address", address)
    assert regex.fullmatch(kept, made), made
    assert made != address


@pytest.mark.parametrize(
    ("secret", "prefix"),
    [
        ("sk-proj-aB3dE5fG7hI9jK1l", "sk-proj-"),
        ("AKIAIOSFODNN7EXAMPLE", "AKIA"),
        ("hunter2", ""),
        ("ghp_16C7e42F292c6912", "ghp_"),
    ],
)
def test_a_secret_keeps_its_prefix_and_shape_only(secret: str, prefix: str) -> None:
    made = stood_in("secret", secret)
    assert made.startswith(prefix)
    assert shape(made) == shape(secret)
    assert made[len(prefix) :] != secret[len(prefix) :]


def test_addresses_on_the_net_lead_nowhere() -> None:
    assert re.fullmatch(r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+/24", stood_in("ip", "8.8.4.4", "8.8.4.4/24"))
    assert stood_in("ip", "2a00:1450::200e").startswith("2001:db8:")
    assert stood_in("ip", "8.8.4.4", n=300).startswith("240.")
    assert re.fullmatch(r"[a-z]{4}\.[a-z]{4}@example\.org", stood_in("email", "ann@x.example"))
    assert re.fullmatch(r"https://www\.example\.com/\w{4}", stood_in("url", "https://www.x.example/a?b=c"))
    assert re.fullmatch(r"example\.com/\w{4}", stood_in("url", "github.com"))


@given(st.sets(st.integers(0, 5000).map(lambda n: f"+4917{n:05}"), max_size=300), st.randoms())
def test_two_values_never_share_a_stand_in_whatever_their_order(values: set[str], random: object) -> None:
    def chosen(order: list[str]) -> dict[str, str | None]:
        stand_ins = StandIns(KEY)
        stand_ins.choose("phone", order, lambda v, draw, n: make("phone", v, draw, n), real=values)
        return {value: stand_ins.get("phone", value) for value in values}

    one, two = chosen(sorted(values)), chosen(sorted(values, reverse=True))
    assert one == two
    assert len(set(one.values())) == len(values)
    assert not set(one.values()) & values


def test_a_stand_in_stays_and_one_that_turns_out_to_be_somebodys_goes() -> None:
    given_ = iter(["Mila", "Nora", "Mila", "Nora", "Vera"])
    stand_ins = StandIns(KEY)
    stand_ins.choose("name", ["anna"], lambda *_: next(given_))
    stand_ins.choose("name", ["anna", "bo"], lambda *_: next(given_), real={"anna", "bo"})
    assert (stand_ins.get("name", "anna"), stand_ins.get("name", "bo")) == ("Mila", "Nora")
    stand_ins.choose("name", ["anna", "bo", "mila"], lambda *_: next(given_, "Ida"), real={"anna", "bo", "mila"})
    now = {word: stand_ins.get("name", word) for word in ("anna", "bo", "mila")}
    assert now["bo"] == "Nora"
    assert "Mila" not in now.values()
    assert len(set(now.values())) == 3


def test_the_list_lies_in_the_home_for_its_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    stand_ins = StandIns.open(home)
    stand_ins.choose("email", ['a"b@x.example', "c,d@x.example"], lambda v, draw, n: make("email", v, draw, n))
    stand_ins.save()
    again = StandIns.open(home)
    assert again.get("email", 'a"b@x.example') == stand_ins.get("email", 'a"b@x.example')
    ((_, stand_in, stands_for),) = again.lookup("c,d@x.example")
    assert again.lookup(stand_in) == [("email", stand_in, stands_for)]
    left = {path.name for path in home.stand_ins.parent.iterdir()}
    assert left == {"pseudonyms", "stand_ins.csv"}, "nothing is left beside them"
    if sys.platform != "win32":
        assert stat.S_IMODE(home.stand_ins.stat().st_mode) == 0o600
        assert stat.S_IMODE(home.stand_ins.parent.stat().st_mode) == 0o700
    home.stand_ins.write_bytes(b"\xff\xfe broken\n\x00")
    with pytest.raises(StandInsError, match=r"stand_ins\.csv"):
        StandIns.open(home)
