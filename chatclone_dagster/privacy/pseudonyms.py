"""Stand-ins for private values: the same kind and shape, the same for the same value, and nobody's real one.

`make` gives the canonical form of a stand-in for the canonical form of a value; `write` writes it as the value was written.
People's names have a module of their own, `names`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import phonenumbers
import regex
from stdnum import luhn

from chatclone_dagster.privacy.addresses import fictional_address
from chatclone_dagster.privacy.detect import Span
from chatclone_dagster.privacy.id_numbers import is_somebodys
from chatclone_dagster.privacy.names import in_case_of
from chatclone_dagster.privacy.stand_ins import Draw

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_LETTERS = "abcdefghijkmnopqrstuvwxyz23456789"
_DOCUMENTATION = ("192.0.2", "198.51.100", "203.0.113")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_PREFIX = re.compile(r"(?:[A-Za-z]{2,10}\d?[-_]){1,3}|A[KS]IA|AIza|eyJ|SG\.|EAA")
_RUN = regex.compile(r"\p{L}[\p{L}\p{M}]*|\d+")
_SIGN = regex.compile(r"[\p{L}\p{Nd}]")


def make(kind: str, canonical: str, draw: Draw, n: int) -> str:
    """The `n`-th stand-in for a value of a kind, both in canonical form.

    E-mail addresses and links move to example.org and example.com (RFC 2606), IP addresses to the ranges for documentation
    (RFC 5737, RFC 3849); phone numbers keep their country and go on with 555 01; cards fail the Luhn check, IBANs have the
    check digits 00, ID numbers satisfy no country's check; dates of birth stay within two years of the real one.
    """
    return _MAKERS[kind](canonical, draw, n)


def write(span: Span, value: str, stand_in: str) -> str:
    """A stand-in in the spelling of the value it stands for: its separators, its capitals, its leading zeros."""
    if span.kind == "phone":
        return _as_dialled(span.canonical, value, stand_in)
    if span.kind == "birth_date":
        return _as_dated(span.canonical, value, stand_in)
    if span.kind in ("email", "url"):
        return stand_in
    if span.kind == "ip":
        return value.replace(span.canonical, stand_in) if span.canonical in value else stand_in
    if span.kind == "address":
        return _by(_RUN, value, stand_in)
    return _by(_SIGN, value, stand_in)


def _by(piece: regex.Pattern[str], value: str, stand_in: str) -> str:
    """The pieces of a value replaced by those of its stand-in one for one; the stand-in as it is if they do not pair."""
    fresh = piece.findall(stand_in)
    if len(fresh) != len(piece.findall(value)):
        return stand_in
    given = iter(fresh)
    return str(piece.sub(lambda match: _cased(next(given), match[0]), value))


def _cased(stand_in: str, written: str) -> str:
    return (stand_in.upper() if written.isupper() else in_case_of(stand_in, written)) if written.isalpha() else stand_in


def _email(_: str, draw: Draw, __: int) -> str:
    return f"{_word(draw)}.{_word(draw)}@example.org"


def _url(canonical: str, draw: Draw, _: int) -> str:
    scheme = canonical.partition("://")[0] + "://" if "://" in canonical else ""
    www = "www." if canonical.removeprefix(scheme).startswith("www.") else ""
    return f"{scheme}{www}example.com/" + "".join(draw.one(_LETTERS) for _ in range(4))


def _phone(canonical: str, draw: Draw, n: int) -> str:
    code, national = _country(canonical)
    fixed = "55501" if n < 100 else "555"  # short numbers are soon used up
    return f"+{code}{(fixed + draw.digits(len(national)))[: len(national)]}"


def _card(canonical: str, draw: Draw, _: int) -> str:
    fresh = ("4000" + draw.digits(len(canonical)))[: len(canonical)]
    return fresh if not luhn.is_valid(fresh) else fresh[:-1] + str((int(fresh[-1]) + 1) % 10)


def _iban(canonical: str, draw: Draw, _: int) -> str:
    return canonical[:2] + "00" + _like(canonical[4:], draw)


def _ip(canonical: str, draw: Draw, n: int) -> str:
    if ":" in canonical:
        return f"2001:db8:{draw.number(65536):x}:{draw.number(65536):x}::{1 + draw.number(65535):x}"
    if n < 200:
        return f"{draw.one(_DOCUMENTATION)}.{1 + draw.number(254)}"
    return (
        f"240.{'.'.join(str(draw.number(256)) for _ in range(3))}"  # those 762 are used up; 240/4 was never given out
    )


def _secret(canonical: str, draw: Draw, _: int) -> str:
    prefix = _PREFIX.match(canonical)
    kept = prefix[0] if prefix and len(prefix[0]) * 2 < len(canonical) else ""
    return kept + _like(canonical[len(kept) :], draw)


def _id_number(canonical: str, draw: Draw, _: int) -> str:
    """Where nearly every number is somebody's (nine digits in the US), one that begins with 000, as none does there."""
    plain = [_like(canonical, draw) for _ in range(20)]
    tries = [*plain, *(re.sub(r"\d", "0", fresh, count=3) for fresh in plain)]
    return next((fresh for fresh in tries if not is_somebodys(fresh)), tries[-1])


