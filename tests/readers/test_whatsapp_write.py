"""The files that chats are written to in WhatsApp's format: their names, zips, and that none is lost or half there."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import polars as pl
import pytest

from chatclone_dagster.errors import UserError
from chatclone_dagster.readers import whatsapp
from chatclone_dagster.readers.contract import ExportFile
from chatclone_dagster.readers.files import archive
from chatclone_dagster.readers.whatsapp.write import write
from tests.readers.reading import on_disk, read
from tests.rows import raw_rows


def test_a_zip_as_whatsapp_gives_it(tmp_path: Path) -> None:
    (done,) = write(raw_rows({"who": "Ada", "text": "hi"}).lazy(), tmp_path, "UTC", zipped=True)
    assert (done.path.name, zipfile.ZipFile(done.path).namelist()) == ("WhatsApp Chat - Chat.zip", ["_chat.txt"])
    (file,) = archive.files(done.path, tmp_path)
    assert isinstance(file, ExportFile)
    assert [row["text"] for row in read(whatsapp, file).rows] == ["hi"]


TITLES = (
    "../../etc/passwd",
    'a/b\\c:d*e?"<f>|',
    "CON",
    "",
    ". .",
    "x" * 400,
    "日" * 200,
    "Ada\u202e",
    "Ada!txt",
    "a\nb\0",
)


@pytest.mark.parametrize("title", TITLES)
def test_a_file_name_is_safe_whatever_the_chat_is_called(tmp_path: Path, title: str) -> None:
    (done,) = write(raw_rows({"text": "hi", "conversation_name": title}).lazy(), tmp_path, "UTC")
    assert done.path.parent == tmp_path
    assert len(done.path.name.encode()) < 200
    assert re.fullmatch(r"WhatsApp Chat with [^<>:\"/\\|?*!\x00-\x1f\u202e]*[^ .]\.txt", done.path.name)
    assert [row["conversation_name"] for row in read(whatsapp, on_disk(done.path)).rows] == [title]


def test_no_two_chats_share_a_file_or_a_key(tmp_path: Path) -> None:
    titles = ("Trip", "trip", "Trip (2)", "Tr/ip", "Tr:ip", "Trip", "Trip - whatsapp")
    rows = raw_rows(*({"conversation_key": str(n), "conversation_name": title} for n, title in enumerate(titles)))
    done = write(rows.lazy(), tmp_path, "UTC")
    keys = [read(whatsapp, on_disk(one.path)).rows[0]["conversation_key"] for one in done]
    assert len({key.casefold() for key in keys}) == len({one.path.name.casefold() for one in done}) == len(titles)
    assert [one.chat for one in done] == list(titles)


def test_nothing_is_replaced_unasked_nor_half_written(tmp_path: Path) -> None:
    first = raw_rows({"text": "1"})
    (done,) = write(first.lazy(), tmp_path, "UTC")
    content = done.path.read_bytes()
    with pytest.raises(UserError, match="is there already; --force"):
        write(first.lazy(), tmp_path, "UTC")
    broken = first.lazy().with_columns(pl.col("text").map_batches(_fail, pl.String))
    with pytest.raises(Exception, match="on purpose"):
        write(broken, tmp_path, "UTC", force=True)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [content]
    write(raw_rows({"text": "2"}).lazy(), tmp_path, "UTC", force=True)
    assert done.path.read_bytes() != content


def _fail(_: pl.Series) -> pl.Series:
    raise RuntimeError("on purpose")
