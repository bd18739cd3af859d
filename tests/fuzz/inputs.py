"""What a target is given: a file's name and content and the files beside it, as one string of bytes that a fuzzer can change."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from chatclone_dagster.readers.contract import ExportFile
from tests.readers.reading import export

SEEDS = Path(__file__).parent / "seeds"
_CUT = b"\x1e\x1e\n"
_LONGEST_NAME = 200
_CONCERNED = {"json_stream": (b"{", b"["), "html_file": (b"<",), "archive": (b"",)}
"""Pieces that readers share, and how the files begin that concern them."""


@dataclass(frozen=True)
class Input:
    """A file and, by their paths from its folder, those beside it."""

    name: str
    content: bytes
    beside: dict[str, bytes] = field(default_factory=dict)

    def pack(self) -> bytes:
        """As bytes."""
        others = [part for path, content in self.beside.items() for part in (path.encode(), content)]
        return _CUT.join([self.name.encode(errors="replace"), self.content, *others])

    @staticmethod
    def unpack(data: bytes) -> Input:
        """From bytes, whatever they are."""
        name, *parts = data.split(_CUT)
        names = [
            part.decode(errors="replace").replace("\0", "")[:_LONGEST_NAME] or "x" for part in (name, *parts[1::2])
        ]
        return Input(names[0], parts[0] if parts else b"", dict(zip(names[1:], parts[2::2], strict=False)))

    def file(self) -> ExportFile:
        """As a reader gets it, in memory."""
        return export(self.content, self.name, self.beside)


def seeds(target: str) -> list[Input]:
    """The sound little exports kept for a reader; for a piece that readers share, those of all readers that concern it."""
    if target in _CONCERNED:
        start = _CONCERNED[target]
        found = [one for path in sorted(SEEDS.glob("*.jsonl")) for one in _kept(path) if one.content.startswith(start)]
        return [_packed(one) for one in found] if target == "archive" else found
    return _kept(SEEDS / f"{target}.jsonl")


def _kept(path: Path) -> list[Input]:
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    return [
        Input(row["name"], _bytes(row["content"]), {name: _bytes(content) for name, content in row["beside"].items()})
        for row in map(json.loads, filter(None, lines))
    ]


def _packed(given: Input) -> Input:
    """A file and those beside it in an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {given.name: given.content, **given.beside}.items():
            archive.writestr(zipfile.ZipInfo(name), content[:2000])
    return Input("chat.zip", packed.getvalue())


def keep_seeds(target: str, inputs: list[Input]) -> None:
    """Write a target's seeds anew."""
    rows = [
        {"name": one.name, "content": _plain(one.content), "beside": {n: _plain(c) for n, c in one.beside.items()}}
        for one in inputs
    ]
    SEEDS.mkdir(exist_ok=True)
    (SEEDS / f"{target}.jsonl").write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8", newline="\n"
    )


def _bytes(kept: str | dict[str, str]) -> bytes:
    return kept.encode() if isinstance(kept, str) else zlib.decompress(base64.b64decode(kept["packed"]))


def _plain(content: bytes) -> str | dict[str, str]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    return {"packed": base64.b64encode(zlib.compress(content, 9)).decode()} if "\0" in text else text
