"""Assertions in the helpers of these tests explain themselves as those in the tests do."""

import pytest

pytest.register_assert_rewrite("tests.readers.conformance", "tests.readers.reading")
