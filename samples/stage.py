"""Plays the scenes: every line becomes messages with a time, a sender and what the apps note about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from samples.cast import CHATS, MIRA, PEOPLE, ZONE, Chat
from samples.script import KIND_OF, Branches, Line, Pause, Scene, Step
from samples.voices import Mira, say
from samples.world import Filling, World

REACTION = re.compile(r" \^(?:([A-Z])?)(\S+)$")
MENTION = re.compile(r"@(Lena|Tomasz|Mira|Pia)\b")
FULL_NAMES = {"Lena": "Lena Vogt", "Tomasz": "Tomasz Zielinski", "Mira": "Mira Solberg", "Pia": "~\u202fPia"}
APP = "*"


@dataclass
class Message:
    """One message as the story knows it, before any format writes it down."""

    chat: str
    sender: str
    at: datetime
    """UTC."""
    kind: str
    text: str = ""
    form: str = "text"
    """What kind of thing within the kind, e.g. `photo`, `gif`, `missed`."""
    detail: str = ""
    """A file name, seconds of a call, a place, the options of a poll, a link."""
    edited: bool = False
    before_edit: str = ""
    answers: Message | None = None
    reactions: list[tuple[str, str]] = field(default_factory=list)
    scene: str = ""


@dataclass
class Stage:
    """Plays one scene after the other, oldest first."""

    seed: str
    world: World
    mira: Mira
    history: dict[str, list[Message]] = field(default_factory=dict)

    def play(self, parts: list[tuple[Scene, int]], day: date, hour: int) -> None:
        """Play a session: a scene with the small talk around it, each with the number of its performance."""
        rng = Random(f"{self.seed}:{day}:{[(scene.id, nth) for scene, nth in parts]}")
        start = datetime.combine(day, time(hour, rng.randint(0, 59), rng.randint(0, 59)), ZONE)
        take = _Take(self, CHATS[parts[0][0].chat], rng, day, start.astimezone(UTC))
        for scene, nth in parts:
            take.scene = scene
            take.filling = Filling(self.world, rng, day, scene.id, scene.cases)
            take.perform(scene.versions[nth % len(scene.versions)], nth // len(scene.versions))


@dataclass
class _Take:
    """One scene being played."""

    stage: Stage
    chat: Chat
    rng: Random
    day: date
    now: datetime
    scene: Scene = field(init=False)
    filling: Filling = field(init=False)
    last_speaker: str = ""
    spoken: bool = False

    def perform(self, steps: tuple[Step, ...], nth: int) -> None:
        """Go through the lines, pauses and branches; the n-th performance takes the n-th alternative of each line."""
        for step in steps:
            if isinstance(step, Pause):
                self.now += timedelta(seconds=step.seconds + self.rng.randint(0, 59))
            elif isinstance(step, Branches):
                self.perform(step.ways[nth % len(step.ways)], nth // len(step.ways))
            elif self.rng.randrange(100) < step.chance:
                self._line(step, nth)

    def _line(self, line: Line, nth: int) -> None:
        history = self.stage.history.setdefault(self.chat.key, [])
        answers = history[-line.answers] if line.answers and len(history) >= line.answers else None
        bubbles, source = self._words(line, nth)
        if not bubbles:
            return
        reactions: list[tuple[str, str]] = []
        if reaction := REACTION.search(bubbles[-1]):
            bubbles[-1] = bubbles[-1][: reaction.start()]
            reactions = [(reaction[2], reaction[1] or self._other(line.speaker))]
        if bubbles[0].startswith("!share ") and " ; " in bubbles[0]:
            bubbles = bubbles[0].split(" ; ")
        for number, bubble in enumerate(bubbles):
            self._wait(line.speaker)
            message = self._message(line, bubble)
            message.answers = answers if number == 0 else None
            if message.form == "like":
                history[-1].reactions.append(("❤️", line.speaker))
            if line.edited and number == len(bubbles) - 1:
                message.edited, message.before_edit = True, source
            history.append(message)
        history[-1].reactions += reactions

    def _words(self, line: Line, nth: int) -> tuple[list[str], str]:
        """The bubbles of a line (again while Mira has said just that before) and what an edited one said first."""
        mira, bubbles, old = self.stage.mira, [""], ""
        for _ in range(8):
            text, _, old = self.filling.fill(line.texts[nth % len(line.texts)]).partition(" <- ")
            text = MENTION.sub(lambda match: f"@\u2068{FULL_NAMES[match[1]]}\u2069", text)
            if line.speaker == APP or text.startswith("!"):
                return [text], ""
            bubbles = say(line.speaker, text, line.act, self.chat, mira, self.scene.quiet)
            if line.speaker != MIRA or mira.is_new(bubbles):
                break
        if line.speaker == MIRA:
            mira.remember(bubbles)
            if not self.chat.neat and not line.edited and self.rng.random() < 0.012:
                bubbles = mira.slip(bubbles)
            old = old.lower()
        return bubbles, old

    def _message(self, line: Line, body: str) -> Message:
        sender = "" if line.speaker == APP else line.speaker
        if line.speaker == APP:
            # `!group …` or `!L …`: newer exports put a name before what the app says.
            who, _, said = body[1:].partition(" ") if body.startswith("!") else ("", "", body)
            return Message(self.chat.key, sender, self.now, "system", said, "system", who, scene=self.scene.id)
        if not body.startswith("!"):
            return Message(self.chat.key, sender, self.now, "text", body, scene=self.scene.id)
        form, _, rest = body[1:].partition(" ")
        detail, _, caption = rest.partition(" ; ") if form in {"share", "contact", "loc", "doc"} else (rest, "", "")
        if form in {"photo", "video", "deleted"}:
            detail, caption = "", rest
        if form == "poll":
            caption = "\n".join(part.rpartition("=")[0] or part for part in detail.split(" ; "))
        elif form == "like":
            caption = "Liked a message"
        text = "" if form == "deleted" else caption
        if form == "deleted":
            detail = caption
        return Message(self.chat.key, sender, self.now, KIND_OF[form], text, form, detail, scene=self.scene.id)

    def _other(self, speaker: str) -> str:
        others = [letter for letter in self.chat.members if letter not in {speaker, "P"}]
        return self.rng.choice(others)

    def _wait(self, speaker: str) -> None:
        if not self.spoken:
            self.spoken = True
        elif speaker == self.last_speaker:
            self.now += timedelta(seconds=self.rng.randint(4, 38))
        elif self.rng.random() < 0.07:
            self.now += timedelta(seconds=self.rng.randint(360, 1500))
        else:
            self.now += timedelta(seconds=round(min(400, 12 + self.rng.lognormvariate(3.9, 0.8))))
        self.last_speaker = speaker


def name_of(letter: str) -> str:
    """The full name behind a letter."""
    return PEOPLE[letter].name
