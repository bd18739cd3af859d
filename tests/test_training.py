"""Training: recipes, base models, and the script itself on a model that trains in seconds."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import torch
from mlflow import MlflowClient
from safetensors.torch import load_file

from chatclone_dagster import lake
from chatclone_dagster.datasets.formats import ChatMessage
from chatclone_dagster.settings import Persona
from chatclone_dagster.training import sft
from chatclone_dagster.training.base_models import BaseModelError, find_base, load_tokenizer
from chatclone_dagster.training.clone import Clone
from chatclone_dagster.training.package import Manifest, read_manifest
from chatclone_dagster.training.recipes import Recipe, RecipeError, load_recipe, recipes
from chatclone_dagster.training.reporting import Progress
from tests.conftest import TINY_RECIPE
from tests.windows import windows


def test_every_bundled_recipe_is_valid(tmp_path: Path) -> None:
    assert set(recipes()) == {"starter", "small", "large"}
    for name in recipes():
        assert load_recipe(Persona(recipe=name), tmp_path).name == name
    assert load_recipe(Persona(), tmp_path).name == "starter"
    assert load_recipe(Persona(base="Qwen/Qwen3-0.6B"), tmp_path).name == "small"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "recipe 'mine.yaml': no such file; bundled recipes are large, small, starter"),
        ("rank: 0", "rank: Input should be greater than or equal to 1"),
        ("rank: 8\nrnk: 8", "rnk: Extra inputs are not permitted"),
        ("[1", "mine.yaml: "),
        ("just words", "a recipe is a list of keys and values"),
    ],
)
def test_a_wrong_recipe_is_one_line(text: str | None, fault: str, tmp_path: Path) -> None:
    if text is not None:
        full = {**TINY_RECIPE} if text.startswith("rank") else {}
        body = "\n".join(f"{key}: {value}" for key, value in full.items() if key != "rank")
        (tmp_path / "mine.yaml").write_text(f"{text}\n{body}")
    with pytest.raises(RecipeError) as error:
        load_recipe(Persona(recipe="mine.yaml"), tmp_path)
    assert fault in str(error.value)
    assert "\n" not in str(error.value)


def test_bases_are_found_by_folder_and_hub_name(tiny_base: Path, tmp_path: Path) -> None:
    base = find_base(str(tiny_base))
    assert base.is_local
    copy = Path(shutil.copytree(tiny_base, tmp_path / "copy"))
    assert find_base(str(copy)).fingerprint == base.fingerprint, "where it lies does not matter"
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "rope_theta": 7}))
    assert find_base(str(copy)).fingerprint != base.fingerprint
    assert not find_base("Qwen/Qwen3-0.6B").is_local
    for wrong in ("./nowhere", "/nowhere/at/all", str(tmp_path)):
        with pytest.raises(BaseModelError, match=r"no such folder|no model here"):
            find_base(wrong)


def test_a_hub_model_that_cannot_be_fetched_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(BaseModelError, match="acme/none-such: the model cannot be loaded") as error:
        load_tokenizer(find_base("acme/none-such"))
    assert "\n" not in str(error.value)


@pytest.fixture
def job(tiny_base: Path, tmp_path: Path) -> sft.Job:
    data = tmp_path / "windows.parquet"
    windows({"train": ["okidoki"] * 48, "validation": ["okidoki"] * 8}).write_parquet(data)
    recipe = Recipe(
        name="tiny",
        **{**TINY_RECIPE, "rank": 8, "alpha": 16, "epochs": 6, "learning_rate": 0.02, "batch_size": 4, "patience": 6},
    )
    manifest = Manifest(
        persona="me",
        persona_name="Ann",
        base=find_base(str(tiny_base)),
        recipe=recipe,
        dataset_version=lake.version(data),
        code_version="test",
        window_tokens=256,
    )
    return sft.Job(
        manifest=manifest,
        windows=data,
        out=tmp_path / "adapters/a",
        work=tmp_path / "adapters/.a.work",
        tracking_uri=f"sqlite:///{tmp_path / 'mlflow.db'}",
        artifacts=tmp_path / "artifacts",
        tags={"dagster_run": "http://127.0.0.1:3000/runs/x"},
    )


def test_an_adapter_learns_what_is_said_and_is_kept_with_all_it_was_made_from(job: sft.Job) -> None:
    said: list[str] = []
    manifest = sft.train(job, said.append)
    assert manifest == read_manifest(job.out)
    assert manifest.steps == 72
    assert manifest.adapter_version
    assert {"adapter_config.json", "adapter_model.safetensors", "tokenizer.json", "chatclone.json"} <= {
        path.name for path in job.out.iterdir()
    }
    assert not job.work.exists(), "checkpoints go when the adapter is there"
    losses = [float(line.rsplit(" ", 1)[-1]) for line in said if "validation loss" in line]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0] - 1, "it learned"

    clone = Clone.load(job.out)
    chat: list[ChatMessage] = [{"role": "system", "content": "You are Ann, texting with Bo."}]
    chat.append({"role": "user", "content": "say it, number 3"})
    assert clone.answers([chat], seed=0, temperature=0) == ["okidoki"]
    with clone.base():
        assert clone.answers([chat], seed=0, temperature=0, max_new_tokens=8) != ["okidoki"]
    assert clone.answers([chat, chat], seed=3) == clone.answers([chat, chat], seed=3), "a seed repeats"

    client = MlflowClient(tracking_uri=job.tracking_uri)
    run = client.get_run(manifest.mlflow_run or "")
    assert run.data.params["rank"] == "8"
    assert run.data.params["dataset_version"] == manifest.dataset_version
    assert run.data.tags["dagster_run"].endswith("/runs/x")
    assert len(client.get_metric_history(run.info.run_id, "eval_loss")) == 6
    registered = client.get_model_version_by_alias("chatclone-me", "newest")
    stored = Path(str(registered.source).removeprefix("file://"))
    assert (stored / "adapter_model.safetensors").read_bytes() == (job.out / "adapter_model.safetensors").read_bytes()


def test_a_run_that_was_cut_off_goes_on_where_it_was(job: sft.Job, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sft.train(job.model_copy(update={"out": job.out.with_name("whole")}), lambda _: None)

    class PlugPulledError(Exception):
        pass

    def pull(self: Progress, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.epoch >= 2:
            raise PlugPulledError
        self.send()

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "on_evaluate", pull)
        with pytest.raises(PlugPulledError):
            sft.train(job, lambda _: None)
    assert not job.out.exists(), "half an adapter is none"
    said: list[str] = []
    resumed = sft.train(job, said.append)
    assert "going on from the last epoch" in " ".join(said)
    assert resumed.steps == whole.steps
    one, other = (load_file(folder / "adapter_model.safetensors") for folder in (job.out, job.out.with_name("whole")))
    assert all(torch.allclose(one[name], other[name], atol=1e-5) for name in one), "as if nothing had happened"
    runs = MlflowClient(tracking_uri=job.tracking_uri).search_runs(["1"])
    assert len(runs) == 2, "the run that went on is the one that began"


def test_the_script_runs_alone_from_a_file(job: sft.Job, tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    path.write_text(
        job.model_copy(
            update={
                "manifest": job.manifest.model_copy(
                    update={"recipe": job.manifest.recipe.model_copy(update={"epochs": 1})}
                )
            }
        ).model_dump_json()
    )
    done = subprocess.run(
        [sys.executable, "-m", "chatclone_dagster.training.sft", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "validation loss" in done.stdout
    assert read_manifest(job.out).steps == 12


def test_a_window_with_nothing_to_learn_is_refused(job: sft.Job) -> None:
    frame = windows({"train": ["a"], "validation": ["b"]})
    silent = frame.with_columns(
        pl.col("messages").list.eval(
            pl.struct(
                pl.element().struct.field("role"),
                pl.element().struct.field("content"),
                pl.lit(0, pl.Int8).alias("weight"),
            )
        )
    )
    with pytest.raises(AssertionError, match="without a token to learn"):
        sft.examples(silent, "train", load_tokenizer(job.manifest.base))
