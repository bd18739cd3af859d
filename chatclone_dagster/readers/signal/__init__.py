"""Signal: the app's own plaintext export, and what sigexport and sigtop make of Signal Desktop's database."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, Sniff, UnreadableError
from chatclone_dagster.readers.files import json_lines, text
from chatclone_dagster.readers.signal import (
    official,
    sigexport_json,
    sigexport_md,
    sigtop_json,
    sigtop_short,
    sigtop_text,
)

__all__ = ["NAME", "read", "sniff"]

NAME = "signal"
_MARK = "\u200e"  # WhatsApp's; its headers can have sigexport's shape
_BEGINS_ROW = re.compile(r"\[\s*\{")
_OLDEST = re.compile(
    r"\[\d{4}-\d\d-\d\d, \d\d:\d\d\] "
)  # neither WhatsApp's, which has seconds, nor a later sigexport's
_MINUTE = timedelta(minutes=1)


def sniff(file: ExportFile) -> Sniff | None:
    """Claim the six kinds of files, and what lies beside them and says nothing that they do not."""
    if text.is_binary(file.head):
        return None
    if file.suffix == ".html" or (file.stem == "metadata" and file.suffix == ".json"):
        return Sniff(0.95, COMPANION) if _is_beside(file) else None
    variant, confidence = _variant(file)
    if variant.startswith("sigexport") and _other_is_read(file):
        return Sniff(confidence, COMPANION)
    return Sniff(confidence, variant) if variant else None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read a file of any kind.

    Raises:
        UnreadableError: no kind that is known, or no message in it can be read.
    """
    variant, _ = _variant(file)
    readers = {
        "official": official.read,
        "sigexport json": sigexport_json.read,
        "sigexport md": sigexport_md.read,
        "sigtop json": sigtop_json.read,
        "sigtop text": sigtop_text.read,
        "sigtop text-short": sigtop_short.read,
    }
    if variant not in readers:
        raise UnreadableError(
            "not an export of Signal, of sigexport or of sigtop" if file.size else "the file is empty"
        )
    out.fact(variant=variant)
    readers[variant](file, out)


def _variant(file: ExportFile) -> tuple[str, float]:
    """What kind a file is and how sure that is; an empty string for none."""
    head = text.head_text(file).lstrip("\ufeff \r\n\t")
    if head.startswith("{"):
        first = json_lines.first(file) or {}
        if official.is_official(first):
            return "official", 0.97
        return ("sigexport json", 0.97) if sigexport_json.is_sigexport(first) else ("", 0.0)
    if head.startswith("["):
        if _BEGINS_ROW.match(head):
            signs = sum(f'"{name}"' in head for name in sigtop_json.SIGNS)
            return ("sigtop json", 0.95) if signs >= 3 else ("", 0.0)
        return ("sigexport md", confidence) if (confidence := _markdown(file, head)) else ("", 0.0)
    if head.startswith(sigtop_text.CONVERSATION):
        is_text = "\nType: " in head and ("\nSent: " in head or "\nReceived: " in head)
        return ("sigtop text", 0.95) if is_text else ("", 0.0)
    return ("sigtop text-short", confidence) if (confidence := _short(head)) else ("", 0.0)


def _markdown(file: ExportFile, head: str) -> float:
    """How sure a text is sigexport's. WhatsApp on iPhones writes nearly such headers in some countries."""
    header = sigexport_md.first_header(head)
    if header is None or _MARK in head:
        return 0.0
    if file.suffix == ".md" or sigexport_md.SIGNS.search(head):
        return 0.95
    return 0.9 if _OLDEST.match(header[0]) else 0.0


def _short(head: str) -> float:
    """How sure a text is sigtop's short one: someone is called `You`, or a note stands where it notes something."""
    lines = [line.rstrip("\r") for line in head.split("\n")]
    if not sigtop_short.HEADER.fullmatch(lines[0]):
        return 0.0
    headers = filter(None, map(sigtop_short.HEADER.fullmatch, lines))
    return 0.9 if any(found[2] == "You" or sigtop_short.NOTE.match(found[3] or "") for found in headers) else 0.0


def _is_beside(file: ExportFile) -> bool:
    """Whether a file lies beside an export and holds the same once more, or its version."""
    others = {"metadata": ("main.jsonl",), "index": ("data.json", "chat.md", "index.md")}.get(file.stem, ())
    return any(_variant(other)[0] for name in others if (other := file.beside(name)))


def _other_is_read(file: ExportFile) -> bool:
    """Whether of sigexport's two files the other one is read: the JSON, unless a former export was merged into the text alone."""
    is_text = file.stem in ("chat", "index")
    others = ("data.json",) if is_text else ("chat.md", "index.md") if file.stem == "data" else ()
    for other in filter(None, map(file.beside, others)):
        if _variant(other)[0].startswith("sigexport"):
            since_text, since_json = map(_first_date, (file, other) if is_text else (other, file))
            merged = bool(since_text and since_json and since_text < since_json - _MINUTE)
            return merged is not is_text
    return False


def _first_date(file: ExportFile) -> datetime | None:
    if first := json_lines.first(file):
        return sigexport_json.read_date(first)
    header = sigexport_md.first_header(text.head_text(file))
    return sigexport_md.read_date(header) if header else None
