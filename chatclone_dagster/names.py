"""When two spellings of a name are one name; asked by readers, by identity, and wherever somebody is named by hand."""

from __future__ import annotations

import re
import unicodedata

MARKS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Marks of direction and of width zero, which names in exports carry along."""

_PHONE = re.compile(r"\+?[\d\s().-]{6,}")


def normal_name(name: str) -> str:
    """The form in which two spellings of one name are the same: no direction marks, no `~`, one case, plain spaces."""
    bare = MARKS.sub("", unicodedata.normalize("NFKC", name)).strip().removeprefix("~").strip()
    if _PHONE.fullmatch(bare):
        return re.sub(r"[^\d+]", "", bare)
    return " ".join(bare.casefold().split())
