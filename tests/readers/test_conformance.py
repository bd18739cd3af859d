"""Every row of the conformance vectors: input → what must come out.

The vectors are facts gathered from the tests and documentation of public parsers. They do not ship with the project: the folder is
`../shared/conformance` beside the checkout, or wherever CHATCLONE_CONFORMANCE points; CHATCLONE_FIXTURES holds the files they name.
Only the keys that a row states are asserted. Texts compare exactly, except for direction marks and blanks at the end.
"""

from __future__ import annotations

import re

import pytest

from tests.readers.conformance import CHECKS, EXCEPTIONS
from tests.readers.conformance.vectors import FIXTURES, FOLDER, Vector, vectors

STATED = {
    "expect",
    *re.findall(
        r"\w+",
        """
        expect_attachment expect_attachments_per_message expect_authors expect_channels expect_chats expect_class
        expect_contains expect_conv expect_count expect_count_without_unsent expect_date expect_date_format
        expect_days_first expect_each_author expect_each_text expect_empty expect_error expect_error_thread
        expect_first expect_format expect_hformat expect_kind expect_kinds expect_last expect_no_user_messages
        expect_ok_thread expect_owner_id expect_participants expect_per_day expect_photo_count expect_rows
        expect_text expect_text_count expect_texts expect_threads expect_total expect_ts expect_unsent expect_utc
        """,
    ),
}
"""The expectations that the checks know; a row that states another would pass without being looked at."""


ROWS = [pytest.param(found, id=found.key) for found in vectors(CHECKS)]


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no conformance vectors beside the checkout")
@pytest.mark.parametrize("vector", ROWS)
def test_conformance(vector: Vector) -> None:
    assert {name for name in vector.row if name.startswith("expect")} <= STATED
    if vector.key in EXCEPTIONS:
        with pytest.raises(AssertionError):  # an exception that passes is none any more
            CHECKS[vector.format](vector.row, FIXTURES)
        pytest.xfail(EXCEPTIONS[vector.key])
    CHECKS[vector.format](vector.row, FIXTURES)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no conformance vectors beside the checkout")
def test_exceptions_are_few() -> None:
    """Less than two rows in a hundred may be excepted."""
    found = vectors(CHECKS)
    assert sum(vector.key in EXCEPTIONS for vector in found) < 0.02 * len(found)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no conformance vectors beside the checkout")
def test_every_format_that_has_vectors_is_checked() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} <= {*CHECKS}
