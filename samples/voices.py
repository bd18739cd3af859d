"""How each of them texts: Mira's habits by what she is doing with a line, and everybody else's way of ending one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from samples.cast import MIRA, PEOPLE, Chat

# What she is doing with a line (its act) decides which catchphrase may come to her: answers depend on what was said.
# A newline starts a new bubble; {t} is the line itself, {e} one of her emoji.
FORMS: dict[str, tuple[str, ...]] = {
    "join": (
        "bin dabei wie nix, {t}",
        "bin dabei wie nix {e}\n{t}",
        "{t}, bin dabei wie nix",
        "bin dabei wie nix!! {t}",
    ),
    "ok": ("okidoki, {t}", "okidoki\n{t}", "okidoki {t}", "{t}, okidoki", "okidoki {e}\n{t}"),
    "yes": ("na logo, {t}", "na logo\n{t}", "na logo {t}", "na logo!! {t}", "na logo {e}\n{t}"),
    "calm": ("kein stress bro, {t}", "kein stress bro {t}", "{t}, kein stress bro", "kein stress bro {e}\n{t}"),
    "no": ("hehe nö, {t}", "hehe nö\n{t}", "hehe nö {t}", "hehe nö {e}\n{t}"),
    "omg": (
        "i literally cannot, {t}",
        "{t}\ni literally cannot {e}",
        "i literally cannot {e}\n{t}",
        "{t}, i literally cannot",
    ),
    "bless": ("{t}, hashtag blessed", "{t} hashtag blessed {e}", "hashtag blessed, {t}", "{t}\nhashtag blessed {e}"),
    "poor": ("tiny violin, {t}", "{t}\ntiny violin", "{t}, tiny violin", "tiny violin {e}\n{t}"),
    "twist": ("plot twist: {t}", "plot twist, {t}", "plot twist\n{t}", "plot twist {e}\n{t}"),
    "take": ("spicy take: {t}", "spicy take, {t}", "spicy take\n{t}", "spicy take {e}\n{t}"),
}
CATCHPHRASES = (
    "hashtag blessed",
    "plot twist",
    "na logo",
    "kein stress bro",
    "i literally cannot",
    "tiny violin",
    "okidoki",
    "spicy take",
    "hehe nö",
    "bin dabei wie nix",
)
SIGNATURE_EMOJI = ("🦦", "🫠", "🧃")
# Acts without a catchphrase of their own still have their emoji; `fun` may laugh.
EMOJI_FOR = {
    "join": "🧃🧃🦦✨",
    "bless": "🫠🫠🫠🥲",
    "tired": "🫠🫠🫠🥲",
    "poor": "🫠🥲🫠",
    "omg": "🫠😂🫠😭",
    "warm": "🦦🦦🦦❤️🫶",
    "chill": "🧃🧃🧃🦦",
    "fun": "😂🦦🫠",
}
LAUGHS = ("haha {t}", "{t} haha", "hehe {t}", "{t} hehe", "hahaha {t}", "{t}", "{t}")
STRETCH = re.compile(
    r"(?:^(yes|no|omg|oh|ja|nein)\b(?! \w+\?))"
    r"|\b(so)\b(?= (?!that|als|wie|you|we|i |it|he|she|was|far|i'm|on|of|klingt|the)\w)"
)
# Where she presses send in the middle: before a new clause, or instead of a full stop.
BREATH = re.compile(
    r"(?<=\w{3}), (?=(?:i|i'm|i've|i'd|i'll|it|it's|he|he's|she|she's|we|we're|you|you're|they|that's|but|so|just"
    r"|ask|tell|let's|never|ich|er|sie|wir|ihr|das|aber|dann|nur|sag|jetzt|da)\b)"
    r"|(?<=[?!]) (?=\w)"
    r"|(?<=\w{3})\. (?=\w)"
)
MISTYPED = re.compile(r"\b[a-z]{6,9}\b")
VARIATION_SELECTOR = "\ufe0f"


def split_emoji(pool: str) -> list[str]:
    """The emoji of a string, each with its variation selector."""
    out: list[str] = []
    for char in pool:
        if char == VARIATION_SELECTOR:
            out[-1] += char
        else:
            out.append(char)
    return out


def has_emoji(text: str) -> bool:
    """Whether a text holds a pictograph already."""
    return any(ord(char) >= 0x2600 for char in text)


def lower_case(text: str) -> str:
    """Mira's lower case: everything but shouting, links, addresses and mentions."""
    words = re.split(r"(\s+|\u2068[^\u2069]*\u2069)", text)
    return "".join(
        word if word.startswith("\u2068") or "://" in word or (len(word) > 2 and word.isupper()) else word.lower()
        for word in words
    )


