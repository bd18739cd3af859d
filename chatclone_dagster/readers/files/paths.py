"""The paths of attachments, which somebody else wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatclone_dagster.readers.contract import Out

_SLASH = re.compile(r"[/\\]")


def inside(paths: Sequence[str], position: int, out: Out) -> list[str]:
    """Links, and those paths that stay inside the export; any other is reported."""
    kept = [path for path in paths if not _leads_out(path)]
    if len(kept) < len(paths):
        out.issue(position, "an attachment whose path leads out of the export; the path is left out")
    return kept


def _leads_out(path: str) -> bool:
    if "://" in path:
        return False
    return path.startswith(("/", "\\")) or path[1:2] == ":" or (".." in path and ".." in _SLASH.split(path))
