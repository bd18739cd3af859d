"""What a row of the conformance vectors means for our readers, format by format, and the rows we do not follow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.readers.conformance import (
    discord,
    google_chat,
    imessage,
    line,
    meta,
    others,
    slack_signal,
    telegram,
    whatsapp,
)

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
    "imessage_chatdb": imessage.check,
    "imessage_exporter_txt": others.check_imessage_exporter,
    "imazing_csv": others.check_imazing,
    "discord": discord.check,
    "google_chat": google_chat.check,
    "telegram": telegram.check,
    "slack_signal": slack_signal.check,
    "line_txt": line.check,
}
"""Format → what checks one of its rows, given the folder of fixtures."""
