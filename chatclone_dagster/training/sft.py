"""Train a LoRA adapter on a persona's windows. Read from top to bottom; what it tells meanwhile is in reporting.py.

    python -m chatclone_dagster.training.sft JOB.json

A job (see `Job`) names the windows, the base model and the recipe. The script stands alone; started by Dagster it
reports through Pipes, started by torchrun every process trains and the first one reports. A killed run goes on from its
last epoch when the same job is started again.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import polars as pl
import torch
from dagster_pipes import PipesEnvVarParamsLoader, open_dagster_pipes
from datasets import Dataset
from peft import LoraConfig, PeftModel, set_peft_model_state_dict
from peft.utils import load_peft_weights
from pydantic import BaseModel
from transformers import EarlyStoppingCallback, PrinterCallback
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from chatclone_dagster.datasets.tokens import encode
from chatclone_dagster.training.base_models import load_model, load_tokenizer
from chatclone_dagster.training.package import MANIFEST, Manifest, folder_version
from chatclone_dagster.training.recipes import Recipe
from chatclone_dagster.training.reporting import Progress, Say, tell_dagster, write_output_to
from chatclone_dagster.training.tracking import Tracker

IS_MAIN = int(os.environ.get("RANK", "0")) == 0


class Job(BaseModel):
    """What to train, where to put it, and where to record it."""

    manifest: Manifest
    windows: Path  # tables.TRAINING_DATASET
    out: Path  # the adapter's folder, put in place in one step
    work: Path  # checkpoints; removed when the run is done
    tracking_uri: str
    artifacts: Path | None = None
    tags: dict[str, str] = {}


def device_and_precision(recipe: Recipe) -> tuple[str, torch.dtype, bool]:
    """(device, precision of the weights, mixed bf16) for this machine.

    On a GPU the weights themselves are bf16; elsewhere they stay fp32, and the arithmetic is bf16 where the processor
    has instructions for it (three times the speed of fp32 on AVX-512 BF16).
    """
    if torch.cuda.is_available():
        bf16 = recipe.precision != "fp32" and torch.cuda.is_bf16_supported()
        return "cuda", torch.bfloat16 if bf16 else torch.float32, bf16
    if torch.backends.mps.is_available():
        return "mps", torch.float32, False
    able = torch.cpu.get_capabilities()
    fast = able.get("avx512_bf16") or able.get("amx_bf16")
    return "cpu", torch.float32, recipe.precision == "bf16" or (recipe.precision == "auto" and bool(fast))


def examples(windows: pl.DataFrame, split: str, tokenizer: Any) -> Dataset:
    """Token ids, labels and length of every window of a split; each has something to learn."""
    encoded = encode(tokenizer, windows.filter(pl.col("split") == split)["messages"].to_list())
    assert all(example.targets for example in encoded), "a window without a token to learn"  # noqa: S101
    return Dataset.from_dict(
        {
            "input_ids": [example.input_ids for example in encoded],
            "labels": [example.labels for example in encoded],
            "length": [len(example.input_ids) for example in encoded],
        }
    )


def configuration(job: Job, steps_an_epoch: int) -> SFTConfig:
    """TRL's settings; every line that differs from its defaults says why where it is not plain."""
    recipe = job.manifest.recipe
    device, _, bf16 = device_and_precision(recipe)
    return SFTConfig(
        output_dir=str(job.work),
        seed=recipe.seed,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type=recipe.schedule,
        warmup_steps=recipe.warmup,  # below 1 it is a share of all steps
        weight_decay=recipe.weight_decay,
        max_grad_norm=recipe.max_grad_norm,
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        per_device_eval_batch_size=recipe.batch_size,
        gradient_accumulation_steps=recipe.accumulate,
        # Windows of one length share a batch: without it a fifth of all tokens is padding.
        train_sampling_strategy="group_by_length",
        bf16=bf16,  # TRL's default is True whatever the machine
        use_cpu=device == "cpu",
        dataloader_pin_memory=device == "cuda",
        gradient_checkpointing=recipe.checkpoint_activations,  # TRL's default costs a fifth of the speed
        # Few widths, so that the processor's prepared kernels are few: 2.6 GB at the peak instead of 3.9, 6 % slower.
        pad_to_multiple_of=32,
        max_length=None,  # windows fit already; TRL would cut what is longer than 1,024
        dataset_kwargs={"skip_prepare_dataset": True},  # they are tokenized and labelled already
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,  # the best and the newest
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        logging_steps=max(1, steps_an_epoch // 10),
        report_to="none",  # `Progress` records in batches
        disable_tqdm=True,
        log_level="error",
    )


def train(job: Job, say: Say) -> Manifest:
    """Run a job and leave the adapter in `job.out`; return its manifest."""
    recipe = job.manifest.recipe
    base = job.manifest.base
    tokenizer = load_tokenizer(base)
    windows = pl.read_parquet(job.windows, columns=["split", "messages"])
    learn, choose = (examples(windows, split, tokenizer) for split in ("train", "validation"))
    say(f"{len(learn):,} windows to learn from, {len(choose):,} to choose by")

    tracker = Tracker(job.tracking_uri, job.artifacts)
    run = _run_of(job, tracker) if IS_MAIN else ""
    _, dtype, _ = device_and_precision(recipe)
    model = load_model(base, dtype)
    model.config.use_cache = False
    steps = -(-len(learn) // (recipe.batch_size * recipe.accumulate))
    trainer = SFTTrainer(
        model,
        args=configuration(job, steps),
        train_dataset=learn,
        eval_dataset=choose,
        processing_class=tokenizer,
        peft_config=LoraConfig(
            r=recipe.rank,
            lora_alpha=recipe.alpha,
            lora_dropout=recipe.dropout,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        ),
        callbacks=[EarlyStoppingCallback(recipe.patience), *([Progress(say, tracker, run)] if IS_MAIN else [])],
    )
    trainer.remove_callback(PrinterCallback)
    checkpoint = _last_whole_checkpoint(job.work)
    if checkpoint:
        say("going on from the last epoch of a run that was cut off")
    trainer.train(resume_from_checkpoint=checkpoint)
    if not IS_MAIN:
        return job.manifest

    manifest = job.manifest.model_copy(
        update={
            "mlflow_run": run,
            "steps": trainer.state.global_step,
            "epochs": round(trainer.state.epoch or 0, 2),
            "validation_loss": trainer.state.best_metric,
        }
    )
    adapted = cast("PeftModel", trainer.model)
    manifest = _save(job, adapted, tokenizer, manifest)
    _check_reload(job.out, adapted, learn[0])
    tracker.keep(run, job.out, "adapter")
    version = tracker.register(f"chatclone-{manifest.persona}", run, "adapter", "newest")
    tracker.tag(run, {"adapter_version": manifest.adapter_version, "model_version": version})
    shutil.rmtree(job.work)
    return manifest


def _run_of(job: Job, tracker: Tracker) -> str:
    """The MLflow run of a job: a new one, or the one it began before it was cut off."""
    job.work.mkdir(parents=True, exist_ok=True)
    noted = job.work / "mlflow_run"
    if not noted.exists():
        manifest = job.manifest
        parameters = {
            "persona": manifest.persona,
            "base": manifest.base.name,
            "base_fingerprint": manifest.base.fingerprint,
            "dataset_version": manifest.dataset_version,
            "code_version": manifest.code_version,
            "window_tokens": manifest.window_tokens,
            **manifest.recipe.model_dump(),
        }
        noted.write_text(tracker.start(f"{manifest.persona} {manifest.key}", parameters, job.tags), encoding="utf-8")
    return noted.read_text(encoding="utf-8")


def _last_whole_checkpoint(work: Path) -> str | None:
    """The newest checkpoint that was written to its end; the trainer writes its state last, straight into the folder."""
    whole = [path.parent for path in work.glob("checkpoint-*/trainer_state.json")]
    return str(max(whole, key=lambda path: int(path.name.rpartition("-")[2]))) if whole else None


def _save(job: Job, model: PeftModel, tokenizer: Any, manifest: Manifest) -> Manifest:
    """Write adapter, tokenizer and manifest aside, then put the folder in place."""
    aside = job.out.with_name(f".{job.out.name}")
    shutil.rmtree(aside, ignore_errors=True)
    model.save_pretrained(str(aside))
    tokenizer.save_pretrained(aside)
    manifest = manifest.model_copy(update={"adapter_version": folder_version(aside)})
    (aside / MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
    shutil.rmtree(job.out, ignore_errors=True)
    aside.rename(job.out)
    return manifest


def _check_reload(folder: Path, model: PeftModel, example: dict[str, Any]) -> None:
    """What was saved must answer as what was trained: same logits after reading it back from the file.

    Raises:
        RuntimeError: the logits differ.
    """
    model.eval()
    ids = torch.tensor([example["input_ids"]], device=model.device)
    with torch.inference_mode():
        before = model(input_ids=ids).logits
        set_peft_model_state_dict(model, load_peft_weights(str(folder), device=str(model.device)))
        after = model(input_ids=ids).logits
    if not torch.allclose(before, after, atol=1e-3):
        off = (before - after).abs().max()
        raise RuntimeError(f"the saved adapter answers differently (by {off:.4f} in the logits)")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the job, train, and report to Dagster if it is Dagster that started the script."""
    parser = argparse.ArgumentParser(description="Train a LoRA adapter on a persona's windows.")
    parser.add_argument("job", type=Path, help="a JSON file, see Job")
    job = Job.model_validate_json(parser.parse_args(arguments).job.read_text(encoding="utf-8"))
    if not IS_MAIN:
        train(job, lambda _: None)
    elif PipesEnvVarParamsLoader().is_dagster_pipes_process():
        with open_dagster_pipes() as pipes:  # only here: two processes that report would fail the run
            write_output_to(job.out.with_name(f"{job.out.name}.log"))

            def say(text: str) -> None:
                pipes.log.info(text)
                print(text, flush=True)  # into the log beside the adapter

            tell_dagster(pipes, job.out, train(job, say), Tracker(job.tracking_uri, job.artifacts))
    else:
        train(job, print)


if __name__ == "__main__":
    main()