def _birth_date(canonical: str, draw: Draw, _: int) -> str:
    date = _DATE.fullmatch(canonical)
    if date is None:  # half a date, or one in words: its figures change, day and month stay possible
        return re.sub(
            r"\d+", lambda m: _near_year(m[0], draw) if len(m[0]) == 4 else f"{1 + draw.number(12):02}", canonical
        )
    year, month, day = date.groups()
    # Where day and month are the same number, nothing tells which of the two stands first.
    return f"{_near_year(year, draw)}-{month}-{1 + draw.number(12 if day == month else 28):02}"


def _near_year(year: str, draw: Draw) -> str:
    return f"{int(year) + draw.one((-2, -1, 1, 2)):04}"


def _like(text: str, draw: Draw) -> str:
    """Other letters for letters and digits for digits, of the same case."""
    return "".join(_other(sign, draw) for sign in text)


def _other(sign: str, draw: Draw) -> str:
    if sign.isdigit():
        return draw.digits(1)
    if not sign.isalpha():
        return sign
    letter = chr(ord("a") + draw.number(26))
    return letter.upper() if sign.isupper() else letter


def _country(e164: str) -> tuple[str, str]:
    """Country code and national number of an international number."""
    digits = re.sub(r"\D", "", e164)
    try:
        code = str(phonenumbers.parse(f"+{digits}").country_code)
    except phonenumbers.NumberParseException:
        return "", digits
    return code, digits.removeprefix(code)


def _as_dialled(canonical: str, value: str, stand_in: str) -> str:
    """What comes before the national number (+49, 0049, 0) stays; the national number is the stand-in's."""
    code, national = _country(canonical)
    fresh = _country(stand_in)[1] if code else re.sub(r"\D", "", stand_in)
    written = re.sub(r"\D", "", value)
    if written.endswith(national):
        fresh = written[: len(written) - len(national)] + fresh
    elif value.lstrip().startswith("+") and written.startswith(code):
        fresh = code + fresh
    digits = iter(fresh + "0" * len(written))
    return re.sub(r"\d", lambda _: next(digits), value)


def _as_dated(canonical: str, value: str, stand_in: str) -> str:
    """Year and day of the stand-in where the value has the real ones; the month, in figures or words, stays."""
    date, fresh = _DATE.fullmatch(canonical), _DATE.fullmatch(stand_in)
    if not date or not fresh:
        return _by(_RUN, value, stand_in)
    return "".join(_dated(value, *date.groups(), *fresh.groups()))


def _dated(value: str, year: str, _: str, day: str, new_year: str, __: str, new_day: str) -> Iterator[str]:
    left = {"day", "year"}
    for piece in re.split(r"(\d+)", value):
        if "year" in left and (piece == year or (len(piece) == 2 and piece == year[2:] and "day" not in left)):
            left.discard("year")
            yield new_year[-len(piece) :]
        elif "day" in left and piece.isdigit() and len(piece) < 3 and int(piece) == int(day):
            left.discard("day")
            yield new_day if piece == day else str(int(new_day))
        else:
            yield piece


def _word(draw: Draw) -> str:
    return "".join(draw.one(_CONSONANTS) + draw.one(_VOWELS) for _ in range(2))


_MAKERS: dict[str, Callable[[str, Draw, int], str]] = {
    "email": _email,
    "phone": _phone,
    "card": _card,
    "iban": _iban,
    "url": _url,
    "ip": _ip,
    "code": lambda canonical, draw, _: _like(canonical, draw),
    "secret": _secret,
    "address": lambda canonical, draw, _: fictional_address(canonical, draw),
    "birth_date": _birth_date,
    "id_number": _id_number,
}
