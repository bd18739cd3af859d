"""Copying exports into a home: nothing that lies there is replaced, and what stays behind is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chatclone_dagster.home import Home
from chatclone_dagster.readers.collect import collect
from chatclone_dagster.settings import SettingsError

CHAT = "01/02/2024, 10:00 - Bo: hi\n01/02/2024, 10:01 - Ann: {}\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.create("version = 1\n")
    return made


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lying(home: Home) -> dict[str, str]:
    return {p.relative_to(home.exports).as_posix(): p.read_text() for p in home.exports.rglob("*") if p.is_file()}


def test_files_of_one_name_lie_side_by_side(home: Home, tmp_path: Path) -> None:
    chats = [put(tmp_path / f"WhatsApp Chat - {who}/_chat.txt", CHAT.format(who)) for who in ("Bo", "Cy")]
    collect(home, chats)
    assert lying(home) == {f"WhatsApp Chat - {who}/_chat.txt": CHAT.format(who) for who in ("Bo", "Cy")}
    assert not collect(home, chats).copied, "they are there already"


def test_a_newer_export_replaces_no_older_one(home: Home, tmp_path: Path) -> None:
    export = tmp_path / "new/WhatsApp Chat with Bo.txt"
    for version in ("one", "two", "three"):
        collect(home, [put(export, CHAT.format(version))])
    assert set(lying(home).values()) == {CHAT.format(version) for version in ("one", "two", "three")}
    assert set(lying(home)) == {
        "WhatsApp Chat with Bo.txt",
        "new/WhatsApp Chat with Bo.txt",
        "new/WhatsApp Chat with Bo (2).txt",
    }
    assert not collect(home, [export]).copied


def test_of_a_folder_only_chats_come_along_and_the_rest_is_named(home: Home, tmp_path: Path) -> None:
    put(tmp_path / "drop/WhatsApp Chat with Bo.txt", CHAT.format("hey"))
    put(tmp_path / "drop/photo.jpg", b"\xff\xd8")
    put(tmp_path / "drop/empty.txt", b"")
    put(tmp_path / "drop/letter.txt", "Dear Bo,\n")
    put(tmp_path / "drop/torn.zip", b"PK")
    found = collect(home, [tmp_path / "drop"])
    assert set(lying(home)) == {"drop/WhatsApp Chat with Bo.txt"}
    assert dict(found.left) == {
        "empty.txt": "the file is empty",
        "letter.txt": "no reader recognises it",
        "torn.zip": "not a zip archive, or a damaged one",
    }


def test_a_file_that_cannot_be_opened_is_named_and_the_others_go_through(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, fine = (put(tmp_path / f"{who}.txt", CHAT.format(who)) for who in ("locked", "fine"))
    copy = shutil.copy2

    def refuse(source: Path, target: Path) -> None:
        if source == locked:  # root may read everything, so no mode of the file would do
            raise PermissionError(13, "Permission denied")
        copy(source, target)

    monkeypatch.setattr(shutil, "copy2", refuse)
    found = collect(home, [locked, fine])
    assert found.left == [("locked.txt", "cannot be opened: Permission denied")]
    assert set(lying(home)) == {"fine.txt"}


def test_a_path_that_is_not_there(home: Home, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file or folder"):
        collect(home, [tmp_path / "nowhere"])


def test_a_database_and_its_log_are_copied_and_renamed_together(home: Home, tmp_path: Path) -> None:
    database = put(tmp_path / "Messages/chat.db", "one")
    put(tmp_path / "Messages/chat.db-wal", "newest")
    collect(home, [database])
    assert lying(home) == {"chat.db": "one", "chat.db-wal": "newest"}
    put(tmp_path / "Messages/chat.db-wal", "newer still")
    collect(home, [database])
    collect(home, [put(tmp_path / "Messages/chat.db", "two")])
    assert not collect(home, [database]).copied
    assert lying(home) == {
        "chat.db": "one",
        "chat.db-wal": "newest",
        "Messages/chat.db": "one",
        "Messages/chat.db-wal": "newer still",
        "Messages/chat (2).db": "two",
        "Messages/chat (2).db-wal": "newer still",
    }


def test_a_folder_that_changed_comes_whole_beside_the_old_one(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    put(folder / "Ann.txt", CHAT.format("one"))
    put(folder / "sub/Cy.txt", CHAT.format("two"))
    collect(home, [folder])
    put(folder / "Di.txt", CHAT.format("three"))
    assert len(collect(home, [folder]).copied) == 1, "a new file stands in nobody's way"
    put(folder / "Ann.txt", CHAT.format("four"))
    collect(home, [folder])
    names = {"Ann.txt", "Di.txt", "sub/Cy.txt"}
    assert set(lying(home)) == {f"{place}/{name}" for place in ("drop", "drop (2)") for name in names}
    assert lying(home)["drop/Ann.txt"] == CHAT.format("one")
    assert not collect(home, [folder]).copied
