"""Slack's names of emoji (emoji.yaml)."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml

_FLAG = re.compile(r"flag-([a-z])([a-z])")
_TONE = re.compile(r"(.+)::skin-tone-([2-6])(?:-[2-6])?")


def emoji_of(name: str) -> str | None:
    """The emoji of a name such as `joy`, `flag-nl` or `+1::skin-tone-2`; None for one that a workspace made for itself."""
    if toned := _TONE.fullmatch(name):
        plain = emoji_of(toned[1])
        return plain and plain[0] + chr(0x1F3F9 + int(toned[2])) + plain[1:].removeprefix("\ufe0f")
    if flag := _FLAG.fullmatch(name):
        return "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in flag.groups())
    return _names().get(name)


@cache
def _names() -> dict[str, str]:
    text = resources.files(__package__).joinpath("emoji.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe)
    return {name: emoji for emoji, names in loaded.items() for name in names.split()}
