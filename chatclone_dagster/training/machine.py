"""What this machine can train: device, memory, and how long a run would take by a second's measurement."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from chatclone_dagster.home import Home
from chatclone_dagster.training.recipes import recipe_for

# Name, parameters, epochs its recipe usually runs.
BASES = (
    ("starter", 10e6, 4),
    ("Qwen/Qwen3-0.6B", 0.6e9, 3),
    ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", 1.1e9, 3),
    ("meta-llama/Llama-3.1-8B-Instruct", 8e9, 2),
)
TYPICAL_TOKENS = 300_000
OVERHEAD_GB = 2.5
"""What a run takes whatever the base: libraries, and a batch on its way through (measured with the starter)."""
EFFICIENCY = {"cpu": 0.35, "mps": 0.3, "cuda": 0.35}
"""Share of a bare matrix product's speed that training reaches (LoRA, 256-token windows)."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The device that would train, its memory and speed (matrix products, FLOP a second), and what runs on it."""

    device: str
    name: str
    memory_gb: float
    flops: float
    bytes_a_weight: int
    cores: int
    python: str
    torch: str
    disk_gb: float
    disk_of: str


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a base model can be trained here, and at what cost."""

    base: str
    recipe: str
    memory_gb: float
    seconds: float
    fits: bool


def look(root: Path) -> Machine:
    """Look at the machine; takes about a second."""
    import torch  # noqa: PLC0415  2 s to import

    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        device, name, memory = "cuda", str(properties.name), properties.total_memory / 2**30
        half = torch.cuda.is_bf16_supported()
    elif torch.backends.mps.is_available():
        device, name, memory, half = "mps", platform.processor() or "Apple silicon", _memory_gb(), False
    else:
        able = torch.cpu.get_capabilities()
        device, name, memory = "cpu", str(able.get("cpu_name") or platform.processor() or "CPU"), _memory_gb()
        half = bool(able.get("avx512_bf16") or able.get("amx_bf16"))
    there = next(folder for folder in (root, *root.parents) if folder.exists())
    return Machine(
        device=device,
        name=name,
        memory_gb=memory,
        flops=_flops(device, half=half),
        bytes_a_weight=2 if device == "cuda" and half else 4,
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        torch=torch.__version__,
        disk_gb=shutil.disk_usage(there).free / 2**30,
        disk_of=str(there),
    )


def fits(machine: Machine, tokens: int) -> Iterator[Fit]:
    """Each base model with the memory and time its recipe needs for `tokens` tokens of windows."""
    for base, parameters, epochs in BASES:
        memory = (
            OVERHEAD_GB + parameters * machine.bytes_a_weight * 1.25 / 2**30
        )  # a quarter for adapter and activations
        speed = machine.flops * EFFICIENCY[machine.device]
        seconds = tokens * epochs * 4 * parameters / speed  # forward 2, backward through frozen weights 2
        yield Fit(base, recipe_for(base), memory, seconds + 30, memory < 0.8 * machine.memory_gb)


def tokens_to_learn(home: Home) -> tuple[int, str]:
    """Tokens of the owner's training windows, or what is typical, and which of both it is."""
    path = home.table("training_dataset", "me")
    if not path.is_file():
        return TYPICAL_TOKENS, "typical of 2,000 replies"
    windows = pl.scan_parquet(path).filter(pl.col("split") == "train").select(pl.col("tokens").sum())
    return int(windows.collect().item() or 0), "as in this home"


def missing(home: Home, machine: Machine) -> Iterator[str]:
    """What stands between the user and a clone, a line each."""
    if not home.exists:
        yield f"no home at {home.root}: make one with `chatclone init`, or let `chatclone run FILES…` do it"
    elif not any(home.exports.iterdir()):
        yield f"no exports in {home.exports}: drop some in"
    elif not home.settings.me.name:
        yield f"{home.settings_file}: me.name is empty: say who you are"
    if machine.disk_gb < 2:
        yield f"only {machine.disk_gb:.1f} GB of disk are free; a run with the starter needs 1, larger models their size"


def spoken_time(seconds: float) -> str:
    """Seconds as a person would say them."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _memory_gb() -> float:
    import psutil  # noqa: PLC0415

    return float(psutil.virtual_memory().total) / 2**30


def _flops(device: str, *, half: bool) -> float:
    """Floating point operations a second of a matrix product, measured."""
    import torch  # noqa: PLC0415

    size = 4096 if device == "cuda" else 1024
    a = torch.randn(size, size, device=device, dtype=torch.bfloat16 if half else torch.float32)
    b, count, began = a @ a, 0, time.perf_counter()
    while time.perf_counter() - began < 0.5:
        b = a @ a
        count += 1
        if device != "cpu":
            b.sum().item()  # waits for the device
    return 2 * size**3 * count / (time.perf_counter() - began)
