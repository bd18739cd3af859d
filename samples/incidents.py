"""What happens to messages besides being written: taken back, corrected, answered, reacted to, a sticker thrown in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from samples.cast import MIRA
from samples.stage import Message
from samples.voices import split_emoji

MISSENT = (
    "wrong chat",
    "wrong chat, sorry",
    "dinner at 7?",
    "and the milk",
    "ok mum",
    "falscher chat",
    "nein",
    "kannst du brot mitbringen",
)


@dataclass(frozen=True, slots=True)
class Habits:
    """How often something happens in a chat, per message, and which reactions are used there."""

    edited: float = 0.0
    deleted: float = 0.0
    sticker: float = 0.0
    voice: float = 0.0
    reaction: float = 0.0
    reply: float = 0.0
    from_mira: str = "❤️😂🦦"
    from_others: str = "❤️😂👍"


HABITS = {
    "jonas": Habits(edited=0.012, deleted=0.008, sticker=0.006),
    "wg": Habits(edited=0.014, deleted=0.009, sticker=0.012, voice=0.006),
    "ingrid": Habits(edited=0.014, deleted=0.007, reaction=0.09, reply=0.06, from_others="❤️❤️😂👍🌷"),
    "sofia": Habits(deleted=0.009, sticker=0.009, voice=0.008, reaction=0.1, from_others="😂😭❤️😮"),
    "dev": Habits(deleted=0.006, voice=0.01, reaction=0.05, from_others="❤️😂💪"),
    "emil": Habits(edited=0.01, deleted=0.006, reaction=0.07, reply=0.05, from_others="❤️😂👍"),
    "amira": Habits(reply=0.14),
}


def first_try(text: str, rng: Random) -> str:
    """What an edited text may have said at first: a word short, or two letters the wrong way round."""
    words = text.split(" ")
    at = rng.randrange(1, len(words))
    if rng.random() < 0.5 or len(words[at]) < 4:
        return " ".join(words[:at] + words[at + 1 :])
    word = words[at]
    return " ".join([*words[:at], word[0] + word[2] + word[1] + word[3:], *words[at + 1 :]])


def _thrown_in(message: Message, form: str, kind: str, seconds: int, detail: str = "") -> Message:
    """A message of the same sender around another one."""
    at = message.at + timedelta(seconds=seconds)
    return Message(message.chat, message.sender, at, kind, "", form, detail, scene=message.scene)


def befall(messages: list[Message], rng: Random, quiet: frozenset[str]) -> list[Message]:
    """The messages of a chat with everything that happened to them; grave scenes are left in peace."""
    habits = HABITS[messages[0].chat]
    out: list[Message] = []
    for message in messages:
        plain = message.kind == "text" and message.scene not in quiet
        words = len(message.text.split(" "))
        before = out[-1] if out else None
        if plain and before and before.sender == message.sender:
            if rng.random() < habits.deleted * 2:
                gone = rng.choice(MISSENT)
                out.append(_thrown_in(message, "deleted", "deleted", -3, gone))
            elif message.sender != MIRA and rng.random() < habits.voice * 2:
                out.append(_thrown_in(message, "voice", "voice", -2))
        if plain and words > 3 and "\n" not in message.text and not message.edited and rng.random() < habits.edited:
            message.edited, message.before_edit = True, first_try(message.text, rng)
        if plain and words > 2 and not message.reactions and rng.random() < habits.reaction:
            others = sorted({m.sender for m in messages[:200] if m.sender and m.sender != MIRA})
            actor = rng.choice(others) if message.sender == MIRA else MIRA
            pool = habits.from_mira if actor == MIRA else habits.from_others
            message.reactions.append((rng.choice(split_emoji(pool)), actor))
        if plain and before and before.kind == "text" and before.sender != message.sender:
            answerable = message.at - before.at < timedelta(hours=1) and "\n" not in message.text + before.text
            if answerable and not message.edited and rng.random() < habits.reply:
                message.answers = before
        out.append(message)
        if plain and words > 2 and rng.random() < habits.sticker:
            out.append(_thrown_in(message, "sticker", "sticker", 2))
    return out
