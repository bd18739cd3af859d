"""Forgetting a person: their words are nowhere in the home any more, do not come back, and what was made of them is stale."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from mlflow import MlflowClient

from chatclone_dagster.cli.progress import bring_up_to_date
from chatclone_dagster.defs import definitions
from chatclone_dagster.defs.plan import observe, plan
from chatclone_dagster.forgetting import forget as room
from chatclone_dagster.home import Home
from chatclone_dagster.ledger import balance
from chatclone_dagster.messages import decisions, people
from chatclone_dagster.readers import ingest, survey
from chatclone_dagster.readers.forgotten import KEY, hashed
from chatclone_dagster.settings import SettingsError
from chatclone_dagster.training.package import MANIFEST, make_newest, newest, read_manifest, why_stale
from chatclone_dagster.training.tracking import Tracker
from tests.club import CARDS, EXPORTS, GROUP, NAMES, OTHER, SETTINGS, TWO, WORDS, holders
from tests.conftest import Chatclone, write_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Iterator[Home]:
    """A home with three chats, brought up to date once for Ann's clone; Cy's clone has an adapter as well."""
    home = write_home(tmp_path_factory.mktemp("forget") / "home", SETTINGS, tiny_base)
    for name, text in EXPORTS.items():
        (home.exports / name).write_text(text)
    (home.exports / "friends.vcf").write_text(CARDS)
    consent = {"by": "Cy Day", "date": date(2026, 1, 31), "how": "in writing"}
    home.change(personas__cy={"who": "Cy Day", "consent": consent})
    everybody = people.look(home)
    decisions.rename(home, everybody, everybody.find("Bo"), "Bo B")  # keeps the whole settings, to be undone
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHATCLONE_HOME", str(home.root))
        patch.setenv("DAGSTER_HOME", str(home.dagster))
        assert bring_up_to_date(home, "me")
        fail_by_a_slip(home)
        made = newest(home, "me")
        theirs = Path(shutil.copytree(made, home.adapter("cy", made.name)))
        manifest = read_manifest(made).model_copy(
            update={"persona": "cy", "persona_name": "Cy Day", "mlflow_run": None}
        )
        (theirs / MANIFEST).write_text(manifest.model_dump_json())
        make_newest(home, "cy", theirs)
        record_their_clone(home)
        yield home


def record_their_clone(home: Home) -> None:
    """Let MLflow know a run of Cy's clone with a card, registered."""
    tracker = Tracker(home.tracking_uri, home.mlflow_artifacts)
    run = tracker.start("cy", {}, {"persona": "cy"})
    card = home.root / "card.html"
    card.write_text("quokka")
    tracker.keep(run, card, "card")
    tracker.register("chatclone-cy", run, "card", "newest")
    card.unlink()


def fail_by_a_slip(home: Home) -> None:
    """Let Dagster record an error that names Cy."""
    home.change(exclude__people=["Cy Dya"])
    with dg.DagsterInstance.get() as instance:
        job = definitions(home).resolve_implicit_global_asset_job_def()
        chosen = [dg.AssetKey("messages_safe"), dg.AssetKey("privacy_report")]
        assert not job.execute_in_process(instance=instance, asset_selection=chosen, raise_on_error=False).success
    home.change(exclude=None)


def plan_now(home: Home) -> dict[str, str]:
    with dg.DagsterInstance.get() as instance:
        observe(home, instance)
        found = plan(definitions(home), instance, ["me"])
        return {str(step): step.why for step in (*found.steps, *found.then)}


def bring_history_up_to_date(home: Home) -> None:
    """What a run does before it comes to a persona."""
    graph = definitions(home)
    with dg.DagsterInstance.get() as instance:
        observe(home, instance)
        while (wave := plan(graph, instance, ["me"]).wave())[0] is None:
            job = graph.resolve_implicit_global_asset_job_def()
            assert job.execute_in_process(instance=instance, asset_selection=list(wave[1])).success


