"""Rows about Messages' database: whole databases, single texts, and times."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from chatclone_dagster.readers import imessage
from chatclone_dagster.readers.imessage.body import body_of, decode
from chatclone_dagster.readers.imessage.records import apple_time
from tests.readers.conformance.messages import Row, check_counts, check_message, check_messages, plain
from tests.readers.reading import on_disk, read

_HEX = re.compile(r"(?:[0-9a-fA-F]{2}\s*)+")
_ENCODED: dict[str, Callable[[str], bytes]] = {
    "input_hex": bytes.fromhex,
    "input_base64": base64.b64decode,
    "input_b64": base64.b64decode,
    "input": lambda text: bytes.fromhex(text) if _HEX.fullmatch(text) else base64.b64decode(text),
}


def check(row: Row, fixtures: Path) -> None:
    match row.get("kind") or ("database" if row.get("file", "").endswith(".db") else "decode"):
        case "database":
            _check_database(row, fixtures)
        case "apple_ns" | "apple_s":
            moment = apple_time(row["input"])
            utc = row["expect_utc"]
            wanted = datetime.fromisoformat(utc).replace(tzinfo=None) if utc else None
            assert (moment and moment.replace(microsecond=0)) == wanted
        case "decode" | "typedstream":
            if "expect_error" in row:
                assert body_of(None, _blob(row, fixtures), None).text == ""
                return
            wanted = row["expect_text"] if "expect_text" in row else row["expect"]
            assert plain(decode(_blob(row, fixtures)).text) == plain(wanted)
        case "edited":
            body = body_of(None, None, _blob(row, fixtures))
            assert body.edited
            assert plain(body.text) == plain(row["expect_text"])
        case kind:
            raise AssertionError(f"a kind this test does not know: {kind}")


def _blob(row: Row, fixtures: Path) -> bytes:
    if "file" in row:
        return Path(fixtures.parent, row["file"]).read_bytes()
    return next(read_as(row[name]) for name, read_as in _ENCODED.items() if name in row)


def _check_database(row: Row, fixtures: Path) -> None:
    file = on_disk(fixtures.parent / row["file"])
    assert imessage.sniff(file) is not None
    reading = read(imessage, file)
    assert reading.issues == []
    if "expect_rows" in row:
        assert len(reading.rows) == row["expect_rows"]
    if "expect_first" in row:
        stated = {**row["expect_first"]}
        first = reading.rows[0]
        if "date" in stated:
            assert apple_time(stated.pop("date")) == first["sent_local"]
        if "is_from_me" in stated:
            assert first["from_owner"] is bool(stated.pop("is_from_me"))
        check_message(first, stated, row)
    for text in row.get("expect_contains", ()):
        assert any(text in item["text"] for item in reading.rows)
    if "expect" in row:
        check_messages(reading, row)
    check_counts(reading, {name: value for name, value in row.items() if name != "expect_first"})
