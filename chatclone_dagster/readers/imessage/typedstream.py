"""Apple's typedstream, in which Messages keeps a message's attributed text (the column attributedBody).

    04 0b "streamtyped" 81 e8 03     version 4, system 1000
    84 01 "@"                        a type: `@` object, `+` bytes, `*` C string, `#` class, `i` `I` `q` … integers, `f` `d`
    84 84 84 12 "NSAttributedString" 00 84 84 08 "NSObject" 00 85      a new object: its class, that one's parent, no more
       92 84 84 84 08 "NSString" 01 94 84 01 "+" 0a "ten bytes!" 86    the text
       84 02 "iI" 01 0a                                                a run: number 1, 10 UTF-16 units
       92 84 … 86                                                      its attributes, an NSDictionary; stands at its first run
    86                               end of the object

A number takes one byte, or `81` and two, or `82` and four. Types and class names are numbered as they come and later only named by
their number, as are objects (0x92 is number 0). Texts are UTF-8, their length is in bytes. The layout is not documented by
Apple; it is as NSArchiver of NeXT wrote it, and as the streams themselves show.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

NEW, NIL, END, TWO, FOUR, REAL = 0x84, 0x85, 0x86, 0x81, 0x82, 0x83
FIRST_REFERENCE = -110  # 0x92 as a signed byte
_DEEPEST = 64
_TYPE = re.compile(rb"\[(\d{1,9})(.)\]|([@+*#:%a-zA-Z])", re.DOTALL)


class BrokenStreamError(ValueError):
    """The bytes are no typedstream, or break off."""


@dataclass(slots=True)
class Object:
    """An object: the names of its class and that one's parents, and its values in groups as they were written."""

    classes: list[str] = field(default_factory=list)
    groups: list[list[Any]] = field(default_factory=list)


class Stream:
    """Reads values one after the other."""

    def __init__(self, data: bytes) -> None:
        """Begin at the start of a stream.

        Raises:
            BrokenStreamError: it is none.
        """
        if data[:2] != b"\x04\x0b" or data[2:13] not in (b"streamtyped", b"typedstream"):
            raise BrokenStreamError("no typedstream")
        self._data, self._at = data, 13
        self._order = "<" if data[2:13] == b"streamtyped" else ">"
        self._strings: list[bytes] = []
        self._objects: list[Any] = []
        self._integer()  # the system's version

    def root(self) -> Any:
        """The first value of the stream.

        Raises:
            BrokenStreamError: it breaks off, or has values of unknown types.
        """
        try:
            return self._group(0)[0]
        except (IndexError, struct.error):
            raise BrokenStreamError("the stream breaks off") from None

    def _bytes(self, length: int) -> bytes:
        found = self._data[self._at : self._at + length]
        if length < 0 or len(found) < length:
            raise BrokenStreamError("the stream breaks off")
        self._at += length
        return found

    def _unpack(self, code: str) -> Any:
        return struct.unpack(self._order + code, self._bytes(struct.calcsize(code)))[0]

    def _integer(self, *, signed: bool = True) -> int:
        head = self._bytes(1)[0]
        if head in (TWO, FOUR):
            code = "h" if head == TWO else "i"
            return int(self._unpack(code if signed else code.upper()))
        return head - 256 if signed and head > 0x7F else head

    def _reference(self, table: list[Any]) -> Any:
        return table[max(self._integer() - FIRST_REFERENCE, 0)]

    def _mark(self) -> int:
        """The next byte if it says that something new or nothing follows, else 0: a reference follows."""
        head = self._data[self._at]
        if head not in (NEW, NIL):
            return 0
        self._at += 1
        return head

    def _string(self) -> bytes | None:
        match self._mark():
            case 0:
                found: bytes = self._reference(self._strings)
                return found
            case mark if mark == NIL:
                return None
        new = self._bytes(self._integer(signed=False))
        self._strings.append(new)
        return new

    def _group(self, depth: int) -> list[Any]:
        """The values that follow one type."""
        types = self._string() or b""
        values: list[Any] = []
        for count, item, single in _TYPE.findall(types):
            if item in (b"c", b"C"):
                values.append(self._bytes(int(count)))
            elif item:
                raise BrokenStreamError("an array of unknown type")
            else:
                values.append(self._value(single, depth))
        if not values:
            raise BrokenStreamError("an unknown type")
        return values

    def _value(self, kind: bytes, depth: int) -> Any:
        if kind in b"cCsSiIlLqQB":
            return self._integer(signed=kind.islower())
        readers: dict[bytes, Callable[[], Any]] = {
            b"@": lambda: self._object(depth + 1),
            b"+": lambda: self._bytes(self._integer(signed=False)),
            b"*": self._c_string,
            b"#": self._class,
            b":": self._string,
            b"%": self._string,
            b"f": lambda: self._real("f"),
            b"d": lambda: self._real("d"),
        }
        if kind not in readers:
            raise BrokenStreamError("an unknown type")
        return readers[kind]()

    def _real(self, code: str) -> Any:
        """A number with a fraction; whole ones are written as such."""
        if self._data[self._at] != REAL:
            return self._integer()
        self._at += 1
        return self._unpack(code)

    def _c_string(self) -> Any:
        match self._mark():
            case 0:
                return self._reference(self._objects)
            case mark if mark == NIL:
                return None
        self._objects.append(self._string())
        return self._objects[-1]

    def _class(self) -> list[str]:
        """The names of a class and its parents."""
        names: list[str] = []
        known: list[list[str]] = []
        while (mark := self._mark()) == NEW:
            name = (self._string() or b"").decode(errors="replace")
            self._integer()  # the class's version
            lineage: list[str] = []
            self._objects.append(lineage)
            known.append(lineage)
            names.append(name)
            if len(names) > _DEEPEST:
                raise BrokenStreamError("too many parents")
        parents = self._reference(self._objects) if mark == 0 else []
        if not isinstance(parents, list):
            raise BrokenStreamError("a class that is none")
        for number, lineage in enumerate(known):
            lineage += [*names[number:], *parents]
        return known[0] if known else parents

    def _object(self, depth: int) -> Any:
        match self._mark():
            case 0:
                return self._reference(self._objects)
            case mark if mark == NIL:
                return None
        if depth > _DEEPEST:
            raise BrokenStreamError("objects in objects without end")
        new = Object()
        self._objects.append(new)
        new.classes = self._class()
        while self._data[self._at] != END:
            new.groups.append(self._group(depth))
        self._at += 1
        return new