def test_from_the_first_look_to_the_next_run(home: Home, chatclone: Chatclone, monkeypatch: pytest.MonkeyPatch) -> None:
    before = holders(home.root, WORDS)
    assert {"lake/messages.parquet", "lake/training_dataset/me.parquet", "lake/chat_jsonl/me/train.jsonl"} <= before
    assert any(name.startswith("mlflow-artifacts/") for name in before), "cards and evaluations show messages"
    named = holders(home.root, NAMES)
    assert {
        ".dagster/history/runs/index.db",
        ".people/history.jsonl",
        "lake/contacts.parquet",
        "chatclone.toml",
    } <= named
    mine, theirs = newest(home, "me"), newest(home, "cy")
    run = read_manifest(mine).mlflow_run or ""

    said = chatclone("forget", "cyril", "--dry-run", "--home", home.root)
    assert said.code == 0, said.words
    assert "112 rows" in said.words, "28 days: one of the group, three of the chat of the two"
    assert "112 messages" in said.words
    assert f"adapters/me/{mine.name} (stale" in said.words
    assert f"adapters/cy/{theirs.name} (deleted)" in said.words
    assert chatclone("forget", "cyril", "--home", home.root).code == 1, "nobody is there to be asked"
    assert holders(home.root, WORDS) == before
    assert not plan_now(home)

    with monkeypatch.context() as patch:
        patch.setattr(room, "_drop_adapters", lambda *_: os.kill(os.getpid(), signal.SIGINT))
        assert chatclone("forget", "cyril", "--yes", "--home", home.root).code != 0
    assert holders(home.root, WORDS), "cut off in the middle"
    said = chatclone("forget", "Cy Day", "--home", home.root)
    assert "Forgotten already" in said.words, "the next command, whichever, finished it first"

    assert holders(home.root, WORDS) == set()
    named = holders(home.root, NAMES)
    assert {Path(name).name for name in named} == {"reading.json"}, "the names of files that lie in exports/"
    client = MlflowClient(tracking_uri=home.tracking_uri)
    assert {file.path for file in client.list_artifacts(run)} == {"adapter"}
    assert "asked to be forgotten" in client.get_run(run).data.tags["stale"]
    assert {model.name for model in client.search_registered_models()} == {"chatclone-me"}
    assert not Tracker(home.tracking_uri).runs_of("cy")
    text = home.settings_file.read_text()
    assert text.startswith("# mine\n")
    home = Home(home.root)
    assert (len(home.settings.forgotten), set(home.settings.people), set(home.settings.all_personas)) == (
        1,
        {"Bo B"},
        {"me"},
    )
    assert not theirs.exists()
    assert "asked to be forgotten" in (why_stale(mine) or "")
    assert "This clone is stale" in chatclone("reply", "hi", "--home", home.root).words

    planned = plan_now(home)
    assert {"training_dataset of me", "adapter of me", "evaluation of me", "clone_card of me"} <= set(planned)
    check_that_nothing_comes_back(home)


def check_that_nothing_comes_back(home: Home) -> None:
    (home.exports / "Rowing club later.txt").write_text(EXPORTS[GROUP].replace("/03/", "/04/"))
    bring_history_up_to_date(home)
    assert holders(home.root, WORDS) == set(), "reading their exports again, or a new one, brings nothing back"
    of_files = ("lake/exports.parquet", "lake/raw/", "lake/readings/")
    assert not [name for name in holders(home.root, NAMES) if not name.startswith(of_files)]
    assert not any({**balance.of_messages(home), **balance.of_safe(home)}.values())
    assert pl.read_parquet(home.table("contacts"))["name"].to_list() == ["Bo"]
    ledger = pl.read_parquet(home.table("ledger", "messages"))
    assert ledger.filter(pl.col("reason") == "forgotten").height == 3 * 28
    became = pl.read_parquet(home.table("ledger", "safe")).group_by("reason").len()
    assert dict(became.iter_rows()) == {None: 28 * 4 + 2 * 28 * 3, "forgotten": 2 * 28}
    turns = pl.read_parquet(home.table("turns"))
    assert ["boat today? 1"] in turns["bubbles"].to_list()
    club = turns.filter(pl.col("conversation_name") == "Rowing club")
    assert club.filter(pl.col("is_group")).height == club.height, "it does not look like a chat of two now"
    pairs = pl.read_parquet(home.table("conversation_pairs"))
    assert not pairs.filter(pl.col("prompt_bubbles").list.first().str.starts_with("boat today?")).height, "it was cut"
    assert "training_dataset of me" in plan_now(home)


def test_files_that_hold_nothing_else_can_go(tmp_path: Path, tiny_base: Path, chatclone: Chatclone) -> None:
    home = write_home(tmp_path / "home", SETTINGS, tiny_base)
    for name, text in EXPORTS.items():
        (home.exports / name).write_text(text)
    said = chatclone("forget", "Cy Day", "--yes", "--delete-exports", "--home", home.root)
    assert said.code == 0, said.words
    assert f"deleted exports/{TWO}" in said.words
    assert f"exports/{GROUP} still holds their words (others' too: yours to edit)" in said.words
    assert sorted(path.name for path in home.exports.iterdir()) == [OTHER, GROUP]
    assert holders(home.root, WORDS + NAMES) == set()
    kept = home.settings_file.read_text().replace("[[forgotten]]", "[[forgotten]]\n# so be it", 1)
    home.settings_file.write_text(kept)
    assert chatclone("forget", "Bo", "--yes", "--home", home.root).code == 0
    assert len(Home(home.root).settings.forgotten) == 2


