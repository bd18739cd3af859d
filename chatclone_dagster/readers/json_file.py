"""JSON files as they come: with a byte-order mark, cut off in the middle, with broken surrogates, too deep or too large."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.text import encoding_of

LARGEST = 512 << 20  # bytes; apps split their exports long before, and parsing takes several times the size in memory
_SURROGATE = re.compile("[\ud800-\udfff]")


def load(file: ExportFile, records: str, out: Out) -> Any:
    """Parse a JSON file.

    If it is damaged, what is whole of the list `records` is returned with what could be read before and after it, and the damage is
    one issue.

    Raises:
        UnreadableError: too large, or nothing in it can be read.
    """
    if file.size > LARGEST:
        raise UnreadableError(f"a JSON file of {file.size >> 20} MiB; more than {LARGEST >> 20} MiB are not read")
    with file.open() as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableError(f"a JSON file of more than {LARGEST >> 20} MiB, which are not read")
    encoding, skip = encoding_of(data)
    if not data.strip():
        raise UnreadableError("the file is empty")
    if encoding == "utf-8":
        try:
            return orjson.loads(data[skip:] if skip else data)
        except orjson.JSONDecodeError:
            pass
    return _recover(data[skip:].decode(encoding, errors="replace"), records, out)


def _recover(text: str, records: str, out: Out) -> Any:
    """Read what Python's more patient parser can, else record by record."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        pass
    else:
        if _SURROGATE.search(json.dumps(whole, ensure_ascii=False)):
            out.issue(0, "halves of characters (lone surrogates); they are replaced by U+FFFD")
        return _whole_characters(whole)
    start = re.search(rf'"{records}"\s*:\s*\[', text)
    found: list[Any] = []
    end = start.end() if start else 0
    decoder = json.JSONDecoder()
    while start:
        gap = re.compile(r"[\s,]*").match(text, end)
        end = gap.end() if gap else end
        try:
            record, end = decoder.raw_decode(text, end)
        except (ValueError, RecursionError):
            break
        found.append(record)
    if not found:
        raise UnreadableError("not JSON, or cut off before the first record")
    rest = text[end:].lstrip()
    if rest.startswith("]"):
        out.issue(len(found), "the file is damaged, but not among the records")
    else:
        reason = f"the file breaks off or is damaged here; the {len(found)} records before are read"
        out.issue(len(found), reason, is_row=bool(rest))
    outside = text[: start.start()] if start else ""
    return _whole_characters({**_around(outside), **_around(rest), records: found})


def _around(text: str) -> dict[str, Any]:
    """Keys with plain values or lists that stand outside the damaged list."""
    found: dict[str, Any] = {}
    decoder = json.JSONDecoder()
    for match in re.finditer(r'"(participants|title|thread_path|thread_type|threadName)"\s*:\s*', text):
        try:
            found.setdefault(match[1], decoder.raw_decode(text, match.end())[0])
        except (ValueError, RecursionError):
            continue
    return found


def _whole_characters(value: Any) -> Any:
    """The same value, lone surrogates in its strings replaced by U+FFFD."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole_characters(item) for item in value]
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(item) for key, item in value.items()}
    return value
