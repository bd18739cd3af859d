"""Zip archives, opened without being unpacked to disk, and their members as files to read."""

from __future__ import annotations

import io
import posixpath
import re
import weakref
import zipfile
import zlib
from collections.abc import Callable
from functools import cached_property
from typing import Any, BinaryIO

from chatclone_dagster.readers.contract import ExportFile, UnreadableError

LARGEST_MEMBER = 8 << 30  # bytes, unpacked; ten times the longest chat that was ever reported
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError)
"""What reading a damaged archive may end in."""


class Archive:
    """An archive whose directory is read once, however many of its members are opened, and which closes with the last of them."""

    def __init__(self, opener: Callable[[], BinaryIO]) -> None:
        """`opener` gives the archive's bytes; `members` are those that may be opened, by their paths in it."""
        self.members: dict[str, zipfile.ZipInfo] = {}
        self._opener = opener
        self._fitting: dict[str, str] = {}

    @cached_property
    def zip(self) -> zipfile.ZipFile:
        """The open archive; each member has a place of its own in it."""
        stream = self._opener()
        weakref.finalize(self, stream.close)
        return zipfile.ZipFile(stream)

    def file(self, archive: str, info: zipfile.ZipInfo) -> ExportFile:
        """A member as a file to read."""
        folder = posixpath.dirname(info.filename)

        def beside(other: str) -> ExportFile | None:
            path = posixpath.normpath(posixpath.join(folder, other))
            found = self.members.get(self._only_one(path) if "*" in other else path)
            return self.file(archive, found) if found else None

        return ExportFile(
            f"{archive}!{info.filename}",
            info.file_size,
            lambda: io.BufferedReader(_Member(self, info), 1 << 20),
            beside,
        )

    def _only_one(self, path: str) -> str:
        """The one member whose path fits, `*` standing for any part of a name; an empty path if none does, or several."""
        if path not in self._fitting:
            fits = re.compile(re.escape(path).replace(r"\*", "[^/]*")).fullmatch
            found = [name for name in self.members if fits(name)]
            self._fitting[path] = found[0] if len(found) == 1 else ""
        return self._fitting[path]


class _Member(io.RawIOBase):
    """A member being unpacked as it is read; damage and more bytes than were declared end in an UnreadableError."""

    def __init__(self, archive: Archive, info: zipfile.ZipInfo) -> None:
        self._left = min(info.file_size, LARGEST_MEMBER)
        self._info = info
        self._archive = archive  # stays open as long as a member is
        try:
            self._stream = archive.zip.open(info)
        except DAMAGED as error:
            raise UnreadableError(f"damaged in the archive ({type(error).__name__})") from None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Needed to open an archive in an archive; going back unpacks anew."""
        found = self._stream.seek(offset, whence)
        self._left = self._info.file_size - found
        return found

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read(len(buffer))
        except DAMAGED as error:
            raise UnreadableError(f"damaged in the archive ({type(error).__name__})") from None
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableError("more in the archive than it says: a zip bomb")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
