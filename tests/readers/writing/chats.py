"""What text exports of chats are written from: messages in order of time, and texts that look like what an app writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.readers.reading import Reading

_LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\u200e\ufeff\x85"
)
words = st.text(_LETTERS, min_size=1, max_size=25).map(str.strip).filter(lambda text: text and text[0] not in "☎ⓘ[(=-")


@dataclass
class Said:
    """A message as it was meant, and what the app writes in its place if that is not its text."""

    at: datetime
    sender: str | None
    text: str = ""
    kind: str = "text"
    written: str | None = None
    attachments: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        return self.text if self.written is None else self.written


@st.composite
def moments(draw: st.DrawFn, count: int, step: timedelta) -> list[datetime]:
    """Times in order over some days, at most a night apart."""
    at = datetime(2024, 2, 27, 9, 0)  # noqa: DTZ001 (exports have no zone)
    found = []
    for _ in range(count):
        at += step * draw(st.integers(0, 400))
        found.append(at)
    return found


def texts(look_alikes: Sequence[str], allowed: Callable[[str], bool] = lambda _: True) -> st.SearchStrategy[str]:
    """Typed texts of one line and of several, with empty lines and lines like those of an export among them."""
    line = st.one_of(
        words, st.sampled_from(("", "ok", 'he said "hi"', '"', '""', "tab\there", "  blanks ", *look_alikes))
    )
    several = st.tuples(words, st.lists(line, max_size=4), words).map(
        lambda parts: "\n".join((parts[0], *parts[1], parts[2]))
    )
    return st.one_of(words, words, several).filter(allowed)


def meant(said: Sequence[Said]) -> list[tuple[Any, ...]]:
    """What was written, in the form of `got`."""
    return [(m.at, m.sender, m.kind, m.text.rstrip("\n"), m.attachments) for m in said]


def got(reading: Reading) -> list[tuple[Any, ...]]:
    """What was read: time, sender, kind, text and attachments of each row."""
    columns = ("sent_local", "sender_name", "kind", "text", "attachments")
    return [tuple(row[name] for name in columns) for row in reading.rows]
