"""Phone numbers and e-mail addresses as keys of people: one spelling for all the ways to write the same one."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

import phonenumbers

from chatclone_dagster.names import normal_name
from chatclone_dagster.settings import Settings

_NUMBER = re.compile(r"\+?[\d\s().\-/\u2010-\u2015]{6,30}")
_ID = re.compile(r"[1-9]\d*")
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@(?:[\w-]+\.)+[a-z]{2,}")
_MARKS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@lru_cache(maxsize=100_000)
def phone_of(text: str, regions: tuple[str, ...] = ()) -> str | None:
    """The number that a text is, and nothing else, in E.164 (`+491705550123`); None if it is none.

    `regions` (ISO 3166, see `regions_in_use`) are the countries in which numbers without a country code are looked up; there the
    number must exist by the country's plan, since the country is a guess. With a country code it need only be possible.
    Plain digits that do not begin with a 0 are no number but an account's id.
    """
    bare = _MARKS.sub("", text).strip().removeprefix("tel:")
    if not _NUMBER.fullmatch(bare) or _ID.fullmatch(bare):
        return None
    for region in (None,) if bare.startswith("+") else regions:
        try:
            number = phonenumbers.parse(bare, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) or (region is None and phonenumbers.is_possible_number(number)):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None


def email_of(text: str) -> str | None:
    """The e-mail address that a text is, and nothing else, in lower case; None if it is none."""
    bare = _MARKS.sub("", text).strip().lower().removeprefix("mailto:")
    return bare if _ADDRESS.fullmatch(bare) else None


def spoken(number: str) -> str:
    """A number in E.164 with blanks, as people read it: `+49 170 5550123`."""
    parsed = phonenumbers.parse(number)
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def national(number: str) -> str:
    """A number in E.164 as it is dialled within its country, digits only: `01705550123`."""
    parsed = phonenumbers.parse(number)
    return normal_name(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))


def same_but_for_country(one: str, other: str) -> bool:
    """Whether one is a number with its country code and the other the same digits as they are dialled within that country."""
    whole, digits = (one, other) if one.startswith("+") else (other, one)
    return whole.startswith("+") and digits.isdecimal() and phone_of(whole) == whole and national(whole) == digits


def regions_in_use(settings: Settings) -> tuple[str, ...]:
    """The countries whose numbers may lack a country code: those of the owner's zone, then those of `privacy.regions`."""
    return tuple(dict.fromkeys((*regions_of(settings.time.zone), *settings.privacy.regions)))


@cache
def regions_of(zone: str) -> tuple[str, ...]:
    """The countries a time zone is named after (in the zone database), under its old names too: Europe/Oslo gives NO."""
    folder = resources.files("tzdata.zoneinfo")
    rows = (line.split("\t") for line in folder.joinpath("zone.tab").read_text(encoding="utf-8").splitlines())
    found = tuple(row[0] for row in rows if len(row) > 2 and row[2] == zone)
    if found:
        return found
    rules = (line.split() for line in folder.joinpath("tzdata.zi").read_text(encoding="utf-8").splitlines())
    today = next((rule[1] for rule in rules if rule[:1] == ["L"] and rule[2] == zone), None)
    return regions_of(today) if today else ()


def same_end(one: str, other: str, digits: int = 8) -> bool:
    """Whether two numbers end alike in so many digits, as the same one does with and without its country code."""
    first, second = (re.sub(r"\D", "", text)[-digits:] for text in (one, other))
    return len(first) == digits and first == second
