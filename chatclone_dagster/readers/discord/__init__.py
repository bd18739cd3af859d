"""Discord: exports of DiscordChatExporter (JSON, CSV, HTML, plain text) and the data package that Discord sends its users.

Written after DiscordChatExporter's sources from 2018 to 2026, and packages of the same years.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chatclone_dagster.readers import table_rows
from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, Sniff, UnreadableError
from chatclone_dagster.readers.discord import export_csv, export_html, export_json, export_txt, package
from chatclone_dagster.readers.files import text

NAME = "discord"
_MEMBERS = ('"guild"', '"channel"', '"messages"')
_EXPORT = re.compile(
    r'"(?:timestampEdited|dateRange|categoryId|isBot)"\s*:|"type"\s*:\s*"(?:Guild|Direct)\w+"|"timestamp"\s*:\s*"\d{4}-'
)
_PAGE = re.compile("chatlog__message-(?:group|container)")
_TEXT = re.compile(export_txt.RULE + r"\r?\nGuild: ")
_READERS: dict[str, tuple[float, Callable[[ExportFile, ReadOptions, Out], None]]] = {
    "json": (0.97, export_json.read),
    "html": (0.97, export_html.read),
    "txt": (0.98, export_txt.read),
    "csv": (0.9, export_csv.read),
    "package": (0.95, package.read),
}
"""Variant → how sure its beginning makes that it is one, and what reads it."""


def sniff(file: ExportFile) -> Sniff | None:
    """Claim a file by its members, columns or first lines, and those of the data package that say something about others."""
    variant = _variant(file)
    if variant:
        return Sniff(_READERS[variant][0], variant)
    return Sniff(0.95, COMPANION) if package.is_companion(file) else None


def read(file: ExportFile, options: ReadOptions, out: Out) -> None:
    """Read one file.

    Raises:
        UnreadableError: it has none of the formats, or is broken as a whole.
    """
    variant = _variant(file)
    if not variant:
        raise UnreadableError("no export of DiscordChatExporter, and no messages of Discord's data package")
    out.fact(variant=variant)
    _READERS[variant][1](file, options, out)


def _variant(file: ExportFile) -> str:
    """Which format a file has, by its beginning; an empty string if none of them."""
    if text.is_binary(file.head):
        return ""
    head = text.head_text(file).lstrip("\ufeff \r\n\t")
    columns = _columns(file) if head[:1] not in ("", "<", "{", "[", "=") else []
    signs = (
        ("json", head.startswith("{") and all(name in head for name in _MEMBERS) and _EXPORT.search(head)),
        ("html", head.startswith("<") and _PAGE.search(head)),
        ("txt", _TEXT.match(head)),
        ("package", package.is_messages(file, head, columns)),
        ("csv", export_csv.columns_of(columns)),
    )
    return next((variant for variant, found in signs if found), "")


def _columns(file: ExportFile) -> list[str]:
    try:
        return table_rows.columns_of(file) if table_rows.form_of(file) == "csv" else []
    except UnreadableError:
        return []
