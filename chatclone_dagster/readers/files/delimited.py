"""Delimited text (CSV, TSV) record by record: which sign separates, where a record begins, which ones are broken.

RFC 4180: a field in quotes may hold line ends and separators, a quote inside it is doubled. A quote that is opened and never closed
would swallow the rest of the file; here it costs one record.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

DELIMITERS = ",;\t|"
_LONGEST_RECORD = 5_000  # lines; no message has more, so a quote that is open for longer was never closed
_LARGEST_FIELD = 64 << 20

csv.field_size_limit(_LARGEST_FIELD)


@dataclass
class Record:
    """A record and the line it begins on (from 1); `fields` is None if it is broken, and `raw` its first line."""

    line: int
    fields: list[str] | None
    raw: str


def delimiter_of(head: str) -> str:
    """The sign that separates the fields of a table's first line; a comma if there is none."""
    first = next((line for line in head.split("\n") if line.strip()), "")
    outside = "".join(part for n, part in enumerate(first.split('"')) if n % 2 == 0)
    return max(DELIMITERS, key=outside.count) if any(sign in outside for sign in DELIMITERS) else ","


def records(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    """The records of a table, broken ones included, in the order of the file; empty lines between them are skipped.

    A record goes on in the next line while a quote is open. If it never closes, or what came together is not well formed, the first
    line alone is given up as broken and reading goes on with the second.
    """
    waiting: list[str] = []  # lines that were read ahead and have to be read again
    number = 0
    while (line := waiting.pop() if waiting else next(lines, None)) is not None:
        number += 1
        if not line.strip("\r"):
            continue
        taken = [line]
        fields = _parse(line, delimiter)
        quotes = line.count('"')
        while fields is None and quotes % 2 and len(taken) < _LONGEST_RECORD:
            following = waiting.pop() if waiting else next(lines, None)
            if following is None:
                break
            taken.append(following)
            quotes += following.count('"')
            if quotes % 2 == 0:
                fields = _parse("\n".join(taken), delimiter)
        if fields is None:
            waiting += reversed(taken[1:])
            taken = taken[:1]
        yield Record(number, fields, line)
        number += len(taken) - 1


def _parse(text: str, delimiter: str) -> list[str] | None:
    """The fields of one record; None if its quotes are not where they may be."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
