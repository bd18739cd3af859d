"""Small words for what is shown to people."""

from __future__ import annotations


def counted(number: int, what: str) -> str:
    """A number with what it counts, of which the first word takes an s: 1 chat, 1,200 marks of something."""
    first, _, rest = what.partition(" ")
    return " ".join(filter(None, (f"{number:,}", first if number == 1 else f"{first}s", rest)))
