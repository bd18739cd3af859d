"""`make conformance`: every vector against its reader, as a table; with --write also into docs/conformance.md."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from tests.readers.conformance import CHECKS, EXCEPTIONS
from tests.readers.conformance.vectors import FIXTURES, FOLDER, Vector, vectors

PAGE = Path(__file__).resolve().parents[3] / "docs" / "conformance.md"


def passes(vector: Vector) -> bool:
    """Whether a row comes out as it says."""
    try:
        CHECKS[vector.format](vector.row, FIXTURES)
    except Exception as error:
        if vector.key not in EXCEPTIONS:
            print(f"{vector.key}: {type(error).__name__}: {str(error).splitlines()[:1]}", file=sys.stderr)
        return False
    return True


def table(found: list[Vector], passed: set[str]) -> str:
    """Format × rows × passed × excepted, and the sum."""
    rows = Counter(vector.format for vector in found)
    good = Counter(vector.format for vector in found if vector.key in passed)
    excepted = Counter(vector.format for vector in found if vector.key in EXCEPTIONS)
    lines = ["| format | rows | passed | excepted |", "|---|---:|---:|---:|"]
    lines += [f"| {name} | {rows[name]} | {good[name]} | {excepted[name]} |" for name in sorted(rows)]
    return "\n".join([*lines, f"| **all** | **{rows.total()}** | **{good.total()}** | **{excepted.total()}** |"])


def main() -> int:
    """Print the table; 1 if a row fails that is not excepted."""
    found = vectors(CHECKS)
    if not found:
        print(f"no vectors in {FOLDER} (CHATCLONE_CONFORMANCE says where they are)")
        return 1
    passed = {vector.key for vector in found if passes(vector)}
    shown = table(found, passed)
    print(shown)
    if "--write" in sys.argv:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(re.sub(r"\| format \|.*\|(?=\n|$)", lambda _: shown, page, flags=re.DOTALL), encoding="utf-8")
    return int(any(vector.key not in passed and vector.key not in EXCEPTIONS for vector in found))


if __name__ == "__main__":
    sys.exit(main())
