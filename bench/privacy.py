"""What is found in labelled lines, and how fast, beside plain Presidio.

Recall and precision by kind on two files that no rule was tuned on (`lines/README.md`), one by who wrote the rules and one by
somebody who did not know them: a value counts as found if a span of its kind covers half of it or more, a span as wrong if it
touches no value of its kind. The peer is Presidio's AnalyzerEngine with a blank spaCy pipeline and the recognizers it loads by
itself, for the kinds that it has.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import chats, harness, stages
from bench.harness import Row

LINES = Path(__file__).parent / "lines"
MEASURED = {"privacy_held_out.jsonl": "", "privacy_strangers.jsonl": ", a stranger's lines"}
MESSAGES, _PEER_MESSAGES = 200_000, 2_000
_PEER = "Presidio AnalyzerEngine"
_Span = tuple[str, int, int]
_Find = Callable[[dict[str, Any]], list[_Span]]


@dataclass(frozen=True)
class Counts:
    """By kind: values found, missed and wrongly found; and the lines without any, of which some were touched."""

    found: Counter[str]
    missed: Counter[str]
    wrong: Counter[str]
    clean: int
    touched: int

    def recall(self, kind: str) -> float:
        """The share of the values that was found."""
        return self.found[kind] / max(1, self.found[kind] + self.missed[kind])

    def precision(self, kind: str) -> float | None:
        """The share of the finds that was right; None without any."""
        finds = self.found[kind] + self.wrong[kind]
        return self.found[kind] / finds if finds else None


def labelled(file: str) -> list[dict[str, Any]]:
    """The lines of a file in lines/."""
    return [json.loads(line) for line in (LINES / file).read_text(encoding="utf-8").splitlines()]


def count(lines: list[dict[str, Any]], find: _Find) -> Counts:
    """Compare what is found in the lines with their labels."""
    counts = Counts(Counter(), Counter(), Counter(), *_clean(lines, find))
    for line in lines:
        finds, labels = find(line), [(span["type"], span["start"], span["end"]) for span in line["spans"]]
        for label in labels:
            half = (label[2] - label[1]) / 2
            (counts.found if max((_shared(label, one) for one in finds), default=0) >= half else counts.missed)[
                label[0]
            ] += 1
        counts.wrong.update(one[0] for one in finds if not any(_shared(label, one) for label in labels))
    return counts


def _clean(lines: list[dict[str, Any]], find: _Find) -> tuple[int, int]:
    clean = [line for line in lines if not line["spans"]]
    return len(clean), sum(bool(find(line)) for line in clean)


def _shared(one: _Span, other: _Span) -> int:
    """How many characters two spans of one kind share."""
    return max(0, min(one[2], other[2]) - max(one[1], other[1])) if one[0] == other[0] else 0


def ours(line: dict[str, Any]) -> list[_Span]:
    """What the finder finds, knowing the line's names and region."""
    finder = _finder(line.get("region"), tuple(line.get("names", ())))
    return [(span.kind, span.start, span.end) for span in finder.find(line["text"])]


@cache
def _finder(region: str | None, names: tuple[str, ...]) -> Any:
    from chatclone_dagster.privacy.detect import Finder  # noqa: PLC0415 (peers run without our packages)
    from chatclone_dagster.settings import Privacy, Settings  # noqa: PLC0415

    return Finder.of(Settings(privacy=Privacy(regions=(region,) if region else ())), names)


def theirs(line: dict[str, Any]) -> list[_Span]:
    """What plain Presidio finds, in our names for its kinds."""
    found = stages.presidio_engine().analyze(line["text"], "en", score_threshold=0.4)
    return [
        (stages.PRESIDIO_KINDS[one.entity_type], one.start, one.end)
        for one in found
        if one.entity_type in stages.PRESIDIO_KINDS
    ]


def run() -> list[Row]:
    """Measure both."""
    return [*(row for file, whose in MEASURED.items() for row in _quality(file, whose)), *_speed()]


def _quality(file: str, whose: str) -> Iterator[Row]:
    lines = labelled(file)
    mine, peers = count(lines, ours), count(lines, theirs)
    for kind in sorted(mine.found | mine.missed | mine.wrong):
        size, known = mine.found[kind] + mine.missed[kind], kind in stages.PRESIDIO_KINDS.values()
        yield _share(f"{kind}: recall{whose}", size, mine.recall(kind), peers.recall(kind) if known else None)
        yield _share(
            f"{kind}: precision{whose}", size, mine.precision(kind) or 0, peers.precision(kind) if known else None
        )
    yield _share(f"clean lines touched{whose}", mine.clean, mine.touched / mine.clean, peers.touched / peers.clean)


def _share(what: str, size: int, value: float, peer: float | None) -> Row:
    ratio = round(value / peer, 2) if peer else None
    name = None if peer is None else _PEER
    shown = None if peer is None else round(peer, 3)
    return Row(
        what,
        size,
        "share",
        round(value, 3),
        name,
        version("presidio-analyzer"),
        shown,
        ratio,
        None,
        None,
        None,
        harness.machine(),
    )


def _speed() -> Iterator[Row]:
    folder = harness.CACHE / "privacy"
    folder.mkdir(parents=True, exist_ok=True)
    small, some, many = folder / "small.jsonl", folder / "some.jsonl", folder / "many.jsonl"
    trouble = [line["text"] for line in labelled("privacy_tuning.jsonl")]
    for path, messages in ((small, 200), (some, _PEER_MESSAGES), (many, MESSAGES)):
        chats.messages(path, messages, trouble)
    yield harness.compare(
        "find in ordinary chat",
        "messages",
        partial(harness.python, "bench.stages:find_private", str(many), small=str(small)),
        partial(harness.python, "bench.stages:presidio_alone", str(some), small=str(small)),
        _PEER,
        version("presidio-analyzer"),
        rounds=3,
    )
