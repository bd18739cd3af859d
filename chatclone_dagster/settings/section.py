"""What all sections of `chatclone.toml` have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Keys that nobody knows are errors; values do not change once they are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
