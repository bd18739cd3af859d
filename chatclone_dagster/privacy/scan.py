"""Spans in any file of JSON lines with a `text` key: for trying the finder on lines of one's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import phonenumbers

from chatclone_dagster.errors import UserError
from chatclone_dagster.privacy.detect import Finder, Span
from chatclone_dagster.settings import PrivateKind, Settings


def scan(
    file: Path, settings: Settings, names: Sequence[str] = (), kinds: Sequence[PrivateKind] | None = None
) -> Iterator[dict[str, Any]]:
    """A record for each line but empty ones: its `id`, if it has one, and its `spans` (type, start, end, score).

    A line's own `names` and `region` count beside those given.

    Raises:
        UserError: no such file, or a line that cannot be read; the message names file and line.
    """

    @lru_cache(maxsize=256)
    def finder(region: str | None, own: tuple[str, ...]) -> Finder:
        regions = dict.fromkeys((*([region] if region else []), *settings.privacy.regions))
        privacy = settings.privacy.model_copy(update={"regions": tuple(regions)})
        return Finder.of(settings.model_copy(update={"privacy": privacy}), (*names, *own))

    try:
        lines = file.expanduser().open("rb")
    except OSError as error:
        raise UserError(f"{file}: cannot be opened ({error.strerror})") from None
    with lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = _record(line)
                region = _region(record.get("region"))
            except ValueError as error:
                raise UserError(f"{file}:{number}: {error}") from None
            spans = finder(region, tuple(record.get("names") or ())).find(record["text"], kinds)
            yield {key: record[key] for key in ("id",) if key in record} | {"spans": [_told(span) for span in spans]}


def _record(line: bytes) -> dict[str, Any]:
    """A line's object.

    Raises:
        ValueError: it is none, or its keys hold something else; the message says what.
    """
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise ValueError('has no "text"; a line is to be a JSON object like {"text": "…"}')
    names = record.get("names") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError('"names" is to be a list of texts')
    return record


def _region(given: object) -> str | None:
    """The country a line names.

    Raises:
        ValueError: there is no such country.
    """
    return None if given in (None, "") else known_region(given)


def known_region(given: object) -> str:
    """A country of phone numbers by its ISO 3166 code, in any case; UK is GB.

    Raises:
        ValueError: there is no such country.
    """
    code = "GB" if str(given).upper() == "UK" else str(given).upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f'there is no region {given!r}; use a code like "DE"')
    return code


def _told(span: Span) -> dict[str, Any]:
    return {"type": span.kind, "start": span.start, "end": span.end, "score": round(span.score, 2)}
