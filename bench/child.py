"""Runs one stage and prints what it cost: `child.py MODULE:FUNCTION SMALL ARGUMENT…`. Needs nothing but the standard library."""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Call the function over the small input (if there is one), then time it over the arguments."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    module, function = sys.argv[1].split(":")
    stage = getattr(importlib.import_module(module), function)
    if sys.argv[2]:
        stage(sys.argv[2])
    cpu, wall = time.process_time(), time.perf_counter()
    units = stage(*sys.argv[3:])
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    memory = importlib.import_module("bench.memory")
    print(json.dumps({"cpu_s": cpu, "wall_s": wall, "peak_rss_mb": memory.peak_mb(), "units": units}))


if __name__ == "__main__":
    main()
