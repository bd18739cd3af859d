"""WhatsApp: the text file of "Export chat", from Android and from iPhones, in any language and region.

write.py writes such files; one that ChatClone wrote begins with a line that says so, and is read back exactly (written.py).
"""

from __future__ import annotations

from chatclone_dagster.readers.contract import ExportFile, Sniff
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.whatsapp import converted, names
from chatclone_dagster.readers.whatsapp.export import read
from chatclone_dagster.readers.whatsapp.scan import Scan

__all__ = ["NAME", "read", "sniff"]

NAME = "whatsapp"
_NOT_OURS = (".md", ".html", ".json", ".csv")  # exporters of other apps write headers of this kind into them
_EARLY = 3  # lines; an export begins with a message


def sniff(file: ExportFile) -> Sniff | None:
    """Claim text files whose lines begin with a date, a time and a separator."""
    if converted.announced(file):
        return Sniff(0.98, "converted")
    if file.suffix in _NOT_OURS or text.is_binary(file.head):
        return None
    head = text.head_text(file).encode()
    lines = [line for line in head.split(b"\n") if line.strip()]
    found = max((Scan(bare=bare).block(head)["line"] for bare in (False, True)), key=len)
    if not lines or not len(found):
        return None
    share, early, named = len(found) / len(lines), found[0] <= _EARLY, names.is_export_name(file.stem)
    if not (early or named or share > 0.5):
        return None  # a text that mentions a few dates
    confidence = 0.5 * min(1.0, 2 * share) + 0.25 * named + 0.2 * early
    return Sniff(round(float(confidence), 2), "ios" if b"[" in head.split(b"\n")[int(found[0]) - 1][:8] else "android")
