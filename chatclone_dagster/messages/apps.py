"""Which readers can hold the same conversation: files of one app, read by the tools' several readers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

APPS: dict[str, tuple[str, ...]] = {
    "imessage": ("imessage",),
    "imessage_exporter": ("imessage",),
    "imazing": ("imessage", "whatsapp"),
}
"""The app, or apps, whose conversations a reader reads; a reader that is not named here reads the app it is named after."""

ANY_APP = ("whatsapp", "table")
"""Readers of conversations of every app: what `chatclone convert` wrote reads as WhatsApp's, and a table may hold anything."""


def of_one_app(sources: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of these sources that can hold the same conversation, both ways round."""
    known = sorted({*sources})
    return [(a, b) for a, b in product(known, known) if a in ANY_APP or b in ANY_APP or {*_apps(a)} & {*_apps(b)}]


def _apps(source: str) -> tuple[str, ...]:
    return APPS.get(source, (source,))
