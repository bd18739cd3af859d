"""Stand-ins for private values: the same kind and shape, the same for the same value, and nobody's real one.

A keyed hash (HMAC-SHA256, the key never leaves the home) of the canonical form decides the stand-in, so no list of real
values is kept, a message keeps its stand-in when older exports arrive, and "mail ana@…" stays a sentence.
"""

from __future__ import annotations

import hashlib
import hmac
import re

import phonenumbers
from stdnum import luhn

from chatclone_dagster.privacy.detect import Span

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_LETTERS = "abcdefghijkmnopqrstuvwxyz23456789"


def surrogate(span: Span, value: str, key: bytes) -> str:
    """The stand-in for a value found by `detect.find`.

    E-mail addresses and links move to example.org and example.com (RFC 2606); phone numbers keep country code and
    grouping and go on with 555 01; cards fail the Luhn check and IBANs have the check digits 00: nobody's, both.
    """
    stream = hmac.new(key, f"{span.kind}\0{span.canonical}".encode(), hashlib.sha256).digest()
    if span.kind == "email":
        return f"{_word(stream[:4])}.{_word(stream[4:8])}@example.org"
    if span.kind == "url":
        return "https://example.com/" + "".join(_LETTERS[byte % len(_LETTERS)] for byte in stream[:4])
    digits = [str(byte % 10) for byte in stream * 2]
    if span.kind == "phone":
        return _redigit(value, _phone_digits(span.canonical, value, digits))
    if span.kind == "card":
        fresh = ["4", "0", "0", "0", *digits]
        count = sum(c.isdigit() for c in value)
        fresh = fresh[:count]
        fresh[-1] = str((int(fresh[-1]) + _luhn_off(fresh)) % 10)
        return _redigit(value, fresh)
    compact = re.sub(r"\W", "", value)
    return value[:2] + _redigit(re.sub(r"[A-Za-z]", "0", value[2:]), ["0", "0", *digits][: len(compact) - 2])


def _phone_digits(e164: str, value: str, digits: list[str]) -> list[str]:
    """Digits for a number as written: its own country code (or leading 0) stays, then 555 01, then hashed digits."""
    written = re.sub(r"\D", "", value)
    national = next((n for n in range(len(written), 0, -1) if e164.endswith(written[-n:])), len(written))
    prefix = written[: len(written) - national] if not value.lstrip().startswith("+") else _country(e164, written)
    return [*prefix, *"55501", *digits][: len(written)]


def _country(e164: str, written: str) -> str:
    """The country code at the start of an international number: one to three digits."""
    code = str(phonenumbers.parse(e164).country_code)
    return written[: len(code)] if written.startswith(code) else ""


def _redigit(shape: str, digits: list[str]) -> str:
    fresh = iter(digits)
    return re.sub(r"\d", lambda _: next(fresh, "0"), shape)


def _luhn_off(digits: list[str]) -> int:
    """What to add to the last digit so that the Luhn check fails: 1 if it holds now, else 0."""
    return int(luhn.is_valid("".join(digits)))


def _word(stream: bytes) -> str:
    pairs = zip(stream[::2], stream[1::2], strict=True)
    return "".join(_CONSONANTS[a % len(_CONSONANTS)] + _VOWELS[b % len(_VOWELS)] for a, b in pairs)
