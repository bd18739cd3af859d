"""`chatclone convert`: any export, or a home's whole history, as WhatsApp's text, and back without a difference."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from chatclone_dagster.conversion.convert import TARGETS, Converted, convert
from chatclone_dagster.conversion.read import read_files
from chatclone_dagster.home import Home
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.readers import ingest, survey, whatsapp
from chatclone_dagster.settings import Reading, Settings, Time
from tests.conftest import ROOT, Chatclone
from tests.readers.reading import export, on_disk, read
from tests.rows import raw_rows

EXPORTS = ROOT / "samples/exports"
ANDROID = EXPORTS / "whatsapp-old-phone/WhatsApp Chat with Jonas Weber.txt"
SAID = ("sender_name", "kind", "text", "edited", "attachments")


@pytest.fixture
def samples(tmp_path: Path) -> Home:
    """A home with the sample exports, nothing made of them yet."""
    home = Home(tmp_path / "home")
    home.create((ROOT / "samples/chatclone.toml").read_text(encoding="utf-8"))
    shutil.copytree(EXPORTS, home.exports, dirs_exist_ok=True)
    return home


def history_of(home: Home) -> pl.DataFrame:
    readings = ingest.read_everything(home, survey.exports(home))
    return clean(ingest.raw_rows(home, readings), ingest.parse_issues(home, readings), home.settings).messages


def read_back(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of every file written, by the name of the chat."""
    rows = [read(whatsapp, on_disk(path)).rows for path in sorted(folder.iterdir())]
    return {one[0]["conversation_name"]: one for one in rows}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_a_history_comes_back_as_it_was(chatclone: Chatclone, samples: Home, tmp_path: Path, zone: str) -> None:
    out = tmp_path / "out"
    said = chatclone("convert", "--home", samples.root, "--out", out, "--zone", zone)
    assert said.code == 0, said.words
    assert f"times in {zone}" in said.words
    assert "left out, for want of a place in the format: 160 reactions" in said.words
    assert "answered" in said.words
    written = read_back(out)
    local = pl.col("sent_at").dt.convert_time_zone(zone).dt.replace_time_zone(None).dt.truncate("1s")
    for (chat,), messages in history_of(samples).group_by("conversation_name"):
        rows = pl.DataFrame(written.pop(str(chat)), infer_schema_length=None)
        meant = messages.sort("sent_at", "tie")
        assert rows.select(SAID).rows() == meant.select(SAID).rows()
        assert rows["sent_local"].to_list() == meant.select(local).to_series().to_list()
        assert set(rows["is_group"]) == set(meant["is_group"])
        assert set(meant.filter("is_owner")["sender_name"]) == {"Mira Solberg"}
    assert written == {}


def test_other_programs_read_it_without_our_rules(samples: Home, tmp_path: Path) -> None:
    """By the guesses that any export is read with, nearly every row is the same."""
    chats = convert_samples(tmp_path / "out")
    for path in sorted((tmp_path / "out").iterdir()):
        ours = read(whatsapp, on_disk(path)).rows
        theirs = read(whatsapp, export(path.read_bytes().split(b"\n", 1)[1], path.name))
        assert (theirs.facts["variant"], theirs.issues) == ("ios", [])
        assert [row["sent_local"] for row in theirs.rows] == [row["sent_local"] for row in ours]
        same = [all(a[name] == b[name] for name in SAID) for a, b in zip(ours, theirs.rows, strict=True)]
        assert same.count(False) <= 0.01 * len(same)
    assert sum(one.messages for one in chats.written) > 4000


def convert_samples(out: Path) -> Converted:
    found = read_files([EXPORTS], Reading(), out.parent / "scratch")
    return convert(found.rows, Settings(), TARGETS["whatsapp"], out, zone="UTC")


