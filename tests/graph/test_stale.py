"""What an edit makes stale: that, what is made of it, and nothing else."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from chatclone_dagster.cli.progress import bring_up_to_date
from chatclone_dagster.home import Home, bundled
from tests.graph.planning import names, planned


def test_touching_a_file_makes_nothing_stale(home: Home, instance: dg.DagsterInstance) -> None:
    for path in home.exports.rglob("*"):
        os.utime(path)
    assert not planned(home, instance).steps


def test_one_edited_message_is_followed_as_far_as_it_may_go(home: Home, instance: dg.DagsterInstance) -> None:
    path = home.exports / "whatsapp/WhatsApp Chat with Jonas Weber.txt"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[400] = lines[400].replace(": ", ": not ", 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    now, then = names(planned(home, instance))
    assert now == {"exports"}
    assert {"raw/whatsapp", "messages", "turns", "training_dataset of me", "adapter of me", "clone_card of me"} <= then
    assert not {"recipe of me", "base_model of me"} & then


def test_a_file_nobody_reads_stops_at_the_first_stage(home: Home, instance: dg.DagsterInstance) -> None:
    before = instance.get_latest_materialization_event(dg.AssetKey("messages"))
    (home.exports / "letter.txt").write_text("Dear Bo,\n\nhow are you?\n")
    assert bring_up_to_date(home, "me")
    after = instance.get_latest_materialization_event(dg.AssetKey("messages"))
    assert before is not None
    assert after is not None
    assert before.run_id == after.run_id, "the same rows were read, so nothing behind them ran"
    assert not planned(home, instance).steps


def test_one_edited_sql_model_is_stale_with_what_reads_it(
    home: Home, instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(shutil.copytree(bundled("dbt_like_sql"), tmp_path / "sql"))
    monkeypatch.setattr("chatclone_dagster.sql_models.bundled", lambda _: copy)
    path = copy / "models/intermediate/sessions.sql"
    path.write_text(
        path.read_text(encoding="utf-8").replace("count(*) as messages", "count(*) + 0 as messages"), encoding="utf-8"
    )
    now, then = names(planned(home, instance))
    assert now == {"sessions"}
    assert then == {"conversations", "who_texts_first", "texting_profile of me", "warehouse"}
    assert bring_up_to_date(home, "me")
    assert not planned(home, instance).steps, "the same sessions came out, so the warehouse did not run"
    path = copy / "models/intermediate/conversation_pairs.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("'adjacent'", "'next'"), encoding="utf-8")
    now, then = names(planned(home, instance))
    assert now == {"conversation_pairs"}
    assert {"training_dataset of me", "adapter of me", "clone_card of me"} <= then


def test_an_edited_recipe_retrains_and_reads_nothing_anew(home: Home, instance: dg.DagsterInstance) -> None:
    path = home.root / "tiny.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("rank: 4", "rank: 2"), encoding="utf-8")
    now, then = names(planned(home, instance))
    assert now == {"recipe of me"}
    assert then == {"adapter of me", "evaluation of me", "clone_card of me"}


def test_a_lost_table_is_made_again(home: Home, instance: dg.DagsterInstance) -> None:
    home.table("people").unlink()
    home.document("clone_card.html", "me").unlink()
    assert names(planned(home, instance))[0] == {"people", "clone_card of me"}
    shutil.rmtree(home.adapters)
    assert names(planned(home, instance))[0] == {"people", "adapter of me"}


def test_another_person_behind_a_persona_is_another_dataset(home: Home, instance: dg.DagsterInstance) -> None:
    consent = {"by": "Jonas Weber", "date": date(2026, 1, 31), "how": "in writing"}
    home.change(personas__me__who="Jonas Weber", personas__me__consent=consent)
    assert names(planned(home, instance))[0] == {"training_dataset of me"}


def test_a_row_that_is_not_accounted_for_stops_the_line(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chatclone_dagster.messages import clean as room  # noqa: PLC0415

    whole = room.clean

    def careless(*args: object) -> room.Cleaned:
        made = whole(*args)  # type: ignore[arg-type]
        return replace(made, ledger=made.ledger[1:])

    monkeypatch.setattr("chatclone_dagster.defs.messages.clean", careless)
    home.table("messages").unlink()
    safe = instance.get_latest_materialization_event(dg.AssetKey("messages_safe"))
    assert not bring_up_to_date(home, "me")
    again = instance.get_latest_materialization_event(dg.AssetKey("messages_safe"))
    assert safe is not None
    assert again is not None
    assert safe.run_id == again.run_id
    found = planned(home, instance)
    why = {str(step): step.why for step in found.steps}
    assert why["ledger_messages"] == "its check every_row_accounted_for failed"
    assert "training_dataset of me" in names(found)[1], "and nothing is built on it the next time either"
    monkeypatch.undo()
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster))
    assert bring_up_to_date(home, "me")
    assert not planned(home, instance).steps
