"""One input held to a target's promises: what went wrong, told apart by where, and the smallest input that still goes wrong so."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace

import psutil
from polars.exceptions import PanicException

from tests.fuzz.inputs import Input
from tests.fuzz.targets import MOST_MEMORY, SLOWEST, Target

_SHRINKING = 40.0  # seconds at most


@dataclass(frozen=True)
class Finding:
    """What an input did: `sign` is the same for inputs that do the same."""

    sign: str
    story: str


def hold(target: Target, given: Input, slowest: float = SLOWEST) -> Finding | None:
    """Run a target on an input; None if it does what it promises, in bounded time and memory."""
    memory, started = peak(), time.process_time()
    try:
        target(given)
    except (Exception, PanicException) as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "chatclone_dagster" in frame.filename] or frames
        sign = f"{type(error).__name__} {ours[-1].filename.rpartition('/')[2]}:{ours[-1].lineno}"
        if isinstance(error, AssertionError):
            sign = f"{type(error).__name__} {str(error)[:80]}"
        return Finding(sign, "".join(traceback.format_exception(error)))
    taken = time.process_time() - started
    if taken > slowest:
        return Finding("slow", f"{taken:.1f} s of processor time for {len(given.pack())} bytes")
    if peak() - memory > MOST_MEMORY:
        return Finding("memory", f"{peak() - memory:.0f} MiB for {len(given.pack())} bytes")
    return None


def peak() -> float:
    """The most memory this process has taken so far, in MiB."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / (1 << 20)
    from bench.memory import peak_mb  # noqa: PLC0415 (there is no such thing on Windows)

    return peak_mb()


def shrunk(target: Target, given: Input, sign: str) -> Input:
    """A smaller input with the same finding, as small as can be found in a while."""
    ends = time.monotonic() + _SHRINKING
    smaller: Input | None = given
    while smaller is not None and time.monotonic() < ends:
        given, smaller = smaller, None
        for candidate in _smaller(given):
            if time.monotonic() > ends:
                break
            found = hold(target, candidate)
            if found is not None and found.sign == sign:
                smaller = candidate
                break
    return given


def _smaller(given: Input) -> Iterator[Input]:
    for path in given.beside:
        yield replace(given, beside={other: given.beside[other] for other in given.beside if other != path})
    for content in _shorter(given.content):
        yield replace(given, content=content)
    for path, kept in given.beside.items():
        for content in _shorter(kept):
            yield replace(given, beside={**given.beside, path: content})


def _shorter(content: bytes) -> Iterator[bytes]:
    """Without some lines, then without some bytes; long stretches first."""
    lines = content.splitlines(keepends=True)
    for parts in (lines, [bytes([byte]) for byte in content]):
        size = len(parts) // 2
        while size:
            for at in range(0, len(parts), size):
                yield b"".join(parts[:at] + parts[at + size :])
            size //= 2
