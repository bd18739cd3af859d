"""The reader that docs/new-reader.md shows: taken from the page, installed as it says, and used."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from chatclone_dagster.readers import registry
from chatclone_dagster.readers.contract import UnreadableError
from tests.conftest import ROOT, Chatclone
from tests.readers.reading import export, read

PAGE = (ROOT / "docs" / "new-reader.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package of the page, as pip would leave it."""
    project = tomllib.loads(block("toml"))["project"]
    (tmp_path / "pigeon_reader.py").write_text(block("python"), encoding="utf-8")
    info = tmp_path / f"pigeon_reader-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    groups = project["entry-points"].items()
    lines = (f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in names.items()) for group, names in groups)
    (info / "entry_points.txt").write_text("".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    registry.readers.cache_clear()
    yield
    registry.readers.cache_clear()
    sys.modules.pop("pigeon_reader", None)


@pytest.mark.usefixtures("installed")
def test_the_page_s_reader_reads_the_page_s_chat() -> None:
    file = export(block("text"), "anything.txt")
    found = registry.detect(file)
    assert found is not None
    reader, sniff = found
    assert (reader.NAME, sniff.confidence) == ("pigeon", 0.95)
    reading = read(reader, file)
    assert reading.reasons == []
    assert [(row["position"], row["sender_name"], row["kind"], row["text"]) for row in reading.rows] == [
        (2, "Ada", "text", "the beans are up!"),
        (3, "Bo", "text", "mine too\nthey came over night"),
        (5, None, "system", "Cleo joined"),
        (6, "Cleo", "media", ""),
    ]
    assert reading.rows[0]["sent_local"] == datetime(2024, 3, 1, 10)  # noqa: DTZ001
    assert reading.rows[3]["attachments"] == ["bean.jpg"]
    broken = read(reader, export(block("text") + "no message\n", "x"))
    assert [(issue["position"], issue["is_row"]) for issue in broken.issues] == [(7, True)]
    with pytest.raises(UnreadableError):
        read(reader, export("", "x"))


@pytest.mark.usefixtures("installed")
def test_the_command_line_knows_it(chatclone: Chatclone, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text(block("text"), encoding="utf-8")
    said = chatclone("inspect", chat)
    assert "pigeon text: 2 text, 1 media, 1 system" in said.words
