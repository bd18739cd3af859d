"""Small words for what is shown to people."""

from __future__ import annotations


def counted(number: int, what: str, many: str | None = None) -> str:
    """A number with what it counts: 1 chat, 1,200 marks of something; the first word takes an s unless `many` says otherwise."""
    first, _, rest = what.partition(" ")
    plural = " ".join(filter(None, (f"{first}s", rest)))
    return f"{number:,} {what if number == 1 else many or plural}"


def lasting(seconds: float) -> str:
    """A length of time in its largest unit: 45 s, 12 min, 3 h, 5 days."""
    for size, unit in ((86_400 * 2, "days"), (3_600 * 2, "h"), (100, "min")):
        if seconds >= size:
            return f"{seconds / {'days': 86_400, 'h': 3_600, 'min': 60}[unit]:.0f} {unit}"
    return f"{seconds:.0f} s"
