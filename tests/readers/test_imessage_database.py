"""Messages' database as a file: in use, in an archive, in a backup, damaged, or not one at all."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import pytest

from chatclone_dagster.readers import imessage, registry
from chatclone_dagster.readers.contract import COMPANION, ExportFile, Out, ReadOptions, UnreadableError
from chatclone_dagster.readers.files import archive
from tests.readers.reading import Reading, export, on_disk, read
from tests.readers.writing.imessage import Messages

BACKUP = "3d0d7e5fb2ce288813306e4d4636395e047a3d28"


def database(count: int = 3, *, wal: int = 0) -> dict[str, bytes]:
    """The files of a database with `count` messages, and `wal` more that stand in the log only."""
    messages = Messages(wal=bool(wal))
    ada = messages.add("handle", id="+491700000001")
    chat = messages.chat(ada, style=45, chat_identifier="+491700000001")
    for number in range(count + wal):
        if wal and number == count:
            messages.checkpoint()
        messages.message(chat, text=f"message {number}", handle_id=ada)
    return messages.files()


def beside(files: dict[str, bytes], name: str = "chat.db") -> ExportFile:
    return export(
        files["chat.db"], name, beside={f"{name}{path[7:]}": data for path, data in files.items() if path != "chat.db"}
    )


def on_a_disk(files: dict[str, bytes], folder: Path) -> ExportFile:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return on_disk(folder / "chat.db")


def numbers(reading: Reading) -> list[int]:
    return [int(row["text"].split()[1]) for row in reading.rows]


def test_the_log_is_read(tmp_path: Path) -> None:
    files = database(2, wal=3)
    assert sorted(files) == ["chat.db", "chat.db-shm", "chat.db-wal"]
    assert numbers(read(imessage, export(files["chat.db"], "chat.db"))) == [0, 1]
    for file in (beside(files), beside(files, "sms.db"), on_a_disk(files, tmp_path)):
        assert numbers(read(imessage, file)) == [0, 1, 2, 3, 4]
        assert f"{file.name}-wal" in file.asked


def test_nothing_is_written_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aside, folder = tmp_path / "aside", tmp_path / "a #1?%41 é"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    for files in (database(2), database(2, wal=2)):
        folder.mkdir(exist_ok=True)
        file = on_a_disk(files, folder)
        for path in folder.iterdir():
            path.chmod(0o400)
        folder.chmod(0o500)
        assert len(read(imessage, file).rows) == (4 if len(files) > 1 else 2)
        folder.chmod(0o700)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
        assert list(aside.iterdir()) == []
        for path in folder.iterdir():
            path.unlink()


def test_while_messages_runs(tmp_path: Path) -> None:
    file = on_a_disk(database(2, wal=1), tmp_path)
    with sqlite3.connect(tmp_path / "chat.db") as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO message (guid, text, date) VALUES ('x', 'message 9', 1)")
        assert numbers(read(imessage, file)) == [0, 1, 2]
        connection.rollback()
    connection.close()


def test_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "mac.zip", "w") as packed:
        for name, data in database(2, wal=2).items():
            packed.writestr(f"Messages/{name}", data)
    found = {file.name: file for file in archive.files(tmp_path, tmp_path) if isinstance(file, ExportFile)}
    main = found["mac.zip!Messages/chat.db"]
    assert [claim and (claim[0], claim[1].variant) for file in found.values() if (claim := registry.detect(file))] == [
        (imessage, "database"),
        (imessage, COMPANION),
        (imessage, COMPANION),
    ]
    assert numbers(read(imessage, main)) == [0, 1, 2, 3]


def test_a_database_of_which_all_stands_in_the_log() -> None:
    files = database(0, wal=2)
    assert imessage.sniff(beside(files)) is not None
    assert numbers(read(imessage, beside(files))) == [0, 1]


def test_other_databases_and_logs() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "chat.db")
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE message (a)")
        connection.commit()
        connection.close()
        other = path.read_bytes()
    assert imessage.sniff(export(other, "chat.db")) is None
    assert imessage.sniff(export(b"\x37\x7f\x06\x82" + b"\0" * 100, "x.db-wal", beside={"x.db": other})) is None
    assert imessage.sniff(export(b"\x37\x7f\x06\x82" + b"\0" * 100, "x.db-wal")) is None
    with pytest.raises(UnreadableError, match="tables"):
        read(imessage, export(other, "chat.db"))


def test_a_backup_of_an_iphone() -> None:
    files = database(1)
    assert numbers(read(imessage, export(files["chat.db"], f"00008030/3d/{BACKUP}"))) == [0]
    locked = export(random.Random(1).randbytes(5000), f"3d/{BACKUP}")
    found = registry.detect(locked)
    assert found is not None
    assert found[1].variant == "encrypted"
    with pytest.raises(UnreadableError, match="password"):
        read(imessage, locked)


def damaged(files: dict[str, bytes], seed: int) -> bytes:
    """A database in which some pages behind the first are overwritten."""
    content, noise = bytearray(files["chat.db"]), random.Random(seed)
    size = int.from_bytes(content[16:18], "big")
    for _ in range(noise.randrange(1, 4)):
        page = noise.randrange(1, len(content) // size) * size
        content[page : page + size] = noise.randbytes(size)
    return bytes(content)


def read_or_refuse(content: bytes) -> Reading | str:
    """What is read of a database, or why nothing is."""
    try:
        return read(imessage, export(content, "chat.db"))
    except UnreadableError as error:
        return str(error)


@pytest.mark.parametrize("seed", range(25))
def test_what_can_be_read_of_a_damaged_database_is_read(seed: int) -> None:
    reading = read_or_refuse(damaged(DATABASE, seed))
    if isinstance(reading, str):
        assert "damaged" in reading
        assert "\n" not in reading
        return
    assert len(reading.issues) <= 1
    assert numbers(reading) == sorted(set(numbers(reading)))
    assert len(reading.rows) == 2000 or reading.reasons[0].startswith("the database is damaged in ")


def test_a_damaged_place_costs_only_what_stands_there() -> None:
    content = bytearray(DATABASE["chat.db"])
    size = int.from_bytes(content[16:18], "big")
    at = content.index(b"message 1000") // size * size
    content[at] = 0
    lost = {*range(2000)} - {*numbers(reading := read(imessage, export(bytes(content), "chat.db")))}
    assert 1000 in lost
    assert len(lost) < 60
    assert lost == {*range(min(lost), max(lost) + 1)}
    assert len(reading.issues) == 1


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_database_that_breaks_off(share: float) -> None:
    content = DATABASE["chat.db"]
    reading = read_or_refuse(content[: int(len(content) * share)])
    if isinstance(reading, str):
        assert "damaged" in reading
        return
    assert reading.issues
    assert [issue["is_row"] for issue in reading.issues].count(False) <= 1


def test_a_log_that_is_noise() -> None:
    files = database(2)
    for log in (b"\x37\x7f\x06\x82" + b"x" * 5000, b"x" * 10, b""):
        assert numbers(read(imessage, beside({**files, "chat.db-wal": log}))) == [0, 1]


def test_views_are_not_read() -> None:
    messages = Messages(missing=["attachment"])
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS ROWID, i AS filename FROM n"
    messages.connection.execute(f"CREATE VIEW attachment AS {endless}")
    messages.attach(messages.message(text="message 0"), filename="x")
    assert numbers(read(imessage, export(messages.files()["chat.db"], "chat.db"))) == [0]


def test_rows_are_handed_on_as_they_are_read() -> None:
    seen: list[int] = []
    out = Out("imessage", "x", "chat.db", lambda frame: seen.append(frame.height), batch=500)
    messages = Messages()
    messages.connection.execute("BEGIN")
    for _ in range(6000):
        messages.message(text="hi")
    messages.connection.execute("COMMIT")
    imessage.read(export(messages.files()["chat.db"], "chat.db"), ReadOptions(), out)
    assert seen[0] == 500
    out.flush()
    assert sum(seen) == 6000


DATABASE = database(2000)
