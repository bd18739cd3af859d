"""A sound export of every format, mistreated: every reader ends in rows and issues, or says in one line that it cannot go on."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from chatclone_dagster.readers import inspect, registry
from chatclone_dagster.readers.contract import UnreadableError
from chatclone_dagster.readers.files import archive, text
from chatclone_dagster.settings import Reading
from tests.readers.reading import export, read
from tests.readers.writing.places import SAMPLES, content_of, scene_of
from tests.readers.writing.scene import Sample

_SLOWEST = 5.0  # seconds of processor time


def _middle(content: bytes, inserted: bytes) -> bytes:
    """Something in the middle of what the third message says."""
    return content.replace(b"boxes with", b"boxes " + inserted + b" with")


MISTREATED: dict[str, Callable[[bytes], bytes]] = {
    "NUL bytes": lambda content: _middle(content, b"\0\0"),
    "half a character": lambda content: _middle(content, b"\xc3"),
    "lone surrogates": lambda content: _middle(content, b"\xed\xa0\x80"),
    "an escaped surrogate": lambda content: _middle(content, b"\\ud83d"),
    "a line without end": lambda content: _middle(content, b"x" * (1 << 20)),
    "deep JSON": lambda content: _middle(content, b'", "x": ' + b"[" * 5000),
    "deep HTML": lambda content: _middle(content, b"<div><b>" * 3000),
    "UTF-16": lambda content: content.decode().encode("utf-16") if not text.is_binary(content) else content,
    "half a UTF-16": lambda content: b"\xff\xfe" + content,
    "the first half": lambda content: content[: len(content) // 2],
    "nearly all": lambda content: content[:-3],
    "the second half": lambda content: content[len(content) // 2 :],
    "twice": lambda content: content + content,
    "backwards": lambda content: content[::-1],
}


@pytest.mark.parametrize("how", MISTREATED)
def test_every_format_survives(how: str) -> None:
    for sample in SAMPLES:
        file = export(MISTREATED[how](content_of(sample)), sample.path)
        started = time.process_time()
        for reader in (registry.reader(sample.reader), taken[0] if (taken := registry.detect(file)) else None):
            try:
                reading = read(reader, file) if reader else None
            except UnreadableError as error:
                said = [str(error)]
            else:
                said = reading.reasons if reading else []
            assert all(reason.strip() and "\n" not in reason for reason in said)
        assert time.process_time() - started < _SLOWEST, sample.name


_TEXTS = [one for one in SAMPLES if one.variant not in ("database", "parquet")]


@pytest.mark.parametrize("how", ["NUL bytes", "half a character", "lone surrogates"])
@pytest.mark.parametrize("sample", _TEXTS, ids=lambda one: one.name)
def test_one_bad_place_costs_no_other_message(sample: Sample, how: str) -> None:
    """Bytes that are no text: the message is there all the same, or its loss is told, and so are all the others."""
    reading = read(registry.reader(sample.reader), export(MISTREATED[how](content_of(sample)), sample.path))
    only_mine = sample.name == "discord package"
    said = [one.text for one in scene_of(sample) if "boxes" not in one.text and (one.is_mine or not only_mine)]
    assert {*said} <= {*reading.column("text")}
    assert len(reading.rows) == len(said) + 1 or reading.issues or only_mine


def test_archives_in_archives_and_a_folder_that_may_only_be_read(tmp_path: Path) -> None:
    packed = b""
    for depth in range(3):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as opened:
            for sample in SAMPLES if depth == 0 else ():
                opened.writestr(sample.path, content_of(sample))
            if depth:
                opened.writestr("inner.zip", packed)
        packed = out.getvalue()
        (tmp_path / f"{depth}.zip").write_bytes(packed)
    tmp_path.chmod(0o500)
    try:
        found = [item for path in ("0.zip", "1.zip") for item in inspect.inspect(tmp_path / path, Reading())]
        refused = list(archive.files(tmp_path / "2.zip", tmp_path))
    finally:
        tmp_path.chmod(0o700)
    assert len(found) == 2 * len(SAMPLES)
    assert {item.source for item in found} == {reader.NAME for reader in registry.OWN}
    assert [item.reason for item in refused if isinstance(item, archive.Refused)] == [
        "an archive in an archive in an archive; unpack it first"
    ]
