"""Which thread a file belongs to, and what holds for all its messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from chatclone_dagster.readers.contract import ExportFile
from chatclone_dagster.readers.files.json_values import string
from chatclone_dagster.readers.meta.mojibake import repair, repaired
from chatclone_dagster.readers.meta.schema import Part

_NUMBER = re.compile(r"_\d+$")
_SEPARATORS = re.compile(r"[/\\!]")


@dataclass(frozen=True, slots=True)
class Thread:
    """What is the same for all messages of a file.

    `broken`: the encoding of the strings has yet to be undone. Times are UTC where `tz_known`.
    """

    key: str
    name: str
    is_group: bool | None
    broken: bool
    tz_known: bool

    @property
    def mend(self) -> Callable[[str], str]:
        """What undoes the encoding of one string."""
        return repair if self.broken else str

    def column(self, texts: list[str]) -> pl.Series:
        """Strings as a column, their encoding undone."""
        return repaired(texts) if self.broken else pl.Series(texts, dtype=pl.String)


def of_json(part: Part, file: ExportFile) -> Thread:
    """The thread of a JSON file.

    Its folder names it, whichever root and section that stands in. Encrypted chats have no folders but a name with a number.
    """
    head, mend = part.head, repair if part.broken else str
    is_group = len(head.participants) > 2 if isinstance(head.participants, list) and head.participants else None
    if part.encrypted:
        key = mend(string(head.thread_name)) or file.stem
        return Thread(key, _NUMBER.sub("", key) or key, is_group, part.broken, tz_known=True)
    path = string(head.thread_path).strip("/")
    key = mend(path.rsplit("/", 1)[-1]) or folder_of(file)
    if head.thread_type in ("Regular", "RegularGroup"):
        is_group = head.thread_type == "RegularGroup"
    return Thread(key, mend(string(head.title)) or key, is_group, part.broken, tz_known=True)


def folder_of(file: ExportFile) -> str:
    """The name of the folder a file lies in, else of the file."""
    parts = _SEPARATORS.split(file.name)
    return (parts[-2] if len(parts) > 1 else "") or file.stem