def test_whoever_is_taken_out_of_the_settings_is_read_again(home_of_two: Home) -> None:
    readings = ingest.read_everything(home_of_two, survey.exports(home_of_two))
    everything = ingest.content_version(readings)
    home_of_two.change(forgotten=[{"on": date(2026, 1, 31), "forms": [hashed("bo", home_of_two.secret(KEY))]}])
    emptied = ingest.read_everything(home_of_two, survey.exports(home_of_two))
    assert ingest.raw_rows(home_of_two, emptied).select(pl.col("text").str.len_chars().sum()).collect().item() == 0
    home_of_two.change(forgotten=[])
    again = ingest.read_everything(home_of_two, survey.exports(home_of_two))
    assert ingest.content_version(again) == everything


def test_without_the_key_nothing_is_read(home_of_two: Home) -> None:
    home_of_two.change(forgotten=[{"on": date(2026, 1, 31), "forms": [hashed("bo", home_of_two.secret(KEY))]}])
    (home_of_two.root / ".secrets" / KEY).unlink()
    with pytest.raises(SettingsError, match=r"forgotten: the key they were hashed with \(\.secrets/forget\) is gone"):
        ingest.read_everything(home_of_two, survey.exports(home_of_two))


@pytest.fixture
def home_of_two(tmp_path: Path) -> Home:
    home = Home(tmp_path / "two")
    home.create("[me]\nname = 'Ann'\n")
    (home.exports / OTHER).write_text(EXPORTS[OTHER])
    return home


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC"])
@pytest.mark.parametrize(
    ("known", "returns"),
    [
        ("+49 171 3920042", "0171 3920042"),
        ("+49 171 3920042", "(0171) 392-0042"),
        ("0171 3920042", "+49 171 3920042"),
    ],
)
def test_a_number_is_one_with_and_without_its_country(
    chatclone: Chatclone, tmp_path: Path, zone: str, known: str, returns: str
) -> None:
    """Where the zone tells no country, too: whoever asked to be forgotten is not read again for a setting that is missing."""
    home = Home(tmp_path / "numbers")
    home.create(f"[me]\nname = 'Ann'\n[time]\nzone = '{zone}'\n")
    (home.exports / OTHER).write_text(EXPORTS[OTHER])
    (home.exports / GROUP).write_text(EXPORTS[GROUP].replace("Cy Day", known))
    said = chatclone("forget", returns, "--yes", "--home", home.root)
    assert (said.code, "28 rows" in said.words) == (0, True), said.words
    assert "Forgotten already" in chatclone("forget", returns, "--home", home.root).words
    later = EXPORTS[GROUP].replace("Cy Day", returns).replace("zanzibar", "marzipan").replace("/2024", "/2025")
    (home.exports / "WhatsApp Chat with Rowing club later.txt").write_text(later)
    rows = ingest.raw_rows(home, ingest.read_everything(home, survey.exports(home))).collect()
    assert rows.filter(pl.col("kind") == "forgotten").height == 56
    assert not rows["text"].str.contains("zanzibar|marzipan").any()
    assert {"Bo", "Ann"} == {*rows["sender_key"].drop_nulls()}


def test_a_country_written_down_later_is_looked_for_in_what_was_read_before(home_of_two: Home) -> None:
    (home_of_two.exports / GROUP).write_text(EXPORTS[GROUP].replace("Cy Day", "0049 171 3920042"))
    home_of_two.change(
        forgotten=[{"on": date(2026, 1, 31), "forms": [hashed("+491713920042", home_of_two.secret(KEY))]}]
    )

    def forgotten() -> int:
        rows = ingest.raw_rows(home_of_two, ingest.read_everything(home_of_two, survey.exports(home_of_two)))
        return rows.filter(pl.col("kind") == "forgotten").collect().height

    version = ingest.reader_version(home_of_two.settings, "whatsapp")
    assert forgotten() == 0
    home_of_two.change(privacy__regions=["DE"])
    assert forgotten() == 28
    assert ingest.reader_version(home_of_two.settings, "whatsapp") != version, "the next run reads it again"
    home_of_two.change(privacy__regions=None)
    assert forgotten() == 0


def test_the_owner_and_nobody_cannot_be_forgotten(chatclone: Chatclone, home_of_two: Home) -> None:
    said = chatclone("forget", "ann", "--yes", "--home", home_of_two.root)
    assert (said.code, "'ann' is you" in said.words) == (2, True)
    said = chatclone("forget", "Boo", "--yes", "--home", home_of_two.root)
    assert (said.code, "did you mean 'Bo'?" in said.words) == (2, True)
    assert not Home(home_of_two.root).settings.forgotten
