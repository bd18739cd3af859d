"""How a benchmark is run: each stage in a process of its own, ours and the peer's in turn, CPU time, medians.

A suite is a module `bench/<suite>.py` with `def run() -> list[Row]`. A stage is a function of a module, given file names; it
returns how many units (messages) it made, and is timed on the second call: the first, over a small input, pays for imports and
compilation.
"""

from __future__ import annotations

import functools
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "chatclone-bench"
ROUNDS = 5


@dataclass(frozen=True)
class Sample:
    """One timed call: CPU seconds of the process, seconds by the clock, its peak memory in MB, and the units it made."""

    cpu_s: float
    wall_s: float
    peak_rss_mb: float
    units: int


@dataclass(frozen=True)
class Row:
    """One line of results: units per CPU second, ours and the peer's, and how many times faster ours is."""

    stage: str
    size: int
    unit: str
    ours: float
    peer_name: str | None
    peer_version: str | None
    peer: float | None
    ratio: float | None
    cpu_s: float | None  # None for what is no matter of time, such as a share of values found
    wall_s: float | None  # by the clock: it tells something only where nothing else ran
    peak_rss_mb: float | None
    machine: str


Stage = Callable[[], Sample]


def python(function: str, *arguments: str, small: str = "", interpreter: str = sys.executable) -> Sample:
    """Time `module:function(*arguments)`; `small` is an input to warm up with."""
    script = str(ROOT / "bench" / "child.py")
    return _sample([interpreter, script, function, small, *arguments])


def node(script: Path, *arguments: str) -> Sample:
    """Time a script of node's that prints what child.py prints."""
    return _sample(["node", str(script), *arguments])


def _sample(command: list[str]) -> Sample:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 (our own commands)
    if done.returncode:
        raise RuntimeError(f"{command[1]}: {done.stderr.strip().splitlines()[-1:]}")
    return Sample(**json.loads(done.stdout.splitlines()[-1]))


def compare(
    stage: str,
    unit: str,
    ours: Stage,
    peer: Stage | None = None,
    peer_name: str | None = None,
    peer_version: str | None = None,
    rounds: int = ROUNDS,
) -> Row:
    """Run ours and the peer in turn, so that both meet the same weather, and compare the medians."""
    mine, theirs = [], []
    for _ in range(rounds):
        mine.append(ours())
        if peer is not None:
            theirs.append(peer())
    cpu = statistics.median(sample.cpu_s for sample in mine)
    size = mine[0].units
    rate = size / cpu
    peer_rate = theirs[0].units / statistics.median(sample.cpu_s for sample in theirs) if theirs else None
    return Row(
        stage,
        size,
        unit,
        round(rate),
        peer_name,
        peer_version,
        None if peer_rate is None else round(peer_rate),
        None if peer_rate is None else round(rate / peer_rate, 2),
        round(cpu, 3),
        round(statistics.median(sample.wall_s for sample in mine), 3),
        round(statistics.median(sample.peak_rss_mb for sample in mine)),
        machine(),
    )


@functools.cache
def machine() -> str:
    """The machine in words, without its name."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        model = next(
            (line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line), model
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 (our own commands)


def peer_python(module: str, requirement: str) -> tuple[str, str] | None:
    """An interpreter that has a peer, and the peer's version: this one, else one made for it in the cache; None if that fails."""
    package = re.split("[<>=]", requirement)[0]
    if find_spec(module):
        return sys.executable, version(package)
    home = CACHE / package
    interpreter = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    asked = f"import importlib.metadata as m; print(m.version({package!r}))"
    try:
        if not interpreter.exists():
            venv.create(home, with_pip=True)
            _run([str(interpreter), "-m", "pip", "install", "-q", requirement])
        found = _run([str(interpreter), "-c", asked])
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(interpreter), found.strip()


def write(suite: str, rows: list[Row]) -> Path:
    """Write a suite's results to bench/results/<suite>.json."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{suite}.json"
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def show(suite: str, rows: list[Row], console: Console) -> None:
    """Print a suite's results as a table."""
    table = Table(title=f"{suite}: units per CPU second, median of {ROUNDS}", caption=machine())
    for name in ("stage", "size", "unit", "ours", "peer", "ratio", "CPU s", "clock s", "peak MB"):
        table.add_column(name, justify="left" if name in ("stage", "unit", "peer") else "right")
    for row in rows:
        peer = "-" if row.peer is None else f"{row.peer:,} {row.peer_name} {row.peer_version or ''}".strip()
        ratio = "-" if row.ratio is None else f"{row.ratio:.2f}×"
        table.add_row(
            row.stage,
            f"{row.size:,}",
            row.unit,
            f"{row.ours:,}",
            peer,
            ratio,
            "-" if row.cpu_s is None else f"{row.cpu_s:.2f}",
            "-" if row.wall_s is None else f"{row.wall_s:.2f}",
            "-" if row.peak_rss_mb is None else f"{row.peak_rss_mb:,}",
        )
    console.print(table)
