"""Ways to change a file by what it is made of: lines, tags, members of JSON, cells of a database, members of an archive."""

from __future__ import annotations

import io
import json
import random
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

ODD_BYTES = (
    *(b"\0", b"\xff", b"\r", b"\n", b"\r\n", b"\t", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xa8", b"\x0b\x0c"),
    *(b'"', b"'", b"\\", b"\\ud800", b"\\u0000", b"[", b"]", b"{", b"}", b"<", b">", b"</div>", b"<!--", b"&#0;", b"&amp;", b":"),
    *(b",", b";", b"|", b"/", b"(", b")", b"-1", b"0", b"99999999999999999999", b"1e999", b"NaN", b"null", b"true", b"\xd9\xa3"),
    *(b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"2024-02-30T25:61:61Z", b"1969-12-31T23:59:59.9999999"),
    *(b"0000-00-00", b"31/02/2019", b"99:99:99", b"24:00", b"12:00 AM", "\u200e\u202a\u2069".encode(), "👩‍👩‍👧".encode()),
    "²Ⅷ١".encode(),
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 10**25, 0.5, -1e308, 253402300799, 253402300800),
    *(1_600_000_000, 1_600_000_000_000, 1_600_000_000_000_000, -62135596801, "", " ", "x", "0", "-1", "1e9", "9" * 30, "²", "١٢"),
    *("\0", "\ud800", "a\nb", "\u2028", "null", "2024-02-30T25:61:61Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    *("2024-01-01T00:00:00.123456789Z", [], {}, [None], [[]], [{}], [1, "x"], {"a": {}}, {"id": []}, {"": None}, [[[[[[]]]]]]),
)  # fmt: skip
_UNITS = (
    re.compile(rb"(?<=\n)"),
    re.compile(rb"(?=<)"),
    re.compile(rb"(?<=[,{}\[\]])"),
    re.compile(rb"(?<=[\s:;,|>])"),
)
_MOST_PLACES = 3000  # more make the edits slow
_NUMBER = re.compile(rb"\d+")
Edit = Callable[[bytes, Sequence[bytes], Sequence[bytes], random.Random], bytes]
"""Content, other contents, tokens that mean something to the reader → content."""


def change_units(content: bytes, others: Sequence[bytes], tokens: Sequence[bytes], rnd: random.Random) -> bytes:
    """Drop, repeat, move or take from elsewhere some lines, tags, members or words."""
    cut = rnd.choice(_UNITS)
    units = cut.split(content)
    at, to = sorted((rnd.randrange(len(units) + 1), rnd.randrange(len(units) + 1)))
    to = min(to, at + rnd.choice((1, 1, 2, 5, 1000)))
    match rnd.randrange(6):
        case 0:
            units[at:to] = []
        case 1:
            units[to:to] = units[at:to]
        case 2:
            units[at:to] = units[at:to] * rnd.choice((2, 3, 50, 1000))
        case 3:
            rnd.shuffle(part := units[at:to])
            units[at:to] = part
        case _:
            there = cut.split(rnd.choice(others))
            begin = rnd.randrange(len(there))
            units[at : to if rnd.random() < 0.5 else at] = there[begin : begin + rnd.choice((1, 2, 9))]
    return b"".join(units)


def change_bytes(content: bytes, others: Sequence[bytes], tokens: Sequence[bytes], rnd: random.Random) -> bytes:
    """Cut short, put in what is odd or means something, turn numbers into others, change single bytes."""
    at = rnd.randrange(len(content) + 1)
    match rnd.randrange(6):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + rnd.choice(ODD_BYTES) * rnd.choice((1, 1, 1, 2, 300)) + content[at:]
        case 2 if tokens:
            return content[:at] + rnd.choice(tokens) + content[at + rnd.choice((0, 1, 5)) :]
        case 3 if numbers := list(_NUMBER.finditer(content)):
            place = rnd.choice(numbers)
            other = rnd.choice((b"0", b"-1", b"9" * 25, b"%d" % rnd.randrange(10**10), b"", rnd.choice(numbers)[0]))
            return content[: place.start()] + other + content[place.end() :]
        case 4:
            return content[:at] + content[at + rnd.choice((1, 2, 20)) :]
    return content[:at] + bytes([rnd.randrange(256)]) + content[at + 1 :]


def change_json(content: bytes, others: Sequence[bytes], tokens: Sequence[bytes], rnd: random.Random) -> bytes:
    """Other types and extremes, members gone, renamed or repeated; of JSON lines one line."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        lines = content.split(b"\n")
        at = rnd.randrange(len(lines))
        if len(lines) == 1 or lines[at][:1] not in (b"{", b"["):
            return change_units(content, others, tokens, rnd)
        lines[at] = change_json(lines[at], others, tokens, rnd)
        return b"\n".join(lines)
    for _ in range(rnd.choice((1, 1, 2, 4))):
        places = _places(value)
        if 0 < len(places) < _MOST_PLACES:
            _change_value(places, tokens, rnd)
    layout: dict[str, Any] = rnd.choice(({}, {"indent": 1}, {"separators": (",", ":")}))
    return json.dumps(value, ensure_ascii=rnd.random() < 0.5, **layout).encode(errors="surrogatepass")


def _change_value(places: list[tuple[Any, Any]], tokens: Sequence[bytes], rnd: random.Random) -> None:
    inside, place = rnd.choice(places)
    other, there = rnd.choice(places)
    match rnd.randrange(8):
        case 0:
            del inside[place]
        case 1 if isinstance(inside, dict):
            inside[rnd.choice(tokens).decode(errors="replace") if tokens else "x"] = inside.pop(place)
        case 2 if isinstance(inside, list):
            inside[place:place] = json.loads(json.dumps(inside[place : place + 3])) * rnd.choice((1, 2, 100))
        case 3:
            inside[place] = json.loads(json.dumps(other[there]))
        case 4 if isinstance(inside[place], int | float):
            inside[place] *= rnd.choice((-1, 0, 1000, 0.001, 1e20))
        case 5 if isinstance(inside[place], str):
            odd = rnd.choice(tokens or ODD_BYTES).decode(errors="replace")
            inside[place] = rnd.choice((odd, inside[place] + odd, inside[place][::-1], inside[place][:99] * 300))
        case _:
            inside[place] = json.loads(json.dumps(rnd.choice(ODD_VALUES)))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every list or object with each of its indexes or names."""
    found, ahead = [], [value]
    while ahead:
        inside = ahead.pop()
        names = list(inside) if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else ()
        found += [(inside, name) for name in names]
        ahead += [inside[name] for name in names]
    return found


def change_database(content: bytes, others: Sequence[bytes], tokens: Sequence[bytes], rnd: random.Random) -> bytes:
    """Other values in cells of a SQLite database; rows, columns and tables gone."""
    with closing(sqlite3.connect(":memory:")) as base:
        try:
            base.deserialize(content)
            tables = [
                name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
            ]
            table = rnd.choice(tables)
            column = rnd.choice([row[1] for row in base.execute(f'PRAGMA table_info("{table}")')])
            where = f'"{table}" WHERE rowid IN (SELECT rowid FROM "{table}" LIMIT 1 OFFSET {rnd.randrange(6)})'
            match rnd.randrange(12):
                case 0:
                    base.execute(f"DELETE FROM {where}")
                case 1:
                    base.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
                case 2:
                    base.execute(f'DROP TABLE "{table}"')
                case 3 | 4 | 5:
                    found = base.execute(f'SELECT "{column}" FROM {where}').fetchone() or ("",)
                    blob = found[0] if isinstance(found[0], bytes) else str(found[0]).encode()
                    base.execute(
                        f"UPDATE {where.replace(' WHERE', f' SET {chr(34)}{column}{chr(34)} = ? WHERE')}",
                        (change_bytes(blob, others, tokens, rnd),),
                    )
                case _:
                    odd = rnd.choice([odd for odd in ODD_VALUES if odd is None or isinstance(odd, str | float | int)])
                    base.execute(
                        f"UPDATE {where.replace(' WHERE', f' SET {chr(34)}{column}{chr(34)} = ? WHERE')}", (odd,)
                    )
            base.commit()
            return base.serialize()
        except (sqlite3.Error, IndexError, OverflowError, UnicodeError):
            return change_bytes(content, others, tokens, rnd)


def change_archive(content: bytes, others: Sequence[bytes], tokens: Sequence[bytes], rnd: random.Random) -> bytes:
    """Members with other names, contents and packings."""
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
            for info in old.infolist()[:50]:
                name = info.filename
                if rnd.random() < 0.3:
                    name = change_bytes(name.encode(), others, tokens, rnd).decode(errors="replace")[:300]
                name = rnd.choice(
                    (name,) * 8 + (f"../{name}", f"/{name}", f"C:{name}", f"{name}.zip", f"{name}/", "_chat.txt")
                )
                data = old.read(info)
                data = change_bytes(data, others, tokens, rnd) if rnd.random() < 0.3 else data
                new.writestr(
                    name.replace("\0", "") or "x", data, rnd.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
                )
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return change_bytes(content, others, tokens, rnd)
    return packed.getvalue()


def change_parquet(content: bytes, others: Sequence[bytes], tokens: Sequence[bytes], rnd: random.Random) -> bytes:
    """Another type of column."""
    packed = io.BytesIO()
    try:
        table = pq.read_table(io.BytesIO(content))
        table.validate(full=True)
        frame = pl.DataFrame(pl.from_arrow(table))
        name = rnd.choice(frame.columns)
        times = (datetime.min, datetime(9999, 1, 1, tzinfo=UTC), date.min, timedelta(-1))  # noqa: DTZ901 (exports have no zone)
        kinds: tuple[Any, ...] = (*times, b"\xff", [1], {"a": [{}]}, Decimal("1.5"), float("nan"), float("inf"))
        value = rnd.choice((*kinds, *ODD_VALUES[:25]))
        frame.with_columns(
            pl.Series(name, [value, None] * frame.height, strict=False).head(frame.height)
        ).write_parquet(packed)
    except (pl.exceptions.PolarsError, pa.ArrowException, TypeError, OverflowError, IndexError, OSError, ValueError):
        return change_bytes(content, others, tokens, rnd)
    return packed.getvalue()


def edits(content: bytes) -> tuple[Edit, ...]:
    """The edits that suit a content, the better ones more often."""
    start = content[:64].lstrip(b"\xef\xbb\xbf \r\n")
    if start.startswith(b"SQLite format 3"):
        return (change_database, change_database, change_database, change_bytes)
    if start.startswith(b"PAR1"):
        return (change_parquet, change_parquet, change_bytes)
    if start.startswith(b"PK"):
        return (change_archive, change_archive, change_bytes)
    if start[:1] in (b"{", b"["):
        return (change_json, change_json, change_json, change_units, change_bytes)
    return (change_units, change_bytes)
