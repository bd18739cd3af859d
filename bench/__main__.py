"""`python -m bench SUITE…|all`: run suites, print their tables, write bench/results/<suite>.json."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from rich.console import Console

from bench import harness

_NOT_SUITES = {"__init__", "__main__", "harness", "child", "chats", "stages"}


def suites() -> list[str]:
    """The modules of this folder that are suites."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _NOT_SUITES)


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("suite", nargs="+", choices=[*suites(), "all"])
    wanted = parser.parse_args().suite
    console = Console()
    for suite in suites() if "all" in wanted else wanted:
        rows = importlib.import_module(f"bench.{suite}").run()
        harness.show(suite, rows, console)
        console.print(f"written to {harness.write(suite, rows).relative_to(harness.ROOT)}")


if __name__ == "__main__":
    main()
