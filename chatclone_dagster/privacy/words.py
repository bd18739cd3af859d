"""The words that tell what a value is, in the languages of `words.yaml`."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

# A year of life, in figures or as it ends in words: 30, thirty, trente, dreißig, "30 años".
AGE = (
    r"(?:\d{1,2}|[a-zäöüßáéíóú]+(?:teen|ty|zig|ßig|enta|ente|inte|anta|ante)"
    r"(?:[- ]?(?:one|two|three|four|five|six|seven|eight|nine))?)"
    r"(?: (?:years?|jahre?|a[ñn]os|ans|anni|anos|jaar|lat|лет|год|år)(?: old)?)?(?:th)?"
)


@cache
def listed_in(file: str) -> Any:
    """A YAML file of this room, parsed once; nobody changes what it holds."""
    return yaml.safe_load(resources.files("chatclone_dagster.privacy").joinpath(file).read_text(encoding="utf-8"))


def any_of(*keys: str) -> str:
    """A pattern for any word of these lists (or of one language's list: `code.en`), longest first; blanks may be several."""
    words = sorted({word for key in keys for word in _listed(key)}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(word.replace(" ?", r"\s?").replace(" ", r"\s+") for word in words) + ")"


def _listed(key: str) -> list[str]:
    found = listed_in("words.yaml")
    for part in key.split("."):
        found = found[part]
    lists = found.values() if isinstance(found, dict) else [found]
    return [word.replace("{age}", AGE) for words in lists for word in words]
