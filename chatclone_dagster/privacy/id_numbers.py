"""Whether a number could be somebody's: it satisfies the check of a country's ID, tax or insurance numbers."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType

from chatclone_dagster.privacy.names import FICTION


@cache
def _modules() -> tuple[ModuleType, ...]:
    return tuple(import_module(f"stdnum.{name}") for name in FICTION["id_numbers"].split())


def is_somebodys(number: str) -> bool:
    """Whether the number is valid as a personal number of any of these countries."""
    return any(module.is_valid(number) for module in _modules())
