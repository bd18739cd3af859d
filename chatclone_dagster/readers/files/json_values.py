"""Values of parsed JSON as the type they should have; of any other type, they count as missing."""

from __future__ import annotations

from typing import Any


def string(value: Any) -> str:
    """A string, or an empty one."""
    return value if isinstance(value, str) else ""


def strings(value: Any) -> list[str]:
    """The strings of a list, or none."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def record(value: Any) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, or none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
