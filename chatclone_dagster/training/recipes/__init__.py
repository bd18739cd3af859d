"""Recipes: how a LoRA adapter is trained, as YAML that explains itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chatclone_dagster.errors import UserError
from chatclone_dagster.settings import Persona
from chatclone_dagster.training.base_models import STARTER

HERE = Path(__file__).parent
LARGE = 3.0  # thousand million parameters; from here on activations have to be recomputed to fit


class RecipeError(UserError):
    """A recipe is missing or wrong; the message names the file, the key and what is allowed."""


class Recipe(BaseModel):
    """The knobs of a training run. Lengths and splits belong to the dataset, not here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    rank: Annotated[int, Field(ge=1, le=1024)]
    alpha: Annotated[int, Field(ge=1)]
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    learning_rate: Annotated[float, Field(gt=0, lt=1)]
    epochs: Annotated[float, Field(gt=0)]
    patience: Annotated[int, Field(ge=1)] = 1
    batch_size: Annotated[int, Field(ge=1)]
    accumulate: Annotated[int, Field(ge=1)] = 1
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.05
    schedule: Literal["linear", "cosine", "constant_with_warmup"] = "cosine"
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    max_grad_norm: Annotated[float, Field(gt=0)] = 1.0
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    checkpoint_activations: bool = False
    seed: int = 0


def recipes() -> dict[str, Path]:
    """The recipes that travel with the program, by name."""
    return {path.stem: path for path in sorted(HERE.glob("*.yaml"))}


def recipe_for(base: str) -> str:
    """The bundled recipe for a base model: by the size its name tells (`…-8B-…`), small where it tells none."""
    if base == STARTER:
        return "starter"
    sizes = [float(size) for size in re.findall(r"(?<![\w.])(\d+(?:\.\d+)?)[bB](?![a-zA-Z])", base)]
    return "large" if sizes and max(sizes) >= LARGE else "small"


def load_recipe(persona: Persona, folder: Path) -> Recipe:
    """The recipe of a persona: the one it names (bundled, or a YAML file relative to `folder`), else one for its base.

    Raises:
        RecipeError: no such recipe, or something wrong in it.
    """
    named = persona.recipe or recipe_for(persona.base)
    path = recipes().get(named, folder / named)
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecipeError(f"recipe '{named}': no such file; bundled recipes are {', '.join(recipes())}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeError(f"{path}: {' '.join(str(error).split())}") from None
    if not isinstance(raw, dict):
        raise RecipeError(f"{path}: a recipe is a list of keys and values")
    try:
        return Recipe.model_validate({"name": path.stem, **raw})
    except ValidationError as error:
        first = error.errors()[0]
        raise RecipeError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
