"""Payment cards, bank accounts and phone numbers: whatever carries its own check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import phonenumbers
import regex
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatch
from presidio_analyzer import Pattern, RecognizerResult
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, PhoneRecognizer
from stdnum import iban

from chatclone_dagster.privacy.recognizers.base import CANONICAL, LANGUAGE, Recognizer
from chatclone_dagster.privacy.words import any_of

# First digits and lengths of the card networks (ISO/IEC 7812); a 16-digit number at random passes the check one time in ten.
_CARD = r"(?<![\d+.])(?:{})(?![\d]|[.,]\d)".format(
    "|".join(
        [
            r"(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6(?:011|4[4-9]\d|5\d\d|2\d\d|0\d\d)|35\d\d|50\d\d|"
            r"220\d)(?:(?P<a>[ .\-/]?)\d{4})(?:(?P=a)\d{4}){2}",
            r"3[47]\d\d[ .-]?\d{6}[ .-]?\d{5}",
            r"3[0689]\d\d[ .-]?\d{6}[ .-]?\d{4}",
            r"(?:4|5[06-8]|6)\d(?:[ -]?\d){16,17}",
        ]
    )
)


class Cards(CreditCardRecognizer):
    """Payment cards: a network's first digits and length, and the Luhn check."""

    def __init__(self) -> None:
        """Set up Presidio's with patterns of ours."""
        super().__init__(
            patterns=[Pattern("card", _CARD, 0.3)],
            supported_language=LANGUAGE,
            supported_entity="card",
            replacement_pairs=[("-", ""), (" ", ""), (".", ""), ("/", "")],
        )


_IBAN = regex.compile(r"(?<!\w)[A-Z]{2}[ -]?\d{2}[ .-]?[A-Z0-9]{4}(?:[ .-]{0,2}[A-Z0-9]){7,26}", regex.IGNORECASE)


class Ibans(Recognizer):
    """Bank accounts: ISO 13616 with its check digits and the country's length, in any grouping and case."""

    kind = "iban"

    def spans(self, text: str) -> Iterable[tuple[int, int, float]]:
        """The longest start of each run that is an account (words that follow look like more of it)."""
        for match in _IBAN.finditer(text, overlapped=True):
            found, start = match[0], match.start()
            ends = (end for end in range(len(found), 14, -1) if found[end - 1].isalnum())
            whole = (end for end in ends if not text[start + end : start + end + 1].isalnum())
            end = next((end for end in whole if iban.is_valid(found[:end].replace(".", ""), check_country=False)), None)
            if end:
                yield start, start + end, 1.0


_AFTER_ANOTHER = regex.compile(
    rf"(?<!\w)(?:{any_of('not_phone')})(?!\p{{L}})[^\p{{L}}\d\n]{{0,4}}(?:(?:nr|no|num|id|is|ist|es|"
    rf"est|è|é|number|nummer|número)[^\w\n]{{1,4}})?[#\w-]{{0,3}}$",
    regex.IGNORECASE,
)
_MEASURE = regex.compile(
    r"\s?(?:€|\$|£|¥|₹|₽|%|(?:km|kg|mb|gb|kb|eur|usd|euro|dollars?|followers?|views?|people|points?|"
    r"punkte|puntos|steps|schritte|pasos|рублей|руб|zł)\b)",
    regex.IGNORECASE,
)
# Dates, clock times and decimals in a row, which some country's numbering plan would take.
_NO_NUMBER = regex.compile(
    r"(?:19|20)\d\d[-./ ][01]?\d[-./ ][0-3]?\d(?!\d).*|[0-3]?\d[-./ ][01]?\d[-./ ](?:19|"
    r"20)\d\d(?!\d).*|\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|(?!0\d)\d+[.,]\d+"
    r"|\d{1,2}[-:]\d{1,2}[ ,]+\d{1,2}[-:]\d{1,2}.*|(?:\d{1,3} ){5,}\d{1,3}|(?:(?:19|"
    r"20)\d\d[ -]){1,}(?:19|20)\d\d|(?:\d )+\d"
)


_ABROAD = regex.compile(r"\+[1-9]\d{0,2}(?:[ ().-]{1,2}\d{1,4}){3,5}")
_DOTTED = regex.compile(r"\d{3}(?:\.\d{3}){2}")  # an amount, or a number of Spain or Poland

_FEWEST_DIGITS = 7  # shorter ones are valid somewhere, and codes, prices or years everywhere


