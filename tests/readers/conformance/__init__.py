"""What a row of the conformance vectors means for our readers, format by format, and the rows we do not follow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.readers.conformance import meta, others, whatsapp

EXCEPTIONS: dict[str, str] = {
    "whatsapp_files:chatistics-chat3": (
        "month first is expected; read day first the dates step back as seldom, and the first number changes more often"
    ),
}
"""Rows we read otherwise, on purpose, with the reason. Each must fail: one that passes has to go from here."""

CHECKS: dict[str, Callable[[dict[str, Any], Path], None]] = {
    "whatsapp_txt": whatsapp.check_file,
    "whatsapp_files": whatsapp.check_file,
    "whatsapp_dateorder": whatsapp.check_date_order,
    "whatsapp_header_formats": whatsapp.check_header_format,
    "whatsapp_locale_strings": whatsapp.check_locale_string,
    "messenger": meta.check,
    "instagram": meta.check,
    "imessage_exporter_txt": others.check_imessage_exporter,
    "imazing_csv": others.check_imazing,
}
"""Format → what checks one of its rows, given the folder of fixtures."""


def is_later(row: dict[str, Any]) -> bool:
    """Whether a row is about HTML, which has no reader yet."""
    return str(row.get("file", "")).endswith(".html") or "html" in str(row.get("dir", "")).rsplit("/", 1)[-1]
