"""All readers side by side: each takes its own files whatever they are called, and no other's."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

import pytest

from chatclone_dagster.readers import registry
from chatclone_dagster.readers.contract import COMPANION, ExportFile
from chatclone_dagster.readers.files import archive, text
from tests.readers.reading import export
from tests.readers.writing.places import BESIDE, SAMPLES, WRITERS, content_of, everything
from tests.readers.writing.scene import Sample

LIKELY = {"messenger": "instagram", "instagram": "messenger"}
"""What a reader's file may be taken for once neither its name nor what it says tells the two apart."""
ONLY_AS_WRITTEN = {
    "whatsapp converted": (
        "blank line",
        "blank CRLF line",
    ),  # by its very first line; without it the text is an iPhone's
    "messenger html": ("UTF-16",),
    "instagram html": ("UTF-16",),  # Meta's pages are UTF-8 throughout
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything in one folder, as it is on disk."""
    root = tmp_path_factory.mktemp("all")
    for path, content in everything():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


@pytest.fixture(scope="module")
def archived(folder: Path) -> Path:
    """The same, as one archive."""
    path = folder.parent / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in everything():
            opened.writestr(zipfile.ZipInfo(name), content)
    return path


def test_every_reader_has_a_sample() -> None:
    assert {sample.reader for sample in SAMPLES} == {reader.NAME for reader in registry.OWN}
    assert {sample.name for sample in SAMPLES} == {*WRITERS}
    assert len({sample.path for sample in SAMPLES} | {*BESIDE}) == len(SAMPLES) + len(BESIDE)


def found_in(path: Path) -> dict[str, tuple[str, str]]:
    """Who takes each file at a path, and as what."""
    found = {}
    for file in archive.files(path, path):
        assert isinstance(file, ExportFile)
        taken = registry.detect(file)
        found[file.name.rpartition("!")[2]] = (taken[0].NAME, taken[1].variant) if taken else ("nobody", "")
    return found


def confusion(meant: dict[str, tuple[str, str]], found: dict[str, tuple[str, str]]) -> str:
    """Where the readers are that were meant and those that were found, as a matrix of those that differ."""
    wrong = Counter((meant[path], found.get(path, ("nobody", ""))) for path in meant if meant[path] != found.get(path))
    rows, columns = (sorted({pair[side] for pair in wrong}) for side in (0, 1))
    width = max((len(" ".join(row)) for row in rows), default=0)
    head = " " * width + " | " + " | ".join(" ".join(column) for column in columns)
    body = [
        f"{' '.join(row):{width}} | "
        + " | ".join(f"{wrong[row, column]:{len(' '.join(column))}}" for column in columns)
        for row in rows
    ]
    return "\n".join(["meant (rows) and taken for (columns):", head, *body]) if wrong else ""


MEANT = {sample.path: (sample.reader, sample.variant) for sample in SAMPLES}


def test_everything_in_one_folder_and_in_one_archive(folder: Path, archived: Path) -> None:
    for path in (folder, archived):
        found = found_in(path)
        assert not (matrix := confusion(MEANT, found)), f"{path.name}: {matrix}"
        assert {found[beside][1] for beside in BESIDE} == {COMPANION}


def names_of(sample: Sample) -> list[str]:
    """What a file may be called; a name that says another kind of file is believed."""
    is_json = sample.path.endswith((".json", ".jsonl"))
    return ["export", "export.bak", "export.txt"] + ["export.json"] * is_json


def test_what_a_file_is_called_does_not_matter() -> None:
    found, meant = {}, {}
    for sample in SAMPLES:
        for name in names_of(sample):
            taken = registry.detect(export(content_of(sample), name))
            reader, variant = (taken[0].NAME, taken[1].variant) if taken else ("nobody", "")
            key = f"{sample.name} as {name}"
            meant[key] = (sample.reader, sample.variant)
            found[key] = (sample.reader, variant) if LIKELY.get(sample.reader) == reader else (reader, variant)
    assert not (matrix := confusion(meant, found)), matrix


def claims(file: ExportFile) -> dict[str, float]:
    """How sure each reader is of a file."""
    return {reader.NAME: float(claim.confidence) for reader in registry.OWN if (claim := reader.sniff(file))}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_nobody_else_is_as_sure(sample: Sample, folder: Path) -> None:
    (file,) = archive.files(folder / sample.path, folder)
    assert isinstance(file, ExportFile)
    others = claims(file)
    own = others.pop(sample.reader)
    assert own >= 0.6
    assert max(others.values(), default=0) <= own - 0.15, others


SHAPES = {
    "BOM": lambda content: b"\xef\xbb\xbf" + content,
    "CRLF": lambda content: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "blank line": lambda content: b"\n" + content,
    "blank CRLF line": lambda content: b"\r\n" + content,
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "no line end": lambda content: content.rstrip(b"\r\n"),
    "broken off": lambda content: content[: len(content) * 3 // 4],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_detection_does_not_hang_on_how_a_text_is_written(shape: str) -> None:
    meant, found = {}, {}
    for sample in SAMPLES:
        content = content_of(sample)
        if not text.is_binary(content) and shape not in ONLY_AS_WRITTEN.get(sample.name, ()):
            taken = registry.detect(export(SHAPES[shape](content), sample.path.rpartition("/")[2]))
            reader, variant = (taken[0].NAME, taken[1].variant) if taken else ("nobody", "")
            meant[sample.name] = (sample.reader, sample.variant)
            found[sample.name] = (sample.reader, variant) if LIKELY.get(sample.reader) == reader else (reader, variant)
    assert not (matrix := confusion(meant, found)), matrix
