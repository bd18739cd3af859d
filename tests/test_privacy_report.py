"""What is found is reported before training, with no value; nothing but the safe copy is made of the raw table."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

import chatclone_dagster
from chatclone_dagster import lake, tables
from chatclone_dagster.cli.progress import bring_up_to_date
from chatclone_dagster.defs import definitions
from chatclone_dagster.home import Home
from chatclone_dagster.privacy.report import make_report, risky_kept, risky_share, samples, totals
from chatclone_dagster.privacy.safe import safe_copy
from chatclone_dagster.privacy.stand_ins import StandIns
from chatclone_dagster.settings import Settings, parse_settings
from chatclone_dagster.sql_models import Project
from tests.cleaning import cleaned
from tests.conftest import Chatclone
from tests.rows import in_turn, raw_rows

CARD = "4111 1111 1111 1111"
DROP = parse_settings('[me]\nname = "Ann"\n[privacy]\ncard = "drop"')


def history(*rows: dict[str, Any], settings: Settings = DROP) -> pl.DataFrame:
    return cleaned(raw_rows(*in_turn(*rows)), settings).messages


FOUND = (
    {"who": "Bo", "text": f"mail bo@x.example or BO@x.example, {CARD}"},
    {"who": "Ann", "text": "bo@x.example?"},
    {"who": "Bo", "text": "c@x.example", "conversation_key": "2", "conversation_name": "+49 171 3920042"},
    {"who": "Ann", "text": "hi", "conversation_key": "2", "conversation_name": "+49 171 3920042"},
)


def test_the_report_counts_by_kind_and_chat_and_holds_no_value() -> None:
    keeping = parse_settings('[me]\nname = "Ann"\n[time]\nzone = "Europe/Berlin"\n[privacy]\ncard = "keep"')
    safe = safe_copy(history(*FOUND, settings=keeping), keeping, StandIns(b"k" * 32))
    report = make_report(safe.finds, keeping)
    lake.check(tables.PRIVACY_REPORT, report.lazy())
    counts = report.select("kind", "policy", "found", "different", "messages").rows()
    assert sorted(counts) == [
        ("card", "keep", 1, 1, 1),
        ("email", "pseudonym", 1, 1, 1),
        ("email", "pseudonym", 3, 1, 2),
    ]
    assert totals(report).select("kind", "found", "chats").rows() == [("email", 4, 2), ("card", 1, 1)]
    assert risky_kept(report) == {"card": 1}
    assert risky_share(report, 4) == 0.25
    shown = str(report.to_dicts())
    assert not [word for word in ("example", "4111", "3920042") if word in shown]
    assert make_report(safe_copy(history(settings=keeping), keeping, StandIns(b"k" * 32)).finds, keeping).is_empty()


def test_samples_are_redacted(tmp_path: Path) -> None:
    messages = history(*FOUND)
    report = make_report(safe_copy(messages, DROP, StandIns(b"k" * 32)).finds, DROP)
    lake.write(tables.MESSAGES, messages, tmp_path / "messages.parquet")
    found = samples(report, tmp_path / "messages.parquet", DROP)
    assert found["email"].value == "xx@x.xxxxxxx"
    assert found["email"].before == "xxxx "
    assert found["card"].value == "9999 9999 9999 9999"


@pytest.fixture
def filled(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Ann's home with an export in which Bo and Ann exchange e-mail addresses and Ann a card number."""
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster))
    lines = [
        f"01/{1 + i // 24:02}/2024, {i % 24:02}:{30 * (who == 'Ann'):02} - {who}: {text}"
        for i in range(240)
        for who, text in (("Bo", f"question {i}?"), ("Ann", f"answer {i}"))
    ]
    lines[20] = lines[20].replace("question", "zora@x.example")
    lines[41] = lines[41].replace("answer 20", f"take {CARD}")
    (home.exports / "WhatsApp Chat with Bo.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return home


@pytest.fixture
def instance(filled: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(filled.dagster)) as found:
        yield found


def evaluations(instance: dg.DagsterInstance, asset: str) -> dict[str, bool]:
    """The latest outcome of each check of an asset."""
    keys = [
        key for key in definitions(Home.find()).resolve_asset_graph().asset_check_keys if key.asset_key.path == [asset]
    ]
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    return {key.name: record.status.value == "SUCCEEDED" for key, record in latest.items()}


def test_what_is_dropped_closes_in_the_ledger(
    filled: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATCLONE_HOME", str(filled.root))
    filled.change(privacy__card="drop")
    assert bring_up_to_date(filled, "me", until="training_dataset")
    ledger = pl.read_parquet(filled.table("ledger", "safe"))
    assert ledger.filter(pl.col("reason") == "dropped_private_card").height == 1
    assert ledger.height == 480, "every message, once"
    assert pl.read_parquet(filled.table("ledger", "dataset-me")).height == 239, (
        "every message of Ann's that is left, once"
    )
    assert evaluations(instance, "messages_safe")["every_message_accounted_for"]
    assert evaluations(instance, "training_dataset")["every_message_accounted_for"]
    assert evaluations(instance, "privacy_report") == {"nothing_risky_is_kept": True, "risky_values_are_rare": True}
    texts = pl.read_parquet(filled.table("training_dataset", "me"))["messages"].explode().struct.field("content")
    assert not texts.str.contains("4111").any()
    assert not texts.str.contains("question 20\\?[\\s\\S]*answer 21").any(), "context does not reach over it"


def test_privacy_trains_nothing_and_shows_what_was_found_and_no_value(
    filled: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, chatclone: Chatclone
) -> None:
    monkeypatch.setenv("CHATCLONE_HOME", str(filled.root))
    filled.change(privacy__card="keep", privacy__name="pseudonym", privacy__email="drop")
    said = chatclone("privacy")
    assert said.code == 0
    for told in ("card", "99 9999", "stays as it is", "xxxx@x.xxxxxxx", "1 email", "[privacy]", "chatclone.toml"):
        assert told in said.words, told
    assert "1 message left out" in said.words
    assert 'kept and could be learned: card = "mask"' in said.words
    assert not [value for value in ("zora", "4111") if value in said.out]
    assert not filled.adapters.exists()
    assert not evaluations(instance, "privacy_report")["nothing_risky_is_kept"]
    # Dagster's records and the lake hold no key, and the records no value and nobody's name, fictional or not.
    fake = pl.read_parquet(filled.table("messages_safe")).filter(~pl.col("is_owner"))["sender_name"][0]
    key = filled.secret("pseudonyms")
    stored = b"".join(path.read_bytes() for path in filled.dagster.rglob("*.db"))
    assert not [held for held in (b"4111 1111", b"zora@x", key, key.hex().encode()) if held in stored]
    assert not re.search(rb"\b%s\b" % re.escape(fake.encode()), stored)  # a word of its own: somebody may be called Dag
    assert not [path for path in filled.lake.rglob("*.parquet") if key in path.read_bytes()]
    if os.name == "posix":
        assert filled.stand_ins.stat().st_mode & 0o077 == 0
    assert f"{fake} stands for bo (name)" in chatclone("privacy", "lookup", fake).words
    assert "stands for nothing" in chatclone("privacy", "lookup", "nobody").words


def test_names_and_nicknames_of_contacts_are_found_as_soon_as_the_address_book_comes(
    filled: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHATCLONE_HOME", str(filled.root))
    filled.change(privacy__name="pseudonym")
    chat = next(filled.exports.glob("*.txt"))
    chat.write_text(chat.read_text(encoding="utf-8").replace("answer 7\n", "ask zuzu\n"), encoding="utf-8")

    def zuzus() -> int:
        assert bring_up_to_date(filled, "me", until="privacy_report")
        return int(pl.read_parquet(filled.table("messages_safe"))["text"].str.contains("zuzu").sum())

    assert zuzus() == 1
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Susanne Weil\nNICKNAME:Zuzu\nEND:VCARD\n"
    (filled.exports / "contacts.vcf").write_text(card, encoding="utf-8")
    assert zuzus() == 0
    report = pl.read_parquet(filled.table("privacy_report"))
    assert report.filter(pl.col("kind") == "name")["found"].sum() == 1


def test_privacy_without_a_home_or_exports_says_what_to_do(home: Home, tmp_path: Path, chatclone: Chatclone) -> None:
    said = chatclone("privacy", "--home", tmp_path / "none")
    assert said.code == 2
    assert "chatclone init" in said.words
    said = chatclone("privacy", "--home", home.root)
    assert said.code == 0
    assert "No exports yet" in said.words


RAW_READERS = {
    "defs/messages.py": "writes it",
    "privacy/safe.py": "makes the safe copy of it",
    "messages/known.py": "asks it who is one person",
    "forgetting/traces.py": "counts what is to be forgotten",
    "cli/privacy.py": "shows redacted samples, in the terminal only",
}


def test_only_the_safe_copy_reads_the_raw_table(tmp_path: Path) -> None:
    graph = definitions(Home(tmp_path)).resolve_asset_graph()
    readers = {key.to_user_string() for key in graph.get(dg.AssetKey("messages")).child_keys}
    assert readers == {"messages_safe", "privacy_report"}
    for model in Project.of(Settings()).models.values():
        assert set(model.sources) <= {"messages_safe", "message_languages", "message_sentiment"}, "made of the first"
        for sql in (model.sql, *(test.sql for test in model.tests)):
            assert not re.search(r'(?i)(from|join)\s+"?messages\b', sql), f"{model.name} reads the raw table"
    package = Path(chatclone_dagster.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"""table\(\s*["']messages["']""", path.read_text(encoding="utf-8"))
    }
    assert found == set(RAW_READERS)
