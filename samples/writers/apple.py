"""Two ways out of Apple's Messages: imessage-exporter's .txt and iMazing's CSV."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from random import Random

from samples.cast import MIRA, PEOPLE, ZONE
from samples.stage import Message, name_of
from samples.writers.whatsapp import twelve_hours

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TAPBACKS = {"❤️": "Loved", "👍": "Liked", "😂": "Laughed"}
COLUMNS = (
    *("Chat Session", "Message Date", "Delivered Date", "Read Date", "Edited Date", "Deleted Date", "Service", "Type"),
    *("Sender ID", "Sender Name", "Status", "Replying to", "Subject", "Text", "Reactions", "Attachment"),
    "Attachment type",
)
ATTACHMENTS = {
    "photo": ("HEIC", "Image"),
    "voice": ("caf", "Audio"),
    "gif": ("gif", "Image"),
    "sticker": ("heic", "Image"),
}


def _date(at: datetime) -> str:
    """`May 17, 2022  5:29:42 PM`: the hour is padded with a space."""
    local = at.astimezone(ZONE)
    hour, half = twelve_hours(local)
    return f"{MONTHS[local.month - 1]} {local:%d, %Y} {hour:>2}:{local:%M:%S} {half}"


def _span(seconds: int) -> str:
    """`1 hour, 49 seconds`."""
    parts = ((seconds // 3600, "hour"), (seconds % 3600 // 60, "minute"), (seconds % 60, "second"))
    return ", ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)


def _who(letter: str) -> str:
    return "Me" if letter == MIRA else name_of(letter)


def _parts(message: Message, rng: Random) -> list[str]:
    """The lines of a message's body, as the tool prints them."""
    match message.form:
        case "text" if message.edited:
            later = _span(rng.randint(6, 95))
            return [f"{_date(message.at)} {message.before_edit}", f"Edited {later} later: {message.text}"]
        case "text":
            return [message.text]
        case "photo":
            path = f"attachments/{rng.randint(1, 99)}/IMG_{rng.randint(1000, 9999)}.HEIC"
            return [path, message.text] if message.text else [path]
        case "voice":
            return [f"attachments/{rng.randint(1, 99)}/Audio Message.caf"]
        case "deleted":
            who = "You" if message.sender == MIRA else name_of(message.sender)
            return [f"{who} unsent this message part {_span(rng.randint(3, 40))} after sending!"]
        case _:
            raise ValueError(f"imessage-exporter has no {message.form} here")


def _block(message: Message, head: str, parts: list[str], indent: str) -> str:
    lines = [head, _who(message.sender), *parts]
    if message.reactions:
        lines.append("Tapbacks:")
        lines += [f"{TAPBACKS.get(emoji, emoji)} by {_who(actor)}" for emoji, actor in message.reactions]
    return "".join(f"{indent}{line}\n" for line in lines) + ("\n" if message.reactions else "")


def imessage_txt(messages: list[Message]) -> bytes:
    """One conversation as imessage-exporter writes it; an answer stands twice: under its parent, and in its place."""
    rng = Random("imessage")
    answers: dict[int, list[Message]] = {}
    for message in messages:
        if message.answers:
            answers.setdefault(id(message.answers), []).append(message)
    printed: dict[int, tuple[str, list[str]]] = {}
    for message in messages:
        head = _date(message.at)
        if rng.random() < 0.3:
            reader = "them" if message.sender == MIRA else "you"
            head += f" (Read by {reader} after {_span(rng.randint(2, 5400))})"
        printed[id(message)] = (head, [] if message.kind == "system" else _parts(message, rng))
    out: list[str] = []
    for message in messages:
        if message.kind == "system":
            out.append(f"{_date(message.at)} {message.text}\n\n")
            continue
        text = _block(message, *printed[id(message)], "")
        for answer in answers.get(id(message), []):
            text += _block(answer, *printed[id(answer)], "    ") + "\n"
        if message.answers:
            text += "This message responded to an earlier message.\n"
        out.append(text + "\n")
    return "".join(out).encode()


def imazing_csv(messages: list[Message], session: str) -> bytes:
    """iMazing's Messages CSV as a German system writes it: semicolons, a byte order mark, CRLF between the rows."""
    rng = Random("imazing")
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n", restval="")
    writer.writeheader()
    for message in messages:
        at = message.at.astimezone(ZONE)
        row = {"Chat Session": session, "Message Date": f"{at:%Y-%m-%d %H:%M:%S}", "Service": "iMessage"}
        if message.kind == "system":
            row |= {"Type": "Notification", "Text": message.text}
        elif message.sender == MIRA:
            row |= {"Type": "Outgoing", "Status": "Read"}
            row["Delivered Date"] = f"{at + timedelta(seconds=1):%Y-%m-%d %H:%M:%S}"
        else:
            person = PEOPLE[message.sender]
            row |= {"Type": "Incoming", "Status": "Read", "Sender ID": person.phone.replace(" ", "")}
            row["Sender Name"] = person.name
            row["Read Date"] = f"{at + timedelta(seconds=rng.randint(5, 900)):%Y-%m-%d %H:%M:%S}"
        if message.kind == "text":
            row["Text"] = message.text
        if message.edited:
            row["Edited Date"] = f"{at + timedelta(seconds=rng.randint(6, 90)):%Y-%m-%d %H:%M:%S}"
        if message.kind == "deleted":
            row["Deleted Date"] = f"{at + timedelta(seconds=rng.randint(3, 60)):%Y-%m-%d %H:%M:%S}"
        if message.answers:
            row["Replying to"] = message.answers.text
        row["Reactions"] = ", ".join(f"{emoji} {name_of(actor)}" for emoji, actor in message.reactions)
        if message.form in ATTACHMENTS:
            suffix, kind = ATTACHMENTS[message.form]
            stem = "Audio Message" if message.form == "voice" else f"IMG_{rng.randint(1000, 9999)}"
            row |= {"Attachment": f"{stem}.{suffix}", "Attachment type": kind}
        writer.writerow(row)
    return ("\ufeff" + out.getvalue()).encode()
