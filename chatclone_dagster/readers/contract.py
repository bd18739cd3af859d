"""What a reader is.

A reader is a module (or any object) with three names:

    NAME: str                                     the source it reads, e.g. "whatsapp"
    def sniff(file: ExportFile) -> Sniff | None   does this look like mine? By content; the name is a hint at most
    def read(file: ExportFile, options: ReadOptions, out: Out) -> None

A file that holds no chat but says something about those beside it (a list of members) is claimed with the variant `COMPANION`.

`read` hands rows to `out` in the order of the file and never keeps a whole file's rows in memory. What it does not
understand it reports with `out.issue` and goes on; only a file that cannot be read at all raises `UnreadableError`.
A reader neither applies time zones nor decides who is who: it writes down what the file says.

Readers of other packages register under the entry point group `chatclone.readers`; each entry names such a module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

import polars as pl

from chatclone_dagster.tables import PARSE_ISSUES, RAW_ROWS

HEAD_BYTES = 65536
_LINE_END = re.compile("[\n-\r\x1c-\x1e\x85\u2028\u2029]")
COMPANION = "companion"
"""The variant of a file that is not read by itself but through `ExportFile.beside` by the readers of the files beside it."""
DateOrder = Literal["dmy", "mdy", "ymd", "ydm"]


class UnreadableError(Exception):
    """The file as a whole cannot be read; the message is one line and holds no message text."""


@dataclass(frozen=True)
class ExportFile:
    """A file to read: on disk (at `path`), or a member of an archive (named `archive.zip!member`).

    `asked` are the paths that `beside` was asked for: what was read depends on those files too.
    """

    name: str
    size: int
    opener: Callable[[], BinaryIO] = field(repr=False)
    finder: Callable[[str], ExportFile | None] = field(repr=False, default=lambda _: None)
    path: Path | None = field(repr=False, default=None)
    asked: set[str] = field(repr=False, compare=False, default_factory=set)

    def open(self) -> BinaryIO:
        """Open the file's bytes from the start."""
        return self.opener()

    def beside(self, path: str) -> ExportFile | None:
        """Another file of the same folder tree or archive, by its path from this one's folder, such as `../users.json`.

        A `*` stands for what is not known of a name. None if no file fits or several do, it cannot be opened or the path leads out.
        """
        self.asked.add(path)
        return self.finder(path)

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB."""
        with self.open() as stream:
            return stream.read(HEAD_BYTES)

    @property
    def stem(self) -> str:
        """The last part of the name without its ending: `a/b.zip!c/d.txt` gives `d`."""
        last = re.split(r"[/\\!]", self.name)[-1]
        return last.rsplit(".", 1)[0] if "." in last.lstrip(".") else last

    @property
    def suffix(self) -> str:
        """The lower-case ending with its dot, or an empty string."""
        last = re.split(r"[/\\!]", self.name)[-1]
        return "." + last.rsplit(".", 1)[1].lower() if "." in last.lstrip(".") else ""


@dataclass(frozen=True, slots=True)
class Sniff:
    """A reader's claim on a file: how sure it is (0 to 1, above 0) and which variant of the format it sees."""

    confidence: float
    variant: str = ""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How a generic table names the columns ChatClone needs (from `[[reading.tables]]` in chatclone.toml).

    `columns` maps our names (sent_at, sender, text; optionally conversation, message_id, reply_to, is_owner, kind)
    to the table's; `time_format` is a strptime pattern for times that are not ISO 8601.
    """

    match: str
    columns: Mapping[str, str]
    source: str = "table"
    time_format: str | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user may say about a file that its content does not."""

    date_order: DateOrder | None = None
    table: TableMapping | None = None


class Reader(Protocol):
    """The shape of a reader; see the module's text."""

    NAME: str

    def sniff(self, file: ExportFile) -> Sniff | None:
        """Claim the file, or not; raise UnreadableError where nobody should read it, with the reason."""

    def read(self, file: ExportFile, options: ReadOptions, out: Out) -> None:
        """Hand the file's rows to `out`."""


