"""A chat tool's CSV with column names of its own, read through `[[reading.tables]]` in chatclone.toml."""

from __future__ import annotations

import csv
import io

from samples.cast import MIRA, ZONE
from samples.stage import Message, name_of


def praxis_csv(messages: list[Message], thread: str) -> bytes:
    """The team chat of the practice: ISO times with their offset, ids, and the id a message answers."""
    ids = {id(message): f"pn-{number:05}" for number, message in enumerate(messages, 1)}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "thread", "when", "from", "body", "answer_to"))
    for message in messages:
        sender = "Mira" if message.sender == MIRA else name_of(message.sender)
        answers = ids[id(message.answers)] if message.answers else ""
        when = message.at.astimezone(ZONE).isoformat(timespec="seconds")
        writer.writerow((ids[id(message)], thread, when, sender, message.text, answers))
    return out.getvalue().encode()