def test_files_are_converted_without_a_home(
    chatclone: Chatclone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = chatclone("convert", ANDROID, EXPORTS / "whatsapp", "--chat", "karli", "--to", "whatsapp", "--zip")
    assert said.code == 0, said.words
    assert [path.name for path in (tmp_path / "converted").iterdir()] == ["WhatsApp Chat - WG Karli 12.zip"]
    again = chatclone("convert", ANDROID)
    assert "WhatsApp Chat with Jonas Weber.txt 973" in again.words
    twice = chatclone("convert", tmp_path / "converted/WhatsApp Chat with Jonas Weber.txt", ANDROID, "--out", "more")
    assert "whatsapp converted" in twice.words
    rows, original = read_back(tmp_path / "more")["Jonas Weber"], read(whatsapp, on_disk(ANDROID)).rows
    assert [[row[name] for name in SAID] for row in rows] == [[row[name] for name in SAID] for row in original]
    third = chatclone("convert", ANDROID)
    assert "is there already; --force" in third.err


def test_what_the_user_can_mend_is_one_line(chatclone: Chatclone, samples: Home, tmp_path: Path) -> None:
    for words, told in (
        (["--out", tmp_path / "o"], "nothing to convert: name a file or folder, or a home with --home"),
        ([tmp_path / "none.txt"], "none.txt: there is no such file or folder"),
        ([ANDROID, "--to", "fax"], "--to fax: there is no such format; there are whatsapp"),
        ([ANDROID, "--zone", "Mars"], "--zone: 'Mars' is no time zone; use a name like Europe/Berlin or UTC"),
        ([ANDROID, "--chat", "[red]"], "--chat [red]: there is no such chat; there are Jonas Weber"),
        ([tmp_path, "--out", tmp_path / "o"], "which is read; choose another folder"),
        (["--home", samples.root, "--out", samples.exports / "o"], "which is read; choose another folder"),
        (["--home", tmp_path / "nowhere"], "is no home yet"),
        ([ROOT / "pyproject.toml"], "no message was found, so nothing was written"),
    ):
        said = chatclone("convert", *words, *(() if "--out" in words else ("--out", tmp_path / "o")))
        assert (said.code, told in " ".join(said.err.split())) == (2, True), said.words
        assert len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "o").exists()


def at(hour: int, minute: int) -> dict[str, Any]:
    """A message in UTC on the day when summer time ends in Berlin, at 1:00 UTC."""
    return {"who": "Ada", "sent_local": datetime(2026, 10, 25, hour, minute), "tz_known": True}  # noqa: DTZ001


@pytest.mark.parametrize(
    ("rows", "zone", "local", "ambiguous"),
    [
        ([at(0, 50), at(1, 5)], "Europe/Berlin", ["02:50", "02:05"], 0),  # the clock goes back: this tells them apart
        ([at(0, 10), at(1, 20)], "Europe/Berlin", ["02:10", "02:20"], 1),
        ([at(0, 10), at(1, 20)], "UTC", ["00:10", "01:20"], 0),
    ],
)
def test_the_hour_that_comes_twice(
    tmp_path: Path, rows: list[dict[str, Any]], zone: str, local: list[str], ambiguous: int
) -> None:
    settings = Settings(time=Time(zone="Europe/Berlin"))
    done = convert(raw_rows(*rows).lazy(), settings, TARGETS["whatsapp"], tmp_path, zone=zone)
    found = read(whatsapp, on_disk(done.written[0].path)).rows
    assert ([f"{row['sent_local']:%H:%M}" for row in found], done.ambiguous) == (local, ambiguous)


def test_a_time_that_no_clock_showed_stays_as_it_was_written(tmp_path: Path) -> None:
    row = {"who": "Ada", "sent_local": datetime(2026, 3, 29, 2, 30)}  # noqa: DTZ001 (skipped in Berlin)
    settings = Settings(time=Time(zone="Europe/Berlin"))
    done = convert(raw_rows(row).lazy(), settings, TARGETS["whatsapp"], tmp_path, zone="Europe/Berlin")
    assert read(whatsapp, on_disk(done.written[0].path)).rows[0]["sent_local"] == row["sent_local"]


def test_what_has_no_place_is_counted(tmp_path: Path) -> None:
    rows = raw_rows(
        {"who": "Ada", "text": "one", "platform_id": "1", "reactions": [{"emoji": "🎉", "sender": "Bo"}] * 2},
        {"who": "Bo", "text": "two", "reply_to": "1", "forwarded": True, "at": "2 12:00"},
        {"who": "Bo", "text": "Ada said: one", "folded": "reply_copy", "at": "2 12:00"},
        {"who": None, "kind": "system", "sent_local": datetime(1, 1, 1), "tz_known": True},  # noqa: DTZ001
    )
    done = convert(rows.lazy(), Settings(), TARGETS["whatsapp"], tmp_path, zone="America/New_York")
    assert [one.messages for one in done.written] == [2]
    assert (done.merged, done.left_out) == (
        1,
        {
            "reaction": 2,
            "mark of which message is answered": 1,
            "mark of what was forwarded": 1,
            "message dated before the year 1 or after 9999": 1,
        },
    )
