"""Many places of a block at once, eight bytes at a time: each place's bytes are a number, whose lowest byte is the first."""

from __future__ import annotations

import numpy as np

WIDTH = 8
_ONES, _TOPS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)


def words(data: bytes, places: np.ndarray) -> np.ndarray:
    """The eight bytes from each place on, zeros beyond the end. `places` ascend."""
    whole = max(0, len(data) - WIDTH + 1)
    inside = int(np.searchsorted(places, whole))
    found = np.ndarray(whole, "<u8", data, strides=(1,))[places[:inside]] if inside else np.zeros(0, "<u8")
    beyond = [int.from_bytes(data[place : place + WIDTH], "little") for place in places[inside:].tolist()]
    return np.append(found, np.array(beyond, "<u8")) if beyond else found


def words_of(content: bytes | bytearray) -> list[np.uint64]:
    """The words of some bytes, zeros behind them."""
    return list(np.frombuffer(bytes(content) + bytes(-len(content) % WIDTH), "<u8"))


def find(data: bytes, places: np.ndarray, sign: str, reach: int) -> np.ndarray:
    """How far from each place a sign of one byte stands first; -1 where it is not among the `reach` words from there.

    Takes a third of the time that polars takes to find it in strings, which have to be made first.
    """
    mark = _equal(words(data, places), sign)
    begin = np.zeros(len(places), np.int64)  # of the word that has the sign
    left = np.flatnonzero(mark == 0)
    for number in range(1, reach):
        mark[left] = _equal(words(data, places[left] + number * WIDTH), sign)
        begin[left] = number * WIDTH
        left = left[mark[left] == 0]
    distance: np.ndarray = begin + (np.bitwise_count((mark & -mark) - np.uint64(1)) >> 3)
    distance[left] = -1
    return distance


def _equal(found: np.ndarray, sign: str) -> np.ndarray:
    """The top bit of each byte that is the sign, and perhaps of some above it: the lowest bit is the first sign's. 0 for none."""
    differing = found ^ (_ONES * np.uint64(ord(sign)))
    tops: np.ndarray = (differing - _ONES) & ~differing & _TOPS
    return tops
