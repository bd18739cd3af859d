"""One long list in a JSON file, taken apart between records as the bytes come in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import Any

import orjson

PIECE = 4 << 20  # bytes; as Python objects ten times as much
LARGEST_RECORD = 16 << 20  # bytes; no message is longer, so a record that does not end by then is damaged
_FIRST_PIECE = (
    64 << 10
)  # bytes; a full export holds thousands of short lists, and looking ahead far in each would be quadratic
_NEAR = 64 << 10  # bytes; how far a record is looked for that begins as others do, before any will do
_MOST_GAPS = 200  # damaged records; each may cost the reading of LARGEST_RECORD
_TRIES = 8  # cuts tried in a piece before its records are taken one by one

_BETWEEN_BYTES = re.compile(rb"[\s,]*")
_BETWEEN = re.compile(r"[\s,]*")
_SEPARATOR = re.compile(rb'\}\s*,\s*\{(?:\s*"(?:[^"\\]|\\.){0,100}")?')
_BEGINNING = re.compile(rb'\{\s*"(?:[^"\\]|\\.){0,100}"')
_NEXT_RECORD = re.compile(rb",\s{0,32}(?=\{)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PATIENT = json.JSONDecoder(strict=False)

DAMAGED = "damaged JSON: a record cannot be read; reading goes on with the next one"
GIVEN_UP = "the file breaks off or is damaged here; everything before is read"
REPLACED = "bytes or escapes that are no characters; they are replaced by U+FFFD"
Mend = Callable[[bytes], bytes]


class Buffer:
    """The bytes ahead: `data` from `at` on; `ended` once no more will come."""

    def __init__(self, chunks: Iterator[bytes], mend: Mend | None) -> None:
        """`chunks` are UTF-8; `mend` makes JSON of what an app writes that is not quite JSON."""
        self.data, self.at, self.ended = b"", 0, False
        self._chunks, self._mend = chunks, mend

    def fill(self, wanted: int) -> None:
        """Have so many bytes ahead, or all there are."""
        if self.ended or len(self.data) - self.at >= wanted:
            return
        pieces = [self.data[self.at :]]
        have = len(pieces[0])
        while have < wanted and (chunk := next(self._chunks, None)) is not None:
            pieces.append(chunk)
            have += len(chunk)
        self.data, self.at, self.ended = b"".join(pieces), 0, have < wanted

    def mend(self) -> bool:
        """Mend what is ahead; whether that changed anything."""
        if self._mend is None:
            return False
        before = self.data[self.at :]
        self.data, self.at = self._mend(before), 0
        return self.data != before


class _State(Enum):
    """How things stand with a list after a piece of it."""

    GOES_ON = auto()
    NEEDS_MORE = auto()
    """Its next record is longer than the piece."""
    OVER = auto()


class Records:
    """The records of lists, one list after the other; damage is told to `report` as (index of the record, reason, is one lost)."""

    def __init__(self, buffer: Buffer, report: Callable[[int, str, bool], None]) -> None:
        """Nothing is read yet."""
        self.count = 0
        self.gave_up = False
        self._buffer, self._report = buffer, report
        self._separator: bytes | None = None
        self._gaps = 0
        self._told = False

    def of_list(self) -> Iterator[list[Any]]:
        """The records from behind a list's bracket to behind its end, in pieces; `count` is the index of a piece's first."""
        window, state = _FIRST_PIECE, _State.GOES_ON
        while state is not _State.OVER:
            self._buffer.fill(window)
            items, state = self._fast(window) or self._patient(window)
            if items:
                yield items
                self.count += len(items)
            window = min(window * 4, LARGEST_RECORD if state is _State.NEEDS_MORE else PIECE)

    def _fast(self, window: int) -> tuple[list[Any], _State] | None:
        """Records up to a cut, parsed at once; None if no cut is found, or something is damaged."""
        buffer = self._buffer
        if found := _BETWEEN_BYTES.match(buffer.data, buffer.at):
            buffer.at = found.end()
        self._separator = self._separator or self._learn(window)
        cut = buffer.at + window
        for _ in range(_TRIES):
            cut = buffer.data.rfind(self._separator, buffer.at, cut) if self._separator else -1
            if cut < 0 and (not buffer.ended or len(buffer.data) - buffer.at > window):
                return None
            piece = buffer.data[buffer.at : cut + 1 or None]
            try:
                items = orjson.loads(b"[%b]" % piece if cut >= 0 else b"[%b" % piece)
            except orjson.JSONDecodeError as error:
                if "unexpected content" in error.msg:  # the list ends in this piece
                    whole = error.doc[: error.pos].encode()
                    buffer.at += len(whole) - 1
                    return orjson.loads(whole), _State.OVER
                if "unexpected end" not in error.msg or cut < 0:
                    return ([], _State.GOES_ON) if buffer.mend() else None
            else:
                buffer.at += len(piece)
                return items, _State.GOES_ON if cut >= 0 else _State.OVER
        return None

    def _learn(self, window: int) -> bytes | None:
        """What stands between the first two records, exact to the blank: with that, a cut is hardly ever tried in vain."""
        text = self._text(window)
        try:
            _, end = _PATIENT.raw_decode(text, _past(text, 0))
        except (ValueError, RecursionError):
            return None
        found = _SEPARATOR.match(self._buffer.data, self._buffer.at + _bytes(text[:end]) - 1)
        return found[0] if found else None

    def _patient(self, window: int) -> tuple[list[Any], _State]:
        """Record by record, over damaged ones."""
        buffer, text = self._buffer, self._text(window)
        is_all = buffer.ended and len(buffer.data) - buffer.at <= window
        items: list[Any] = []
        state = _State.GOES_ON
        at = _past(text, 0)
        while at < len(text):
            if text[at] == "]":
                at, state = at + 1, _State.OVER
                break
            try:
                item, end = _PATIENT.raw_decode(text, at)
                if end == len(text) and not is_all and isinstance(item, int | float):
                    raise ValueError("Unterminated: more digits may follow")
            except (ValueError, RecursionError) as error:
                near_end = str(error).startswith("Unterminated") or getattr(error, "pos", 0) > len(text) - 16
                if not items and near_end and not is_all and window < LARGEST_RECORD:
                    state = _State.NEEDS_MORE
                elif not items:
                    buffer.at += _bytes(text[:at])
                    return [], _State.GOES_ON if buffer.mend() else self._skip(is_last=near_end and is_all)
                break  # what comes after some whole records is looked at anew, so that it has its own index
            at = end
            items.append(self._whole(item, self.count + len(items)))
            at = _past(text, at)
        else:
            state = _State.OVER if is_all else state
        buffer.at += _bytes(text[:at])
        return items, state

    def _skip(self, *, is_last: bool) -> _State:
        """Report the damaged record ahead, and go to the next one: the next that begins as the others do, if one is near."""
        self._gaps += 1
        self.gave_up = is_last or self._gaps > _MOST_GAPS or not self._find_next()
        self._report(self.count, GIVEN_UP if self.gave_up else DAMAGED, True)
        self.count += 1
        return _State.OVER if self.gave_up else _State.GOES_ON

    def _find_next(self) -> bool:
        buffer = self._buffer
        buffer.fill(_NEAR)
        begins = _BEGINNING.match(buffer.data, buffer.at)
        like_it = begins and re.compile(rb"\}\s*,\s*(?=%b)" % re.escape(begins[0]))
        signs = [like_it] if like_it else []
        if self._separator:
            end, begin = self._separator[: (brace := self._separator.index(b"{"))], self._separator[brace:]
            signs[:0] = [re.compile(re.escape(end) + b"(?=%b)" % re.escape(sign)) for sign in (begin, b"{")]
        for sign in signs:
            if found := sign.search(buffer.data, buffer.at, buffer.at + _NEAR):
                buffer.at = found.end()
                return True
        while (found := _NEXT_RECORD.search(buffer.data, buffer.at + 1)) is None:
            if buffer.ended:
                return False
            buffer.at = max(buffer.at, len(buffer.data) - 64)  # the sign may lie across the end of what was read
            buffer.fill(PIECE)
        buffer.at = found.end()
        return True

    def _text(self, window: int) -> str:
        """What is ahead, bytes that are no UTF-8 kept apart as surrogates, so that lengths stay what they are."""
        return self._buffer.data[self._buffer.at : self._buffer.at + window].decode(errors="surrogateescape")

    def _whole(self, item: Any, index: int) -> Any:
        clean = whole_characters(item)
        if clean != item and not self._told:
            self._told = True
            self._report(index, REPLACED, False)
        return clean


def whole_characters(value: Any) -> Any:
    """The same value, lone surrogates in its strings replaced by U+FFFD."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [whole_characters(item) for item in value]
    if isinstance(value, dict):
        return {whole_characters(key): whole_characters(item) for key, item in value.items()}
    return value


def _past(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogateescape"))
