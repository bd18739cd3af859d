"""The bytes of a text export as clean UTF-8, block by block, whatever the file is like.

Every text reader goes through here, so that a byte-order mark, UTF-16, broken bytes, NULs and endless lines are met in one place.
A line ends at `\\n` or `\\r\\n` and nowhere else: a lone `\\r`, U+2028 or a vertical tab stands inside messages.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa

from chatclone_dagster.readers.contract import HEAD_BYTES, ExportFile

BLOCK = (
    6 << 20
)  # bytes read at a time: large enough for columnar work, small enough that its memory is not new each time
LONGEST_LINE = 16 << 20  # no app lets anyone type this much; what is longer is no line of a chat
Report = Callable[[int, str], None]
"""Receives a line number (from 1) and what is wrong there."""

_BROKEN = re.compile("\ufffd+")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def encoding_of(head: bytes) -> tuple[str, int]:
    """Tell a file's encoding by its byte-order mark, UTF-8 without one; also the length of the mark."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return "utf-8", 0


def is_binary(head: bytes) -> bool:
    """Whether a file is no text at all: more than one byte in a hundred of its head (and more than a few) are unused controls."""
    encoding, skip = encoding_of(head)
    if encoding != "utf-8":
        return False
    controls = sum(head.count(byte) for byte in (*range(9), *range(14, 27)))
    return controls > max(8, (len(head) - skip) // 100)


def head_text(file: ExportFile, fallback: str | None = None) -> str:
    """The file's first 64 KiB as text, cut at the last whole line, for sniffing; `fallback` is the encoding if it is not UTF-8."""
    encoding, skip = encoding_of(file.head)
    if fallback is not None and encoding == "utf-8" and not _is_utf8(file.head):
        encoding = fallback
    text = file.head[skip:].decode(encoding, errors="replace")
    return text[: text.rfind("\n") + 1] or text if len(file.head) == HEAD_BYTES else text


def _is_utf8(head: bytes) -> bool:
    """Whether the beginning of a file is UTF-8, but for a character cut at its end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def blocks(
    file: ExportFile, report: Report | None = None, size: int = BLOCK, fallback: str | None = None
) -> Iterator[bytes]:
    """The file as blocks of whole lines (the last may lack its end), valid UTF-8 without NUL or byte-order mark.

    What had to be mended is reported, each kind of damage once: bytes that are no text are replaced by U+FFFD, NULs are left
    out, a line longer than 16 MiB is cut. The same file always gives the same blocks. With a `fallback`, a line that is not
    UTF-8 is decoded by that instead.
    """
    damage = _Damage(report)
    with file.open() as stream:
        for block in _whole_lines(utf8_chunks(stream, size), damage):
            clean = _clean(block, damage, fallback)
            damage.line += _line_ends(clean)
            yield clean


class _Damage:
    """Reports each kind of damage where it is met first; `line` is the first line of the block in hand."""

    def __init__(self, report: Report | None) -> None:
        self.line = 1
        self._report = report
        self._seen: set[str] = set()

    def note(self, lines_ahead: int, reason: str) -> None:
        if self._report is not None and reason not in self._seen:
            self._seen.add(reason)
            self._report(self.line + lines_ahead, reason)


def lines(file: ExportFile, report: Report | None = None, fallback: str | None = None) -> Iterator[str]:
    """The file's lines without their ends; `fallback` as for `blocks`."""
    for line in lines_to_newline(file, report, fallback):
        yield line.removesuffix("\r")


def lines_to_newline(file: ExportFile, report: Report | None = None, fallback: str | None = None) -> Iterator[str]:
    """The file's lines, the `\\r` of a `\\r\\n` left on: some apps end messages with it and lines within them with `\\n`."""
    for block in blocks(file, report, fallback=fallback):
        text = block.decode().split("\n")
        if not text[-1]:
            text.pop()
        yield from text


def _line_ends(data: bytes) -> int:
    # Four times as fast as bytes.count, which was a fiftieth of the time a reader takes; in pieces that fit into a cache.
    signs, step = np.frombuffer(data, np.uint8), 1 << 18
    return sum(int(np.count_nonzero(signs[at : at + step] == ord("\n"))) for at in range(0, len(signs), step))


def line_offsets(data: bytes) -> np.ndarray:
    """Where the lines of a block begin, and at last where it ends; a block without any bytes is one empty line."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    whole = len(ends) and ends[-1] == len(data)
    return np.concatenate([[0], ends] if whole else [[0], ends, [len(data)]])


def strings(data: bytes, offsets: np.ndarray) -> pl.Series:
    """The stretches of `data` between consecutive `offsets` as strings, without copying; `data` is valid UTF-8."""
    buffers = [pa.py_buffer(offsets.astype(np.int64)), pa.py_buffer(data)]
    return pl.Series(pl.from_arrow(pa.LargeStringArray.from_buffers(len(offsets) - 1, *buffers)))


def slices(data: bytes, start: np.ndarray, end: np.ndarray) -> pl.Series:
    """The stretches of `data` from each `start` to its `end` as strings, without copying; they must not overlap."""
    offsets = np.empty(2 * len(start) + 1, np.int64)
    offsets[0:-1:2], offsets[1::2] = start, end
    offsets[-1] = end[-1] if len(end) else 0
    return strings(data, offsets).gather_every(2)


def utf8_chunks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Bytes as they come, UTF-16 turned into UTF-8."""
    first = stream.read(size)
    encoding, skip = encoding_of(first)
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)(errors="replace")
    chunk = first[skip:]
    while chunk:
        yield chunk if decoder is None else decoder.decode(chunk).encode("utf-8", errors="replace")
        chunk = stream.read(size)
    if decoder is not None:
        yield decoder.decode(b"", final=True).encode("utf-8", errors="replace")


