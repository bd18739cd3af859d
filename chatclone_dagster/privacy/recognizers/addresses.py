"""Street addresses and postcodes with their towns, in the orders in which languages write them."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from chatclone_dagster.privacy.recognizers.base import Recognizer, groups
from chatclone_dagster.privacy.recognizers.looks import Looks
from chatclone_dagster.privacy.words import any_of, listed_in, one_of


def _words(key: str) -> str:
    found = listed_in("streets.yaml")[key]
    words = {word for words in found.values() for word in words} if isinstance(found, dict) else set(found)
    return one_of(sorted((word.replace(" ", r"\s") for word in words), key=lambda word: (-len(word), word)))


# What is counted or timed is no house number.
_NO_UNIT = (
    r"(?!\d|[.,:]\d|\s?(?:€|\$|£|%|(?:min(?:s|ute|uten|utes|uti|utos|uta)?|h|hours?|stunden?|std|"
    r"heures?|horas?|ore|uur|uhr|am|pm|km|m|meter|meters|metros|mètres|metri|euros?|eur|"
    r"grados?|grad|degrees?|degrés?|gradi|graus?|graden|leute|personen|people|personas|personnes|mal|times|veces|fois|volte|x|jahre|years?|años|ans|"
    r"anni|days?|tage|días|jours|%|мин(?:ут\w*)?|час\w*|км|метр\w*|рубл\w*|"
    r"followers|stars|stellen|stationen|stops|paradas|blocks|cuadras|personer|минут\w*)\b))"
)
_NUMBER = rf"\d{{1,4}}(?:\s?[a-zA-Zа-яА-Я](?!\w))?(?:\s?[-/–]\s?(?:\d{{1,4}}[a-z]?|(?:hs|huis|(?-i:I{{1,3}}|IV))(?!\w)))?{_NO_UNIT}"
_NAME = r"(?-i:\p{Lu}[\p{L}\p{M}'.-]*)"
_SMALL = (
    r"(?:de|del|della|delle|degli|dei|di|da|das|do|dos|la|las|los|le|les|el|des|du|d'|l'|der|den|dem|"
    r"an|am|im|zum|zur|von|van|het|ter|e|y|al|san|st\.?|и|имени)"
)
_LOWER = r"[\p{L}\p{M}][\p{L}\p{M}'.-]*"
# Behind "calle" or "via" in lower case these say that no name follows.
_VERB = (
    r"(?:está|esta|es|era|estaba|desde|hasta|que|con|para|por|no|ya|è|non|che|ha|sono|fino|est|não|"
    r"hace|hay|tiene|fa|fait|tem|há|foi|são|nie|jest|не|был\w*|есть|a|las|às|alle|at|to|for)(?!\w)"
)
_TOWN = rf"(?:{_NAME}(?:[ -](?:{_NAME}|{_SMALL}(?=\s\p{{Lu}})))*(?:\s\([\p{{L}}]+\))?)"
_POSTCODE = (
    r"(?:(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{4})?|\d{2}-\d{3}|\d{4}-\d{3}|\d{5}-\d{3}|\d{3}\s\d{2}|\d{6}|"
    r"\d{4}\s?(?-i:[A-Z]{2})"
    r"|(?-i:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})|(?-i:[A-Z]\d[A-Z]\s?\d[A-Z]\d))"
)
_FLAT = (
    r"(?:,?\s*(?:(?:apt|apartment|unit|suite|ste|flat|floor|no|nº|n°|whg|wohnung|top|piso|esc|"
    r"escalera|puerta|pta|bajo|izq|dcha|apto|ap|appt|appartement|bât|étage|int|interno|"
    r"scala|andar|bloco|bl|m|кв|квартира|к|корп|корпус|стр|под|этаж|daire|d|kat|lok|"
    r"bus)[.:]{0,2}\s?[\dA-Za-z]{1,4}(?!\w)|#\s?\d+[A-Za-z]?|\d{1,2}\s?[oa°](?:\s?[A-Za-z](?!\w)|\s?(?:izq|"
    r"dcha|izda|der)\w*)?))"
)
_CITY_TAIL = (
    rf"(?:(?:,|\s+(?:in|à|a|en|в)|\s*[-–])?\s*(?:{_POSTCODE},?\s+(?:{_TOWN}|{_LOWER}(?=\s*(?:$|"
    rf"[,.!?\n)])))|(?<=,\s*){_TOWN}(?:,?\s+(?-i:[A-Z]{{2}}))?(?:,?\s+{_POSTCODE})?|"
    rf"(?<=,\s*){_POSTCODE}(?!\w))(?!\w))"
)
_TAIL = rf"(?:{_FLAT}){{0,3}}{_CITY_TAIL}{{0,2}}"
_BEFORE_WORD = rf"(?<![\w]){_words('before')}"
_HOUSE = r"(?:,?\s*(?:n[º°ro]?\.?|nr\.?|no\.?|num\.?|número|numero|номер|д\.?|дом|no:|№)?\s*)"
# The door of an Indian flat, house or plot; a part of its address.
_DOOR = (
    r"(?:(?:flat|house|plot|door|shop|unit|h\.?)\.?\s?(?:(?:no|number)\.?\s?|#\s?)?(?:[a-z]{1,2}[-/]?)?\d{1,4}[a-z]?(?:[-/]\d{1,4})?|"
    r"(?-i:[A-Z]{1,2})[-/]?\d{1,4})"
)
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)\s(?:main|cross|floor|block|stage|phase)(?:\sroad)?(?!\w)"
_PIECE = rf"(?:{_ORDINAL}|{_NAME}(?:\s{_NAME}){{0,3}}(?:\s?-?\s?\d{{1,3}}[a-z]?(?!\w))?)"
# By score, the list of words without one of which there is none (if there is one), and the pattern.
_FORMS: list[tuple[float, str | None, str]] = [
    # Hauptstraße 5, kerkstr. 12a
    (0.7, "joined", rf"(?<![\w])(?:{_NAME}[ -])?[\p{{L}}]{{3,}}-?{_words('joined')}\s?{_NUMBER}"),
    (
        0.6,
        "joined_weak",
        rf"(?<!\w)(?-i:\p{{Lu}}\p{{L}}{{2,}}){_words('joined_weak')}\s{_NUMBER}(?:\s(?-i:[A-Z])\s\d{{1,3}})?(?=\s*(?:$|[,.!?)]))",
    ),
    # Lange Straße 5, Am Markt 5, Unter den Linden 7
    (
        0.7,
        "apart",
        rf"(?<![\w])(?:{_NAME}[\s-]){{1,3}}{_words('apart')}\s?(?:no:?\s?|nr\.?\s?|,?\s?(?:д\.?|дом)\s?)?{_NUMBER}",
    ),
    (
        0.6,
        None,
        r"(?<![\w])(?-i:(?:Am|An der|An den|Auf der|Auf dem|Im|In der|In den|Zum|Zur|Unter den|Hinter der|"
        rf"Beim|Alter|Alte|Neuer))\s(?:{_NAME}\s){{0,1}}(?-i:\p{{Lu}}\p{{L}}{{3,}})\s{_NUMBER}(?=\s*(?:$|"
        r"[,.!?)]))",
    ),
    # calle Mayor 5, via Roma, 12, ул. Ленина, д. 5
    (
        0.7,
        "before",
        rf"{_BEFORE_WORD}\s?(?:{_SMALL}\s?){{0,2}}(?-i:[\p{{Lu}}\p{{Lo}}\d])[\p{{L}}\p{{M}}\d'.ªº°-]*(?:\s(?:{_SMALL}\s?)*(?-i:[\p{{Lu}}\p{{Lo}}])[\p{{L}}\p{{M}}'.-]*){{0,4}}{_HOUSE}(?<![\p{{L}}\d]){_NUMBER}",
    ),
    (
        0.5,
        "before",
        rf"{_BEFORE_WORD}\s(?:{_SMALL}\s?){{0,2}}(?!{_VERB}){_LOWER}(?:\s(?!{_VERB}){_LOWER}){{0,2}}{_HOUSE}(?<![\p{{L}}\d]){_NUMBER}",
    ),
    (
        0.7,
        None,
        r"(?<!\w)(?:p\.?\s?o\.?\s?box|postfach|apartado(?: de correos)?|bo[iî]te postale|casella postale|caixa postal|"
        r"postbus)\s(?:n[or°]\.?\s)?\d[\d ]{1,7}(?!\d)",
    ),
    # Carrera 7 # 45-10, na Marszałkowskiej 15
    (
        0.7,
        None,
        r"(?<!\w)(?:calle|carrera|cra|cll?|kra?|diagonal|transversal|av)\.?\s\d{1,3}[a-z]?\s?(?:#|no\.?|"
        r"n°)\s?\d{1,3}[a-z]?\s?-\s?\d{1,3}",
    ),
    (0.6, None, rf"(?<=(?<!\w)(?:na|przy|ul\.?)\s)(?-i:\p{{Lu}}\p{{L}}+(?:iej|ej|ego))\s{_NUMBER}"),
    # 12 rue de la Paix
    (
        0.7,
        "number_first",
        rf"(?<![\w.,:/-])\d{{1,4}}(?:\s?(?:bis|ter|quater|"
        rf"[a-d])(?!\w))?,?\s+{_words('number_first')}\s(?:(?:{_SMALL}[\s]?)*(?:{_LOWER})){{1}}(?:[\s-](?:{_SMALL}[\s]?)*{_NAME})*",
    ),
    (
        0.7,
        "number_first_weak",
        rf"(?<![\w.,:/-])\d{{1,4}}(?:\s?(?:bis|ter|quater|"
        rf"[a-d])(?!\w))?,?\s+{_words('number_first_weak')}\s(?:(?:de|du|des|de la|de l'|"
        rf"d')[\s]?)?{_NAME}(?:[\s-](?:{_SMALL}[\s]?)*{_NAME})*",
    ),
    # 5 Main Street, 221b baker st
    (
        0.7,
        "behind",
        rf"(?<![\w.,:/$€£-])\d{{1,5}}(?:[a-z](?!\w)|[-/]\d{{1,4}}[a-z]?)?,?\s+(?:[NSEW]\.?\s|(?:north|"
        r"south|east|west|old|"
        rf"new)\s)?(?P<name>(?:[\p{{L}}\d'.-]+\s){{1,3}}?){_words('behind')}(?!\w)(?:\s(?:[NS]?[EW]|[NS])(?!\w))?",
    ),
    (
        0.7,
        "weak",
        rf"(?<![\w.,:/$€£-])\d{{1,5}}[a-z]?,?\s+(?P<name>(?:{_NAME}\s){{1,3}})(?=(?-i:\p{{Lu}})){_words('weak')}(?!\w)",
    ),
    # 3 Mill Cottages, Church Lane; Flat 302, Gulmohar Apartments, Sector 99
    (
        0.7,
        "house",
        rf"(?:(?<![\w.,:/$€£-])\d{{1,4}}[a-z]?,?\s)?(?:{_NAME}\s){{1,3}}(?=(?-i:\p{{Lu}})){_words('house')},\s"
        rf"(?:{_NAME}\s){{1,3}}(?=(?-i:\p{{Lu}}))(?:{_words('behind')}|{_words('weak')})(?!\w)",
    ),
    (
        0.7,
        None,
        rf"(?<![\w.,:/$€£-]){_DOOR}(?:,\s{_PIECE}){{0,3}}?,\s(?:(?:{_NAME}\s){{0,3}}(?=(?-i:\p{{Lu}})){_words('estate')}(?!\p{{L}})"
        rf"(?:\s?-?\s?\d{{1,3}}[a-z]?(?!\w))?|{_ORDINAL})(?:,\s{_PIECE}){{0,3}}",
    ),
    # flat 302 gulmohar apartments sector 99
    (
        0.6,
        None,
        rf"(?<![\w.,:/$€£-]){_DOOR},?\s(?:\p{{L}}+\s){{1,2}}(?:apartments?|residency|enclave|vihar|nagar|colony|society|heights|towers?)"
        r"(?:,?\s(?:sector|sec|phase|block)\s?-?\d{1,3}[a-z]?(?!\w))?",
    ),
    # 东路12号, 1-2-3丁目
    (
        0.6,
        None,
        r"[\p{Han}]{2,10}(?:路|街|大道|巷|胡同)\d{1,5}(?:弄\d+)?[号號](?:[\p{Han}\d]{1,12}室)?|"
        r"[\p{Han}]{2,12}\d{1,2}丁目(?:\d{1,2}[-番]){0,2}\d{0,3}号?|[\p{Hangul}]{2,6}(?:로|"
        r"길)\s?\d{1,4}(?:번길\s?\d+)?",
    ),
]
_STREETS = [
    (
        score,
        words,
        regex.compile(
            rf"(?P<value>(?:(?:flat|apt|apartment|unit|suite)\s?\w{{1,4}},?\s)?(?:{form}){_TAIL})", regex.IGNORECASE
        ),
    )
    for score, words, form in _FORMS
]
_LISTS = list(dict.fromkeys(words for _, words, _ in _FORMS if words))
_LOOKS = Looks(*map(_words, _LISTS))
_LIVE = any_of("live")
_TOWNS = [
    regex.compile(
        rf"(?<!\p{{L}}){_LIVE}[\s:,]*(?:ist|is|es|est|è|é|:|in|"
        rf"nach)?\s*(?P<value>{_POSTCODE},?\s+(?:{_TOWN}|{_LOWER}(?=\s*(?:$|[,.!?\n]))))(?!\w)",
        regex.IGNORECASE,
    ),
    regex.compile(
        rf"(?<!\p{{L}}){_LIVE}[\s:,]*(?:ist|is|es|est|è|é|:|"
        rf"in)?\s*(?P<value>{_TOWN},?\s+(?:(?-i:[A-Z]{{2}})\s+)?{_POSTCODE})(?!\w)",
        regex.IGNORECASE,
    ),
    # What no other number looks like: SW1A 1AA, 1012 AB Amsterdam, 00-950 Warszawa, 1000-205 Lisboa, Springfield, IL 62704
    regex.compile(
        r"(?<![\w-])(?P<value>(?:[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}|[1-9]\d{3}\s?(?!US|"
        r"UK|EU|AD|BC|AM|PM|TV|FA|WM|EM|GP|CV|AC|ML|KM|MB|GB|HP|PS)[A-Z]{2}\s\p{Lu}\p{Ll}{2,}|"
        r"\d{2}-\d{3}\s\p{Lu}\p{Ll}{2,}"
        r"|\d{4}-\d{3}\s\p{Lu}\p{Ll}{2,}|\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)?,\s[A-Z]{2}\s\d{5}(?:-\d{4})?|"
        r"(?:D|A|CH|F|I)-\d{4,5}\s\p{Lu}\p{Ll}{2,}|(?:CEP\s)?\d{5}-\d{3}))(?![\w-])"
    ),
]
# "5 minutes down the road", "the 2 of us cross the street": a number and a street with everyday words between them.
_EVERYDAY = regex.compile(
    r"(?<!\p{L})(?:min(?:s|ute|utes)?|hours?|days?|weeks?|months?|years?|people|miles?|km|blocks?|"
    r"down|up|the|a|an|my|your|our|his|her|their|this|that|across|from|along|on|in|at|of|to|off|by|"
    r"and|or|for|more|other|"
    r"cars?|kids|guys|men|women|dogs?|houses?|steps?|shops?|bars?|stops?|lanes?|side|different|"
    r"metres?|meters?|feet|dollars?|euros?|percent|times|years?|with|per|is|was|it|we|i|you|they|"
    r"doors|beers|good|long|busy|hard|test|flash|disk|usb|gig|[gmt]b|rpm|us|open|square|hour|first|second|third|next|"
    r"last)(?!\p{L})",
    regex.IGNORECASE,
)
_JOINED_NOT = regex.compile(
    r"(?:(?<!\p{L})(?:platz|wegen|geweg)|unterweg|hinweg|rückweg|heimweg|nachhauseweg|umweg|ausweg|bahnhof|hauptbahnhof|hbf|"
    r"arbeitsplatz|sitzplatz|stellplatz|parkplatz|spielplatz|sportplatz|bauernhof|friedhof|"
    r"(?:loop|tennis|rij|start|landings|ijs|zwem|golf|snel|auto|bus)baan|halbweg|keinesweg|durchweg|vorweg|ruggegraat)\s?\d",
    regex.IGNORECASE,
)
_VIA_NOT = regex.compile(
    r"(?:via\s(?:whatsapp|mail|e-?mail|sms|telegram|signal|paypal|insta\w*|zoom|teams|app|bus|bahn|"
    r"zug|a\d)|(?:calle|carrera|strada|largo|corso|gang|place|villa|cours|square|passage|flat|hi|"
    r"way)\s(?:y|que|es|no|de nada|e|è|o|à|au|et)\s)",
    regex.IGNORECASE,
)


class Addresses(Recognizer):
    """Addresses: a street and its number, with the flat, postcode and town that follow; or a postcode and a town."""

    kind = "address"

    def spans(self, text: str) -> Iterable[tuple[int, int, float]]:
        """Streets as their language writes them 0.5 to 0.7, postcodes with towns 0.6."""
        said: set[str | None] = {None, *(_LISTS[index] for index in _LOOKS.seen(text))}
        for score, pattern in ((score, pattern) for score, words, pattern in _STREETS if words in said):
            for start, end, match in groups(pattern, text):
                name = match.groupdict().get("name")
                if (name and _EVERYDAY.search(name)) or _JOINED_NOT.search(match[0]) or _VIA_NOT.match(match[0]):
                    continue
                yield start, start + len(text[start:end].rstrip(" ,.-")), score
        for pattern in _TOWNS:
            for start, end, _ in groups(pattern, text):
                yield start, end, 0.6