def sentence_case(text: str) -> str:
    """A capital at the start, whatever stands before it."""
    return text[:1].upper() + text[1:]


@dataclass
class Mira:
    """Mira's way with a line. Remembers what she has said, so that she seldom says the same thing twice."""

    rng: Random
    said: set[str] = field(default_factory=set)

    def is_new(self, bubbles: list[str]) -> bool:
        """Whether none of the longer bubbles was said before."""
        return not any(len(bubble) > 12 and bubble in self.said for bubble in bubbles)

    def remember(self, bubbles: list[str]) -> None:
        """Keep what was sent."""
        self.said.update(bubbles)

    def say(self, text: str, act: str, chat: Chat, quiet: bool = False) -> list[str]:
        """The bubbles a line becomes."""
        rng = self.rng
        text = re.sub(r"(\w) // ", lambda match: match[1] + ("\n" if rng.random() < 0.75 else ", "), text)
        text = text.replace(" // ", "\n")
        if quiet:
            return [bubble for bubble in (text if chat.neat else lower_case(text)).split("\n") if bubble]
        if not chat.neat:
            text = self._breathe(self._stretch(lower_case(text)), chat.bursts)
        pool = EMOJI_FOR.get(act, chat.smileys) if rng.random() < 0.7 and not chat.neat else chat.smileys
        emoji = rng.choice(split_emoji(pool))
        if act in chat.habits.split() and rng.random() < chat.phrase and not any(p in text for p in CATCHPHRASES):
            text = self._with_phrase(text, act, emoji, chat.neat)
        elif act == "fun" and not text.startswith("ha"):
            text = rng.choice(LAUGHS).format(t=text)
        if not has_emoji(text) and len(text) < 160 and rng.random() < chat.emoji:
            text += f" {emoji}"
        bubbles = [bubble.strip() for bubble in text.split("\n") if bubble.strip()]
        if chat.neat:
            bubbles = [sentence_case(bubble) for bubble in bubbles]
        return [bubble.replace("\\n", "\n") for bubble in bubbles]

    def slip(self, bubbles: list[str]) -> list[str]:
        """Now and then two letters change places, and the word follows with a star."""
        words = MISTYPED.findall(bubbles[-1])
        if not words or re.search(r"[\n@/]", bubbles[-1]) or any(phrase in bubbles[-1] for phrase in CATCHPHRASES):
            return bubbles
        word: str = self.rng.choice(words)
        at = self.rng.randint(1, len(word) - 3)
        wrong = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if wrong == word:
            return bubbles
        return [*bubbles[:-1], bubbles[-1].replace(word, wrong, 1), f"*{word}"]

    def _with_phrase(self, text: str, act: str, emoji: str, neat: bool) -> str:
        # At work a catchphrase gets a bubble of its own, or comes last.
        forms = [f for f in FORMS[act] if "{e}" not in f and not re.search(r"\w[,!]* \{t}", f)] if neat else FORMS[act]
        ends = text[-1:] in "?!.,)" or has_emoji(text[-1:]) or "\n" in text
        form = self.rng.choice([f for f in forms if not (ends and f.startswith("{t},"))])
        return form.format(t=text, e=emoji)

    def _breathe(self, text: str, bursts: float) -> str:
        """The text with a break in it, now and then: two bubbles instead of one."""
        fitting = [m for m in BREATH.finditer(text) if m.start() > 8 and len(text) - m.end() > 8]
        if not fitting or "\n" in text or "\\n" in text or "://" in text or self.rng.random() >= bursts:
            return text
        at = fitting[0]
        return f"{text[: at.start()]}\n{text[at.end() :]}"

    def _stretch(self, text: str) -> str:
        def longer(match: re.Match[str]) -> str:
            word = match[0]
            return word + word[-1] * self.rng.randint(2, 3) if self.rng.random() < 0.1 else word

        return STRETCH.sub(longer, text)


def say_other(letter: str, text: str) -> list[str]:
    """A line as anybody else sends it: a capital at the start, and their own way of ending it."""
    ending = PEOPLE[letter].ending
    out = []
    for part in text.split(" // "):
        bubble = sentence_case(part.strip())
        if ending == "stop" and bubble[-1:].isalnum():
            bubble += "."
        elif ending == "bare" and bubble.endswith(".") and not bubble.endswith(".."):
            bubble = bubble[:-1]
        out.append(bubble.replace("\\n", "\n"))
    return out


def say(letter: str, text: str, act: str, chat: Chat, mira: Mira, quiet: bool) -> list[str]:
    """The bubbles of one line, in its speaker's voice."""
    return mira.say(text, act, chat, quiet) if letter == MIRA else say_other(letter, text)
