"""Every row of the conformance vectors: input → what must come out.

The vectors are facts gathered from the tests and documentation of public parsers. They do not ship with the project: the folder is
`../shared/conformance` beside the checkout, or wherever CHATCLONE_CONFORMANCE points; CHATCLONE_FIXTURES holds the files they name.
Only the keys that a row states are asserted. Texts compare exactly, except for direction marks and blanks at the end.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.readers.conformance import CHECKS, EXCEPTIONS, is_later

HERE = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("CHATCLONE_CONFORMANCE", HERE.parent / "shared" / "conformance"))
FIXTURES = Path(os.environ.get("CHATCLONE_FIXTURES", FOLDER.parent / "fixtures"))

STATED = {
    "expect",
    *re.findall(
        r"\w+",
        """
        expect_attachment expect_authors expect_class expect_conv expect_count expect_count_without_unsent expect_date_format
        expect_days_first expect_each_author expect_each_text expect_empty expect_error expect_error_thread expect_first
        expect_format expect_hformat expect_kind expect_kinds expect_last expect_no_user_messages expect_ok_thread
        expect_participants expect_photo_count expect_text_count expect_texts expect_threads expect_total expect_ts expect_unsent
        """,
    ),
}
"""The expectations that the checks know; a row that states another would pass without being looked at."""


def rows() -> list[Any]:
    found = []
    for name in CHECKS:
        path = FOLDER / f"{name}.jsonl"
        if not path.exists():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            key = row.get("id") or f"{row['kind']}-{row['locale']}-{number}"
            found.append(pytest.param(name, row, id=f"{name}:{key}"))
    return found


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no conformance vectors beside the checkout")
@pytest.mark.parametrize(("format_", "row"), rows())
def test_conformance(format_: str, row: dict[str, Any]) -> None:
    key = f"{format_}:{row.get('id', '')}"
    if is_later(row):
        pytest.xfail("HTML exports have no reader yet")
    assert {name for name in row if name.startswith("expect")} <= STATED
    if key in EXCEPTIONS:
        with pytest.raises(AssertionError):  # an exception that passes is none any more
            CHECKS[format_](row, FIXTURES)
        pytest.xfail(EXCEPTIONS[key])
    CHECKS[format_](row, FIXTURES)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no conformance vectors beside the checkout")
def test_exceptions_are_few() -> None:
    """Less than two rows in a hundred may be excepted."""
    asked = [f"{param.values[0]}:{param.values[1].get('id', '')}" for param in rows()]
    assert sum(key in EXCEPTIONS for key in asked) < 0.02 * len(asked)
