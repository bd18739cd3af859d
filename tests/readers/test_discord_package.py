"""Discord's data package: names of channels and people, folders of all years and languages, times, what is broken."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from chatclone_dagster.readers import discord
from chatclone_dagster.readers.contract import COMPANION, ExportFile, UnreadableError
from chatclone_dagster.readers.files import archive
from tests.readers.reading import Reading, export, read

KEY = "812345678901234567"
USER = {
    "id": "1",
    "username": "grace",
    "discriminator": "0",
    "global_name": "Grace",
    "relationships": [{"id": "3", "nickname": None, "user": {"id": "3", "username": "linus"}}, {"user": None}, 5],
}
NAMES = {KEY: "Direct Message with ada#0"}


def row(**given: Any) -> dict[str, Any]:
    return {"ID": 5, "Timestamp": "2024-01-15 10:30:00", "Contents": "hi", "Attachments": "", **given}


def package(
    *rows: Any, about: Any = None, names: Any = NAMES, user: Any = USER, folder: str = f"Messages/c{KEY}"
) -> Reading:
    beside = {
        "channel.json": json.dumps(about if about is not None else {"id": KEY, "type": "DM", "recipients": ["1", "2"]}),
        "../index.json": json.dumps(names),
        "../../Account/user.json": json.dumps(user),
    }
    return read(discord, export(json.dumps([*rows]), f"{folder}/messages.json", beside))


@pytest.mark.parametrize(
    ("about", "listed", "name", "is_group"),
    [
        ({"type": "DM"}, "Direct Message with ada#0", "ada", False),
        ({"type": 1}, "Direct Message with ada#1234", "ada#1234", False),
        ({}, "Direct Message with ada", "ada", False),
        ({"type": "GROUP_DM", "name": "Us"}, None, "Us", True),
        ({"type": 3}, "Us", "Us", True),
        ({"type": 3}, None, KEY, True),
        ({"type": "GUILD_TEXT", "name": "general", "guild": {"name": "Club"}}, "general in Club", "general", True),
        ({"type": 0}, "None", KEY, True),
        ({"type": "PUBLIC_THREAD"}, "Unknown channel in Club", "Unknown channel in Club", True),
        ({"type": "DM"}, "Direct Message with Unknown Participant", "Unknown Participant", False),
        ([], None, KEY, None),
    ],
)
def test_names_of_channels(about: Any, listed: str | None, name: str, is_group: bool | None) -> None:
    found = package(row(), about=about, names={KEY: listed}).rows[0]
    assert (found["conversation_key"], found["conversation_name"], found["is_group"]) == (KEY, name, is_group)


@pytest.mark.parametrize("user", [{}, [], {"id": None, "username": 5}])
def test_without_an_account_it_is_still_the_owner(user: Any) -> None:
    found = package(row(), user=user).rows[0]
    assert (found["sender_key"], found["sender_name"], found["from_owner"]) == ("Me", "Me", True)


def test_mentions_are_resolved_as_far_as_the_package_goes() -> None:
    text = package(row(Contents=f"<@2> <@!3> <@1> <@4> <#{KEY}> <#9> <:wave:7>")).rows[0]["text"]
    assert text == "@ada @linus @Grace <@4> #ada <#9> :wave:"
    about = {"id": KEY, "type": "DM", "recipients": ["1", "2", "Deleted User"]}
    assert package(row(Contents="<@2>"), about=about).rows[0]["text"] == "@ada"
    unknown = {KEY: "Direct Message with Unknown Participant"}
    assert package(row(Contents="<@2>"), names=unknown).rows[0]["text"] == "<@2>"


@pytest.mark.parametrize(
    ("given", "sent", "issues"),
    [
        ({}, datetime(2024, 1, 15, 10, 30), []),  # noqa: DTZ001
        ({"Timestamp": "2024-01-15 10:30:00.250000+00:00"}, datetime(2024, 1, 15, 10, 30, 0, 250000), []),  # noqa: DTZ001
        ({"Timestamp": "2024-01-15 12:30:00+02:00"}, datetime(2024, 1, 15, 10, 30), []),  # noqa: DTZ001
        ({"ID": 897870239797215243, "Timestamp": ""}, datetime(2021, 10, 13, 15, 35, 46, 790000), [False]),  # noqa: DTZ001
        ({"ID": 897870239797215243, "Timestamp": "2021-10-13 15:35:46"}, datetime(2021, 10, 13, 15, 35, 46), []),  # noqa: DTZ001
        ({"ID": "897870239797215243"}, datetime(2024, 1, 15, 10, 30), [False]),  # noqa: DTZ001
    ],
)
def test_times(given: dict[str, Any], sent: datetime, issues: list[bool]) -> None:
    reading = package(row(**given))
    assert (reading.rows[0]["sent_local"], reading.rows[0]["tz_known"]) == (sent, True)
    assert [issue["is_row"] for issue in reading.issues] == issues


def test_kinds_and_files() -> None:
    reading = package(
        row(Attachments="https://x/a.png https://x/b.png", Contents=""),
        row(Attachments="https://x/voice-message.ogg?ex=1"),
        row(Contents=""),
        row(Contents=None, Attachments=None),
    )
    assert reading.column("kind") == ["media", "voice", "unavailable", "unavailable"]
    assert reading.column("attachments")[0] == ["https://x/a.png", "https://x/b.png"]


def test_wrong_types_are_met() -> None:
    reading = package(row(), None, 5, "x", [], {}, row(Timestamp="2024-02-30 00:00:00"), row(ID=None), row(ID=[]))
    assert reading.column("position") == [0, 7, 8]
    assert reading.column("platform_id") == ["5", None, None]
    assert [issue["position"] for issue in reading.issues] == [1, 2, 3, 4, 5, 6]
    assert all(issue["is_row"] for issue in reading.issues)


def files(path: Path) -> dict[str, ExportFile]:
    found = archive.files(path, path)
    return {file.name.rsplit("!", 1)[-1]: file for file in found if isinstance(file, ExportFile)}


@pytest.mark.parametrize(
    ("account", "messages", "prefix", "ending"),
    [
        ("account", "messages", "c", "csv"),
        ("account", "messages", "", "csv"),
        ("Account", "Messages", "c", "json"),
        ("Konto", "Wiadomości", "c", "json"),
        ("アカウント", "メッセージ", "", "json"),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_packages_of_all_years(
    tmp_path: Path, account: str, messages: str, prefix: str, ending: str, is_packed: bool
) -> None:
    table = 'ID,Timestamp,Contents,Attachments\r\n5,2020-08-25 22:54:05.726000+00:00,"a\r\nb",\r\n'
    content = {
        f"{account}/user.json": json.dumps(USER),
        f"{messages}/index.json": json.dumps({**NAMES, "812345678901234568": None}),
        f"{messages}/{prefix}{KEY}/channel.json": json.dumps({"id": KEY, "type": "DM"}),
        f"{messages}/{prefix}{KEY}/messages.{ending}": table if ending == "csv" else json.dumps([row()]),
        f"{messages}/{prefix}812345678901234568/messages.json": "[]",
        "Servers/index.json": json.dumps({"812345678901234569": "Chess Club"}),
        "Activity/reporting/events.json": '{"event_type": "x"}\n{"event_type": "y"}\n',
        "README.txt": "Welcome to your Discord Data Package!\n",
    }
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as packed:
        for name, text in content.items():
            packed.writestr(name, text)
    if not is_packed:
        zipfile.ZipFile(tmp_path / "package.zip").extractall(tmp_path)
        (tmp_path / "package.zip").unlink()
    found = files(tmp_path)
    claims = {name: (sniff.variant if (sniff := discord.sniff(file)) else None) for name, file in found.items()}
    assert [claims[name] for name in content] == [COMPANION] * 3 + ["package"] * 2 + [None] * 3
    rows = read(discord, found[f"{messages}/{prefix}{KEY}/messages.{ending}"]).rows
    assert [(found["sender_name"], found["conversation_name"]) for found in rows] == [("Grace", "ada")]
    assert rows[0]["text"] == ("a\nb" if ending == "csv" else "hi")
    assert read(discord, found[f"{messages}/{prefix}812345678901234568/messages.json"]).rows == []


def test_broken_files_around_the_messages() -> None:
    beside: dict[str, bytes | str] = {
        "channel.json": "{",
        "../index.json": b"\xff\xfe\x00",
        "../../Account/user.json": "[[[[[",
    }
    file = export(json.dumps([row()]), f"x/{KEY}/messages.json", beside)
    found = read(discord, file).rows[0]
    assert (found["conversation_key"], found["sender_key"]) == (KEY, "Me")


def test_a_package_that_breaks_off() -> None:
    text = json.dumps([row(), row(), row()])
    reading = read(discord, export(text[:-20], f"c{KEY}/messages.json"))
    assert len(reading.rows) == 2
    assert [issue["is_row"] for issue in reading.issues] == [True]
    with pytest.raises(UnreadableError):
        read(discord, export("[", "messages.json"))
