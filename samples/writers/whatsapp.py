"""WhatsApp's chat export: Android's .txt (12-hour clock, a narrow space before AM/PM) and iOS's .zip (CRLF, marks)."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import datetime

from samples.cast import MIRA, ZONE
from samples.stage import Message, name_of

LRM = "\u200e"
"""What WhatsApp itself writes (not the person) starts with this mark."""
ZIPPED_AT = (2026, 4, 30, 21, 40, 0)
# A one-pixel grey picture, so that the archive holds media without holding anybody's photo.
PIXEL = base64.b64decode(
    "/9j/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/"
    "yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k="
)
IOS_OMITTED = {
    "photo": "image",
    "video": "video",
    "gif": "GIF",
    "voice": "audio",
    "sticker": "sticker",
    "doc": "document",
}
ATTACHED_PHOTOS = 2
"""How many photos of the group come with the archive; the rest is omitted, as when an export grows too large."""


def twelve_hours(at: datetime) -> tuple[int, str]:
    """The hour on a 12-hour clock and its half of the day."""
    return at.hour % 12 or 12, "AM" if at.hour < 12 else "PM"


def _android_body(message: Message) -> str:
    bodies = {
        "text": message.text + (" <This message was edited>" if message.edited else ""),
        "deleted": "You deleted this message" if message.sender == MIRA else "This message was deleted",
        "missed": "Missed voice call",
        "loc": f"location: https://maps.google.com/?q={message.detail}",
        "contact": f"{message.detail}.vcf (file attached)",
        "null": "null",  # what Android writes for what it cannot export
        "once": "",
    }
    return bodies.get(message.form, "<Media omitted>")


def android(messages: list[Message]) -> bytes:
    """A `WhatsApp Chat with ….txt` of a phone set to English (United States)."""
    lines = []
    for message in messages:
        at = message.at.astimezone(ZONE)
        hour, half = twelve_hours(at)
        head = f"{at.month}/{at.day}/{at:%y}, {hour}:{at:%M}\u202f{half} - "
        if message.kind == "system":
            lines.append(head + message.text)
        else:
            lines.append(f"{head}{name_of(message.sender)}: {_android_body(message)}")
    return ("\n".join(lines) + "\n").encode()


def _poll(detail: str) -> str:
    question, *options = detail.split(" ; ")
    rows = [f"{LRM}POLL:", question]
    for option in options:
        name, _, votes = option.rpartition("=")
        rows.append(f"{LRM}OPTION: {name} ({votes} vote{'' if votes == '1' else 's'})")
    return "\r\n".join(rows) + "\r\n"


def _ios_body(message: Message, attachment: str) -> str:
    """What stands after the name; what WhatsApp wrote begins with the mark."""
    if message.form == "text":
        return message.text + (f" {LRM}<This message was edited>" if message.edited else "")
    if message.form == "poll":
        return _poll(message.detail)
    if attachment:
        return f"{message.text} {LRM}<attached: {attachment}>".lstrip()
    bodies = {
        "deleted": "You deleted this message." if message.sender == MIRA else "This message was deleted.",
        "missed": "Missed voice call",
        "loc": f"Location: https://maps.google.com/?q={message.detail}",
        "contact": "Contact card omitted",
    }
    return LRM + (bodies.get(message.form) or f"{IOS_OMITTED[message.form]} omitted")


def ios_zip(messages: list[Message], title: str) -> bytes:
    """A `WhatsApp Chat - ….zip`: `_chat.txt` and a few media files. Stored, so that no zlib changes the bytes."""
    lines: list[str] = []
    files: dict[str, bytes] = {}
    for number, message in enumerate(messages, 1):
        at = message.at.astimezone(ZONE)
        attachment = ""
        if message.form == "photo" and (message.text or not files) and len(files) < ATTACHED_PHOTOS:
            attachment = f"{number:08}-PHOTO-{at:%Y-%m-%d-%H-%M-%S}.jpg"
            files[attachment] = PIXEL
        if message.kind == "system":
            author = title if message.detail == "group" else name_of(message.detail)
            body = LRM + message.text
        else:
            author, body = name_of(message.sender), _ios_body(message, attachment)
        mark = LRM if attachment or body.startswith(LRM) else ""
        lines.append(f"{mark}[{at:%d.%m.%y, %H:%M:%S}] {author}: {body}")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {"_chat.txt": ("\r\n".join(lines) + "\r\n").encode(), **files}.items():
            info = zipfile.ZipInfo(name, ZIPPED_AT)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()
