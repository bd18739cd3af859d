"""JSON lines: one object a line. A line that is broken costs itself alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from chatclone_dagster.readers.contract import ExportFile, Out
from chatclone_dagster.readers.files import text
from chatclone_dagster.readers.files.json_list import REPLACED, whole_characters


def records(file: ExportFile, out: Out | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file, each with its line (from 1). A line that holds none is an issue and a lost row."""
    told = False
    for number, line in enumerate(text.lines(file, out.issue if out else None), start=1):
        found, mended = _parse(line)
        if found is not None:
            yield number, found
        elif out and line.strip():
            out.issue(number, "a line that is no whole JSON object", line, is_row=True)
        if out and mended and not told:
            told = True
            out.issue(number, REPLACED)


def first(file: ExportFile) -> dict[str, Any] | None:
    """The object in the file's first line, for sniffing; None if there is none within the head."""
    head = text.head_text(file).lstrip("\ufeff \r\n\t")
    return parse(head.split("\n", 1)[0]) if head.startswith("{") else None


def parse(line: str) -> dict[str, Any] | None:
    """The object in a line; halves of characters are replaced by U+FFFD."""
    return _parse(line)[0]


def _parse(line: str) -> tuple[dict[str, Any] | None, bool]:
    """The same, and whether characters had to be replaced."""
    mended = False
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            found = whole_characters(json.loads(line, strict=False))
        except (ValueError, RecursionError):
            return None, False
        mended = True
    return (found, mended) if isinstance(found, dict) else (None, False)
