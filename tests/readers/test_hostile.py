"""Files that are broken, hostile or nothing like an export: one clear line each, in bounded time and memory, never a traceback."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatclone_dagster.readers import imazing, messenger, registry, whatsapp
from chatclone_dagster.readers.contract import ExportFile, Reader, UnreadableError
from tests.readers.reading import export, read

NAMES = {
    "whatsapp": "_chat.txt",
    "messenger": "message_1.json",
    "instagram": "message_1.json",
    "imessage": "chat.db",
    "imessage_exporter": "Ada.txt",
    "slack": "general/2024-01-31.json",
    "google_chat": "Groups/DM a/messages.json",
    "hangouts": "Hangouts.json",
    "telegram": "result.json",
    "line": "[LINE] x.txt",
    "kakaotalk": "KakaoTalkChats.txt",
    "qq": "all.txt",
    "wechat": "x.json",
    "signal": "chat.md",
    "irc": "#chess.log",
}
CHAT = "13/06/2018, 10:00 - Ada: hällo\n13/06/2018, 10:01 - Bo: 🎉 ok\n"
MESSAGE = {"sender_name": "Ada", "timestamp_ms": 1_600_000_000_000, "content": "hi"}
THREAD = {"participants": [{"name": "Ada"}], "messages": [MESSAGE]}
noise = random.Random(3).randbytes(20_000)

HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "blank": b"\n \n\n",
    "binary": noise,
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + noise,
    "only NUL": b"\0" * 5000,
    "UTF-16 of nothing": b"\xff\xfe",
    "half a UTF-16": "x".encode("utf-16")[:-1],
    "broken UTF-8": b"\xff\xfe\xfd" * 300,
    "surrogates": b"\xed\xa0\x80 \xed\xb0\x80\n" * 50,
    "JSON too deep": b"[" * 200_000,
    "JSON of the wrong shape": b'{"messages": 5, "participants": "no", "sender_name": 1, "timestamp_ms": 2}',
    "JSON list": b'[{"sender_name": "a", "timestamp_ms": 1}]',
    "messages that are none": b'{"participants": [], "messages": [1, null, "x", [], {}, {"timestamp_ms": "now"}]}',
    "one quote": b'"' * 3 + b"a,b\n" * 100,
    "a header and nothing else": b"Chat Session,Message Date,Type,Sender ID,Text\n",
    "Parquet that is none": b"PAR1" + noise,
    "dates without a chat": b"12/12/2018\n10:00\n" * 50,
    "brackets": b"[[[[{{{{((((\n" * 50,
    "one long line": b"x" * 3_000_000,
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("reader", registry.OWN, ids=lambda reader: reader.NAME)
def test_every_reader_survives(reader: Reader, what: str) -> None:
    file = export(HOSTILE[what], NAMES.get(reader.NAME, "table.csv"))
    reader.sniff(file)
    try:
        reading = read(reader, file)
    except UnreadableError as error:
        complaint = str(error)
    else:
        assert reading.rows == []
        complaint = "; ".join(reading.reasons) or what
    assert complaint.strip()
    assert "\n" not in complaint


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("name", ["_chat.txt", "message_1.json", "chat.csv", "thing", "x.html"])
def test_detection_survives(what: str, name: str) -> None:
    registry.detect(export(HOSTILE[what], name))


def test_utf_16_is_read() -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        mark = b"" if encoding == "utf-16" else "\ufeff".encode(encoding)
        reading = read(whatsapp, export(mark + CHAT.encode(encoding)))
        assert reading.column("text") == ["hällo", "🎉 ok"]
        assert reading.issues == []


def test_bytes_of_another_encoding_are_replaced_and_reported_once() -> None:
    reading = read(whatsapp, export(CHAT.replace("🎉", "ü").encode("latin-1")))
    assert reading.column("text") == ["h\ufffdllo", "\ufffd ok"]
    assert [(issue["position"], issue["is_row"]) for issue in reading.issues] == [(1, False)]
    assert "UTF-8" in reading.reasons[0]


def test_nuls_are_left_out_and_reported_once() -> None:
    reading = read(whatsapp, export(CHAT.encode().replace(b"hi", b"h\0i").replace(b"ok", b"o\0\0k")))
    assert reading.column("text")[1] == "🎉 ok"
    assert ["NUL" in reason for reason in reading.reasons] == [True]


def test_lone_surrogates_in_json_are_replaced_and_reported() -> None:
    content = json.dumps(THREAD).replace("hi", r"\ud83d hi \udc00")
    reading = read(messenger, export(content, "message_1.json"))
    assert reading.column("text") == ["\ufffd hi \ufffd"]
    assert ["U+FFFD" in reason for reason in reading.reasons] == [True]


@pytest.mark.parametrize("cut", [1, 5, 40, 80])
def test_json_that_breaks_off_keeps_what_is_whole(cut: int) -> None:
    content = json.dumps({**THREAD, "messages": [MESSAGE] * 5})[:-cut]
    reading = read(messenger, export(content, "message_1.json"))
    assert 3 <= len(reading.rows) <= 5
    assert {row["is_group"] for row in reading.rows} == {False}
    assert len(reading.issues) == 1


def test_a_line_without_end_is_cut() -> None:
    content = CHAT.encode() + b"x" * (40 << 20) + b"\n13/06/2018, 10:02 - Ada: end\n"
    started = time.process_time()
    reading = read(whatsapp, export(content))
    assert time.process_time() - started < 10
    assert [row["text"][:4] for row in reading.rows] == ["häll", "🎉 ok", "end"]
    assert ["longer than 16 MiB" in reason for reason in reading.reasons] == [True]
    assert len(reading.rows[1]["text"]) < 17 << 20


def test_a_message_without_end_is_cut() -> None:
    content = CHAT.encode() + b"another line of another file\n" * 2_000_000 + b"13/06/2018, 10:02 - Ada: end\n"
    reading = read(whatsapp, export(content))
    assert [row["text"][:4] for row in reading.rows] == ["häll", "🎉 ok", "end"]
    assert ["longer than 32 MiB" in reason for reason in reading.reasons] == [True]


def test_a_file_that_cannot_be_opened() -> None:
    def fail() -> io.BytesIO:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(UnreadableError, match="Permission denied"):
        registry.detect(ExportFile("chat.txt", 10, fail))


def test_issues_hold_no_text_of_messages() -> None:
    reading = read(
        imazing, export("Chat Session,Message Date,Type,Sender ID,Text\nAda,never,Incoming,1,Secret 42\n", "x.csv")
    )
    assert "Secret" not in str(reading.issues)
    assert "42" not in str(reading.issues)


_MEMORY = """
import sys
sys.path.insert(0, {root!r})
from bench.memory import peak_mb
from chatclone_dagster.readers import whatsapp
from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions
from pathlib import Path
path = Path({path!r})
rows = 0
def sink(frame):
    global rows
    rows += frame.height
