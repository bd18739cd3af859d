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
import polars as pl
from bench.memory import peak_mb
from chatclone_dagster import lake, tables, warehouse
from chatclone_dagster.home import Home
from chatclone_dagster.messages.clean import clean
from chatclone_dagster.messages.sentiment import sentiment
from chatclone_dagster.privacy.safe import make_safe
from chatclone_dagster.readers import ingest, survey
from chatclone_dagster.sql_models import Project

home = Home(Path(sys.argv[1]))
readings = ingest.read_everything(home, survey.exports(home))
made = clean(ingest.raw_rows(home, readings), ingest.parse_issues(home, readings), home.settings)
lake.write(tables.MESSAGES, made.messages, home.table("messages"))
lake.write(tables.LEDGER, made.ledger, home.table("ledger", "messages"))
lake.write(tables.MESSAGES_SAFE, make_safe(made.messages, home.settings, b"k" * 32), home.table("messages_safe"))
del made
scored = sentiment(pl.scan_parquet(home.table("messages_safe")))
lake.write(tables.MESSAGE_SENTIMENT, scored, home.table("message_sentiment"))
del scored
for model in Project.of(home.settings).models.values():
    warehouse.build(home, model)
    assert not any(warehouse.failures(home, model, test)[0] for test in model.tests if not test.warns), model.name
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
