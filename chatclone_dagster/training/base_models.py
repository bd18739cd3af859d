"""Base models: the starter that travels with the program, a folder, or a model of the Hugging Face hub."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from chatclone_dagster.errors import UserError
from chatclone_dagster.home import bundled

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

STARTER = "starter"
_SAMPLE = 1 << 20  # bytes read at both ends of a weights file; hashing all of 16 GB takes half a minute


class BaseModelError(UserError):
    """A base model cannot be had or used; the message names it and the way out."""


class Base(BaseModel):
    """A base model: its name in the settings, where it is loaded from, and a fingerprint of what is there."""

    model_config = ConfigDict(frozen=True)

    name: str
    location: str
    fingerprint: str

    @property
    def is_local(self) -> bool:
        """Whether it lies on this machine as a folder."""
        return Path(self.location).is_dir()


def find_base(name: str) -> Base:
    """Say where a base model is loaded from; nothing is downloaded.

    `name` is `starter`, a folder, or a hub id (`Qwen/Qwen3-0.6B`, with `@revision` if wanted). Naming a hub model is
    what allows it to be fetched when it is loaded.

    Raises:
        BaseModelError: a folder without a model.
    """
    folder = bundled("starter/model") if name == STARTER else Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise BaseModelError(f"{folder}: there is no model here (config.json is missing)")
        return Base(name=name, location=str(folder), fingerprint=_fingerprint(folder))
    if name == STARTER or name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise BaseModelError(
            f"{name}: there is no such folder; a base is 'starter', a folder with a model, or a hub id"
        )
    return Base(name=name, location=name, fingerprint=f"hub:{name}")


def _fingerprint(folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=10)
    for path in sorted(folder.iterdir()):
        if path.suffix in {".json", ".jinja", ".model", ".safetensors"}:
            size = path.stat().st_size
            with path.open("rb") as stream:
                content = stream.read(_SAMPLE)
                if size > 2 * _SAMPLE:
                    stream.seek(-_SAMPLE, 2)
                content += stream.read()
            digest.update(json.dumps([path.name, size]).encode() + content)
    return digest.hexdigest()


def load_tokenizer(base: Base) -> PreTrainedTokenizerBase:
    """The tokenizer of a base model, with a chat template and a padding token.

    Raises:
        BaseModelError: it cannot be loaded, or has no chat template.
    """
    from transformers import AutoTokenizer  # noqa: PLC0415  2 s to import

    tokenizer: PreTrainedTokenizerBase = _load(AutoTokenizer, base)
    if not tokenizer.chat_template:
        raise BaseModelError(f"{base.name}: the model has no chat template; take its chat or instruct version")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(base: Base, dtype: torch.dtype) -> PreTrainedModel:
    """The weights of a base model in the given precision (the checkpoint's own may differ).

    Raises:
        BaseModelError: it cannot be loaded.
    """
    from transformers import AutoModelForCausalLM  # noqa: PLC0415

    model: PreTrainedModel = _load(AutoModelForCausalLM, base, dtype=dtype)
    return model


def _load(kind: Any, base: Base, **options: Any) -> Any:
    if base.is_local:
        from transformers.utils import logging  # noqa: PLC0415

        logging.disable_progress_bar()  # nothing to wait for; a download keeps its bar
    location, _, revision = base.location.partition("@") if not base.is_local else (base.location, "", "")
    if revision:
        options["revision"] = revision
    try:
        return kind.from_pretrained(location, **options)
    except (OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0][:200]
        raise BaseModelError(
            f"{base.name}: the model cannot be loaded ({first}); give a folder that holds it, or a hub id this machine "
            "can fetch (gated models need `hf auth login` first)"
        ) from None
