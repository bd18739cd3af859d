"""What a training run leaves: a folder with adapter, tokenizer and a manifest that says what it was made from."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from chatclone_dagster import lake
from chatclone_dagster.errors import UserError
from chatclone_dagster.home import Home
from chatclone_dagster.privacy.consent import permitted
from chatclone_dagster.training.base_models import Base
from chatclone_dagster.training.recipes import Recipe

MANIFEST = "chatclone.json"
_STALE = "stale.txt"


class NoAdapterError(UserError):
    """There is no adapter for a persona; the message says how to get one."""


class Manifest(BaseModel):
    """What an adapter was made from, saved beside it."""

    model_config = ConfigDict(frozen=True)

    persona: str
    persona_name: str
    base: Base
    recipe: Recipe
    dataset_version: str
    code_version: str
    window_tokens: int
    mlflow_run: str | None = None
    steps: int = 0
    epochs: float = 0.0
    validation_loss: float | None = None
    adapter_version: str = ""

    @property
    def key(self) -> str:
        """Names the inputs: the same data, base, recipe and code would give this adapter again."""
        made_from = [self.persona, self.base.fingerprint, self.recipe.model_dump_json(), self.dataset_version]
        return hashlib.blake2b("\0".join([*made_from, self.code_version]).encode(), digest_size=6).hexdigest()


def folder_version(folder: Path) -> str:
    """A hash of an adapter's weights and configuration."""
    digest = hashlib.blake2b(digest_size=12)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an adapter folder."""
    return Manifest.model_validate_json((folder / MANIFEST).read_text(encoding="utf-8"))


def mark_stale(folder: Path, why: str) -> None:
    """Note beside an adapter why another one should take its place."""
    (folder / _STALE).write_text(why, encoding="utf-8")


def why_stale(folder: Path) -> str | None:
    """Why an adapter should not be relied on any more; None if nothing was noted."""
    return (folder / _STALE).read_text(encoding="utf-8") if (folder / _STALE).is_file() else None


def make_newest(home: Home, persona: str, folder: Path) -> None:
    """Let an adapter be the one a persona answers with."""
    with lake.replacing(home.document("adapter.txt", persona)) as aside:
        aside.write_text(folder.relative_to(home.root).as_posix(), encoding="utf-8")


def newest(home: Home, persona: str) -> Path:
    """The folder of the adapter a persona answers with: whatever evaluates or serves a clone gets it here.

    Raises:
        SettingsError: the person may not be cloned; consent may have been taken back since the adapter was made.
        NoAdapterError: none was trained yet.
    """
    permitted(home, persona)
    pointer = home.document("adapter.txt", persona)
    if not pointer.is_file():
        raise NoAdapterError(f"there is no clone of '{persona}' yet; make one with: chatclone run")
    return home.root / pointer.read_text(encoding="utf-8").strip()
