"""Sentences that an app writes into its exports, in which only names differ: `{a} joined the group.`"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml

_LONGEST = 400  # characters; no sentence of an app is longer
_NAME = r"[^\n]{1,60}?"
_GAP = re.compile(r"\{[abx]\}|…")


@cache
def strings(package: str) -> dict[str, Any]:
    """The content of the strings.yaml that lies in a reader's package."""
    content = resources.files(package).joinpath("strings.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(content, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (safe: both are)
    return loaded


class _Template(NamedTuple):
    meaning: str
    fixed: str  # the longest part that is no gap
    pattern: re.Pattern[str]


class Sentences:
    """Templates by meaning. `{a}`, `{b}` and `{x}` stand for names, an ellipsis for anything."""

    def __init__(self, templates: Mapping[str, Iterable[str]], *, stops: bool = True) -> None:
        """Where a text fits several templates, the first one counts. With `stops`, a full stop at the end makes no difference."""
        self._stops = stops
        ends = {_end(template) for group in templates.values() for template in group}
        self._by_end: dict[str, list[_Template]] = {
            end: [] for end in {*ends, ""}
        }  # the last character, if it is no gap
        for meaning, group in templates.items():
            for template in group:
                found = _Template(meaning, max(_GAP.split(_plain(template)), key=len), _pattern(template))
                for end in [_end(template)] if _end(template) else self._by_end:
                    self._by_end[end].append(found)

    def match(self, text: str) -> tuple[str, dict[str, str]] | None:
        """The meaning of a text and the names in it; None for what is no sentence of the app."""
        if len(text) > _LONGEST:
            return None
        plain = _plain(text) if self._stops else text.strip()
        for meaning, fixed, pattern in self._by_end.get(plain[-1:], self._by_end[""]):
            if fixed in plain and (found := pattern.fullmatch(plain)):
                return meaning, {name: value.strip() for name, value in found.groupdict().items()}
        return None


def _end(template: str) -> str:
    """The last character, if it is no gap."""
    return _GAP.split(_plain(template))[-1][-1:]


def _plain(text: str) -> str:
    return text.strip().removesuffix(".").removesuffix("。").rstrip()


def _pattern(template: str) -> re.Pattern[str]:
    parts = _GAP.split(_plain(template))
    gaps = [f"(?P<{gap[1]}>{_NAME})" if gap.startswith("{") else ".{0,300}" for gap in _GAP.findall(_plain(template))]
    joined = "".join(re.escape(part) + gap for part, gap in zip(parts, [*gaps, ""], strict=True))
    return re.compile(joined, re.DOTALL)
