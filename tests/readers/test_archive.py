"""Walking a folder and its archives: what is listed, what is refused and why, and that nothing is unpacked to disk."""

from __future__ import annotations

import io
import os
import struct
import sys
import time
import zipfile
from pathlib import Path

import pytest

from chatclone_dagster.readers.contract import ExportFile, UnreadableError
from chatclone_dagster.readers.files import archive
from chatclone_dagster.readers.files.archive import Refused, files
from tests.readers.reading import zipped


def listed(path: Path, root: Path | None = None) -> dict[str, str]:
    """Name → content, or the reason of a refusal."""
    found = {}
    for file in files(path, root or path):
        if isinstance(file, Refused):
            found[file.name] = f"refused: {file.reason}"
        else:
            with file.open() as stream:
                content = stream.read()
            assert file.size == len(content)
            found[file.name] = content.decode()
    return found


def test_a_folder_in_the_order_of_names_without_what_systems_leave(tmp_path: Path) -> None:
    for name in (
        "b/_chat.txt",
        "a.txt",
        ".hidden",
        ".DS_Store",
        "b/._chat.txt",
        "__MACOSX/a.txt",
        "Thumbs.db",
        "b/c/d.json",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert list(listed(tmp_path)) == ["a.txt", "b/_chat.txt", "b/c/d.json"]
    assert list(listed(tmp_path / "a.txt", tmp_path)) == ["a.txt"]


def test_links_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "a.txt").write_text("a")
    (exports / "out.txt").symlink_to(tmp_path / "secret.txt")
    (exports / "up").symlink_to(tmp_path, target_is_directory=True)
    (exports / "same.txt").symlink_to(exports / "a.txt")
    (exports / "loop").symlink_to(exports, target_is_directory=True)
    found = listed(exports)
    assert found == {"a.txt": "a", "out.txt": found["out.txt"], "up": found["up"]}
    assert found["out.txt"] == found["up"] == "refused: a link that leads out of the folder"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert listed(tmp_path) == {"pipe.txt": "refused: not a plain file"}


def test_members_are_streamed_and_media_are_not_opened(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "WhatsApp Chat - Ada.zip", {"_chat.txt": b"hi", "IMG-1.jpg": b"x" * 10, "__MACOSX/._chat.txt": b"y"}
    )
    with path.open("r+b") as stream:  # break the picture: listing must not notice
        data = stream.read()
        stream.seek(data.index(b"IMG-1.jpg") + 9)
        stream.write(b"\xff\xff\xff")
    found = [file for file in files(tmp_path, tmp_path) if isinstance(file, ExportFile)]
    assert [file.name.split("!")[1] for file in found] == ["IMG-1.jpg", "_chat.txt"]
    with found[1].open() as stream:
        assert stream.read() == b"hi"
    with found[0].open() as stream, pytest.raises(UnreadableError, match="damaged"):
        stream.read()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a/../../b.txt", "..\\b.txt", "C:\\b.txt", "\\\\host\\b.txt"]
)
def test_paths_that_lead_out_are_refused_by_member(tmp_path: Path, name: str) -> None:
    zipped(tmp_path / "a.zip", {name: b"bad", "ok.txt": b"ok"})
    found = listed(tmp_path)
    assert [reason for reason in found.values() if reason.startswith("refused")] == [
        "refused: its path leads out of the archive"
    ]
    assert found["a.zip!ok.txt"] == "ok"


def test_encrypted_members_and_links_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"secret.txt": b"secret", "open.txt": b"open"})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature)
        data[at + flags] |= 1
    path.write_bytes(bytes(data))
    with zipfile.ZipFile(path, "a") as out:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        out.writestr(link, "/etc/passwd")
    assert listed(tmp_path) == {
        "a.zip!link.txt": "refused: a link",
        "a.zip!open.txt": "open",
        "a.zip!secret.txt": "refused: encrypted",
    }


def test_an_archive_in_an_archive_is_opened_once(tmp_path: Path) -> None:
    inmost = zipped(tmp_path / "c.zip", {"deep.txt": b"deep"}).read_bytes()
    inner = zipped(tmp_path / "b.zip", {"_chat.txt": b"inner", "c.zip": inmost}).read_bytes()
    (tmp_path / "c.zip").unlink()
    (tmp_path / "b.zip").unlink()
    zipped(tmp_path / "a.zip", {"b.zip": inner})
    found = listed(tmp_path)
    assert found["a.zip!b.zip!_chat.txt"] == "inner"
    assert found["a.zip!b.zip!c.zip"].startswith("refused: an archive in an archive")