_DEFAULTS: dict[str, Any] = {
    "is_group": None,
    "sender_key": None,
    "sender_name": None,
    "from_owner": None,
    "tz_known": False,
    "platform_id": None,
    "kind": "text",
    "text": "",
    "reply_to": None,
    "forwarded": False,
    "edited": False,
    "reactions": [],
    "attachments": [],
    "folded": None,
}
_FILLED = ("source", "export_id")  # columns that Out knows better than the reader


class Out:
    """Where a reader puts what it finds: rows (one by one, or whole frames), issues, and facts about the file.

    Rows are passed on in batches, so that memory stays bounded however long the file is.
    """

    def __init__(
        self, source: str, export_id: str, file: str, sink: Callable[[pl.DataFrame], None], batch: int = 50_000
    ) -> None:
        """`sink` receives frames of tables.RAW_ROWS in file order."""
        self.source, self.export_id, self.file = source, export_id, file
        self.rows = 0
        self.facts: dict[str, str | int | float] = {}
        self._issues: list[tuple[int, str, str, bool]] = []
        self._sink, self._batch = sink, batch
        self._pending: list[tuple[Any, ...]] = []
        self._fields = [name for name in RAW_ROWS.schema if name not in _FILLED]

    def row(
        self, position: int, conversation_key: str, conversation_name: str, sent_local: datetime, **fields: Any
    ) -> None:
        """Add one row; `fields` are columns of tables.RAW_ROWS, those left out take a plain value (kind `text`…)."""
        given = {
            "position": position,
            "conversation_key": conversation_key,
            "conversation_name": conversation_name,
            "sent_local": sent_local,
            **fields,
        }
        self._pending.append(tuple(given[name] if name in given else _DEFAULTS[name] for name in self._fields))
        if len(self._pending) >= self._batch:
            self.flush()

    def frame(self, frame: pl.DataFrame) -> None:
        """Add many rows at once: any columns of tables.RAW_ROWS, those left out take their plain value."""
        self.flush()
        self._pass_on(frame)

    def issue(self, position: int, reason: str, text: str = "", *, is_row: bool = False) -> None:
        """Report a place that was not understood; `is_row` says that a raw row was lost there."""
        self._issues.append((position, reason, redact(text), is_row))

    def fact(self, **facts: str | float) -> None:
        """Note facts about the file for `chatclone inspect`: variant, date_order, date_order_confidence, …"""
        self.facts.update(facts)

    def flush(self) -> None:
        """Pass on the rows gathered so far."""
        if self._pending:
            schema = {name: RAW_ROWS.schema[name] for name in self._fields}
            pending, self._pending = self._pending, []
            self._pass_on(pl.DataFrame(pending, schema=schema, orient="row"))

    def issues(self) -> pl.DataFrame:
        """The issues as a frame of tables.PARSE_ISSUES."""
        rows = [(self.source, self.export_id, self.file, *issue) for issue in self._issues]
        return pl.DataFrame(rows, schema=PARSE_ISSUES.schema, orient="row")

    def _pass_on(self, frame: pl.DataFrame) -> None:
        plain = [
            pl.lit(value, dtype=RAW_ROWS.schema[name]).alias(name)
            for name, value in _DEFAULTS.items()
            if name not in frame.columns
        ]
        whole = frame.with_columns(
            *plain, pl.lit(self.source).alias("source"), pl.lit(self.export_id).alias("export_id")
        )
        self.rows += whole.height
        self._sink(whole.select(RAW_ROWS.schema.names()).cast(RAW_ROWS.schema))


def redact(text: str, length: int = 60) -> str:
    """Mask a text so that its shape can be reported and its content cannot: letters become x, digits 9; always one line."""
    shape = re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "x", text[:length]))
    return _LINE_END.sub("⏎", shape) + ("…" if len(text) > length else "")
