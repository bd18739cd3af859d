"""A writer of Apple's typedstream: attributed strings as Messages keeps them in attributedBody."""

from __future__ import annotations

import plistlib
from collections.abc import Callable, Mapping, Sequence

Run = tuple[str, Mapping[str, int | str]]
"""A stretch of text and its attributes."""
PART, FILE = "__kIMMessagePartAttributeName", "__kIMFileTransferGUIDAttributeName"

_STRING = ("NSString", "NSObject")
_MUTABLE_STRING = ("NSMutableString", "NSString", "NSObject")
_ATTRIBUTED = ("NSAttributedString", "NSObject")
_MUTABLE_ATTRIBUTED = ("NSMutableAttributedString", "NSAttributedString", "NSObject")


class Stream:
    """What was written so far, and the numbers of the strings and objects in it."""

    def __init__(self, width: int = 1) -> None:
        """`width`: how many bytes a length takes at least; the system takes as few as will do."""
        self.data = bytearray(b"\x04\x0bstreamtyped\x81\xe8\x03")
        self._width = width
        self._strings: dict[bytes, int] = {}
        self._classes: dict[str, int] = {}
        self._objects = 0
        self._names: dict[str, int] = {}

    def integer(self, number: int) -> None:
        if -110 <= number < 128:
            self.data += number.to_bytes(1, "little", signed=True)
        elif -(1 << 15) <= number < 1 << 15:
            self.data += b"\x81" + number.to_bytes(2, "little", signed=True)
        else:
            self.data += b"\x82" + number.to_bytes(4, "little", signed=True)

    def length(self, number: int) -> None:
        width = max(self._width, 1 if number < 128 else 2 if number < 1 << 16 else 4)
        self.data += {1: b"", 2: b"\x81", 4: b"\x82"}[width] + number.to_bytes(width, "little")

    def string(self, value: bytes) -> None:
        if value in self._strings:
            self.integer(self._strings[value] - 110)
            return
        self._strings[value] = len(self._strings)
        self.data += b"\x84" + bytes([len(value)]) + value

    def begin(self, lineage: Sequence[str], version: int = 0) -> int:
        """Begin an object; its number."""
        self.string(b"@")
        self.data += b"\x84"
        number = self._number()
        for name in lineage:
            if name in self._classes:
                self.integer(self._classes[name] - 110)
                return number
            self.data += b"\x84"
            self._classes[name] = self._number()
            self.string(name.encode())
            self.integer(version)
        self.data += b"\x85"
        return number

    def end(self) -> None:
        self.data += b"\x86"

    def text(self, value: str, lineage: Sequence[str] = _STRING) -> None:
        self.begin(lineage, 1)
        self.string(b"+")
        self.length(len(value.encode()))
        self.data += value.encode()
        self.end()

    def number(self, value: int) -> None:
        self.begin(("NSNumber", "NSValue", "NSObject"))
        self.string(b"*")
        self.data += b"\x84"
        self._number()
        code = b"i" if value < 1 << 15 else b"q"
        self.string(code)
        self.string(code)
        self.integer(value)
        self.end()

    def attributes(self, values: Mapping[str, int | str]) -> None:
        self.begin(("NSDictionary", "NSObject"))
        self.string(b"i")
        self.integer(len(values))
        for name, value in values.items():
            if name in self._names:
                self.string(b"@")
                self.integer(self._names[name] - 110)
            else:
                self._names[name] = self._objects
                self.text(name)
            write: Callable[..., None] = self.number if isinstance(value, int) else self.text
            write(value)
        self.end()

    def _number(self) -> int:
        self._objects += 1
        return self._objects - 1


def attributed(runs: Sequence[Run], *, mutable: bool = False, width: int = 1) -> bytes:
    """An attributed string; equal attributes are written once."""
    stream = Stream(width)
    stream.begin(_MUTABLE_ATTRIBUTED if mutable else _ATTRIBUTED)
    stream.text("".join(text for text, _ in runs), _MUTABLE_STRING if mutable else _STRING)
    known: list[Mapping[str, int | str]] = []
    for text, values in runs:
        is_new = values not in known
        known += [values] * is_new
        stream.string(b"iI")
        stream.integer(known.index(values) + 1)
        stream.length(len(text.encode("utf-16-le")) // 2)
        if is_new:
            stream.attributes(values)
    stream.end()
    return bytes(stream.data)


def plain(text: str, *, mutable: bool = False, width: int = 1) -> bytes:
    """A text that is one part."""
    return attributed([(text, {PART: 0})], mutable=mutable, width=width)


def archived(text: str) -> bytes:
    """The same as NSKeyedArchiver writes it."""
    objects = [
        "$null",
        {"$class": plistlib.UID(4), "NSString": plistlib.UID(2), "NSAttributes": plistlib.UID(3)},
        {"$class": plistlib.UID(5), "NS.string": text},
        {"NS.keys": [], "NS.objects": []},
        {"$classname": "NSAttributedString", "$classes": ["NSAttributedString", "NSObject"]},
        {"$classname": "NSString", "$classes": ["NSString", "NSObject"]},
    ]
    archive = {
        "$archiver": "NSKeyedArchiver",
        "$version": 100000,
        "$top": {"root": plistlib.UID(1)},
        "$objects": objects,
    }
    return plistlib.dumps(archive, fmt=plistlib.FMT_BINARY)
