"""Generated chats to measure on: seeded, so that every run measures the same bytes.

What people type has the shape of real chat: mostly one short line, some emoji and links, now and then several lines; beside it
media, deleted and edited messages and what the app says.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from chatclone_dagster import tables

_CHAT = 5_000  # messages of a chat in `history`
PEOPLE = ("Ada Okafor", "Bruno Lindqvist", "Chiara", "Dr. Noor", "Émile 🎻", "Freya S.", "+49 170 5550123", "Gus")
_TALK = """
ok yes no maybe later today tomorrow train bike coffee lunch the a to for with you me we they it is was will can could want need
think know see call send meet bring book ticket house garden dinner weather rain sunny really actually also just still already again
never always film music work school exam project meeting deadline kids mum dad cat dog street station café over naïve
"""
_WORDS = _TALK.split()
_LETTERS = 5.6  # of a word, with the space after it
_EMOJI = ("😂", "❤️", "👍🏽", "🎉", "🤷‍♀️", "😅", "🙏", "🇩🇪")
_WITHDRAWN = ("This message was deleted", "You deleted this message")  # the latter by the owner alone
_SYSTEM = (
    "{a} added {b}",
    "{a} left",
    "{a} changed the subject to “Sunday plans”",
    "{a} changed this group's icon",
    "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them.",
)


def _text(rng: random.Random, length: int | None = None) -> str:
    """A text of so many words; if not said, of nine on average."""
    words = rng.choices(_WORDS, k=length or min(60, 1 + int(rng.expovariate(1 / 8))))
    text = " ".join(words)
    if rng.random() < 0.22:
        text += " " + rng.choice(_EMOJI) * rng.randint(1, 3)
    if rng.random() < 0.03:
        text += f" https://example.org/{rng.randrange(10**6)}?q={rng.choice(words)}"
    if rng.random() < 0.08:
        text += "\n" + "\n".join(" ".join(rng.choices(_WORDS, k=rng.randint(1, 9))) for _ in range(rng.randint(1, 4)))
    return text


def whatsapp(path: Path, messages: int, seed: int = 7) -> int:
    """Write an Android group export of so many messages (day first, 24 h); returns the size in bytes."""
    rng = random.Random(seed)
    when = datetime(2019, 1, 5, 8, 0)  # noqa: DTZ001 (exports have no zone)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for number in range(messages):
            when += timedelta(minutes=int(rng.expovariate(1 / 9)))
            name, roll = rng.choice(PEOPLE), rng.random()
            if number < 2 or roll < 0.01:
                line = rng.choice(_SYSTEM).format(a=name, b=rng.choice(PEOPLE))
            elif roll < 0.05:
                line = f"{name}: <Media omitted>"
            elif roll < 0.06:
                line = f"{name}: IMG-{when:%Y%m%d}-WA{number % 10000:04d}.jpg (file attached)"
            elif roll < 0.065:
                line = f"{name}: {_WITHDRAWN[rng.random() < 0.5 and name == PEOPLE[0]]}"
            elif roll < 0.075:
                line = f"{name}: {_text(rng)} <This message was edited>"
            else:
                line = f"{name}: {_text(rng)}"
            out.write(f"{when:%d/%m/%Y, %H:%M} - {line}\n")
    return path.stat().st_size


def messenger(path: Path, messages: int, seed: int = 7) -> int:
    """Write one Messenger thread of so many messages, newest first, with the export's own broken encoding; returns its bytes."""
    rng = random.Random(seed)
    when = 1_400_000_000_000
    thread = []
    for _ in range(messages):
        when += int(rng.expovariate(1 / 500_000)) + 1
        message: dict[str, object] = {
            "sender_name": _broken(rng.choice(PEOPLE)),
            "timestamp_ms": when,
            "content": _broken(_text(rng)),
            "type": "Generic",
            "is_geoblocked_for_viewer": False,
        }
        roll = rng.random()
        if roll < 0.06:
            message["reactions"] = [{"reaction": _broken(rng.choice(_EMOJI)), "actor": _broken(rng.choice(PEOPLE))}]
        elif roll < 0.12:
            del message["content"]
            message["photos"] = [{"uri": f"messages/inbox/x_1/photos/{when}.jpg", "creation_timestamp": when // 1000}]
        thread.append(message)
    names = [{"name": _broken(name)} for name in PEOPLE]
    content = {
        "participants": names,
        "messages": thread[::-1],
        "title": "x",
        "thread_path": "inbox/x_1",
        "thread_type": "RegularGroup",
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path.stat().st_size


def history(messages: int, seed: int = 7) -> pl.LazyFrame:
    """So many messages (tables.MESSAGES) in chats of 5,000, three in ten of them groups.

    Texts are as long as people's are, 35 characters, 6 words and half an emoji on average: log-normal, as a messaging service
    found (ProcessOne, "How many letters are in messages?": Log-N(2.83, 1.15)), and as WhatsApp chats given to linguists are
    ("What's up, Switzerland?": 763,644 messages, 5,155,476 tokens, 382,116 emoji). Half of them occur but once, one in forty ends
    in a number.
    """
    rng = random.Random(seed)
    lengths = [1 + int(rng.lognormvariate(2.4, 1.15) / _LETTERS) for _ in range(20_000)]
    texts, people = (pl.Series(values, dtype=pl.String) for values in ([_text(rng, k) for k in lengths], PEOPLE))
    row, dice, chat, who = pl.col("row"), pl.col("dice"), pl.col("chat"), pl.col("who")
    numbers = pl.LazyFrame({"row": pl.int_range(messages, eager=True)}).with_columns(
        chat=row // _CHAT, dice=row.hash(seed) // 8 % (1 << 48)
    )
    numbers = numbers.with_columns(is_group=chat % 10 < 3, is_text=dice % 20 > 0).with_columns(
        who=pl.when("is_group")
        .then(dice // 20 % len(PEOPLE))
        .otherwise(dice // 20 % 2 * (1 + chat % (len(PEOPLE) - 1)))
    )
    words = pl.Series(_WORDS)
    two = [
        (dice // 400 // len(texts) // len(words) ** n % len(words)).replace_strict(range(len(words)), words)
        for n in range(2)
    ]
    number = pl.when(dice // 200 % 40 == 2).then(pl.concat_str(pl.lit(" "), dice // 400 % 10**6)).otherwise(pl.lit(""))
    once = pl.when(dice // 200 % 2 == 0).then(pl.concat_str(pl.lit(""), *two, separator=" ")).otherwise(pl.lit(""))
    text = pl.concat_str((dice // 400 % len(texts)).replace_strict(range(len(texts)), texts), once, number)
    name = who.replace_strict(range(len(people)), people)
    sender = pl.when(who == 0).then(pl.lit("me")).otherwise(pl.concat_str(pl.lit("p-"), who))
    return numbers.select(
        message_id=pl.concat_str(pl.lit("m"), row),
        source=pl.lit("whatsapp"),
        export_id=pl.concat_str(pl.lit("e"), chat),
        conversation_id=pl.concat_str(pl.lit("c"), chat),
        conversation_name=pl.concat_str(pl.lit("Chat "), chat),
        is_group="is_group",
        sender_id=sender,
        sender_name=name,
        is_owner=who == 0,
        # A dozen messages within the hour, then silence until the next day.
        sent_at=pl.lit(datetime(2014, 1, 1, tzinfo=UTC))
        + pl.duration(days=row % _CHAT // 12, minutes=row % 12 * 5 + dice % 5),
        tie=(row % _CHAT).cast(pl.Int32),
        tz_known=pl.lit(value=True),
        kind=pl.when("is_text").then(pl.lit("text")).otherwise(pl.lit("media")),
        text=pl.when("is_text").then(text).otherwise(pl.lit("")),
        reply_to=pl.lit(None, dtype=pl.String),
        forwarded=pl.lit(value=False),
        edited=pl.lit(value=False),
        reactions=pl.lit([], dtype=tables.REACTIONS),
        attachments=pl.lit([], dtype=pl.List(pl.String)),
        position=row % _CHAT,
    )


def messages(path: Path, count: int, trouble: Sequence[str], seed: int = 7) -> None:
    """Write so many messages as JSON lines, one in fifty of them out of `trouble`: what is private or looks so."""
    rng = random.Random(seed)
    texts = (rng.choice(trouble) if rng.random() < 0.02 else _text(rng) for _ in range(count))
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")


def _broken(text: str) -> str:
    """UTF-8 whose bytes are each written as a character, as the export does."""
    return text.encode().decode("latin-1")