def _whole_lines(chunks: Iterator[bytes], damage: _Damage) -> Iterator[bytes]:
    """Regroup chunks so that each block ends with a line end; a line that grows beyond all bounds is cut."""
    rest, skipping = b"", False
    for chunk in chunks:
        block = chunk
        if skipping:
            end = chunk.find(b"\n")
            skipping = end < 0
            block = b"" if skipping else chunk[end:]
        end = block.rfind(b"\n") + 1
        whole = b"".join((rest, memoryview(block)[:end])) if end else b""  # copied but once
        rest = block[end:] if end else rest + block
        if len(rest) > LONGEST_LINE:
            damage.note(
                whole.count(b"\n"), f"a line is longer than {LONGEST_LINE >> 20} MiB; the rest of it is left out"
            )
            rest, skipping = _cut(rest, LONGEST_LINE), True
        if whole:
            yield whole
    if rest:
        yield rest


def _cut(line: bytes, length: int) -> bytes:
    """At most so many bytes of a line, no character torn apart."""
    while length and line[length] & 0xC0 == 0x80:
        length -= 1
    return line[:length]


def _clean(block: bytes, damage: _Damage, fallback: str | None) -> bytes:
    """Make a block valid UTF-8 without NULs, and report if that took anything."""
    if b"\0" in block:
        damage.note(block[: block.index(b"\0")].count(b"\n"), "NUL bytes; they are left out")
        block = block.replace(b"\0", b"")
    whole = pa.LargeStringArray.from_buffers(1, pa.py_buffer(np.array([0, len(block)])), pa.py_buffer(block))
    try:
        whole.validate(full=True)  # five times as fast as decoding
    except pa.ArrowInvalid:
        try:
            block.decode()
        except UnicodeDecodeError as error:
            how = "replaced by U+FFFD" if fallback is None else f"read as {fallback}, or replaced by U+FFFD"
            damage.note(block[: error.start].count(b"\n"), f"bytes that are not UTF-8; they are {how}")
            if fallback is None:
                return block.decode(errors="replace").encode()
            block = b"\n".join(_decoded(line, fallback).encode() for line in block.split(b"\n"))
    return block


def _decoded(line: bytes, fallback: str) -> str:
    """A line in UTF-8 that is broken in places, or one in another encoding: whichever more of it speaks for.

    Only characters of three bytes and more count for UTF-8: two bytes of Chinese or Korean encodings often look like it.
    """
    text = line.decode(errors="replace")
    broken = len(_BROKEN.findall(text))
    whole = sum("\u07ff" < sign != "\ufffd" for sign in text)
    return text if whole > broken or not broken else line.decode(fallback, errors="replace")
