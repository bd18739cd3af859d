"""The paths of attachments, which somebody else wrote."""

from __future__ import annotations

from collections.abc import Sequence

from chatclone_dagster.readers.contract import Out
from chatclone_dagster.readers.meta.message import leads_out


def inside(paths: Sequence[str], position: int, out: Out) -> list[str]:
    """Links, and those paths that stay inside the export; any other is reported."""
    kept = [path for path in paths if not leads_out(path)]
    if len(kept) < len(paths):
        out.issue(position, "an attachment whose path leads out of the export; the path is left out")
    return kept
