"""A million messages is an ordinary user: read, cleaned and queried in bounded memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl

from bench.chats import whatsapp
from chatclone_dagster.home import Home
from tests.conftest import ROOT

LINE = """
import sys
from pathlib import Path
from bench.memory import peak_mb
from bench import stages
from chatclone_dagster import lake, tables
from chatclone_dagster.home import Home
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.readers import ingest, survey

home = Home(Path(sys.argv[1]))
readings = ingest.read_everything(home, survey.exports(home))
made = clean(ingest.raw_rows(home, readings), ingest.parse_issues(home, readings), home.settings)
lake.write(tables.MESSAGES, made.messages, home.table("messages"))
lake.write(tables.LEDGER, made.ledger, home.table("ledger", "messages"))
del made
stages.safe_copy(str(home.root))
stages.told_of_messages(str(home.root))
stages.models(str(home.root))
print(int(peak_mb()))
"""


def test_a_million_messages_go_from_file_to_pairs(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create('version = 1\n[me]\nname = "Ada Okafor"\n')
    whatsapp(home.exports / "WhatsApp Chat with all.txt", 1_000_000)
    done = subprocess.run(
        [sys.executable, "-c", LINE, str(home.root)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    ledger = pl.scan_parquet(home.table("ledger", "messages"))
    assert ledger.select(pl.len()).collect().item() >= 1_000_000
    assert pl.read_parquet(home.table("conversation_pairs"), columns=["pair_id"]).height > 100_000
    peak = int(done.stdout.split()[-1])
    assert peak < 6_000, f"{peak} MB at the peak"
