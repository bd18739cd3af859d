"""JSON files that fit in memory, whatever is broken in them."""

from __future__ import annotations

from typing import Any

import orjson

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files.json_stream import records
from chatclone_dagster.readers.files.text import encoding_of

LARGEST = 512 << 20  # bytes; parsing takes several times the size in memory


def load(file: ExportFile, key: str, out: Out) -> Any:
    """Parse a JSON file.

    If it is damaged, what can be read of the list that its member `key` is, and of the members beside it, is returned; each place
    of damage is an issue.

    Raises:
        UnreadableError: too large, or nothing in it can be read.
    """
    with file.open() as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableError(f"a JSON file of more than {LARGEST >> 20} MiB, which are not read")
    if not data.strip():
        raise UnreadableError("the file is empty")
    _, mark = encoding_of(data)
    try:
        return orjson.loads(data[mark:] if mark else data)
    except orjson.JSONDecodeError:
        pass
    found: dict[str, Any] = {}
    for batch in records(file, key, out):
        if not batch.around:
            found = batch.head
            found[key] = [*found.get(key, ()), *batch.items]
    return found
