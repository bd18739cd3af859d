"""A real person, from a real group of thousands: the whole line on chats that no one here wrote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from chatclone_dagster import warehouse
from chatclone_dagster.evaluation.evaluate import Evaluation
from chatclone_dagster.home import Home
from tests.slow.conftest import chatclone, shared

NAMES = ("sent_at", "sender", "text", "conversation", "message_id", "reply_to")
COLUMNS = "{ " + ", ".join(f'{name} = "{name}"' for name in NAMES) + " }"


@pytest.fixture(scope="module")
def ubuntu(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Ubuntu logs as one WhatsApp group export and as a table."""
    script = shared("CHATCLONE_CORPORA", "corpora") / "ubuntu-irc/convert.py"
    out = tmp_path_factory.mktemp("ubuntu")
    subprocess.run([sys.executable, str(script), str(out)], check=True, capture_output=True)
    return out


def test_a_real_person_is_cloned_better_than_the_base(ubuntu: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create(f'version = 1\n[me]\nname = "ikonia"\n[[reading.tables]]\nmatch = "*.csv"\ncolumns = {COLUMNS}\n')
    process = chatclone(home, "run", str(ubuntu / "ubuntu_irc.csv"), "--no-chat")
    out, _ = process.communicate()
    assert process.returncode == 0, out[-3000:]

    ledger = pl.read_parquet(home.table("ledger", "messages"))
    assert ledger.height == 217_725
    assert set(ledger["outcome"]) == {"used"}, "every row of the table is a message"
    answered = dict(warehouse.query(home, "select answered_by, count(*) from conversation_pairs group by 1")[1])
    assert sum(answered.values()) > 180_000
    assert answered["reply_to"] > 35_000
    assert answered["mention"] > 50_000
    evaluation = Evaluation.model_validate_json(home.document("evaluation.json", "me").read_text(encoding="utf-8"))
    assert sum(evaluation.replies.values()) > 1_200
    assert evaluation.gain_low > 0, f"the interval of the gain reaches zero: {evaluation.verdict}"
    assert evaluation.copies_clone < 0.05


def test_the_group_export_reads_with_no_unexplained_row(ubuntu: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create('version = 1\n[me]\nname = "ActionParsnip"\n[dataset]\nmin_replies = 100000\n')
    process = chatclone(home, "run", str(ubuntu / "WhatsApp Chat with ubuntu.txt"), "--no-chat")
    out, _ = process.communicate()
    assert "ActionParsnip has" in out, out[-3000:]
    lines = (ubuntu / "WhatsApp Chat with ubuntu.txt").read_text(encoding="utf-8").count("\n")
    ledger = pl.read_parquet(home.table("ledger", "messages"))
    assert pl.read_parquet(home.table("parse_issues")).is_empty()
    assert ledger.height == lines == 243_508
    assert set(ledger["outcome"]) == {"used"}
    said = pl.read_parquet(home.table("messages")).filter(pl.col("kind") != "system").height
    # 217,725 messages; of the 25,783 lines of the channel's own a few read like "somebody: something" to anyone.
    assert 217_725 <= said <= 217_775