class Phones(PhoneRecognizer):
    """Phone numbers of the countries in use, as their numbering plans allow."""

    SCORE = 0.75

    def __init__(self, regions: Sequence[str]) -> None:
        """Make it look among these countries."""
        super().__init__(
            supported_language=LANGUAGE,
            supported_entity="phone",
            supported_regions=tuple(regions),
            leniency=Leniency.VALID,
        )

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """What Presidio asks for."""
        found = super().analyze(text, entities, nlp_artifacts)
        return [
            number
            for number in found
            if sum(map(str.isdecimal, text[number.start : number.end])) >= _FEWEST_DIGITS
            and not _is_other(text, number.start, number.end)
        ]

    def _get_recognizer_result(
        self, match: PhoneNumberMatch, text: str, region: str, nlp_artifacts: Any
    ) -> RecognizerResult:
        about = {
            RecognizerResult.RECOGNIZER_NAME_KEY: type(self).__name__,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            CANONICAL: phonenumbers.format_number(match.number, PhoneNumberFormat.E164),
        }
        return RecognizerResult("phone", match.start, match.end, self.SCORE, recognition_metadata=about)


class PhoneGuesses(Recognizer):
    """Phone numbers of countries that nobody named: known by a word nearby ("tel", "llámame") or a grouping that only they have.

    The first country whose plan takes the digits as they stand is theirs; else the first where a number can be so long, if a word
    says that it is one: ranges kept free for fiction, or newer than the plans known here, are only possible.
    """

    kind = "phone"

    def __init__(self, regions: Sequence[str]) -> None:
        """Make it look among these countries."""
        super().__init__()
        self._regions = tuple(dict.fromkeys(regions))

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """What Presidio asks for."""
        found = (self._guess(text, *match.span()) for match in _CANDIDATE.finditer(text))
        return [guess for guess in found if guess]

    def _guess(self, text: str, start: int, end: int) -> RecognizerResult | None:
        written = text[start:end]
        if _LOCAL.fullmatch(written) and self._regions[0] in {"US", "CA"} and not _is_other(text, start, end):
            return self.result(start, end, 0.45, regex.sub(r"\D", "", written))
        told = _PHONE_WORD.search(text[max(0, start - 40) : start]) or _PHONE_WORD.match(text[end : end + 25])
        grouped = written.startswith("+") or _GROUPED.fullmatch(written)
        if not (told or grouped) or _is_other(text, start, end, bool(told)):
            return None
        valid = possible = None
        for number in self._numbers(written):
            if phonenumbers.is_valid_number(number):
                valid = number
                break
            if possible is None and (told or written[0] == "+") and phonenumbers.is_possible_number(number):
                possible = number
        number = valid or possible
        if number is None and _ABROAD.fullmatch(written):  # plans change: +52 1 … was a mobile of Mexico
            return self.result(start, end, 0.45, regex.sub(r"[^+\d]", "", written))
        if number is None:
            return None
        canonical = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        return self.result(start, end, 0.65 if told and valid else 0.5 if told or valid else 0.45, canonical)

    def _numbers(self, written: str) -> Iterable[Any]:
        for region in self._regions[:1] if written.startswith("+") else self._regions:
            try:
                yield phonenumbers.parse(written, region)
            except phonenumbers.NumberParseException:
                continue


# Without the area code, as only North America writes it; no round numbers ("200-3000").
_LOCAL = regex.compile(r"[2-9]\d\d-(?!\d\d00)\d{4}")
_PHONE_WORD = regex.compile(rf"[^\n]{{0,24}}?(?<!\p{{L}})(?:{any_of('phone')})(?!\p{{L}})[^\n\d]*", regex.IGNORECASE)
_CANDIDATE = regex.compile(r"(?<![\w+.,/#€$£-]|\d:)(?:\+|00)?[(]?\d(?:[ ()./-]{0,3}\d){6,14}(?![\w%€$£]|[.,:/-]\d)")
# A trunk 0, a bracketed area code, or three groups and more of two to four digits: 06 12 34 56 78, (030) 2312 5111, 612-345-678.
_GROUPED = regex.compile(
    r"0\d{1,5}[ ./-]\d{3}.*|1[ .-]\d{3}[ .-]\d{3}[ .-]\d{4}|0\d( \d\d){4}|\(\d{2,5}\)[ -]?\d{2}.*|"
    r"\d{2,3}([ .-])\d{2,4}\2\d{2,4}(?:\2\d{2,4})*|\+.*|0[67]\d{8,9}|01[567]\d{8,9}"
)


def _is_other(text: str, start: int, end: int, told: bool = False) -> bool:
    """An order number, an amount, a date: numbers that happen to fit a numbering plan."""
    found = text[start:end]
    if found.startswith("+"):
        return False
    return bool(
        (_NO_NUMBER.fullmatch(found) and not (told and _DOTTED.fullmatch(found)))
        or _AFTER_ANOTHER.search(text[max(0, start - 40) : start])
        or _MEASURE.match(text[end : end + 12])
        or regex.search(r"[€$£#]\s?$", text[:start])
    )
