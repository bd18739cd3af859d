"""Exports of every app in one home: one history, in which everything is accounted for."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from chatclone_dagster import tables
from chatclone_dagster.home import Home
from chatclone_dagster.messages.clean import Cleaned, clean
from chatclone_dagster.readers import ingest, survey
from tests.readers.writing.places import SAMPLES, content_of, everything, scene_of
from tests.readers.writing.scene import Sample, said

SETTINGS = '[me]\nname = "Ann Lee"\naliases = ["ann", "U0000001"]\n[time]\nzone = "UTC"\n'


def home_with(root: Path, files: dict[str, bytes]) -> Home:
    home = Home(root)
    home.create(SETTINGS)
    for path, content in files.items():
        (home.exports / path).parent.mkdir(parents=True, exist_ok=True)
        (home.exports / path).write_bytes(content)
    return home


def history_of(home: Home) -> Cleaned:
    """Read and cleaned, with the ledger held to its promise."""
    readings = ingest.read_everything(home, survey.exports(home))
    rows, issues = ingest.raw_rows(home, readings), ingest.parse_issues(home, readings)
    made = clean(rows, issues, home.settings)
    assert made.ledger.height == int(readings["rows"].sum()) + issues.filter("is_row").height
    assert {*made.ledger["outcome"]} <= {"used", "dropped"}
    assert made.ledger.filter(pl.col("outcome") == "used").height == made.messages.height
    assert {*made.messages["kind"]} <= {*tables.KINDS}
    assert made.messages["message_id"].is_unique().all()
    assert made.messages.drop_nulls("reply_to")["reply_to"].is_in(made.messages["message_id"].implode()).all()
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Cleaned:
    return history_of(home_with(tmp_path_factory.mktemp("home"), dict(everything())))


def test_nothing_is_lost_and_nobody_is_mistaken(made: Cleaned) -> None:
    found = dict(made.messages.select("text", "is_owner").iter_rows())
    meant = {one.text: one.is_mine for sample in SAMPLES for one in scene_of(sample)}
    only_mine = [scene_of(sample) for sample in SAMPLES if sample.variant == "package"]  # and thus no chats of two
    lost = {one.text for scene in only_mine for one in scene}
    assert {text: mine for text, mine in meant.items() if text not in lost} == found
    assert {*made.ledger["reason"].drop_nulls()} == {"one_participant"}


def test_answers_find_what_they_answer(made: Cleaned) -> None:
    texts = dict(made.messages.select("message_id", "text").iter_rows())
    found = {text: texts[reply] for text, reply in made.messages.select("text", "reply_to").iter_rows() if reply}
    scenes = [scene_of(sample) for sample in SAMPLES if sample.answers]
    assert found == {one.text: one.answers.text for scene in scenes for one in scene if one.answers}


def parts(sample: Sample) -> tuple[bytes, bytes]:
    scene = said(len(SAMPLES))
    return content_of(sample, scene[:3]), content_of(sample, scene[1:])


NO_COPIES = ("discord package", "discord package csv", "irc without times")
"""Formats of which a part has no copy in another one: they have no times, or one person's messages only."""


@pytest.mark.parametrize(
    "sample", [one for one in SAMPLES if one.name not in NO_COPIES], ids=lambda sample: sample.name
)
def test_two_exports_of_a_chat_are_one_chat(tmp_path: Path, sample: Sample) -> None:
    """An older export and a newer one of the same chat, which share two messages."""
    older, newer = parts(sample)
    made = history_of(home_with(tmp_path, {f"old/{sample.path}": older, f"new/{sample.path}": newer}))
    assert made.messages["conversation_id"].n_unique() == 1
    assert made.messages["text"].to_list() == [one.text for one in said(len(SAMPLES))]
