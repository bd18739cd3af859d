"""Removing a person from a home. Every step can be taken again, so a command that was cut off is finished by the next one.

What is made from messages is deleted and made anew by the next run, without them; what costs hours (other personas'
adapters and evaluations) stays unless it was made from their words.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from chatclone_dagster import lake, warehouse
from chatclone_dagster.forgetting.records import strike
from chatclone_dagster.forgetting.traces import Traces
from chatclone_dagster.forgetting.who import Request
from chatclone_dagster.home import Home
from chatclone_dagster.readers import ingest
from chatclone_dagster.readers.forgotten import Forgetting
from chatclone_dagster.training.package import MANIFEST, mark_stale, read_manifest
from chatclone_dagster.training.tracking import Tracker

_OF_PERSONAS = ("training_dataset", "chat_jsonl", "ledger", "adapter", "evaluation", "clone_card")
"""What of the lake is made for one persona and takes long; what held nothing of the person's stays.

Pairs go in any case: they do not say whose words they hold, and hold more than the examples made of them.
"""
STALE = "it was trained beside the words of somebody who has asked to be forgotten"


def request(
    home: Home,
    traces: Traces,
    forms: tuple[str, ...],
    names: tuple[str, ...],
    *,
    delete_adapters: bool = False,
    delete_exports: bool = False,
) -> Request:
    """Say what is to be done, as it can be kept in a file: `forms` and `names` as in `who`."""
    return Request(
        on=datetime.now(UTC).astimezone().date(),
        forms=forms,
        names=names,
        personas=tuple(one.key for one in traces.personas),
        own=tuple(one.key for one in traces.personas if one.is_them),
        adapters=tuple(path.relative_to(home.root).as_posix() for one in traces.personas for path in one.adapters),
        exports=tuple(one.file for one in traces.exports if delete_exports and one.only_theirs),
        delete_adapters=delete_adapters,
    )


def forget(home: Home, wanted: Request, settings: dict[str, object]) -> None:
    """Do what a request says: keep the rule in chatclone.toml (with what `settings` says besides), then remove everything."""
    with lake.replacing(home.forgetting) as aside:
        aside.write_text(wanted.model_dump_json(), encoding="utf-8")
    rules = [{"on": one.on, "forms": list(one.forms)} for one in home.settings.forgotten if one.forms != wanted.forms]
    home.change(forgotten=[*rules, {"on": wanted.on, "forms": list(wanted.forms)}], **settings)
    finish(home)


def finish(home: Home) -> None:
    """Remove what the request in the home's folder names, if there is one, and then the request."""
    if not home.forgetting.is_file():
        return
    wanted = Request.model_validate_json(home.forgetting.read_text(encoding="utf-8"))
    if set(wanted.forms) <= set(home.settings.forgotten_forms):
        for file in wanted.exports:
            (home.exports / file).unlink(missing_ok=True)
        _empty_raw(home)
        _drop_runs(home, wanted)
        _drop_adapters(home, wanted)
        _drop_tables(home, wanted)
        home.stand_ins.unlink(missing_ok=True)  # holds private values of theirs; the key chooses the same ones again
        home.people_history.unlink(missing_ok=True)  # each change in it has the settings as they were
        strike(home.dagster, wanted.names)
        warehouse.publish(home)
    home.forgetting.unlink()


def _empty_raw(home: Home) -> None:
    """Empty their rows in what was read; what cannot be trusted, or was read from a file that is gone, goes whole."""
    forgetting = Forgetting.of(home)
    for folder in home.raw_cache.glob("*/*"):
        if not (ingest.is_of_a_file(home, folder) and ingest.forget(folder, forgetting)):
            shutil.rmtree(folder, ignore_errors=True)
    for path in home.raw_cache.glob("*"):
        if path.name.startswith(".") or path.is_file():  # killed readers' work, and the names of files seen
            _delete(path)


def _drop_runs(home: Home, wanted: Request) -> None:
    """Of the MLflow runs of personas: evaluations and cards, which show messages; of the person's own clone all of it."""
    own_store = home.tracking_uri.startswith("sqlite:")
    database = home.root / "mlflow.db"
    if not wanted.personas or (own_store and not database.exists()):
        return
    tracker = Tracker(home.tracking_uri, home.mlflow_artifacts)
    for persona in wanted.personas:
        for run in tracker.runs_of(persona):
            if persona in wanted.own:
                tracker.remove(run)
            else:
                tracker.discard(run, "evaluation", "card")
    for folder in map(home.root.joinpath, wanted.adapters):
        recorded = read_manifest(folder).mlflow_run if (folder / MANIFEST).is_file() else None
        if recorded and folder.parent.name not in wanted.own:
            tracker.tag(recorded, {"stale": STALE})
            if wanted.delete_adapters:
                tracker.discard(recorded, "adapter")
                tracker.unregister(recorded)
    if own_store:
        with closing(sqlite3.connect(database)) as con:
            con.execute("vacuum")


def _drop_adapters(home: Home, wanted: Request) -> None:
    """Mark adapters as stale or delete them; half-trained ones, and the logs beside, go in any case."""
    for folder in map(home.root.joinpath, wanted.adapters):
        if _goes(wanted, folder):
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.is_dir():
            mark_stale(folder, STALE)
    for persona in wanted.personas:
        for path in (home.adapters / persona).glob("*"):
            if path.name.startswith(".") or path.is_file():
                _delete(path)


def _goes(wanted: Request, adapter: Path) -> bool:
    """Whether an adapter is deleted: it is the person's own clone, or it was asked for."""
    return wanted.delete_adapters or adapter.parent.name in wanted.own


def _drop_tables(home: Home, wanted: Request) -> None:
    """Delete every file of the lake that may hold their words or name, what killed processes left included."""
    untouched = set(home.settings.all_personas) - set(wanted.personas)
    for place in home.lake.glob("*"):
        if place == home.raw_cache:
            continue
        if place.is_file():
            _delete(place)
            continue
        for path in place.iterdir():
            kept = place.name in _OF_PERSONAS and path.stem.removeprefix("dataset-") in untouched
            pointer = place.name == "adapter" and (home.root / path.read_text(encoding="utf-8").strip()).is_dir()
            if not (kept or pointer):
                _delete(path)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
