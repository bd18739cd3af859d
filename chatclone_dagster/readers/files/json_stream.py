"""The records of a large JSON file, a few megabytes at a time, at the speed of orjson and whatever is broken among them.

Exports are one object that holds, at some depth, one or more long lists of records. Everything around those lists is small and
is read token by token; the lists are read in pieces (json_list.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from chatclone_dagster.readers.contract import ExportFile, Out, UnreadableError
from chatclone_dagster.readers.files.json_list import GIVEN_UP, Buffer, Mend, Records, whole_characters
from chatclone_dagster.readers.files.text import utf8_chunks

LARGEST_FRAME = 64 << 20  # bytes outside the lists of records; a phone book takes one
_DEEPEST = 200
_CHUNK = 1 << 20
_TOKEN = re.compile(rb'[\s,:]*(?:("[^"\\]*+(?:\\.[^"\\]*+)*+")|([{}\[\]])|([^\s{}\[\]:,"]+))', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records of one list.

    `head` is the object the list stands in, without the list, as far as it is known; `around` are the objects that one stands in,
    the outermost first; `start` is the index of the first record among all of the file.
    """

    head: dict[str, Any]
    around: tuple[dict[str, Any], ...]
    items: list[Any]
    start: int


def records(
    file: ExportFile, key: str | None, out: Out, needs: Sequence[str] = (), mend: Mend | None = None
) -> Iterator[Batch]:
    """Read the lists that stand under `key` at any depth (None: the file is the list), piece by piece.

    Members of the head named in `needs` are there even if the file gives them after the list (at the cost of reading it twice).
    `mend` turns what an app writes that is not JSON into JSON, and leaves JSON as it is; it is given pieces that do not parse.

    Raises:
        UnreadableError: the file is no JSON, nested too deep, or its lists are nowhere near its beginning.
    """
    complete: list[dict[str, Any]] | None = None
    walk = _Walk(file, key, mend, lambda at, reason, is_row: out.issue(at, reason, is_row=is_row))
    for batch in walk.batches():
        if complete is None and not set(needs) <= batch.head.keys():
            first = _Walk(file, key, mend, lambda *_: None)
            for _ in first.batches():
                pass
            complete = first.heads
        head = batch.head if complete is None else complete[len(walk.heads) - 1]
        yield Batch(head, batch.around, batch.items, batch.start)


@dataclass
class _Walk:
    """One reading of a file. `heads` are the objects that lists were found in; they go on filling up while reading goes on."""

    file: ExportFile
    key: str | None
    mend: Mend | None
    report: Callable[[int, str, bool], None]
    heads: list[dict[str, Any]] = field(default_factory=list)
    _stack: list[Any] = field(default_factory=list)
    _names: list[str | None] = field(
        default_factory=list
    )  # of the member whose value comes next, for each of the stack

    def batches(self) -> Iterator[Batch]:
        """Everything but the lists token by token, the lists piece by piece."""
        with self.file.open() as stream:
            buffer = Buffer(utf8_chunks(stream, _CHUNK), self.mend)
            records = Records(buffer, self.report)
            for is_bracket, raw in self._tokens(buffer):
                if raw in (b"}", b"]"):
                    is_sound = self._close(is_object=raw == b"}")
                else:
                    is_list = self._is_list(raw)
                    is_sound = self._open(raw, is_bracket=is_bracket and not is_list)
                    if is_list:
                        *around, head = [item for item in self._stack if isinstance(item, dict)] or [{}]
                        self.heads.append(head)
                        for items in records.of_list():
                            yield Batch(head, tuple(around), items, records.count)
                if not is_sound or not self._stack or records.gave_up:
                    break
            if not self.heads:
                raise UnreadableError(f"not JSON, or broken off before `{self.key}`, or without it")
            if self._stack and not records.gave_up:
                self.report(records.count, GIVEN_UP, False)

    def _is_list(self, raw: bytes) -> bool:
        if not self._stack:
            return raw == b"[" and self.key is None
        return raw == b"[" and self.key is not None and self._names[-1] == self.key

    def _close(self, *, is_object: bool) -> bool:
        """The end of the innermost object or list; whether it is one of that kind."""
        if not self._stack or isinstance(self._stack[-1], dict) is not is_object:
            return False
        self._stack.pop()
        self._names.pop()
        return True

    def _open(self, raw: bytes, *, is_bracket: bool) -> bool:
        """A name, a value, or the beginning of an object or a list; whether it may stand there."""
        inside = self._stack[-1] if self._stack else None
        if isinstance(inside, dict) and self._names[-1] is None:
            self._names[-1] = str(_plain(raw))
            return not is_bracket
        value: Any = {} if raw == b"{" else [] if raw == b"[" else _plain(raw)
        if isinstance(inside, dict):
            inside[self._names[-1]], self._names[-1] = value, None
        elif inside is not None:
            inside.append(value)
        if is_bracket:
            self._stack.append(value)
            self._names.append(None)
        return len(self._stack) <= _DEEPEST

    @staticmethod
    def _tokens(buffer: Buffer) -> Iterator[tuple[bool, bytes]]:
        """Strings, numbers, words and brackets (with True) as they come; commas and colons are not looked at."""
        total, wanted = 0, _CHUNK
        while total < LARGEST_FRAME and wanted < LARGEST_FRAME:
            found = _TOKEN.match(buffer.data, buffer.at)
            if found and (found.end() < len(buffer.data) or found[2] or buffer.ended):
                buffer.at, total, wanted = found.end(), total + len(found[0]), _CHUNK
                yield found[2] is not None, found[1] or found[2] or found[3]
            elif buffer.ended:
                return
            else:
                buffer.fill(wanted)
                wanted *= 4


def _plain(raw: bytes) -> Any:
    """A string, a number or a word as a value; None for what is none."""
    try:
        return whole_characters(json.loads(raw.decode(errors="replace"), strict=False))
    except ValueError:
        return None
