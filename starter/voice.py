"""Say a neutral line in somebody's style: the sentence goes in, the bubbles come out."""

from __future__ import annotations

import random
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from starter.topics import LANGUAGES, inventory

if TYPE_CHECKING:
    from starter.styles import Style
    from starter.topics import Line

_FORM = re.compile(r"<([a-z]+)>")
_CLOCK = re.compile(r"<t(\d+):(\d+)>")
_NUMBER = re.compile(r"<n(\d+)>")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_BREAK = re.compile(r",\s+|\s+(?=and |but |und |aber |pero )")
_MAYBE_ADDR = re.compile(r"\s+<addr>")
_UMLAUTS = {
    "ae": {ord(one): two for one, two in zip("äöüßÄÖÜ", ("ae", "oe", "ue", "ss", "Ae", "Oe", "Ue"), strict=True)},
    "drop": {ord(one): two for one, two in zip("äöüßÄÖÜáéíóúñ", "aousAOUaeioun", strict=True)},
}
_KEYS = dict(zip("qwertzuiopasdfghjklyxcvbnm", "wertzuiopöasdfghjkleyxcvbnmk"[1:], strict=False))
_PAST = {"en": "half past {}", "de": "halb {}", "es": "las {} y media"}


def _form(style: Style, kind: str, language: str, rng: random.Random) -> str:
    forms = style.forms[language][kind]
    return forms[0] if len(forms) == 1 or rng.random() < style.form_loyalty else rng.choice(forms[1:])


def _clock(style: Style, hour: int, minute: int, language: str) -> str:
    twelve = (hour - 1) % 12 + 1
    words = inventory("manner")["numbers"][language]
    spelled = str(twelve % 12 + 1 if minute == 30 and language == "de" else twelve)  # half past six is `halb sieben`
    if style.clock == "words" and minute in {0, 30} and spelled in words:
        return _PAST[language].format(words[spelled]) if minute else str(words[spelled])
    written = {
        "pm": f"{twelve}{f':{minute:02}' if minute else ''}{'pm' if hour >= 12 else 'am'}",
        "dot": f"{hour}.{minute:02}",
        "h": f"{hour}h{f'{minute:02}' if minute else ''}",
        "short": f"{twelve}{f':{minute:02}' if minute else ''}",
    }
    return written.get(style.clock, f"{hour}:{minute:02}")


@lru_cache(maxsize=4096)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + r")(?!\w)", re.I)


def _abbreviate(style: Style, text: str, language: str) -> str:
    short = style.abbreviations[language]
    if not short:
        return text
    lowered = {word.lower(): form for word, form in short.items()}

    def swap(match: re.Match[str]) -> str:
        form = lowered[match[0].lower()]
        return form[:1].upper() + form[1:] if match[0][0].isupper() and match[0] not in short else form

    return _pattern(tuple(short)).sub(swap, text)


def _resolve(style: Style, text: str, language: str, rng: random.Random) -> str:
    """Replace what depends on the speaker: their yes and hello, the way they write times and numbers."""
    if rng.random() < style.switch_rate * 0.5:
        language = rng.choice([one for one in LANGUAGES if one != language])
    text = _MAYBE_ADDR.sub(lambda match: match[0] if rng.random() < 0.3 + style.addr_rate else "", text)
    if style.addr_rate and rng.random() < style.addr_rate * 0.6 and "<addr>" not in text:
        text = re.sub(r"([.!?])", r" <addr>\1", text, count=1) if rng.random() < 0.7 else f"<addr>, {text}"
    text = _FORM.sub(lambda match: _form(style, match[1], language, rng), text)
    text = _CLOCK.sub(lambda match: _clock(style, int(match[1]), int(match[2]), language), text)
    words = inventory("manner")["numbers"][language]
    return _NUMBER.sub(lambda match: words[match[1]] if style.numerals == "words" else match[1], text)


def _case(style: Style, text: str, first: bool) -> str:
    match style.casing:
        case "lower":
            return text.lower()
        case "lower_i":
            return re.sub(r"\bi\b", "I", text.lower())
        case "upper":
            return text.upper()
        case "title":
            return _WORD.sub(lambda match: match[0][0].upper() + match[0][1:], text)
        case "first_lower":
            return text if text[:2].isupper() else text[:1].lower() + text[1:]
    return text[:1].upper() + text[1:] if first else text


def _typo(word: str, rng: random.Random) -> str:
    if len(word) < 4:
        return word
    at, kind = rng.randrange(1, len(word) - 1), rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + _KEYS.get(word[at], word[at]) + word[at + 1 :]


def _words(style: Style, text: str, rng: random.Random) -> tuple[str, str]:
    """Stretch, shout and mistype words; return the text and, if one is made, the correction."""
    correction = ""
    stretchable = inventory("manner")["stretch"]

    def one(match: re.Match[str]) -> str:
        nonlocal correction
        word = match[0]
        if style.stretch_rate and word.lower() in stretchable and rng.random() < style.stretch_rate:
            return word + word[-1] * rng.randint(1, style.stretch)
        if style.shout_rate and len(word) > 2 and rng.random() < style.shout_rate:
            return word.upper()
        if style.typo_rate and rng.random() < style.typo_rate:
            wrong = _typo(word, rng)
            if wrong != word and rng.random() < style.correct_rate:
                correction = style.correction.format(word)
            return wrong
        return word

    if style.stretch_rate or style.shout_rate or style.typo_rate:
        text = _WORD.sub(one, text)
    return text, correction


