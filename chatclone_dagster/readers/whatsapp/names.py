"""What a chat is called: only the name of its file tells, or of the archive or folder that holds `_chat.txt`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from chatclone_dagster.readers.whatsapp.locales import strings, unmarked

_COPY = re.compile(r"\s*\(\d+\)$")  # what browsers and file managers add to a second download
_PLAIN = re.compile(r"_?chat(?:[ _-]?\(?\d+\)?)?", re.IGNORECASE)


@cache
def _templates() -> list[tuple[str, str]]:
    """What stands before and after the title, the longest first."""
    found = [template.casefold().partition("{x}") for template in strings()["file_names"]]
    return sorted(((before, after) for before, _, after in found), key=lambda parts: -len(parts[0]) - len(parts[1]))


def export_title(name: str) -> str | None:
    """The chat's title in the name of an export (`WhatsApp Chat with Ada (1).txt` → `Ada`); None for any other name."""
    stem = unmarked(unicodedata.normalize("NFC", name)).strip()
    stem = _COPY.sub("", re.sub(r"\.(?:zip|txt)$", "", stem, flags=re.IGNORECASE))
    folded = stem.casefold()
    for before, after in _templates():
        if len(folded) == len(stem) > len(before) + len(after) and folded.startswith(before) and folded.endswith(after):
            return _COPY.sub("", stem[len(before) : len(stem) - len(after)].strip()) or None
    return None


def is_export_name(name: str) -> bool:
    """Whether a file is called as WhatsApp calls its text file."""
    return bool(_PLAIN.fullmatch(name.removesuffix(".txt"))) or export_title(name) is not None


def chat_title(path: str) -> str:
    """The chat's title from the path of its file under exports/, inside an archive or not."""
    parts = [part for part in re.split(r"[/\\!]", path) if part]
    if _PLAIN.fullmatch(parts[-1].removesuffix(".txt")) and len(parts) > 1:
        parts = parts[:-1]
    return (
        export_title(parts[-1])
        or _COPY.sub("", re.sub(r"\.(txt|zip)$", "", parts[-1], flags=re.IGNORECASE))
        or parts[-1]
    )