def test_a_bomb_is_refused_by_what_it_says(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as out, out.open("zeros.txt", "w") as member:
        for _ in range(300):
            member.write(bytes(1 << 20))
    started = time.process_time()
    (found,) = files(tmp_path, tmp_path)
    assert isinstance(found, Refused)
    assert "zip bomb" in found.reason
    assert time.process_time() - started < 1


def test_a_bomb_that_lies_about_its_size_ends_early(tmp_path: Path) -> None:
    content = bytes(64 << 20)
    path = zipped(tmp_path / "bomb.zip", {"zeros.txt": content, "ok.txt": b"ok"})
    lie = struct.pack("<L", 1000)
    data = path.read_bytes().replace(struct.pack("<L", len(content)), lie)
    path.write_bytes(data)
    found = [file for file in files(tmp_path, tmp_path) if isinstance(file, ExportFile)]
    with found[1].open() as stream, pytest.raises(UnreadableError):
        stream.read()


def test_many_members_over_the_same_bytes_are_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MEMBERS", 10)
    zipped(tmp_path / "a.zip", {f"{n}.txt": b"x" for n in range(11)})
    (found,) = files(tmp_path, tmp_path)
    assert isinstance(found, Refused)
    assert "11 members" in found.reason


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04" + b"\0" * 100])
def test_a_damaged_archive_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    assert listed(tmp_path) == {"a.zip": "refused: not a zip archive, or a damaged one"}


def test_a_cut_archive_is_one_line(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"_chat.txt": b"hi" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    assert listed(tmp_path) == {"a.zip": "refused: not a zip archive, or a damaged one"}


def test_a_member_without_a_name_is_refused(tmp_path: Path) -> None:
    content = zipped(tmp_path / "a.zip", {"0.txt": b"x", "b.txt": b"y"}).read_bytes()
    (tmp_path / "a.zip").write_bytes(content.replace(b"0.txt", b"\0.txt"))
    assert listed(tmp_path) == {"a.zip!": "refused: a member without a name", "a.zip!b.txt": "y"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"Zo\xeb.txt")).write_text("x")
    assert listed(tmp_path) == {"Zo\ufffd.txt": "refused: its name is not UTF-8: rename it"}


def test_two_members_of_one_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr("a.txt", "first")
        with pytest.warns(UserWarning, match="Duplicate"):
            out.writestr("a.txt", "second")
    assert sorted(type(file).__name__ for file in files(tmp_path, tmp_path)) == ["ExportFile", "Refused"]


def test_documents_that_were_sent_in_a_chat_are_no_chats(tmp_path: Path) -> None:
    zipped(
        tmp_path / "WhatsApp Chat - Ada.zip", {"_chat.txt": b"chat", "notes.txt": b"13/06/2018, 10:00 - Bo: not ours"}
    )
    zipped(
        tmp_path / "WhatsApp Chat with Bo.zip",
        {"WhatsApp Chat with Bo.txt": b"chat", "WhatsApp Chat with Cy.txt": b"sent"},
    )
    zipped(
        tmp_path / "mine.zip", {"WhatsApp Chat with Di.txt": b"one", "WhatsApp Chat with Ed.txt": b"two", "a.txt": b"3"}
    )
    found = listed(tmp_path)
    assert {"one", "two", "3"} <= set(found.values()), "several chats: an archive of somebody's own making"
    assert [name for name, content in found.items() if content == "chat"] == [
        "WhatsApp Chat - Ada.zip!_chat.txt",
        "WhatsApp Chat with Bo.zip!WhatsApp Chat with Bo.txt",
    ]
    assert sum(content == "refused: a document that was sent in the chat" for content in found.values()) == 2


def test_names_and_endings() -> None:
    file = ExportFile("a/b.zip!c/d.e.TXT", 0, io.BytesIO)
    assert (file.stem, file.suffix) == ("d.e", ".txt")


def test_opening_members_costs_the_same_however_many_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory of an archive is read once, not once for each member."""
    path = zipped(tmp_path / "many.zip", {f"{n}.txt": b"x" for n in range(200)})
    read = []

    class Counting(zipfile.ZipFile):
        def _RealGetContents(self) -> None:  # noqa: N802 (where the directory is read)
            read.append(self)
            super()._RealGetContents()  # type: ignore[misc]

    monkeypatch.setattr(zipfile, "ZipFile", Counting)
    assert len(listed(path)) == 200
    assert len(read) == 1
