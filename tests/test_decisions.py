"""What the owner decides of people: merging, naming and splitting them, and undoing it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chatclone_dagster.home import Home
from chatclone_dagster.messages import decisions
from chatclone_dagster.messages.identity import identities
from chatclone_dagster.messages.people import People, WhoError
from chatclone_dagster.settings import Sessions, SettingsError, parse_settings
from tests.rows import raw_rows
from tests.senders import ME, people, persons, row

NAMES = ["Anna", "Bert", "Cleo", "Dora", "Emil", "Ann"]


def names_row() -> pl.DataFrame:
    return raw_rows(*({"who": name, "text": "x"} for name in NAMES))


pairs = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=5)


@hypothesis_settings(max_examples=10)
@given(pairs, st.randoms(use_true_random=False))
def test_merging_commutes_is_idempotent_and_can_be_undone(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, str]], order: Any
) -> None:
    text = (
        '# mine\n[me]\nname = "Ann"\n[people]\n# from school\n"Zoe" = ["Zo"]\r\n[time] # here\nzone = "Europe/Berlin"\n'
    )
    home = Home(tmp_path_factory.mktemp("merge"))
    home.create(text)
    home.settings_file.write_bytes(text.encode())
    results = []
    shuffled = [(b, a) for a, b in said]
    order.shuffle(shuffled)
    for merges in (said, shuffled, [*said, *said]):
        home.write_settings(text)
        home.people_history.unlink(missing_ok=True)
        for one, other in merges:
            found = people(home, names_row())
            first, second = found.find(one), found.find(other)
            if first.id != second.id:
                decisions.merge(home, found, first, second)
        results.append(persons(identities(names_row(), home.settings)))
        decisions.undo(home, 100)
        assert home.settings_file.read_bytes() == text.encode()
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize(
    "entry", ["[people]\n'Anna' = { aliases = ['annie'], consent = false }", "[people.'Anna']\nconsent = false"]
)
def test_a_no_stays_through_merging_renaming_splitting_and_their_undoing(tmp_path: Path, entry: str) -> None:
    rows = pl.concat(
        [raw_rows(ME, {"who": "Anna", "text": "a"}, {"who": "Cleo", "text": "b"}), row("slack", "U1", "annie")]
    )
    home = Home(tmp_path / "home")
    home.create(f"# mine\n[me]\nname = 'Ann'\n{entry}\n[time] # here\nzone = 'UTC'\n")
    before = home.settings_text

    def now() -> People:
        return people(home, rows)

    def left_out() -> set[str]:
        return {person.name for person in now().everyone if person.id in now().left_out}

    assert left_out() == {"Anna"}
    decisions.rename(home, now(), now().find("Anna"), "Anna W")
    assert (left_out(), home.settings.people["Anna W"].consent) == ({"Anna W"}, False)
    decisions.merge(home, now(), now().find("Cleo"), now().find("Anna W"))
    assert left_out() == {"Cleo"}
    assert {"Anna", "Anna W"} <= {*home.settings.aliases["Cleo"]}
    decisions.split(home, now(), now().find("Cleo"), "whatsapp:Cleo")
    assert home.settings.people["Cleo"].consent is False
    with pytest.raises(WhoError, match="marked consent = false, so they are not you"):
        decisions.merge(home, now(), now().find("Ann"), now().find("Anna"))
    decisions.undo(home, 3)
    assert home.settings_text == before
    decisions.merge(home, now(), now().find("Cleo"), now().find("Anna"))
    home.change(sessions__gap_minutes=60)
    decisions.undo(home)
    assert home.settings == parse_settings(before).model_copy(update={"sessions": Sessions(gap_minutes=60)})


def test_merge_rename_split_and_their_undoing(berlin: Home) -> None:
    rows = pl.concat(
        [raw_rows(ME, {"who": "Anna", "text": "a"}), row("slack", "U1", "annie"), row("messenger", "Anna")]
    )
    before = berlin.settings_file.read_bytes()

    def now() -> People:
        return people(berlin, rows)

    assert (
        decisions.merge(berlin, now(), now().find("annie"), now().find("Anna"), "Anna Weber")
        == "merged 'Anna' into 'Anna Weber'"
    )
    assert berlin.settings.aliases["Anna Weber"] == ("annie", "Anna")
    assert "# from school" in berlin.settings_text
    decisions.rename(berlin, now(), now().find("Anna Weber"), "Anna W")
    assert [person.name for person in now().everyone] == ["Anna W", "Ann"]
    decisions.split(berlin, now(), now().find("Anna W"), "messenger:Anna")
    assert {person.name for person in now().everyone} == {"Anna W", "Ann", "Anna"}
    decisions.rename(berlin, now(), now().find("Ann"), "Ann Lee")
    assert (berlin.settings.me.name, berlin.settings.me.aliases) == ("Ann Lee", ("Ann",))
    with pytest.raises(WhoError, match="is called 'Ann Lee' too"):
        decisions.rename(berlin, now(), now().find("Anna W"), "Ann Lee")
    berlin.change(sessions__gap_minutes=60)
    assert decisions.undo(berlin) == ["renamed 'Ann' to 'Ann Lee'"]
    assert berlin.settings.sessions.gap_minutes == 60, "what was changed since stays"
    berlin.change(people={"Anna W": ("somebody",)})
    with pytest.raises(SettingsError, match="edited since"):
        decisions.undo(berlin, 3)
    berlin.settings_file.write_bytes(before)
    assert berlin.people_history.stat().st_mode & 0o777 == 0o600


def test_a_stranger_is_merged_without_the_friend_of_that_name(berlin: Home) -> None:
    rows = raw_rows(ME, *({"who": who, "text": "x"} for who in ("Anna", "~ Anna", "Anna Weber")))
    found = people(berlin, rows)
    with pytest.raises(WhoError, match="'Anna' is 2 people"):
        found.find("Anna")
    decisions.merge(berlin, found, found.find("Anna Weber"), found.find("~ Anna"))
    assert berlin.settings.aliases["Anna Weber"] == ("~ Anna",)
    assert persons(identities(rows, berlin.settings)) == {
        frozenset(keys) for keys in (["whatsapp:Ann"], ["whatsapp:Anna"], ["whatsapp:~ Anna", "whatsapp:Anna Weber"])
    }


def test_a_renamed_person_stays_the_one_to_clone(berlin: Home) -> None:
    berlin.change(personas__anna__who="Anna")
    found = people(berlin, raw_rows(ME, {"who": "Anna", "text": "a"}))
    decisions.rename(berlin, found, found.find("anna"), "Anna Weber")
    assert berlin.settings.personas["anna"].who == "Anna Weber"
