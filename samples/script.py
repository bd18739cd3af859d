"""Reads the scene files: what is said by whom, with its alternatives, branches and slots.

A scene's `lines` are a small play; its `versions` are several, of which the n-th performance takes the n-th. One line
is one message:

    J: You awake?                     a speaker's letter, a colon, the text
    M.ok: see you at {a:6..8}         the act (see `voices`), a slot
    ?40 M: bring <snacks|juice>       said with a chance of 40 %, an inline choice
    J: Fine. || Deal.                 alternatives: the n-th performance takes the n-th of every line
    M>: yes that one                  answers the message before (`>3`: three messages before)
    M~: at 8 <- at 9                  edited, with what it said first
    J: !photo                         something other than text, see `KIND_OF`
    M: haha ^❤️                       the other person's reaction
    *: …                              a line written by the app
    +90m                              time passes
    %one … %or … %end                 one of several branches
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

SCENES = Path(__file__).parent / "scenes"
LINE = re.compile(r"^(?:\?(\d+) )?([A-Z*])(?:\.([a-z]+))?(?:(>)(\d*))?(~)?: ?(.*)$")
PAUSE = re.compile(r"^\+(\d+)([smh])$")
SECONDS = {"s": 1, "m": 60, "h": 3600}
KIND_OF = {
    "photo": "media",
    "video": "media",
    "gif": "media",
    "doc": "media",
    "share": "media",
    "sticker": "sticker",
    "voice": "voice",
    "call": "call",
    "missed": "call",
    "loc": "location",
    "poll": "poll",
    "contact": "contact",
    "deleted": "deleted",
    "once": "unavailable",
    "null": "unavailable",
    "like": "system",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a scene, not yet filled in."""

    number: int
    speaker: str
    texts: tuple[str, ...]
    act: str = ""
    chance: int = 100
    answers: int = 0
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that passes before the next message, in seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Branches:
    """One of several ways to go on."""

    ways: tuple[tuple[Line | Pause | Branches, ...], ...]


Step = Line | Pause | Branches


@dataclass(frozen=True)
class Scene:
    """One session: when it may happen, how often, and its play."""

    id: str
    chat: str
    versions: tuple[tuple[Step, ...], ...]
    """Ways this kind of session goes; the n-th performance takes the n-th."""
    on: date | None = None
    first: date | None = None
    last: date | None = None
    times: int = 1
    at: tuple[int, int] | None = None
    alone: bool = False
    """No small talk around it."""
    quiet: bool = False
    """A sad or grave scene: no catchphrases, hardly an emoji."""
    avoid: tuple[tuple[date, date], ...] = ()
    months: tuple[int, int] | None = None
    """Its season, e.g. October to March; for small talk."""
    place: str = "any"
    """Where small talk goes: `before` a scene, `after` it, or `any`."""
    cases: list[Any] = field(default_factory=list)


def parse_line(text: str, number: int) -> Line:
    """Read one `X: …` line."""
    match = LINE.match(text)
    if not match:
        raise ValueError(f"not a line of a scene: {text!r}")
    chance, speaker, act, arrow, back, edited, body = match.groups()
    texts = tuple(part.strip() for part in body.split(" || "))
    return Line(number, speaker, texts, act or "", int(chance or 100), int(back or 1) if arrow else 0, bool(edited))


def parse_steps(text: str) -> tuple[Step, ...]:
    """Read a scene's play, branches included (they do not nest)."""
    steps: list[Step] = []
    ways: list[list[Step]] = []
    for number, raw in enumerate(text.strip().splitlines()):
        line = raw.strip()
        target = ways[-1] if ways else steps
        if line in {"%one", "%or"}:
            ways.append([])
        elif line == "%end":
            steps.append(Branches(tuple(tuple(way) for way in ways)))
            ways = []
        elif pause := PAUSE.match(line):
            target.append(Pause(int(pause[1]) * SECONDS[pause[2]]))
        elif line:
            target.append(parse_line(line, number))
    if ways:
        raise ValueError(f"a branch without %end: {text[:60]!r}")
    return tuple(steps)


def _range(value: str | None) -> tuple[int, int] | None:
    return (int(value.split("-")[0]), int(value.split("-")[1])) if value else None


def _spans(value: str) -> tuple[tuple[date, date], ...]:
    """`2025-10-01..2025-11-02 2025-12-22..2026-01-03`."""
    pairs = (span.split("..") for span in value.split())
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in pairs)


def _scene(chat: str, name: str, entry: dict[str, Any]) -> Scene:
    versions = entry.get("versions") or [entry["lines"]]
    return Scene(
        id=name,
        chat=chat,
        versions=tuple(parse_steps(lines) for lines in versions),
        on=entry.get("day"),
        first=entry.get("first"),
        last=entry.get("last"),
        times=entry.get("times", len(versions)),
        at=_range(entry.get("at")),
        alone=entry.get("alone", False),
        quiet=entry.get("quiet", False),
        avoid=_spans(entry.get("avoid", "")),
        months=_range(entry.get("months")),
        place=entry.get("place", "any"),
        cases=entry.get("cases", []),
    )


def _small_talk(text: str) -> dict[str, Any]:
    """Small talk may open with where and when it fits: `@ after 20-24 months=10-3 from=2025-06-20`."""
    if not text.startswith("@"):
        return {"lines": text}
    head, _, lines = text.partition("\n")
    entry: dict[str, Any] = {"lines": lines}
    for word in head[1:].split():
        if word in {"before", "after", "any"}:
            entry["place"] = word
        elif word.startswith("months="):
            entry["months"] = word.removeprefix("months=")
        elif word.startswith("from="):
            entry["first"] = date.fromisoformat(word.removeprefix("from="))
        else:
            entry["at"] = word
    return entry


def read_scenes(path: Path) -> tuple[list[Scene], list[Scene]]:
    """The scenes of one file and its small talk (scenes of one exchange that are put around others)."""
    whole = yaml.safe_load(path.read_text("utf-8"))
    chat, shared = whole["chat"], whole.get("shared", {})
    scenes = [_scene(chat, f"{chat}/{entry['id']}", shared | entry) for entry in whole.get("scenes", [])]
    small = [
        _scene(chat, f"{chat}/{path.stem}/small-{number}", shared | _small_talk(entry))
        for number, entry in enumerate(whole.get("small_talk", []))
    ]
    return scenes, small


def read_all(folder: Path = SCENES) -> tuple[list[Scene], dict[str, list[Scene]]]:
    """Every scene of every file, and the small talk of each chat."""
    scenes: list[Scene] = []
    small: dict[str, list[Scene]] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem != "world":
            more, talk = read_scenes(path)
            scenes += more
            if talk:
                small.setdefault(talk[0].chat, []).extend(talk)
    if len({scene.id for scene in scenes}) != len(scenes):
        raise ValueError("two scenes share an id")
    return scenes, small
