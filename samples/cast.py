"""Who is who: the people, the chats they share and the span of the story. Everybody here is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
FIRST_DAY = date(2025, 3, 1)
LAST_DAY = date(2026, 4, 30)
AWAY = (  # Mira's journeys
    (date(2025, 4, 18), date(2025, 4, 22)),  # Easter in Flensburg
    (date(2025, 5, 29), date(2025, 6, 1)),  # Saxon Switzerland
    (date(2025, 8, 8), date(2025, 8, 17)),  # Norway
    (date(2025, 9, 5), date(2025, 9, 7)),  # Frankenjura
    (date(2025, 11, 28), date(2025, 11, 29)),  # her father's knee
    (date(2025, 12, 23), date(2025, 12, 28)),  # Christmas
    (date(2026, 2, 13), date(2026, 2, 16)),  # Copenhagen
    (date(2026, 2, 21), date(2026, 2, 21)),  # Emil's concert in Berlin
    (date(2026, 3, 20), date(2026, 3, 22)),  # her mother's sixtieth
    (date(2026, 4, 3), date(2026, 4, 6)),  # climbing at Easter
)
MIRA = "M"


def is_away(day: date) -> bool:
    """Whether Mira is not in Leipzig: the everyday scenes wait until she is back."""
    return any(first <= day <= last for first, last in AWAY)


@dataclass(frozen=True, slots=True)
class Person:
    """One speaker: the letter used in the scene files, the full name, and how a text of theirs ends."""

    letter: str
    name: str
    phone: str
    ending: str = ""
    """`stop`: always a final full stop; `bare`: never one; empty: as written in the scene."""


PEOPLE = {
    person.letter: person
    for person in (
        Person(MIRA, "Mira Solberg", "+49 171 3920042"),
        Person("J", "Jonas Weber", "+49 171 3920011"),
        Person("L", "Lena Vogt", "+49 171 3920012", "stop"),
        Person("T", "Tomasz Zielinski", "+49 171 3920013", "bare"),
        Person("P", "~\u202fPia", "+49 171 3920017"),
        Person("I", "Ingrid Solberg", "+49 171 3920015"),
        Person("S", "Sofia Marin", "+1 202 555 0143"),
        Person("D", "Dev Patel", "+49 171 3920016", "stop"),
        Person("E", "Emil Solberg", "+49 171 3920018", "bare"),
        Person("A", "Dr. Amira Haddad", "+49 30 23125117", "stop"),
    )
}


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation and how Mira is in it: which habits, how often, and whether she minds her capitals."""

    key: str
    title: str
    members: str
    habits: str
    """The speech acts in which a catchphrase may come to her here; see `voices.FORMS`."""
    phrase: float
    """How often such an act brings the catchphrase."""
    emoji: float
    """How often a text of hers ends in an emoji."""
    smileys: str = "🦦🦦🦦🫠🫠🫠🧃🧃😂🥲✨"
    bursts: float = 0.48
    """How often a longer text of hers goes out in two bubbles."""
    neat: bool = False
    """Sentence case (at work) instead of her lower case."""
    hours: tuple[int, int] = (8, 22)
    small_talk: float = 0.24
    """How often a session begins or ends with an exchange from the chat's small-talk pool."""


EVERY_HABIT = "join ok yes calm no omg bless poor twist take"
CHATS = {
    chat.key: chat
    for chat in (
        Chat("jonas", "Jonas Weber", "MJ", EVERY_HABIT, 0.62, 0.22),
        Chat("wg", "WG Karli 12", "MLTP", EVERY_HABIT, 0.6, 0.26),
        Chat(
            "ingrid", "Ingrid Solberg", "MI", "ok yes no twist poor bless", 0.42, 0.3, "🦦🦦🦦🦦❤️❤️😘🧃🌷", bursts=0.15
        ),
        Chat("sofia", "Sofia Marin", "MS", EVERY_HABIT, 0.6, 0.3, "🦦🦦🦦🫠🫠🫠🧃🧃🫶😭✨"),
        Chat("dev", "Dev Patel", "MD", EVERY_HABIT, 0.6, 0.2),
        Chat("emil", "Emil Solberg", "ME", EVERY_HABIT, 0.62, 0.22),
        Chat("amira", "Praxis Nord", "MA", "ok yes twist", 0.22, 0.05, "🦦🧃", neat=True, hours=(7, 19)),
    )
}
