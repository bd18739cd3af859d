"""`chatclone privacy scan`: spans in anybody's JSON lines, with a home and without one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from chatclone_dagster import lake, tables
from chatclone_dagster.cli import app
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATCLONE_HOME", str(tmp_path / "none"))


def scan(folder: Path, lines: list[str | dict[str, Any]], *options: str) -> tuple[list[dict[str, Any]], str]:
    file = folder / "lines.jsonl"
    file.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
    done = CliRunner().invoke(app, ["privacy", "scan", str(file), *options], catch_exceptions=False)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_each_line_gets_its_spans_in_code_points(tmp_path: Path) -> None:
    records, said = scan(
        tmp_path,
        [
            {"id": 7, "text": "😅 mail ann@x.example"},
            {"text": "nothing here"},
            {"id": "n", "text": "ask bo about 0171 3920042", "names": ["Bo Lind"], "region": "de"},
        ],
    )
    assert records[0] == {"id": 7, "spans": [{"type": "email", "start": 7, "end": 20, "score": 1.0}]}
    assert records[1] == {"spans": []}
    assert [(span["type"], span["start"], span["end"]) for span in records[2]["spans"]] == [
        ("name", 4, 6),
        ("phone", 13, 25),
    ]
    assert said == ""


def test_kinds_regions_and_names_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Bo\n\nCleo\n", encoding="utf-8")
    line = {"text": "cleo: 2125550187 or a@b.example"}
    records, _ = scan(
        tmp_path, [line], "--kinds", "name, phone", "--region", "us", "--names", str(tmp_path / "names.txt")
    )
    assert [span["type"] for span in records[0]["spans"]] == ["name", "phone"]
    records, _ = scan(tmp_path, [line], "--kinds", "name,phone")
    assert records[0]["spans"] == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{oops", "is not JSON"),
        ('{"message": "a@b.example"}', 'has no "text"'),
        ("[1]", 'has no "text"'),
        ('{"text": "x", "names": "Bo"}', '"names" is to be a list'),
        ('{"text": "x", "region": "Narnia"}', "there is no region 'Narnia'"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_in_one_line(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(UserError) as error:
        scan(tmp_path, [{"text": "a"}, "", line, {"text": "b"}])
    said = str(error.value)
    assert said.startswith(f"{tmp_path / 'lines.jsonl'}:3: ")
    assert reason in said
    assert "b.example" not in said
    assert "\n" not in said


def test_a_line_that_is_no_utf8_is_named_and_half_a_character_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_bytes(b'{"text": "\xff"}\n')
    with pytest.raises(UserError, match=r"lines\.jsonl:1: is not UTF-8"):
        CliRunner().invoke(app, ["privacy", "scan", str(tmp_path / "lines.jsonl")], catch_exceptions=False)
    records, _ = scan(tmp_path, ['{"text": "\\ud83d a@b.example"}'])
    assert records[0]["spans"][0]["start"] == 2


def test_where_there_is_a_home_its_people_and_settings_count(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create('[me]\nname = "Ann"\n[time]\nzone = "Asia/Tokyo"\n[people]\n"Cleo Hart" = ["Clee"]\n')
    contact = {"file": "a.vcf", "position": 1, "name": "Bo Lind", "nicknames": ["Bobbel"], "phones": [], "emails": []}
    contacts = pl.DataFrame([contact], schema=tables.CONTACTS.schema)
    lake.write(tables.CONTACTS, contacts, home.table("contacts"))
    line = {"text": "clee and bobbel, 0332107000"}
    assert scan(tmp_path, [line])[0] == [{"spans": []}]
    records, _ = scan(tmp_path, [line], "--home", str(home.root))
    assert [span["type"] for span in records[0]["spans"]] == ["name", "name", "phone"]
    with pytest.raises(UserError, match="is no home yet"):
        scan(tmp_path, [line], "--home", str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--kinds", "nose"], "--kinds: there is no kind 'nose'; there are email, phone"),
        (["--region", "XX"], "--region: there is no region 'XX'"),
        (["--names", "nowhere.txt"], "--names nowhere.txt: cannot be read"),
    ],
)
def test_a_wrong_option_is_one_line(tmp_path: Path, options: list[str], said: str) -> None:
    (tmp_path / "lines.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    with pytest.raises(UserError) as error:
        CliRunner().invoke(app, ["privacy", "scan", str(tmp_path / "lines.jsonl"), *options], catch_exceptions=False)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.jsonl: cannot be opened"):
        CliRunner().invoke(app, ["privacy", "scan", str(tmp_path / "none.jsonl")], catch_exceptions=False)


def test_the_finder_loads_no_model_that_nobody_asked_for() -> None:
    lines = (
        "import sys",
        "from chatclone_dagster.privacy.detect import Finder",
        "from chatclone_dagster.settings import Settings",
        "assert Finder.of(Settings()).find('mail ann@x.example')",
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))",
        "import torch, transformers",  # afterwards they are there as ever
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
