"""Copying a user's exports into the home: the files a reader takes, and nothing else of a folder."""

from __future__ import annotations

import filecmp
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from chatclone_dagster import lake
from chatclone_dagster.home import Home
from chatclone_dagster.readers import archive, registry
from chatclone_dagster.readers.contract import UnreadableError
from chatclone_dagster.readers.survey import UNREMARKABLE, not_worth_opening, options_for
from chatclone_dagster.settings import Reading, SettingsError

# The same name in every export; which chat it is, only the folder says.
_NAMELESS = re.compile(r"_chat\.txt|message_\d+\.json", re.IGNORECASE)


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
        for source in [path] if path.is_file() else _worth_copying(path, home.settings.reading, done.left):
            wanted = source.relative_to(path.parent)
            try:
                target = _free_place(home.exports, wanted, path.parent.name, source)
                if target is not None:
                    with lake.replacing(target) as aside:
                        shutil.copy2(source, aside)
                    done.copied.append(target)
            except OSError as error:
                done.left.append((str(wanted), f"cannot be opened: {error.strerror or type(error).__name__}"))
    return done


def _free_place(exports: Path, wanted: Path, folder: str, source: Path) -> Path | None:
    """Where a file can go without replacing another one; None if it is there already."""
    for place in _places(wanted, folder):
        target = exports / place
        if not target.exists():
            return target
        if target.is_file() and filecmp.cmp(source, target, shallow=False):
            return None
    return None  # _places does not end


def _places(wanted: Path, folder: str) -> Iterator[Path]:
    """Its own name, its name in the folder it comes from, and then numbered as browsers number downloads."""
    if not (_NAMELESS.fullmatch(wanted.as_posix()) and folder):
        yield wanted
    inside = folder / wanted
    yield inside
    yield from (inside.with_name(f"{inside.stem} ({number}){inside.suffix}") for number in count(2))


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
                reason = None if registry.detect(file, options_for(settings, name)) else "no reader recognises it"
            except (OSError, UnreadableError) as error:
                reason = str(error)
        if reason is None:
            names.append(folder / name)
        elif reason not in UNREMARKABLE:
            left.append((name, reason))
    return list(dict.fromkeys(names))
