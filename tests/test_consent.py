"""Whoever did not agree, or no longer does, is neither trained on as a persona nor evaluated nor served, from whichever side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from chatclone_dagster.defs import definitions, jobs
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.privacy.consent import permitted
from chatclone_dagster.readers.forgotten import KEY, hashed
from chatclone_dagster.training.package import make_newest, newest
from tests.conftest import Chatclone, write_home

CHAT = "".join(
    f"{day:02}/03/2024, 10:{minute:02} - {who}: {text}\n"
    for day in range(1, 29)
    for minute, who, text in ((0, "Bo Li", "what is up"), (1, "Ann", "not much"), (2, "Bo Li", "ok"), (3, "Ann", "bye"))
)
CONSENT = {"by": "Bo Li", "date": date(2026, 1, 31), "how": "in writing"}


@pytest.fixture
def home(tmp_path: Path, tiny_base: Path) -> Home:
    """Ann's home with a clone of Bo, who agreed: a pointer to an adapter stands for it, as nobody may get as far as that."""
    home = write_home(tmp_path / "home", "[me]\nname = 'Ann'\n", tiny_base)
    (home.exports / "WhatsApp Chat with Bo Li.txt").write_text(CHAT)
    home.change(people={"Bo Li": ["Bobby"]}, personas__bo={"who": "Bo Li", "consent": CONSENT})
    make_newest(home, "bo", home.root / "adapters/bo/made")
    return home


def taken_back(home: Home) -> None:
    home.change(personas__bo__consent=None)


def said_no(home: Home) -> None:
    home.change(personas__bo__consent=False)


def of_a_day_to_come(home: Home) -> None:
    home.change(personas__bo__consent={**CONSENT, "date": date.today() + timedelta(days=2)})  # noqa: DTZ011  as the user has it


def excluded_by_an_alias(home: Home) -> None:
    home.change(exclude__people=["bobby"])


def marked_without_consent(home: Home) -> None:
    home.change(people={"Robert": {"aliases": ["Bobby", "Bo Li"], "consent": False}})


def asked_to_be_forgotten(home: Home) -> None:
    home.change(forgotten=[{"on": date(2026, 2, 1), "forms": [hashed("bo li", home.secret(KEY))]}])


REFUSALS = pytest.mark.parametrize(
    ("withdraw", "told"),
    [
        (taken_back, "personas.bo.consent: cloning Bo Li needs their consent"),
        (said_no, "personas.bo.consent: cloning Bo Li needs their consent"),
        (of_a_day_to_come, "is yet to come; there is no clone before it"),
        (excluded_by_an_alias, "personas.bo: Bo Li is left out (exclude.people), so there is no clone"),
        (marked_without_consent, "personas.bo: Bo Li is left out (people.Robert.consent), so there is no clone"),
        (asked_to_be_forgotten, "personas.bo: Bo Li asked to be forgotten, so there is no clone"),
    ],
)


def test_who_agreed_may_be_cloned(home: Home) -> None:
    assert permitted(home, "bo").who == "Bo Li"
    assert permitted(home, "me").who is None
    assert newest(home, "bo") == home.root / "adapters/bo/made"


@REFUSALS
def test_every_asset_of_a_persona_refuses(home: Home, withdraw: Any, told: str) -> None:
    withdraw(home)
    graph = definitions(home)
    refused = {}
    job = graph.resolve_implicit_global_asset_job_def()
    assets = [key for key in graph.resolve_asset_graph().get_all_asset_keys() if _of_persona(graph, key)]
    assert {key.to_user_string() for key in assets} >= {"training_dataset", "adapter", "evaluation", "clone_card"}
    with dg.DagsterInstance.ephemeral() as instance:
        for key in assets:
            done = job.execute_in_process(
                instance=instance, asset_selection=[key], partition_key="bo", raise_on_error=False
            )
            failure = next((event for event in done.all_events if event.is_step_failure), None)
            assert failure is not None, key
            data = failure.step_failure_data.user_failure_data
            refused[key] = str(data.description if data else None)
    assert {key: told in line for key, line in refused.items()} == dict.fromkeys(assets, True)


def _of_persona(graph: dg.Definitions, key: dg.AssetKey) -> bool:
    node = graph.resolve_asset_graph().get(key)
    return node.is_partitioned and node.is_materializable


@REFUSALS
def test_nothing_serves(home: Home, chatclone: Chatclone, withdraw: Any, told: str) -> None:
    withdraw(home)
    with pytest.raises(UserError) as error:
        newest(home, "bo")
    assert told in str(error.value)
    assert "\n" not in str(error.value)
    for words in (("reply", "hi"), ("chat",), ("run", "--no-chat")):
        said = chatclone(*words, "--persona", "bo", "--home", home.root)
        assert (said.code, told in said.words) == (2, True), words


def test_the_week_asks_for_nobody_who_did_not_agree(home: Home) -> None:
    def asked() -> Iterator[Any]:
        schedule: Any = jobs.weekly(home)
        with (
            dg.DagsterInstance.from_config(str(home.dagster)) as instance,
            dg.build_schedule_context(instance=instance) as context,
        ):
            yield from schedule(context)

    assert {request.partition_key for request in asked()} == {"me", "bo"}
    taken_back(home)
    assert {request.partition_key for request in asked()} == {"me"}


def test_consent_that_is_taken_back_makes_the_persona_stale(home: Home) -> None:
    def version() -> str | None:
        return definitions(home).resolve_asset_graph().get(dg.AssetKey("training_dataset")).code_version

    before = version()
    taken_back(home)
    assert version() != before
