"""Copying a user's exports into the home: the files a reader takes, and nothing else of a folder."""

from __future__ import annotations

import filecmp
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from chatclone_dagster import lake
from chatclone_dagster.home import Home
from chatclone_dagster.readers import registry
from chatclone_dagster.readers.contract import UnreadableError
from chatclone_dagster.readers.files import archive
from chatclone_dagster.readers.survey import (
    ADDRESS_BOOK,
    UNREMARKABLE,
    is_address_book,
    not_worth_opening,
    options_for,
    unrecognised,
)
from chatclone_dagster.settings import Reading, SettingsError

# The same name in every export; which chat it is, only the folder says.
_NAMELESS = re.compile(
    r"_chat\.txt|(?:messages?(?:_?\d+)?|result|main|chat|index|data)\.(?:jsonl?|html|csv|md)", re.IGNORECASE
)


@dataclass
class Collected:
    """`copied`: new or changed files, as they lie in the home; `left`: files that were not copied, with the reason."""

    copied: list[Path] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def collect(home: Home, paths: Sequence[Path]) -> Collected:
    """Copy exports to the home's exports folder, beside what is there: nothing that lies there is replaced.

    A file named by itself is copied whatever it is; of a folder only what a reader takes (and archives), so that the
    pictures of an account's export stay where they are.

    Raises:
        SettingsError: a path that is not there.
    """
    done = Collected()
    for given in paths:
        path = given.expanduser().resolve()
        if not path.exists():
            raise SettingsError(f"{given}: there is no such file or folder")
        if path.is_relative_to(home.exports):
            continue
        together = _database(path) if path.is_file() else _worth_copying(path, home.settings.reading, done.left)
        for source, target in _free_places(home.exports, path, together).items():
            try:
                with lake.replacing(target) as aside:
                    shutil.copy2(source, aside)
                done.copied.append(target)
            except OSError as error:
                name = str(source.relative_to(path.parent))
                done.left.append((name, f"cannot be opened: {error.strerror or type(error).__name__}"))
    return done


def _database(path: Path) -> list[Path]:
    """A file and, if it is a database of SQLite, the logs beside it, which hold what was written last."""
    return [path, *(log for end in ("-wal", "-shm") if (log := path.with_name(path.name + end)).is_file())]


def _free_places(exports: Path, given: Path, together: Sequence[Path]) -> dict[Path, Path]:
    """Where files can go without replacing others; those that are there already are left out.

    What belongs together stays together: if one file of a folder is in the way of another, all go elsewhere, since a list of
    members or a database's log says nothing about a chat it does not come from.
    """
    for place in _places(given):
        targets = {source: exports / place(source) for source in together}
        if all(not target.exists() or _same(source, target) for source, target in targets.items()):
            return {source: target for source, target in targets.items() if not target.exists()}
    return {}  # _places does not end


def _same(source: Path, target: Path) -> bool:
    try:
        return target.is_file() and filecmp.cmp(source, target, shallow=False)
    except OSError:  # that it cannot be opened is said when it is to be copied
        return False


def _places(given: Path) -> Iterator[Callable[[Path], Path]]:
    """Own names, names in the folder a file comes from, and then numbered as browsers number downloads."""
    if given.is_dir():
        yield lambda source: source.relative_to(given.parent)
        for number in count(2):
            yield lambda source, name=f"{given.name} ({number})": name / source.relative_to(given)  # type: ignore[misc]
    folder = Path(given.parent.name)
    if not (_NAMELESS.fullmatch(given.name) and given.parent.name):
        yield lambda source: Path(source.name)
    yield lambda source: folder / source.name
    for number in count(2):
        stem = f"{given.stem} ({number}){given.suffix}"
        yield lambda source, stem=stem: folder / (stem + source.name.removeprefix(given.name))  # type: ignore[misc]


def _worth_copying(folder: Path, settings: Reading, left: list[tuple[str, str]]) -> list[Path]:
    """The files of a folder that a reader takes; the others go to `left`, media excepted."""
    names = []
    for file in archive.files(folder, folder):
        if isinstance(file, archive.Refused):
            left.append((file.name, file.reason))
            continue
        name, _, member = file.name.partition("!")
        reason = None if member else not_worth_opening(file)
        if reason is None and not member:
            try:
                if is_address_book(name):
                    reason = ADDRESS_BOOK
                elif not registry.detect(file, options_for(settings, name)):
                    reason = unrecognised(file)
            except (OSError, UnreadableError) as error:
                reason = str(error)
        if reason is None or (reason == ADDRESS_BOOK and is_address_book(f"{folder.name}/{name}")):
            names.append(folder / name)
        elif reason == ADDRESS_BOOK:
            left.append((name, "an address book, if it is yours; to have it read, name it by itself"))
        elif reason not in UNREMARKABLE:
            left.append((name, reason))
    return list(dict.fromkeys(names))
