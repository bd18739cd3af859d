"""What a reader finds beside the file it reads, in folders and in archives, and what it must not find."""

from __future__ import annotations

from pathlib import Path

from chatclone_dagster.readers.contract import ExportFile
from chatclone_dagster.readers.files.archive import files
from tests.readers.reading import zipped


def test_what_lies_beside_a_file_is_found_in_folders_and_in_archives(tmp_path: Path) -> None:
    members = {"users.json": b"top", "general/2024-01-01.json": b"day", "general/other.json": b"other"}
    for name, content in members.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    zipped(tmp_path / "folder" / "same.zip", members)
    (tmp_path / "outside.json").write_bytes(b"outside")
    (tmp_path / "folder" / "general" / "link.json").symlink_to(tmp_path / "outside.json")
    found = [file for file in files(tmp_path / "folder", tmp_path / "folder") if isinstance(file, ExportFile)]
    days = [file for file in found if file.stem == "2024-01-01"]
    assert len(days) == 2
    for day in days:
        for wanted, content in (
            ("../users.json", b"top"),
            ("other.json", b"other"),
            ("../general/other.json", b"other"),
        ):
            other = day.beside(wanted)
            assert other is not None
            assert other.open().read() == content
        for missing in ("missing.json", "link.json", "../../outside.json", "..", "/etc/passwd", "a\0b"):
            assert day.beside(missing) is None
        assert day.asked >= {"../users.json", "missing.json"}


def test_a_name_that_is_not_known_whole_is_found_if_it_is_the_only_one(tmp_path: Path) -> None:
    members = {"Chats/DM x/m.json": b"chat", "Users/User 12/me.json": b"me", "Users/User 12/a/me.json": b"deeper"}
    for name, content in members.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    zipped(tmp_path / "one.zip", members)
    zipped(tmp_path / "two.zip", {**members, "Users/User 13/me.json": b"another"})
    chats = [file for file in files(tmp_path, tmp_path) if isinstance(file, ExportFile) and file.stem == "m"]
    found = {chat.name.partition("!")[0]: chat.beside("../../Users/User */me.json") for chat in chats}
    assert [name for name, other in found.items() if other is None] == ["two.zip"]
    assert [other.open().read() for other in found.values() if other] == [b"me", b"me"]
    assert all(chat.beside("../../../*/me.json") is None for chat in chats)
