"""A cheap look for many patterns at once: which of them are worth a search that backtracks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from chatclone_dagster.privacy.triggers import together

_BLANK = r"[\s\x0b\x1c-\x1f\x{85}\x{1680}\x{2028}\x{2029}]"  # blanks of the normal form; RE2 means those of ASCII


class Looks:
    """Patterns without look-around, in any case, that RE2 looks for in one pass."""

    def __init__(self, *patterns: str) -> None:
        """Take the patterns; a blank among them is `\\s`, outside brackets."""
        self._patterns = patterns

    def seen(self, text: str) -> Sequence[int]:
        """Which of the patterns match somewhere in a text in normal form, by their order."""
        return self._set.Match(text.replace("İ", "i")) or ()  # one letter in any case to `regex`, two to RE2

    @cached_property
    def _set(self) -> Any:
        return together(*("(?i)" + pattern.replace(r"\s", _BLANK) for pattern in self._patterns))
