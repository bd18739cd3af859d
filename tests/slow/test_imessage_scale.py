"""Half a million messages in Messages' database: read in bounded memory, with their tapbacks and attachments."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.readers.writing.imessage import Direct
from tests.readers.writing.typedstream import plain

COUNT = 500_000
READ = """
import sys
from pathlib import Path
from bench.memory import peak_mb
from chatclone_dagster.readers.files import archive
from chatclone_dagster.readers import imessage
from chatclone_dagster.readers.contract import Out, ReadOptions

path = Path(sys.argv[1])
reactions = attachments = 0

def sink(frame):
    global reactions, attachments
    reactions += frame["reactions"].list.len().sum()
    attachments += frame["attachments"].list.len().sum()

out = Out("imessage", "x", path.name, sink, batch=10_000)
imessage.read(next(archive.files(path, path.parent)), ReadOptions(), out)
out.flush()
print(out.rows, reactions, attachments, int(peak_mb()))
"""


def test_half_a_million_messages(tmp_path: Path) -> None:
    chat = Direct()
    body, guid, rows = (
        plain("what people type is not that long"),
        "{:08X}-0000-4000-8000-000000000000".format,
        range(1, COUNT + 1),
    )
    tapbacks = ((2000, f"p:0/{guid(n - 1)}") if n % 5 == 0 else (0, None) for n in rows)
    connection = chat.connection
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO message (ROWID, guid, attributedBody, handle_id, date, associated_message_type, associated_message_guid)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (n, guid(n), body, chat.ada, n * 10**12 + 10**17, *tapback)
            for n, tapback in zip(rows, tapbacks, strict=True)
        ),
    )
    connection.executemany("INSERT INTO chat_message_join VALUES (?, ?)", ((chat.one, n) for n in rows))
    connection.executemany(
        "INSERT INTO attachment (ROWID, filename) VALUES (?, ?)", ((n, f"{n}.jpg") for n in rows if n % 10 == 1)
    )
    connection.executemany("INSERT INTO message_attachment_join VALUES (?, ?)", ((n, n) for n in rows if n % 10 == 1))
    connection.execute("COMMIT")
    path = tmp_path / "chat.db"
    path.write_bytes(chat.files()["chat.db"])
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found, reactions, attachments, peak = map(int, done.stdout.split())
    assert (found, reactions, attachments) == (COUNT, COUNT // 5, COUNT // 10)
    assert peak < 400, f"{peak} MB at the peak"
