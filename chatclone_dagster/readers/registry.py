"""All readers, ours and those of other packages, and which of them reads a file."""

from __future__ import annotations

import logging
import sys
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from polars.exceptions import PanicException

from chatclone_dagster.readers import (
    discord,
    google_chat,
    hangouts,
    imazing,
    imessage,
    imessage_exporter,
    instagram,
    irc,
    kakaotalk,
    line,
    messenger,
    qq,
    signal,
    slack,
    table,
    telegram,
    wechat,
    whatsapp,
)
from chatclone_dagster.readers.contract import ExportFile, Out, Reader, ReadOptions, Sniff, UnreadableError
from chatclone_dagster.versions import code_version

GROUP = "chatclone.readers"
OWN: tuple[Reader, ...] = (
    whatsapp,
    messenger,
    instagram,
    imessage,
    imessage_exporter,
    imazing,
    telegram,
    slack,
    google_chat,
    hangouts,
    discord,
    signal,
    irc,
    line,
    kakaotalk,
    qq,
    wechat,
    table,
)

_log = logging.getLogger(__name__)
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif", ".bmp", ".tif", ".tiff", ".svg")
_FILMS = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".3gp")
_SOUNDS = (".mp3", ".m4a", ".aac", ".ogg", ".opus", ".wav", ".amr", ".caf", ".flac")
_OFFICE = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".pages", ".numbers", ".key")
_OTHERS = (".epub", ".vcf", ".ics", ".apk", ".exe", ".dmg", ".iso", ".rar", ".7z", ".gz")
_MEDIA = frozenset((*_PICTURES, *_FILMS, *_SOUNDS, *_OFFICE, *_OTHERS))


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader: ours first, then those that other packages register. A broken one is reported in one line and left out."""
    found = list(OWN)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        extra = _load(entry)
        if extra is not None and any(extra.NAME == known.NAME for known in found):
            _log.warning("reader %s of %s: there is a reader of this name already; left out", extra.NAME, entry.value)
        elif extra is not None:
            found.append(extra)
    return tuple(found)


def _load(entry: EntryPoint) -> Reader | None:
    try:
        loaded = entry.load()
        if isinstance(loaded.NAME, str) and callable(loaded.sniff) and callable(loaded.read):
            return cast("Reader", loaded)
        reason = "NAME, sniff and read are not what readers/contract.py asks for"
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".split("\n", 1)[0]
    _log.warning("reader %s (%s) cannot be used: %s", entry.name, entry.value, reason)
    return None


def reader(name: str) -> Reader:
    """The reader of a source.

    Raises:
        KeyError: there is none; the message names those there are.
    """
    for found in readers():
        if name == found.NAME:
            return found
    raise KeyError(f"no reader {name!r}; there are {', '.join(found.NAME for found in readers())}")


def read(found: Reader, file: ExportFile, options: ReadOptions, out: Out) -> bool:
    """Read a file to its end, whatever happens; whether the reader did what a reader may do.

    A file that cannot be read, and a fault of the reader, are issues: neither keeps the other files from being read.
    """
    try:
        found.read(file, options, out)
    except UnreadableError as error:
        out.issue(0, str(error))
    except (Exception, PanicException) as error:  # a fault inside polars is none of Python's Exceptions
        out.issue(0, f"the reader {found.NAME} failed here ({type(error).__name__}); please report it")
        out.flush()
        return False
    out.flush()
    return True


def version(found: Reader) -> str:
    """Changes with a reader's own code, and with anything in this room, which most readers share."""
    own = sys.modules[getattr(found, "__name__", type(found).__module__)]
    return code_version(sys.modules[__name__.rpartition(".")[0]], own)


def is_media(file: ExportFile) -> bool:
    """Whether a file's name says that it holds no chat; such files are never opened."""
    return file.suffix in _MEDIA


def detect(file: ExportFile, options: ReadOptions | None = None) -> tuple[Reader, Sniff] | None:
    """The reader that is surest of a file, judged by its content; None if no reader claims it.

    A table for which the user gave a mapping is read as such without asking the others.

    Raises:
        UnreadableError: the file cannot be opened, or a reader says why nobody should read it.
    """
    if options is not None and options.table is not None:
        return table, Sniff(1.0, "mapped")
    if is_media(file):
        return None
    try:
        file.head  # noqa: B018 (read once, for all readers)
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror or type(error).__name__}") from None
    claims = [(found, claim) for found in readers() if (claim := _sniff(found, file))]
    return max(claims, key=lambda pair: pair[1].confidence, default=None)


def _sniff(found: Reader, file: ExportFile) -> Sniff | None:
    if found in OWN:
        return found.sniff(file)
    try:
        return found.sniff(file)
    except Exception as error:
        _log.warning("reader %s failed to look at a file: %s", found.NAME, type(error).__name__)
        return None
