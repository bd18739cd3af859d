"""Copying a user's exports into the home: the files a reader takes, and nothing else of a folder."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Sequence
from pathlib import Path

from chatclone_dagster import lake
from chatclone_dagster.home import Home
from chatclone_dagster.readers import archive, registry
from chatclone_dagster.readers.ingest import options_for
from chatclone_dagster.settings import Reading, SettingsError


def collect(home: Home, paths: Sequence[Path]) -> list[Path]:
    """Copy exports to the home's exports folder; return the copies that are new or changed.

    A file named by itself is copied whatever it is; of a folder only what a reader takes (and archives), so that the
    pictures of an account's export stay where they are.

    Raises:
        SettingsError: a path that is not there.
    """
    copied = []
    for given in paths:
        path = given.expanduser().resolve()
        if not path.exists():
            raise SettingsError(f"{given}: there is no such file or folder")
        if path.is_relative_to(home.exports):
            continue
        for source in [path] if path.is_file() else _worth_copying(path, home.settings.reading):
            target = home.exports / (source.name if path.is_file() else source.relative_to(path.parent))
            if target.is_file() and filecmp.cmp(source, target, shallow=False):
                continue
            with lake.replacing(target) as aside:
                shutil.copy2(source, aside)
            copied.append(target)
    return copied


def _worth_copying(folder: Path, settings: Reading) -> list[Path]:
    names = []
    for file in archive.files(folder, folder):
        if isinstance(file, archive.Refused):
            continue
        name = file.name.split("!", 1)[0]
        if "!" in file.name or (
            not registry.is_media(file) and registry.detect(file, options_for(settings, file.name))
        ):
            names.append(folder / name)
    return list(dict.fromkeys(names))