out = Out("whatsapp", "x", path.name, sink)
whatsapp.read(ExportFile(path.name, path.stat().st_size, lambda: path.open("rb")), ReadOptions(), out)
print(rows, int(peak_mb()))
"""


def measure(path: Path) -> tuple[int, int]:
    """Rows and peak memory in MB of reading a WhatsApp export in a process of its own."""
    root = str(Path(__file__).resolve().parents[2])
    script = _MEMORY.format(root=root, path=str(path))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    rows, memory = done.stdout.split()
    return int(rows), int(memory)


@pytest.mark.slow
def test_ten_million_messages_in_a_gigabyte_and_a_half(tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat with all.txt"
    day = "".join(
        f"{{date}}, {n // 60 % 24:02}:{n % 60:02} - Person {n % 9}: what people type is not that long, {n}\n"
        for n in range(10_000)
    )
    with path.open("w", encoding="utf-8") as out:
        for n in range(1000):
            out.write(day.replace("{date}", f"{1 + n % 28:02}/{1 + n // 28 % 12:02}/{2000 + n // 336}"))
    rows, memory = measure(path)
    assert rows == 10_000_000
    assert memory < 1500


@pytest.mark.slow
def test_a_line_of_200_megabytes_stays_in_memory_bounds(tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat with all.txt"
    with path.open("wb") as out:
        out.write(CHAT.encode())
        for _ in range(200):
            out.write(b"x" * (1 << 20))
    rows, memory = measure(path)
    assert rows == 2
    assert memory < 600
