"""A home of Ann's with a bit of everything that gets lost on the way, materialized as far as her dataset."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg

from chatclone_dagster.defs import definitions
from chatclone_dagster.home import Home
from tests.conftest import write_home

DAYS = 60
START = datetime(2024, 1, 1, 10)  # noqa: DTZ001  exports have no zone
CHAIN = (
    "Forward this to 10 people within 24 hours and something good will happen to you, a little angel will see to it. If you break "
    "the chain you will have bad luck for seven years"
)
SETTINGS = "[me]\nname = 'Ann'\n[dataset]\nmin_replies = 5\nwindow_tokens = 160\n[privacy]\ncard = 'drop'\n"


CLEANED = ("messages", "message_aliases", "identities", "parse_issues", "ledger_messages")
SAFE = ("messages_safe", "privacy_report")
HISTORY = (
    *("exports", "raw/whatsapp", "raw/table", *CLEANED, *SAFE, "message_marks", "message_languages"),
    *("stg_messages", "session_messages", "turns", "conversation_pairs"),
)


def day(number: int) -> str:
    """One day of Ann and Bo as WhatsApp writes it; some days Ann does not use her own words."""
    answer = {
        5: CHAIN,
        7: f"> ok then {number}\nread and agreed {number}",
        9: "/start",
        11: "https://example.org/a",
        17: "4111 1111 1111 1111",
    }
    said = [
        ("Bo", f"what is up on day {number}"),
        ("Ann", f"not much happens on day {number}"),
        ("Bo", f"ok then {number}"),
        ("Ann", answer.get(number, f"yes and bye for day {number}")),
        ("Ann", "This message was deleted" if number == 13 else "<Media omitted>" if number == 15 else "ha"),
    ]
    lines = [
        f"{START + timedelta(days=number, minutes=minute):%d/%m/%Y, %H:%M} - {who}: {text}"
        for minute, (who, text) in enumerate(said)
    ]
    return "\n".join(lines) + "\n"


def write_exports(folder: Path) -> None:
    """Two overlapping exports of one chat, a table with a row nobody can read and a bot, and a chat of one."""
    (folder / "old").mkdir(parents=True)
    (folder / "WhatsApp Chat with Bo.txt").write_text("".join(map(day, range(DAYS))), encoding="utf-8")
    (folder / "old/WhatsApp Chat with Bo.txt").write_text("".join(map(day, range(20))), encoding="utf-8")
    (folder / "WhatsApp Chat with Zoe.txt").write_text(
        "05/02/2024, 10:00 - Zoe: hello?\n05/02/2024, 10:05 - Zoe: anybody?\n", encoding="utf-8"
    )
    rows = ["sent_at,sender,text,conversation", "no time at all,Cy,lost,x"]
    for number in range(6):
        rows += [
            f"2024-03-0{number + 1} 09:00:00,@weather_bot,it will be {number} degrees,x",
            f"2024-03-0{number + 1} 09:01:00,Ann,thanks machine {number},x",
            f"2024-03-0{number + 1} 09:02:00,Cy,cold is it {number},x",
            f"2024-03-0{number + 1} 09:03:00,Ann,freezing like {number},x",
        ]
    (folder / "t.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def make_told_home(root: Path, base: Path) -> Home:
    """Make the home and everything up to the dataset of `me`."""
    home = write_home(root, SETTINGS, base)
    shutil.rmtree(home.exports)
    write_exports(home.exports)
    assert make(home, *HISTORY).success
    assert make(home, "base_model", "training_dataset").success
    return home


def make(home: Home, *names: str) -> dg.ExecuteInProcessResult:
    """Run assets, those of a persona for `me`; a failure is the result's to tell."""
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions(home).resolve_implicit_global_asset_job_def()
        return job.execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(name.split("/")) for name in names],
            partition_key=None if "messages" in names else "me",
            raise_on_error=False,
        )


def failed_checks(result: dg.ExecuteInProcessResult) -> set[str]:
    """The checks of a run that did not pass and block what follows."""
    return {
        found.check_name
        for found in result.get_asset_check_evaluations()
        if not found.passed and found.severity == dg.AssetCheckSeverity.ERROR
    }
