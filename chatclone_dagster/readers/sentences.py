"""Sentences that an app writes into its exports, in which only names differ: `{a} joined the group.`"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

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


class Sentences:
    """Templates by meaning. `{a}`, `{b}` and `{x}` stand for names, an ellipsis for anything."""

    def __init__(self, templates: Mapping[str, Iterable[str]], *, stops: bool = True) -> None:
        """Where a text fits several templates, the first one counts. With `stops`, a full stop at the end makes no difference."""
        self._stops = stops
        self._templates = [
            (max(_GAP.split(_plain(template)), key=len), _pattern(template), meaning)
            for meaning, group in templates.items()
            for template in group
        ]

    def match(self, text: str) -> tuple[str, dict[str, str]] | None:
        """The meaning of a text and the names in it; None for what is no sentence of the app."""
        if len(text) > _LONGEST:
            return None
        plain = _plain(text) if self._stops else text.strip()
        for fixed, pattern, meaning in self._templates:
            if fixed in plain and (found := pattern.fullmatch(plain)):
                return meaning, {name: value.strip() for name, value in found.groupdict().items()}
        return None


def _plain(text: str) -> str:
    return text.strip().removesuffix(".").removesuffix("。").rstrip()


def _pattern(template: str) -> re.Pattern[str]:
    parts = _GAP.split(_plain(template))
    gaps = [f"(?P<{gap[1]}>{_NAME})" if gap.startswith("{") else ".{0,300}" for gap in _GAP.findall(_plain(template))]
    joined = "".join(re.escape(part) + gap for part, gap in zip(parts, [*gaps, ""], strict=True))
    return re.compile(joined, re.DOTALL)
