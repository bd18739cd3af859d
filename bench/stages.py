"""The stages that the suites time: each takes file names and returns how many units it made."""

from __future__ import annotations

from pathlib import Path


def _read(name: str, path: str) -> int:
    from chatclone_dagster.readers import registry  # noqa: PLC0415 (peers run without our packages)
    from chatclone_dagster.readers.contract import ExportFile, Out, ReadOptions  # noqa: PLC0415

    file = Path(path)
    rows = 0

    def count(frame: object) -> None:
        nonlocal rows
        rows += len(frame)  # type: ignore[arg-type]

    out = Out(name, "0" * 16, file.name, count)
    registry.reader(name).read(ExportFile(file.name, file.stat().st_size, lambda: file.open("rb")), ReadOptions(), out)
    out.flush()
    return rows


def whatsapp(path: str) -> int:
    """Our reader, from the file to typed rows."""
    return _read("whatsapp", path)


def messenger(path: str) -> int:
    """Our reader, from the file to typed rows."""
    return _read("messenger", path)


def table(path: str) -> int:
    """Our reader, from the file to typed rows."""
    return _read("table", path)


def whatstk(path: str) -> int:
    """whatstk finding the header's format by itself, from the file to its table."""
    from whatstk import WhatsAppChat  # noqa: PLC0415

    return len(WhatsAppChat.from_source(filepath=path).df)


def orjson_alone(path: str) -> int:
    """Nothing but parsing the JSON."""
    import orjson  # noqa: PLC0415

    return len(orjson.loads(Path(path).read_bytes())["messages"])


def csv_module(path: str) -> int:
    """Nothing but splitting the records."""
    import csv  # noqa: PLC0415

    with Path(path).open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1
