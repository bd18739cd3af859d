"""One small scene for every format: Ann Lee, whose exports they are, and Bo Ek say four things, Ann's first one in answer to Bo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ANN, BO = "Ann Lee", "Bo Ek"


@dataclass(frozen=True)
class Said:
    """A message; `number` counts all messages of all scenes."""

    number: int
    at: datetime
    sender: str
    text: str
    answers: Said | None = None

    @property
    def is_mine(self) -> bool:
        return self.sender == ANN

    @property
    def seconds(self) -> int:
        return int(self.at.timestamp())

    @property
    def local(self) -> datetime:
        return self.at.replace(tzinfo=None)


Writer = Callable[[list[Said]], str | bytes]


def said(number: int) -> list[Said]:
    """The scene of this number: on days that can be no months, and with words of its own."""
    start = datetime(2024, 5, 20 + number % 8, 13 + number // 8, 30, tzinfo=UTC)
    texts = (
        (BO, f"shall we meet at the bridge number {number}?"),
        (ANN, f"yes, bridge {number} it is"),
        (BO, f"bring the {number} boxes with you please"),
        (ANN, f"gladly, all {number} of them"),
    )
    made: list[Said] = []
    for n, (who, text) in enumerate(texts):
        made.append(Said(10 * number + n, start + timedelta(minutes=7 * n), who, text, made[0] if n == 1 else None))
    return made


def lines(form: str) -> Writer:
    """A text of which every message is written in a form of `at`, `who` and `text`."""
    return lambda scene: "".join(form.format(at=one.local, who=one.sender, text=one.text) + "\n" for one in scene)


@dataclass(frozen=True)
class Sample:
    """A file as it lies among somebody's exports, and who reads it. `beside` are the paths of those that are read with it."""

    name: str
    path: str
    variant: str
    beside: tuple[str, ...] = ()
    answers: bool = False

    @property
    def reader(self) -> str:
        return self.name.split()[0]
