"""The files under a folder and in its zip archives, each ready to be opened, none extracted.

An export comes from somebody else's phone or from the network, so nothing in it is trusted: a path may lead out of the folder, ten
gigabytes of zeros may be packed into ten megabytes, a member may be encrypted or broken. Whatever cannot be read safely is named
with the reason, so that it shows in the list of exports and is not just missing.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from chatclone_dagster.readers.contract import ExportFile, UnreadableError
from chatclone_dagster.readers.files.zipped import DAMAGED, LARGEST_MEMBER, Archive
from chatclone_dagster.readers.whatsapp.names import export_title

LARGEST_ARCHIVE = 512 << 30
_RATIO = 200  # text packs 3 to 15 times; more than this is nothing that people wrote
_SMALL = 32 << 20  # bytes; below this even a bomb does no harm
_MEMBERS = 500_000
_JUNK = re.compile(r"(?:\..*|__MACOSX|Thumbs\.db|desktop\.ini)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not opened: its name as an ExportFile has it, its size in bytes (as far as known), and why, in one line."""

    name: str
    size: int
    reason: str


def files(path: Path, root: Path) -> Iterator[ExportFile | Refused]:
    """Every file at or below `path`, and every member of the archives there, in the order of their names.

    Names are relative to `root`, with `/`; members are `archive.zip!member`. Hidden files and what macOS and Windows leave behind
    are skipped, as are links to files inside the folder (those files come under their own names). Only archives are opened.
    """
    if path.is_dir():
        try:
            children = sorted(path.iterdir(), key=lambda child: child.name)
        except OSError as error:
            yield Refused(_name(path, root), 0, f"cannot be opened: {error.strerror}")
            return
        for child in children:
            if not _JUNK.fullmatch(child.name):
                yield from _entry(child, root)
    else:
        yield from _file(path, root)


def _entry(path: Path, root: Path) -> Iterator[ExportFile | Refused]:
    if path.is_symlink():
        target = path.resolve()
        if not target.is_relative_to(root.resolve()):
            yield Refused(_name(path, root), 0, "a link that leads out of the folder")
        return
    try:
        if path.is_dir():
            yield from files(path, root)
        else:
            yield from _file(path, root)
    except OSError as error:
        yield Refused(_name(path, root), 0, f"cannot be opened: {error.strerror}")


def _file(path: Path, root: Path) -> Iterator[ExportFile | Refused]:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        yield Refused(_name(path, root), 0, "not a plain file")
        return
    name = _name(path, root)
    if name != _path(path, root):
        yield Refused(name, found.st_size, "its name is not UTF-8: rename it")
    elif path.suffix.lower() == ".zip":
        yield from _members(name, found.st_size, lambda: path.open("rb"))
    else:
        yield _on_disk(path, found.st_size, root)


def _on_disk(path: Path, size: int, root: Path) -> ExportFile:
    return ExportFile(
        _name(path, root), size, lambda: path.open("rb"), lambda other: _beside(path.parent, other, root), path
    )


def _beside(folder: Path, other: str, root: Path) -> ExportFile | None:
    """A plain file below `root` by its path from a folder there; with `*` for any part of a name, the only one that fits."""
    try:
        fitting = [*islice(folder.glob(other), 2)] if "*" in other else [folder / other]
        if len(fitting) != 1:
            return None
        path = Path(os.path.normpath(fitting[0]))
        found = path.lstat()
        inside = _name(path, root) == _path(path, root) and path.resolve().is_relative_to(
            root.resolve() if root.is_dir() else root.resolve().parent
        )
    except (OSError, ValueError):
        return None
    return _on_disk(path, found.st_size, root) if inside and stat.S_ISREG(found.st_mode) else None


def _name(path: Path, root: Path) -> str:
    """The path from the root; what in it is no character (Linux lets any bytes be a name) is U+FFFD."""
    return os.fsencode(_path(path, root)).decode(errors="replace")


def _path(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _members(archive: str, size: int, opener: Callable[[], BinaryIO], depth: int = 1) -> Iterator[ExportFile | Refused]:
    """The members of an archive; archives in it are opened too, but not those in them."""
    opened = Archive(opener)
    try:
        infos = [info for info in opened.zip.infolist() if not info.filename.endswith("/")]
    except UnreadableError as error:
        yield Refused(archive, size, str(error))
        return
    except DAMAGED:
        yield Refused(archive, size, "not a zip archive, or a damaged one")
        return
    total = sum(info.file_size for info in infos)
    if len(infos) > _MEMBERS or total > LARGEST_ARCHIVE or (total > 1 << 30 and total > _RATIO * max(size, 1)):
        yield Refused(
            archive, size, f"a zip bomb: {len(infos)} members, {total >> 20} MiB unpacked from {size >> 20} MiB"
        )
        return
    infos = [
        info
        for info in infos
        if not any(_JUNK.fullmatch(part) for part in re.split(r"[/\\]", info.filename) if part not in ("..", "."))
    ]
    documents = _sent_documents(archive, [info.filename for info in infos])
    reasons = {}
    for info in sorted(infos, key=lambda info: info.filename):
        sent = "a document that was sent in the chat" if info.filename in documents else None
        too_deep = (
            "an archive in an archive in an archive; unpack it first" if depth > 1 and _is_archive(info) else None
        )
        reasons[info] = _why_not(info, opened.members) or sent or too_deep
        if reasons[info] is None:
            opened.members[info.filename] = info
    for info, reason in reasons.items():
        member = opened.file(archive, info)
        if reason is not None:
            yield Refused(member.name, member.size, reason)
        elif _is_archive(info):
            yield from _members(member.name, member.size, member.opener, depth + 1)
        else:
            yield member


def _is_archive(info: zipfile.ZipInfo) -> bool:
    return info.filename.lower().endswith(".zip")


def _why_not(info: zipfile.ZipInfo, seen: Container[str]) -> str | None:
    """Why a member must not be opened, from what the archive says about it."""
    parts = re.split(r"[/\\]", info.filename)
    if info.filename.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:|$", info.filename):
        return "its path leads out of the archive" if info.filename else "a member without a name"
    if info.flag_bits & 1:
        return "encrypted"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link"
    if info.file_size > LARGEST_MEMBER:
        return f"larger than {LARGEST_MEMBER >> 30} GiB unpacked"
    if info.file_size > _SMALL and info.file_size > _RATIO * max(info.compress_size, 1):
        return f"a zip bomb: {info.file_size >> 20} MiB from {info.compress_size >> 10} KiB"
    return "another member has the same name" if info.filename in seen else None


def _sent_documents(archive: str, names: list[str]) -> set[str]:
    """Text files beside the chat in an archive of WhatsApp: somebody sent them, they are no chats of the owner."""
    texts = [name for name in names if name.lower().endswith(".txt") and "/" not in name]
    stem = re.split(r"[/!]", archive)[-1].removesuffix(".zip")
    chats = {name for name in texts if name in {"_chat.txt", f"{stem}.txt"}}
    chats = chats or {name for name in texts if export_title(name)}
    return set(texts) - chats if len(chats) == 1 else set()  # with several it is an archive of somebody's own making
