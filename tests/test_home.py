"""The home folder and its settings: every wrong setting is one line with file, key and what is allowed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from chatclone_dagster.home import Home, bundled
from chatclone_dagster.settings import NEW_SETTINGS, Settings, SettingsError, TableSettings, matching, parse_settings


def test_a_new_home_has_all_it_needs_and_its_settings_are_valid(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    assert home.create()
    assert not home.create(), "a second time nothing is overwritten"
    assert home.settings.version == 1
    assert {path.name for path in home.root.iterdir()} == {"chatclone.toml", "exports", "lake", ".dagster"}
    assert "enabled: false" in (home.dagster / "dagster.yaml").read_text()


def test_the_settings_of_a_new_home_name_every_section_of_the_documentation() -> None:
    settings = parse_settings(NEW_SETTINGS.format(zone="Europe/Oslo"))
    assert settings.time.zone == "Europe/Oslo"
    assert settings.all_personas.keys() == {"me"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version = 2", "version: 2 is newer than this release reads (1)"),
        (
            "[time]\nzone = 'Europe/Berln'",
            "time.zone: 'Europe/Berln' is no time zone; use a name like Europe/Berlin or UTC",
        ),
        ("[me]\nnmae = 'Ann'", "me.nmae: there is no such setting"),
        ("[sessions]\ngap_minutes = 0", "sessions.gap_minutes: Input should be greater than or equal to 1"),
        (
            "[privacy]\nreplace = ['nam']",
            "privacy: replace: a list of email, phone, card, iban, url, ip, code, secret, address, birth_date",
        ),
        ("[personas.Jo]\nwho = 'Jo'", "personas.Jo: String should match pattern"),
        ("[me\n", "line 1"),
    ],
)
def test_a_wrong_setting_is_one_line_with_file_and_key(text: str, expected: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse_settings(text, "home/chatclone.toml")
    assert str(error.value).startswith("home/chatclone.toml: ")
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_somebody_else_is_cloned_only_with_consent() -> None:
    with pytest.raises(SettingsError, match=r"personas\.jo\.consent: cloning Jo Li needs their consent"):
        parse_settings("[personas.jo]\nwho = 'Jo Li'").persona("jo")
    given = "[personas.jo]\nwho = 'Jo Li'\nconsent = { by = 'Jo Li', date = 2026-01-31, how = 'by letter' }"
    assert parse_settings(given).persona("jo").who == "Jo Li"


def test_a_change_keeps_comments_and_refuses_what_would_be_wrong(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    home.change(me__name="Ann", personas__me__base="Qwen/Qwen3-0.6B")
    text = home.settings_file.read_text()
    assert home.settings.me.name == "Ann"
    assert home.settings.persona("me").base == "Qwen/Qwen3-0.6B"
    assert "# your name as the exports have it" in text
    with pytest.raises(SettingsError):
        home.change(time__zone="Nowhere")
    assert home.settings_file.read_text() == text


def test_the_home_is_found_by_option_environment_and_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "a")
    home.create()
    below = home.root / "exports" / "deep"
    below.mkdir()
    monkeypatch.chdir(below)
    assert Home.find() == home
    monkeypatch.setenv("CHATCLONE_HOME", str(tmp_path / "b"))
    assert Home.find().root == tmp_path / "b"
    assert Home.find(tmp_path / "c").root == tmp_path / "c"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    key = home.secret("pseudonyms")
    assert home.secret("pseudonyms") == key
    assert len(key) == 32
    assert stat.S_IMODE((tmp_path / ".secrets/pseudonyms").stat().st_mode) == 0o600


def test_the_first_matching_entry_counts_by_path_or_name() -> None:
    tables = tuple(TableSettings(match=m, columns={}) for m in ("work/*.csv", "*.csv"))
    assert matching(tables, "work/a.csv") == tables[0]
    assert matching(tables, "big.zip!inner/a.csv") == tables[1]
    assert matching(tables, "a.txt") is None


def test_what_travels_with_the_program_is_there() -> None:
    for name in ("dbt_like_sql", "samples/exports", "samples/chatclone.toml", "dagster.yaml"):
        assert bundled(name).exists(), name
    Settings()


def test_what_the_user_wrote_for_dagster_stays(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    (home.dagster / "dagster.yaml").write_text("telemetry: { enabled: false }  # mine\n")
    home.create()
    assert "mine" in (home.dagster / "dagster.yaml").read_text()
