"""Where the vectors and the files they name lie, and their rows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("CHATCLONE_CONFORMANCE", _HERE.parent / "shared" / "conformance"))
FIXTURES = Path(os.environ.get("CHATCLONE_FIXTURES", FOLDER.parent / "fixtures"))


@dataclass(frozen=True)
class Vector:
    """One row: the format it is about, a name that tells it apart, and what it states."""

    format: str
    name: str
    row: dict[str, Any]

    @property
    def key(self) -> str:
        """Format and name, as in EXCEPTIONS."""
        return f"{self.format}:{self.name}"


def vectors(formats: Iterable[str]) -> list[Vector]:
    """All rows of the formats, in order; none where there are no vectors."""
    found = []
    for name in formats:
        path = FOLDER / f"{name}.jsonl"
        if path.exists():
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
                row = json.loads(line)
                found.append(Vector(name, row.get("id") or f"{row.get('kind')}-{row.get('locale')}-{number}", row))
    return found