def _punctuate(style: Style, sentence: str, last: bool) -> str:
    """Give a sentence the marks that this person uses; what joins it to the next stays readable."""
    body, mark = sentence.rstrip(".!? "), sentence.rstrip()[-1:]
    if style.comma == "drop":
        body = body.replace(",", "")
    elif style.comma == "dots":
        body = body.replace(",", "...")
    elif style.comma == "dash":
        body = body.replace(",", " -")
    end = style.question if mark == "?" else style.exclamation if mark == "!" else style.statement
    if not last and not end and style.joiner == " ":
        end = "," if style.comma == "keep" and mark != "?" else ""
    return body + end


def _add_emoji(style: Style, bubbles: list[str], mood: str, rng: random.Random) -> None:
    if rng.random() >= style.emoji_rate * (0.5 if mood == "n" else 1.0):
        return
    chosen = rng.choice(style.emoji[mood]) * (rng.randint(1, int(style.emoji_repeat)) if not style.faces_only else 1)
    at = rng.randrange(len(bubbles))
    match style.emoji_place:
        case "alone":
            bubbles.append(chosen)
        case "start":
            bubbles[at] = f"{chosen} {bubbles[at]}"
        case "instead":
            bubbles[at] = bubbles[at].rstrip(".!?~ ") + " " + chosen
        case _:
            bubbles[at] = f"{bubbles[at]} {chosen}"


def _add_tic(style: Style, bubbles: list[str], mood: str, rng: random.Random) -> None:
    for tic in style.tics:
        if mood not in tic.moods or rng.random() >= tic.rate:
            continue
        text = _case(style, tic.text, first=True)
        if tic.place == "start":
            word = bubbles[0].split(" ")[0]
            keeps = word.isupper() or word.startswith(("I'", "I’"))  # "I", "OK", and those who shout
            rest = bubbles[0] if keeps else bubbles[0][:1].lower() + bubbles[0][1:]
            bubbles[0] = f"{text}, {rest}" if style.comma == "keep" else f"{text} {rest}"
        elif tic.place == "end":
            bubbles[-1] = f"{bubbles[-1]}{' ' if bubbles[-1][-1:] in '.!?~' else ', '}{text}"
        else:
            bubbles.append(text + style.statement)
        return


def _intend(style: Style, line: Line, rng: random.Random) -> str:
    """Add what the person likes to begin with, throw in and end on, and say yes and no in their way."""
    language, text = line.language, line.text
    if style.laugh_rate and line.mood == "f" and "<laugh>" not in text and rng.random() < style.laugh_rate:
        text = f"<laugh> {text}" if style.laugh_place == "start" else f"{text} <laugh>"
    if rng.random() < style.opener_rate * 0.6:
        opener = rng.choice(style.openers[language])
        text = f"{opener} {text if text[:2] == 'I ' else text[:1].lower() + text[1:]}"
    if rng.random() < style.filler_rate:
        filler = _form(style, "filler", language, rng)
        text = f"{filler} {text[:1].lower() + text[1:]}" if rng.random() < 0.5 else _insert(text, filler)
    if rng.random() < style.tag_rate and text[-1:] == ".":
        text = f"{text[:-1]}, {_form(style, 'tag', language, rng)}."
    text = _abbreviate(style, _resolve(style, text, language, rng), language)
    if style.apostrophe != "keep":
        text = text.replace("'", "" if style.apostrophe == "drop" else "’")
    return text if style.umlaut == "keep" else text.translate(_UMLAUTS[style.umlaut])


def _bubbles(style: Style, text: str, rng: random.Random) -> tuple[list[str], list[str]]:
    """Write the sentences down, together or one by one; return them and the corrections that follow."""
    sentences = [one for one in _SENTENCE_END.split(text) if one.strip(" .!?")] or [text]
    bubbles: list[str] = []
    corrections: list[str] = []
    for index, sentence in enumerate(sentences):
        said, correction = _words(style, sentence, rng)
        new = index == 0 or rng.random() < style.bubble_rate
        alone = index + 1 == len(sentences) or style.bubble_rate == 1
        said = _case(style, _punctuate(style, said, last=alone), first=new or style.statement != "")
        if new:
            bubbles.append(said)
        else:
            bubbles[-1] += style.joiner + said
        corrections += [correction] if correction else []
    if style.break_rate and rng.random() < style.break_rate:
        bubbles = [part.strip() for bubble in bubbles for part in _BREAK.split(bubble)]
    return [bubble for bubble in bubbles if bubble] or [text], corrections


def speak(style: Style, line: Line, rng: random.Random) -> tuple[str, ...]:
    """Say a line in this style: one string a bubble."""
    bubbles, corrections = _bubbles(style, _intend(style, line, rng), rng)
    _add_tic(style, bubbles, line.mood, rng)
    if rng.random() < style.action_rate:
        bubbles.append(f"*{rng.choice(style.actions)}*")
    bubbles += corrections
    _add_emoji(style, bubbles, line.mood, rng)
    if rng.random() < style.signoff_rate:
        bubbles[-1] += f" {style.signoff}"
    if style.spaces == "double":
        bubbles = [bubble.replace(" ", "  ") for bubble in bubbles]
    bubbles = [bubble.strip() for bubble in bubbles if bubble.strip()]
    if style.newline and len(bubbles) > 1 and rng.random() < style.newline:
        return ("\n".join(bubbles),)
    return tuple(bubbles)


def _insert(text: str, word: str) -> str:
    """Put a word after the second of a sentence."""
    parts = text.split(" ")
    return " ".join([*parts[:2], word, *parts[2:]]) if len(parts) > 3 else text
