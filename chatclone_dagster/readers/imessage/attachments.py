"""Files that were sent with a message, and what kind of message they make it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chatclone_dagster.readers.imessage.database import Aligned, Database

_COLUMNS = ("filename", "transfer_name", "mime_type", "uti", "is_sticker", "hide_attachment", "guid")
_VOICES = (".caf", ".amr")
_PREVIEWS = (".pluginpayloadattachment",)  # pictures that an app or a link's preview brings along


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: its path as the database has it (else its name), and the kind of a message that is nothing else."""

    path: str
    kind: str
    guid: str | None


def aligned(database: Database) -> Aligned:
    """The attachments of each message, by its ROWID."""
    if (
        not database.has("message_attachment_join", "message_id", "attachment_id")
        or "attachment" not in database.columns
    ):
        return Aligned(iter(()))
    names = [f"a.{name}" if database.has("attachment", name) else "NULL" for name in _COLUMNS]
    return Aligned(
        database.rows(
            f"SELECT CAST(j.message_id AS INTEGER), {', '.join(names)} FROM message_attachment_join j"
            " JOIN attachment a ON a.ROWID = j.attachment_id WHERE j.message_id IS NOT NULL ORDER BY 1, a.ROWID"
        )
    )


def of_message(rows: list[tuple[Any, ...]], order: list[str]) -> list[Attachment]:
    """The attachments of a message, in the order in which they stand in its text where that names them."""
    found = [attachment for row in rows if (attachment := _read(*row[1:]))]
    places = {guid: place for place, guid in enumerate(order)}
    return sorted(found, key=lambda attachment: places.get(attachment.guid or "", len(places)))


def _read(path: Any, name: Any, mime: Any, uti: Any, is_sticker: Any, is_hidden: Any, guid: Any) -> Attachment | None:
    path = next((value for value in (path, name) if isinstance(value, str) and value), "")
    lower, mime, uti = path.lower(), str(mime or ""), str(uti or "")
    if lower.endswith(_PREVIEWS) or (is_hidden == 1 and is_sticker != 1):
        return None
    kind = "media"
    if is_sticker == 1:
        kind = "sticker"
    elif lower.endswith(_VOICES) or uti == "com.apple.coreaudio-format":
        kind = "voice"
    elif uti == "public.vlocation" or lower.endswith(".loc.vcf") or mime == "text/x-vlocation":
        kind = "location"
    elif lower.endswith(".vcf") or mime == "text/vcard":
        kind = "contact"
    return Attachment(path, kind, guid if isinstance(guid, str) else None)
