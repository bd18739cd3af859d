"""Writes chats as WhatsApp's "Export chat" gives them: a text file for each, or a zip with one, by the rules of written.py.

What the format has no place for is left out: who answers whom, reactions, what was forwarded, ids, fractions of a second.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path
from typing import IO, Any

import polars as pl

from chatclone_dagster import lake
from chatclone_dagster.errors import UserError
from chatclone_dagster.readers.whatsapp import bodies, names, written
from chatclone_dagster.readers.whatsapp.inserts import Body

_CHAT = ("conversation_name", "is_group", "source")
_SAID = ("sender_key", "sender_name", "from_owner", "sent_local", "kind", "text", "edited", "attachments")
_BATCH = 50_000  # rows
_LONGEST_TITLE = 120  # bytes; file systems end at 255 for the whole name
_FORBIDDEN = re.compile(r'[<>:"/\\|?*!]+')  # on some system; archives' members are named with a `!`
_NO_LOOK_NEEDED = f"{written.SPECIAL}|[\0\r]|{written.LOOKALIKE}"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: where, which chat it holds and how many messages."""

    path: Path
    chat: str
    messages: int


def write(rows: pl.LazyFrame, folder: Path, zone: str, *, zipped: bool = False, force: bool = False) -> list[Written]:
    """Write every chat of `rows` to a file of its own in `folder`, each put in place in one step.

    `rows` have columns of tables.RAW_ROWS; they come in the order to be written, those of a chat together, with `sent_local` in the
    time of `zone` (years 1 to 9999). Memory holds one batch of them. Of all names of a person the display name is written.

    Raises:
        UserError: a file is there already and may not be replaced (`force`), or one cannot be written.
    """
    chats = rows.group_by("conversation_key", maintain_order=True).agg(pl.col(_CHAT).first()).collect()
    paths = {key: folder / name for key, name in _file_names(chats, zipped).items()}
    there = [path for path in paths.values() if path.exists()]
    if there and not force:
        more = f" (and {len(there) - 1} more)" if len(there) > 1 else ""
        raise UserError(f"{there[0]} is there already{more}; --force replaces it, --out writes elsewhere")
    told = {key: (name, is_group, source) for key, name, is_group, source in chats.iter_rows()}
    done = []
    try:
        for key, parts in groupby(_parts(rows.select("conversation_key", *_SAID)), key=lambda part: part[0]):
            name, is_group, source = told.pop(key)
            messages = 0
            with lake.replacing(paths[key]) as aside, _opened(aside, zipped) as stream:
                for _, part in parts:
                    lines = _lines(part)
                    if not messages:
                        first = written.first_line(source, zone, is_group, name)
                        lines = f"{lines[: written.HEADER_LENGTH]}{first}\n{lines}"
                    stream.write(lines.encode())
                    messages += part.height
            done.append(Written(paths[key], name, messages))
    except OSError as error:
        raise UserError(f"{folder}: cannot be written: {error.strerror or type(error).__name__}") from None
    return done


def _parts(rows: pl.LazyFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """The rows in pieces of one chat each."""
    for batch in rows.collect_batches(chunk_size=_BATCH, maintain_order=True):
        for (key,), part in batch.group_by("conversation_key", maintain_order=True):
            yield str(key), part


@contextmanager
def _opened(path: Path, zipped: bool) -> Iterator[IO[bytes]]:
    if not zipped:
        with path.open("wb") as stream:
            yield stream
        return
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("_chat.txt", "w", force_zip64=True) as stream,
    ):
        yield stream


def _lines(part: pl.DataFrame) -> str:
    """The lines of some messages of a chat."""
    who = part.select(pl.coalesce("sender_name", "sender_key").alias("name")).to_series()
    typed = part["text"]
    suspect, sentence = bodies.suspects(typed, who, frozenset())
    whole = pl.DataFrame({"name": who, "suspect": suspect, "sentence": sentence}).hstack(part.select(_SAID))
    look = (
        (pl.col("kind") != "text")
        | pl.col("edited")
        | (pl.col("attachments").list.len() > 0)
        | pl.col("name").is_null()
        | pl.col("suspect")
        | pl.col("text").str.contains(_NO_LOOK_NEEDED)
    )
    rows = whole.select(look).to_series().arg_true()
    bodies_ = [_body(row) for row in whole[rows].iter_rows(named=True)]
    known = {name: f"{written.name(name)}: " for name in who.drop_nulls().unique()}
    lines = whole.select(
        pl.col("sent_local").dt.strftime(f"[{written.STAMP}] "),
        pl.col("name").replace_strict(known, return_dtype=pl.String).fill_null(""),
        typed.scatter(rows, pl.Series(bodies_, dtype=pl.String)),
    )
    return "\n".join(lines.select(pl.concat_str(pl.all())).to_series()) + "\n"


def _body(row: dict[str, Any]) -> str:
    """A message that has to be looked at, as it is written."""
    kind, text, name = row["kind"], row["text"], row["name"]
    message = Body(kind, text, row["edited"], tuple(row["attachments"]), row["from_owner"])
    sentence_of = name if row["sentence"] else None
    alike = row["suspect"] and (text or kind == "text")
    alike = alike and bodies.read_body(text, frozenset(), sentence_of=sentence_of) != Body("text", text)
    return written.body(message, said=name is not None, alike=alike)


def _file_names(chats: pl.DataFrame, zipped: bool) -> dict[str, str]:
    """A name for each chat's file that every system takes and that gives no two chats one title (names.chat_title)."""
    taken: set[str] = set()
    tried: dict[tuple[str, str], int] = {}
    found = {}
    for key, name, _, source in chats.iter_rows():
        title = _safe(name)
        for number in count(tried.get((title, source), 0)):
            wanted = title if not number else f"{title} - {_safe(source)}" + (f" {number}" if number > 1 else "")
            file = f"WhatsApp Chat - {wanted}.zip" if zipped else f"WhatsApp Chat with {wanted}.txt"
            read_as = names.chat_title(file).casefold()
            if read_as not in taken:
                break
        taken.add(read_as)
        tried[title, source] = number
        found[key] = file
    return found


def _safe(title: str) -> str:
    """A title without what a file name may not hold on some system, invisible characters included."""
    seen = "".join(sign for sign in unicodedata.normalize("NFC", title) if unicodedata.category(sign)[0] != "C")
    plain = " ".join(_FORBIDDEN.sub("-", seen).split())
    return plain.encode()[:_LONGEST_TITLE].decode(errors="ignore").strip(" .") or "Unnamed"
